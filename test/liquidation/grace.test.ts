import { describe, expect, test } from 'vitest';
import { flatTiers } from '../../src/margin/tiers.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import type { BehaviourOptions } from '../../src/traders/conduct.ts';

/**
 * One long of 1,000 lots from 1,000 with 100,000 of its own, a requirement of 1 % and a call at 1.5 of it: called below 914, liquidated below
 * 910, bankrupt below 900. The mark is the outside price: a path of [second, price], straight in between.
 */
function world(
  path: readonly (readonly [number, number])[],
  liquidation: Partial<RunOptions['liquidation']> = {},
  behaviour?: BehaviourOptions,
): RunOptions {
  return {
    step: 1,
    steps: 60,
    markets: [
      {
        asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
        contract: { kind: 'linear', currency: 0, factor: 1 },
        driver: { kind: 'waypoints', times: path.map(([time]) => time), prices: path.map(([, price]) => price), noise: 0 },
        history: { ages: [0], prices: [1000] },
        mark: { kind: 'index', cadence: 1, clamp: null },
        oracle: null,
        funding: null,
        session: null,
        selfTrade: 'none',
        quotes: { kind: 'flat', lots: 1_000_000, bestBid: 880, bidLevels: 20, bestAsk: 1001, askLevels: 20 },
        noise: null,
        background: [],
        adversaries: [],
        orders: [],
        margin: { maintenance: flatTiers(0.01), initial: flatTiers(0.02), threshold: 1, call: 1.5, equalityLiquidates: false },
      },
    ],
    correlations: null,
    traders: [
      {
        name: 'long',
        kind: 'listed',
        market: 0,
        accounts: [{ lots: 1000, entry: 1000, collateral: 100_000 }],
        ...(behaviour === undefined ? {} : { behaviour }),
      },
    ],
    liquidation: {
      policy: { kind: 'full' },
      mode: 'sequential',
      queue: 'worst-first',
      ordersPerSecond: Infinity,
      latency: 0,
      route: 'book',
      backstop: null,
      insurance: 0,
      fee: 0,
      adl: null,
      grace: 20,
      ...liquidation,
    },
    seasonThreshold: 1,
  };
}

const play = (options: RunOptions): RunResult =>
  new Simulator().run(options, { seed: 'grace', replicate: 0 }, { detail: true, recountAlways: true });
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const when = (result: RunResult): string[] => result.liquidations!.map(({ step, route }) => `${step} ${route}`);

/** At 912 from second 5 on, at 905 from second 10 on. */
const DOWN = [
  [0, 1000],
  [4, 1000],
  [5, 912],
  [9, 912],
  [10, 905],
  [60, 905],
] as const;

describe('grace after a margin call', () => {
  test('holds a liquidation back until it is over, counted from the call', () => {
    expect(when(play(world(DOWN, { grace: 0 })))).toEqual(['10 book']);
    expect(when(play(world(DOWN)))).toEqual(['25 book']);
    expect(when(play(world(DOWN, { grace: 3 })))).toEqual(['10 book']);
    expect(when(play(world(DOWN, { grace: 7.5 })))).toEqual(['12 book']);
    expect(when(play(world(DOWN, { grace: 20, latency: 3 })))).toEqual(['28 book']);
  });

  test('lets go whose price has come back', () => {
    const result = play(world([...DOWN.slice(0, 5), [20, 905], [21, 950], [60, 950]]));
    expect(when(result)).toEqual([]);
    expect(metric(result, 'margin_calls')).toBe(1);
    expect(metric(result, 'margin_calls_cured')).toBe(1);
  });

  test('and finds them again when it falls once more, with a call of its own only once the first was answered', () => {
    const again = [...DOWN.slice(0, 5), [20, 905], [21, 950], [40, 950], [41, 905], [60, 905]] as const;
    // Nobody answers: the call of second 5 still stands, and its grace is over.
    expect(when(play(world(again)))).toEqual(['41 book']);
  });

  test('gives time to top up', () => {
    const behaviour: BehaviourOptions = {
      absent: 0,
      topUp: { probability: 1, delay: { kind: 'constant', seconds: 15 }, reserve: { kind: 'share', share: 1 }, target: 2 },
      reduce: null,
      stopLoss: null,
      panic: null,
      reopen: null,
    };
    expect(when(play(world(DOWN, { grace: 0 }, behaviour)))).toEqual(['10 book']);
    const saved = play(world(DOWN, {}, behaviour));
    expect(when(saved)).toEqual([]);
    // Twice 1 % of 905,000, where 5,000 were left.
    expect(metric(saved, 'top_up')).toBe(13_100);
    expect(metric(saved, 'margin_calls_cured')).toBe(1);
  });

  test('ends at once below zero', () => {
    expect(when(play(world([...DOWN.slice(0, 5), [14, 905], [15, 898], [60, 898]])))).toEqual(['15 book']);
    expect(when(play(world([...DOWN.slice(0, 5), [14, 905], [15, 900], [60, 900]])))).toEqual(['25 book']);
  });

  test('does not keep the backstop from taking over at its level', () => {
    const backstop = { level: 0.5, capacity: Infinity, stated: null };
    expect(when(play(world([...DOWN.slice(0, 5), [14, 905], [15, 904], [60, 904]], { backstop })))).toEqual(['15 backstop']);
    expect(when(play(world(DOWN, { backstop })))).toEqual(['25 book']);
    // A vault without room leaves the position where it is until the grace is over.
    const full = { ...backstop, capacity: 1000 };
    expect(when(play(world([...DOWN.slice(0, 5), [14, 905], [15, 904], [60, 904]], { backstop: full })))).toEqual(['25 book']);
  });
});

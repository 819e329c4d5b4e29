import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { resolveScenario } from '../../src/scenario/resolve.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { checkDebt, metric, playedTwice } from './every-world.ts';
import { FEATURES } from './features.ts';
import { randomScenario } from './random-scenario.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
const SCENARIOS = LONG ? 5000 : 60;
/** Runs that each feature must at least have been in: a fuzz that nothing happens in proves nothing. */
const LEAST = LONG ? 40 : 0;
const SEED = { seed: 'fuzz', replicate: 1 };

/** What the file says, in the engine's units; null when the parser refuses it. */
function optionsOf(file: unknown): RunOptions | null {
  const parsed = parseScenario(JSON.stringify(file), { path: 'fuzz.yaml' });
  if ('problems' in parsed) return null;
  const resolved = resolveScenario(parsed.scenario, { bars: {}, formulas: {}, seasonThreshold: null }, (steps, message) => {
    throw new Error(`${steps.join('.')}: ${message}`);
  });
  if (resolved === null) throw new Error('found no options of a scenario that the parser takes');
  return resolved;
}

/** What a run may refuse: leverage with which nobody could start, and prices that leave what the margin engine can look at. */
const REFUSALS = ['found no leverage', 'the margin engine can look from'];

/** A run; null when it is refused. */
function startable(run: () => RunResult): RunResult | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && REFUSALS.some((words) => error.message.includes(words))) return null;
    throw error;
  }
}

/** What else a scenario is held to: one of them each. */
const CHECKS = {
  scan: (simulator: Simulator, options: RunOptions, { hash, metrics }: RunResult): void => {
    const scanned = simulator.run(options, SEED, { exactScan: true });
    expect(scanned.hash).toBe(hash);
    expect(scanned.metrics).toEqual(metrics);
  },
  snapshot: (simulator: Simulator, options: RunOptions, { hash }: RunResult): void => {
    expect(playedTwice(simulator.begin(options, SEED), options.steps)).toEqual({ hash, again: hash, differs: -1 });
  },
  absorber: (simulator: Simulator, options: RunOptions): void => {
    const absorbed = { ...options, liquidation: { ...options.liquidation, route: 'absorber' as const } };
    const same = simulator.run(absorbed, SEED, { detail: true });
    expect([metric(same, 'excess_drawdown'), metric(same, 'ledger_error')]).toEqual([0, 0]);
    expect([1, NaN]).toContain(metric(same, 'amplification'));
    for (const { last, twin } of same.steps ?? []) expect(last).toEqual(twin);
  },
};

describe(`${SCENARIOS} random scenarios`, () => {
  test('balance their books at every step, and meet a full scan, go on from a snapshot, or are their twin when routed like it', () => {
    const simulator = new Simulator();
    const seen = new Map(Object.keys(FEATURES).map((feature) => [feature, 0]));
    const used = { refused: 0, liquidated: 0 };
    fc.assert(
      fc.property(
        randomScenario,
        fc.constantFrom('scan' as const, 'scan' as const, 'snapshot' as const, 'absorber' as const),
        (file, check) => {
          const options = optionsOf(file);
          if (options === null) used.refused++;
          fc.pre(options !== null);
          const result = startable(() => simulator.run(options!, SEED, { detail: true, recountAlways: true }));
          if (result === null) used.refused++;
          fc.pre(result !== null);
          expect(metric(result, 'ledger_error')).toBe(0);
          // Whole quanta in the ledger, binary fractions of a quote unit here.
          checkDebt(result, 1e-12, check);
          CHECKS[check](simulator, options!, result);

          if (metric(result, 'liquidations') > 0) used.liquidated++;
          for (const [feature, occurs] of Object.entries(FEATURES)) {
            if (occurs(options!, result)) seen.set(feature, (seen.get(feature) ?? 0) + 1);
          }
        },
      ),
      { numRuns: SCENARIOS, seed: 20251010, maxSkipsPerRun: 2 },
    );
    expect(used.refused).toBeLessThan(0.25 * SCENARIOS);
    expect(used.liquidated).toBeGreaterThanOrEqual(0.5 * SCENARIOS);
    expect([...seen].filter(([, count]) => count < LEAST)).toEqual([]);
    expect([...seen.values()].filter((count) => count === 0).length).toBeLessThan(0.2 * seen.size);
  });
});

describe('found by it', () => {
  const group = (side: string, keys = {}) => ({ name: side, side, count: 5, notional: 40_000, leverage: 3, ...keys });

  const problemsOf = (file: unknown): string[] => {
    const parsed = parseScenario(JSON.stringify(file), { path: 'fuzz.yaml' });
    return 'problems' in parsed ? parsed.problems.map(({ path }) => path) : [];
  };

  test('orders that a price band moves to another tick are cancelled there, and leave room in the book', () => {
    const options = optionsOf({
      horizon: '120s',
      step: '0.5s',
      assets: [{ symbol: 'BTC', tick: 1, lot: 0.01, driver: { kind: 'shock', at: '5s', size: 0.1, price: 2000 } }],
      market: {
        makers: { depth: 5000 },
        contStoikovTalreja: { size: '0.05', reach: 20 },
        session: { band: { width: '0.3%', beyond: 'clip' } },
      },
      traders: [group('long'), group('short')],
      margin: { maintenance: '2%', initial: '6%' },
    });
    expect(metric(new Simulator().run(options!, SEED), 'ledger_error')).toBe(0);
  });

  test('margin that follows its market is checked in every market, though the first one settles in coin', () => {
    const driver = { kind: 'constant', price: 2000 };
    const inverse = { kind: 'inverse', face: 10, coin: 'COIN', quantum: 1e-6 };
    const file = {
      horizon: '20s',
      assets: [
        { symbol: 'BTC', tick: 1, lot: 1, contract: inverse, driver },
        { symbol: 'ETH', tick: 1, lot: 0.01, driver },
      ],
      market: { makers: { depth: 5000 } },
      traders: [group('long', { asset: 'ETH', margin: 'dynamic' }), group('short', { asset: 'ETH' })],
      margin: { call: '1.6x', dynamic: { volatility: 0.5, initial: '1.5x' } },
    };
    expect(problemsOf(file).filter((path) => path === 'margin.dynamic.initial')).toHaveLength(1);
  });

  test('an option is named once in a group: an account that held it twice would hand it over twice', () => {
    const option = { kind: 'call', strike: '110%', expiry: '30d', side: 'short', size: '0.3x' };
    const file = {
      horizon: '20s',
      assets: [{ symbol: 'BTC', tick: 1, lot: 0.01, driver: { kind: 'constant', price: 2000 } }],
      market: { makers: { depth: 5000 } },
      traders: [group('long', { margin: 'portfolio', options: [option, { ...option, size: '1x' }] }), group('short')],
      margin: { portfolio: { rules: 'deribit', volatility: '90%' } },
    };
    expect(problemsOf(file)).toEqual(['traders[0].options[1]']);
  });
});

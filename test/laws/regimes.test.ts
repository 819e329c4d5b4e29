import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/core/random.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/population.ts';
import { regimeOptions } from '../../src/validation/random-regimes.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 400 : 60;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const seedOf = (world: number) => ({ seed: `regimes ${world}`, replicate: 0 });

describe('isolated, dynamic, cross and portfolio accounts in one world', () => {
  test(
    `engine ≡ full scan: ${WORLDS} worlds, the same liquidations at the same step in the same order, no quantum and no lot lost`,
    { timeout: 3_600_000 },
    () => {
      const indexed = new Simulator();
      const scanned = new Simulator();
      const liquidated = new Map<string, number>();
      let coins = 0;
      for (let world = 0; world < WORLDS; world++) {
        const options = regimeOptions(world);
        const a = indexed.run(options, seedOf(world), { detail: true, recountAlways: true });
        const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
        expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
        expect(a.hash, `world ${world}`).toBe(b.hash);
        expect([...a.metrics], `world ${world}`).toEqual([...b.metrics]);
        expect(metric(a, 'ledger_error'), `world ${world}`).toBe(0);
        const parts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(a, name) || 0);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(metric(a, 'bad_debt'));
        for (const { regime, asset } of a.liquidations!) {
          liquidated.set(regime, (liquidated.get(regime) ?? 0) + 1);
          if (asset === 'Z') coins++;
        }
      }
      expect([...liquidated.keys()].sort()).toEqual(['cross', 'dynamic', 'isolated', 'portfolio']);
      for (const [regime, count] of liquidated) expect(count, regime).toBeGreaterThan(2 * WORLDS);
      expect(coins).toBeGreaterThan(WORLDS / 10);
    },
  );

  test('a run broken by snapshot and restore goes on with the same bytes', { timeout: 600_000 }, () => {
    for (let i = 0; i < WORLDS; i += 8) {
      const options = regimeOptions(i);
      const outside = options.markets.map(({ history }) => {
        const [price] = history.prices;
        return Float64Array.from({ length: options.steps + 1 }, (_, step) => price! * (1 - (0.25 * step) / options.steps));
      });
      const starts = outside.map((path) => path[0]!);
      const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(starts[m]!) }));
      const { traders, seasonThreshold, portfolio } = options;
      const population = buildPopulation(traders, { markets, portfolio: portfolio ?? null, seasonThreshold, ...seedOf(i) });
      const opened = (): World => {
        const world = new World(shapeOf(options, population, starts));
        world.open({ options, population, outside, seed: seedOf(i), route: 'book', tapes: null, exactScan: false, recountAlways: false });
        return world;
      };
      const unbroken = opened();
      while (unbroken.advance());
      const broken = opened();
      const half = Math.floor(options.steps / 2);
      while (broken.step < half) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash), `world ${i}`).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      broken.ledger.markets.forEach(({ lots }, m) => expect(lots).toEqual(unbroken.ledger.markets[m]!.lots));
    }
  });

  test('the order of a file is never seen: groups turned round give the same run', { timeout: 600_000 }, () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 10) {
      const options = regimeOptions(world);
      const turned = { ...options, traders: [...options.traders].reverse() };
      expect(simulator.run(turned, seedOf(world)).hash).toBe(simulator.run(options, seedOf(world)).hash);
    }
  });
});

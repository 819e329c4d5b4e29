import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derive, hexOf, root } from '../../src/core/random.ts';
import { fillDrivers } from '../../src/market/drivers.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { resolveScenario } from '../../src/scenario/resolve.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { reshape } from '../../src/simulation/shape.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/population.ts';
import { randomScenario } from './random-scenario.ts';

const SCENARIOS = process.env['MARGINFALL_LONG'] === '1' ? 500 : 40;
const SEED = { seed: 'fuzz', replicate: 1 };

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)] ?? NaN;

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

/** A run that is broken by a snapshot half-way, played to its end, put back and played again. */
function checkSnapshot(asked: RunOptions, hash: string): void {
  const options = reshape(asked);
  const outside = options.markets.map(() => new Float64Array(options.steps + 1));
  const paths = options.markets.map(({ driver, asset }, m) => ({
    name: asset.symbol,
    options: driver,
    root: derive(root(SEED.seed, `driver/${asset.symbol}`), SEED.replicate),
    out: outside[m]!,
  }));
  fillDrivers(paths, options.correlations, options.step, options.steps);
  const markets = options.markets.map(({ asset, contract, history, margin, dynamic }, m) => {
    return { asset, contract, history, margin, dynamic: dynamic ?? null, startMark: Math.round(outside[m]![0]!) };
  });
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...SEED });
  const starts = outside.map((path) => path[0]!);
  const world = new World(shapeOf(options, population, starts));
  world.open({
    options,
    population,
    outside,
    seed: SEED,
    route: options.liquidation.route,
    tapes: null,
    exactScan: false,
    recountAlways: false,
  });
  while (world.step < Math.floor(options.steps / 2)) world.advance();
  const snapshot = world.snapshot();
  while (world.advance());
  const first = world.snapshot();
  expect(hexOf(world.hash)).toBe(hash);
  world.restore(snapshot);
  while (world.advance());
  expect(hexOf(world.hash)).toBe(hash);
  const again = world.snapshot().arrays;
  // Byte by byte: a structural comparison of a book takes longer than the run.
  expect(first.arrays.findIndex((array, k) => Buffer.compare(bytes(array), bytes(again[k]!)) !== 0)).toBe(-1);
}

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** A run; null when nobody of a group could start above the threshold, which a drawn leverage may make so. */
function startable(run: () => RunResult): RunResult | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && error.message.includes('found no leverage')) return null;
    throw error;
  }
}

describe(`${SCENARIOS} random scenarios`, () => {
  const used = { refused: 0, debts: 0, liquidated: 0, deleveraged: 0, takenOver: 0 };

  test('balance their books, meet a full scan, go on from a snapshot, and are their twin when routed like it', () => {
    const simulator = new Simulator();
    fc.assert(
      fc.property(randomScenario, (file) => {
        const options = optionsOf(file);
        if (options === null) used.refused++;
        fc.pre(options !== null);
        const result = startable(() => simulator.run(options!, SEED, { recountAlways: true }));
        if (result === null) used.refused++;
        fc.pre(result !== null);
        expect(metric(result, 'ledger_error')).toBe(0);

        const debt = metric(result, 'bad_debt');
        const parts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(result, name) || 0);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
        const sum = parts.reduce((x, y) => x + y, 0);
        // Whole quanta in the ledger, binary fractions of a quote unit here.
        expect(Math.abs(sum - debt)).toBeLessThanOrEqual(1e-12 * debt);
        if (debt > 0) used.debts++;
        if (metric(result, 'liquidations') > 0) used.liquidated++;
        if (metric(result, 'adl_used') > 0) used.deleveraged++;
        if (metric(result, 'backstop_notional') > 0) used.takenOver++;

        const scanned = simulator.run(options!, SEED, { exactScan: true });
        expect(scanned.hash).toBe(result.hash);
        expect(scanned.metrics).toEqual(result.metrics);

        checkSnapshot(options!, result.hash);

        const absorbed = { ...options!, liquidation: { ...options!.liquidation, route: 'absorber' as const } };
        const same = simulator.run(absorbed, SEED, { detail: true });
        expect([metric(same, 'excess_drawdown'), metric(same, 'ledger_error')]).toEqual([0, 0]);
        expect([1, NaN]).toContain(metric(same, 'amplification'));
        for (const { last, twin } of same.steps ?? []) expect(last).toEqual(twin);
      }),
      { numRuns: SCENARIOS, seed: 20251010, maxSkipsPerRun: 2 },
    );
    // A fuzz that nothing happens in proves nothing.
    expect(used.refused).toBeLessThan(0.25 * SCENARIOS);
    expect(used.liquidated).toBeGreaterThan(0.2 * SCENARIOS);
    for (const count of [used.debts, used.deleveraged, used.takenOver]) expect(count).toBeGreaterThan(0.02 * SCENARIOS);
  });
});

describe('found by it', () => {
  test('orders that a price band moves to another tick are cancelled there, and leave room in the book', () => {
    const group = (side: string) => ({ name: side, side, count: 5, notional: 40_000, leverage: 3 });
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
});

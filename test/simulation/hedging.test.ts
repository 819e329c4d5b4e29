import { describe, expect, test } from 'vitest';
import { derive, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';

const seed = { seed: 'hedging', replicate: 0 };
const PUTS = 'hedge: { probability: 80%, delay: 3s, by: { kind: option, off: 5%, expiry: 7d } }';
const ASSET = 'hedge: { delay: 2s, share: 80%, by: { kind: asset, asset: ETH } }';

const BOTH = 'also: [{ asset: ETH, side: long, notional: 1e6 }]';
const ETH_SHORTS = '\n  - { name: eth shorts, count: 20, asset: ETH, side: short, notional: 1e6, leverage: 2 }';

/** Two assets that fall together; portfolios long of one, and a little long of the other, or of nothing else. */
function world(hedge: string, others = '', mark = 'index', also = BOTH): RunOptions {
  const text = `horizon: 20m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 2m, length: 10m, size: 18%, volatility: 20% }, mark: ${mark} }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: ramp, price: 4_000, at: 2m, length: 10m, size: 18%, volatility: 20% }, mark: ${mark} }
market: { makers: { depth: 20e6 }, noise: { size: 5_000 } }
traders:
  - { name: books, count: 40, margin: portfolio, side: long, notional: 8e6, leverage: { kind: lognormal, median: 4, sigma: 0.2, min: 3, max: 5 }${also === '' ? '' : `, ${also}`}${hedge === '' ? '' : `, ${hedge}`} }
  - { name: shorts, count: 20, side: short, notional: 8e6, leverage: 2 }${also === '' ? '' : ETH_SHORTS}${others}
margin: { call: 1.2x, maintenance: 1%, initial: 2%, portfolio: { rules: { down: 12%, up: 12%, steps: 3, volatilityUp: 30% } } }
liquidation: { capacity: 5 }
arms: [quiet]`;
  const parsed = parseExperiment(text, { path: 'hedging.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const play = (options: RunOptions, exactScan = false): RunResult =>
  new Simulator().run(options, seed, { detail: true, exactScan, recountAlways: true });

/** The world before its first step, as an arm of the simulator opens it. */
function opened(options: RunOptions, quiet = false): { readonly world: World; readonly names: readonly string[] } {
  const outside = options.markets.map(({ driver, asset }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root(seed.seed, `driver/${asset.symbol}`), 0), options.step, options.steps, path);
    return path;
  });
  const markets = options.markets.map((market, m) => ({ ...market, dynamic: null, startMark: Math.round(outside[m]![0]!) }));
  const population = buildPopulation(options.traders, {
    markets,
    portfolio: options.portfolio ?? null,
    seasonThreshold: options.seasonThreshold,
    ...seed,
  });
  const starts = outside.map((path) => path[0]!);
  const made = new World(shapeOf(options, population, starts));
  made.open({ options, population, outside, seed, route: 'book', tapes: null, quiet, exactScan: false, recountAlways: true });
  return { world: made, names: [...population.group].map((group) => population.groupNames[group]!) };
}

describe('hedging after a margin call', () => {
  test.each([PUTS, ASSET])('found by index as by a full scan, the ledger at zero after every step: %s', (hedge) => {
    const options = world(hedge, '', 'last');
    const indexed = play(options);
    expect(play(options, true)).toEqual(indexed);
    expect(metric(indexed, 'ledger_error')).toBe(0);
    expect(metric(indexed, 'margin_calls')).toBeGreaterThan(10);
  });

  test('puts save portfolios that are liquidated without, and nobody buys any in the quiet arm', () => {
    const [hedged, bare] = [play(world(PUTS)), play(world(''))];
    expect(metric(bare, 'liquidations')).toBeGreaterThan(10);
    expect(metric(hedged, 'liquidations')).toBeLessThan(0.8 * metric(bare, 'liquidations'));
    expect(metric(hedged, 'margin_calls_cured')).toBeGreaterThan(metric(bare, 'margin_calls_cured'));
    const held = (quiet: boolean): number => {
      const options = world(PUTS);
      const { world: run, names } = opened(options, quiet);
      while (run.advance());
      return names.reduce((sum, _, account) => sum + run.ledger.markets[options.markets.length]!.lots[account]!, 0);
    };
    expect(held(false)).toBeGreaterThan(0);
    expect(held(true)).toBe(0);
  });

  test('what the venue demands falls with every hedge; what is paid goes to the market maker of the options', () => {
    const options = world(PUTS);
    const { world: run } = opened(options);
    const { engine, ledger } = run;
    const places = options.markets.length;
    const held = (account: number): number[] =>
      (options.portfolio?.options ?? []).map((_, k) => ledger.markets[places + k]!.lots[account]!);
    const traders = ledger.cash[0]!.length;
    let bought = 0;
    let before = Array.from({ length: 40 }, (_, account) => held(account));
    while (run.advance()) {
      const marks = Float64Array.from(options.markets, (_, m) => run.markOf(m));
      for (let account = 0; account < 40; account++) {
        held(account).forEach((lots, k) => {
          const more = lots - before[account]![k]!;
          if (more <= 0) return;
          const { now, after } = engine.demandWith(account, places + k, -more, marks);
          expect(now).toBeLessThan(after);
          bought += more;
        });
      }
      before = Array.from({ length: 40 }, (_, account) => held(account));
      expect(run.ledgerError).toBe(0);
    }
    expect(bought).toBeGreaterThan(0);
    for (let k = 0; k < (options.portfolio?.options.length ?? 0); k++) {
      let sum = 0;
      for (let account = 0; account < traders; account++) sum += ledger.markets[places + k]!.lots[account]!;
      expect(sum).toBe(0);
    }
  });

  test('another asset is sold against longs as far as it stands for them, and only where that lowers the demand', () => {
    const options = world(ASSET);
    const { world: run, names } = opened(options);
    const { ledger } = run;
    const start = Float64Array.from(ledger.markets[1]!.lots);
    while (run.advance());
    const sold = names.flatMap((name, account) =>
      name === 'books' && ledger.markets[1]!.lots[account]! < start[account]! ? [account] : [],
    );
    expect(sold.length).toBeGreaterThan(5);
    for (const account of sold) {
      const exposure = (m: number): number => ledger.markets[m]!.value(account, run.markOf(m));
      if (exposure(0) > 0 && exposure(1) < 0) expect(-exposure(1)).toBeLessThan(1.2 * exposure(0));
    }
    expect(run.ledgerError).toBe(0);
  });

  test('an asset that nobody held before is sold too, found by index as by a full scan, and saves who would be liquidated', () => {
    const options = world(ASSET, '', 'last', '');
    const hedged = play(options);
    expect(play(options, true)).toEqual(hedged);
    expect(metric(hedged, 'ledger_error')).toBe(0);
    expect(metric(hedged, 'liquidations')).toBeLessThan(0.8 * metric(play(world('', '', 'last', '')), 'liquidations'));
    const { world: run, names } = opened(options);
    const { lots } = run.ledger.markets[1]!;
    const books = names.flatMap((name, account) => (name === 'books' ? [account] : []));
    expect(books.filter((account) => lots[account] !== 0)).toEqual([]);
    while (run.advance());
    expect(books.filter((account) => lots[account]! < 0).length).toBeGreaterThan(5);
    // A run that is broken and put back goes on the same, with what was bought meanwhile.
    const first = new Simulator().begin(options, seed, {});
    while (first.step < 600) first.advance();
    const half = first.snapshot();
    while (first.advance());
    const end = [...first.hash];
    first.restore(half);
    while (first.advance());
    expect([...first.hash]).toEqual(end);
  });

  test('a group more changes nobody else’s hedges', () => {
    const options = world(PUTS);
    const more = world(
      PUTS,
      '\n  - { name: others, count: 10, side: short, notional: 1e6, leverage: 2 }\n  - { name: more, count: 10, margin: portfolio, side: long, notional: 1e6, leverage: 4, hedge: { by: { kind: option, off: 5%, expiry: 7d } } }',
    );
    const lotsOf = (run: RunOptions): Map<string, number> => {
      const { world: played, names } = opened(run);
      while (played.advance());
      const seen = new Map<string, number>();
      const ordinals = new Map<string, number>();
      names.forEach((name, account) => {
        const ordinal = (ordinals.get(name) ?? 0) + 1;
        ordinals.set(name, ordinal);
        if (name === 'books') seen.set(`${name} ${ordinal}`, played.ledger.markets[run.markets.length]!.lots[account]!);
      });
      return seen;
    };
    const alone = lotsOf(options);
    expect([...alone.values()].some((lots) => lots > 0)).toBe(true);
    expect(lotsOf(more)).toEqual(alone);
  });
});

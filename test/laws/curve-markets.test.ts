import { describe, expect, test } from 'vitest';
import { exp, log, pow } from '../../src/core/math.ts';
import { impactCurve } from '../../src/market/curve.ts';
import type { ImpactOptions } from '../../src/market/impact.ts';
import { CurveMarket } from '../../src/simulation/curve-market.ts';
import type { RunTerms } from '../../src/simulation/world.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { lasting, playLaw, spreadHolders, tippingPoint } from '../../src/validation/curve-worlds.ts';
import { halfLife } from '../../src/validation/curves.ts';
import { readTargets } from '../../src/validation/target.ts';
import { LawPopulation, lawOptions, lawTerms, withMarket } from '../../src/validation/worlds.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
/** Opening price in ticks, and positions: results are known to a tick and a position. */
const START = LONG ? 10_000_000 : 1_000_000;
const COUNT = LONG ? 200_000 : 20_000;
/** Lots of the largest position; the smallest of a graded population must still be whole. */
const LOTS = 1000;
/** Maintenance rate of the laws' positions. */
const RATE = 0.01;

const targets = readTargets();
const parameters = (id: string) => targets.get(id)!.parameters as Record<string, number>;
const expected = (id: string) => targets.get(id)!.expected as Record<string, number>;

interface Law {
  readonly side?: 1 | -1;
  /** In units in which COUNT × LOTS lots are `lots`. */
  readonly impact: ImpactOptions;
  /** Outside price over the opening price from the first step on. */
  readonly shocked: number;
  /** Distance of the last position's liquidation from the opening price. */
  readonly reach: number;
  /** Lots up to a distance grow like distance^grade. */
  readonly grade?: number;
  readonly priceAt?: (distance: number) => number;
  readonly mode?: 'sequential' | 'batch';
  readonly steps?: number;
  /** Lots of the whole population in the impact's own unit. */
  readonly lots: number;
}

interface Played {
  /** Price over the opening price after each step. */
  readonly path: readonly number[];
  readonly end: number;
  readonly liquidated: number;
  /** How far an end can be off: a tick and a position. */
  readonly cell: number;
}

/** The same impact in lots of the world, of which there are `scale` to one of the law's. */
function inLots(impact: ImpactOptions, scale: number): ImpactOptions {
  switch (impact.kind) {
    case 'linear':
    case 'propagator':
      return { ...impact, slope: impact.slope / scale };
    case 'square-root':
      return { ...impact, coefficient: impact.coefficient / Math.sqrt(scale) };
    case 'power':
      return { ...impact, coefficient: impact.coefficient / pow(scale, impact.exponent) };
    case 'exponential':
    case 'obizhaeva-wang':
      return { ...impact, depth: impact.depth * scale };
    case 'constant-product':
      return { ...impact, reserve: impact.reserve * scale };
    case 'skew':
      return { ...impact, scale: impact.scale * scale };
    case 'latent':
      return { ...impact, slope: impact.slope * scale };
    case 'table':
      return { ...impact, lots: impact.lots.map((lots) => lots * scale) };
  }
}

/** A world of one curve market and a law's population, whole: ledger, margin index, queue and engine. */
function worldOf(law: Law): { readonly world: World; readonly terms: RunTerms } {
  const { side = 1, shocked, reach, grade = 1, priceAt = (distance) => 1 - side * distance, mode = 'sequential', steps = 2, lots } = law;
  const population = new LawPopulation(COUNT);
  for (let i = 0; i < COUNT; i++) {
    const share = (i + 0.5) / COUNT;
    const tick = Math.round(START * priceAt(reach * (grade === 1 ? share : pow(share, 1 / grade))));
    population.add(tick, LOTS);
    if (side > 0) continue;
    // Below maintenance at the tick and not at the one below it.
    population.lots[i] = -LOTS;
    population.cash[i] = Math.ceil(LOTS * (1 + RATE) * (tick - 1));
  }
  const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps, mode, route: 'book', mark: 'last' });
  const impact = inLots(law.impact, (COUNT * LOTS) / lots);
  // All arrive at once, the nearest first by its key: worst first, without asking all of them again after each fill.
  const liquidation = { ...base.liquidation, queue: 'arrival' } as const;
  const options = { ...withMarket(base, { quotes: { kind: 'curve', impact }, orders: [] }), liquidation };
  const outside = new Float64Array(steps + 1).fill(START * shocked);
  outside[0] = START;
  const terms = { ...lawTerms(options, population), outside: [outside], recountAlways: false };
  return { world: new World(shapeOf(options, population, [START])), terms };
}

function play(law: Law): Played {
  const { world, terms } = worldOf(law);
  world.open(terms);
  const market = world.markets[0]!;
  const path = [market.mid() / START];
  while (world.advance()) path.push(market.mid() / START);
  expect(world.ledgerError).toBe(0);
  const { grade = 1, reach } = law;
  // The first positions of a graded population are the widest apart.
  const widest = grade === 1 ? reach / COUNT : reach * pow(1 / COUNT, 1 / grade);
  return { path, end: path.at(-1)!, liquidated: world.engine.liquidated, cell: Math.min(widest, (4 * reach) / COUNT) + 1 / START };
}

/** The least x above the shock with x = shock + D(lots liquidated up to x), by iteration from below. */
function closed(shock: number, displacement: (x: number) => number): number {
  let x = shock;
  for (let i = 0; i < 10_000; i++) x = shock + displacement(x);
  return x;
}

describe('a cascade in the world lands on the closed form', () => {
  test('CAS-SQRT-c0.1: the drop, and the jump at no shock at all', () => {
    const { c, s } = parameters('CAS-SQRT-c0.1') as { c: number; s: number };
    const want = expected('CAS-SQRT-c0.1');
    const impact = lasting({ kind: 'square-root', coefficient: c, window: Infinity });
    const got = play({ impact, shocked: 1 - s, reach: 0.04, lots: 0.04 });
    expect(Math.abs(1 - got.end - want['x']!)).toBeLessThan(3 * got.cell);
    const jump = play({ impact, shocked: 1 - 2 / START, reach: 0.012, lots: 0.012 });
    expect(Math.abs(1 - jump.end - 4 / START - want['jump_at_zero']!)).toBeLessThan(3 * jump.cell);
  });

  test.each(['CAS-FOLD-d1-k1', 'CAS-FOLD-d1-k2', 'CAS-FOLD-d0.5-k3'])('%s: where it tips', (id) => {
    const { delta, k, kappa, rho_k: density } = parameters(id) as Record<'delta' | 'k' | 'kappa' | 'rho_k', number>;
    const { x_star, s_star } = expected(id) as { x_star: number; s_star: number };
    const reach = 1.1 * x_star;
    const impact = lasting({ kind: 'power', coefficient: kappa, exponent: delta });
    const lots = (density * pow(reach, k + 1)) / (k + 1);
    // Shorts, because a price can rise by any fraction.
    const at = (s: number) => play({ side: -1, impact, shocked: 1 + s, reach, grade: k + 1, lots });
    const below = 0.98 * s_star;
    const x = closed(below, (y) => kappa * pow((density * pow(y, k + 1)) / (k + 1), delta));
    const got = at(below);
    // Near the tip a cell is worth 1 / (1 − slope) cells.
    const slope = delta * (k + 1) * (1 - below / x);
    expect(Math.abs(got.end - 1 - x)).toBeLessThan((3 * got.cell) / (1 - slope));
    expect(at(1.02 * s_star).liquidated).toBe(COUNT);
  });

  test('CAS-THINBOOK: the drops, and past the fold the book runs out', () => {
    const { kappa, beta, d0, s: shocks } = targets.get('CAS-THINBOOK')!.parameters as Record<string, number> & { s: number[] };
    const want = targets.get('CAS-THINBOOK')!.expected as { x: number[]; s_star: number; x_star: number };
    const impact = lasting({ kind: 'exponential', depth: d0!, decay: kappa! });
    const at = (s: number, reach: number) => play({ impact, shocked: 1 - s, reach, lots: beta! * d0! * reach });
    for (const [i, s] of (shocks as number[]).entries()) {
      const got = at(s, 1.2 * want.x[i]!);
      const amplification = 1 / (1 - beta! * exp(kappa! * (want.x[i]! - s)));
      expect(Math.abs(1 - got.end - want.x[i]!), `s = ${s}`).toBeLessThan(3 * amplification * got.cell);
    }
    expect(1 - at(1.02 * want.s_star, 1.1 * want.x_star).end).toBeGreaterThan(want.x_star);
  });

  test('CAS-THICKBOOK: the jump at no shock at all', () => {
    const { kappa, beta } = parameters('CAS-THICKBOOK') as { kappa: number; beta: number };
    const want = targets.get('CAS-THICKBOOK')!.expected as number;
    const reach = 1.2 * want;
    const got = play({
      impact: lasting({ kind: 'exponential', depth: 1, decay: -kappa }),
      shocked: 1 - 2 / START,
      reach,
      lots: beta * reach,
    });
    expect(Math.abs(1 - got.end - want)).toBeLessThan(6 * got.cell);
  });

  test('CAS-CPMM: a pool that is arbitraged to the shock, in logarithms', () => {
    const cases = targets.get('CAS-CPMM')!.parameters as { n_over_X: number; s: number | '0+' }[];
    for (const [i, total] of (targets.get('CAS-CPMM')!.expected as number[]).entries()) {
      const { n_over_X: density, s } = cases[i]!;
      const reach = 1.2 * total;
      const shock = s === '0+' ? reach / COUNT : s;
      const impact = lasting({ kind: 'constant-product', reserve: 1, fee: 0 });
      const got = play({ impact, shocked: exp(-shock), reach, lots: density * reach, priceAt: (l) => exp(-l) });
      const amplification = 1 / Math.abs(1 - 2 * density * exp((total - shock) / 2));
      expect(Math.abs(-log(got.end) - total), `case ${i}`).toBeLessThan(5 * amplification * got.cell * exp(total));
    }
  });

  test('a latent book, and a table of it, cascade like the square root', () => {
    const [s, slope] = [0.01, 200];
    const [reach, lots] = [0.03, 0.03];
    const shape = { shocked: 1 - s, reach, lots };
    const root = play({ ...shape, impact: lasting({ kind: 'square-root', coefficient: Math.sqrt(2 / slope), window: Infinity }) });
    const latent = play({ ...shape, impact: lasting({ kind: 'latent', slope }) });
    const knots = Array.from({ length: 400 }, (_, k) => lots * ((k + 1) / 400) ** 2);
    const moves = knots.map((q) => Math.sqrt((2 * q) / slope));
    const table = play({ ...shape, impact: lasting({ kind: 'table', lots: knots, moves, window: Infinity }) });
    expect(Math.abs(latent.end - root.end)).toBeLessThan(1e-12);
    expect(Math.abs(1 - root.end - expected('CAS-SQRT-c0.1')['x']!)).toBeLessThan(3 * root.cell);
    expect(Math.abs(table.end - root.end)).toBeLessThan(2e-6);
  });

  test.each<[string, ImpactOptions]>([
    ['linear', lasting({ kind: 'linear', slope: 0.5 })],
    ['power', lasting({ kind: 'power', coefficient: 0.2, exponent: 0.75 })],
    ['exponential', lasting({ kind: 'exponential', depth: 1.5, decay: 3 })],
    ['constant product', lasting({ kind: 'constant-product', reserve: 4, fee: 0.003 })],
  ])('%s: the library runner ends at the same price with the same positions', (_, impact) => {
    const [shocked, reach] = [0.97, 0.12];
    const got = play({ impact, shocked, reach, lots: reach });
    const want = playLaw({ impact, shocked, holders: [spreadHolders({ side: 1, count: COUNT, reach, lots: reach })] });
    expect(got.liquidated).toBeGreaterThan(COUNT / 10);
    expect(Math.abs(got.end - want.prices[0]!)).toBeLessThan(4 * got.cell);
    expect(Math.abs(got.liquidated - want.liquidated)).toBeLessThan(4 + (4 * COUNT) / START / reach);
  });
});

/** What is left after k seconds of a lot that moved the price by 1. */
type Memory = (k: number) => number;

/**
 * Displacements after each generation of a cascade of batches a step apart, in units of the shock: of an order that is triggered at what
 * the last generations have left. b: slope × density.
 */
function generations(b: number, memory: Memory, count: number): number[] {
  const sold: number[] = [];
  const path: number[] = [];
  let triggered = 0;
  for (let k = 0; k < count; k++) {
    const left = sold.reduce((sum, q, j) => sum + q * memory(k - j), 0);
    const lots = b * Math.max(0, 1 + left - triggered);
    triggered = Math.max(triggered, 1 + left);
    sold.push(lots);
    path.push(left + lots);
  }
  return path;
}

/** b_c = 1 / max (1 − ζ)(G(ζ) − 1) over 0 < ζ < 1: docs/impact.md, by a fine grid. */
function critical(memory: Memory): number {
  let best = 0;
  for (let i = 1; i < 1000; i++) {
    const zeta = i / 1000;
    let sum = 0;
    for (let k = 1, power = zeta; power > 1e-12 && k < 20_000; k++, power *= zeta) sum += power * memory(k);
    best = Math.max(best, (1 - zeta) * sum);
  }
  return 1 / best;
}

const MEMORIES: readonly [string, Memory, (b: number) => ImpactOptions][] = [
  ...[0.9, 0.5].map((e): [string, Memory, (b: number) => ImpactOptions] => [
    `linear, e = ${e}`,
    (k) => pow(e, k),
    (b) => ({ kind: 'linear', slope: b, recovery: halfLife(e), permanent: 0 }),
  ]),
  [
    'Obizhaeva–Wang, permanent 0.3, e = 0.7',
    (k) => 0.3 + 0.7 * pow(0.7, k),
    (b) => ({ kind: 'obizhaeva-wang', depth: 1 / b, permanent: 0.3, recovery: halfLife(0.7) }),
  ],
  [
    'propagator, scale 1 s, exponent 0.5',
    (k) => 1 / Math.sqrt(1 + k),
    (b) => ({ kind: 'propagator', slope: b, scale: 1, exponent: 0.5, memory: 1000 }),
  ],
];

describe('memory and resilience', () => {
  const s = 0.002;
  const batch = (b: number, impactOf: (b: number) => ImpactOptions, reach: number, steps: number) =>
    play({ impact: impactOf(b), shocked: 1 - s, reach, lots: reach, mode: 'batch', steps });

  test('CAS-RESILIENCE: with b + e ≤ 1 the first generation is the peak', () => {
    const { b_one_gen: b, e_one_gen: e } = parameters('CAS-RESILIENCE') as { b_one_gen: number; e_one_gen: number };
    const got = batch(b, (slope) => ({ kind: 'linear', slope, recovery: halfLife(e), permanent: 0 }), 4 * s, 30);
    const peak = (1 - Math.min(...got.path)) / s;
    expect(Math.abs(peak - expected('CAS-RESILIENCE')['peak']!)).toBeLessThan((3 * got.cell) / s);
  });

  test.each(MEMORIES)('%s: every generation is where the recursion has it', (_, memory, impactOf) => {
    const b = 0.7 * critical(memory);
    const want = generations(b, memory, 25);
    expect(want.findIndex((y, k) => k > 0 && y <= want[k - 1]!)).toBeGreaterThan(2);
    const got = batch(b, impactOf, 2 * s * (1 + Math.max(...want)), 25);
    const spread = Math.max(...want) * (1 + b);
    want.forEach((y, k) => {
      expect(Math.abs((1 - got.path[k + 1]!) / s - 1 - y), `generation ${k}`).toBeLessThan((2 * spread * got.cell) / s);
    });
  });

  test.each(MEMORIES)('%s: runs away from b_c on', (_, memory, impactOf) => {
    const b = critical(memory);
    const shock = 1e-3;
    const at = (share: number) =>
      play({ impact: impactOf(share * b), shocked: 1 - shock, reach: 0.5, lots: 0.5, mode: 'batch', steps: 400 }).liquidated / COUNT;
    expect(at(0.8)).toBeLessThan(0.5);
    // The last of them wait where the market ends, and may be saved by its recovery.
    expect(at(1.25)).toBeGreaterThan(0.95);
  });

  test('with impact that never comes back b_c is 1, with exponential memory the closed form', () => {
    expect(critical(() => 1)).toBeCloseTo(1, 2);
    for (const e of [0.9, 0.5]) expect(critical((k) => pow(e, k)) / ((1 + Math.sqrt(1 - e)) ** 2 / e)).toBeCloseTo(1, 5);
  });

  test('the tip between the two is found by halving as the library runner does it', () => {
    const [, memory, impactOf] = MEMORIES[1]!;
    const tips = (b: number): boolean =>
      play({ impact: impactOf(b), shocked: 1 - 1e-3, reach: 0.5, lots: 0.5, mode: 'batch', steps: 400 }).liquidated > 0.95 * COUNT;
    const tip = tippingPoint(tips, 1, 12, LONG ? 10 : 6);
    expect(Math.abs(tip / critical(memory) - 1)).toBeLessThan(0.12);
  });
});

describe('what scheduled orders pay', () => {
  const [depth, permanent, recovery] = [4e6, 0.3, 5];
  const impact: ImpactOptions = { kind: 'obizhaeva-wang', depth, permanent, recovery };

  /** Plays sales at whole seconds and gives what came in, in ticks × lots, and the displacement after the last. */
  function sell(lots: readonly number[], every: number): { readonly paid: number; readonly displacement: number } {
    const steps = 1 + (lots.length - 1) * every;
    const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps, mode: 'batch', route: 'book', mark: 'last' });
    const orders = lots.map((each, i) => ({ at: 1 + i * every, lots: -each }));
    const options = withMarket(base, { quotes: { kind: 'curve', impact }, orders });
    const population = new LawPopulation(1);
    const world = new World(shapeOf(options, population, [START]));
    world.open(lawTerms(options, population));
    while (world.advance());
    const market = world.markets[0]!;
    if (!(market instanceof CurveMarket)) throw new Error('want a curve');
    const { cash, lots: held } = market.exchange.ledger;
    const total = lots.reduce((sum, each) => sum + each, 0);
    const curveAccount = held.indexOf(total);
    expect(curveAccount).toBeGreaterThan(0);
    expect(world.ledgerError).toBe(0);
    return { paid: -cash[curveAccount]!, displacement: market.displacement };
  }

  test('Obizhaeva–Wang, N equal trades: the displacement is the sum of a geometric series, and the money its integral', () => {
    const [v, n, tau] = [1000, 20, 2];
    const e = 0.5 ** (tau / recovery);
    const { paid, displacement } = sell(
      Array.from({ length: n }, () => v),
      tau,
    );
    expect(displacement).toBeCloseTo((-v / depth) * (permanent * n + (1 - permanent) * ((1 - e ** n) / (1 - e))), 12);
    let cost = 0;
    for (let i = 0; i < n; i++)
      cost += ((v * v) / depth) * (permanent * (i + 0.5) + (1 - permanent) * ((e * (1 - e ** i)) / (1 - e) + 0.5));
    // Each fill is rounded by half a quantum at most.
    expect(Math.abs(n * v * START - cost * START - paid)).toBeLessThan(n / 2 + 1e-3);
  });

  test('Obizhaeva–Wang, the cheapest schedule costs what the closed form says', () => {
    const [n, tau] = [12, 2];
    const a = 0.5 ** (tau / recovery);
    const weights = Array.from({ length: n }, (_, i) => (i === 0 || i === n - 1 ? 1 : 1 - a));
    const sum = 2 + (n - 2) * (1 - a);
    const lots = weights.map((weight) => Math.round((1e6 * weight) / sum));
    const X = lots.reduce((whole, each) => whole + each, 0);
    const least = ((X * X) / (2 * depth)) * (permanent + (1 - permanent) * ((1 + a) / sum)) * START;
    const { paid } = sell(lots, tau);
    expect((X * START - paid) / least).toBeCloseTo(1, 9);
    const even = sell(
      Array.from({ length: n }, () => Math.round(X / n)),
      tau,
    );
    expect(Math.round(X / n) * n * START - even.paid).toBeGreaterThan(least);
  });

  test('a propagator decays in the world as its kernel does', () => {
    const [slope, scale, exponent] = [1e-7, 2, 0.4];
    const options: ImpactOptions = { kind: 'propagator', slope, scale, exponent, memory: 100 };
    const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: 60, mode: 'batch', route: 'book', mark: 'last' });
    const rate = 1000;
    const orders = Array.from({ length: 30 }, (_, i) => ({ at: i + 1, lots: -rate }));
    const run = withMarket(base, { quotes: { kind: 'curve', impact: options }, orders });
    const population = new LawPopulation(1);
    const world = new World(shapeOf(run, population, [START]));
    world.open(lawTerms(run, population));
    while (world.advance()) {
      const t = world.step;
      let want = 0;
      for (let i = 1; i <= Math.min(30, t); i++) want -= slope * rate * pow(1 + (t - i) / scale, -exponent);
      expect(Math.abs((world.markets[0] as CurveMarket).displacement / want - 1)).toBeLessThan(1e-8);
    }
  });
});

test('the outside price moves: displacements keep their size in money, a pool keeps its share of the price', () => {
  const outside = [1, 0.8, 1.3];
  const at = (impact: ImpactOptions): number[] => {
    const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: 2, mode: 'batch', route: 'book', mark: 'last' });
    const options = withMarket(base, { quotes: { kind: 'curve', impact }, orders: [{ at: 0.5, lots: -1000 }] });
    const population = new LawPopulation(1);
    const world = new World(shapeOf(options, population, [START]));
    world.open({ ...lawTerms(options, population), outside: [Float64Array.from(outside, (share) => share * START)] });
    const path: number[] = [];
    while (world.advance()) path.push(world.markets[0]!.mid() / START);
    return path;
  };
  for (const impact of [lasting({ kind: 'linear', slope: 1e-5 }), lasting({ kind: 'exponential', depth: 1e5, decay: 20 })]) {
    const curve = impactCurve(impact);
    curve.trade(-1000, 0);
    const d = curve.displacement(0);
    expect(at(impact)[0]).toBeCloseTo(0.8 + d, 12);
    expect(at(impact)[1]).toBeCloseTo(1.3 + d, 12);
  }
  const share = 1 / (1 + 1000 / (1e5 / Math.sqrt(0.8))) ** 2;
  expect(at(lasting({ kind: 'constant-product', reserve: 1e5, fee: 0 }))[0]! / 0.8).toBeCloseTo(share, 12);
  expect(at(lasting({ kind: 'constant-product', reserve: 1e5, fee: 0 }))[1]! / 1.3).toBeCloseTo(share, 12);
});

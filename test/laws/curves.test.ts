import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cashAt, runCurveCascade } from '../../src/liquidation/curve-cascade.ts';
import type { CurveCascade, Holders } from '../../src/liquidation/curve-cascade.ts';
import { impactCurve } from '../../src/market/curve.ts';
import type { ImpactOptions, LawOptions } from '../../src/market/impact.ts';
import { lasting, playLaw, spreadHolders } from '../../src/validation/curve-worlds.ts';
import { CURVE_CHECKS, criticalFeedback, halfLife } from '../../src/validation/curves.ts';
import type { Value } from '../../src/validation/target.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';

test('a law without a solution at its parameters says what is allowed', () => {
  const run = (id: string, parameters: Value) =>
    CURVE_CHECKS.find((check) => check.id === id)!.run(parameters, { runs: null, quick: true }, null);
  expect(() => run('CAS-FOLD-d1-k1', { delta: 0.5, k: 1, kappa: 1, rho_k: 2 })).toThrow(/delta × \(k \+ 1\) is 1, want above 1/);
  expect(() => run('CAS-THINBOOK', { kappa: 10, beta: 1.2, d0: 1, s: [0.01] })).toThrow(/parameter beta: found 1.2/);
  expect(() => run('CAS-CPMM', [{ n_over_X: 0.3, s: '0+' }])).toThrow(/n_over_X = 0.3, s = 0\+: found a fall of/);
  expect(() => run('CAS-DYNMARGIN', { b: 0.7, kappa: 0.6, s: 0.01 })).toThrow(/want b below 0.625/);
});

describe('the runner against closed forms outside the board', () => {
  const count = LONG ? 1_000_000 : 20_000;

  test.each([0.25, 0.5, 0.8])('linear impact, b = %s: a geometric series of generations, one after the other the same end', (b) => {
    const s = 0.01;
    const reach = (1.21 * s) / (1 - b);
    const world = {
      impact: lasting({ kind: 'linear', slope: b }),
      shocked: 1 - s,
      holders: [spreadHolders({ side: 1, count, reach, lots: reach })],
    };
    const batch = playLaw({ ...world, mode: 'batch' });
    const single = playLaw(world);
    const cell = reach / count;
    expect(Math.abs(1 - batch.prices[0]! - s / (1 - b))).toBeLessThan((2 * cell) / (1 - b));
    expect(batch.generations[1]! / batch.generations[0]!).toBeCloseTo(b, 3);
    expect(single.prices[0]).toBeCloseTo(batch.prices[0]!, 10);
    expect(single.liquidated).toBe(batch.liquidated);
    expect(single.end).toBe('quiet');
  });

  test('a latent book cascades like a square root with c = √(2ρ/L)', () => {
    const [s, slope, density] = [0.01, 200, 1];
    const world = { shocked: 1 - s, holders: [spreadHolders({ side: 1, count, reach: 0.04, lots: 0.04 * density })] };
    const latent = playLaw({ ...world, impact: lasting({ kind: 'latent', slope }) });
    const root = playLaw({
      ...world,
      impact: lasting({ kind: 'square-root', coefficient: Math.sqrt((2 * density) / slope), window: Infinity }),
    });
    expect(latent.prices[0]).toBeCloseTo(root.prices[0]!, 12);
    expect(1 - latent.prices[0]!).toBeCloseTo(0.02618033988749895, 5);
  });

  test('near a fold the drop is √(2 x* (s* − s) / (m − 1)) short of x*', () => {
    const [x, s] = [0.5, 0.25];
    const holders = [spreadHolders({ side: -1, count: 200_000, reach: 0.6, lots: 0.36, grade: 2 })];
    const impact = lasting({ kind: 'power', coefficient: 1, exponent: 1 });
    for (const short of [1e-3, 1e-4]) {
      const got = playLaw({ impact, shocked: 1 + s - short, holders }).prices[0]! - 1;
      expect((x - got) / Math.sqrt(2 * x * short)).toBeCloseTo(1, 1);
    }
    expect(playLaw({ impact, shocked: 1 + s + 1e-3, holders }).end).toBe('all');
  });

  /** b_c = 1 / max ζ (1 − ζ) G(ζ) over 0 < ζ < 1, by a fine grid. */
  const critical = (generating: (zeta: number) => number): number => {
    let best = 0;
    for (let i = 1; i < 10_000; i++) best = Math.max(best, (i / 10_000) * (1 - i / 10_000) * generating(i / 10_000));
    return 1 / best;
  };

  test.each([
    [0.5, 0.5],
    [0.2, 0.9],
    [0, 0.5],
  ])('Obizhaeva–Wang, permanent %s, e = %s: runs away from b_c on', (permanent, e) => {
    const b = critical((z) => permanent / (1 - z) + (1 - permanent) / (1 - e * z));
    const got = criticalFeedback({ kind: 'obizhaeva-wang', depth: 1, permanent, recovery: halfLife(e) });
    expect(Math.abs(got / b - 1)).toBeLessThan(2e-3);
  });

  test.each([
    [1, 0.5],
    [0.25, 0.3],
  ])('propagator, scale %s, exponent %s: runs away from b_c on', (scale, exponent) => {
    const b = critical((z) => {
      let sum = 0;
      for (let k = 0, power = 1; power > 1e-12 && k < 20_000; k++, power *= z) sum += power * (1 + k / scale) ** -exponent;
      return sum;
    });
    const got = criticalFeedback({ kind: 'propagator', slope: 1, scale, exponent, memory: 20_000 });
    expect(Math.abs(got / b - 1)).toBeLessThan(2e-3);
  });
});

const RULES = {
  settlement: 'order',
  maintenance: 0.02,
  threshold: 1,
  call: 1,
  equalityLiquidates: true,
  latency: 0,
  most: Infinity,
} as const;
const IMPACTS: readonly (LawOptions | ImpactOptions)[] = [
  { kind: 'linear', slope: 0.002 },
  { kind: 'square-root', coefficient: 0.01, window: Infinity },
  { kind: 'exponential', depth: 150, decay: 4 },
  { kind: 'constant-product', reserve: 400, fee: 0.003 },
  { kind: 'obizhaeva-wang', depth: 300, permanent: 0.5, recovery: 2 },
  { kind: 'propagator', slope: 0.003, scale: 1, exponent: 0.5, memory: 200 },
];

/** The same cascade by asking everybody after every order. */
function scan({ curves, outside, holders, mode, latency, equalityLiquidates, threshold, maintenance }: CurveCascade) {
  const [curve, at, { side, lots, cash }] = [curves[0]!, outside[0]!, holders[0]!];
  const level = threshold * (maintenance as number);
  const open = new Set(lots.keys());
  let [time, badDebt] = [0, 0];
  const generations: number[] = [];
  curve.reset();
  for (;;) {
    const price = curve.price(at, time);
    const below = (i: number) => {
      const value = side * lots[i]! * price;
      const [equity, demanded] = [cash[i]! + value, level * Math.abs(value)];
      return equalityLiquidates ? equity <= demanded : equity < demanded;
    };
    const due = [...open].filter(below).sort((a, b) => cash[a]! / lots[a]! - cash[b]! / lots[b]! || a - b);
    if (due.length === 0) return { liquidated: lots.length - open.size, price, badDebt, generations };
    const order = mode === 'batch' ? due : due.slice(0, 1);
    const total = order.reduce((sum, i) => sum + lots[i]!, 0);
    time += latency;
    if (curve.trade(-side * total, time) !== -side * total)
      return { liquidated: lots.length - open.size, price: curve.price(at, time), badDebt, generations };
    generations.push(total);
    for (const i of order) {
      open.delete(i);
      badDebt += Math.max(0, -(cash[i]! + side * lots[i]! * at * (1 + curve.averageFill)));
    }
  }
}

test('random worlds: the runner liquidates whom a full scan liquidates, in the same generations, at the same debt', () => {
  let cascades = 0;
  fc.assert(
    fc.property(
      fc.record({
        impact: fc.constantFrom(...IMPACTS),
        side: fc.constantFrom(1 as const, -1 as const),
        mode: fc.constantFrom('batch' as const, 'sequential' as const),
        latency: fc.constantFrom(0, 0.7),
        equality: fc.boolean(),
        shock: fc.integer({ min: 0, max: 300 }),
        people: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 60 }),
      }),
      ({ impact, side, mode, latency, equality, shock, people }) => {
        const sorted = people
          .map(([lots, distance]) => ({ lots, cash: cashAt(side, lots, 1 - (side * distance) / 1000, 0.02) }))
          .sort((a, b) => a.cash / a.lots - b.cash / b.lots);
        const holders: Holders[] = [
          { side, lots: Float64Array.from(sorted, (p) => p.lots), cash: Float64Array.from(sorted, (p) => p.cash), basket: [1], topUp: 0 },
        ];
        const cascade = {
          ...RULES,
          curves: [impactCurve({ recovery: 5, permanent: 0.3, ...impact } as ImpactOptions)],
          outside: [1 - (side * shock) / 1000],
          holders,
          mode,
          latency,
          equalityLiquidates: equality,
        };
        const got = runCurveCascade(cascade);
        const want = scan(cascade);
        if (want.generations.length > 1) cascades++;
        expect(got.liquidated).toBe(want.liquidated);
        expect(got.prices[0]).toBe(want.price);
        expect(got.badDebt).toBeCloseTo(want.badDebt, 10);
        if (mode === 'batch' && got.end !== 'book') expect(got.generations).toEqual(want.generations);
      },
    ),
    { numRuns: LONG ? 20_000 : 500, seed: 3 },
  );
  expect(cascades).toBeGreaterThan(LONG ? 5000 : 125);
});

describe('rules', () => {
  const holders = (prices: readonly number[], topUp = 0, lots = 1): Holders => ({
    side: 1,
    lots: new Float64Array(prices.length).fill(lots),
    cash: Float64Array.from(prices, (price) => cashAt(1, lots, price, 0.02)),
    basket: [1],
    topUp,
  });
  const make = (kinds: readonly Holders[], outside: number, impact: LawOptions = { kind: 'linear', slope: 0.01 }): CurveCascade => ({
    ...RULES,
    curves: [impactCurve(lasting(impact))],
    outside: [outside],
    holders: kinds,
    mode: 'sequential',
  });

  test('nothing triggered: nothing happens, at exactly the outside price', () => {
    expect(runCurveCascade(make([holders([0.9])], 0.95))).toMatchObject({
      liquidated: 0,
      orders: 0,
      prices: [0.95],
      badDebt: 0,
      end: 'quiet',
    });
  });

  test('no feedback between the markets of different assets', () => {
    const both = {
      ...make([{ ...holders([0.97, 0.965]), basket: [1, 0] }], 0.97),
      curves: [0, 1].map(() => impactCurve(lasting({ kind: 'linear', slope: 0.01 }))),
      outside: [0.969, 0.9],
    };
    expect(runCurveCascade(both)).toMatchObject({ liquidated: 2, end: 'all' });
    expect(runCurveCascade(both).prices[1]).toBe(0.9);
  });

  test('calls that are answered keep a position, and are counted', () => {
    const kinds = [holders([0.96, 0.9505], 0.05), holders([0.955])];
    const got = runCurveCascade({ ...make(kinds, 0.9549, { kind: 'linear', slope: 1e-4 }), call: 1.25 });
    // 0.9505 is called too: 1.25 × 2 % of the price is more than its equity.
    expect(got).toMatchObject({ liquidated: 1, calls: 3, lots: [0, 1] });
  });

  test('of several kinds the worst goes first', () => {
    const worst = [holders([0.95]), holders([0.98])];
    const got = runCurveCascade({ ...make(worst, 0.949), most: 1 });
    expect(got).toMatchObject({ lots: [0, 1], orders: 1, end: 'most' });
  });

  test('what a book cannot fill ends the cascade and stays open', () => {
    const got = runCurveCascade(make([holders([0.99, 0.98, 0.97], 0, 4)], 0.989, { kind: 'exponential', depth: 10, decay: 2 }));
    expect(got.end).toBe('book');
    expect(got.liquidated).toBe(1);
    // The side holds (depth / decay)(1 − e^−decay) lots down to a price of 0.
    expect(got.remainder).toBeCloseTo(8 - 5 * (1 - Math.exp(-2)), 9);
    expect(got.prices[0]).toBeCloseTo(0, 12);
  });

  test('batch breaks off after most orders with the rest open', () => {
    const got = runCurveCascade({ ...make([holders([0.99, 0.98])], 0.989), mode: 'batch', most: 1 });
    expect(got).toMatchObject({ liquidated: 1, orders: 1, generations: [1], end: 'most' });
  });

  const base = make([holders([0.98])], 0.9);
  test.each<[string, CurveCascade, RegExp]>([
    ['no curves', { ...base, curves: [], outside: [] }, /found 0 curves and 0 outside prices/],
    ['an outside price of 0', { ...base, outside: [0] }, /found outside price 0 of asset 0, want above 0/],
    ['a negative threshold', { ...base, threshold: -1 }, /found threshold -1/],
    ['a call below the threshold', { ...base, call: 0.5 }, /found call level 0.5, want at least the threshold 1/],
    ['a negative latency', { ...base, latency: -1 }, /found latency -1/],
    ['no orders', { ...base, most: 0 }, /found most 0/],
    ['a rate of 1', { ...base, maintenance: 1 }, /found maintenance rate 1, want at least 0 and below 1/],
    ['cash that does not fit', { ...base, holders: [{ ...base.holders[0]!, cash: new Float64Array(3) }] }, /found 3 cash of 1 positions/],
    [
      'a basket that does not fit',
      { ...base, holders: [{ ...base.holders[0]!, basket: [1, 1] }] },
      /found basket 1, 1, want a number from 0 for each of 1 assets/,
    ],
    ['a negative top-up', { ...base, holders: [holders([0.9], -1)] }, /found topUp -1/],
    [
      'empty positions',
      { ...base, holders: [{ ...base.holders[0]!, lots: new Float64Array(1) }] },
      /position 0: found 0 lots, want above 0/,
    ],
    ['an order that is not', { ...base, holders: [holders([0.9, 0.95])] }, /position 1: found a worse position than the one before/],
  ])('%s is refused', (_, cascade, message) => {
    expect(() => runCurveCascade(cascade)).toThrow(RangeError);
    expect(() => runCurveCascade(cascade)).toThrow(message);
  });
});

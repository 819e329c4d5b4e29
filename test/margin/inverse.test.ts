import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { openingCash } from '../../src/core/ledger.ts';
import { ScanIndex } from '../../src/margin/index/scan.ts';
import { TickIndex } from '../../src/margin/index/ticks.ts';
import { bankruptcyPrice, checkLevel, inverseLiquidationTick, isInverseBelow, liquidationPrice } from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import { flatTiers, tiersFromRates } from '../../src/margin/tiers.ts';

const RUNS = process.env['MARGINFALL_LONG'] === '1' ? 60_000 : 3000;

const read = (name: string): any[] => JSON.parse(readFileSync(new URL(`../../reference/${name}.json`, import.meta.url), 'utf8')) as any[];
const found = (all: any[], id: string): any => {
  const one = all.find((candidate) => candidate.id === id);
  if (one === undefined) throw new Error(`found no ${id}`);
  return one;
};
const target = (id: string): any => found(read('targets'), id);
const vector = (id: string): any => found(read('vectors'), id);

/** Price step, coin quantum and face of a lot of a venue's contract: a lot is a dollar. */
const TICK = 0.01;
const QUANTUM = 1e-8;
const FACTOR = 1 / (TICK * QUANTUM);
const CONTRACT = { kind: 'inverse', factor: FACTOR } as const;
const MAX_TICK = 2 ** 30;

/** The simulation's tick of a position of so many dollars, as a price. */
function priceOf(side: 1 | -1, dollars: number, entry: number, coin: number, rate: number, level: number, fixed = 0): number {
  const lots = side * dollars;
  const cash = Math.round((coin - level * fixed) / QUANTUM) + openingCash(CONTRACT, lots, Math.round(entry / TICK));
  return inverseLiquidationTick(cash, lots, FACTOR, flatTiers(rate), level, true, MAX_TICK) * TICK;
}

/** The tick lies on the losing side of the crossing, less than a tick from it but for a quantum of coin. */
function expectAt(price: number, crossing: number, side: 1 | -1, dollars: number): void {
  const slack = (QUANTUM * crossing * crossing) / dollars + 1e-9;
  const short = side * (crossing - price);
  expect(short).toBeGreaterThan(-slack);
  expect(short).toBeLessThan(TICK + slack);
}

describe('closed forms of an inverse contract, by the tick at which the engine acts', () => {
  test('POS-LIQ-INVERSE: liquidation and bankruptcy', () => {
    const { parameters, expected } = target('POS-LIQ-INVERSE');
    const { entry, leverage, m } = parameters;
    const dollars = 1e6;
    const coin = dollars / entry / leverage;
    for (const side of [1, -1] as const) {
      const name = side === 1 ? 'long' : 'short';
      expectAt(priceOf(side, dollars, entry, coin, m, 1), expected[`${name}_liq`], side, dollars);
      expectAt(priceOf(side, dollars, entry, coin, m, 0), expected[`${name}_bk`], side, dollars);
    }
  });

  test('kraken-futures: maintenance on the value at the mark', () => {
    const { inputs, expected } = vector('kraken-futures/inverse_liquidation_price/01');
    const { qty_usd, entry, margin_btc, mm_rate } = inputs;
    // Published prices are cut to whole dollars.
    expect(Math.floor(priceOf(1, qty_usd, entry, margin_btc, mm_rate, 1))).toBe(expected.liquidation_price);
    expect(Math.floor(priceOf(1, qty_usd, entry, margin_btc, mm_rate, 0))).toBe(expected.bankruptcy_price);
  });

  test('binance-coinm: what maintenance of 0.4 % asks of 100 contracts of 100 dollars is owed in coin at the mark', () => {
    const { inputs, expected } = vector('binance-coinm/maintenance_margin/01');
    const { contracts, contract_value_usd, mark, mmr } = inputs;
    const lots = contracts * contract_value_usd;
    const tick = Math.round(mark / TICK);
    // With equity = maintenance at the mark the position stands exactly at the level.
    const cash = Math.round(expected.maintenance_margin_btc / QUANTUM) + openingCash(CONTRACT, lots, tick);
    const below = (more: number, orEqual: boolean): boolean => isInverseBelow(cash + more, lots, tick, FACTOR, flatTiers(mmr), 1, orEqual);
    expect([below(0, false), below(0, true), below(-1, false), below(1, true)]).toEqual([false, true, true, false]);
  });

  test('bybit: maintenance fixed at entry is a demand that no price moves', () => {
    const { inputs, expected } = vector('bybit/inverse_isolated_liquidation_price/01');
    const { side, qty_usd, entry, mmr } = inputs;
    const fixed = (mmr * qty_usd) / entry;
    const price = priceOf(side === 'long' ? 1 : -1, qty_usd, entry, expected.initial_margin_btc, 0, 1, fixed);
    expect(Math.abs(price - expected.liquidation_price)).toBeLessThanOrEqual(0.015);
  });

  test('any position: the tick is where liquidationPrice and bankruptcyPrice say', () => {
    const position = fc.record({
      side: fc.constantFrom(1 as const, -1 as const),
      entry: fc.integer({ min: 1_000, max: 200_000 }),
      dollars: fc.integer({ min: 100, max: 1_000_000 }),
      leverage: fc.double({ min: 1.1, max: 90, noNaN: true }),
      rate: fc.double({ min: 0.001, max: 0.01, noNaN: true }),
      threshold: fc.double({ min: 0.1, max: 1.1, noNaN: true }),
    });
    fc.assert(
      fc.property(position, ({ side, entry, dollars, leverage, rate, threshold }) => {
        const collateral = Math.round(dollars / entry / leverage / QUANTUM) * QUANTUM;
        const terms: PositionTerms = { contract: 'inverse', side, entry, size: dollars, collateral, rate, threshold };
        expectAt(priceOf(side, dollars, entry, collateral, rate, threshold), liquidationPrice(terms), side, dollars);
        expectAt(priceOf(side, dollars, entry, collateral, rate, 0), bankruptcyPrice(terms), side, dollars);
      }),
    );
  });
});

describe('the predicate', () => {
  /** Rates of the form k / 1024 are exact, so that whole numbers decide. */
  const world = fc.record({
    cash: fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
    lots: fc.integer({ min: -1000, max: 1000 }).filter((lots) => lots !== 0),
    factor: fc.integer({ min: 1, max: 2 ** 20 }),
    k: fc.nat(500),
    orEqual: fc.boolean(),
    maxTick: fc.integer({ min: 1, max: 4000 }),
  });

  test('below 2^53 it is exact, and its tick the only crossing', () => {
    fc.assert(
      fc.property(world, ({ cash, lots, factor, k, orEqual, maxTick }) => {
        const tiers = flatTiers(k / 1024);
        const face = BigInt(lots) * BigInt(factor);
        const demanded = 1024n * face + BigInt(k) * (face < 0n ? -face : face);
        const exactly = (tick: number): boolean => {
          const left = 1024n * cash * BigInt(tick);
          return orEqual ? left <= demanded : left < demanded;
        };
        const tick = inverseLiquidationTick(Number(cash), lots, factor, tiers, 1, orEqual, maxTick);
        for (const at of [1, tick - 1, tick, tick + 1, maxTick]) {
          if (at < 1 || at > maxTick) continue;
          expect(isInverseBelow(Number(cash), lots, at, factor, tiers, 1, orEqual)).toBe(exactly(at));
          expect(exactly(at)).toBe(lots > 0 ? at <= tick : at >= tick);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('beyond 2^53 it is still monotone, and off by less than a thousandth of a tick', () => {
    const large = fc.record({
      lots: fc.integer({ min: 1e6, max: 1e8 }),
      factor: fc.integer({ min: 1e9, max: 2e10 }),
      entry: fc.integer({ min: 1000, max: 1e7 }),
      leverage: fc.integer({ min: 2, max: 50 }),
      k: fc.integer({ min: 1, max: 9 }),
      side: fc.constantFrom(1, -1),
    });
    fc.assert(
      fc.property(large, ({ lots, factor, entry, leverage, k, side }) => {
        const held = side * lots;
        const cash = openingCash({ kind: 'inverse', factor }, held, entry) + Math.floor((lots * factor) / entry / leverage);
        if (!Number.isSafeInteger(cash)) return;
        const tiers = flatTiers(k / 1024);
        const tick = inverseLiquidationTick(cash, held, factor, tiers, 1, false, MAX_TICK);
        for (let at = tick - 3; at <= tick + 3; at++) {
          if (at < 1) continue;
          expect(isInverseBelow(cash, held, at, factor, tiers, 1, false)).toBe(side > 0 ? at <= tick : at >= tick);
        }
        const face = BigInt(held) * BigInt(factor);
        const demanded = 1024n * face + BigInt(k) * (face < 0n ? -face : face);
        const thousandths = Number((demanded * 1000n) / (1024n * BigInt(cash)));
        // A long is below up to the crossing, a short from it on.
        const off = side > 0 ? thousandths - tick * 1000 : tick * 1000 - thousandths;
        expect(off).toBeGreaterThanOrEqual(-1);
        expect(off).toBeLessThanOrEqual(1001);
      }),
      { numRuns: RUNS },
    );
  });

  test('where a product and what is demanded round to the same number, the tick is still that of the predicate', () => {
    const close = fc.record({
      cash: fc.integer({ min: 2 ** 39, max: 2 ** 40 }),
      k: fc.integer({ min: 2 ** 24, max: 2 ** 25 }),
      side: fc.constantFrom(1, -1),
      orEqual: fc.boolean(),
    });
    let rounded = 0;
    fc.assert(
      fc.property(close, ({ cash, k, side, orEqual }) => {
        // A face value of cash × k less than 2^12, where float64 counts in 2^11 to 2^13.
        const lots = side * Number((BigInt(cash) * BigInt(k)) / 4096n);
        const held = side * cash;
        const tick = inverseLiquidationTick(held, lots, 4096, flatTiers(0), 0, orEqual, MAX_TICK);
        for (let at = k - 2; at <= k + 2; at++) {
          expect(isInverseBelow(held, lots, at, 4096, flatTiers(0), 0, orEqual)).toBe(side > 0 ? at <= tick : at >= tick);
        }
        if ((side > 0 && tick === k) || (side < 0 && tick === k + 1)) rounded++;
      }),
      { numRuns: RUNS },
    );
    expect(rounded).toBeGreaterThan(RUNS / 20);
  });

  test('a short whose coin covers its face value is below at no price, a long without coin at every one', () => {
    expect(inverseLiquidationTick(0, -5, 1000, flatTiers(0.01), 1, true, 900)).toBe(901);
    expect(inverseLiquidationTick(7, -5, 1000, flatTiers(0.01), 1, true, 900)).toBe(901);
    expect(inverseLiquidationTick(0, 5, 1000, flatTiers(0.01), 1, false, 900)).toBe(900);
    expect(inverseLiquidationTick(-7, 5, 1000, flatTiers(0.01), 0, false, 900)).toBe(900);
  });

  test('tiers are charged on the face value: the rate of a position does not depend on the price', () => {
    const tiers = tiersFromRates([
      { floor: 0, rate: 0.01 },
      { floor: 1000 * 50, rate: 0.1 },
    ]);
    const small = inverseLiquidationTick(5000 + 500, 50, 1000, tiers, 1, true, 900);
    expect(small).toBe(Math.floor((50_000 * 1.01) / 5500));
    const large = inverseLiquidationTick(10_000 + 1000, 100, 1000, tiers, 1, true, 900);
    expect(large).toBe(Math.floor((100_000 + 500 + 5000) / 11_000));
  });
});

test('index ≡ full scan: at every mark the same accounts, through position changes', () => {
  const event = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        account: fc.nat(19),
        lots: fc.integer({ min: -40, max: 40 }),
        away: fc.integer({ min: -40, max: 40 }),
        margin: fc.nat(200),
      }),
    },
    { weight: 3, arbitrary: fc.record({ move: fc.integer({ min: -30, max: 30 }) }) },
  );
  const world = fc.record({
    maxTick: fc.constantFrom(120, 1000, 2 ** 17, 2 ** 20),
    factor: fc.constantFrom(1e4, 123_457, 2e9, 4e13),
    rates: fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 3 }),
    level: fc.constantFrom(0, 0.5, 1, 1.25, 2),
    orEqual: fc.boolean(),
    events: fc.array(event, { minLength: 30, maxLength: 80 }),
  });
  let triggered = 0;
  fc.assert(
    fc.property(world, ({ maxTick, factor, rates, level, orEqual, events }) => {
      const tiers = tiersFromRates(rates.map((rate, k) => ({ floor: k * factor * 10, rate })));
      checkLevel(tiers, level, maxTick);
      const cash = new Float64Array(20);
      const lots = new Float64Array(20);
      const index = new TickIndex({ accounts: 20, maxTick });
      const scan = new ScanIndex({ accounts: 20, cash, lots, quantaPerTickLot: factor, inverse: true, tiers, level, orEqual });
      const out = new Int32Array(20);
      const collected = (of: { collect(mark: number, out: Int32Array): number }, mark: number): number[] =>
        [...out.subarray(0, of.collect(mark, out))].sort((a, b) => a - b);
      let mark = maxTick >> 1;
      for (const one of events) {
        if ('move' in one) {
          mark = Math.min(maxTick, Math.max(1, mark + one.move));
          const at = collected(index, mark);
          expect(at).toEqual(collected(scan, mark));
          triggered += at.length;
        } else if (one.lots !== 0) {
          const { account, away, margin } = one;
          const entry = Math.min(maxTick, Math.max(1, mark + away));
          lots[account] = one.lots;
          // An entry near the mark and a margin of up to 200 of its thousandths of ticks: crossings fall among the marks visited.
          const value = Math.abs(openingCash({ kind: 'inverse', factor }, one.lots, entry));
          cash[account] = openingCash({ kind: 'inverse', factor }, one.lots, entry) + Math.floor((value / entry) * (margin / 10));
          const tick = inverseLiquidationTick(cash[account], one.lots, factor, tiers, level, orEqual, maxTick);
          index.set(account, one.lots > 0 ? 1 : -1, tick);
          scan.set(account, one.lots > 0 ? 1 : -1, tick);
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(triggered).toBeGreaterThan(RUNS);
});

import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { Ledger } from '../../src/core/ledger.ts';
import type { Contract } from '../../src/core/ledger.ts';

const ACCOUNTS = 5;

/** Contracts of 1 … 5 assets in 1 … 3 currencies, none of which is left out. */
const contracts: fc.Arbitrary<readonly Contract[]> = fc.integer({ min: 1, max: 3 }).chain((currencies) =>
  fc
    .tuple(
      fc.array(fc.nat(currencies - 1), { maxLength: 2 }),
      fc.array(
        fc.record({
          kind: fc.constantFrom<Contract['kind']>('linear', 'inverse', 'spot'),
          small: fc.integer({ min: 1, max: 1000 }),
          large: fc.integer({ min: 1, max: 2e12 }),
        }),
        { minLength: 5, maxLength: 5 },
      ),
    )
    .map(([more, terms]) =>
      [...Array.from({ length: currencies }, (_, i) => i), ...more].map((currency, i) => {
        const { kind, small, large } = terms[i] as (typeof terms)[0];
        return { kind, currency, factor: kind === 'inverse' ? large : small };
      }),
    ),
);

const account = fc.nat(ACCOUNTS - 1);
type Move = { asset: number; buyer: number; seller: number; lots: number; tick: number; how: 'trade' | 'tradeFor' | 'transfer' };
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    asset: fc.nat(100),
    buyer: account,
    seller: account,
    lots: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 })),
    tick: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 200_000 })),
    how: fc.constantFrom('trade', 'tradeFor', 'transfer'),
  }),
  { maxLength: 40 },
);

function opened(terms: readonly Contract[]): GeneralLedger {
  const general = new GeneralLedger(ACCOUNTS, terms);
  for (let i = 0; i < ACCOUNTS; i++) general.cash.forEach((cash, currency) => (cash[i] = 1000 * (i + 1) + currency));
  terms.forEach(({ kind }, asset) => {
    general.markets[asset]?.deposit(0, 0, kind === 'spot' ? 700 : 7);
    general.markets[asset]?.deposit(1, 0, -7);
  });
  general.open();
  return general;
}

/** What a movement does, in whole numbers without a limit. */
function play(general: GeneralLedger, terms: readonly Contract[], list: readonly Move[]): { cash: bigint[][]; lots: bigint[][] } {
  const cash = general.cash.map((one) => [...one].map(BigInt));
  const lots = general.markets.map((market) => [...market.lots].map(BigInt));
  for (const { asset: pick, buyer, seller, lots: count, tick: price, how } of list) {
    const asset = pick % terms.length;
    const { kind, currency, factor } = terms[asset] as Contract;
    // A lot of an inverse contract at one tick is worth more than float64 holds.
    const tick = kind === 'inverse' ? price + 1000 : price;
    const market = general.markets[asset] as Ledger;
    const purse = cash[currency] as bigint[];
    const held = lots[asset] as bigint[];
    const move = (array: bigint[], from: number, to: number, by: bigint): void => {
      array[from] = (array[from] as bigint) - by;
      array[to] = (array[to] as bigint) + by;
    };
    if (how === 'transfer') {
      market.transfer(buyer, seller, count);
      move(purse, buyer, seller, BigInt(count));
      continue;
    }
    const product = BigInt(count) * BigInt(factor);
    const over = BigInt(tick);
    const favoured = (count & 1) === 0 ? buyer : seller;
    if (how === 'trade') market.trade(buyer, seller, count, tick);
    else market.tradeFor(favoured, buyer, seller, count, tick);
    move(held, seller, buyer, BigInt(count));
    const nearest = (2n * product + over) / (2n * over);
    const coin = how === 'trade' ? nearest : favoured === buyer ? (product + over - 1n) / over : product / over;
    if (kind === 'inverse') move(purse, seller, buyer, coin);
    else move(purse, buyer, seller, product * over);
  }
  return { cash, lots };
}

describe('general ledger', () => {
  test('every movement is that of whole numbers without a limit, and both checks find nothing', () => {
    fc.assert(
      fc.property(contracts, moves, (terms, list) => {
        const general = opened(terms);
        const { cash, lots } = play(general, terms, list);
        expect(general.cash.map((one) => [...one].map(BigInt))).toEqual(cash);
        expect(general.markets.map((market) => [...market.lots].map(BigInt))).toEqual(lots);
        expect([general.runningError(), general.recount()]).toEqual([0, 0]);
        expect(general.postings).toBe(2 * list.length);
      }),
      { numRuns: 500 },
    );
  });

  test('one quantum or one lot posted wrongly, in any asset, is seen by both checks, and where', () => {
    fc.assert(
      fc.property(contracts, moves, account, fc.nat(100), fc.constantFrom(1, -1), fc.boolean(), (terms, list, who, pick, by, cash) => {
        const general = opened(terms);
        play(general, terms, list);
        const asset = pick % terms.length;
        general.markets[asset]?.post(who, cash ? by : 0, cash ? 0 : by);
        expect(general.runningError()).toBe(1);
        const sharing = terms.filter((one) => one.currency === terms[asset]?.currency).length;
        expect(general.recountPosted()).toBe(cash ? sharing : 1);
        expect(general.recount()).toBe(cash ? sharing : 1);
        general.markets.forEach((market, i) => {
          expect(market.runningError()).toBe(i === asset ? 1 : 0);
          expect(market.recount()).toBe((cash ? terms[i]?.currency === terms[asset]?.currency : i === asset) ? 1 : 0);
        });
      }),
      { numRuns: 200 },
    );
  });

  test('a leg in the wrong currency is seen by both, a balance changed without a posting by the recount', () => {
    const terms: readonly Contract[] = [
      { kind: 'linear', currency: 0, factor: 1 },
      { kind: 'inverse', currency: 1, factor: 100 },
    ];
    const general = opened(terms);
    general.markets[0]?.post(0, -3, 0);
    general.markets[1]?.post(1, 3, 0);
    expect([general.runningError(), general.recount()]).toEqual([6, 6]);
    const other = opened(terms);
    (other.cash[1] as Float64Array)[2] += 4;
    expect([other.runningError(), other.recount()]).toEqual([0, 4]);
  });

  test('inverse: who is long gains size × (1/entry − 1/price) coin, and rounding is booked once', () => {
    // 100 USD a contract, ticks of 0.5 USD, quanta of 1e-8 BTC
    const general = new GeneralLedger(3, [{ kind: 'inverse', currency: 0, factor: 100 / 0.5 / 1e-8 }]);
    const [market] = general.markets as [Ledger];
    market.deposit(0, 1.2e8, 0);
    general.open();
    market.trade(0, 1, 600, 50_000 / 0.5);
    const gain = 600 * 100 * (1 / 50_000 - 1 / 60_000);
    expect((market.equity(0, 60_000 / 0.5) - 1.2e8) * 1e-8).toBeCloseTo(gain, 8);
    market.trade(2, 0, 600, 60_000 / 0.5);
    expect(Math.abs((market.cash[0] as number) - 1.2e8 - gain * 1e8)).toBeLessThan(1);
    expect(market.rounding).toBeLessThan(0.5 + 1e-6);
    expect(market.recount()).toBe(0);
    // 7 contracts at 3 ticks owe 7/3 of a quantum's factor: the favoured side has the part of a quantum
    const small = new Ledger(2, 1, 'inverse');
    small.open();
    small.trade(0, 1, 7, 3);
    expect([...small.cash]).toEqual([2, -2]);
    small.tradeFor(0, 0, 1, 7, 3);
    expect([...small.cash]).toEqual([5, -5]);
    small.tradeFor(1, 0, 1, 7, 3);
    expect([...small.cash]).toEqual([7, -7]);
    expect(small.rounding).toBeCloseTo(1 / 3 + 2 / 3 + 1 / 3, 12);
  });

  test("a cross account's equity is its cash and every position in that currency", () => {
    const general = new GeneralLedger(2, [
      { kind: 'linear', currency: 0, factor: 2 },
      { kind: 'inverse', currency: 1, factor: 1000 },
      { kind: 'spot', currency: 0, factor: 3 },
    ]);
    const [perpetual, inverse, spot] = general.markets as [Ledger, Ledger, Ledger];
    spot.deposit(0, 500, 10);
    inverse.deposit(0, 40, 0);
    general.open();
    perpetual.trade(1, 0, 5, 100);
    inverse.trade(0, 1, 8, 200);
    expect(general.equity(0, 0, [90, 250, 7])).toBe(500 + 5 * 2 * (100 - 90) + 10 * 7 * 3);
    expect(general.equity(0, 1, [90, 250, 7])).toBe(40 + 40 - 32);
    expect(spot.equity(0, 7) - (spot.cash[0] as number)).toBe(spot.value(0, 7));
    expect([perpetual.lotValue(90), inverse.lotValue(250)]).toEqual([180, -4]);
  });

  test('with one asset it is a plain ledger: same class, same state, same checks', () => {
    const general = opened([{ kind: 'linear', currency: 0, factor: 3 }]);
    const [market] = general.markets as [Ledger];
    const plain = new Ledger(ACCOUNTS, 3);
    for (let i = 0; i < ACCOUNTS; i++) plain.deposit(i, 1000 * (i + 1), i === 0 ? 7 : i === 1 ? -7 : 0);
    plain.open();
    for (const ledger of [market, plain]) {
      ledger.trade(2, 3, 17, 99);
      ledger.transfer(1, 4, 5);
    }
    expect(general.state()).toEqual(plain.state());
    expect(general.recount()).toBe(plain.recount());
    expect(Object.keys(market)).toEqual(Object.keys(plain));
  });

  test('its state, each array once, is all there is; a reset empties it', () => {
    fc.assert(
      fc.property(contracts, moves, moves, (terms, before, after) => {
        const general = opened(terms);
        play(general, terms, before);
        const kept = general.state().map((array) => array.slice());
        expect(kept).toHaveLength(3 * new Set(terms.map((one) => one.currency)).size + 3 * terms.length);
        play(general, terms, after);
        const end = general.state().map((array) => array.slice());
        general.state().forEach((array, i) => array.set(kept[i] as Float64Array));
        play(general, terms, after);
        expect(general.state()).toEqual(end);
        general.reset(terms);
        general.open();
        expect(general.state().every((array) => array.every((value) => value === 0))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('contracts and openings that cannot be are refused', () => {
    const linear = { kind: 'linear', currency: 0, factor: 1 } as const;
    expect(() => new GeneralLedger(2, [])).toThrow('found no contract');
    expect(() => new GeneralLedger(2, [linear, { ...linear, factor: 0.5 }])).toThrow('contract 1: found a factor of 0.5');
    expect(() => new GeneralLedger(2, [linear, { ...linear, currency: 2 }])).toThrow('contract 1: found currency 2 of 2');
    const general = new GeneralLedger(2, [linear, linear]);
    expect(() => general.reset([linear])).toThrow('found contracts that settle in currencies 0, want 0, 0');
    general.markets[1]?.deposit(0, 0, 3);
    expect(() => general.open()).toThrow('ledger of asset 1: positions open with a sum of 3 lots, want 0');
    general.reset([linear, { ...linear, kind: 'spot' }]);
    general.markets[1]?.deposit(0, 0, 3);
    general.open();
    expect(general.recount()).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { FundingPayment, FundingRate, fundingRate, impactPrice, premiumOf } from '../../src/market/funding.ts';
import type { FundingOptions } from '../../src/market/funding.ts';

/** Every 8 hours: 0.01 % of interest, a band of 0.05 %. */
const EIGHT_HOURS: FundingOptions = {
  sampling: 5,
  cadence: 28_800,
  period: 28_800,
  interest: 0.0001,
  band: 0.0005,
  cap: 0.003,
  weights: 'rising',
};

/** The same rate, an eighth of it every hour, at most 4 % an hour. */
const HOURLY: FundingOptions = { ...EIGHT_HOURS, cadence: 3600, cap: 0.32, weights: 'equal' };

/** What is paid at each step that pays, when step k has the premium given. */
function payments(options: FundingOptions, premium: (step: number) => number, steps: number, seconds: number): [number, number][] {
  const funding = new FundingRate(options, seconds);
  funding.reset();
  const found: [number, number][] = [];
  for (let k = 1; k <= steps; k++) {
    if (!funding.isDue(k)) {
      // A step that is not due may be left out: nothing would come of it.
      const before = funding.state().map((array) => array.slice());
      expect(funding.advance(k, NaN)).toBeNaN();
      expect(funding.state()).toEqual(before);
      continue;
    }
    const rate = funding.advance(k, premium(k));
    if (rate === rate) found.push([k, rate]);
  }
  return found;
}

describe('premium', () => {
  test('is what the impact bid is above the index less what the impact ask is below it', () => {
    expect(premiumOf(1010, 1020, 1000)).toBe(0.01);
    expect(premiumOf(970, 980, 1000)).toBe(-0.02);
    expect(premiumOf(990, 1010, 1000)).toBe(0);
    expect(premiumOf(-1, 980, 1000)).toBe(-0.02);
    expect(premiumOf(1010, -1, 1000)).toBe(0.01);
    expect(premiumOf(-1, -1, 1000)).toBe(0);
  });
});

describe('impact price', () => {
  const book = new OrderBook({ base: 0, levels: 1024, capacity: 16 });
  book.limit(0, 100, 3, 0, 0);
  book.limit(0, 90, 10, 0, 0);
  book.limit(1, 110, 2, 0, 0);
  book.limit(1, 120, 5, 0, 0);

  test('is the average at which a side could be taken for the impact notional', () => {
    expect(impactPrice(book, 0, 200)).toBe(100);
    expect(impactPrice(book, 0, 300)).toBe(100);
    // 3 lots at 100 and 5 at 90
    expect(impactPrice(book, 0, 750)).toBe(750 / 8);
    expect(impactPrice(book, 1, 220 + 180)).toBeCloseTo(400 / 3.5, 12);
    expect(impactPrice(book, 0, 0)).toBe(100);
    expect(impactPrice(book, 1, 0)).toBe(110);
  });

  test('is none where a side is not worth as much', () => {
    expect(impactPrice(book, 0, 1200)).toBe(1200 / 13);
    expect(impactPrice(book, 0, 1201)).toBe(-1);
    expect(impactPrice(new OrderBook({ base: 0, levels: 1024, capacity: 4 }), 1, 10)).toBe(-1);
  });

  test('of an inverse contract a number of lots is taken, and averaged by their coin', () => {
    expect(impactPrice(book, 0, 3, true)).toBe(100);
    expect(impactPrice(book, 0, 8, true)).toBeCloseTo(8 / (3 / 100 + 5 / 90), 12);
    expect(impactPrice(book, 0, 13, true)).toBeCloseTo(13 / (3 / 100 + 10 / 90), 12);
    expect(impactPrice(book, 0, 14, true)).toBe(-1);
  });
});

describe('rate', () => {
  test("Hyperliquid's worked example: an impact bid of 10,100 over 10,000 at 0.01 % of interest is 0.95 % for eight hours", () => {
    expect(fundingRate(premiumOf(10_100, 10_110, 10_000), HOURLY)).toBeCloseTo(0.0095, 15);
  });

  test.each([
    [0, 0.0001],
    [0.0006, 0.0001],
    [-0.0004, 0.0001],
    [0.001, 0.0005],
    [-0.001, -0.0005],
    [0.01, 0.003],
    [-0.01, -0.003],
  ])('premium %d: interest inside the band, the nearer end outside, never beyond the cap: %d', (premium, rate) => {
    expect(fundingRate(premium, EIGHT_HOURS)).toBeCloseTo(rate, 15);
  });

  test('inside the band it is the interest to the last bit', () => {
    expect(fundingRate(0.0003, EIGHT_HOURS)).toBe(0.0001);
  });

  test('a band of 0 is the premium alone, an endless one the interest alone', () => {
    expect(fundingRate(0.0123, { ...EIGHT_HOURS, band: 0, cap: Infinity })).toBe(0.0123);
    expect(fundingRate(0.0123, { ...EIGHT_HOURS, band: Infinity })).toBe(0.0001);
  });

  test('a constant premium pays its rate at every cadence, an eighth of it where it is stated for eight times as long', () => {
    const daily = payments(EIGHT_HOURS, () => 0.002, 86_400, 1);
    expect(daily.map(([k]) => k)).toEqual([28_800, 57_600, 86_400]);
    for (const [, rate] of daily) expect(rate).toBeCloseTo(0.0015, 15);
    const hourly = payments(HOURLY, () => 0.002, 7200, 1);
    expect(hourly.map(([k]) => k)).toEqual([3600, 7200]);
    for (const [, rate] of hourly) expect(rate).toBeCloseTo(0.0015 / 8, 16);
  });

  test('equal weights average a ramp to its middle, rising ones to two thirds of the way', () => {
    const options = { ...HOURLY, band: 0, cap: Infinity, period: 3600 } as const;
    const n = 720;
    const ramp = (k: number): number => k / 5 / n;
    // Σ i / n² = (n + 1) / 2n and Σ i² / (n Σ i) = (2n + 1) / 3n
    expect(payments(options, ramp, 3600, 1)[0]?.[1]).toBeCloseTo((n + 1) / (2 * n), 12);
    expect(payments({ ...options, weights: 'rising' }, ramp, 3600, 1)[0]?.[1]).toBeCloseTo((2 * n + 1) / (3 * n), 12);
  });

  test('each average begins anew after a payment', () => {
    const options = { ...HOURLY, band: 0, cap: Infinity, period: 3600 } as const;
    const found = payments(options, (k) => (k <= 3600 ? 0.01 : -0.02), 7200, 1);
    expect(found[0]?.[1]).toBeCloseTo(0.01, 14);
    expect(found[1]?.[1]).toBeCloseTo(-0.02, 14);
  });

  test('neither samples nor payments slip with steps that are no binary fraction, or longer than the cadence', () => {
    const options = { ...HOURLY, sampling: 0.3, cadence: 0.9, band: 0, cap: Infinity, period: 0.9 } as const;
    expect(payments(options, (k) => k, 9, 0.3)).toEqual([
      [3, 2],
      [6, 5],
      [9, 8],
    ]);
    const long = payments({ ...options, sampling: 1, cadence: 1, period: 1 }, () => 0.01, 2, 3);
    expect(long.map(([k]) => k)).toEqual([1, 2]);
    for (const [, rate] of long) expect(rate).toBeCloseTo(0.03, 15);
  });

  test('its state is all there is', () => {
    const one = new FundingRate(HOURLY, 7);
    const copy = new FundingRate(HOURLY, 7);
    for (let k = 1; k <= 2000; k++) {
      const rate = one.advance(k, 0.002 * Math.sin(k));
      if (k > 700) expect(copy.advance(k, 0.002 * Math.sin(k))).toBe(rate);
      else copy.state().forEach((array, i) => array.set(one.state()[i] as Float64Array));
      expect(copy.rate).toBe(one.rate);
    }
    expect(one.rate).not.toBe(0);
  });

  test.each<[Partial<FundingOptions>, string]>([
    [{ cadence: 0 }, 'funding: found cadence 0, want a number above 0'],
    [{ sampling: 3601 }, 'found sampling 3601, want a number above 0, at most the cadence of 3600'],
    [{ period: Infinity }, 'found period Infinity'],
    [{ interest: NaN }, 'found interest NaN'],
    [{ band: -1 }, 'found band -1'],
    [{ cap: -1 }, 'found cap -1'],
  ])('%o is refused', (options, message) => {
    expect(() => new FundingRate({ ...HOURLY, ...options }, 1)).toThrow(message);
  });
});

describe('payment', () => {
  function opened(lots: readonly number[], kind: 'linear' | 'inverse' = 'linear'): Ledger {
    const ledger = new Ledger(lots.length, 3, kind);
    lots.forEach((held, i) => ledger.deposit(i, 1000, held));
    ledger.open();
    return ledger;
  }

  /** What everybody has paid. */
  const paidBy = (ledger: Ledger): number[] => [...ledger.cash].map((cash) => 1000 - cash);

  test('longs pay shorts lots × rate × value', () => {
    const ledger = opened([4, -1, 0, -3]);
    expect(new FundingPayment(4).pay(ledger, 0.001 * ledger.lotValue(5000))).toBe(60);
    expect(paidBy(ledger)).toEqual([60, -15, 0, -45]);
    new FundingPayment(4).pay(ledger, -0.002 * ledger.lotValue(5000));
    expect(paidBy(ledger)).toEqual([-60, 15, 0, 45]);
  });

  test('what is missing comes from the largest remainders', () => {
    // owed 2.5, −0.75, −1.75: down 2, −1, −2; one is missing, and 0.5 is the largest remainder
    const ledger = opened([10, -3, -7]);
    expect(new FundingPayment(3).pay(ledger, 0.25)).toBe(3);
    expect(paidBy(ledger)).toEqual([3, -1, -2]);
  });

  test('ties go in the order of accounts', () => {
    // owed 0.5 four times and −0.5 four times: all remainders are a half, and four quanta are missing
    const ledger = opened([1, -1, 1, -1, 1, -1, 1, -1]);
    expect(new FundingPayment(8).pay(ledger, 0.5)).toBe(2);
    expect(paidBy(ledger)).toEqual([1, 0, 1, 0, 0, -1, 0, -1]);
  });

  test('a product that float64 rounds is still rounded to the right side', () => {
    const ledger = opened([3, -2, -1]);
    const third = 1 / 3;
    // 3 × (1/3 as a float64) is a hair less than 1, which a float64 product cannot show
    new FundingPayment(3).pay(ledger, third);
    expect(3 * third).toBe(1);
    // owed 1 − ε, −2/3, −1/3: down 0, −1, −1, and the largest remainders are 1 − ε and 2/3
    expect(paidBy(ledger)).toEqual([1, -1, 0]);
  });

  test('any book: sums to nothing, everybody within a quantum of what is owed, no larger remainder passed over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -1_000_000, max: 1_000_000 })), { maxLength: 60 }),
        fc.oneof(
          fc.constantFrom(0, 0.5, 0.25, -1 / 3, 7),
          fc.double({ min: 1e-9, max: 1000, noNaN: true }),
          fc.double({ min: -1000, max: -1e-9, noNaN: true }),
        ),
        fc.boolean(),
        (most, perLot, inverse) => {
          const lots = [...most, -most.reduce((a, b) => a + b, 0)];
          const ledger = opened(lots, inverse ? 'inverse' : 'linear');
          const changed = new FundingPayment(lots.length).pay(ledger, perLot);
          const paid = paidBy(ledger);
          expect([ledger.runningError(), ledger.recount()]).toEqual([0, 0]);
          expect(paid.reduce((a, b) => a + (b > 0 ? b : 0), 0)).toBe(changed);
          // in whole parts of 2^-120: every float64 is one of them
          const scale = (x: number): bigint => {
            let value = x;
            let shift = 0;
            while (!Number.isInteger(value)) {
              value *= 2;
              shift++;
            }
            return BigInt(value) << BigInt(120 - shift);
          };
          const one = 1n << 120n;
          const rest = lots.map((held, i) => BigInt(held) * scale(perLot) - BigInt(paid[i] as number) * one);
          for (const left of rest) expect(left < one && left > -one).toBe(true);
          // who was rounded down had no larger a remainder than who was rounded up, but for bits that float64 has no place for
          const down = rest.filter((left) => left > 0n).map((left) => Number(left) / Number(one));
          const up = rest.filter((left) => left < 0n).map((left) => Number(left + one) / Number(one));
          if (down.length > 0 && up.length > 0) expect(Math.max(...down)).toBeLessThanOrEqual(Math.min(...up) + 1e-15);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a payment that leaves one account out is seen by both checks', () => {
    const ledger = opened([4, -1, -3]);
    new FundingPayment(3).pay(ledger, 1.5);
    ledger.post(0, 1, 0);
    expect([ledger.runningError(), ledger.recount()]).toEqual([1, 1]);
  });
});

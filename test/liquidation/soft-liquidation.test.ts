import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitrageBand, bandPrices, bandProceeds, withdrawnShare } from '../../src/liquidation/soft-liquidation.ts';
import { bandedCollateral, bandTop } from '../../src/margin/bands.ts';
import { uniform } from '../uniform.ts';

const A = 100;
const TOP = 2000;
const BOTTOM = (TOP * (A - 1)) / A;

describe('a band’s prices', () => {
  test('meet the oracle at the edges: all collateral above the band, all quote below it', () => {
    expect(bandPrices(TOP, TOP, BOTTOM).low).toBe(TOP);
    expect(bandPrices(BOTTOM, TOP, BOTTOM).high).toBe(BOTTOM);
  });

  test('move three times as fast as the oracle', () => {
    const before = bandPrices(1990, TOP, BOTTOM);
    const after = bandPrices(1990 * 0.999, TOP, BOTTOM);
    expect(after.low / before.low).toBeCloseTo(0.999 ** 3, 12);
    expect(after.high / before.high).toBeCloseTo(0.999 ** 3, 12);
  });
});

describe('arbitrage', () => {
  const holding = fc.record({
    quote: uniform(0, 1e5),
    collateral: uniform(0.01, 100),
  });

  test('ends at the price wherever the band reaches it, and at one side alone where it does not', () => {
    fc.assert(
      fc.property(holding, uniform(0.97, 1.02), uniform(0.9, 1.1), (before, at, to) => {
        const oracle = TOP * at;
        const price = oracle * to;
        const { low, high } = bandPrices(oracle, TOP, BOTTOM);
        const after = arbitrageBand(before, TOP, A, oracle, price);
        if (price <= low) expect([after.quote, after.collateral > 0]).toEqual([0, true]);
        else if (price >= high) expect([after.collateral, after.quote > 0]).toEqual([0, true]);
        else {
          // A trade of next to nothing more, up and down: the price in between is the band's own.
          const more = arbitrageBand(after, TOP, A, oracle, price * (1 + 1e-5));
          const less = arbitrageBand(after, TOP, A, oracle, price * (1 - 1e-5));
          expect((more.quote - less.quote) / (less.collateral - more.collateral) / price).toBeCloseTo(1, 4);
        }
      }),
    );
  });

  test('there and back is nothing: without a fee only the end counts', () => {
    fc.assert(
      fc.property(holding, uniform(0.991, 0.999), (before, at) => {
        const oracle = TOP * at;
        const start = arbitrageBand(before, TOP, A, oracle, oracle);
        const { low, high } = bandPrices(oracle, TOP, BOTTOM);
        const middle = Math.sqrt(low * high);
        const back = arbitrageBand(arbitrageBand(start, TOP, A, oracle, middle), TOP, A, oracle, oracle);
        expect(back.quote).toBeCloseTo(start.quote, 4);
        expect(back.collateral).toBeCloseTo(start.collateral, 6);
      }),
    );
  });

  test('walked down slowly a band brings the geometric mean of its edges, and buys all back on the way up', () => {
    const STEPS = 20_000;
    let falling = true;
    let band = { quote: 0, collateral: 5 };
    let before = 0;
    for (let k = 0; k <= STEPS; k++) {
      const oracle = TOP - ((TOP - BOTTOM) * k) / STEPS;
      band = arbitrageBand(band, TOP, A, oracle, oracle);
      falling &&= band.quote >= before;
      before = band.quote;
    }
    expect([falling, band.collateral]).toEqual([true, 0]);
    expect(band.quote / (5 * Math.sqrt(TOP * BOTTOM))).toBeCloseTo(1, 5);
    for (let k = STEPS; k >= 0; k--) {
      const oracle = TOP - ((TOP - BOTTOM) * k) / STEPS;
      band = arbitrageBand(band, TOP, A, oracle, oracle);
    }
    expect(band.quote).toBe(0);
    expect(band.collateral / 5).toBeCloseTo(1, 5);
    // A fall in one jump costs the owner something: the collateral goes at the falling band's prices.
    expect(arbitrageBand({ quote: 0, collateral: 5 }, TOP, A, BOTTOM, BOTTOM).quote).toBeLessThan(5 * Math.sqrt(TOP * BOTTOM));
  });

  test('an empty band stays empty', () => {
    expect(arbitrageBand({ quote: 0, collateral: 0 }, TOP, A, 1990, 1990)).toEqual({ quote: 0, collateral: 0 });
  });
});

describe('what a band comes to', () => {
  test('untouched bands come to what the loan was opened on, at every price above them', () => {
    const ladder = { basePrice: TOP, amplification: A };
    const sum = (oracle: number): number =>
      Array.from({ length: 10 }, (_, k) => bandProceeds({ quote: 0, collateral: 0.5 }, bandTop(ladder, k), A, oracle)).reduce(
        (a, b) => a + b,
        0,
      );
    expect(sum(TOP) / (bandedCollateral(5, 10, A, 0) * TOP)).toBeCloseTo(1, 13);
    expect(sum(3 * TOP)).toBe(sum(TOP));
  });

  test('it stands still while arbitrageurs keep up with the price, and falls when they come late', () => {
    const STEPS = 20_000;
    let farthest = 0;
    const start = bandProceeds({ quote: 0, collateral: 5 }, TOP, A, TOP);
    let band = { quote: 0, collateral: 5 };
    for (let k = 0; k <= STEPS; k++) {
      const oracle = TOP - ((TOP - BOTTOM * 0.99) * k) / STEPS;
      band = arbitrageBand(band, TOP, A, oracle, oracle);
      farthest = Math.max(farthest, Math.abs(bandProceeds(band, TOP, A, oracle) / start - 1));
    }
    expect(farthest).toBeLessThan(5e-6);
    expect(bandProceeds({ quote: 0, collateral: 5 }, TOP, A, BOTTOM * 0.99)).toBeLessThan(0.98 * start);
    // Money that nobody has taken back counts less once the price is above the band.
    expect(bandProceeds(band, TOP, A, TOP * 1.01)).toBeLessThan(0.98 * start);
  });

  test('a band’s trade at one price does not change it', () => {
    fc.assert(
      fc.property(uniform(0, 1e5), uniform(0.01, 100), uniform(0.97, 1.02), (quote, collateral, at) => {
        const oracle = TOP * at;
        const traded = arbitrageBand({ quote, collateral }, TOP, A, oracle, oracle);
        expect(bandProceeds(traded, TOP, A, oracle) / bandProceeds({ quote, collateral }, TOP, A, oracle)).toBeCloseTo(1, 9);
      }),
    );
  });
});

test('whoever repays a part takes a little less than that part, of all of it all', () => {
  expect(withdrawnShare(1, 0.06)).toBe(1);
  expect(withdrawnShare(0.5, 0)).toBe(0.5);
  expect(withdrawnShare(0.5, 0.06)).toBeCloseTo(0.5 * ((1.03 / 1.06) * 0.5 + 0.5), 14);
});

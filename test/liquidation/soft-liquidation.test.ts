import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitrageBand, bandPrices } from '../../src/liquidation/soft-liquidation.ts';
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

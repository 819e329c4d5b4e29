import { describe, expect, test } from 'vitest';
import { kyleEquilibrium } from '../../src/market/kyle.ts';

describe('kyle equilibrium', () => {
  test('one auction is the closed form', () => {
    const { impact, intensity, variance, profit } = kyleEquilibrium({ auctions: 1, valueDeviation: 3, noiseDeviation: 2 });
    expect([impact[0], intensity[0], variance[0], profit].map((value) => Number(value?.toPrecision(12)))).toEqual([
      0.75, 0.666666666667, 4.5, 3,
    ]);
  });

  test.each([2, 7, 50])('of %i auctions: the price is the best guess, and no single change of an order pays', (auctions) => {
    const [value, noise] = [1.7, 40];
    const { impact, intensity, variance, profit } = kyleEquilibrium({ auctions, valueDeviation: value, noiseDeviation: noise });
    const each = (noise * noise) / auctions;
    // What the market learns from order flow with these intensities.
    let known = value * value;
    for (let n = 0; n < auctions; n++) {
      const slope = (intensity[n]! * known) / (intensity[n]! ** 2 * known + each);
      expect(Math.abs(slope / impact[n]! - 1)).toBeLessThan(1e-12);
      known *= 1 - slope * intensity[n]!;
      expect(Math.abs(known / variance[n]! - 1)).toBeLessThan(1e-12);
    }
    // Expected profit of a unit of mispricing when auction `at` is traded at another intensity.
    const gain = (at: number, factor: number): number => {
      let left = 1;
      let second = 1;
      let sum = 0;
      for (let n = 0; n < auctions; n++) {
        const beta = intensity[n]! * (n === at ? factor : 1);
        sum += beta * (1 - impact[n]! * beta) * second;
        left *= 1 - impact[n]! * beta;
        // Noise moves the price and makes new mispricing.
        second = second * (1 - impact[n]! * beta) ** 2 + (impact[n]! ** 2 * each) / (value * value);
      }
      return sum * value * value;
    };
    expect(Math.abs(gain(0, 1) / profit - 1)).toBeLessThan(1e-12);
    for (const at of [0, auctions >> 1, auctions - 1]) {
      expect(gain(at, 1.01)).toBeLessThan(profit);
      expect(gain(at, 0.99)).toBeLessThan(profit);
    }
  });

  test('with ever more auctions everything comes out, at a steady impact', () => {
    const { impact, variance, profit } = kyleEquilibrium({ auctions: 4000, valueDeviation: 1, noiseDeviation: 1 });
    expect(variance.at(-1)).toBeLessThan(0.001);
    expect(impact[0]).toBeCloseTo(1, 2);
    expect(impact[2000]).toBeCloseTo(1, 2);
    expect(profit).toBeCloseTo(1, 2);
  });

  test.each([
    [{ auctions: 0 }, 'found 0 auctions, want a whole number from 1'],
    [{ auctions: 2.5 }, 'found 2.5 auctions'],
    [{ valueDeviation: 0 }, 'found a value deviation of 0, want a finite number above 0'],
    [{ noiseDeviation: NaN }, 'found a noise deviation of NaN'],
  ])('%o is refused', (wrong, message) => {
    expect(() => kyleEquilibrium({ auctions: 2, valueDeviation: 1, noiseDeviation: 1, ...wrong })).toThrow(message);
  });
});

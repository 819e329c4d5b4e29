import { describe, expect, test } from 'vitest';
import { checkAvellanedaStoikov, halfSpread, reservationPrice } from '../../src/traders/avellaneda-stoikov.ts';

const RULE = { riskAversion: 0.1, volatility: 2, decay: 1.5, inventoryPenalty: true } as const;

describe('avellaneda–stoikov quotes', () => {
  test('a lot more or less at the reservation price leaves the expected utility of a frozen inventory on average as it was', () => {
    const { riskAversion: gamma, volatility: sigma } = RULE;
    const left = 0.4;
    // Logarithm of −utility of money and inventory that is valued at a normal price after the time left.
    const worry = (money: number, lots: number): number =>
      -gamma * (money + lots * 100) + (gamma * gamma * lots * lots * sigma * sigma * left) / 2;
    for (const lots of [-7, 0, 3]) {
      // Prices at which buying and selling one lot change nothing; the reservation price is halfway.
      const bid = (worry(0, lots) - worry(0, lots + 1)) / gamma;
      const ask = (worry(0, lots - 1) - worry(0, lots)) / gamma;
      expect(reservationPrice(RULE, 100, lots, left)).toBeCloseTo((bid + ask) / 2, 10);
    }
    expect(reservationPrice({ ...RULE, inventoryPenalty: false }, 100, 5, left)).toBe(100);
  });

  test('the half-spread is the best distance against fills that fade, and 1 / decay without risk', () => {
    // Gain of a fill at a distance, e^(−k δ) (1 − e^(−γ δ)), is largest at ln(1 + γ/k)/γ.
    const gain = (distance: number): number => Math.exp(-RULE.decay * distance) * (1 - Math.exp(-RULE.riskAversion * distance));
    const best = halfSpread(RULE, 0);
    expect(gain(best)).toBeGreaterThan(gain(best * 1.001));
    expect(gain(best)).toBeGreaterThan(gain(best * 0.999));
    expect(halfSpread(RULE, 1) - best).toBeCloseTo(0.2, 12);
    expect(halfSpread({ ...RULE, riskAversion: 0 }, 1)).toBe(1 / 1.5);
    expect(halfSpread({ ...RULE, riskAversion: 1e-9 }, 1)).toBeCloseTo(1 / 1.5, 8);
  });

  test.each([
    [{ riskAversion: -1 }, 'found a risk aversion of -1, want a finite number from 0'],
    [{ volatility: NaN }, 'found a volatility of NaN'],
    [{ decay: 0 }, 'found a decay of 0, want a finite number above 0'],
  ])('%o is refused', (wrong, message) => {
    expect(() => checkAvellanedaStoikov({ ...RULE, ...wrong })).toThrow(message);
    expect(() => checkAvellanedaStoikov(RULE)).not.toThrow();
  });
});

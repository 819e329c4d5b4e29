import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedPoint } from '../../src/core/fixed-point.ts';
import { bankruptcyQuote } from '../../src/liquidation/fillable.ts';
import { shareToRestore } from '../../src/liquidation/policies.ts';
import { baseToCoverShortage } from '../../src/liquidation/shortage.ts';
import { accountLiquidationPrice } from '../../src/margin/account.ts';
import { bankruptcyPrice, equityAt, liquidationPrice, openingCollateral } from '../../src/margin/isolated.ts';
import { maintenanceBySize, NO_REWARD, NO_SKEW } from '../../src/margin/skew.ts';
import { flatTiers } from '../../src/margin/tiers.ts';

// What venues compute in their own integers and words is one arithmetic: these laws hold them against each other.

const side = fc.constantFrom<1 | -1>(1, -1);
const entry = fc.double({ min: 100, max: 1e5, noNaN: true });
const units = fc.double({ min: 0.1, max: 100, noNaN: true });
const leverage = fc.double({ min: 1.2, max: 15, noNaN: true });

const RATE = 0.03;

const position = fc.tuple(side, entry, units, leverage).map(([direction, price, size, by]) => ({
  contract: 'mark-notional' as const,
  side: direction,
  entry: price,
  size,
  collateral: openingCollateral('mark-notional', size, price, by),
  rate: RATE,
  threshold: 1,
}));

test('dYdX’s bankruptcy quote of all of an only position is its bankruptcy price, and of a part that part of it', () =>
  fc.assert(
    fc.property(position, fc.integer({ min: 2, max: 100 }), (held, percent) => {
      const [equity, maintenance, notional] = [held.collateral, RATE * held.size * held.entry, held.side * held.size * held.entry].map((one) => fixedPoint(one, 6)); // prettier-ignore
      const part = (whole: bigint): bigint => (whole * BigInt(percent)) / 100n;
      const quote = Number(bankruptcyQuote({ equity, maintenance, notional: -part(notional), freed: part(maintenance) })) / 1e6;
      const price = bankruptcyPrice(held);
      expect(Math.abs(quote - ((held.side * percent) / 100) * held.size * price) / (held.size * held.entry)).toBeLessThan(1e-4);
    }),
  ));

test('Synthetix without a skew scale is a flat rate', () =>
  fc.assert(
    fc.property(position, (held) => {
      const ladder = maintenanceBySize(flatTiers(RATE), NO_SKEW, NO_REWARD);
      const at = liquidationPrice(held);
      const liquidatable = (mark: number): boolean => equityAt(held, mark) < ladder.requirement(held.side * held.size, held.size * mark);
      expect(liquidatable(at * (1 - held.side * 1e-9))).toBe(true);
      expect(liquidatable(at * (1 + held.side * 1e-9))).toBe(false);
    }),
  ));

test('Drift’s base to close is the share that restores the coverage', () =>
  fc.assert(
    fc.property(position, fc.double({ min: 0.3, max: 0.99, noNaN: true }), fc.constantFrom(0, 0.005, 0.01), (held, coverage, fee) => {
      const maintenance = RATE * held.size * held.entry;
      const base = baseToCoverShortage({
        shortage: fixedPoint(maintenance * (1 - coverage), 6),
        marginRatio: fixedPoint(RATE, 6),
        liquidatorFee: fixedPoint(fee, 6),
        insuranceFee: 0n,
        oraclePrice: fixedPoint(held.entry, 6),
        quotePrice: fixedPoint(1, 6),
      });
      const restored = (maintenance * (1 - coverage)) / (RATE - fee) / held.entry / held.size;
      expect(Math.abs(Number(base) / 1e9 / held.size - restored)).toBeLessThan(1e-3);
      // the cost of closing in the coverage's own unit is fee / rate
      if (restored < 1) expect(shareToRestore(coverage, 1, fee / RATE)).toBeCloseTo(restored, 9);
    }),
  ));

test('an account of equal legs in two symbols is liquidated by one of them where it is by the other', () =>
  fc.assert(
    fc.property(position, (held) => {
      const leg = { size: (held.side * held.size) / 2, entry: held.entry, mark: held.entry, rate: RATE, deduction: 0 };
      const positions = [
        { ...leg, symbol: 'A' },
        { ...leg, symbol: 'B' },
      ];
      const account = { collateral: held.collateral, positions };
      const [a, b] = ['A', 'B'].map((symbol) => accountLiquidationPrice(account, symbol));
      expect(a).toBe(b);
      // Only half of the account moves: it takes about twice the way.
      const alone = liquidationPrice(held);
      expect(held.side > 0 ? (a ?? 0) <= alone : (a ?? 0) >= alone).toBe(true);
    }),
  ));

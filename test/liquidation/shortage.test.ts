import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perpetualInsuranceFee, spotInsuranceFee } from '../../src/liquidation/insurance.ts';
import { assetForLiability, baseToCoverShortage, liabilityForAsset, liabilityToCoverShortage } from '../../src/liquidation/shortage.ts';
import { fundingForLoss, interestForLoss } from '../../src/liquidation/social-loss.ts';

const MILLION = 1_000_000n;
const usd = (least: number, most: number): fc.Arbitrary<bigint> => fc.bigInt({ min: BigInt(least) * MILLION, max: BigInt(most) * MILLION });

describe('base to close', () => {
  test('frees the shortage: not less than a rounding of it, and no more', () =>
    fc.assert(
      fc.property(usd(1, 1e6), usd(1, 1e5), fc.bigInt({ min: 20_000n, max: 500_000n }), (shortage, oraclePrice, marginRatio) => {
        const fees = { liquidatorFee: 10_000n, insuranceFee: 5_000n };
        const base = baseToCoverShortage({ shortage, marginRatio, oraclePrice, quotePrice: MILLION, ...fees });
        if (base === null) throw new Error('want an amount');
        const freed = (amount: bigint): bigint => amount * oraclePrice * (marginRatio - 15_000n);
        const wanted = shortage * 10n ** 15n;
        expect(freed(base) <= wanted + freed(1n) + wanted / 1000n).toBe(true);
        expect(freed(base + 1n) >= wanted - wanted / 1000n).toBe(true);
      }),
    ));

  test('nothing covers it when the fees take the ratio', () => {
    const terms = { shortage: MILLION, oraclePrice: MILLION, quotePrice: MILLION, insuranceFee: 0n };
    expect(baseToCoverShortage({ ...terms, marginRatio: 10_000n, liquidatorFee: 10_000n })).toBeNull();
    expect(baseToCoverShortage({ ...terms, marginRatio: 20_000n, liquidatorFee: 10_000n, insuranceFee: 10_000n })).toBeNull();
    expect(baseToCoverShortage({ ...terms, marginRatio: 20_000n, liquidatorFee: 10_000n, oraclePrice: 0n })).toBeNull();
  });
});

describe('liability to repay', () => {
  const terms = { assetWeight: 8000n, assetMultiplier: MILLION, liabilityWeight: 12_000n, liabilityMultiplier: MILLION, insuranceFee: 0n };

  test('is the shortage over what a unit frees', () => {
    // 10 USD / (100 × (1.2 − 0.8)) = 0.25
    const transfer = (liabilityDecimals: number): bigint | null =>
      liabilityToCoverShortage({ ...terms, shortage: 10n * MILLION, liabilityPrice: 100n * MILLION, liabilityDecimals });
    expect([transfer(9), transfer(6), transfer(2)]).toEqual([250_000_000n, 250_000n, 25n]);
  });

  test('nothing covers it when the asset weighs as much as the debt, or the multipliers eat the difference', () => {
    const asked = { shortage: MILLION, liabilityPrice: MILLION, liabilityDecimals: 6 };
    expect(liabilityToCoverShortage({ ...terms, ...asked, assetWeight: 12_000n })).toBeNull();
    expect(liabilityToCoverShortage({ ...terms, ...asked, assetMultiplier: 1_500_000n })).toBeNull();
    expect(liabilityToCoverShortage({ ...terms, ...asked, insuranceFee: 400_000n })).toBeNull();
  });
});

describe('the exchange of an asset for a liability', () => {
  const rate = fc
    .tuple(usd(1, 1e5), usd(1, 1e5), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }))
    .map(([assetPrice, liabilityPrice, assetDecimals, liabilityDecimals]) => ({
      assetPrice,
      assetDecimals,
      assetMultiplier: 1_010_000n,
      liabilityPrice,
      liabilityDecimals,
      liabilityMultiplier: 990_000n,
    }));

  test('there and back never gains: repaying what an asset implies takes at least that asset', () =>
    fc.assert(
      fc.property(rate, fc.bigInt({ min: 1n, max: 10n ** 15n }), (terms, asset) => {
        const implied = liabilityForAsset(asset, terms);
        // so much of the asset is there that nothing is rounded to all of it
        expect(assetForLiability(implied, 10n ** 40n, terms) >= asset).toBe(true);
      }),
    ));

  test('takes all of an asset within a dollar of it, at least one unit', () => {
    const terms = {
      assetPrice: MILLION,
      assetDecimals: 6,
      assetMultiplier: MILLION,
      liabilityPrice: MILLION,
      liabilityDecimals: 6,
      liabilityMultiplier: MILLION,
    };
    expect(assetForLiability(50_000_000n, 50_999_999n, terms)).toBe(50_999_999n);
    expect(assetForLiability(50_000_000n, 51_000_000n, terms)).toBe(50_000_000n);
    expect(assetForLiability(50_000_000n, 49_000_001n, terms)).toBe(49_000_001n);
    expect(assetForLiability(0n, 51_000_000n, terms)).toBe(1n);
    // a dollar of an asset with 9 decimals at 100 USD is 0.01
    const coin = { ...terms, assetPrice: 100n * MILLION, assetDecimals: 9, liabilityDecimals: 9 };
    expect([assetForLiability(10n ** 11n, 1_009_999_999n, coin), assetForLiability(10n ** 11n, 1_010_000_000n, coin)]).toEqual([
      1_009_999_999n,
      1_000_000_000n,
    ]);
  });
});

describe('fees to the insurance fund', () => {
  const perpetual = {
    shortage: 20n * MILLION,
    base: 10n ** 10n,
    marginRatio: 50_000n,
    liquidatorFee: 10_000n,
    oraclePrice: 100n * MILLION,
    quotePrice: MILLION,
    largestFee: 50_000n,
  };
  const spot = {
    shortage: 5n * MILLION,
    amount: 10n ** 9n,
    decimals: 9,
    assetWeight: MILLION,
    assetMultiplier: 1_010_000n,
    liabilityWeight: 1_100_000n,
    liabilityMultiplier: MILLION,
    liabilityPrice: 100n * MILLION,
    largestFee: 50_000n,
  };

  test('shrink with the shortage, stay between 0 and the largest', () =>
    fc.assert(
      fc.property(usd(0, 100), usd(0, 100), (one, more) => {
        const [before, after] = [one, one + more].map((shortage) => perpetualInsuranceFee({ ...perpetual, shortage }));
        const [spotBefore, spotAfter] = [one, one + more].map((shortage) => spotInsuranceFee({ ...spot, shortage }));
        for (const [high, low] of [
          [before, after],
          [spotBefore, spotAfter],
        ]) {
          if (high === undefined || low === undefined) throw new Error('want fees');
          expect(low >= 0n && low <= high && high <= 50_000n).toBe(true);
        }
      }),
    ));

  test('are 0 where there is nothing to take them from', () => {
    expect(perpetualInsuranceFee({ ...perpetual, base: 0n })).toBe(0n);
    expect(perpetualInsuranceFee({ ...perpetual, oraclePrice: 0n })).toBe(0n);
    expect(perpetualInsuranceFee({ ...perpetual, liquidatorFee: 50_000n })).toBe(0n);
    expect(spotInsuranceFee({ ...spot, amount: 0n })).toBe(0n);
    expect(spotInsuranceFee({ ...spot, assetWeight: 1_100_000n })).toBe(0n);
  });

  test('a closed position with its fee covers the shortage: no bankruptcy follows from the fee', () => {
    // margin freed by closing all: 5 % of 1,000 USD; liquidator 1 %, fund 1.9 %: 21 USD are left for the shortage of 20
    const fee = perpetualInsuranceFee(perpetual);
    expect(fee).toBe(19_000n);
    expect(1000n * (50_000n - 10_000n - fee) >= 20n * MILLION).toBe(true);
  });
});

describe('social loss', () => {
  test('what all lots pay is the loss, rounded up by less than a millionth of a dollar a unit', () =>
    fc.assert(
      fc.property(usd(0, 1e9), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 1n, max: 10n ** 18n }), (loss, long, short) => {
        const funding = fundingForLoss(-loss, long, -short);
        expect(funding % 1000n).toBe(0n);
        const paid = (funding / 1000n) * (long + short);
        expect(paid >= loss * 10n ** 9n && paid < loss * 10n ** 9n + long + short).toBe(true);
      }),
    ));

  test('nobody to bear it is refused', () => expect(() => fundingForLoss(1n, 0n, 0n)).toThrow('found no open positions'));

  test('depositors lose the loss, at most all they have', () => {
    const index = 10n ** 10n;
    expect(interestForLoss(11n, 120n, index)).toBe(916_666_667n);
    expect(interestForLoss(500n, 120n, index)).toBe(index);
    expect(interestForLoss(500n, 0n, index)).toBe(0n);
  });
});

import { describe, expect, test } from 'vitest';
import { createHoldings, CrossMargin, setLots } from '../../src/margin/cross.ts';
import type { CrossAsset, CrossOptions } from '../../src/margin/cross.ts';
import { isBelow } from '../../src/margin/isolated.ts';
import { flatTiers, tiersFromRates } from '../../src/margin/tiers.ts';
import { Draws } from './index/lockstep.ts';

/** Rates, weights and levels in 64ths, so that whole numbers give the exact answer. */
const GRAIN = 64;

/** Below the level, in exact whole numbers: the ladder charges each tier's slice of the notional at its own rate. */
function exactlyBelow(cash: number, lots: number[], ticks: number[], assets: CrossAsset[], level: number, orEqual: boolean): boolean {
  let surplus = BigInt(cash) * BigInt(GRAIN * GRAIN);
  assets.forEach(({ quantaPerTickLot, weight, maintenance }, k) => {
    const value = BigInt(lots[k]!) * BigInt(ticks[k]! * quantaPerTickLot);
    const notional = value < 0n ? -value : value;
    surplus += value * BigInt(weight * GRAIN * GRAIN);
    maintenance.rate.forEach((rate, tier) => {
      const from = BigInt(maintenance.floor[tier]!);
      const to = tier + 1 < maintenance.floor.length ? BigInt(maintenance.floor[tier + 1]!) : notional;
      const slice = (notional < to ? notional : to) - from;
      if (slice > 0n) surplus -= slice * BigInt(rate * GRAIN) * BigInt(level * GRAIN);
    });
  });
  return orEqual ? surplus <= 0n : surplus < 0n;
}

describe('CrossMargin', () => {
  test('is below exactly when whole-number arithmetic says so, at equality too', () => {
    const tally = { below: 0, equal: 0 };
    for (let world = 0; world < 3000; world++) {
      const draw = new Draws('cross predicate', world);
      const count = draw.whole(1, 4);
      const assets = Array.from({ length: count }, (): CrossAsset => ({
        quantaPerTickLot: draw.whole(1, 5),
        weight: draw.pick([1, 1, 0.75]),
        maintenance: tiersFromRates([
          { floor: 0, rate: draw.whole(0, 4) / GRAIN },
          { floor: 3000, rate: draw.whole(4, 9) / GRAIN },
          { floor: 9000, rate: draw.whole(9, 20) / GRAIN },
        ]),
      }));
      const level = draw.pick([0.5, 1, 1.25]);
      const orEqual = draw.chance(0.5);
      const lots = assets.map(() => draw.whole(-30, 30));
      const ticks = assets.map(() => draw.whole(1, 300));
      const holdings = createHoldings([assets.map((_, k) => k)], count);
      lots.forEach((held, k) => setLots(holdings, 0, k, held));
      const cash = new Float64Array(1);
      const regime = new CrossMargin({ cash, holdings, assets, level, orEqual, moves: new Float64Array(count).fill(1) });
      regime.move(Float64Array.from(ticks));
      // The least cash at which it is not below: both answers change there, and one quantum before.
      let low = -1e7;
      let high = 1e7;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (exactlyBelow(middle, lots, ticks, assets, level, orEqual)) low = middle;
        else high = middle;
      }
      for (const own of [low - 1, low, high, high + 1]) {
        cash[0] = own;
        const exact = exactlyBelow(own, lots, ticks, assets, level, orEqual);
        expect([world, own, regime.isBelow(0)]).toEqual([world, own, exact]);
        if (exact) tally.below++;
        if (exactlyBelow(own, lots, ticks, assets, level, !orEqual) !== exact) tally.equal++;
      }
    }
    expect(tally.below).toBe(6000);
    expect(tally.equal).toBeGreaterThan(50);
  });

  test('with one asset is the isolated predicate', () => {
    const draw = new Draws('cross of one', 0);
    const maintenance = tiersFromRates([
      { floor: 0, rate: 0.013 },
      { floor: 5000, rate: 0.037 },
    ]);
    const holdings = createHoldings([[0]], 1);
    const cash = new Float64Array(1);
    const assets = [{ quantaPerTickLot: 3, weight: 1, maintenance }];
    const regime = new CrossMargin({ cash, holdings, assets, level: 1.1, orEqual: false, moves: Float64Array.of(1) });
    for (let i = 0; i < 2000; i++) {
      const lots = draw.whole(-50, 50);
      const tick = draw.whole(1, 200);
      cash[0] = Math.round(-lots * tick * 3 + 60 * Math.abs(lots) * tick * 0.1 * draw.real() * draw.real());
      setLots(holdings, 0, 0, lots);
      regime.move(Float64Array.of(tick));
      expect(regime.isBelow(0)).toBe(isBelow(cash[0], lots, tick, 3, maintenance, 1.1, false));
    }
  });

  test('a certificate reaches as far as the nearest crossing and no further when one asset falls', () => {
    const holdings = createHoldings([[0]], 1);
    setLots(holdings, 0, 0, 10);
    const cash = Float64Array.of(-9000);
    const assets = [{ quantaPerTickLot: 1, weight: 1, maintenance: flatTiers(0) }];
    const regime = new CrossMargin({ cash, holdings, assets, level: 1, orEqual: false, moves: Float64Array.of(2) });
    regime.move(Float64Array.of(1000));
    const radius = new Float64Array(1);
    regime.certify(Int32Array.of(0), 1, radius);
    // equity 1000 at 10 a tick: 100 ticks, 50 moves of 2
    expect(radius[0]).toBeLessThan(50);
    expect(radius[0]).toBeGreaterThan(50 * (1 - 1e-8));
    regime.move(Float64Array.of(899));
    regime.certify(Int32Array.of(0), 1, radius);
    expect(radius[0]).toBe(-1);
  });

  test('refuses terms and holdings that cannot be answered for', () => {
    const maintenance = flatTiers(0.01);
    const options: CrossOptions = {
      cash: new Float64Array(1),
      holdings: createHoldings([[0, 1]], 2),
      assets: [
        { quantaPerTickLot: 1, weight: 1, maintenance },
        { quantaPerTickLot: 1, weight: 1, maintenance },
      ],
      level: 1,
      orEqual: false,
      moves: Float64Array.of(1, 1),
    };
    expect(() => new CrossMargin({ ...options, level: NaN })).toThrow('found level NaN');
    expect(() => new CrossMargin({ ...options, cash: new Float64Array(2) })).toThrow('found 2 accounts, 1 holdings');
    expect(() => new CrossMargin({ ...options, moves: Float64Array.of(1) })).toThrow('2 assets, 1 moves');
    expect(() => new CrossMargin(options).move(Float64Array.of(1, NaN))).toThrow('cross margin, asset 1: found a mark of NaN ticks');
    const heavy = { quantaPerTickLot: 1, weight: 1.5, maintenance };
    expect(() => new CrossMargin({ ...options, assets: [heavy, heavy] })).toThrow('asset 0: found weight 1.5');
    // A ladder that charges the whole notional at the tier's rate jumps at each floor.
    const jump = { floor: Float64Array.of(0, 100), rate: Float64Array.of(0.01, 0.02), deduction: Float64Array.of(0, 0) };
    const jumping = { quantaPerTickLot: 1, weight: 1, maintenance: jump };
    expect(() => new CrossMargin({ ...options, assets: [jumping, jumping] })).toThrow(
      'cross margin, asset 0, tier 1: found a demand of 2 at its floor, want 1 as in the tier before it',
    );
    expect(() => createHoldings([[1, 0]], 2)).toThrow('holdings of account 0: found assets 1, 0');
    expect(() => createHoldings([[], [2]], 2)).toThrow('holdings of account 1: found assets 2');
    expect(() => setLots(options.holdings, 0, 2, 5)).toThrow('holdings of account 0: found asset 2, want one of 0, 1');
  });
});

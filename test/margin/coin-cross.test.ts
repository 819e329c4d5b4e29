import { describe, expect, test } from 'vitest';
import { CoinCrossMargin } from '../../src/margin/coin-cross.ts';
import type { CoinContract, CoinCrossOptions } from '../../src/margin/coin-cross.ts';
import { createHoldings, setLots } from '../../src/margin/cross.ts';
import { isInverseBelow } from '../../src/margin/isolated.ts';
import { flatTiers, tiersFromRates } from '../../src/margin/tiers.ts';
import { Draws, Lockstep } from './index/lockstep.ts';

/** Rates and levels in 64ths, so that whole numbers give the exact answer. */
const GRAIN = 64;

/** Surplus × Π ticks × GRAIN², in exact whole numbers: the ladder charges each tier's slice of the face value at its own rate. */
function exactSurplus(cash: number, lots: number[], ticks: number[], contracts: CoinContract[], level: number): bigint {
  const all = ticks.reduce((product, tick) => product * BigInt(tick), 1n);
  let surplus = BigInt(cash) * all * BigInt(GRAIN * GRAIN);
  contracts.forEach(({ factor, maintenance }, k) => {
    const face = BigInt(lots[k]!) * BigInt(factor);
    const size = face < 0n ? -face : face;
    let claim = face * BigInt(GRAIN * GRAIN);
    maintenance.rate.forEach((rate, tier) => {
      const from = BigInt(maintenance.floor[tier]!);
      const to = tier + 1 < maintenance.floor.length ? BigInt(maintenance.floor[tier + 1]!) : size;
      const slice = (size < to ? size : to) - from;
      if (slice > 0n) claim += slice * BigInt(rate * GRAIN) * BigInt(level * GRAIN);
    });
    surplus -= (claim * all) / BigInt(ticks[k]!);
  });
  return surplus;
}

const tiersOf = (draw: Draws) =>
  tiersFromRates([
    { floor: 0, rate: draw.whole(0, 4) / GRAIN },
    { floor: 3000, rate: draw.whole(4, 9) / GRAIN },
    { floor: 9000, rate: draw.whole(9, 20) / GRAIN },
  ]);

const inverted = (ticks: readonly number[]): Float64Array => Float64Array.from(ticks, (tick) => 1 / tick);

describe('CoinCrossMargin', () => {
  test('is below exactly when whole-number arithmetic says so', () => {
    let below = 0;
    for (let world = 0; world < 3000; world++) {
      const draw = new Draws('coin predicate', world);
      const contracts = Array.from({ length: draw.whole(1, 4) }, (): CoinContract => ({
        factor: draw.whole(1, 5) * 1000,
        maintenance: tiersOf(draw),
      }));
      const level = draw.pick([0.5, 1, 1.25]);
      const lots = contracts.map(() => draw.whole(-30, 30));
      const ticks = contracts.map(() => draw.whole(1, 300));
      const holdings = createHoldings([contracts.map((_, k) => k)], contracts.length);
      lots.forEach((held, k) => setLots(holdings, 0, k, held));
      const cash = new Float64Array(1);
      const moves = new Float64Array(contracts.length).fill(1);
      const regime = new CoinCrossMargin({ cash, holdings, contracts, level, orEqual: false, moves });
      regime.move(inverted(ticks));
      let low = -1e7;
      let high = 1e7;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (exactSurplus(middle, lots, ticks, contracts, level) < 0n) low = middle;
        else high = middle;
      }
      for (const own of [low - 1, low, high, high + 1]) {
        cash[0] = own;
        const exact = exactSurplus(own, lots, ticks, contracts, level);
        // What is owed in all may be whole while its parts are not: then rounding decides.
        if (exact === 0n && lots.filter((held) => held !== 0).length > 1) continue;
        expect([world, own, regime.isBelow(0)]).toEqual([world, own, exact < 0n]);
        if (exact < 0n) below++;
      }
    }
    expect(below).toBe(6000);
  });

  test('with one contract is the isolated predicate, at equality too', () => {
    let equal = 0;
    for (let world = 0; world < 8000; world++) {
      const draw = new Draws('coin of one', world);
      const orEqual = draw.chance(0.5);
      const maintenance = tiersOf(draw);
      const holdings = createHoldings([[0]], 1);
      const [lots, tick, level] = [draw.whole(-50, 50), draw.whole(1, 200), draw.pick([0.5, 1, 1.25])];
      const cash = new Float64Array(1);
      const regime = new CoinCrossMargin({
        cash,
        holdings,
        contracts: [{ factor: 200, maintenance }],
        level,
        orEqual,
        moves: Float64Array.of(1),
      });
      setLots(holdings, 0, 0, lots);
      regime.move(inverted([tick]));
      const owed = Math.ceil(Number(exactSurplus(0, [lots], [tick], [{ factor: 200, maintenance }], level)) / -(tick * GRAIN * GRAIN));
      for (const own of [owed - 1, owed, owed + 1]) {
        cash[0] = own;
        expect(regime.isBelow(0)).toBe(isInverseBelow(own, lots, tick, 200, maintenance, level, orEqual));
        if (lots !== 0 && exactSurplus(own, [lots], [tick], [{ factor: 200, maintenance }], level) === 0n) equal++;
      }
    }
    expect(equal).toBeGreaterThan(50);
  });

  test('a certificate reaches as far as the crossing and no further', () => {
    const holdings = createHoldings([[0]], 1);
    setLots(holdings, 0, 0, 10);
    // 10 × 1000 of face value: 10 quanta of coin at a tick of 1000, 12.5 at 800
    const cash = Float64Array.of(12.5);
    const contracts = [{ factor: 1000, maintenance: flatTiers(0) }];
    const regime = new CoinCrossMargin({ cash, holdings, contracts, level: 1, orEqual: false, moves: Float64Array.of(1e-6) });
    const radius = new Float64Array(1);
    regime.move(inverted([1000]));
    regime.certify(Int32Array.of(0), 1, radius);
    // from 1/1000 to 1/800 are 250 moves of a millionth
    expect(radius[0]).toBeLessThan(250);
    expect(radius[0]).toBeGreaterThan(250 * (1 - 1e-8));
    regime.move(inverted([799]));
    regime.certify(Int32Array.of(0), 1, radius);
    expect(radius[0]).toBe(-1);
  });

  test('index ≡ scan while marks walk, jump, balances change and accounts come and go', () => {
    const tally = { triggered: 0, uncertified: 0, certified: 0 };
    for (let world = 0; world < 40; world++) {
      const draw = new Draws('coin walks', world);
      const contracts = Array.from({ length: draw.whole(1, 3) }, (): CoinContract => ({ factor: 5000, maintenance: tiersOf(draw) }));
      const ticks = contracts.map(() => draw.whole(500, 5000));
      const accounts = draw.whole(20, 400);
      const holdings = createHoldings(
        Array.from({ length: accounts }, () => [...contracts.keys()]),
        contracts.length,
      );
      const cash = new Float64Array(accounts);
      const endow = (account: number): void => {
        let owed = 0;
        contracts.forEach(({ factor }, k) => {
          const lots = draw.whole(-20, 20);
          setLots(holdings, account, k, lots);
          owed += (lots * factor) / ticks[k]! + (0.4 * Math.abs(lots) * factor * (0.5 + draw.real())) / ticks[k]!;
        });
        cash[account] = Math.round(owed);
      };
      for (let account = 0; account < accounts; account++) endow(account);
      const moves = Float64Array.from(ticks, (tick) => 0.001 / tick);
      const regime = new CoinCrossMargin({ cash, holdings, contracts, level: 1, orEqual: draw.chance(0.5), moves });
      const both = new Lockstep(regime, tally);
      for (let account = 0; account < accounts; account++) both.set(account);
      for (let step = 0; step < 120; step++) {
        const size = draw.chance(0.05) ? 0.1 : 0.002;
        ticks.forEach((tick, k) => (ticks[k] = Math.max(1, Math.round(tick * (1 + size * (2 * draw.real() - 1))))));
        if (draw.chance(0.3)) {
          const account = draw.whole(0, accounts - 1);
          endow(account);
          both.set(account);
        }
        if (draw.chance(0.1)) both.remove(draw.whole(0, accounts - 1));
        const { found, expected } = both.collect(inverted(ticks));
        expect(found, `world ${world}, step ${step}`).toEqual(expected);
      }
    }
    expect(tally.triggered).toBeGreaterThan(1000);
    expect(tally.certified).toBeGreaterThan(2000);
  });

  test('refuses what cannot be answered for', () => {
    const maintenance = flatTiers(0.01);
    const options: CoinCrossOptions = {
      cash: new Float64Array(1),
      holdings: createHoldings([[0]], 1),
      contracts: [{ factor: 1, maintenance }],
      level: 1,
      orEqual: false,
      moves: Float64Array.of(1),
    };
    expect(() => new CoinCrossMargin({ ...options, level: NaN })).toThrow('found level NaN');
    expect(() => new CoinCrossMargin({ ...options, cash: new Float64Array(2) })).toThrow('found 2 accounts, 1 holdings');
    expect(() => new CoinCrossMargin(options).move(Float64Array.of(0))).toThrow('contract 0: found 0 for one over its mark');
  });
});

import { describe, expect, test } from 'vitest';
import { CrossMargin, createHoldings } from '../../../src/margin/cross.ts';
import type { CrossAsset } from '../../../src/margin/cross.ts';
import { FrameIndex } from '../../../src/margin/index/frames.ts';
import { tiersFromRates } from '../../../src/margin/tiers.ts';
import { Draws, Lockstep } from './lockstep.ts';
import type { Tally } from './lockstep.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 4000 : 250;

/** Runs one world of cross accounts on index and scan side by side. */
function runCrossWorld(world: number, tally: Tally): void {
  const draw = new Draws('cross', world);
  const accounts = draw.pick([3, 40, 150, 600]);
  const assets = draw.whole(1, 6);
  const level = draw.pick([0.5, 1, 1.25, 2]);
  const at = Float64Array.from({ length: assets }, () => draw.whole(200, 20_000));
  const terms: CrossAsset[] = Array.from({ length: assets }, (_, k) => {
    const quantaPerTickLot = draw.whole(1, 7);
    const collateral = draw.chance(0.2);
    const rates = Array.from({ length: collateral ? 1 : draw.whole(1, 3) }, () => (collateral ? 0 : 0.2 * draw.real())).sort(
      (a, b) => a - b,
    );
    return {
      quantaPerTickLot,
      weight: collateral ? 0.85 : 1,
      maintenance: tiersFromRates(rates.map((rate, tier) => ({ floor: tier * 20 * at[k] * quantaPerTickLot, rate }))),
    };
  });
  const cash = new Float64Array(accounts);
  const holdings = createHoldings(
    Array.from({ length: accounts }, () => Array.from({ length: assets }, (_, k) => k).filter(() => draw.chance(0.6))),
    assets,
  );
  const moves = at.map((tick) => tick * 0.002 * (0.3 + draw.real()));
  const regime = new CrossMargin({ cash, holdings, assets: terms, level, orEqual: draw.chance(0.5), moves });
  const both = new Lockstep(regime, tally);

  /** A new portfolio, whose equity is a random multiple of what is demanded. */
  const open = (account: number): void => {
    let value = 0;
    let notional = 0;
    for (let place = holdings.start[account]; place < holdings.start[account + 1]; place++) {
      const { quantaPerTickLot, weight } = terms[holdings.asset[place]];
      const lots = draw.chance(0.1) ? 0 : draw.whole(weight < 1 ? 0 : -30, 30);
      holdings.lots[place] = lots;
      value += weight * lots * quantaPerTickLot * at[holdings.asset[place]];
      notional += Math.abs(lots) * quantaPerTickLot * at[holdings.asset[place]];
    }
    cash[account] = Math.ceil(notional * 0.6 * draw.real() * draw.real() - value);
    both.set(account);
  };
  const check = (step: number): void => {
    // Forced sales move the price, and who falls by that is found in the same step.
    for (let round = 0; round < 4; round++) {
      const { found, expected: names } = both.collect(at);
      expect([world, step, round, ...found]).toEqual([world, step, round, ...names]);
      for (const account of names) {
        const fate = draw.real();
        for (let place = holdings.start[account]; place < holdings.start[account + 1]; place++) {
          const closed = fate < 0.4 ? holdings.lots[place] : fate < 0.8 ? Math.trunc(holdings.lots[place] / 2) : 0;
          cash[account] += closed * terms[holdings.asset[place]].quantaPerTickLot * at[holdings.asset[place]];
          holdings.lots[place] -= closed;
          if (closed !== 0 && round < 3) at[holdings.asset[place]] = Math.max(1, at[holdings.asset[place]] - Math.sign(closed));
        }
        if (fate >= 0.4) {
          both.set(account);
        }
      }
      if (names.length === 0) break;
    }
  };

  for (let account = 0; account < accounts; account++) open(account);
  if (draw.chance(0.7)) both.settle(at);
  let size = 0.001;
  for (let step = 0; step < 60; step++) {
    if (draw.chance(0.1)) size = draw.pick([0, 0.0005, 0.002, 0.02, 0.2]);
    for (let k = 0; k < assets; k++) at[k] = Math.max(1, Math.round(at[k] * (1 + size * (2 * draw.real() - 1.05))));
    check(step);
    const changes = draw.whole(0, draw.chance(0.1) ? accounts : 4);
    for (let i = 0; i < changes; i++) {
      const account = draw.whole(0, accounts - 1);
      const kind = draw.real();
      if (kind < 0.4) open(account);
      else if (kind < 0.6) {
        both.remove(account);
      } else {
        cash[account] += draw.whole(-200, 400);
        both.set(account);
      }
    }
    if (draw.chance(0.03)) both.copy();
    if (draw.chance(0.02)) both.settle(at);
    if (draw.chance(0.01)) {
      both.reset();
      for (let account = 0; account < accounts; account += 2) open(account);
    }
  }
}

describe('FrameIndex', () => {
  test('finds at every check exactly whom a full scan of cross accounts finds, through position changes, price feedback and jumps', () => {
    const tally: Tally = { triggered: 0, uncertified: 0, certified: 0 };
    for (let world = 0; world < WORLDS; world++) runCrossWorld(world, tally);
    expect(tally.triggered).toBeGreaterThan(50 * WORLDS);
    expect(tally.uncertified).toBeGreaterThan(5 * WORLDS);
    expect(tally.certified).toBeGreaterThan(5 * WORLDS);
  });

  test('keeps its answer while the same accounts change again and again between two checks', () => {
    const accounts = 100;
    const cash = new Float64Array(accounts).fill(100);
    const holdings = createHoldings(
      Array.from({ length: accounts }, () => [0]),
      1,
    );
    holdings.lots.fill(1);
    const assets = [{ quantaPerTickLot: 1, weight: 1, maintenance: tiersFromRates([{ floor: 0, rate: 0.5 }]) }];
    const regime = new CrossMargin({ cash, holdings, assets, level: 1, orEqual: false, moves: Float64Array.of(10) });
    const both = new Lockstep(regime, { triggered: 0, uncertified: 0, certified: 0 });
    for (let account = 0; account < accounts; account++) both.set(account);
    both.settle(Float64Array.of(1000));
    const draw = new Draws('churn', 0);
    // More than the lists have room for: 1.5 × accounts and 4,096 blocks of 64.
    for (let change = 0; change < 400_000; change++) {
      const account = draw.whole(0, accounts - 1);
      both.remove(account);
      cash[account] = draw.whole(-400, 400);
      both.set(account);
      if (change % 100_000 === 0) both.copy();
    }
    for (const mark of [1000, 990, 1010, 700, 500]) {
      const { found, expected } = both.collect(Float64Array.of(mark));
      expect(found).toEqual(expected);
    }
  });

  test('refuses a weight that measures nothing', () => {
    const holdings = createHoldings([[0]], 1);
    const assets = [{ quantaPerTickLot: 1, weight: 1, maintenance: tiersFromRates([{ floor: 0, rate: 0.5 }]) }];
    const options = { cash: new Float64Array(1), holdings, assets, level: 1, orEqual: false };
    expect(() => new FrameIndex(new CrossMargin({ ...options, moves: Float64Array.of(0) }))).toThrow('found weight 0 of coordinate 0');
  });
});

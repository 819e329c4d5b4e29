import { describe, expect, test } from 'vitest';
import { RateIndex } from '../../../src/margin/index/rates.ts';
import type { RateOptions } from '../../../src/margin/index/rates.ts';
import { RateScan } from '../../../src/margin/index/scan.ts';
import { Draws, sorted } from './lockstep.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 4000 : 250;

/** One world of isolated positions under moving rates, index and scan side by side; returns how many were triggered. */
function runWorld(world: number): number {
  const draw = new Draws('rates', world);
  const accounts = draw.pick([2, 30, 200]);
  const classes = draw.whole(1, 8);
  // Above 2^16 several ticks share a bucket.
  const maxTick = draw.pick([60, 1000, 60_000, 2 ** 18, 2 ** 22 + 3]);
  const level = draw.pick([0.5, 1, 1.25]);
  const cash = new Float64Array(accounts);
  const lots = new Float64Array(accounts);
  const rates = Float64Array.from({ length: classes }, () => 0.3 * draw.real());
  const inverse = world % 2 === 1;
  const quantaPerTickLot = draw.whole(1, 9) * (inverse ? 1_000_000 : 1);
  const options: RateOptions = { accounts, cash, lots, quantaPerTickLot, inverse, rates, level, orEqual: draw.chance(0.5), maxTick };
  let index = new RateIndex(options);
  const scan = new RateScan(options);
  const found = new Int32Array(accounts);
  let mark = draw.whole(1, maxTick);
  let triggered = 0;
  const open = (account: number): void => {
    const rateClass = draw.whole(0, classes - 1);
    lots[account] = draw.whole(-40, 40);
    const worth = inverse ? (lots[account]! * quantaPerTickLot) / mark : lots[account]! * quantaPerTickLot * mark;
    const notional = Math.abs(worth);
    // Half of the margins are a whole number of ticks, so that marks meet crossings exactly; few are none, or more than the value.
    const margin = draw.chance(0.5)
      ? draw.whole(0, 20) * Math.abs(lots[account]!) * (inverse ? 1000 : quantaPerTickLot)
      : Math.floor(notional * (1.3 * draw.real() - 0.1));
    cash[account] = Math.round(inverse ? margin + worth : margin - worth);
    index.set(account, rateClass);
    scan.set(account, rateClass);
  };
  for (let account = 0; account < accounts; account++) open(account);
  for (let step = 0; step < 60; step++) {
    const size = draw.pick([0, 1, 3, Math.ceil(mark / 100), Math.ceil(mark / 4)]);
    mark = draw.chance(0.03) ? draw.whole(1, maxTick) : Math.min(maxTick, Math.max(1, mark + draw.whole(-size, size)));
    for (let k = 0; k < classes; k++) {
      // A rate of 1/2^n makes a product exact, so that equality happens.
      rates[k] = draw.chance(0.1) ? draw.pick([0, 0.0625, 0.25, 0.5]) : Math.min(0.75, rates[k]! * (0.9 + 0.2 * draw.real()) + 1e-4);
    }
    const names = sorted(found, scan.collect(mark, found));
    expect([world, step, ...sorted(found, index.collect(mark, found))]).toEqual([world, step, ...names]);
    triggered += names.length;
    for (const account of names) if (draw.chance(0.3)) open(account);
    for (let i = draw.whole(0, 3); i > 0; i--) {
      const account = draw.whole(0, accounts - 1);
      if (draw.chance(0.7)) open(account);
      else {
        index.remove(account);
        scan.remove(account);
      }
    }
    if (draw.chance(0.03)) {
      const copy = new RateIndex(options);
      copy.set(0, 0);
      const source = index.state();
      copy.state().forEach((array, i) => array.set(source[i]!));
      index = copy;
    }
    if (draw.chance(0.01)) {
      index.reset();
      scan.reset();
    }
  }
  return triggered;
}

describe('RateIndex', () => {
  test('finds at every mark and rate exactly whom a full scan finds, through position changes', () => {
    let triggered = 0;
    for (let world = 0; world < WORLDS; world++) triggered += runWorld(world);
    expect(triggered).toBeGreaterThan(40 * WORLDS);
  });

  test('refuses what it cannot answer', () => {
    const options = { accounts: 1, cash: new Float64Array(1), lots: Float64Array.of(1), quantaPerTickLot: 1, level: 1, orEqual: false };
    const rates = Float64Array.of(0.1);
    expect(() => new RateIndex({ ...options, rates, maxTick: 0 })).toThrow('found a highest tick of 0');
    expect(() => new RateIndex({ ...options, rates, level: -1, maxTick: 9 })).toThrow('found level -1');
    expect(() => new RateIndex({ ...options, rates: new Float64Array(65), maxTick: 9 })).toThrow('found 65 rate classes');
    const index = new RateIndex({ ...options, rates, maxTick: 9 });
    expect(() => index.set(0, 1)).toThrow('found rate class 1 for account 0, want 0 to 0');
    expect(() => index.collect(10, new Int32Array(1))).toThrow('found a mark of 10 ticks');
    rates[0] = 1;
    expect(() => index.collect(5, new Int32Array(1))).toThrow('found rate 1 of class 0 at level 1');
  });
});

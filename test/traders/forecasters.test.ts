import { describe, expect, test } from 'vitest';
import { root, uniform } from '../../src/core/random.ts';
import { Forecasters } from '../../src/traders/forecasters.ts';
import type { ChartistOptions, FundamentalistOptions } from '../../src/traders/forecasters.ts';
import { INDEX, OUTSIDE, TAKER, TRADERS, money, stage } from './stage.ts';

/** Stream of the traits of traders; slot 0 is the first one's reaction. */
const TRAITS = 3;

const COMMON = { count: 40, orderRate: 4, size: money(2_000), reaction: 1, noise: 0, edge: 0.0002, lifetime: 20 };
const FUNDAMENTALISTS: FundamentalistOptions = { ...COMMON, kind: 'fundamentalists' };
const CHARTISTS: ChartistOptions = { ...COMMON, kind: 'chartists', horizon: 120 };

/** The mid by second after a sale of `shock` lots at the fifth, the traders present or not. */
function mids(options: FundamentalistOptions | ChartistOptions, { shock = 0, present = true, seconds = 400, index = INDEX } = {}) {
  const place = stage(options.count, Forecasters.capacity(options, 1));
  const { exchange, quote, mid, ledger } = place;
  const traders = new Forecasters(options, exchange, TRADERS, 1);
  const seed = root('forecast', options.kind);
  traders.open(seed, INDEX);
  const path = [mid()];
  for (let step = 1; step <= seconds; step++) {
    quote(INDEX);
    if (step === 5 && shock > 0) exchange.market(1, shock, TAKER);
    if (present) traders.act(seed, step, index, mid());
    path.push(mid());
    expect(ledger.runningError()).toBe(0);
  }
  expect(ledger.recount()).toBe(0);
  expect(ledger.lots[OUTSIDE]).toBe(0);
  return { path, ...place };
}

/** Distance from a value, as a fraction. */
const away = (price: number | undefined, value = INDEX): number => Math.abs(price! / value - 1);

describe('fundamentalists', () => {
  test('bring a price back that somebody has moved, which nobody else does', () => {
    const without = mids(FUNDAMENTALISTS, { shock: 1_000_000, present: false }).path;
    expect(away(without[20])).toBeGreaterThan(0.009);
    expect(away(without.at(-1))).toBeGreaterThan(0.009);
    const { path } = mids(FUNDAMENTALISTS, { shock: 1_000_000 });
    expect(away(path[20])).toBeGreaterThan(0.007);
    expect(away(path.at(-1))).toBeLessThan(0.001);
  });

  test.each([0.99, 1.01])('pull the price to their value: %d of what the makers follow', (share) => {
    const value = INDEX * share;
    const { path } = mids(FUNDAMENTALISTS, { index: value, seconds: 600 });
    expect(away(path[0], value)).toBeGreaterThan(0.009);
    expect(away(path.at(-1), value)).toBeLessThan(0.001);
  });

  test('expect their share of the gap to close: one of them buys up to the price that it expects and no further', () => {
    const options = { ...FUNDAMENTALISTS, count: 1, edge: 0, size: money(100_000) };
    const seed = root('share', 'fundamentalists');
    const reaction = 0.5 * -Math.log(1 - uniform(seed.lo, seed.hi, TRAITS, 0, 0));
    const { exchange, book } = stage(1, Forecasters.capacity(options, 1));
    const traders = new Forecasters({ ...options, reaction: 0.5 }, exchange, TRADERS, 1);
    traders.open(seed, INDEX);
    for (let step = 1; step <= 400; step++) traders.act(seed, step, INDEX * 1.02, INDEX);
    const expected = INDEX * 1.02 ** reaction;
    expect(book.last).toBeLessThanOrEqual(expected);
    expect(book.last).toBeGreaterThan(expected - 51);
    expect(book.bestBid).toBe(Math.floor(expected));
  });

  test('at their value and without noise they do nothing', () => {
    const { exchange, book, ledger } = mids(FUNDAMENTALISTS);
    expect(exchange.messages).toEqual([]);
    expect(book.live).toBe(200);
    expect(ledger.postings).toBe(0);
  });

  test('their limit orders are gone after their lifetime', () => {
    const options = { ...FUNDAMENTALISTS, noise: 0.0002, edge: 0.01 };
    const { exchange, quote, mid, book } = stage(options.count, Forecasters.capacity(options, 1));
    const traders = new Forecasters(options, exchange, TRADERS, 1);
    const resting = (): number =>
      Array.from({ length: book.capacity }, (_, handle) => book.ownerOf(handle)).filter(
        (owner) => owner >= TRADERS && owner < TRADERS + options.count,
      ).length;
    const seed = root('life', 'fundamentalists');
    traders.open(seed, INDEX);
    let most = 0;
    for (let step = 1; step <= 300; step++) {
      quote(INDEX);
      traders.act(seed, step, INDEX, mid());
      most = Math.max(most, resting());
    }
    // 4 a second for 20 s, less what trades.
    expect(most).toBeGreaterThan(40);
    expect(most).toBeLessThan(4 * 20 + 5 * Math.sqrt(80));
  });
});

describe('chartists', () => {
  test('alone make a move larger, the more so the stronger they react', () => {
    const { path: without } = mids(CHARTISTS, { shock: 300_000, present: false });
    const shock = away(without.at(-1));
    const peaks = [0.02, 0.05, 0.2].map((reaction) =>
      Math.max(...mids({ ...CHARTISTS, reaction }, { shock: 300_000 }).path.map((p) => away(p))),
    );
    expect(peaks[0]).toBeGreaterThan(1.3 * shock);
    expect(peaks[1]).toBeGreaterThan(1.3 * peaks[0]!);
    expect(peaks[2]).toBeGreaterThan(1.3 * peaks[1]!);
  });

  test('go with the move: after a fall they sell', () => {
    const { exchange } = mids(CHARTISTS, { shock: 300_000, seconds: 20 });
    const orders = exchange.messages.slice(1);
    expect(orders.length).toBeGreaterThan(20);
    for (const order of orders) expect(order).toMatch(/^1 /);
  });

  test('without a move and without noise they do nothing, and a move that is out of sight is forgotten', () => {
    expect(mids(CHARTISTS).exchange.messages).toEqual([]);
    const { exchange } = stage(CHARTISTS.count, Forecasters.capacity(CHARTISTS, 1));
    const traders = new Forecasters(CHARTISTS, exchange, TRADERS, 1);
    const seed = root('forget', 'chartists');
    traders.open(seed, INDEX);
    const sent: number[] = [];
    for (let step = 1; step <= 300; step++) {
      const before = exchange.messages.length;
      traders.act(seed, step, INDEX, step < 10 ? INDEX : INDEX * 1.01);
      if (exchange.messages.length > before) sent.push(step);
    }
    expect(Math.min(...sent)).toBe(10);
    expect(Math.max(...sent)).toBeGreaterThan(10 + 60);
    expect(Math.max(...sent)).toBeLessThan(10 + 120);
  });
});

import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { root } from '../../src/core/random.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { Noise } from '../../src/traders/noise.ts';
import type { NoiseOptions } from '../../src/traders/noise.ts';

const NOISE = 0;
const MAKER = 1;

const OPTIONS: NoiseOptions = { marketRate: 2, limitRate: 3, size: 2_000_000, lifetime: 5, reach: 0.001 };

/** What is asked of the exchange, message by message. */
class Listening extends Exchange {
  readonly heard: string[] = [];

  override market(side: 0 | 1, lots: number, account: number): number {
    this.heard.push(`market ${side} ${lots}`);
    return super.market(side, lots, account);
  }

  override limit(side: 0 | 1, tick: number, lots: number, account: number, ref: number): number {
    if (account === NOISE) this.heard.push(`limit ${side} ${lots}`);
    return super.limit(side, tick, lots, account, ref);
  }
}

function market(depth: number): { noise: Noise; exchange: Listening } {
  const book = new OrderBook({ base: 0, levels: 2048, capacity: 4096 });
  const ledger = new Ledger(2, 1);
  ledger.open();
  const exchange = new Listening(book, ledger);
  const noise = new Noise(OPTIONS, exchange, NOISE, 1);
  noise.reset();
  for (let k = 1; k <= 50; k++) {
    exchange.limit(0, 1000 - k, depth, MAKER, k);
    exchange.limit(1, 1000 + k, depth, MAKER, k);
  }
  return { noise, exchange };
}

describe('noise traders', () => {
  test('who sends what does not depend on the book: one with another depth hears the same orders', () => {
    const a = market(1_000_000);
    const b = market(700_001);
    for (let step = 1; step <= 400; step++) {
      a.noise.act(root('n', 'noise'), step, 1000);
      b.noise.act(root('n', 'noise'), step, 1000);
    }
    expect(a.exchange.heard.length).toBeGreaterThan(1500);
    expect(a.exchange.heard).toEqual(b.exchange.heard);
  });

  test('one extra lot sold by somebody else changes no order', () => {
    const a = market(1_000_000);
    const b = market(1_000_000);
    for (let step = 1; step <= 400; step++) {
      a.noise.act(root('n', 'noise'), step, 1000);
      if (step === 50) b.exchange.book.market(1, 1, MAKER);
      b.noise.act(root('n', 'noise'), step, 1000);
    }
    expect(b.exchange.heard).toEqual(a.exchange.heard);
  });

  test('rates and mean size are those asked for', () => {
    const { noise, exchange } = market(50_000_000);
    const steps = 4000;
    for (let step = 1; step <= steps; step++) noise.act(root('rates', 'noise'), step, 1000);
    const lots = exchange.heard.map((message) => Number(message.split(' ')[2]));
    const markets = exchange.heard.filter((message) => message.startsWith('market')).length;
    // Poisson counts: four standard errors; orders under one lot are not sent (a share of 1/2000).
    expect(Math.abs(markets - 2 * steps)).toBeLessThan(4 * Math.sqrt(2 * steps) + 2 * steps * 0.001);
    expect(Math.abs(exchange.heard.length - 5 * steps)).toBeLessThan(4 * Math.sqrt(5 * steps) + 5 * steps * 0.001);
    const mean = lots.reduce((x, y) => x + y, 0) / lots.length;
    expect(Math.abs(mean / 2000 - 1)).toBeLessThan(4 / Math.sqrt(lots.length));
  });

  test('limit orders are gone after their lifetime', () => {
    const { noise, exchange } = market(50_000_000);
    for (let step = 1; step <= 50; step++) noise.act(root('n', 'noise'), step, 1000);
    const resting = (): number =>
      Array.from({ length: exchange.book.capacity }, (_, handle) => exchange.book.ownerOf(handle)).filter((owner) => owner === NOISE)
        .length;
    expect(resting()).toBeGreaterThan(0);
    // With no mid nothing new is sent; what rests expires.
    for (let step = 51; step <= 56; step++) noise.act(root('n', 'noise'), step, 0);
    expect(resting()).toBe(0);
  });
});

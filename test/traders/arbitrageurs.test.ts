import { describe, expect, test } from 'vitest';
import { root } from '../../src/core/random.ts';
import { Arbitrageurs } from '../../src/traders/arbitrageurs.ts';
import type { ArbitrageurOptions } from '../../src/traders/arbitrageurs.ts';
import { INDEX, OUTSIDE, TAKER, TRADERS, money, stage } from './stage.ts';

const OPTIONS: ArbitrageurOptions = {
  kind: 'arbitrageurs',
  count: 4,
  capital: money(10_000_000),
  costs: 0.002,
  latency: 0,
  returnHalfLife: Infinity,
};

function market(changes: Partial<ArbitrageurOptions> = {}) {
  const options = { ...OPTIONS, ...changes };
  const place = stage(options.count, 16);
  const traders = new Arbitrageurs(options, place.exchange, TRADERS, OUTSIDE, 1);
  const seed = root('gap', 'arbitrageurs');
  traders.open(seed);
  /** A second at an outside price: the makers, a sale of somebody's, the arbitrageurs. */
  const second = (step: number, sale = 0, index = INDEX): void => {
    place.quote(index);
    if (sale !== 0) place.exchange.market(sale > 0 ? 1 : 0, Math.abs(sale), TAKER);
    traders.act(seed, step, index);
    expect(place.ledger.runningError()).toBe(0);
  };
  const own = (): number[] => Array.from({ length: options.count }, (_, i) => TRADERS + i);
  /** Notional that an arbitrageur has taken here, from its orders alone. */
  const orders = (): string[] => place.exchange.messages.filter((message) => Number(message.split(' ')[2]) >= TRADERS);
  return { ...place, traders, second, own, orders };
}

describe('arbitrageurs', () => {
  test.each([1, -1])('keep the quotes within their costs of the outside price while their capital suffices (side %d)', (sign) => {
    const { second, book, mid, ledger, own } = market();
    for (let step = 1; step <= 400; step++) {
      // A sale of 1 % of depth every second would move the price by 4 %.
      second(step, sign * 10_000);
      expect(book.bestAsk).toBeGreaterThanOrEqual(INDEX * (1 - OPTIONS.costs));
      expect(book.bestBid).toBeLessThanOrEqual(INDEX * (1 + OPTIONS.costs));
    }
    // The other side of the book has come along.
    expect(Math.abs(mid() / INDEX - 1)).toBeLessThan(OPTIONS.costs + 0.0005);
    // What they took here they gave outside, at a profit.
    for (const account of own()) {
      expect(ledger.lots[account]).toBe(0);
      expect(ledger.cash[account]).toBeGreaterThan(0);
    }
    expect(sign * ledger.lots[OUTSIDE]!).toBeGreaterThan(1_000_000);
    expect(ledger.recount()).toBe(0);
  });

  test('follow an outside price that the makers do not see', () => {
    const { quote, exchange, book, traders } = market();
    const seed = root('gap', 'arbitrageurs');
    for (let step = 1; step <= 300; step++) {
      const index = INDEX * (1 + 0.00005 * step);
      quote(INDEX);
      traders.act(seed, step, index);
      expect(book.bestAsk).toBeGreaterThanOrEqual(index * (1 - OPTIONS.costs));
    }
    expect(book.bestBid).toBeGreaterThan(INDEX * 1.01);
    expect(exchange.ledger.recount()).toBe(0);
  });

  test('stop when their capital is tied, and no sooner', () => {
    const capital = money(50_000);
    const { second, mid, own, ledger, orders } = market({ capital });
    const given = new Map<number, number>();
    for (let step = 1; step <= 400; step++) second(step, 10_000);
    for (const message of orders()) {
      const [side, lots, account] = message.split(' ').map(Number);
      expect(side).toBe(0);
      given.set(account!, (given.get(account!) ?? 0) + lots! * INDEX);
    }
    // What is sold outside is the larger leg, and ties them to less than a lot.
    for (const account of own()) {
      expect(given.get(account)).toBeLessThanOrEqual(capital);
      expect(given.get(account)).toBeGreaterThan(capital - INDEX);
    }
    expect(mid() / INDEX).toBeLessThan(0.97);
    expect(ledger.recount()).toBe(0);
  });

  test('go on when it comes back', () => {
    const spent = market({ capital: money(50_000) });
    const fresh = market({ capital: money(50_000), returnHalfLife: 20 });
    for (let step = 1; step <= 400; step++) {
      spent.second(step, 10_000);
      fresh.second(step, 10_000);
    }
    expect(fresh.ledger.lots[OUTSIDE]!).toBeGreaterThan(3 * spent.ledger.lots[OUTSIDE]!);
    expect(fresh.mid()).toBeGreaterThan(1.005 * spent.mid());
  });

  test('act no sooner than their latency after they saw, each after its own', () => {
    const { second, exchange } = market({ latency: 20, count: 8 });
    const first: number[] = [];
    for (let step = 1; step <= 60; step++) {
      const before = exchange.messages.length;
      second(step, step === 10 ? 600_000 : 0);
      for (const message of exchange.messages.slice(before)) if (Number(message.split(' ')[2]) >= TRADERS) first.push(step);
    }
    expect(first.length).toBeGreaterThan(0);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(10 + 10);
    expect(Math.max(...first)).toBeLessThanOrEqual(10 + 30);
  });

  test('lose when the outside price has left them behind, and never trade beyond what they saw', () => {
    const { second, ledger, own, orders, book } = market({ latency: 6, count: 1 });
    second(1, 600_000);
    second(2);
    for (let step = 3; orders().length === 0; step++) second(step, 0, INDEX * 0.98);
    // The best price that it saw was 0.2 % under an outside price which is 2 % lower by now.
    expect(book.last).toBeLessThan(INDEX * 0.998);
    expect(book.last).toBeGreaterThan(INDEX * 0.985);
    expect(ledger.lots[own()[0]!]).toBe(0);
    expect(ledger.cash[own()[0]!]).toBeLessThan(0);
    expect(ledger.recount()).toBe(0);
  });

  test('do nothing inside their costs', () => {
    const { second, orders } = market();
    for (let step = 1; step <= 10; step++) second(step, step === 1 ? 150_000 : 0);
    expect(orders()).toEqual([]);
  });
});

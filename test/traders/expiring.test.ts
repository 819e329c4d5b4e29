import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { ExpiringOrders } from '../../src/traders/expiring.ts';

const TRADER = 0;
const MAKER = 1;

function market(capacity = 8) {
  const book = new OrderBook({ base: 1000, levels: 1024, capacity: 64 });
  const ledger = new Ledger(2, 1);
  ledger.open();
  const exchange = new Exchange(book, ledger);
  return { book, ledger, exchange, orders: new ExpiringOrders(exchange, 5, capacity) };
}

describe('orders that expire', () => {
  test('take what stands at the price or better as a market order, and rest what is left', () => {
    const { book, ledger, exchange, orders } = market();
    exchange.limit(1, 1500, 10, MAKER, 1);
    exchange.limit(1, 1502, 10, MAKER, 2);
    exchange.limit(1, 1503, 10, MAKER, 3);
    orders.send(0, 1502, 25, TRADER, 1);
    expect([book.bestBid, book.totalAt(1502), book.bestAsk]).toEqual([1502, 5, 1503]);
    expect([ledger.lots[TRADER], ledger.cash[TRADER]]).toEqual([20, -(1500 + 1502) * 10]);
    expect(exchange.taken[1]).toBe((1500 + 1502) * 10);
    // And the other way, against its own bid, which moves no money.
    exchange.limit(0, 1501, 3, MAKER, 4);
    orders.send(1, 1501, 10, TRADER, 1);
    expect([book.bestBid, book.totalAt(1501), book.bestAsk]).toEqual([-1, 2, 1501]);
    expect(ledger.lots[TRADER]).toBe(17);
    expect(ledger.recount()).toBe(0);
  });

  test('go when their time is up and not before, unless they are gone already', () => {
    const { book, exchange, orders } = market();
    orders.send(0, 1400, 1, TRADER, 1);
    orders.send(0, 1401, 1, TRADER, 2);
    orders.cancelExpired(5);
    expect(book.live).toBe(2);
    exchange.market(1, 1, MAKER);
    // The slot that the second left belongs to somebody else now.
    exchange.limit(0, 1300, 1, MAKER, 1);
    orders.cancelExpired(6);
    expect([book.live, book.bestBid]).toEqual([1, 1300]);
    orders.cancelExpired(7);
    expect([book.live, book.bestBid]).toEqual([1, 1300]);
  });

  test('stay away when the book has no place for them or there are as many as may rest', () => {
    const { book, orders } = market(2);
    orders.send(0, 999, 1, TRADER, 1);
    orders.send(1, 2024, 1, TRADER, 1);
    expect(book.live).toBe(0);
    for (let k = 0; k < 4; k++) orders.send(0, 1400, 1, TRADER, 1);
    expect(book.live).toBe(2);
  });
});

import { describe, expect, test } from 'vitest';
import { OrderBook } from '../../src/market/book.ts';
import type { BookSide, SelfTrade } from '../../src/market/book.ts';
import { checkInvariants } from './book-invariants.ts';

const OPTIONS = { base: 90, levels: 1024, capacity: 64 };

/** A side as text, best first: `100: 5a 3b` is a level with five lots of owner a ahead of three of owner b. */
type Ladder = readonly string[];

interface Case {
  readonly name: string;
  readonly bids?: Ladder;
  readonly asks?: Ladder;
  /** Absent: none. */
  readonly selfTrade?: SelfTrade;
  /** `buy|sell limit|post-only|ioc|fok LOTS @TICK`, `buy|sell market LOTS`, by owner t; or `cancel|reduce OWNER [LOTS]`. */
  readonly message: string;
  /** `LOTS@TICK owner`, in order of trading. */
  readonly fills: readonly string[];
  readonly bidsAfter: Ladder;
  readonly asksAfter: Ladder;
  readonly last?: number;
  /** Lots that self-trade prevention took off the message. */
  readonly prevented?: number;
}

const CASES: readonly Case[] = [
  { name: 'a bid rests in an empty book', message: 'buy limit 5 @100', fills: [], bidsAfter: ['100: 5t'], asksAfter: [] },
  { name: 'an ask rests in an empty book', message: 'sell limit 5 @100', fills: [], bidsAfter: [], asksAfter: ['100: 5t'] },
  {
    name: 'a better bid goes in front',
    bids: ['100: 5a'],
    asks: ['103: 1z'],
    message: 'buy limit 2 @101',
    fills: [],
    bidsAfter: ['101: 2t', '100: 5a'],
    asksAfter: ['103: 1z'],
  },
  {
    name: 'a worse ask goes behind',
    bids: [],
    asks: ['103: 1z'],
    message: 'sell limit 2 @200',
    fills: [],
    bidsAfter: [],
    asksAfter: ['103: 1z', '200: 2t'],
  },
  {
    name: 'the same price queues behind: time priority',
    bids: ['100: 5a 3b'],
    message: 'buy limit 2 @100',
    fills: [],
    bidsAfter: ['100: 5a 3b 2t'],
    asksAfter: [],
  },
  {
    name: 'a market order fills the first in the queue, then part of the second',
    asks: ['101: 5a 3b', '102: 9c'],
    message: 'buy market 6',
    fills: ['5@101 a', '1@101 b'],
    bidsAfter: [],
    asksAfter: ['101: 2b', '102: 9c'],
    last: 101,
  },
  {
    name: 'a partial fill keeps its place at the front',
    asks: ['101: 5a 3b'],
    message: 'buy market 2',
    fills: ['2@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 3a 3b'],
    last: 101,
  },
  {
    name: 'a market order walks the levels at their own prices',
    bids: ['100: 1a', '98: 2b', '91: 3c'],
    message: 'sell market 5',
    fills: ['1@100 a', '2@98 b', '2@91 c'],
    bidsAfter: ['91: 1c'],
    asksAfter: [],
    last: 91,
  },
  {
    name: 'a market order that empties a side drops its rest',
    bids: ['100: 1a'],
    asks: ['105: 7z'],
    message: 'sell market 50',
    fills: ['1@100 a'],
    bidsAfter: [],
    asksAfter: ['105: 7z'],
    last: 100,
  },
  {
    name: 'a market order against nothing does nothing',
    asks: ['105: 7z'],
    message: 'sell market 50',
    fills: [],
    bidsAfter: [],
    asksAfter: ['105: 7z'],
  },
  {
    name: 'a crossing limit order trades at the resting prices and rests its remainder at its own',
    asks: ['101: 2a', '102: 2b', '104: 2c'],
    message: 'buy limit 10 @103',
    fills: ['2@101 a', '2@102 b'],
    bidsAfter: ['103: 6t'],
    asksAfter: ['104: 2c'],
    last: 102,
  },
  {
    name: 'a limit order at the opposite best crosses',
    bids: ['100: 4a'],
    message: 'sell limit 4 @100',
    fills: ['4@100 a'],
    bidsAfter: [],
    asksAfter: [],
    last: 100,
  },
  {
    name: 'the remainder takes over the very level it has emptied',
    bids: ['100: 4a'],
    message: 'sell limit 7 @100',
    fills: ['4@100 a'],
    bidsAfter: [],
    asksAfter: ['100: 3t'],
    last: 100,
  },
  {
    name: 'an immediate-or-cancel order takes up to its price and drops the rest',
    asks: ['101: 2a', '102: 2b', '104: 2c'],
    message: 'buy ioc 10 @102',
    fills: ['2@101 a', '2@102 b'],
    bidsAfter: [],
    asksAfter: ['104: 2c'],
    last: 102,
  },
  {
    name: 'an immediate-or-cancel order that crosses nothing leaves no trace',
    asks: ['101: 2a'],
    message: 'buy ioc 10 @100',
    fills: [],
    bidsAfter: [],
    asksAfter: ['101: 2a'],
  },
  {
    name: 'fill-or-kill that finds all of it walks the levels',
    asks: ['101: 2a', '102: 2b', '104: 2c'],
    message: 'buy fok 3 @103',
    fills: ['2@101 a', '1@102 b'],
    bidsAfter: [],
    asksAfter: ['102: 1b', '104: 2c'],
    last: 102,
  },
  {
    name: 'fill-or-kill that finds one lot too few leaves no trace',
    asks: ['101: 2a', '102: 2b', '104: 2c'],
    message: 'buy fok 5 @103',
    fills: [],
    bidsAfter: [],
    asksAfter: ['101: 2a', '102: 2b', '104: 2c'],
  },
  {
    name: 'fill-or-kill against an empty side is killed',
    bids: ['100: 1a'],
    message: 'buy fok 1 @500',
    fills: [],
    bidsAfter: ['100: 1a'],
    asksAfter: [],
  },
  {
    name: 'fill-or-kill takes the last lot of a side',
    bids: ['100: 1a', '99: 2b'],
    message: 'sell fok 3 @99',
    fills: ['1@100 a', '2@99 b'],
    bidsAfter: [],
    asksAfter: [],
    last: 99,
  },
  {
    name: 'post-only that does not cross rests',
    bids: ['100: 5a'],
    asks: ['102: 1z'],
    message: 'buy post-only 2 @101',
    fills: [],
    bidsAfter: ['101: 2t', '100: 5a'],
    asksAfter: ['102: 1z'],
  },
  {
    name: 'post-only at the opposite best is rejected',
    asks: ['102: 1z'],
    message: 'buy post-only 2 @102',
    fills: [],
    bidsAfter: [],
    asksAfter: ['102: 1z'],
  },
  {
    name: 'post-only through the opposite side is rejected',
    bids: ['100: 1a', '99: 3b'],
    message: 'sell post-only 2 @99',
    fills: [],
    bidsAfter: ['100: 1a', '99: 3b'],
    asksAfter: [],
  },
  {
    name: 'without prevention an owner trades with itself',
    asks: ['101: 2t 3a'],
    message: 'buy market 4',
    fills: ['2@101 t', '2@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 1a'],
    last: 101,
  },
  {
    name: 'expire-maker cancels its own resting orders and goes on',
    selfTrade: 'expire-maker',
    asks: ['101: 1a 2t 3b', '102: 5t', '103: 4c'],
    message: 'buy limit 6 @103',
    fills: ['1@101 a', '3@101 b', '2@103 c'],
    bidsAfter: [],
    asksAfter: ['103: 2c'],
    last: 103,
  },
  {
    name: 'expire-maker cancels only what the order reaches',
    selfTrade: 'expire-maker',
    asks: ['101: 2a 2t', '102: 5t'],
    message: 'buy market 2',
    fills: ['2@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 2t', '102: 5t'],
    last: 101,
  },
  {
    name: 'expire-maker against nothing but own orders: the remainder rests where they stood',
    selfTrade: 'expire-maker',
    bids: ['100: 4t'],
    message: 'sell limit 3 @100',
    fills: [],
    bidsAfter: [],
    asksAfter: ['100: 3t'],
  },
  {
    name: 'expire-taker drops what is left at the first own order',
    selfTrade: 'expire-taker',
    asks: ['101: 1a 2t 3b', '102: 5c'],
    message: 'buy limit 6 @102',
    fills: ['1@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 2t 3b', '102: 5c'],
    last: 101,
    prevented: 5,
  },
  {
    name: 'expire-both drops what is left and the own order',
    selfTrade: 'expire-both',
    asks: ['101: 1a 2t 3b'],
    message: 'buy market 6',
    fills: ['1@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 3b'],
    last: 101,
    prevented: 5,
  },
  {
    name: 'decrement takes the smaller of both off both: the own order is gone',
    selfTrade: 'decrement',
    asks: ['101: 1a 2t 3b'],
    message: 'buy limit 9 @101',
    fills: ['1@101 a', '3@101 b'],
    bidsAfter: ['101: 3t'],
    asksAfter: [],
    last: 101,
    prevented: 2,
  },
  {
    name: 'decrement takes the smaller of both off both: the incoming order is gone',
    selfTrade: 'decrement',
    bids: ['100: 7t 3b'],
    message: 'sell market 5',
    fills: [],
    bidsAfter: ['100: 2t 3b'],
    asksAfter: [],
    prevented: 5,
  },
  {
    name: 'fill-or-kill does not count own orders that would be cancelled',
    selfTrade: 'expire-maker',
    asks: ['101: 1a 2t 3b'],
    message: 'buy fok 5 @101',
    fills: [],
    bidsAfter: [],
    asksAfter: ['101: 1a 2t 3b'],
  },
  {
    name: 'fill-or-kill fills past own orders that are cancelled',
    selfTrade: 'expire-maker',
    asks: ['101: 1a 2t 3b'],
    message: 'buy fok 4 @101',
    fills: ['1@101 a', '3@101 b'],
    bidsAfter: [],
    asksAfter: [],
    last: 101,
  },
  {
    name: 'fill-or-kill that would be cut short by an own order is killed',
    selfTrade: 'decrement',
    asks: ['101: 1a 2t 3b'],
    message: 'buy fok 4 @101',
    fills: [],
    bidsAfter: [],
    asksAfter: ['101: 1a 2t 3b'],
  },
  {
    name: 'fill-or-kill that is done before it meets an own order fills',
    selfTrade: 'expire-taker',
    asks: ['101: 4a 2t'],
    message: 'buy fok 4 @101',
    fills: ['4@101 a'],
    bidsAfter: [],
    asksAfter: ['101: 2t'],
    last: 101,
  },
  { name: 'cancel of the first', bids: ['100: 1a 2b 3c'], message: 'cancel a', fills: [], bidsAfter: ['100: 2b 3c'], asksAfter: [] },
  { name: 'cancel from the middle', bids: ['100: 1a 2b 3c'], message: 'cancel b', fills: [], bidsAfter: ['100: 1a 3c'], asksAfter: [] },
  { name: 'cancel of the last', bids: ['100: 1a 2b 3c'], message: 'cancel c', fills: [], bidsAfter: ['100: 1a 2b'], asksAfter: [] },
  {
    name: 'cancel of the whole best bid level uncovers the next',
    bids: ['100: 1a', '95: 2b'],
    asks: ['101: 1z'],
    message: 'cancel a',
    fills: [],
    bidsAfter: ['95: 2b'],
    asksAfter: ['101: 1z'],
  },
  {
    name: 'cancel of the whole best ask level uncovers the next',
    bids: ['100: 1a'],
    asks: ['101: 1z', '900: 2y'],
    message: 'cancel z',
    fills: [],
    bidsAfter: ['100: 1a'],
    asksAfter: ['900: 2y'],
  },
  {
    name: 'cancel of a level behind the best leaves the best',
    bids: ['100: 1a', '95: 2b'],
    message: 'cancel b',
    fills: [],
    bidsAfter: ['100: 1a'],
    asksAfter: [],
  },
  { name: 'reduce keeps the place', bids: ['100: 5a 3b'], message: 'reduce a 2', fills: [], bidsAfter: ['100: 3a 3b'], asksAfter: [] },
  { name: 'reduce by everything cancels', bids: ['100: 5a 3b'], message: 'reduce a 5', fills: [], bidsAfter: ['100: 3b'], asksAfter: [] },
  { name: 'reduce by more than there is cancels', bids: ['100: 5a'], message: 'reduce a 99', fills: [], bidsAfter: [], asksAfter: [] },
  {
    name: 'orders at both ends of the window trade',
    bids: ['90: 1a'],
    asks: ['1113: 1z'],
    message: 'sell limit 2 @90',
    fills: ['1@90 a'],
    bidsAfter: [],
    asksAfter: ['90: 1t', '1113: 1z'],
    last: 90,
  },
];

const ownerOf = (name: string): number => name.charCodeAt(0) - 97;
const nameOf = (owner: number): string => String.fromCharCode(97 + owner);

function put(book: OrderBook, side: BookSide, ladder: Ladder, handles: Map<string, number>): void {
  for (const line of ladder) {
    const [tick, orders] = line.split(': ');
    for (const order of orders.split(' ')) {
      const name = order.slice(-1);
      handles.set(name, book.limit(side, Number(tick), Number(order.slice(0, -1)), ownerOf(name), 0));
    }
  }
}

function ladder(book: OrderBook, side: BookSide): string[] {
  const lines: string[] = [];
  for (let tick = side === 0 ? book.bestBid : book.bestAsk; tick !== -1; tick = book.worse(side, tick)) {
    const orders: string[] = [];
    for (let handle = book.firstAt(tick); handle !== -1; handle = book.behind(handle)) {
      expect(book.sideOf(handle)).toBe(side);
      orders.push(`${book.lotsOf(handle)}${nameOf(book.ownerOf(handle))}`);
    }
    expect(book.countAt(tick)).toBe(orders.length);
    lines.push(`${tick}: ${orders.join(' ')}`);
  }
  return lines;
}

function fills(book: OrderBook): string[] {
  return Array.from({ length: book.fillCount }, (_, i) => `${book.fillLots[i]}@${book.fillTick[i]} ${nameOf(book.fillOwner[i])}`);
}

describe('ladder in, ladder out', () => {
  test.each(CASES)('$name', (row) => {
    const { bids = [], asks = [], selfTrade = 'none', message, fills: expected, bidsAfter, asksAfter, last = -1, prevented = 0 } = row;
    const book = new OrderBook({ ...OPTIONS, selfTrade });
    const handles = new Map<string, number>();
    put(book, 0, bids, handles);
    put(book, 1, asks, handles);
    const [verb, kind, lots, at] = message.split(' ');
    const side = verb === 'buy' ? 0 : 1;
    const filled = expected.reduce((sum, fill) => sum + Number(fill.split('@')[0]), 0);
    const owner = ownerOf('t');
    if (verb === 'cancel') book.cancel(handles.get(kind)!);
    else if (verb === 'reduce') book.reduce(handles.get(kind)!, Number(lots));
    else if (kind === 'market') expect(book.market(side, Number(lots), owner)).toBe(filled);
    else if (kind === 'ioc') expect(book.ioc(side, Number(at.slice(1)), Number(lots), owner)).toBe(filled);
    else if (kind === 'fok') expect(book.fok(side, Number(at.slice(1)), Number(lots), owner)).toBe(filled);
    else {
      const tick = Number(at.slice(1));
      const handle = kind === 'limit' ? book.limit(side, tick, Number(lots), owner, 0) : book.postOnly(side, tick, Number(lots), owner, 0);
      const rests = (side === 0 ? bidsAfter : asksAfter).some((line) => line.startsWith(`${at.slice(1)}: `) && line.endsWith('t'));
      expect(handle !== -1).toBe(rests);
    }
    expect(fills(book)).toEqual(expected);
    expect(ladder(book, 0)).toEqual(bidsAfter);
    expect(ladder(book, 1)).toEqual(asksAfter);
    expect(book.last).toBe(last);
    expect(book.prevented).toBe(prevented);
    checkInvariants(book);
  });
});

describe('fills', () => {
  test('tell both parties, the maker’s reference, handle and what is left of it', () => {
    const book = new OrderBook(OPTIONS);
    const first = book.limit(1, 100, 3, 7, 41);
    const second = book.limit(1, 100, 5, 8, 42);
    expect(book.market(0, 4, 9)).toBe(4);
    expect([book.taker, book.takerSide, book.fillCount]).toEqual([9, 0, 2]);
    expect(book.fillOwner.slice(0, 2)).toEqual(Int32Array.of(7, 8));
    expect(book.fillRef.slice(0, 2)).toEqual(Int32Array.of(41, 42));
    expect(book.fillHandle.slice(0, 2)).toEqual(Int32Array.of(first, second));
    expect(book.fillLeft.slice(0, 2)).toEqual(Int32Array.of(0, 4));
    expect([book.ownerOf(first), book.ownerOf(second)]).toEqual([-1, 8]);
    expect([book.resting(first, 7, 41), book.resting(second, 8, 42)]).toEqual([0, 4]);
  });

  test('start at zero again with each taker message, also one that only rests', () => {
    const book = new OrderBook(OPTIONS);
    book.limit(1, 100, 3, 7, 0);
    book.market(0, 1, 9);
    expect(book.fillCount).toBe(1);
    book.limit(0, 95, 1, 3, 0);
    expect([book.fillCount, book.taker, book.takerSide]).toEqual([0, 3, 0]);
    book.market(0, 1, 9);
    book.ioc(1, 99, 1, 2);
    expect([book.fillCount, book.taker, book.takerSide]).toEqual([0, 2, 1]);
    expect(book.last).toBe(100);
  });

  test('are none lost when one message empties a full book', () => {
    const book = new OrderBook({ base: 0, levels: 1024, capacity: 1000 });
    for (let i = 0; i < 1000; i++) book.limit(0, (i * 7) % 1024, 2, i, i);
    expect(book.market(1, 5000, 0)).toBe(2000);
    expect(book.fillCount).toBe(1000);
    expect(new Set(book.fillRef).size).toBe(1000);
    checkInvariants(book);
  });
});

describe('handles', () => {
  test('are slots, last freed first taken, and a stale one shows by owner and reference', () => {
    const book = new OrderBook(OPTIONS);
    const mine = book.limit(0, 100, 1, 1, 500);
    book.market(1, 1, 9);
    const theirs = book.limit(0, 95, 1, 2, 600);
    expect(theirs).toBe(mine);
    expect([book.resting(mine, 1, 500), book.resting(mine, 2, 500), book.resting(mine, 2, 600), book.resting(-1, -1, 0)]).toEqual([
      0, 0, 1, 0,
    ]);
  });

  test('the remainder of a crossing order may take the slot of the order it has just filled: the fill still names the maker', () => {
    const book = new OrderBook(OPTIONS);
    const maker = book.limit(1, 100, 2, 1, 10);
    const remainder = book.limit(0, 100, 5, 2, 20);
    expect(remainder).toBe(maker);
    expect([book.fillOwner[0], book.fillRef[0], book.fillHandle[0], book.fillLeft[0]]).toEqual([1, 10, maker, 0]);
    expect([book.ownerOf(maker), book.refOf(maker), book.lotsOf(maker)]).toEqual([2, 20, 3]);
  });

  test('cancel and reduce of what is not live remove nothing', () => {
    const book = new OrderBook(OPTIONS);
    const handle = book.limit(0, 100, 5, 1, 0);
    expect(book.cancel(handle)).toBe(5);
    for (const dead of [handle, -1, 5, 64, 1e9, 0.5, Number.NaN, Infinity]) {
      expect(book.cancel(dead)).toBe(0);
      expect(book.reduce(dead, 1)).toBe(0);
    }
    const live = book.limit(0, 100, 5, 1, 0);
    for (const near of [live + 0.5, live - 0.5, 2 ** 32 + live, live + 64, 1 - 2 ** -53])
      expect(book.cancel(near) + book.reduce(near, 1)).toBe(0);
    checkInvariants(book);
  });
});

describe('queries', () => {
  test('answer for any tick, since nothing rests outside the window', () => {
    const book = new OrderBook(OPTIONS);
    book.limit(0, 100, 5, 1, 0);
    book.limit(0, 98, 7, 1, 0);
    book.limit(1, 103, 2, 1, 0);
    expect([book.totalAt(100), book.totalAt(99), book.totalAt(-1e9), book.totalAt(1e9)]).toEqual([5, 0, 0, 0]);
    expect([book.countAt(98), book.countAt(0), book.firstAt(99), book.firstAt(1e6)]).toEqual([1, 0, -1, -1]);
    expect([book.depth(0, 101), book.depth(0, 100), book.depth(0, 99), book.depth(0, 98), book.depth(0, -5)]).toEqual([0, 5, 5, 12, 12]);
    expect([book.depth(1, 102), book.depth(1, 103), book.depth(1, 1e9)]).toEqual([0, 2, 2]);
    expect([book.worse(0, 500), book.worse(0, 100), book.worse(0, 98), book.worse(1, 0), book.worse(1, 103)]).toEqual([
      100, 98, -1, 103, -1,
    ]);
  });

  test('depth sums past 2^31 lots', () => {
    const book = new OrderBook(OPTIONS);
    for (let i = 0; i < 4; i++) book.limit(1, 100 + i, 2 ** 31 - 1, 1, 0);
    expect(book.depth(1, 103)).toBe(4 * (2 ** 31 - 1));
    expect(book.depth(0, 90)).toBe(0);
  });
});

describe('bad input is refused, by name, and leaves the book as it was', () => {
  const bytes = (book: OrderBook): string =>
    book
      .state()
      .map((array) => array.join())
      .join('|');
  const filled = (): OrderBook => {
    const book = new OrderBook({ base: 90, levels: 1024, capacity: 3 });
    book.limit(0, 100, 2 ** 31 - 2, 1, 0);
    book.limit(1, 105, 4, 1, 0);
    book.limit(1, 106, 4, 1, 0);
    book.market(0, 1, 2);
    return book;
  };
  const window = /found tick .*, want a whole tick of the window 90 to 1113/;
  const lots = /found .* lots, want a whole number from 1 to 2147483647/;
  const party = /found owner .* and ref .*, want 32-bit whole numbers, the owner ≥ 0/;
  const level = /tick 100 holds 2147483646 lots and takes no 2 more/;
  const full = /no room for a bid for 1 lots at tick 99, want at most 3 orders/;
  const rows: readonly [string, RegExp, (book: OrderBook) => void][] = [
    ...[89, 1114, -1, 0, 100.5, 2 ** 31, 2 ** 32 + 100, Number.NaN, Infinity].flatMap(
      (tick): [string, RegExp, (book: OrderBook) => void][] => [
        [`limit at tick ${tick}`, window, (book) => book.limit(0, tick, 1, 1, 0)],
        [`post-only at tick ${tick}`, window, (book) => book.postOnly(0, tick, 1, 1, 0)],
        [`ioc at tick ${tick}`, window, (book) => book.ioc(1, tick, 1, 1)],
        [`fill-or-kill at tick ${tick}`, window, (book) => book.fok(1, tick, 1, 1)],
        [`collect at tick ${tick}`, window, (book) => book.collect(1, tick, 1, 1, 0)],
      ],
    ),
    ...[0, -3, 1.5, 2 ** 31, 2 ** 32 + 1, Number.NaN, Infinity].flatMap((n): [string, RegExp, (book: OrderBook) => void][] => [
      [`limit for ${n} lots`, lots, (book) => book.limit(0, 100, n, 1, 0)],
      [`post-only for ${n} lots`, lots, (book) => book.postOnly(0, 105, n, 1, 0)],
      [`ioc for ${n} lots`, lots, (book) => book.ioc(0, 105, n, 1)],
      [`fill-or-kill for ${n} lots`, lots, (book) => book.fok(0, 105, n, 1)],
      [`collect for ${n} lots`, lots, (book) => book.collect(0, 105, n, 1, 0)],
      [`collect a market order for ${n} lots`, lots, (book) => book.collectMarket(0, n, 1, 0)],
      [`market for ${n} lots`, lots, (book) => book.market(0, n, 1)],
      [`reduce by ${n} lots`, lots, (book) => book.reduce(0, n)],
    ]),
    ...[-1, 0.5, 2 ** 31, Number.NaN].flatMap((owner): [string, RegExp, (book: OrderBook) => void][] => [
      [`limit of owner ${owner}`, party, (book) => book.limit(0, 105, 1, owner, 0)],
      [`post-only of owner ${owner}`, party, (book) => book.postOnly(0, 105, 1, owner, 0)],
      [`ioc of owner ${owner}`, party, (book) => book.ioc(0, 105, 1, owner)],
      [`fill-or-kill of owner ${owner}`, party, (book) => book.fok(0, 105, 1, owner)],
      [`collect of owner ${owner}`, party, (book) => book.collect(0, 105, 1, owner, 0)],
      [`collect a market order of owner ${owner}`, party, (book) => book.collectMarket(0, 1, owner, 0)],
      [`market of owner ${owner}`, party, (book) => book.market(0, 1, owner)],
    ]),
    ['limit with a fractional ref', party, (book) => book.limit(0, 105, 1, 1, 0.5)],
    ['limit past 2^31 − 1 lots at a level', level, (book) => book.limit(0, 100, 2, 1, 0)],
    ['collect past 2^31 − 1 lots at a level', level, (book) => book.collect(0, 100, 2, 1, 0)],
    ['collect into a full book', full, (book) => book.collect(0, 99, 1, 1, 0)],
    [
      'collect a market order into a full book',
      /no room for a bid for 1 lots at tick 2147483647/,
      (book) => book.collectMarket(0, 1, 1, 0),
    ],
    ['limit into a full book', full, (book) => book.limit(0, 99, 1, 1, 0)],
    ['a window below 0', /found a window from tick -1, want a whole number from 0 to/, (book) => book.recentre(-1)],
    ['a fractional window', /found a window from tick 90.5/, (book) => book.recentre(90.5)],
    [
      'a window without the best bid',
      /from tick 101 to 1124 would leave out the bid of owner 1 for 2147483646 lots at tick 100 \(handle 0\)/,
      (book) => book.recentre(101),
    ],
  ];
  test.each(rows)('%s', (_, message, act) => {
    const book = filled();
    const before = bytes(book);
    expect(() => act(book)).toThrow(RangeError);
    expect(() => act(book)).toThrow(message);
    expect(bytes(book)).toBe(before);
    checkInvariants(book);
  });

  test('a crossing order finds room in a full book, in the slot and on the level that it frees', () => {
    const book = filled();
    expect(book.limit(0, 106, 2 ** 31 - 1, 2, 0)).toBe(2);
    expect(book.totalAt(106)).toBe(2 ** 31 - 1 - 7);
    checkInvariants(book);
  });

  test.each([
    [{ levels: 1000 }, /found a window of 1000 ticks, want a power of two from 2\^10 to 2\^20/],
    [{ levels: 512 }, /found a window of 512 ticks/],
    [{ levels: 2 ** 21 }, /found a window of 2097152 ticks/],
    [{ capacity: 0 }, /found a capacity of 0 orders, want a whole number from 1 to 2\^24/],
    [{ capacity: 1.5 }, /found a capacity of 1.5 orders/],
    [{ base: -1 }, /found a window from tick -1, want a whole number from 0 to 2147482623/],
    [{ base: 2 ** 31 }, /found a window from tick 2147483648/],
    [
      { selfTrade: 'cancel-oldest' as SelfTrade },
      /found self-trade prevention "cancel-oldest", want one of none, expire-maker, expire-taker, expire-both, decrement/,
    ],
  ])('a book of shape %o', (change, message) => {
    expect(() => new OrderBook({ ...OPTIONS, ...change })).toThrow(message);
  });
});

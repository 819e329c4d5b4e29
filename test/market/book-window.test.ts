import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderBook } from '../../src/market/book.ts';
import type { BookSide } from '../../src/market/book.ts';
import { checkInvariants } from './book-invariants.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
const RUNS = { numRuns: LONG ? 5000 : 300, seed: 1 };
const LEVELS = 1024;
const BASE = 5000;

/** A message as numbers; `what` 0–5 rests or crosses, 6 market, 7 ioc, 8–9 cancel of any slot, 10 reduce. */
const message = fc.record({
  what: fc.nat(10),
  side: fc.constantFrom<BookSide>(0, 1),
  tick: fc.integer({ min: BASE + 400, max: BASE + 600 }),
  lots: fc.integer({ min: 1, max: 30 }),
  owner: fc.nat(5),
});
const messages = fc.array(message, { maxLength: 120 });
type Messages = ReturnType<typeof messages.generate>['value'];

function feed(book: OrderBook, list: Messages, offset = 0): void {
  list.forEach(({ what, side, tick, lots, owner }, ref) => {
    if (what <= 5) book.limit(side, tick + offset, lots, owner, ref);
    else if (what === 6) book.market(side, lots, owner);
    else if (what === 7) book.ioc(side, tick + offset, lots, owner);
    else if (what <= 9) book.cancel(lots);
    else book.reduce(lots, 3);
  });
}

const bytes = (book: OrderBook): string =>
  book
    .state()
    .map((array) => array.join())
    .join('|');

/** Everything a trader can see: sides, levels and queues in order, with handles. */
function seen(book: OrderBook): unknown {
  const sides = ([0, 1] as const).map((side) => {
    const levels: unknown[] = [];
    for (let tick = side === 0 ? book.bestBid : book.bestAsk; tick !== -1; tick = book.worse(side, tick)) {
      const queue: number[][] = [];
      for (let handle = book.firstAt(tick); handle !== -1; handle = book.behind(handle)) {
        queue.push([handle, book.lotsOf(handle), book.ownerOf(handle), book.refOf(handle)]);
      }
      levels.push([tick, book.totalAt(tick), queue]);
    }
    return levels;
  });
  return { sides, last: book.last, live: book.live, fills: book.fillCount };
}

const fresh = (base = BASE): OrderBook => new OrderBook({ base, levels: LEVELS, capacity: 256 });

describe('recentre', () => {
  test('changes nothing that can be seen, and later messages trade as if it had not happened', () => {
    fc.assert(
      fc.property(messages, messages, fc.integer({ min: -420, max: 400 }), (before, after, shift) => {
        const moved = fresh();
        const still = fresh();
        feed(moved, before);
        feed(still, before);
        moved.recentre(BASE + shift);
        checkInvariants(moved);
        expect(moved.base).toBe(BASE + shift);
        expect(seen(moved)).toEqual(seen(still));
        feed(moved, after);
        feed(still, after);
        checkInvariants(moved);
        expect(seen(moved)).toEqual(seen(still));
      }),
      RUNS,
    );
  });

  test('there and back restores the book byte for byte where it is occupied', () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: -420, max: 400 }), (before, shift) => {
        const book = fresh();
        feed(book, before);
        const totals = (): string => book.queues.filter((_, at) => at % 4 === 2).join();
        const lots = totals();
        const words = book.occupied.words.join();
        book.recentre(BASE + shift);
        book.recentre(BASE);
        expect(totals()).toBe(lots);
        expect(book.occupied.words.join()).toBe(words);
        checkInvariants(book);
      }),
      RUNS,
    );
  });

  test('refuses a window that would leave out an order, names the order and leaves the book as it was', () => {
    const book = fresh();
    book.limit(0, BASE + 10, 3, 4, 0);
    book.limit(1, BASE + 1000, 5, 6, 0);
    const before = bytes(book);
    expect(() => book.recentre(BASE + 11)).toThrow(
      'order book: a window from tick 5011 to 6034 would leave out the bid of owner 4 for 3 lots at tick 5010 (handle 0), want every resting order inside',
    );
    expect(() => book.recentre(BASE - 24)).toThrow(/leave out the ask of owner 6 for 5 lots at tick 6000 \(handle 1\)/);
    expect(() => book.recentre(2 ** 30)).toThrow(RangeError);
    expect(bytes(book)).toBe(before);
    book.recentre(BASE + 10);
    book.recentre(BASE - 23);
    checkInvariants(book);
  });

  test('opens ticks that were outside before, and closes those left behind', () => {
    const book = fresh();
    expect(() => book.limit(1, BASE + LEVELS, 1, 1, 0)).toThrow(RangeError);
    book.recentre(BASE + 1);
    expect(book.limit(1, BASE + LEVELS, 1, 1, 0)).toBe(0);
    expect(() => book.limit(0, BASE, 1, 1, 0)).toThrow(RangeError);
    expect(book.bestAsk).toBe(BASE + LEVELS);
  });

  test('moves an empty book anywhere', () => {
    const book = fresh();
    for (const base of [0, 2 ** 31 - 1 - LEVELS, 77]) {
      book.recentre(base);
      const handle = book.limit(0, base + LEVELS - 1, 2, 1, 0);
      expect(book.market(1, 5, 2)).toBe(2);
      expect(book.limit(1, base, 2, 1, 0)).toBe(handle);
      expect(book.bestAsk).toBe(base);
      book.cancel(handle);
      checkInvariants(book);
    }
  });
});

describe('state', () => {
  test('copied out and copied back, into the same or another book, gives the bytes of an unbroken run', () => {
    fc.assert(
      fc.property(messages, messages, messages, (before, between, after) => {
        const unbroken = fresh();
        feed(unbroken, before);
        const saved = unbroken.state().map((array) => array.slice());
        const broken = fresh();
        feed(broken, between);
        broken.state().forEach((array, at) => array.set(saved[at]));
        expect(bytes(broken)).toBe(bytes(unbroken));
        feed(broken, after);
        feed(unbroken, after);
        expect(bytes(broken)).toBe(bytes(unbroken));
        expect(seen(broken)).toEqual(seen(unbroken));
      }),
      RUNS,
    );
  });

  test('holds every array of the book, so that copying it leaves nothing behind', () => {
    const book = fresh();
    const held = new Set<unknown>(book.state());
    for (const [name, value] of [...Object.entries(book), ...Object.entries(book.occupied)]) {
      if (ArrayBuffer.isView(value)) expect(held.has(value), name).toBe(true);
    }
    expect(held.size).toBe(12);
  });

  test('carries the window along', () => {
    const book = fresh();
    book.recentre(123);
    book.limit(0, 123, 4, 1, 0);
    const copy = fresh();
    copy.state().forEach((array, at) => array.set(book.state()[at]));
    expect([copy.base, copy.bestBid, copy.totalAt(123)]).toEqual([123, 123, 4]);
  });
});

describe('clear', () => {
  test('leaves a book that answers as a new one does, handles included', () => {
    fc.assert(
      fc.property(messages, messages, (before, after) => {
        const used = fresh();
        feed(used, before);
        used.clear();
        checkInvariants(used);
        expect(seen(used)).toEqual(seen(fresh()));
        const unused = fresh();
        feed(used, after);
        feed(unused, after);
        expect(seen(used)).toEqual(seen(unused));
      }),
      RUNS,
    );
  });
});

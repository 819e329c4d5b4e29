import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clearing, uncross } from '../../src/market/auction.ts';
import { OrderBook } from '../../src/market/book.ts';
import { checkInvariants } from './book-invariants.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
const OPTIONS = { base: 90, levels: 1024, capacity: 256 };

interface Case {
  readonly name: string;
  /** Resting orders, best first: `100: 5a 3b` is a level with five lots of owner a ahead of three of owner b. */
  readonly bids?: readonly string[];
  readonly asks?: readonly string[];
  /** Collected orders in order of arrival: `buy|sell LOTS @TICK OWNER` or `buy|sell LOTS market OWNER`. */
  readonly call: readonly string[];
  readonly reference: number;
  /** `LOTS @TICK`, or nothing. */
  readonly clears: string | null;
  /** `BUYER LOTS SELLER` in order of matching. */
  readonly pairs: readonly string[];
  readonly bidsAfter: readonly string[];
  readonly asksAfter: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'an empty call clears nothing',
    call: [],
    reference: 100,
    clears: null,
    pairs: [],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'orders that do not meet come to rest behind those that rested',
    bids: ['100: 5a'],
    asks: ['103: 5b'],
    call: ['buy 2 @100 c', 'sell 4 @102 d', 'buy 3 @100 e'],
    reference: 101,
    clears: null,
    pairs: [],
    bidsAfter: ['100: 5a 2c 3e'],
    asksAfter: ['102: 4d', '103: 5b'],
  },
  {
    name: 'one buyer, one seller, a range of prices: the one nearest to the reference',
    call: ['buy 5 @110 a', 'sell 5 @100 b'],
    reference: 104,
    clears: '5 @104',
    pairs: ['a 5 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'a reference above the range gives its upper end',
    call: ['buy 5 @110 a', 'sell 5 @100 b'],
    reference: 250,
    clears: '5 @110',
    pairs: ['a 5 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'a reference below the range gives its lower end',
    call: ['buy 5 @110 a', 'sell 5 @100 b'],
    reference: 1,
    clears: '5 @100',
    pairs: ['a 5 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'half-way between two ticks: the lower',
    call: ['buy 5 @110 a', 'sell 5 @100 b'],
    reference: 104.5,
    clears: '5 @104',
    pairs: ['a 5 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    // Demand at 100..104: 30 30 20 10 10; supply: 5 15 25 25 40; traded: 5 15 20 10 10.
    name: 'the price that trades most, against the reference',
    call: ['buy 10 @104 a', 'buy 10 @102 b', 'buy 10 @101 c', 'sell 5 @100 d', 'sell 10 @101 e', 'sell 10 @102 f', 'sell 15 @104 g'],
    reference: 104,
    clears: '20 @102',
    pairs: ['a 5 d', 'a 5 e', 'b 5 e', 'b 5 f'],
    bidsAfter: ['101: 10c'],
    asksAfter: ['102: 5f', '104: 15g'],
  },
  {
    // 10 trade at 100 to 105; 15 wanted to 102, 10 from 103 on: the balanced range is 103 to 105.
    name: 'of equal volumes the smallest imbalance, against the reference',
    call: ['buy 10 @105 a', 'buy 5 @102 b', 'sell 10 @100 c'],
    reference: 100,
    clears: '10 @103',
    pairs: ['a 10 c'],
    bidsAfter: ['102: 5b'],
    asksAfter: [],
  },
  {
    // 10 trade everywhere; 5 buyers are left over at 101, 5 sellers at 102: equal imbalances, so the reference decides.
    name: 'equal imbalances of either sign are a tie',
    call: ['buy 10 @105 a', 'buy 5 @101 b', 'sell 10 @100 c', 'sell 5 @102 d'],
    reference: 102,
    clears: '10 @102',
    pairs: ['a 10 c'],
    bidsAfter: ['101: 5b'],
    asksAfter: ['102: 5d'],
  },
  {
    name: 'market orders go first on their side, then price, then resting before collected, then arrival',
    bids: ['100: 3a'],
    call: ['buy 2 @100 b', 'buy 2 @101 c', 'buy 2 market d', 'buy 2 @100 e', 'sell 10 @100 f'],
    reference: 100,
    clears: '10 @100',
    pairs: ['d 2 f', 'c 2 f', 'a 3 f', 'b 2 f', 'e 1 f'],
    bidsAfter: ['100: 1e'],
    asksAfter: [],
  },
  {
    name: 'a resting order keeps its place at the front when it is filled in part',
    asks: ['100: 9a 4b'],
    call: ['buy 6 market c', 'sell 1 @100 d'],
    reference: 100,
    clears: '6 @100',
    pairs: ['c 6 a'],
    bidsAfter: [],
    asksAfter: ['100: 3a 4b 1d'],
  },
  {
    name: 'market orders alone trade at the reference',
    call: ['buy 7 market a', 'sell 4 market b'],
    reference: 321.4,
    clears: '4 @321',
    pairs: ['a 4 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'what is left of a market order is dropped',
    bids: ['100: 3a'],
    call: ['sell 8 market b'],
    reference: 120,
    clears: '3 @100',
    pairs: ['a 3 b'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'an owner may meet itself',
    call: ['buy 3 @101 a', 'sell 3 @101 a'],
    reference: 101,
    clears: '3 @101',
    pairs: ['a 3 a'],
    bidsAfter: [],
    asksAfter: [],
  },
  {
    name: 'the ends of the window are prices like any other',
    call: ['buy 1 @90 a', 'sell 1 @90 b', 'sell 1 @1113 c'],
    reference: 500,
    clears: '1 @90',
    pairs: ['a 1 b'],
    bidsAfter: [],
    asksAfter: ['1113: 1c'],
  },
];

const ownerOf = (name: string): number => name.charCodeAt(0) - 97;
const nameOf = (owner: number): string => String.fromCharCode(97 + owner);

function ladder(book: OrderBook, side: 0 | 1): string[] {
  const lines: string[] = [];
  for (let tick = side === 0 ? book.bestBid : book.bestAsk; tick !== -1; tick = book.worse(side, tick)) {
    const orders: string[] = [];
    for (let handle = book.firstAt(tick); handle !== -1; handle = book.behind(handle)) {
      orders.push(`${book.lotsOf(handle)}${nameOf(book.ownerOf(handle))}`);
    }
    lines.push(`${tick}: ${orders.join(' ')}`);
  }
  return lines;
}

describe('call in, ladder out', () => {
  test.each(CASES)('$name', ({ bids = [], asks = [], call, reference, clears, pairs, bidsAfter, asksAfter }) => {
    const book = new OrderBook(OPTIONS);
    for (const [side, lines] of [bids, asks].entries()) {
      for (const line of lines) {
        const [tick, orders] = line.split(': ');
        for (const order of orders.split(' ')) {
          book.limit(side as 0 | 1, Number(tick), Number(order.slice(0, -1)), ownerOf(order.slice(-1)), 0);
        }
      }
    }
    for (const order of call) {
      const [verb, lots, at, owner] = order.split(' ');
      const side = verb === 'buy' ? 0 : 1;
      if (at === 'market') book.collectMarket(side, Number(lots), ownerOf(owner), 0);
      else book.collect(side, Number(at.slice(1)), Number(lots), ownerOf(owner), 0);
    }
    checkInvariants(book);
    const cleared = clearing(book, reference);
    expect(cleared === null ? null : `${cleared.lots} @${cleared.tick}`).toBe(clears);
    const traded: string[] = [];
    if (cleared === null) book.release(-1);
    else {
      uncross(book, cleared.tick, (buy, sell, lots) => traded.push(`${nameOf(book.ownerOf(buy))} ${lots} ${nameOf(book.ownerOf(sell))}`));
    }
    expect(traded).toEqual(pairs);
    expect(ladder(book, 0)).toEqual(bidsAfter);
    expect(ladder(book, 1)).toEqual(asksAfter);
    expect(book.last).toBe(cleared === null ? -1 : cleared.tick);
    expect(book.collected).toBe(0);
    checkInvariants(book);
  });
});

const order = fc.record({
  side: fc.constantFrom<0 | 1>(0, 1),
  tick: fc.integer({ min: 480, max: 520 }),
  lots: fc.integer({ min: 1, max: 30 }),
  market: fc.boolean(),
});

test('no price trades more; what is left does not cross; nobody gets more than they asked or a worse price', () => {
  fc.assert(
    fc.property(
      fc.array(order, { maxLength: 60 }),
      fc.array(order, { maxLength: 60 }),
      fc.double({ min: 470, max: 530, noNaN: true }),
      (before, call, reference) => {
        const book = new OrderBook(OPTIONS);
        before.forEach(({ side, tick, lots }, i) => book.postOnly(side, tick, lots, i, i));
        call.forEach(({ side, tick, lots, market }, i) => {
          if (market && i % 3 === 0) book.collectMarket(side, lots, 100 + i, i);
          else book.collect(side, tick, lots, 100 + i, i);
        });
        const all = new Map<number, { side: number; tick: number; lots: number; traded: number }>();
        for (let handle = 0; handle < OPTIONS.capacity; handle++) {
          if (book.ownerOf(handle) >= 0)
            all.set(handle, { side: book.sideOf(handle), tick: book.tickOf(handle), lots: book.lotsOf(handle), traded: 0 });
        }
        const volume = (tick: number): number => {
          const sum = (side: number): number =>
            [...all.values()]
              .filter((one) => one.side === side && (side === 0 ? one.tick >= tick : one.tick <= tick))
              .reduce((lots, one) => lots + one.lots, 0);
          return Math.min(sum(0), sum(1));
        };
        const cleared = clearing(book, reference);
        const most = Math.max(...Array.from({ length: 60 }, (_, i) => volume(470 + i)));
        expect(cleared?.lots ?? 0).toBe(most);
        if (cleared === null) book.release(-1);
        else {
          uncross(book, cleared.tick, (buy, sell, lots) => {
            all.get(buy)!.traded += lots;
            all.get(sell)!.traded += lots;
          });
          for (const one of all.values()) {
            expect(one.traded).toBeLessThanOrEqual(one.lots);
            if (one.traded > 0) expect(one.side === 0 ? one.tick >= cleared.tick : one.tick <= cleared.tick).toBe(true);
            // Better priced than the auction's price: filled whole, unless the other side was too small for them.
            if (one.side === 0 && one.tick > cleared.tick && one.traded < one.lots)
              expect(book.bestAsk === -1 || book.bestAsk > cleared.tick).toBe(true);
            if (one.side === 1 && one.tick < cleared.tick && one.traded < one.lots)
              expect(book.bestBid === -1 || book.bestBid < cleared.tick).toBe(true);
          }
          const sum = (side: number): number =>
            [...all.values()].filter((one) => one.side === side).reduce((lots, one) => lots + one.traded, 0);
          expect([sum(0), sum(1)]).toEqual([most, most]);
        }
        checkInvariants(book);
      },
    ),
    { numRuns: LONG ? 5000 : 300, seed: 1 },
  );
});

describe('collected orders', () => {
  test('are cancelled and reduced by handle, and show in no price, total or depth', () => {
    const book = new OrderBook(OPTIONS);
    book.limit(1, 105, 4, 1, 7);
    const bid = book.collect(0, 110, 5, 2, 8);
    const market = book.collectMarket(1, 6, 3, 9);
    expect([book.bestBid, book.bestAsk, book.live, book.collected, book.totalAt(110), book.depth(0, 0)]).toEqual([-1, 105, 1, 2, 0, 0]);
    expect([book.resting(bid, 2, 8), book.resting(market, 3, 9), book.sideOf(bid), book.sideOf(market)]).toEqual([5, 6, 0, 1]);
    expect([book.reduce(bid, 2), book.resting(bid, 2, 8), book.cancel(market), book.collected]).toEqual([2, 3, 6, 1]);
    checkInvariants(book);
    expect(clearing(book, 107)).toEqual({ tick: 107, lots: 3 });
  });

  test('keep their handles when they come to rest', () => {
    const book = new OrderBook(OPTIONS);
    const handle = book.collect(0, 110, 5, 2, 8);
    book.release(-1);
    expect([book.bestBid, book.resting(handle, 2, 8), book.last, book.cancel(handle), book.live]).toEqual([110, 5, -1, 5, 0]);
  });

  test('that cross are not released without an auction', () => {
    const book = new OrderBook(OPTIONS);
    book.limit(1, 105, 4, 1, 0);
    book.collect(0, 105, 5, 2, 0);
    const before = book.state().map((array) => array.join());
    expect(() => book.release(-1)).toThrow('order book: found bids up to 105 and asks from 105, want no cross at the end of a call');
    expect(book.state().map((array) => array.join())).toEqual(before);
  });

  test('hold the window: recentre refuses to leave a limit order out, cancelOutside cancels it, market orders do not care', () => {
    const book = new OrderBook(OPTIONS);
    book.collect(0, 95, 5, 2, 0);
    const market = book.collectMarket(0, 6, 3, 9);
    expect(() => book.recentre(96)).toThrow(/would leave out the bid of owner 2 for 5 lots at tick 95 \(handle 0\)/);
    book.cancelOutside(96);
    book.recentre(96);
    expect([book.collected, book.resting(market, 3, 9), book.base]).toEqual([1, 6, 96]);
    checkInvariants(book);
  });
});

import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { root, uniform } from '../../src/core/random.ts';
import { OrderBook } from '../../src/market/book.ts';
import { ASK, BID, Exchange } from '../../src/market/exchange.ts';
import { AUCTION, HALTED, OPEN, Session } from '../../src/market/session.ts';
import type { SessionOptions } from '../../src/market/session.ts';
import { checkInvariants } from './book-invariants.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
const UNIT = 3;
const ACCOUNTS = 8;
const NOTHING: SessionOptions = { band: null, breaker: null, auction: null };

function open(options: Partial<SessionOptions> | null, price = 1000): Exchange {
  const session = options === null ? null : new Session({ ...NOTHING, ...options }, 1);
  session?.reset(price, price);
  const ledger = new Ledger(ACCOUNTS, UNIT);
  ledger.open();
  return new Exchange(new OrderBook({ base: 0, levels: 2048, capacity: 4096 }), ledger, session);
}

const positions = ({ ledger }: Exchange): number[] => [...ledger.lots];

describe('remainders when a side runs dry', () => {
  test('a market order returns what it filled, and the book has nothing left on that side', () => {
    const exchange = open(null);
    exchange.limit(BID, 990, 3, 1, 0);
    exchange.limit(BID, 980, 4, 2, 0);
    expect(exchange.market(ASK, 10, 5)).toBe(7);
    expect([...exchange.filled]).toEqual([7, (3 * 990 + 4 * 980) * UNIT, (3 * 990 + 4 * 980) * UNIT]);
    expect([...exchange.taken]).toEqual([(3 * 990 + 4 * 980) * UNIT, 0]);
    expect([exchange.book.bestBid, exchange.book.live]).toEqual([-1, 0]);
    expect(positions(exchange)).toEqual([0, 3, 4, 0, 0, -7, 0, 0]);
    expect(exchange.market(ASK, 3, 5)).toBe(0);
    expect([...exchange.filled]).toEqual([0, 0, 0]);
    expect(exchange.volume[0]).toBe((3 * 990 + 4 * 980) * UNIT);
    // What crosses counts, whoever sent it; what rests does not.
    exchange.limit(BID, 970, 5, 1, 0);
    exchange.limit(ASK, 960, 2, 2, 0);
    expect(exchange.volume[0]).toBe((3 * 990 + 4 * 980 + 2 * 970) * UNIT);
  });

  test('of an inverse contract notional is the face value, and money the coin at the prices of the fills', () => {
    const face = 990_000;
    const ledger = new Ledger(ACCOUNTS, face, 'inverse');
    ledger.open();
    const exchange = new Exchange(new OrderBook({ base: 0, levels: 2048, capacity: 4096 }), ledger);
    exchange.limit(BID, 990, 3, 1, 0);
    exchange.limit(BID, 900, 4, 2, 0);
    expect(exchange.market(ASK, 10, 5)).toBe(7);
    expect([...exchange.filled]).toEqual([7, 7 * face, 3 * 1000 + 4 * 1100]);
    expect([...exchange.taken]).toEqual([7 * face, 0]);
    // Who buys an inverse contract receives its coin.
    expect([...ledger.cash]).toEqual([0, 3000, 4400, 0, 0, -7400, 0, 0]);
    expect(ledger.averageTick(7, 7400)).toBeCloseTo((7 * face) / 7400, 6);
    expect([ledger.averageTick(3, 3000), ledger.averageTick(4, 4400)]).toEqual([990, 900]);
  });

  test('an immediate-or-cancel order too, a fill-or-kill order does nothing, a limit order rests what is left', () => {
    const exchange = open(null);
    exchange.limit(BID, 990, 3, 1, 0);
    expect(exchange.fok(ASK, 985, 5, 5)).toBe(0);
    expect(exchange.ioc(ASK, 985, 5, 5)).toBe(3);
    exchange.limit(BID, 990, 3, 1, 0);
    const handle = exchange.limit(ASK, 985, 5, 6, 42);
    expect(exchange.book.resting(handle, 6, 42)).toBe(2);
    expect([exchange.book.bestBid, exchange.book.bestAsk]).toEqual([-1, 985]);
    expect(exchange.postOnly(BID, 985, 1, 7, 0)).toBe(-1);
    expect(positions(exchange)).toEqual([0, 6, 0, 0, 0, -3, -3, 0]);
    expect(exchange.ledger.recount()).toBe(0);
  });
});

describe('a halted market', () => {
  const rules = (call: number | null): Partial<SessionOptions> => ({
    breaker: { move: 0.1, window: 60, halt: 3 },
    auction: call === null ? null : { move: 0.5, window: 60, call },
  });
  const halted = (call: number | null): Exchange => {
    const exchange = open(rules(call));
    exchange.limit(BID, 900, 5, 1, 0);
    exchange.limit(ASK, 1000, 5, 2, 0);
    exchange.beginStep(1, 900, 1000);
    expect(exchange.session!.phase).toBe(HALTED);
    return exchange;
  };

  test('fills nothing: whoever sends forced orders keeps them', () => {
    const exchange = halted(null);
    const before = exchange.book.state().map((array) => array.join());
    expect([exchange.market(ASK, 4, 5), exchange.ioc(ASK, 900, 4, 5), exchange.fok(ASK, 900, 4, 5)]).toEqual([0, 0, 0]);
    expect([...exchange.filled, ...exchange.taken]).toEqual([0, 0, 0, 0, 0]);
    expect(exchange.book.state().map((array) => array.join())).toEqual(before);
    expect(exchange.ledger.postings).toBe(0);
  });

  test('collects limit orders, which may be cancelled, and market orders of those who do not wait; opens with an auction of all', () => {
    const exchange = halted(null);
    const { book, ledger } = exchange;
    const bid = exchange.limit(BID, 1005, 4, 3, 7);
    const other = exchange.postOnly(BID, 1100, 9, 3, 8);
    expect([book.resting(bid, 3, 7), book.resting(other, 3, 8), book.cancel(other)]).toEqual([4, 9, 9]);
    exchange.marketOrCollect(ASK, 7, 4);
    for (const step of [2, 3]) exchange.beginStep(step, 900, 1000);
    expect([exchange.session!.phase, book.collected, ledger.postings]).toEqual([HALTED, 2, 0]);
    exchange.beginStep(4, 900, 1000);
    // Sellers: 7 at any price, 5 from 1,000 on. Buyers: 4 to 1,005, 5 more to 900. Seven trade up to 900, four above.
    expect([exchange.session!.phase, book.collected, book.last]).toEqual([OPEN, 0, 900]);
    expect(positions(exchange)).toEqual([0, 3, 0, 4, -7, 0, 0, 0]);
    expect([...ledger.cash]).toEqual([0, -3 * 900 * UNIT, 0, -4 * 900 * UNIT, 7 * 900 * UNIT, 0, 0, 0]);
    expect([...exchange.taken]).toEqual([7 * 900 * UNIT, 0]);
    expect([book.totalAt(900), book.totalAt(1000), ledger.runningError(), ledger.recount()]).toEqual([2, 5, 0, 0]);
    expect(exchange.market(ASK, 4, 5)).toBe(2);
  });

  test('opens without a trade when nobody meets, and orders that were collected rest', () => {
    const exchange = halted(null);
    const handle = exchange.limit(BID, 950, 4, 3, 7);
    for (const step of [2, 3, 4]) exchange.beginStep(step, 900, 1000);
    expect([exchange.session!.phase, exchange.book.bestBid, exchange.book.resting(handle, 3, 7), exchange.book.last]).toEqual([
      OPEN,
      950,
      4,
      -1,
    ]);
    expect(exchange.ledger.postings).toBe(0);
  });

  test('goes on from the price that the auction found: it is no new move', () => {
    const exchange = halted(null);
    exchange.limit(BID, 990, 4, 3, 0);
    exchange.limit(ASK, 990, 4, 4, 0);
    for (const step of [2, 3, 4]) exchange.beginStep(step, 900, 1000);
    exchange.beginStep(5, 990, 1000);
    expect([exchange.session!.phase, exchange.book.last, exchange.session!.halts]).toEqual([OPEN, 990, 1]);
    exchange.beginStep(6, 890, 1000);
    expect([exchange.session!.phase, exchange.session!.halts]).toEqual([HALTED, 2]);
  });

  test('copied out in the middle of a halt and copied back opens as an unbroken one', () => {
    const exchange = halted(2);
    exchange.limit(BID, 1005, 4, 3, 7);
    exchange.marketOrCollect(ASK, 7, 4);
    exchange.beginStep(2, 900, 1000);
    const copy = open(rules(2));
    const state = (one: Exchange): readonly (Int32Array | Float64Array)[] => [...one.book.state(), ...one.ledger.state(), ...one.state()];
    state(copy).forEach((array, at) => array.fill(at).set(state(exchange)[at]));
    for (const one of [exchange, copy]) for (let step = 3; step <= 6; step++) one.beginStep(step, 900, 1000);
    expect(exchange.session!.phase).toBe(OPEN);
    expect(state(copy)).toEqual(state(exchange));
  });

  test('goes into a call first where there is one', () => {
    const exchange = halted(2);
    const phases = [2, 3, 4, 5, 6].map((step) => {
      exchange.beginStep(step, 900, 1000);
      return exchange.session!.phase;
    });
    expect(phases).toEqual([HALTED, HALTED, AUCTION, AUCTION, OPEN]);
  });

  test('an owner that meets itself in an auction moves no money', () => {
    const exchange = halted(null);
    exchange.limit(BID, 950, 4, 3, 0);
    exchange.limit(ASK, 950, 4, 3, 0);
    for (const step of [2, 3, 4]) exchange.beginStep(step, 900, 1000);
    expect([exchange.book.last, exchange.ledger.postings]).toEqual([950, 0]);
  });
});

describe('a price band', () => {
  const banded = (beyond: 'reject' | 'clip'): Exchange => {
    const exchange = open({ band: { width: 0.05, reference: { kind: 'index' }, beyond } });
    for (const [tick, owner] of [
      [990, 1],
      [950, 2],
      [949, 3],
    ])
      exchange.limit(BID, tick, 5, owner, 0);
    for (const [tick, owner] of [
      [1010, 1],
      [1050, 2],
      [1051, 3],
    ])
      exchange.limit(ASK, tick, 5, owner, 0);
    return exchange;
  };

  test('market orders sweep to it and no further', () => {
    const exchange = banded('reject');
    expect([exchange.market(ASK, 100, 5), exchange.book.last, exchange.book.bestBid]).toEqual([10, 950, 949]);
    expect([exchange.market(ASK, 100, 5), exchange.ioc(ASK, 1, 100, 5), exchange.fok(ASK, 1, 1, 5)]).toEqual([0, 0, 0]);
    expect([exchange.market(BID, 100, 5), exchange.book.last, exchange.book.bestAsk]).toEqual([10, 1050, 1051]);
    expect([exchange.market(BID, 100, 5), exchange.ioc(BID, 2000, 100, 5)]).toEqual([0, 0]);
    expect(exchange.ledger.recount()).toBe(0);
  });

  test('when it moves, what it kept back may trade', () => {
    const exchange = banded('reject');
    expect(exchange.market(ASK, 100, 5)).toBe(10);
    exchange.beginStep(1, 950, 998);
    expect([exchange.session!.lowest, exchange.market(ASK, 100, 5)]).toEqual([949, 5]);
  });

  test('limit orders priced beyond it are rejected, or priced at it; the far side may rest anywhere', () => {
    const strict = banded('reject');
    expect([strict.limit(BID, 1051, 20, 5, 0), strict.limit(ASK, 949, 20, 5, 0), strict.postOnly(BID, 1051, 1, 5, 0)]).toEqual([
      -1, -1, -1,
    ]);
    expect([strict.ledger.postings, strict.book.live]).toEqual([0, 6]);
    expect(strict.limit(BID, 3, 1, 5, 0)).toBeGreaterThanOrEqual(0);
    expect(strict.limit(ASK, 2000, 1, 5, 0)).toBeGreaterThanOrEqual(0);
    const kind = banded('clip');
    const handle = kind.limit(BID, 2000, 20, 5, 77);
    expect([kind.book.tickOf(handle), kind.book.resting(handle, 5, 77), kind.book.bestAsk]).toEqual([1050, 10, 1051]);
    expect(positions(kind)).toEqual([0, -5, -5, 0, 0, 10, 0, 0]);
  });

  test('quotes that the band has left behind trade with nobody until it is back', () => {
    const exchange = banded('clip');
    exchange.beginStep(1, 1000, 1200);
    expect([exchange.session!.lowest, exchange.session!.highest]).toEqual([1140, 1260]);
    expect([exchange.market(BID, 1, 5), exchange.market(ASK, 1, 5), exchange.limit(BID, 1200, 1, 5, 0)]).toEqual([0, 0, -1]);
    // An ask below the band is priced at it.
    expect(exchange.book.tickOf(exchange.limit(ASK, 1100, 1, 5, 0))).toBe(1140);
    expect(exchange.ledger.postings).toBe(0);
    exchange.beginStep(2, 1000, 1000);
    expect(exchange.market(BID, 1, 5)).toBe(1);
  });

  test('beyond the window of the book it stops trading and throws nothing', () => {
    const exchange = open({ band: { width: 0.05, reference: { kind: 'index' }, beyond: 'clip' } });
    exchange.limit(BID, 990, 5, 1, 0);
    exchange.book.recentre(900);
    exchange.beginStep(1, 990, 500);
    expect([exchange.market(ASK, 1, 5), exchange.limit(BID, 1000, 1, 5, 0)]).toEqual([0, -1]);
    exchange.beginStep(2, 990, 9000);
    expect([exchange.market(ASK, 1, 5), exchange.limit(ASK, 1000, 1, 5, 0)]).toEqual([0, -1]);
  });
});

test('a session without rules changes nothing', () => {
  const trade = (exchange: Exchange): unknown => {
    for (let i = 0; i < 2000; i++) {
      const draw = (slot: number): number => uniform(1, 2, 3, i, slot);
      const side = draw(0) < 0.5 ? BID : ASK;
      const away = Math.floor(draw(1) * 40) - 10;
      exchange.beginStep(i + 1, 1000, 1000);
      if (draw(2) < 0.7) exchange.limit(side, side === BID ? 1000 - away : 1000 + away, 1 + Math.floor(draw(3) * 9), i % ACCOUNTS, i);
      else exchange.marketOrCollect(side, 1 + Math.floor(draw(3) * 20), i % ACCOUNTS);
    }
    return [exchange.book.state().map((array) => array.join()), positions(exchange), [...exchange.taken, ...exchange.filled]];
  };
  expect(trade(open({}))).toEqual(trade(open(null)));
});

describe('random markets with every rule', () => {
  test.each(Array.from({ length: LONG ? 60 : 6 }, (_, i) => i))(
    'world %i: the ledger is whole, nobody trades while closed, every price lies in the band',
    (world) => {
      const { lo, hi } = root('exchange test', String(world));
      const exchange = open({
        band: {
          width: 0.02,
          reference: world % 2 === 0 ? { kind: 'index' } : { kind: 'mean', seconds: 20 },
          beyond: world % 3 === 0 ? 'clip' : 'reject',
        },
        // In even worlds the breaker comes first and its halts lead to calls; in odd ones the auction acts alone.
        breaker: { move: world % 2 === 0 ? 0.025 : 0.09, window: 40, halt: 7 },
        auction: { move: 0.03, window: 15, call: 4 },
      });
      const { book, ledger, session } = exchange;
      const phases = [0, 0, 0];
      let auctioned = 0;
      let index = 1000;
      for (let step = 1; step <= 600; step++) {
        const draw = (slot: number): number => uniform(lo, hi, 0, step, slot);
        index = Math.min(1300, Math.max(700, index * (1 + 0.02 * (draw(0) - 0.5))));
        const before = ledger.postings;
        const price = book.last >= 0 ? book.last : 1000;
        const wasOpen = session!.phase === OPEN;
        exchange.beginStep(step, price, index);
        if (!wasOpen && session!.phase === OPEN) {
          expect(book.collected).toBe(0);
          if (ledger.postings > before) auctioned++;
        } else expect(ledger.postings).toBe(before);
        phases[session!.phase]++;
        for (let i = 0; i < 30; i++) {
          const at = (slot: number): number => draw(1 + 8 * i + slot);
          const side = at(0) < 0.5 ? BID : ASK;
          const account = Math.floor(at(1) * ACCOUNTS);
          const lots = 1 + Math.floor(at(2) * 20);
          const away = Math.floor((at(3) - 0.15) * 60);
          const tick = Math.round(index) + (side === BID ? -away : away);
          const posted = ledger.postings;
          // Forgets the fills of the message before: not every order reaches the book.
          book.state()[0][3] = 0;
          const kind = at(4);
          if (kind < 0.6) exchange.limit(side, tick, lots, account, i);
          else if (kind < 0.65) exchange.postOnly(side, tick, lots, account, i);
          else if (kind < 0.7) exchange.ioc(side, tick, lots, account);
          else if (kind < 0.75) exchange.fok(side, tick, lots, account);
          else if (kind < 0.85) exchange.marketOrCollect(side, 2 * lots, account);
          else if (kind < 0.95) exchange.market(side, 2 * lots, account);
          else book.cancel(Math.floor(at(5) * book.capacity));
          if (session!.phase !== OPEN) expect(ledger.postings).toBe(posted);
          for (let fill = 0; fill < book.fillCount; fill++) {
            expect(book.fillTick[fill]).toBeGreaterThanOrEqual(session!.lowest);
            expect(book.fillTick[fill]).toBeLessThanOrEqual(session!.highest);
          }
          expect(ledger.runningError()).toBe(0);
        }
        for (let handle = 0; handle < book.capacity; handle++)
          if (book.ownerOf(handle) >= 0 && uniform(lo, hi, 1, step, handle) < 0.03) book.cancel(handle);
        if (step % 20 === 0) checkInvariants(book);
        expect(ledger.recount()).toBe(0);
        expect(positions(exchange).reduce((sum, lots) => sum + lots, 0)).toBe(0);
      }
      expect(Math.min(phases[OPEN], phases[AUCTION]), `open, halted, call: ${phases.join()}`).toBeGreaterThan(6);
      if (world % 2 === 0) expect(phases[HALTED]).toBeGreaterThan(6);
      expect(auctioned).toBeGreaterThan(0);
      expect(session!.closedSeconds).toBeGreaterThan(6);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { FIRST, INDEX, market, money, OPTIONS, TAKER } from './maker-market.ts';

const STILL = { layOffHalfLife: Infinity, volatilityScale: Infinity, recovery: Infinity } as const;

describe('several groups of makers', () => {
  test('stand in the book together: their depths add up, and so does what they absorb', () => {
    const { makers, exchange, book } = market({ depth: money(60_000) }, { depth: money(40_000), rungs: 11, halfSpread: 0.0005 });
    expect(makers.depth).toBe(money(100_000));
    expect([book.bestBid, book.bestAsk]).toEqual([INDEX - 10, INDEX + 10]);
    expect(book.depth(0, INDEX * 0.97) / 300_000).toBeCloseTo(1, 1);
    exchange.market(1, 30_000, TAKER);
    const [, notional] = exchange.filled;
    makers.quote(0.5, INDEX, -Infinity);
    expect(makers.displacement).toBeCloseTo(-notional! / (money(100_000) * 100), 12);
  });

  test('the displacement decays at the mean of their rates, weighted by depth, towards the mean of their permanent shares', () => {
    const { makers, exchange } = market(
      { depth: money(75_000), recovery: 10, permanent: 0.1 },
      { depth: money(25_000), recovery: 30, permanent: 0.5 },
    );
    exchange.market(1, 30_000, TAKER);
    makers.quote(0, INDEX, -Infinity);
    const peak = makers.displacement;
    for (let t = 1; t <= 12; t++) makers.act(t, INDEX);
    const left = 2 ** -(12 * (0.75 / 10 + 0.25 / 30));
    expect(makers.displacement / peak).toBeCloseTo(0.2 + 0.8 * left, 12);
  });

  test('one that never recovers slows the others down by its share', () => {
    const { makers, exchange } = market({ depth: money(50_000), recovery: 10 }, { depth: money(50_000), recovery: Infinity });
    exchange.market(1, 30_000, TAKER);
    makers.quote(0, INDEX, -Infinity);
    const peak = makers.displacement;
    for (let t = 1; t <= 20; t++) makers.act(t, INDEX);
    expect(makers.displacement / peak).toBeCloseTo(0.5, 12);
  });

  test("after a shock the slow group's quotes stand around the old centre until its reaction has passed", () => {
    const fast = { ...STILL, count: 1, reaction: 1, rungs: 40 };
    const slow = { ...STILL, count: 1, reaction: 5, halfSpread: 0.004 };
    const { makers, quotesOf } = market(fast, slow);
    const [, atStart] = [quotesOf(FIRST), quotesOf(FIRST + 1)];
    // Less than the slow half spread: nothing crosses.
    const after = INDEX * 1.002;
    for (let t = 1; t <= 4; t++) {
      makers.act(t, after);
      expect(quotesOf(FIRST + 1)).toEqual(atStart);
      const nearest = quotesOf(FIRST).filter((tick) => Math.abs(tick - after) < 20);
      expect(nearest).toEqual([Math.floor(after * 0.9999), Math.ceil(after * 1.0001)]);
    }
    makers.act(5, after);
    const nearest = quotesOf(FIRST + 1).filter((tick) => Math.abs(tick - after) < 410);
    expect(nearest).toEqual([Math.floor(after * 0.996), Math.ceil(after * 1.004)]);
  });

  test("the slow group's quotes stand on an old displacement too", () => {
    const { makers, exchange, quotesOf } = market(
      { ...STILL, count: 1, reaction: 1 },
      { ...STILL, count: 1, reaction: 5, halfSpread: 0.02 },
    );
    const atStart = quotesOf(FIRST + 1);
    exchange.market(1, 60_000, TAKER);
    makers.act(1, INDEX);
    expect(makers.displacement).toBeLessThan(-0.002);
    expect(quotesOf(FIRST + 1)).toEqual(atStart);
    for (let t = 2; t <= 5; t++) makers.act(t, INDEX);
    const nearest = (ticks: readonly number[]): number => Math.max(...ticks.filter((tick) => tick < INDEX));
    expect(nearest(quotesOf(FIRST + 1))).toBe(Math.floor(INDEX * (1 + makers.displacement) * 0.98));
    expect(nearest(quotesOf(FIRST + 1))).toBeLessThan(nearest(atStart));
  });

  test('between steps those look whose reaction has passed, and the earliest says when that is', () => {
    const { makers, quotesOf } = market({ ...STILL, count: 1, reaction: 0.25 }, { ...STILL, count: 1, reaction: 2, halfSpread: 0.01 });
    const [fast, slow] = [quotesOf(FIRST), quotesOf(FIRST + 1)];
    expect(makers.nextLook).toBe(0.25);
    makers.quote(0.3, INDEX * 1.003, 0);
    expect(makers.nextLook).toBe(0.55);
    expect(quotesOf(FIRST)).not.toEqual(fast);
    expect(quotesOf(FIRST + 1)).toEqual(slow);
    makers.quote(0.5, INDEX, 0);
    expect(makers.nextLook).toBe(0.55);
    makers.quote(2, INDEX * 1.01, 0);
    expect(quotesOf(FIRST + 1)).not.toEqual(slow);
    expect(makers.nextLook).toBe(2.25);
  });

  test('who looks first takes the old quotes that it crosses: the slow group buys too dear, nothing is lost, and no centre moves', () => {
    const fast = { ...STILL, count: 2, reaction: 1 };
    const slow = { ...STILL, count: 3, reaction: 10 };
    const { makers, ledger } = market(fast, slow);
    const after = INDEX * 0.99;
    for (let t = 1; t <= 3; t++) makers.act(t, after);
    const lots = (from: number, to: number): number => ledger.lots.slice(from, to).reduce((a, b) => a + b, 0);
    const bought = lots(FIRST + 2, FIRST + 5);
    expect(bought).toBeGreaterThan(10_000);
    expect(lots(FIRST, FIRST + 2)).toBe(-bought);
    const equity = ledger.equity(FIRST + 2, after);
    expect(equity).toBeLessThan(0);
    expect([ledger.recount(), ledger.runningError()]).toEqual([0, 0]);
    expect(makers.displacement).toBe(0);
  });

  test('groups that look together make no trades with each other, however the outside price jumps', () => {
    const { makers, ledger } = market(STILL, { ...STILL, rungs: 5, halfSpread: 0.0003 });
    for (let t = 1; t <= 200; t++) makers.act(t, INDEX * (1 + 0.03 * Math.sin(t * 1.7)));
    expect(ledger.lots.every((lots) => lots === 0)).toBe(true);
  });
});

describe('withdrawal with hysteresis', () => {
  const withdrawal = { at: 0.01, returnAt: 0.002, returnAfter: 30 };

  test('out when the one-minute move passes one level, back when it has stayed under the other for the stated time', () => {
    const { makers, book } = market({ ...STILL, withdrawal });
    const out: number[] = [];
    for (let t = 1; t <= 400; t++) {
      makers.act(t, t < 100 ? INDEX : INDEX * 0.98);
      if (book.live === 0) out.push(t);
      expect(makers.depth).toBe(book.live === 0 ? 0 : OPTIONS.depth);
    }
    // The mid moves at second 101, is a minute old at 161, and half a minute has to be calm.
    expect([out[0], out.at(-1), out.length]).toEqual([101, 190, 90]);
  });

  test('a move that only reaches the level leaves everybody in, one that passes it does not', () => {
    const [reached, passed] = [1 / 64, 1 / 64 - 1e-9].map((at) => {
      const { makers, book } = market({ ...STILL, withdrawal: { ...withdrawal, at } });
      let fewest = Infinity;
      for (let t = 1; t <= 200; t++) {
        makers.act(t, t < 100 ? INDEX : INDEX * (1 + 1 / 64));
        fewest = Math.min(fewest, book.live);
      }
      return fewest;
    });
    expect(reached).toBeGreaterThan(0);
    expect(passed).toBe(0);
  });

  test('between the two levels who is in stays in and who is out stays out', () => {
    // From 300 s on the price drifts by 0.5 % a minute; before it stands.
    const drift = (t: number): number => Math.max(0, t - 300) * (0.005 / 60);
    const calm = market({ ...STILL, withdrawal });
    const shocked = market({ ...STILL, withdrawal });
    for (let t = 1; t <= 600; t++) {
      calm.makers.act(t, INDEX * (1 + drift(t)));
      shocked.makers.act(t, INDEX * (1 + drift(t)) * (t < 270 ? 1 : 0.97));
      expect(calm.book.live).toBeGreaterThan(0);
      if (t > 271) expect(shocked.book.live, `at ${t}`).toBe(0);
    }
  });

  test('a second move while it waits makes the wait begin again', () => {
    const { makers, book } = market({ ...STILL, withdrawal });
    let back = 0;
    for (let t = 1; t <= 400; t++) {
      makers.act(t, t < 100 ? INDEX : t < 180 ? INDEX * 0.98 : INDEX * 0.9849);
      if (t > 101 && back === 0 && book.live > 0) back = t;
    }
    // Nobody quotes, so the second move is seen at once; it is a minute old at 240.
    expect(back).toBe(270);
  });

  test('one group out leaves the others, whose depth then absorbs alone', () => {
    const { makers, exchange, quotesOf } = market(
      { ...STILL, count: 1, depth: money(30_000) },
      { ...STILL, count: 1, depth: money(70_000), withdrawal },
    );
    for (let t = 1; t <= 120; t++) makers.act(t, t < 100 ? INDEX : INDEX * 0.98);
    expect(quotesOf(FIRST + 1)).toEqual([]);
    expect(makers.depth).toBe(money(30_000));
    exchange.market(1, 3_000, TAKER);
    const [, notional] = exchange.filled;
    makers.act(121, INDEX * 0.98);
    expect(makers.displacement).toBeCloseTo(-notional! / (money(30_000) * 100), 12);
  });

  test('with everybody out, what others trade moves no centre', () => {
    const { makers, exchange, book } = market({ ...STILL, withdrawal });
    for (let t = 1; t <= 120; t++) makers.act(t, t < 100 ? INDEX : INDEX * 0.98);
    book.limit(0, 98_000, 500, FIRST - 2, 0);
    expect(exchange.market(1, 500, TAKER)).toBe(500);
    makers.act(121, INDEX * 0.98);
    expect(makers.displacement).toBe(0);
  });
});

describe('loss limit', () => {
  /** Makers that hold what a taker has sold them, the price falling a tick a second. */
  function falling(lossPause: number) {
    const lossLimit = money(40);
    const place = market({ ...STILL, count: 4, lossLimit, lossPause });
    place.exchange.market(1, 40_000, TAKER);
    return { ...place, lossLimit };
  }
  const accounts = [0, 1, 2, 3].map((m) => FIRST + m);

  test('a maker stops exactly when it has lost more, for good, and the others go on', () => {
    const { makers, ledger, quotesOf, lossLimit } = falling(Infinity);
    const stopped = new Map<number, number>();
    for (let t = 1; t <= 3000; t++) {
      const index = INDEX - t;
      const equity = accounts.map((account) => ledger.cash[account]! + ledger.lots[account]! * index);
      for (const [m, account] of accounts.entries()) if (-equity[m]! > lossLimit && !stopped.has(account)) stopped.set(account, t);
      makers.act(t, index);
      for (const account of accounts) expect(quotesOf(account).length > 0, `${account} at ${t}`).toBe(!stopped.has(account));
      expect(makers.depth).toBeCloseTo((OPTIONS.depth * (4 - stopped.size)) / 4, 3);
    }
    expect(stopped.size).toBe(4);
    expect(new Set(stopped.values()).size).toBeGreaterThan(1);
    expect(ledger.recount()).toBe(0);
  });

  test('or for as long as stated, its losses counted from then on', () => {
    const { makers, ledger, quotesOf, lossLimit } = falling(100);
    const [account] = accounts;
    const lots = ledger.lots[account!]!;
    // A maker loses its inventory times the fall, and stops once more than the limit is gone since it came back.
    const length = Math.floor(lossLimit / lots) + 1;
    const changes: number[] = [];
    let quoting = true;
    for (let t = 1; t <= 4000; t++) {
      makers.act(t, INDEX - t);
      if (quotesOf(account!).length > 0 === quoting) continue;
      quoting = !quoting;
      changes.push(t);
    }
    expect(changes.length).toBeGreaterThan(6);
    const waits = changes.map((t, i) => t - (changes[i - 1] ?? NaN)).slice(1);
    expect(waits.filter((_, i) => i % 2 === 0)).toEqual(waits.filter((_, i) => i % 2 === 0).map(() => 100));
    expect(waits.filter((_, i) => i % 2 === 1)).toEqual(waits.filter((_, i) => i % 2 === 1).map(() => length));
  });
});

describe('all of it', () => {
  const groups = [
    { name: 'a', reaction: 0.5, layOffHalfLife: 30, lossLimit: money(1_000), lossPause: 40 },
    { name: 'b', reaction: 3, withdrawal: { at: 0.004, returnAt: 0.002, returnAfter: 10 }, count: 2 },
    {
      name: 'c',
      reaction: 7,
      count: 1,
      rungs: 20,
      leaning: { riskAversion: 0.1, fill: money(500), decay: 5_000, horizon: 120 },
    },
    { name: 'd', reaction: 2, count: 2, leaning: { riskAversion: 0.1, fill: money(500), decay: 5_000, horizon: Infinity } },
  ];

  test('a copy of the state in the middle goes on as the original does, and the ledger stays whole', () => {
    const { makers, exchange, ledger, book } = market(...groups);
    const walk = (from: number, to: number): number[] => {
      const trace: number[] = [];
      for (let t = from; t <= to; t++) {
        exchange.market(t % 3 === 0 ? 0 : 1, 2_000 + 37 * (t % 50), TAKER);
        makers.quote(t - 0.4, INDEX, 0);
        makers.act(t, INDEX * (1 + 0.01 * Math.sin(t / 40)));
        trace.push(book.bestBid, book.bestAsk, book.live, makers.depth, makers.displacement, ...ledger.lots, ...ledger.cash);
        expect(ledger.runningError()).toBe(0);
      }
      expect(ledger.recount()).toBe(0);
      return trace;
    };
    for (const at of [95, 250, 333]) {
      walk(at === 95 ? 1 : at - 60, at);
      const arrays = [makers, book, ledger, exchange].flatMap((part): readonly (Int32Array | Float64Array)[] => part.state());
      const copies = arrays.map((array) => array.slice());
      const after = walk(at + 1, at + 80);
      arrays.forEach((array, k) => array.set(copies[k]!));
      expect(walk(at + 1, at + 80)).toEqual(after);
      expect(new Set(after.filter((_, i) => i % (5 + 2 * ledger.lots.length) === 3)).size).toBeGreaterThan(10);
    }
  });
});

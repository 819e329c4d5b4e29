import { describe, expect, test } from 'vitest';
import { AUCTION, HALTED, OPEN, Session } from '../../src/market/session.ts';
import type { SessionOptions } from '../../src/market/session.ts';

const NOTHING: SessionOptions = { band: null, breaker: null, auction: null };
const PHASES = ['open', 'halted', 'call'];

/** What a session does along a course of prices, one a step from step 1: `open`, `halted`, `call`, or `opens` where an auction is due. */
function course(options: Partial<SessionOptions>, prices: readonly number[], stepSeconds = 1): string[] {
  const session = new Session({ ...NOTHING, ...options }, stepSeconds);
  session.reset(prices[0], prices[0]);
  return prices.slice(1).map((price, i) => {
    if (!session.advance(i + 1, price, price)) return PHASES[session.phase];
    session.reopen(price, price);
    return 'opens';
  });
}

const steps = (count: number, price: (step: number) => number): number[] => Array.from({ length: count }, (_, step) => price(step));
const runs = (list: readonly string[]): string =>
  list
    .reduce<string[]>((all, phase) => {
      const [name, count] = all.at(-1)?.split(' ') ?? [];
      return name === phase ? [...all.slice(0, -1), `${phase} ${Number(count) + 1}`] : [...all, `${phase} 1`];
    }, [])
    .join(', ');

describe('outage', () => {
  const still = steps(20, () => 1000);

  test('nobody trades from its beginning to its end, then an auction is due', () => {
    expect(runs(course({ outages: [{ from: 3, until: 8 }] }, still))).toBe('open 2, halted 5, opens 1, open 11');
  });

  test('the same seconds in other steps', () => {
    expect(
      runs(
        course(
          { outages: [{ from: 3, until: 8 }] },
          steps(80, () => 1000),
          0.25,
        ),
      ),
    ).toBe('open 11, halted 20, opens 1, open 47');
    expect(runs(course({ outages: [{ from: 3, until: 8 }] }, still, 2))).toBe('open 1, halted 2, opens 1, open 15');
  });

  test('outages that overlap are one, and a halt that ends in one goes on', () => {
    expect(runs(course({ outages: [{ from: 3, until: 8 }, { from: 5, until: 10 }] }, still))).toBe('open 2, halted 7, opens 1, open 9'); // prettier-ignore
    const breaker = { move: 0.1, window: 60, halt: 5 };
    const fall = [1000, 900, ...steps(16, () => 900)];
    expect(runs(course({ breaker, outages: [{ from: 4, until: 9 }] }, fall))).toBe('halted 8, opens 1, open 8');
  });

  test('is followed by a call where there are auctions', () => {
    const auction = { move: 0.5, window: 60, call: 2 };
    expect(runs(course({ auction, outages: [{ from: 3, until: 8 }] }, still))).toBe('open 2, halted 5, call 2, opens 1, open 9');
  });
});

describe('circuit breaker', () => {
  const breaker = { move: 0.1, window: 60, halt: 5 };

  test.each([
    ['a fall by exactly the move halts', [1000, 950, 900], 'open 1, halted 1'],
    ['a fall by a tick less does not', [1000, 950, 901, 901], 'open 3'],
    ['a rise by exactly the move halts', [1000, 1050, 1100], 'open 1, halted 1'],
    ['10 % is exact where 1.1 is not', [900, 900, 990], 'open 1, halted 1'],
    ['a rise by a tick less does not', [1000, 1050, 1099, 1099], 'open 3'],
    ['the move counts from the highest price in the window, not from its start', [1000, 1020, 1040, 936], 'open 2, halted 1'],
    ['and from the lowest', [1000, 960, 1055, 1056], 'open 2, halted 1'],
  ])('%s', (_, prices, expected) => {
    expect(runs(course({ breaker }, prices))).toBe(expected);
  });

  test('halts for its seconds, then an auction is due', () => {
    expect(runs(course({ breaker }, [1000, 900, ...steps(8, () => 900)]))).toBe('halted 5, opens 1, open 3');
  });

  test('the same seconds in shorter steps', () => {
    expect(runs(course({ breaker }, [1000, 900, ...steps(53, () => 900)], 0.1))).toBe('halted 50, opens 1, open 3');
  });

  test('a time that is no whole number of steps is rounded up', () => {
    expect(runs(course({ breaker }, [1000, 900, ...steps(5, () => 900)], 2))).toBe('halted 3, opens 1, open 2');
  });

  test('a price leaves the window after `window` seconds', () => {
    // One tick a second: after 60 s the fall is 60 of 1000; 100 within 60 s never happens.
    expect(
      runs(
        course(
          { breaker },
          steps(91, (step) => 1000 - step),
        ),
      ),
    ).toBe('open 90');
    const cliff = (wait: number): string => runs(course({ breaker }, [...steps(wait, (step) => Math.max(950, 1000 - 50 * step)), 900]));
    // The price of 1000 stands at step 0: 60 s later it still counts, 61 s later no more.
    expect(cliff(60)).toBe('open 59, halted 1');
    expect(cliff(61)).toBe('open 61');
  });

  test('what stopped the market does not stop it again; a new move does', () => {
    const prices = [1000, 900, ...steps(5, () => 870), 860, 783, 700];
    // Reopens at 870: 783 is the first price at or below nine tenths of it.
    expect(runs(course({ breaker }, prices))).toBe('halted 5, opens 1, open 1, halted 2');
  });
});

describe('volatility auction', () => {
  const auction = { move: 0.05, window: 10, call: 3 };
  const breaker = { move: 0.1, window: 60, halt: 5 };

  test('interrupts for its call', () => {
    expect(runs(course({ auction }, [1000, 950, ...steps(5, () => 950)]))).toBe('call 3, opens 1, open 2');
  });

  test('follows a halt', () => {
    expect(runs(course({ auction, breaker }, [1000, 890, ...steps(10, () => 890)]))).toBe('halted 5, call 3, opens 1, open 2');
  });

  test('gives way to the breaker when both would act, and acts alone on the smaller move', () => {
    expect(runs(course({ auction, breaker }, [1000, 901]))).toBe('call 1');
    expect(runs(course({ auction, breaker }, [1000, 900]))).toBe('halted 1');
  });

  test('counts what happened', () => {
    const session = new Session({ band: null, auction, breaker }, 0.5);
    session.reset(1000, 1000);
    for (let step = 1; step <= 17; step++) {
      if (session.advance(step, 800, 1000)) session.reopen(800, 1000);
    }
    expect([session.phase, session.halts, session.auctions, session.closedSeconds, session.stoppedAt]).toEqual([OPEN, 1, 1, 8, 800]);
  });
});

describe('price band', () => {
  const at = (width: number, index: number): [number, number] => {
    const session = new Session({ ...NOTHING, band: { width, reference: { kind: 'index' }, beyond: 'reject' } }, 1);
    session.reset(77, index);
    return [session.lowest, session.highest];
  };

  test.each([
    [0.05, 100, [95, 105]],
    [0.05, 100.4, [96, 105]],
    [0.15, 100, [85, 115]],
    [0.5, 3, [2, 4]],
    // Narrower than a tick: the nearest tick alone.
    [0.001, 100.4, [100, 100]],
    [0.001, 100.6, [101, 101]],
  ])('of %f around %f is %j: never wider, and never without the nearest tick', (width, index, expected) => {
    expect(at(width, index)).toEqual(expected);
  });

  test('around a mean follows the prices of its seconds', () => {
    const session = new Session({ ...NOTHING, band: { width: 0.1, reference: { kind: 'mean', seconds: 3 }, beyond: 'clip' } }, 1);
    session.reset(100, 5000);
    const seen = [200, 300, 400, 400, 400].map((price, i) => {
      session.advance(i + 1, price, 5000);
      return [session.lowest, session.highest];
    });
    // Means 150, 200, 300, 366.7, 400.
    expect(seen).toEqual([
      [135, 165],
      [180, 220],
      [270, 330],
      [330, 403],
      [360, 440],
    ]);
  });

  test('stays where it was while the market is not open, and starts anew with the price that the auction found', () => {
    const session = new Session(
      {
        band: { width: 0.1, reference: { kind: 'mean', seconds: 60 }, beyond: 'clip' },
        breaker: { move: 0.2, window: 60, halt: 2 },
        auction: null,
      },
      1,
    );
    session.reset(1000, 1);
    expect(session.advance(1, 800, 1)).toBe(false);
    expect([session.phase, session.lowest, session.highest]).toEqual([HALTED, 900, 1100]);
    expect([session.advance(2, 700, 1), session.advance(3, 700, 1)]).toEqual([false, true]);
    session.reopen(600, 1);
    expect([session.phase, session.lowest, session.highest]).toEqual([OPEN, 540, 660]);
  });

  test('without one every price may trade', () => {
    const session = new Session(NOTHING, 1);
    session.reset(1000, 1000);
    expect([session.lowest, session.highest]).toEqual([0, Infinity]);
  });
});

test('state copied out and copied back gives the course of an unbroken session', () => {
  const options: SessionOptions = {
    band: { width: 0.05, reference: { kind: 'mean', seconds: 7 }, beyond: 'clip' },
    breaker: { move: 0.2, window: 20, halt: 4 },
    auction: { move: 0.1, window: 9, call: 3 },
  };
  const price = (step: number): number => 1000 + Math.round(150 * Math.sin(step / 3) + 100 * Math.sin(step));
  const follow = (session: Session, from: number, to: number): unknown[] => {
    const seen: unknown[] = [];
    for (let step = from; step < to; step++) {
      if (session.advance(step, price(step), 1000)) session.reopen(price(step), 1000);
      seen.push([session.phase, session.lowest, session.highest, session.stoppedAt, session.halts, session.auctions]);
    }
    return seen;
  };
  const unbroken = new Session(options, 1);
  unbroken.reset(1000, 1000);
  const whole = follow(unbroken, 1, 200);
  expect(new Set(whole.map((row) => (row as number[])[0]))).toEqual(new Set([OPEN, HALTED, AUCTION]));
  const first = new Session(options, 1);
  first.reset(1000, 1000);
  follow(first, 1, 77);
  const second = new Session(options, 1);
  second.state().forEach((array, at) => array.set(first.state()[at]));
  expect(follow(second, 77, 200)).toEqual(whole.slice(76));
});

test.each<[Partial<SessionOptions>, RegExp]>([
  [
    { band: { width: 0, reference: { kind: 'index' }, beyond: 'clip' } },
    /session: found a width of the price band of 0, want a fraction between 0 and 1/,
  ],
  [{ band: { width: 1, reference: { kind: 'index' }, beyond: 'clip' } }, /found a width of the price band of 1,/],
  [
    { band: { width: 0.1, reference: { kind: 'mean', seconds: 0 }, beyond: 'clip' } },
    /found a mean of the price band of 0 s, want a time above 0/,
  ],
  [{ breaker: { move: Number.NaN, window: 1, halt: 1 } }, /found a move of the circuit breaker of NaN/],
  [{ breaker: { move: 0.1, window: -1, halt: 1 } }, /found a window of the circuit breaker of -1 s/],
  [{ breaker: { move: 0.1, window: 1, halt: Infinity } }, /found a halt of Infinity s/],
  [{ auction: { move: 1.5, window: 1, call: 1 } }, /found a move of the volatility auction of 1.5/],
  [{ auction: { move: 0.1, window: 1, call: Number.NaN } }, /found a call of NaN s/],
])('refuses %o', (options, message) => {
  expect(() => new Session({ ...NOTHING, ...options }, 1)).toThrow(RangeError);
  expect(() => new Session({ ...NOTHING, ...options }, 1)).toThrow(message);
});

import { describe, expect, test } from 'vitest';
import { bits, keyHigh, keyLow, nameKey } from '../../src/core/random.ts';
import { clopperPearsonInterval } from '../../src/statistics/intervals.ts';
import { Behaviour } from '../../src/traders/behaviour.ts';
import type { BehaviourOptions } from '../../src/traders/conduct.ts';
import { delayAt } from '../../src/traders/delay.ts';
import type { PlacedPopulation } from '../../src/traders/places.ts';
import { PlainFloor } from './plain-floor.ts';

const NOTHING: BehaviourOptions = { absent: 0, topUp: null, reduce: null, stopLoss: null, panic: null, reopen: null };
const now = { kind: 'constant', seconds: 0 } as const;
const topUp = (changes: Partial<NonNullable<BehaviourOptions['topUp']>> = {}): BehaviourOptions => ({
  ...NOTHING,
  topUp: { probability: 1, delay: now, reserve: { kind: 'share', share: 1 }, target: 3, ...changes },
});
const reduce = (changes: Partial<NonNullable<BehaviourOptions['reduce']>> = {}): BehaviourOptions => ({
  ...NOTHING,
  reduce: { probability: 1, delay: now, share: 0.5, ...changes },
});

/** The traders of one group with the ordinals given, all in one market. */
function population(ordinals: readonly number[], lots = 100, entry = 1000): PlacedPopulation & { readonly group: Uint16Array } {
  const name = nameKey('longs');
  return {
    count: ordinals.length,
    group: new Uint16Array(ordinals.length),
    market: new Uint8Array(ordinals.length),
    lots: new Float64Array(ordinals.length).fill(lots),
    entry: new Float64Array(ordinals.length).fill(entry),
    legs: { account: new Int32Array(0), market: new Uint8Array(0), lots: new Float64Array(0), entry: new Float64Array(0) },
    keyHi: Uint32Array.from(ordinals, (ordinal) => keyHigh(name, ordinal)),
    keyLo: Uint32Array.from(ordinals, (ordinal) => keyLow(name, ordinal)),
  };
}

function seat(
  options: BehaviourOptions,
  floor: PlainFloor,
  reserve = 1e9,
  ordinals = [...floor.held.keys()],
  quiet = false,
  entry = 1000,
): Behaviour {
  return new Behaviour({
    groups: [options],
    population: population(ordinals, floor.held[0], entry),
    reserves: new Float64Array(ordinals.length).fill(reserve),
    fresh: new Float64Array(ordinals.length).fill(reserve),
    floor,
    ranges: [{ start: 1000, most: 4096 }],
    seed: { seed: 'behaviour', replicate: 0 },
    stepSeconds: 1,
    quiet,
  });
}

describe('a top-up', () => {
  test('brings what lacks for the target, no more', () => {
    const floor = new PlainFloor([1500]);
    const behaviour = seat(topUp(), floor);
    behaviour.called(0, 10);
    behaviour.act(10);
    // 3 % of 100,000 are demanded.
    expect(floor.messages).toEqual(['deposit 0 1500']);
    expect(floor.coverage(0)).toBe(3);
  });

  test('comes out of a finite reserve: what is left of it, and then nothing', () => {
    const floor = new PlainFloor([1000]);
    const behaviour = seat(topUp(), floor, 2300);
    for (const price of [1000, 988, 980]) {
      floor.price = price;
      behaviour.called(0, 0);
      behaviour.act(0);
    }
    expect(floor.messages).toEqual(['deposit 0 2000', 'deposit 0 300']);
  });

  test('comes after its delay in simulated time, and not if the price has come back by then', () => {
    const floor = new PlainFloor([1500, 1500]);
    const behaviour = seat(topUp({ delay: { kind: 'constant', seconds: 30 } }), floor);
    behaviour.called(0, 10);
    behaviour.called(1, 11);
    behaviour.act(39);
    expect(floor.messages).toEqual([]);
    behaviour.act(40);
    expect(floor.messages).toEqual(['deposit 0 1500']);
    floor.price = 1010;
    behaviour.act(41);
    expect(floor.messages).toEqual(['deposit 0 1500', 'review 1']);
  });

  test('is made by the stated share of those who are called, and never by who is absent', () => {
    const share = (options: BehaviourOptions): number => {
      const floor = new PlainFloor(Array.from({ length: 4000 }, () => 1500));
      const behaviour = seat(options, floor);
      for (let i = 0; i < 4000; i++) behaviour.called(i, 0);
      behaviour.act(0);
      return floor.messages.filter((message) => message.startsWith('deposit')).length;
    };
    const holds = (count: number, p: number): void => {
      const [low, high] = clopperPearsonInterval(count, 4000, 0.9999);
      expect(p).toBeGreaterThan(low);
      expect(p).toBeLessThan(high);
    };
    holds(share(topUp({ probability: 0.3 })), 0.3);
    holds(share({ ...topUp(), absent: 0.25 }), 0.75);
    holds(share({ ...topUp({ probability: 0.4 }), absent: 0.5 }), 0.2);
  });

  test('is drawn anew at each call: who let one pass may answer the next', () => {
    const floor = new PlainFloor(Array.from({ length: 400 }, () => 1500));
    const behaviour = seat(topUp({ probability: 0.5, target: 2 }), floor);
    const paid = (): ReadonlySet<number> => new Set(floor.messages.map((message) => Number(message.split(' ')[1])));
    for (let i = 0; i < 400; i++) behaviour.called(i, 0);
    behaviour.act(0);
    const first = paid();
    for (let i = 0; i < 400; i++) if (!first.has(i)) behaviour.called(i, 1);
    behaviour.act(1);
    expect(paid().size - first.size).toBeGreaterThan((400 - first.size) / 4);
    expect(paid().size).toBeLessThan(400);
  });
});

describe('a reduction', () => {
  test('closes its share at market, rounded up to a lot', () => {
    const floor = new PlainFloor([1500]);
    const behaviour = seat(reduce({ share: 0.333 }), floor);
    behaviour.called(0, 0);
    behaviour.act(0);
    expect(floor.messages).toEqual(['order 0 -34']);
  });

  test('of a short buys', () => {
    const floor = new PlainFloor([1500], -100);
    const behaviour = seat(reduce(), floor);
    behaviour.called(0, 0);
    behaviour.act(0);
    expect(floor.messages).toEqual(['order 0 50']);
  });

  test('is sent again each step until the market has taken all of it', () => {
    const floor = new PlainFloor([1500]);
    const behaviour = seat(reduce({ share: 1 }), floor);
    floor.depth = 40;
    behaviour.called(0, 0);
    behaviour.act(0);
    behaviour.act(0.5);
    floor.depth = 70;
    behaviour.act(1);
    behaviour.act(2);
    expect(floor.messages).toEqual(['order 0 -40', 'order 0 -60']);
    expect(floor.held[0]).toBe(0);
  });

  test('is nobody’s in the quiet arm, where top-ups go on', () => {
    const floor = new PlainFloor([1500]);
    const behaviour = seat({ ...topUp(), reduce: reduce().reduce }, floor, 1e9, [0], true);
    behaviour.called(0, 0);
    behaviour.act(0);
    expect(floor.messages).toEqual(['deposit 0 1500']);
    const still = new PlainFloor([1500]);
    const reducing = seat(reduce(), still, 1e9, [0], true);
    reducing.called(0, 0);
    reducing.act(0);
    expect(still.messages).toEqual([]);
  });

  test('is not sent by who is being liquidated', () => {
    const floor = new PlainFloor([1500, 1500]);
    const behaviour = seat(reduce(), floor);
    floor.taken.add(0);
    behaviour.called(0, 0);
    behaviour.called(1, 0);
    behaviour.act(0);
    expect(floor.messages.filter((message) => message.startsWith('order'))).toEqual(['order 1 -50']);
  });
});

describe('a stop-loss', () => {
  const stop = (changes: Partial<NonNullable<BehaviourOptions['stopLoss']>> = {}): BehaviourOptions => ({
    ...NOTHING,
    stopLoss: { share: 1, distance: { kind: 'constant', value: 0.05 }, ...changes },
  });
  /** The marks, on the way from 1,000 to `last`, at which a group of one sends an order. */
  const stopped = (lots: number, entry: number, last: number): readonly string[] => {
    const floor = new PlainFloor([1500], lots);
    const behaviour = seat(stop(), floor, 0, [0], false, entry);
    const seen: string[] = [];
    for (let price = 1000; price !== last; price += Math.sign(last - 1000)) {
      floor.price = price;
      floor.messages.length = 0;
      behaviour.act(0);
      for (const message of floor.messages) seen.push(`${price} ${message}`);
    }
    return seen;
  };

  test('closes all when the mark is at or beyond it, once', () => {
    expect(stopped(100, 1000, 900)).toEqual(['950 order 0 -100']);
    expect(stopped(-100, 1000, 1100)).toEqual(['1050 order 0 100']);
  });

  test('counts from the entry, or from the opening mark where that is further on the losing side', () => {
    expect(stopped(100, 980, 900)).toEqual(['931 order 0 -100']);
    expect(stopped(100, 1200, 900)).toEqual(['950 order 0 -100']);
    expect(stopped(-100, 800, 1100)).toEqual(['1050 order 0 100']);
  });

  test('found by the index is what a look at every stop finds, at every mark of a random walk', () => {
    const n = 500;
    const options = stop({ share: 0.7, distance: { kind: 'lognormal', median: 0.05, sigma: 0.7 } });
    // Where each stops is what it does alone on a straight way down.
    const stopOf = Array.from({ length: n }, (_, ordinal) => {
      const floor = new PlainFloor([1500]);
      const alone = seat(options, floor, 0, [ordinal]);
      for (; floor.price > 0 && floor.messages.length === 0; floor.price--) alone.act(0);
      return floor.price + 1;
    });
    expect(stopOf.filter((tick) => tick === 1).length).toBeGreaterThan(n / 5);
    const floor = new PlainFloor(Array.from({ length: n }, () => 1500));
    const behaviour = seat(options, floor, 0);
    const want = new Set<number>();
    for (let step = 0; step < 600; step++) {
      floor.price = Math.max(2, floor.price + ((bits(1, 2, 3, step, 0) % 21) - 11));
      behaviour.act(step);
      stopOf.forEach((tick, i) => tick >= floor.price && want.add(i));
      expect(new Set(floor.messages.map((message) => Number(message.split(' ')[1])))).toEqual(want);
    }
    expect(floor.messages).toHaveLength(want.size);
    expect(want.size).toBeGreaterThan(n / 3);
  });
});

describe('panic', () => {
  const panic = (changes: Partial<NonNullable<BehaviourOptions['panic']>> = {}): BehaviourOptions => ({
    ...NOTHING,
    panic: { move: 0.05, within: 10, share: 0.3, part: 1, delay: now, ...changes },
  });
  /** How many of 2,000 have sent an order by the end of a path, a mark a second. */
  const left = (options: BehaviourOptions, path: readonly number[], lots = 100): number => {
    const floor = new PlainFloor(
      Array.from({ length: 2000 }, () => 1500),
      lots,
    );
    const behaviour = seat(options, floor, 0);
    path.forEach((price, second) => {
      floor.price = price;
      behaviour.act(second + 1);
    });
    return floor.messages.length;
  };
  const holds = (count: number, p: number): void => {
    const [low, high] = clopperPearsonInterval(count, 2000, 0.9999);
    expect(p).toBeGreaterThan(low);
    expect(p).toBeLessThan(high);
  };

  test('makes its share leave when the market has fallen by so much in so long, and nobody before', () => {
    expect(left(panic(), [990, 951])).toBe(0);
    holds(left(panic(), [990, 950]), 0.3);
    holds(left({ ...panic(), absent: 0.5 }, [990, 950]), 0.15);
    // The same fall, slower than the window.
    expect(
      left(
        panic(),
        Array.from({ length: 60 }, (_, i) => 1000 - i),
      ),
    ).toBe(0);
  });

  test('of shorts is at a rise, and longs do not mind one', () => {
    holds(left(panic(), [1050], -100), 0.3);
    expect(left(panic(), [1050])).toBe(0);
    expect(left(panic(), [950], -100)).toBe(0);
  });

  test('grows with each multiple of the move, drawn anew', () => {
    holds(left(panic(), [950, 900]), 1 - 0.7 * 0.7);
    // One step through both is the same as two.
    expect(left(panic(), [900])).toBe(left(panic(), [950, 900]));
    expect(left(panic({ share: 1 }), [950, 900])).toBe(2000);
  });

  test('comes again once the move has come back by half of one, not before', () => {
    const once = left(panic(), [950]);
    expect(left(panic(), [950, 970, 950])).toBe(once);
    holds(left(panic(), [950, 980, 950]), 1 - 0.7 * 0.7);
  });

  test('closes the stated part, after its delay', () => {
    const floor = new PlainFloor([1500]);
    const behaviour = seat(panic({ share: 1, part: 0.255, delay: { kind: 'constant', seconds: 3 } }), floor, 0);
    floor.price = 940;
    for (const second of [1, 2, 3]) behaviour.act(second);
    expect(floor.messages).toEqual([]);
    behaviour.act(4);
    expect(floor.messages).toEqual(['order 0 -26']);
  });
});

describe('a trader whose position was closed', () => {
  const reopen = (changes: Partial<NonNullable<BehaviourOptions['reopen']>> = {}): BehaviourOptions => ({
    ...NOTHING,
    reopen: { probability: 1, delay: { kind: 'constant', seconds: 20 }, deposit: 1, leverage: 5, ...changes },
  });

  test('comes back once, on the same side, with fresh money and what is left', () => {
    for (const side of [1, -1]) {
      const floor = new PlainFloor([1500], 100 * side);
      const behaviour = seat(reopen(), floor, 40_000);
      behaviour.beginStep(7);
      floor.held[0] = 0;
      floor.cash[0] = 10_000;
      behaviour.closed(0);
      behaviour.act(26);
      expect(floor.messages).toEqual([]);
      behaviour.act(27);
      // Five times 50,000 at a price of 1,000.
      expect(floor.messages).toEqual(['deposit 0 40000', `order 0 ${250 * side}`]);
      floor.held[0] = 0;
      behaviour.closed(0);
      behaviour.act(100);
      expect(floor.messages).toHaveLength(2);
    }
  });

  test('does so with its probability', () => {
    const floor = new PlainFloor(Array.from({ length: 2000 }, () => 1500));
    const behaviour = seat(reopen({ probability: 0.4 }), floor, 1000);
    floor.held.fill(0);
    for (let i = 0; i < 2000; i++) behaviour.closed(i);
    behaviour.act(20);
    const [low, high] = clopperPearsonInterval(floor.messages.filter((message) => message.startsWith('deposit')).length, 2000, 0.9999);
    expect(0.4).toBeGreaterThan(low);
    expect(0.4).toBeLessThan(high);
  });
});

test('who answers first is first, ties by account key', () => {
  const floor = new PlainFloor(Array.from({ length: 50 }, () => 1500));
  const behaviour = seat(reduce({ delay: { kind: 'exponential', mean: 20 } }), floor);
  for (let i = 0; i < 50; i++) behaviour.called(i, 0);
  const seen: number[] = [];
  for (let time = 0; time <= 400; time++) {
    floor.messages.length = 0;
    behaviour.act(time);
    for (const message of floor.messages) seen.push(Number(message.split(' ')[1]));
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual([...floor.held.keys()]);
  const tied = seat(reduce(), floor);
  const { keyHi, keyLo } = population([...floor.held.keys()]);
  for (const i of floor.held.keys()) tied.called(i, 0);
  floor.messages.length = 0;
  tied.act(0);
  const order = [...floor.held.keys()].sort((a, b) => keyHi[a]! - keyHi[b]! || keyLo[a]! - keyLo[b]!);
  expect(floor.messages.map((message) => Number(message.split(' ')[1]))).toEqual(order);
});

test('without one of the traders the others do the same at the same times', () => {
  const all = [...Array(60).keys()];
  const log = (ordinals: readonly number[]): string[] => {
    const floor = new PlainFloor(ordinals.map(() => 1500));
    const options = { ...topUp({ probability: 0.5, delay: { kind: 'lognormal', median: 10, sigma: 1 } }), absent: 0.2 };
    const behaviour = seat(options, floor, 1e9, [...ordinals]);
    ordinals.forEach((_, i) => behaviour.called(i, 0));
    const lines: string[] = [];
    for (let time = 0; time < 200; time++) {
      floor.messages.length = 0;
      behaviour.act(time);
      for (const message of floor.messages) {
        const [what, who, money] = message.split(' ');
        lines.push(`${time} ${what} ${ordinals[Number(who)]} ${money}`);
      }
    }
    return lines.filter((line) => !line.includes(' 17 '));
  };
  expect(log(all.filter((ordinal) => ordinal !== 17))).toEqual(log(all));
});

test('delays have the means that they state', () => {
  const n = 20_000;
  const mean = (options: Parameters<typeof delayAt>[0]): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += delayAt(options, (i + 0.5) / n);
    return sum / n;
  };
  expect(mean({ kind: 'constant', seconds: 7 })).toBe(7);
  expect(mean({ kind: 'exponential', mean: 7 })).toBeCloseTo(7, 2);
  expect(delayAt({ kind: 'lognormal', median: 7, sigma: 0.5 }, 0.5)).toBeCloseTo(7, 12);
});

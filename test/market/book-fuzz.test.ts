import { describe, expect, test } from 'vitest';
import { clearing, uncross } from '../../src/market/auction.ts';
import { OrderBook } from '../../src/market/book.ts';
import type { BookOptions, BookSide, SelfTrade } from '../../src/market/book.ts';
import { checkInvariants } from './book-invariants.ts';
import { NaiveBook } from './naive-book.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';

/** What is sent often, by the weights of a world. */
const KINDS = ['limit', 'market', 'ioc', 'cancel', 'reduce', 'post-only', 'fok', 'collect', 'collect-market'] as const;

/** Rules of self-trade prevention: the streams of a world take turns. */
const RULES: readonly SelfTrade[] = ['none', 'expire-maker', 'decrement', 'expire-taker', 'expire-both'];

/** What may happen to a book. `pick` in [0, 1) chooses among the live orders, so that a message means something in any book. */
interface Message {
  readonly kind: (typeof KINDS)[number] | 'uncross' | 'recentre' | 'clear' | 'restore';
  readonly side: BookSide;
  readonly tick: number;
  readonly lots: number;
  readonly owner: number;
  readonly pick: number;
}

/** A world to fuzz: shape of the book, how wide quotes lie, and how often what happens. */
interface World {
  readonly name: string;
  readonly book: BookOptions;
  /** Ticks either side of the drifting centre over which limit orders spread. */
  readonly spread: number;
  readonly lots: number;
  /** Weights of `KINDS`. */
  readonly weights: readonly number[];
  /** Share of all messages. */
  readonly share: number;
  /** Invariants are recounted every so many messages. */
  readonly every: number;
}

const WORLDS: readonly World[] = [
  {
    name: 'a thin book that often runs empty',
    book: { base: 100, levels: 1024, capacity: 64 },
    spread: 4,
    lots: 5,
    weights: [34, 22, 8, 20, 5, 5, 4, 3, 1],
    share: 0.3,
    every: 1,
  },
  {
    name: 'long queues on few ticks',
    book: { base: 0, levels: 1024, capacity: 256 },
    spread: 3,
    lots: 50,
    weights: [44, 8, 4, 28, 5, 5, 4, 2, 1],
    share: 0.25,
    every: 4,
  },
  {
    name: 'a wide sparse book',
    book: { base: 7, levels: 4096, capacity: 128 },
    spread: 1500,
    lots: 20,
    weights: [40, 8, 8, 28, 5, 5, 4, 2, 1],
    share: 0.25,
    every: 16,
  },
  {
    name: 'a full book and full levels',
    book: { base: 2 ** 31 - 1025, levels: 1024, capacity: 12 },
    spread: 2,
    lots: 2 ** 31 - 1,
    weights: [52, 5, 5, 19, 10, 5, 4, 2, 1],
    share: 0.2,
    every: 1,
  },
];

/** A sequence of uniforms in [0, 1) from a seed (mulberry32). */
function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function stream(world: World, count: number, seed: number): Message[] {
  const next = uniforms(seed);
  const { base, levels } = world.book;
  const sum = world.weights.reduce((total, weight) => total + weight);
  let centre = base + levels / 2;
  return Array.from({ length: count }, () => {
    if (next() < 0.02) centre = Math.min(base + levels - 1, Math.max(base, centre + Math.round((next() - 0.5) * world.spread * 4)));
    let at = next() * sum;
    let choice = 0;
    while (choice < KINDS.length - 1 && at >= world.weights[choice]) at -= world.weights[choice++];
    const rare = next();
    const kind = rare < 0.0005 ? 'clear' : rare < 0.002 ? 'restore' : rare < 0.0035 ? 'uncross' : rare < 0.01 ? 'recentre' : KINDS[choice];
    const side: BookSide = next() < 0.5 ? 0 : 1;
    // Bids centre below and asks above, with an overlap that crosses; a few land off the window or between ticks.
    const offset = Math.round((next() - 0.35) * world.spread);
    let tick = side === 0 ? centre - offset : centre + offset;
    let lots = 1 + Math.floor(next() ** 3 * world.lots);
    const bad = next();
    if (bad < 0.002) tick += 0.5;
    else if (bad < 0.004) tick += next() < 0.5 ? levels : -levels;
    else if (bad < 0.006) lots = -lots;
    else if (bad < 0.007) lots += 0.25;
    const move = kind === 'recentre' ? base + Math.round((next() - 0.5) * levels) : tick;
    return { kind, side, tick: move, lots, owner: Math.floor(next() * 9), pick: next() };
  });
}

/** Result of a message: a number, or `refused`. */
function attempt(act: () => number): number | 'refused' {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) return 'refused';
    throw error;
  }
}

function demandEqual(what: string, fast: unknown, naive: unknown): void {
  if (fast !== naive) throw new Error(`${what}: fast ${String(fast)}, naive ${String(naive)}`);
}

/** Feeds one stream to both books and compares everything after each message; returns the first difference, or null. */
function firstDifference(options: BookOptions, messages: readonly Message[], every: number): { at: number; what: string } | null {
  let fast = new OrderBook(options);
  const naive = new NaiveBook(options);
  for (let at = 0; at < messages.length; at++) {
    const { kind, side, tick, lots, owner, pick } = messages[at];
    // Now and then the handle of a dead order or of no order at all.
    const live = [...naive.orders, ...naive.collected];
    const chosen = live[Math.floor(pick * (live.length + 1))]?.handle ?? Math.floor(pick * options.capacity) - 1;
    let taker = false;
    try {
      let results: [number | 'refused', number | 'refused'] = [0, 0];
      if (kind === 'limit') {
        results = [attempt(() => fast.limit(side, tick, lots, owner, at)), attempt(() => naive.limit(side, tick, lots, owner, at))];
        taker = results[1] !== 'refused';
      } else if (kind === 'market') {
        results = [attempt(() => fast.market(side, lots, owner)), attempt(() => naive.market(side, lots, owner))];
        taker = results[1] !== 'refused';
      } else if (kind === 'ioc') {
        results = [attempt(() => fast.ioc(side, tick, lots, owner)), attempt(() => naive.ioc(side, tick, lots, owner))];
        taker = results[1] !== 'refused';
      } else if (kind === 'fok') {
        results = [attempt(() => fast.fok(side, tick, lots, owner)), attempt(() => naive.fok(side, tick, lots, owner))];
        taker = results[1] !== 'refused';
      } else if (kind === 'post-only') {
        results = [attempt(() => fast.postOnly(side, tick, lots, owner, at)), attempt(() => naive.postOnly(side, tick, lots, owner, at))];
        taker = results[1] !== 'refused';
      } else if (kind === 'collect') {
        results = [attempt(() => fast.collect(side, tick, lots, owner, at)), attempt(() => naive.collect(side, tick, lots, owner, at))];
      } else if (kind === 'collect-market') {
        const collect = (book: OrderBook | NaiveBook) => () => book.collectMarket(side, lots, owner, at);
        results = [attempt(collect(fast)), attempt(collect(naive))];
      } else if (kind === 'uncross') {
        compareAuctions(fast, naive, tick + pick);
      } else if (kind === 'cancel') {
        results = [fast.cancel(chosen), naive.cancel(chosen)];
      } else if (kind === 'reduce') {
        results = [attempt(() => fast.reduce(chosen, lots)), attempt(() => naive.reduce(chosen, lots))];
      } else if (kind === 'recentre') {
        const moved = (book: { recentre(base: number): void }) => () => (book.recentre(tick), 0);
        results = [attempt(moved(fast)), attempt(moved(naive))];
      } else if (kind === 'clear') {
        fast.clear();
        naive.clear();
      } else {
        // The rest of the stream runs on a copy made from the arrays alone.
        const copy = new OrderBook(options);
        copy.state().forEach((array, place) => array.set(fast.state()[place]));
        fast = copy;
      }
      demandEqual('result', results[0], results[1]);
      compare(fast, naive, taker);
      if (at % every === 0 || at === messages.length - 1) checkInvariants(fast);
    } catch (error) {
      return { at, what: (error as Error).message };
    }
  }
  return null;
}

/** Clears both books around a reference and compares who traded with whom. */
function compareAuctions(fast: OrderBook, naive: NaiveBook, reference: number): void {
  const tick = naive.clearingTick(reference);
  const traded = tick === -1 ? 0 : naive.volumeAt(tick).traded;
  const cleared = clearing(fast, reference);
  demandEqual('clearing tick', cleared?.tick ?? -1, tick);
  demandEqual('lots that clear', cleared?.lots ?? 0, traded);
  const pairs: string[] = [];
  if (cleared === null) fast.release(-1);
  else uncross(fast, cleared.tick, (buy, sell, lots) => pairs.push(`${buy}, ${sell}, ${lots}`));
  naive.uncross(reference);
  demandEqual('pairs', pairs.join('; '), naive.pairs.map((pair) => pair.join(', ')).join('; '));
}

/** Fills, quotes, last, and every level with its queue in order. */
function compare(fast: OrderBook, naive: NaiveBook, taker: boolean): void {
  if (taker) {
    demandEqual('lots prevented', fast.prevented, naive.prevented);
    demandEqual('fills', fast.fillCount, naive.fills.length);
    naive.fills.forEach((fill, i) => {
      demandEqual(`tick of fill ${i}`, fast.fillTick[i], fill.tick);
      demandEqual(`lots of fill ${i}`, fast.fillLots[i], fill.lots);
      demandEqual(`owner of fill ${i}`, fast.fillOwner[i], fill.owner);
      demandEqual(`ref of fill ${i}`, fast.fillRef[i], fill.ref);
      demandEqual(`handle of fill ${i}`, fast.fillHandle[i], fill.handle);
      demandEqual(`lots left after fill ${i}`, fast.fillLeft[i], fill.left);
    });
  }
  demandEqual('best bid', fast.bestBid, naive.bestTick(0));
  demandEqual('best ask', fast.bestAsk, naive.bestTick(1));
  demandEqual('last', fast.last, naive.last);
  demandEqual('orders', fast.live, naive.orders.length);
  demandEqual('collected', fast.collected, naive.collected.length);
  let waiting = fast.firstCollected;
  for (const order of naive.collected) {
    demandEqual('collected order', waiting, order.handle);
    demandEqual(`lots of collected ${waiting}`, fast.resting(waiting, order.owner, order.ref), order.lots);
    demandEqual(`side of collected ${waiting}`, fast.sideOf(waiting), order.side);
    if (!fast.isCollectedMarket(waiting)) demandEqual(`tick of collected ${waiting}`, fast.tickOf(waiting), order.tick);
    else demandEqual(`tick of collected ${waiting}`, Number.isFinite(order.tick), false);
    waiting = fast.behind(waiting);
  }
  // Orders of a naive queue stand in arrival order, so each must be the one that the fast queue reaches next.
  const reached = new Map<number, number>();
  const totals = new Map<number, number>();
  for (const order of naive.orders) {
    const handle = reached.has(order.tick) ? fast.behind(reached.get(order.tick)!) : fast.firstAt(order.tick);
    demandEqual(`queue at ${order.tick}`, handle, order.handle);
    demandEqual(`lots of ${handle}`, fast.lotsOf(handle), order.lots);
    demandEqual(`owner of ${handle}`, fast.ownerOf(handle), order.owner);
    demandEqual(`ref of ${handle}`, fast.refOf(handle), order.ref);
    demandEqual(`${handle} by owner and ref`, fast.resting(handle, order.owner, order.ref), order.lots);
    demandEqual(`side of ${handle}`, fast.sideOf(handle), order.side);
    reached.set(order.tick, handle);
    totals.set(order.tick, (totals.get(order.tick) ?? 0) + order.lots);
  }
  for (const [tick, total] of totals) demandEqual(`total at ${tick}`, fast.totalAt(tick), total);
  if (naive.orders.length > 0) {
    const far = naive.orders[0].tick;
    demandEqual(`bids down to ${far}`, fast.depth(0, far), naive.depth(0, far));
    demandEqual(`asks up to ${far}`, fast.depth(1, far), naive.depth(1, far));
    const bids = naive.depth(0, far);
    for (const enough of [0, Math.floor(bids / 2), bids]) {
      const found = fast.depth(0, far, enough);
      demandEqual(
        `bids down to ${far}, of which ${enough} are enough`,
        bids > enough ? found > enough && found <= bids : found === bids,
        true,
      );
    }
  }
}

/** The shortest stream found that still differs, by leaving out ever smaller runs of messages. */
function minimise(options: BookOptions, messages: readonly Message[]): readonly Message[] {
  let shortest = messages;
  for (let size = Math.ceil(shortest.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.length;) {
      const without = [...shortest.slice(0, from), ...shortest.slice(from + size)];
      if (firstDifference(options, without, 1) === null) from += size;
      else shortest = without;
    }
  }
  return shortest;
}

describe('the fast book and the naive book in lockstep', () => {
  const total = LONG ? 1_040_000 : 80_000;
  test.each(WORLDS)('$name', (world) => {
    // Several short streams rather than one long one: each starts from an empty book, and a difference is quick to minimise.
    const length = LONG ? 8000 : 3000;
    const streams = Math.round((total * world.share) / length);
    for (let seed = 1; seed <= streams; seed++) {
      const messages = stream(world, length, seed * 7919 + world.spread);
      const options = { ...world.book, selfTrade: RULES[seed % RULES.length] };
      const difference = firstDifference(options, messages, world.every);
      if (difference === null) continue;
      const shortest = minimise(options, messages.slice(0, difference.at + 1));
      const shown = shortest.map((message) => JSON.stringify(message)).join('\n');
      throw new Error(
        `seed ${seed} (${options.selfTrade}), message ${difference.at}: ${difference.what}; ${shortest.length} messages show it:\n${shown}`,
      );
    }
  });

  test('the streams reach what they are meant to reach', () => {
    for (const world of WORLDS) {
      const naive = new NaiveBook({ ...world.book, selfTrade: 'decrement' });
      const seen = {
        fills: 0,
        sweeps: 0,
        refused: 0,
        emptied: 0,
        full: 0,
        cancelled: 0,
        prevented: 0,
        killed: 0,
        filled: 0,
        rejected: 0,
        pairs: 0,
      };
      for (const { kind, side, tick, lots, owner, pick } of stream(world, 8000, 7919 + world.spread)) {
        const handle = naive.orders[Math.floor(pick * (naive.orders.length + 1))]?.handle ?? -1;
        naive.fills = [];
        naive.pairs = [];
        naive.prevented = 0;
        const result = attempt(() => {
          if (kind === 'limit') return naive.limit(side, tick, lots, owner, 0);
          if (kind === 'market') return naive.market(side, lots, owner);
          if (kind === 'ioc') return naive.ioc(side, tick, lots, owner);
          if (kind === 'fok') return naive.fok(side, tick, lots, owner);
          if (kind === 'post-only') return naive.postOnly(side, tick, lots, owner, 0);
          if (kind === 'collect') return naive.collect(side, tick, lots, owner, 0);
          if (kind === 'collect-market') return naive.collectMarket(side, lots, owner, 0);
          if (kind === 'cancel') return naive.cancel(handle);
          if (kind === 'uncross') naive.uncross(tick);
          return kind === 'reduce' ? naive.reduce(handle, lots) : 0;
        });
        if (naive.prevented > 0) seen.prevented++;
        if (kind === 'fok' && result !== 'refused') seen[result === 0 ? 'killed' : 'filled']++;
        if (kind === 'post-only' && result === -1) seen.rejected++;
        seen.pairs += naive.pairs.length;
        seen.fills += naive.fills.length;
        if (new Set(naive.fills.map((fill) => fill.tick)).size > 1) seen.sweeps++;
        if (result === 'refused') seen.refused++;
        if (kind === 'cancel' && result !== 0) seen.cancelled++;
        if (naive.fills.length > 0 && naive.bestTick(side === 0 ? 1 : 0) === -1) seen.emptied++;
        if (naive.orders.length + naive.collected.length === naive.capacity) seen.full++;
      }
      expect(seen.fills, world.name).toBeGreaterThan(800);
      expect(seen.sweeps, world.name).toBeGreaterThan(50);
      expect(seen.refused, world.name).toBeGreaterThan(20);
      expect(seen.cancelled, world.name).toBeGreaterThan(300);
      expect(
        Math.min(seen.prevented, seen.killed, seen.filled, seen.rejected, seen.pairs),
        `${world.name}: ${JSON.stringify(seen)}`,
      ).toBeGreaterThan(10);
      if (world === WORLDS[0]) expect(seen.emptied).toBeGreaterThan(100);
      if (world === WORLDS[3]) expect(seen.full).toBeGreaterThan(100);
    }
  });
});

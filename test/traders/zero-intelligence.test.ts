import { describe, expect, test, vi } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import type * as random from '../../src/core/random.ts';
import { derive, root } from '../../src/core/random.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { HALTED, OPEN, Session } from '../../src/market/session.ts';
import { ZeroIntelligence } from '../../src/traders/zero-intelligence.ts';
import type { ContStoikovTalrejaOptions, SantaFeOptions, ZeroIntelligenceOptions } from '../../src/traders/zero-intelligence.ts';

const recorded = vi.hoisted((): string[] => []);
vi.mock('../../src/core/random.ts', async (original) => {
  const real = await original<typeof random>();
  const uniform: typeof real.uniform = (lo, hi, stream, step, slot) => {
    const value = real.uniform(lo, hi, stream, step, slot);
    if (recorded.length > 0) recorded.push(`${stream} ${step} ${slot} ${value}`);
    return value;
  };
  return { ...real, uniform };
});

const FLOW = 0;
const OTHER = 1;
const MID = 2048;

const SANTA_FE: SantaFeOptions = { kind: 'zeroIntelligence', limitRate: 0.05, marketRate: 1, cancelRate: 0.1, lots: 10, reach: 100 };
const TABLE: ContStoikovTalrejaOptions = {
  kind: 'contStoikovTalreja',
  limitRate: 1.85,
  exponent: 0.52,
  marketRate: 1.88,
  cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47],
  lots: 3,
  reach: 30,
};

function market(options: ZeroIntelligenceOptions, stepSeconds = 1, levels = 4096) {
  const book = new OrderBook({ base: 0, levels, capacity: ZeroIntelligence.capacity(options) + 64 });
  const ledger = new Ledger(2, 1);
  ledger.open();
  const exchange = new Exchange(book, ledger);
  return { flow: new ZeroIntelligence(options, exchange, FLOW, stepSeconds), book, ledger, exchange };
}

describe('Santa Fe flow', () => {
  test('without market orders the number that rests is Poisson with mean 2 α reach / δ', () => {
    const options = { ...SANTA_FE, marketRate: 0 };
    const { flow, book } = market(options, 60);
    const seed = root('poisson', 'zeroIntelligence');
    flow.open(seed, MID);
    const samples = 600;
    let sum = 0;
    let squares = 0;
    // A minute is six lifetimes: the counts are as good as independent.
    for (let step = 1; step <= samples; step++) {
      flow.act(seed, step, MID);
      sum += book.live;
      squares += book.live * book.live;
    }
    const mean = (2 * 0.05 * 100) / 0.1;
    const variance = squares / samples - (sum / samples) ** 2;
    expect(Math.abs(sum / samples - mean)).toBeLessThan(4 * Math.sqrt(mean / samples));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / samples));
  });

  test('the book that it opens with has that law at once, at every distance', () => {
    const { flow, book } = market(SANTA_FE);
    const totals = new Float64Array(100);
    const books = 400;
    for (let k = 0; k < books; k++) {
      book.clear();
      flow.open(derive(root('open', 'zeroIntelligence'), k), MID);
      for (let i = 1; i <= 100; i++) totals[i - 1]! += book.countAt(MID - i) + book.countAt(MID + i);
    }
    // χ² with 100 degrees of freedom: mean 100, standard deviation √200.
    const mean = 2 * books * 0.5;
    const chi2 = totals.reduce((x, total) => x + (total - mean) ** 2 / mean, 0);
    expect(Math.abs(chi2 - 100)).toBeLessThan(4 * Math.sqrt(200));
  });

  /**
   * Mean spread at the ends of steps over `seconds`, in ticks, and its standard error by batches; the first batch, on the way from the
   * opening book, is left out.
   */
  function meanSpread(options: SantaFeOptions, stepSeconds: number, seconds: number): { mean: number; error: number } {
    const { flow, book } = market(options, stepSeconds, 16_384);
    const seed = root(`spread ${options.cancelRate} ${stepSeconds}`, 'zeroIntelligence');
    flow.open(seed, 8192);
    const batches = 40;
    const steps = seconds / stepSeconds / batches;
    const means: number[] = [];
    let step = 0;
    for (let b = 0; b <= batches; b++) {
      let sum = 0;
      for (let k = 0; k < steps; k++) {
        flow.act(seed, ++step, (book.bestBid + book.bestAsk) / 2);
        sum += book.bestAsk - book.bestBid;
      }
      if (b > 0) means.push(sum / steps);
    }
    const mean = means.reduce((x, y) => x + y, 0) / batches;
    return { mean, error: Math.sqrt(means.reduce((x, y) => x + (y - mean) ** 2, 0) / (batches - 1) / batches) };
  }

  test.each([
    [0.2, 0.5009, 10_000],
    [1, 1.3308, 4_000],
  ])('the mean spread is that of the reference table at ε = %d, in units of μ/α', (epsilon, expected, seconds) => {
    const { mean, error } = meanSpread({ ...SANTA_FE, limitRate: 0.01, cancelRate: epsilon, lots: 1, reach: 1500 }, 1, seconds);
    expect(error / mean).toBeLessThan(0.03);
    expect(Math.abs(mean / 100 - expected), `${mean / 100} ± ${error / 100}`).toBeLessThan((4 * error) / 100);
  });

  test('steps of another length give the same law', () => {
    const short = meanSpread(SANTA_FE, 0.1, 4_000);
    const long = meanSpread(SANTA_FE, 5, 40_000);
    expect(Math.hypot(short.error, long.error) / short.mean).toBeLessThan(0.03);
    expect(Math.abs(short.mean - long.mean)).toBeLessThan(4 * Math.hypot(short.error, long.error));
  });

  /** A flow that sends next to nothing, so that what rests is what `rest` laid. */
  const QUIET: SantaFeOptions = { ...SANTA_FE, limitRate: 1e-9, marketRate: 0 };

  test('every live order is cancelled at rate δ, however many others somebody has filled unnoticed', () => {
    let survived = 0;
    const worlds = 240;
    for (let k = 0; k < worlds; k++) {
      const seed = derive(root('survival', 'zeroIntelligence'), k);
      const { flow, book, exchange } = market(QUIET, 5);
      for (let n = 0; n < 8; n++) {
        flow.rest(0, MID - 1);
        flow.rest(0, MID - 2);
      }
      exchange.market(1, 80, OTHER);
      expect(book.live).toBe(8);
      flow.act(seed, 1, MID);
      survived += book.live;
    }
    // e^(−0.1 × 5) of 8 × 240, four standard deviations of the binomial.
    const chance = Math.exp(-0.5);
    const asked = 8 * worlds;
    expect(Math.abs(survived - asked * chance)).toBeLessThan(4 * Math.sqrt(asked * chance * (1 - chance)));
  });

  test('orders are found again after the window has moved, and those that it left out are forgotten', () => {
    const { flow, book, exchange } = market(QUIET, 10, 1024);
    for (let k = 0; k < 15; k++) flow.rest(0, 300 + 40 * k);
    exchange.makeRoom(1000, 300);
    expect(book.base).toBe(488);
    expect(book.live).toBe(15 - 5);
    for (let step = 1; step <= 20; step++) flow.act(root('window', 'zeroIntelligence'), step, 1000);
    expect(book.live).toBe(0);
  });

  test('nothing is sent and nothing cancelled while the market is halted', () => {
    const { book, ledger } = market(SANTA_FE);
    const session = new Session({ band: null, breaker: { move: 0.01, window: 60, halt: 100 }, auction: null }, 1);
    const exchange = new Exchange(book, ledger, session);
    const flow = new ZeroIntelligence(SANTA_FE, exchange, FLOW, 1);
    const seed = root('halt', 'zeroIntelligence');
    session.reset(MID, MID);
    flow.open(seed, MID);
    exchange.beginStep(1, MID, MID);
    exchange.beginStep(2, MID * 0.9, MID);
    expect(session.phase).toBe(HALTED);
    const before = book.state().map((array) => array.slice());
    flow.act(seed, 2, MID);
    expect(book.state()).toEqual(before);
    for (let step = 3; session.phase !== OPEN; step++) exchange.beginStep(step, MID * 0.9, MID);
    flow.act(seed, 200, MID);
    expect(book.state()).not.toEqual(before);
  });

  test('the window follows a price that leaves it', () => {
    const { flow, book, exchange } = market({ ...SANTA_FE, marketRate: 0.1 }, 1, 1024);
    const seed = root('follow', 'zeroIntelligence');
    flow.open(seed, 400);
    let mid = 400;
    for (let step = 1; step <= 900; step++) {
      // Somebody buys the price up, a tick or two a step.
      if (book.bestAsk >= 0 && step % 2 === 0) exchange.market(0, book.totalAt(book.bestAsk), OTHER);
      flow.act(seed, step, mid);
      if (book.bestBid >= 0 && book.bestAsk >= 0) mid = (book.bestBid + book.bestAsk) / 2;
    }
    expect(book.base).toBeGreaterThan(0);
    expect(mid).toBeGreaterThan(1024);
  });
});

describe('Cont–Stoikov–Talreja flow', () => {
  test.each([
    [1, 2, 0.335],
    [2, 1, 0.665],
    [3, 1, 0.741],
    [2, 5, 0.307],
  ])('P(mid up) with %i bids and %i asks at a spread of one tick is that of their table', (bids, asks, expected) => {
    const { flow, book } = market({ ...TABLE, reach: 1 }, 1, 1024);
    const worlds = 3000;
    let up = 0;
    for (let k = 0; k < worlds; k++) {
      const seed = derive(root('table', 'contStoikovTalreja'), k);
      book.clear();
      flow.open(seed, 500.5);
      for (let n = 0; n < bids; n++) flow.rest(0, 500);
      for (let n = 0; n < asks; n++) flow.rest(1, 501);
      // What `open` laid goes, so that the queues are those of the table.
      while (book.countAt(500) > bids) book.cancel(book.firstAt(500));
      while (book.countAt(501) > asks) book.cancel(book.firstAt(501));
      for (let event = 0; book.bestBid === 500 && book.bestAsk === 501; event++) flow.event(seed, 1, event, 500.5);
      if (book.bestAsk !== 501) up++;
    }
    expect(Math.abs(up / worlds - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / worlds) + 0.0015);
  });

  test('orders arrive at a distance with the power law and leave with the rate of their distance', () => {
    const { flow, book } = market({ ...TABLE, marketRate: 0 }, 4);
    const seed = root('distances', 'contStoikovTalreja');
    flow.open(seed, MID);
    const steps = 2000;
    const mean = new Float64Array(6);
    // A wall of somebody else's on both sides keeps the quotes, and so the distances, where they are.
    book.limit(0, MID, 1, OTHER, 0);
    book.limit(1, MID + 1, 1, OTHER, 0);
    for (let step = 1; step <= steps; step++) {
      flow.act(seed, step, MID + 0.5);
      for (let i = 2; i < 6; i++) mean[i]! += (book.countAt(MID + 1 - i) + book.countAt(MID + i)) / (2 * steps);
    }
    for (let i = 2; i < 6; i++) {
      const expected = (1.85 * i ** -0.52) / TABLE.cancelRates[i - 1]!;
      expect(Math.abs(mean[i]! - expected), `at ${i} ticks`).toBeLessThan(4 * Math.sqrt(expected / steps));
    }
  });

  test.each([
    [1, 0.9],
    [3, 0.3],
    [4, 0.1],
    [9, 0.1],
  ])('an order at %i ticks from the opposite best quote is cancelled at rate %d, wherever its own side’s best is', (distance, rate) => {
    const options = { ...TABLE, limitRate: 1e-9, marketRate: 0, cancelRates: [0.9, 0.5, 0.3, 0.1] };
    const asked = 4000;
    let survived = 0;
    for (let k = 0; k < asked / 16; k++) {
      const { flow, book } = market(options, 2);
      const [wallBid, wallAsk] = [MID - 20, MID + 20];
      book.limit(0, wallBid, 1, OTHER, 0);
      book.limit(1, wallAsk, 1, OTHER, 0);
      // Half of them bids under the ask, half asks above the bid; the best of their side.
      const side = k % 2 === 0 ? 0 : 1;
      for (let n = 0; n < 16; n++) flow.rest(side, side === 0 ? wallAsk - distance : wallBid + distance);
      flow.act(derive(root('distance', 'contStoikovTalreja'), k), 1, MID);
      survived += book.live - 2;
    }
    const chance = Math.exp(-rate * 2);
    expect(Math.abs(survived - asked * chance)).toBeLessThan(4 * Math.sqrt(asked * chance * (1 - chance)));
  });
});

describe.each([SANTA_FE, TABLE])('$kind', (options) => {
  /** Runs 300 steps; `extra`: one lot sold by somebody else at step 50. Returns the draws taken. */
  function run(extra: boolean) {
    const { flow, book, exchange, ledger } = market(options);
    const seed = root('lot', options.kind);
    recorded.push('begin');
    flow.open(seed, MID);
    for (let step = 1; step <= 300; step++) {
      if (extra && step === 50) exchange.market(1, 1, OTHER);
      flow.act(seed, step, (book.bestBid + book.bestAsk) / 2);
    }
    return { records: recorded.splice(0), ledger, bids: book.depth(0, 1), position: ledger.lots[OTHER] };
  }

  test('one extra lot sold by somebody else leaves every draw where it was', () => {
    const with0 = run(false);
    const with1 = run(true);
    expect(with0.records.length).toBeGreaterThan(1000);
    expect(with1.records).toEqual(with0.records);
    expect([with0.position, with1.position]).toEqual([0, -1]);
    expect(with1.ledger.recount()).toBe(0);
  });

  test('a copy of the state goes on as the original does', () => {
    const { flow, book, ledger, exchange } = market(options);
    const seed = root('copy', options.kind);
    flow.open(seed, MID);
    const walk = (from: number, to: number) => {
      for (let step = from; step <= to; step++) flow.act(seed, step, MID);
      return [book.bestBid, book.bestAsk, book.live, book.depth(0, 1), book.depth(1, 4095)];
    };
    walk(1, 100);
    const arrays = [flow, book, ledger, exchange].flatMap((part): readonly (Int32Array | Float64Array)[] => part.state());
    const copies = arrays.map((array) => array.slice());
    const after = walk(101, 200);
    arrays.forEach((array, k) => array.set(copies[k]!));
    expect(walk(101, 200)).toEqual(after);
  });
});

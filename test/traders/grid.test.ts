import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { layGrid } from '../../src/traders/grid.ts';
import { Makers } from '../../src/traders/makers.ts';

const PROFILE = { distances: [0.0005, 0.001, 0.0025, 0.01], bids: [0.02, 0.05, 0.3, 1.1], asks: [0.01, 0.08, 0.2, 0.9] };
const sum = (shares: Float64Array, side: number): number => shares.reduce((total, share, k) => (k % 2 === side ? total + share : total), 0);

describe('grid', () => {
  test('without a profile the density is flat: the shares add up to the width between half spread and reach over 1 %', () => {
    const { share, distance } = layGrid({ cells: 50, halfSpread: 0.0001, reach: 0.05 });
    expect(sum(share, 0)).toBeCloseTo(4.99, 12);
    expect(sum(share, 1)).toBeCloseTo(4.99, 12);
    expect(distance[0]).toBe(0.0001);
    expect([...distance].every((at, j) => j === 0 || at > (distance[j - 1] ?? 0))).toBe(true);
  });

  test('a profile adds up to its own shares on each side, and every row is an edge of a cell', () => {
    const { share, distance, slack } = layGrid({ cells: 40, halfSpread: 0.00002, reach: 0.01, profile: PROFILE });
    for (const [side, shares] of [PROFILE.bids, PROFILE.asks].entries()) {
      for (const [row, within] of PROFILE.distances.entries()) {
        const held = share.reduce((total, part, k) => (k % 2 === side && (distance[k >> 1] ?? 0) < within ? total + part : total), 0);
        expect(held).toBeCloseTo(shares[row] ?? 0, 12);
      }
    }
    for (const within of PROFILE.distances)
      expect([...distance].some((at, j) => Math.abs(at + (slack[j] ?? 0) - within) < 1e-12)).toBe(true);
  });

  test('cells are narrow near the centre and wide far from it', () => {
    const { slack } = layGrid({ cells: 40, halfSpread: 0.00002, reach: 0.01, profile: PROFILE });
    expect((slack.at(-1) ?? 0) / (slack[0] ?? 1)).toBeGreaterThan(4);
  });

  test('a profile with more rows than cells is refused', () => {
    expect(() => layGrid({ cells: 3, halfSpread: 0, reach: 0.01, profile: PROFILE })).toThrow(
      'profile: found 4 rows, want at most the 3 rungs of all makers',
    );
  });

  test('makers with a profile quote it: each side has its own depth within each distance', () => {
    const index = 1_000_000;
    const options = {
      name: 'makers',
      count: 4,
      depth: 200_000 * index,
      floor: 0,
      volatilityScale: Infinity,
      returnHalfLife: 600,
      withdrawal: null,
      halfSpread: 0.00002,
      reach: 0.01,
      rungs: 12,
      profile: PROFILE,
      leaning: null,
      inventoryCap: Infinity,
      layOffHalfLife: Infinity,
      lossLimit: Infinity,
      lossPause: Infinity,
      recovery: 20,
      permanent: 0,
      reaction: 1,
    } as const;
    const book = new OrderBook({ base: 0, levels: 2 ** 20, capacity: Makers.capacity([options]) + 16 });
    const ledger = new Ledger(2 + options.count, 1);
    ledger.open();
    const makers = new Makers([options], new Exchange(book, ledger), 2, 0, 1);
    makers.reset(index);
    makers.act(0, index);
    expect([book.bestBid, book.bestAsk]).toEqual([index - 20, index + 20]);
    for (const [row, within] of PROFILE.distances.entries()) {
      const bids = book.depth(0, Math.ceil(index * (1 - within)));
      const asks = book.depth(1, Math.floor(index * (1 + within)));
      expect(bids / (200_000 * (PROFILE.bids[row] ?? 0))).toBeCloseTo(1, 2);
      expect(asks / (200_000 * (PROFILE.asks[row] ?? 0))).toBeCloseTo(1, 2);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { replayStream } from '../../src/calibration/stream.ts';

const START = 1_700_000_000;
const at = (seconds: number, message: object): string => `${START + seconds}${'0'.repeat(9)} ${JSON.stringify(message)}`;
const rest = (over: object = {}): object => ({
  lastUpdateId: 100,
  bids: [
    ['99', '2'],
    ['98', '1'],
  ],
  asks: [
    ['101', '3'],
    ['102', '4'],
  ],
  ...over,
});
const update = (U: number, u: number, pu: number | null, b: readonly string[][], a: readonly string[][] = []): object => ({
  stream: 'x@depth',
  data: { e: 'depthUpdate', U, u, ...(pu === null ? {} : { pu }), b, a },
});
const trade = (p: string, q: string, m: boolean): object => ({ stream: 'x@trade', data: { e: 'trade', p, q, m } });

describe('stream', () => {
  test('updates before the snapshot wait, stale ones are skipped, the rest chain by pu', () => {
    const { replay, stale, dropped, gap } = replayStream(
      [
        at(0, update(80, 90, 79, [['99', '50']])),
        at(0, update(91, 105, 90, [['99', '7']])),
        at(1, rest()),
        at(2, trade('99', '1', true)),
        at(
          2,
          update(106, 110, 105, [
            ['98.5', '4'],
            ['98', '0'],
          ]),
        ),
        at(3, { stream: 'x@bookTicker', data: {} }),
      ],
      null,
    );
    expect({ stale, gap, dropped: dropped.count, updates: replay?.updates, trades: replay?.trades }).toEqual({
      stale: 1,
      gap: null,
      dropped: 0,
      updates: 2,
      trades: 1,
    });
    expect(replay?.mids.every((mid) => mid === 100)).toBe(true);
    expect(replay?.mids).toHaveLength(21);
    expect(replay?.taken.bids.reduce((sum, x) => sum + x, 0)).toBe(99);
    // Only the bins of ±0.6 % around the first mid are kept: none of these levels stands there.
    expect(replay?.snapshot.bids).toEqual({ prices: [99, 98], notionals: [198, 98] });
  });

  test('without pu, U follows the u before it', () => {
    const good = replayStream([at(0, rest()), at(1, update(101, 103, null, [])), at(2, update(104, 106, null, []))], null);
    expect([good.gap, good.replay?.updates]).toEqual([null, 2]);
    const bad = replayStream([at(0, rest()), at(1, update(101, 103, null, [])), at(2, update(105, 106, null, []))], null);
    expect(bad.gap).toEqual({ line: 3, message: 'found a gap in the updates: U 105, want 104', messages: 1 });
  });

  test('a gap is located, and what follows is counted and not used', () => {
    const { gap, replay } = replayStream(
      [
        at(0, rest()),
        at(1, update(99, 103, 98, [])),
        at(2, update(110, 120, 109, [['99', '0']])),
        at(3, trade('99', '1', true)),
        at(4, trade('99', '1', true)),
      ],
      null,
    );
    expect(gap).toEqual({ line: 3, message: 'found a gap in the updates: pu 109, want 103, the u before it', messages: 3 });
    expect(replay?.trades).toBe(0);
  });

  test('updates that do not reach back to the snapshot are a gap', () => {
    expect(replayStream([at(0, rest()), at(1, update(105, 106, 104, []))], null).gap?.message).toBe(
      "found a gap in the updates: U 105, want U at most 101, the snapshot's id + 1",
    );
  });

  test('lines and levels that cannot be read are left out, located and counted', () => {
    const { dropped, replay } = replayStream(
      [
        at(0, rest()),
        'nonsense',
        at(
          1,
          update(100, 101, 99, [
            ['NaN', '1'],
            ['97', '-1'],
            ['97', '2'],
          ]),
        ),
        at(2, trade('99', 'NaN', true)),
        at(3, { data: { e: 'depthUpdate' } }),
      ],
      null,
    );
    expect(dropped.count).toBe(5);
    expect(dropped.listed.map(({ line, message }) => `${line} ${message.split(',')[0]}`)).toEqual([
      '2 found "nonsense"',
      '3 bids: found price NaN with quantity 1',
      '3 bids: found price 97 with quantity -1',
      '4 trade: found price 99 with quantity NaN',
      expect.stringMatching(/^5 found /),
    ]);
    expect(replay?.updates).toBe(1);
  });

  test.each([
    ['no snapshot', [at(0, update(1, 2, 0, []))], 'found no snapshot with lastUpdateId, want one in the stream'],
    [
      'a crossed snapshot',
      [
        at(
          0,
          rest({
            bids: [
              ['103', '1'],
              ['98', '1'],
            ],
          }),
        ),
      ],
      'snapshot: found a crossed book: best bid 103 and best ask 101, want the bid below the ask',
    ],
    [
      'an unsorted snapshot',
      [
        at(
          0,
          rest({
            bids: [
              ['98', '1'],
              ['99', '1'],
            ],
          }),
        ),
      ],
      'snapshot: found bids out of order, want bids that fall from the best',
    ],
    ['an empty side', [at(0, rest({ asks: [] }))], 'snapshot: found a side with fewer than two levels, want at least two'],
  ] as const)('%s is a fault', (_, lines, message) => {
    const { replay, faults } = replayStream(lines, null);
    expect(replay).toBeNull();
    expect(faults.map((fault) => fault.message)).toEqual([message]);
  });
});

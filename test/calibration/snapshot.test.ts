import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../src/calibration/snapshot.ts';

const HEAD = 'side,level,price,qty';
const BOOK = ['bid,1,99,2', 'bid,2,98,1', 'ask,1,101,3', 'ask,2,102,4'];
/** A book with so many levels a side that one bad row is a small share. */
const long = (...more: string[]): string =>
  [
    HEAD,
    ...Array.from({ length: 30 }, (_, i) => `bid,${i},${100 - i},1`),
    ...Array.from({ length: 30 }, (_, i) => `ask,${i},${101 + i},1`),
    ...more,
  ].join('\n');

describe('snapshot', () => {
  test('sides, prices and notional, in the asset or in contracts', () => {
    const text = [HEAD, ...BOOK].join('\n');
    expect(readSnapshot(text, null).snapshot).toMatchObject({
      bids: { prices: [99, 98], notionals: [198, 98] },
      asks: { prices: [101, 102], notionals: [303, 408] },
    });
    expect(readSnapshot(text, 100).snapshot?.bids.notionals).toEqual([200, 100]);
  });

  test('quantities of zero, without a number and on no side are left out, located and counted', () => {
    const { snapshot, dropped, faults } = readSnapshot(long('ask,31,140,0', 'ask,32,141,NaN', 'mid,33,142,1'), null);
    expect(faults).toEqual([]);
    expect(snapshot?.asks.prices).toHaveLength(30);
    expect(dropped).toEqual({
      count: 3,
      rows: 63,
      listed: [
        { line: 62, message: 'qty: found 0, want a number > 0' },
        { line: 63, message: 'qty: found NaN, want a number > 0' },
        { line: 64, message: 'side: found mid, want bid or ask' },
      ],
    });
  });

  test('an empty or negative price is left out too', () => {
    expect(readSnapshot(long('ask,31,,1', 'ask,32,-4,1'), null).dropped.listed).toEqual([
      { line: 62, message: 'price: found nothing, want a number > 0' },
      { line: 63, message: 'price: found -4, want a number > 0' },
    ]);
  });

  test.each([
    [
      'crossed',
      [HEAD, 'bid,1,102,1', 'bid,2,98,1', 'ask,1,101,1', 'ask,2,103,1'],
      4,
      'found a crossed book: best bid 102 (line 2) and best ask 101, want the bid below the ask',
    ],
    ['bids that rise', [HEAD, 'bid,1,98,1', 'bid,2,99,1', ...BOOK.slice(2)], 3, 'found bid 99 after 98, want bids that fall from the best'],
    [
      'asks that fall',
      [HEAD, ...BOOK.slice(0, 2), 'ask,1,102,1', 'ask,2,101,1'],
      5,
      'found ask 101 after 102, want asks that rise from the best',
    ],
    ['a price twice', [HEAD, ...BOOK, 'ask,3,102,1'], 6, 'found ask 102 after 102, want asks that rise from the best'],
    ['one side', [HEAD, ...BOOK.slice(0, 2)], 1, 'found 0 usable levels of the asks, want at least two'],
    ['another header', ['a,b,price', '1,2,3'], 1, 'found a header without side, qty, want the columns side, price and qty'],
    ['too many bad rows', [HEAD, ...BOOK, 'ask,3,103,0'], 6, 'found 1 of 5 rows unusable, want at most 5 %'],
  ] as const)('%s is a located fault', (_, lines, line, message) => {
    const { snapshot, faults } = readSnapshot(lines.join('\n'), null);
    expect(snapshot).toBeNull();
    expect(faults).toContainEqual({ line, message });
  });
});

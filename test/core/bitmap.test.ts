import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitmap } from '../../src/core/bitmap.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';

/** The same questions, answered by looking at every number. */
function naiveHighest(members: ReadonlySet<number>, i: number): number {
  return Math.max(-1, ...[...members].filter((member) => member <= i));
}
function naiveLowest(members: ReadonlySet<number>, i: number): number {
  const above = [...members].filter((member) => member >= i);
  return above.length === 0 ? -1 : Math.min(...above);
}

/** Levels 1 and 2 say exactly which words below are not zero. */
function expectLevelsAgree(bitmap: Bitmap): void {
  for (const [lower, upper] of [
    [bitmap.words, bitmap.groups],
    [bitmap.groups, bitmap.tops],
  ] as const) {
    lower.forEach((word, at) => expect((upper[at >> 5] & (1 << at)) !== 0).toBe(word !== 0));
  }
}

describe('bitmap', () => {
  test.each([0, -1, 1.5, 2 ** 20 + 1, Number.NaN])('refuses %s bits, naming what is allowed', (size) => {
    expect(() => new Bitmap(size)).toThrow(/found a size of .* bits, want a whole number from 1 to 1048576/);
  });

  test('an empty set has no neighbours anywhere', () => {
    const bitmap = new Bitmap(4096);
    for (const i of [-5, -1, 0, 31, 32, 4095, 4096, 9999]) {
      expect(bitmap.has(i)).toBe(false);
      expect(bitmap.highestAtOrBelow(i)).toBe(-1);
      expect(bitmap.lowestAtOrAbove(i)).toBe(-1);
    }
  });

  // The edges of words, groups and tops are where shifts by 31 and 32 go wrong.
  const edges = [0, 1, 30, 31, 32, 33, 1022, 1023, 1024, 1025, 32_766, 32_767, 32_768, 32_769, 2 ** 19 - 1, 2 ** 19, 2 ** 20 - 1];
  test.each(edges)('a single member at %i is found from every edge', (member) => {
    const bitmap = new Bitmap(2 ** 20);
    bitmap.set(member);
    for (const i of [-1, ...edges, 2 ** 20]) {
      expect(bitmap.has(i)).toBe(i === member);
      expect(bitmap.highestAtOrBelow(i)).toBe(i >= member ? member : -1);
      expect(bitmap.lowestAtOrAbove(i)).toBe(i <= member ? member : -1);
    }
    bitmap.clear(member);
    for (const words of bitmap.state()) expect(words.every((word) => word === 0)).toBe(true);
  });

  test('a full set finds every number itself, a set of the edges finds the nearest edge', () => {
    const bitmap = new Bitmap(2 ** 11);
    for (let i = 0; i < 2 ** 11; i++) bitmap.set(i);
    for (let i = 0; i < 2 ** 11; i++) {
      expect(bitmap.highestAtOrBelow(i)).toBe(i);
      expect(bitmap.lowestAtOrAbove(i)).toBe(i);
    }
    expectLevelsAgree(bitmap);
  });

  test('sets, clears and searches answer as a plain set does', () => {
    const size = fc.constantFrom(1, 31, 32, 33, 1000, 1024, 2 ** 15, 2 ** 15 + 1, 2 ** 17, 2 ** 20);
    // Clustered and spread numbers both matter: neighbours inside one word and across empty tops.
    const place = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.4, max: 0.4001, noNaN: true }));
    const move = fc.record({ put: fc.boolean(), place });
    fc.assert(
      fc.property(size, fc.array(move, { maxLength: 60 }), fc.array(place, { maxLength: 20 }), (bits, moves, questions) => {
        const bitmap = new Bitmap(bits);
        const members = new Set<number>();
        for (const { put, place: at } of moves) {
          const i = Math.min(bits - 1, Math.floor(at * bits));
          if (put) {
            bitmap.set(i);
            members.add(i);
          } else {
            bitmap.clear(i);
            members.delete(i);
          }
        }
        for (const at of questions) {
          const i = Math.min(bits - 1, Math.floor(at * bits));
          expect(bitmap.has(i)).toBe(members.has(i));
          expect(bitmap.highestAtOrBelow(i)).toBe(naiveHighest(members, i));
          expect(bitmap.lowestAtOrAbove(i)).toBe(naiveLowest(members, i));
        }
      }),
      { numRuns: LONG ? 20_000 : 1000, seed: 1 },
    );
  });

  test('copying its arrays copies the set', () => {
    const bitmap = new Bitmap(2 ** 16);
    for (const i of [3, 77, 40_000, 65_535]) bitmap.set(i);
    const copy = new Bitmap(2 ** 16);
    copy.state().forEach((words, at) => words.set(bitmap.state()[at]));
    for (const i of [0, 4, 78, 40_001]) expect(copy.lowestAtOrAbove(i)).toBe(bitmap.lowestAtOrAbove(i));
  });
});

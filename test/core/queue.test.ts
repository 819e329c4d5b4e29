import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AccountQueue, ReadyLine } from '../../src/core/queue.ts';

describe('account queue', () => {
  test('gives the smallest priority first, ties by account key, whatever the order of joining', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3 }), fc.nat(1000)), { maxLength: 60 }),
        (entries) => {
          const keyHi = Uint32Array.from(entries, (e) => e[1]);
          const keyLo = Uint32Array.from(entries, (e) => e[2]);
          const queue = new AccountQueue(entries.length);
          queue.reset(keyHi, keyLo);
          entries.forEach((e, i) => queue.push(i, e[0]));
          const got: number[] = [];
          while (queue.length > 0) got.push(queue.pop());
          const want = entries.map((_, i) => i);
          want.sort((a, b) => entries[a][0] - entries[b][0] || keyHi[a] - keyHi[b] || keyLo[a] - keyLo[b] || a - b);
          expect(got).toEqual(want);
        },
      ),
    );
  });

  test('rekey orders everybody by the new priorities', () => {
    const queue = new AccountQueue(6);
    queue.reset(new Uint32Array(6), new Uint32Array(6));
    for (let i = 0; i < 6; i++) queue.push(i, i);
    queue.rekey((account) => -account);
    const got: number[] = [];
    while (queue.length > 0) got.push(queue.pop());
    expect(got).toEqual([5, 4, 3, 2, 1, 0]);
  });
});

describe('ready line', () => {
  test('first in, first out, with the time of the next', () => {
    const line = new ReadyLine(2);
    expect(line.nextTime).toBe(Infinity);
    line.add(7, 1.5);
    line.add(3, 2);
    expect(line.nextTime).toBe(1.5);
    expect(line.take()).toBe(7);
    line.add(9, 4);
    expect(line.take()).toBe(3);
    expect(line.take()).toBe(9);
    expect(line.length).toBe(0);
  });

  test('refuses more than it has room for', () => {
    const line = new ReadyLine(1);
    line.add(0, 0);
    expect(() => line.add(0, 1)).toThrow(/full/);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fenwick } from '../../src/core/fenwick.ts';

test('sums and ranks are those of a plain array of counts, whatever is added and taken', () => {
  const change = fc.record({ cell: fc.nat(36), amount: fc.integer({ min: 1, max: 5 }), take: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 37 }), fc.array(change, { maxLength: 60 }), (size, changes) => {
      const tree = new Fenwick(size);
      const counts = Array.from({ length: size }, () => 0);
      for (const { cell, amount, take } of changes) {
        const at = cell % size;
        const signed = take ? -Math.min(amount, counts[at]!) : amount;
        tree.add(at, signed);
        counts[at]! += signed;
      }
      const members = counts.flatMap((count, cell) => Array.from({ length: count }, () => cell));
      expect(tree.total).toBe(members.length);
      members.forEach((cell, rank) => expect(tree.find(rank)).toBe(cell));
      expect(tree.find(members.length)).toBe(size);
      for (let cell = 0; cell <= size; cell++) expect(tree.before(cell)).toBe(members.filter((member) => member < cell).length);
      tree.clear();
      expect([tree.total, tree.find(0)]).toEqual([0, size]);
    }),
  );
});

test.each([0, -1, 1.5, 2 ** 30 + 1])('refuses a size of %d', (size) => {
  expect(() => new Fenwick(size)).toThrow(`found a size of ${size} cells, want a whole number from 1 to 1073741824`);
});

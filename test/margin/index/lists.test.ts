import { describe, expect, test } from 'vitest';
import { Lists } from '../../../src/margin/index/lists.ts';
import { Draws } from './lockstep.ts';

const OUT = 0;

/** Live ids of a list, in order of number; empties it. */
function drain(lists: Lists, list: number, group: Uint16Array): number[] {
  const batch = new Int32Array(64);
  const live = new Set<number>();
  while (!lists.isEmpty(list)) {
    const count = lists.take(list, batch, 0);
    for (let i = 0; i < count; i++) if (group[batch[i]!] === list) live.add(batch[i]!);
  }
  return [...live].sort((a, b) => a - b);
}

describe('Lists', () => {
  test('hold what was appended through moves, drops, renames and sweeps', () => {
    let sweeps = 0;
    for (let world = 0; world < 30; world++) {
      const draw = new Draws('lists', world);
      const accounts = draw.pick([1, 100, 700]);
      const group = new Uint16Array(accounts);
      const lists = new Lists(8, accounts);
      for (let step = 0; step < 6000; step++) {
        const account = draw.whole(0, accounts - 1);
        const kind = draw.real();
        if (kind < 0.97) {
          if (lists.crowded) {
            sweeps++;
            lists.sweep(group, OUT);
            expect(lists.crowded).toBe(false);
          }
          group[account] = draw.whole(1, 5);
          lists.append(group[account]!, account);
        } else if (kind < 0.99) {
          group[account] = OUT;
        } else if (draw.chance(0.5)) {
          const dropped = draw.whole(1, 5);
          group.forEach((list, i) => (group[i] = list === dropped ? OUT : list));
          lists.drop(dropped);
        } else if (lists.isEmpty(6)) {
          lists.rename(1, 6);
          group.forEach((list, i) => (group[i] = list === 1 ? 6 : list));
        }
      }
      const numbers = Array.from({ length: accounts }, (_, i) => i);
      for (let list = 1; list <= 6; list++) {
        expect(drain(lists, list, group)).toEqual(numbers.filter((i) => group[i] === list));
      }
    }
    expect(sweeps).toBeGreaterThan(100);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '../../src/core/agenda.ts';

const ENTRIES = 40;
// Few different keys, so that ties are met.
const keyHi = Uint32Array.from({ length: ENTRIES }, (_, i) => i % 3);
const keyLo = Uint32Array.from({ length: ENTRIES }, (_, i) => (7 * i) % 5);

/** Adds and looks of an agenda, as times from now: from parts of a second to days, some never. */
const acts = fc.array(
  fc.oneof(
    fc.record({
      entry: fc.nat(ENTRIES - 1),
      after: fc.oneof(fc.nat(5), fc.double({ min: 0, max: 3, noNaN: true }), fc.nat(20_000), fc.constant(Infinity)),
    }),
    fc.record({ pass: fc.oneof(fc.constantFrom(0, 0.1, 1, 3), fc.nat(5_000), fc.nat(200_000)) }),
    fc.constant({ peek: true }),
  ),
  { maxLength: 300 },
);

/** Who comes first of a plain list. */
function first(list: readonly (readonly [number, number])[]): readonly [number, number] | undefined {
  return list.toSorted(([a, s], [b, t]) => (s === t ? keyHi[a] - keyHi[b] || keyLo[a] - keyLo[b] || a - b : s - t))[0];
}

test('gives everybody whose time has come by time, ties by key, and says when the next is due, like a list that is sorted at every look', () => {
  fc.assert(
    fc.property(acts, (all) => {
      const agenda = new Agenda(keyHi, keyLo);
      let list: (readonly [number, number])[] = [];
      let now = 0;
      for (const act of all) {
        if ('entry' in act) {
          agenda.add(act.entry, now + act.after);
          if (!list.some(([entry]) => entry === act.entry)) list.push([act.entry, now + act.after]);
        } else if ('pass' in act) {
          now += act.pass;
          for (;;) {
            const want = first(list.filter(([, time]) => time <= now));
            expect(agenda.next(now)).toBe(want?.[0] ?? -1);
            if (want === undefined) break;
            list = list.filter((one) => one !== want);
          }
        } else expect(agenda.nextTime).toBe(first(list)?.[1] ?? Infinity);
        for (let entry = 0; entry < ENTRIES; entry += 7) expect(agenda.has(entry)).toBe(list.some(([one]) => one === entry));
      }
    }),
    { numRuns: 300 },
  );
});

test('what its state holds is all there is: a copy of it goes on alike', () => {
  fc.assert(
    fc.property(acts, fc.nat(300), (all, cut) => {
      const agenda = new Agenda(keyHi, keyLo);
      const twin = new Agenda(keyHi, keyLo);
      let now = 0;
      for (const [i, act] of all.entries()) {
        if (i === cut) agenda.state().forEach((array, k) => twin.state()[k].set(array));
        const pair = i < cut ? [agenda] : [agenda, twin];
        if ('entry' in act) for (const one of pair) one.add(act.entry, now + act.after);
        if ('pass' in act) now += act.pass;
        const took = pair.map((one) => [one.next(now), one.next(now), one.nextTime]);
        if (i >= cut) expect(took[1]).toEqual(took[0]);
      }
    }),
  );
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cappedHaircuts, cappedShare, haircutCap, proRataHaircuts, queueHaircuts } from '../../src/liquidation/haircut.ts';

const TARGETS = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
  id: string;
  parameters: any;
  expected: any;
}[];

function target(id: string): { parameters: any; expected: any } {
  const found = TARGETS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no target ${id}`);
  return found;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const winners = fc
  .array(fc.integer({ min: 0, max: 2 ** 49 }), { minLength: 1, maxLength: 8 })
  .chain((capacities) => fc.tuple(fc.constant(capacities), fc.integer({ min: 0, max: sum(capacities) })));

describe('ADL-BUDGET', () => {
  test.each([
    ['queue', queueHaircuts],
    ['pro rata', proRataHaircuts],
  ] as const)('%s takes exactly the budget, from nobody more than there is', (_, rule) =>
    fc.assert(
      fc.property(winners, ([capacities, budget]) => {
        const haircuts = rule(budget, capacities);
        expect(sum(haircuts)).toBe(budget);
        for (const [i, haircut] of haircuts.entries())
          expect(Number.isInteger(haircut) && haircut >= 0 && haircut <= capacities[i]).toBe(true);
      }),
    ),
  );

  test.each([queueHaircuts, proRataHaircuts])('%o refuses what winners do not have', (rule) => {
    expect(() => rule(11, [5, 5])).toThrow('found a budget of 11, want 0 to the 10');
    expect(() => rule(-1, [5, 5])).toThrow('found a budget of -1');
    expect(rule(0, [0])).toEqual([0]);
  });
});

test('pro rata gives the missing quanta to the largest remainders, of equal ones to the first', () => {
  expect(proRataHaircuts(5, [3, 3, 3])).toEqual([2, 2, 1]);
  expect(proRataHaircuts(10, [1, 10, 100])).toEqual([0, 1, 9]);
  expect(proRataHaircuts(2 ** 52 + 1, [2 ** 52, 2 ** 51, 2 ** 51])).toEqual([2 ** 51 + 1, 2 ** 50, 2 ** 50]);
});

test('pro rata is each one’s share but for less than a quantum, and larger winners give no less', () =>
  fc.assert(
    fc.property(winners, ([capacities, budget]) => {
      const haircuts = proRataHaircuts(budget, capacities);
      const total = BigInt(sum(capacities));
      for (const [i, haircut] of haircuts.entries()) {
        const apart = BigInt(haircut) * total - BigInt(budget) * BigInt(capacities[i]);
        expect(apart < total || total === 0n).toBe(true);
        expect(-apart < total || total === 0n).toBe(true);
        for (const [k, other] of haircuts.entries()) if (capacities[k] > capacities[i]) expect(other).toBeGreaterThanOrEqual(haircut);
      }
    }),
  ));

test('ADL-QUEUE-GAP: the queue takes more from the top winner than pro rata does', () => {
  const { parameters, expected } = target('ADL-QUEUE-GAP');
  const quanta = 1e9;
  const capacities = parameters.winners.map((winner: number) => winner * quanta);
  const budget = parameters.D * parameters.theta * quanta;
  const left = [queueHaircuts, proRataHaircuts].map((rule) => (capacities[0] - rule(budget, capacities)[0]) / quanta);
  expect(left[0]).toBe(expected.queue_top);
  expect(left[1]).toBeCloseTo(expected.prorata_top, 8);
  expect(left[1] - left[0]).toBeCloseTo(expected.gap, 8);
  expect((left[1] - left[0]) / parameters.D).toBeCloseTo(expected.dPTSR, 8);
});

describe('ADL-CAPPED', () => {
  test('the common share', () => {
    const { parameters, expected } = target('ADL-CAPPED');
    const { e, budget, hbar, emin } = parameters;
    const caps = e.map((equity: number) => haircutCap(equity, hbar, emin));
    const eta = cappedShare(budget, e, caps);
    expect(eta).toBeCloseTo(expected.eta, 12);
    for (const [i, cap] of caps.entries()) expect(Math.min(eta, cap)).toBeCloseTo(expected.h[i], 12);
  });

  const capped = fc
    .array(fc.tuple(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 8,
    })
    .chain((list) => fc.tuple(fc.constant(list), fc.double({ min: 0, max: 1, noNaN: true })));

  test('meets the budget, whatever the scale and however an uncapped account is split', () =>
    fc.assert(
      fc.property(capped, ([list, part]) => {
        const equities = list.map(([equity]) => equity);
        const caps = list.map(([, cap]) => cap);
        const budget = part * sum(list.map(([equity, cap]) => equity * cap)) * (1 - 1e-12);
        const eta = cappedShare(budget, equities, caps);
        const taken = sum(list.map(([equity, cap]) => Math.min(eta, cap) * equity));
        expect(Math.abs(taken - budget) / (budget + 1)).toBeLessThan(1e-9);
        const scaled = cappedShare(
          budget * 7,
          equities.map((equity) => equity * 7),
          caps,
        );
        expect(scaled).toBeCloseTo(eta, 9);
        const [first, ...rest] = equities;
        if (first === undefined) throw new Error('want a winner');
        const split = cappedShare(budget, [first / 3, (2 * first) / 3, ...rest], [caps[0], ...caps]);
        expect(split).toBeCloseTo(eta, 9);
      }),
    ));

  test('nobody falls below what is kept', () => {
    expect([haircutCap(25, 0.3, 22), haircutCap(22, 0.3, 22), haircutCap(5, 0.3, 22), haircutCap(0, 0.3, 0)]).toEqual([0.12, 0, 0, 0]);
    expect(() => cappedShare(31, [100], [0.3])).toThrow('found a budget of 31, want 0 to the 30');
    expect([cappedShare(30, [100], [0.3]), cappedShare(0, [100], [0.3]), cappedShare(0, [], [])]).toEqual([0.3, 0, 0]);
  });

  const wholeCapped = fc
    .array(
      fc.integer({ min: 0, max: 2 ** 49 }).chain((equity) => fc.tuple(fc.constant(equity), fc.integer({ min: 0, max: equity }))),
      { minLength: 1, maxLength: 8 },
    )
    .chain((list) => fc.tuple(fc.constant(list), fc.integer({ min: 0, max: sum(list.map(([, capacity]) => capacity)) })));

  test('in whole quanta: no less than the budget, at most a quantum a winner beyond it, from nobody more than the capacity', () =>
    fc.assert(
      fc.property(wholeCapped, ([list, budget]) => {
        const haircuts = cappedHaircuts(
          budget,
          list.map(([equity]) => equity),
          list.map(([, capacity]) => capacity),
        );
        const over = sum(haircuts) - budget;
        expect(over).toBeGreaterThanOrEqual(0);
        // Beyond 2^52 the common share itself has no quantum.
        if (budget < 2 ** 48) expect(over).toBeLessThanOrEqual(list.length);
        for (const [i, haircut] of haircuts.entries())
          expect(Number.isInteger(haircut) && haircut >= 0 && haircut <= list[i][1]).toBe(true);
      }),
      { numRuns: 2000 },
    ));

  test('in whole quanta by hand', () => {
    expect(cappedHaircuts(100, [300, 300, 300], [300, 300, 10])).toEqual([45, 45, 10]);
    expect(cappedHaircuts(100, [200, 100], [200, 100])).toEqual([67, 34]);
    expect(cappedHaircuts(310, [300, 300, 0], [300, 10, 0])).toEqual([300, 10, 0]);
    expect(() => cappedHaircuts(311, [300, 300], [300, 10])).toThrow('found a budget of 311, want 0 to the 310');
  });
});

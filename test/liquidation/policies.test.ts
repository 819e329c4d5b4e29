import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../src/liquidation/options.ts';
import { keptByStepDown, lotsToSend, nextLots, pauseAfter, shareToSend } from '../../src/liquidation/policies.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';

const partial = { kind: 'partial', above: 100_000, fraction: 0.2, cooldown: 30 } as const;

test('a share goes first above the size, and whole after that', () => {
  expect(shareToSend({ kind: 'full' }, 1e9, true)).toBe(1);
  expect([shareToSend(partial, 100_000, true), shareToSend(partial, 100_001, true), shareToSend(partial, 1e9, false)]).toEqual([1, 0.2, 1]);
});

test('lots are the share, rounded up, never more than there are', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), fc.boolean(), (size, notional, first) => {
      const lots = lotsToSend(partial, size, notional, first);
      const share = shareToSend(partial, notional, first) * size;
      expect(Number.isInteger(lots) && lots <= size && lots >= share && lots < share + 1).toBe(true);
    }),
  ));

test('a step down the tiers keeps what two tiers below hold', () => {
  const largest = [2000, 5000, 20_000, 50_000];
  expect([1, 2, 3, 4].map((tier) => keptByStepDown(15_000, tier, largest))).toEqual([0, 0, 2000, 5000]);
  expect(keptByStepDown(1500, 3, largest)).toBe(1500);
});

const ladder = tiersFromRates([
  { floor: 0, rate: 0.01 },
  { floor: 200_000, rate: 0.02 },
  { floor: 500_000, rate: 0.03 },
  { floor: 2_000_000, rate: 0.04 },
]);
const position = (size: number, perLot: number) => ({
  size,
  notional: size * perLot,
  first: true,
  ladder,
  ladderScale: 1,
  shareToRestore: (target: number) => target / 8,
  lotsToTake: () => 3,
});

test('a step down the maintenance ladder: two tiers at a time, whole below the third', () => {
  const sent = (size: number): number => nextLots({ kind: 'step-down', pause: 0 }, position(size, 100));
  expect([1500, 2000, 2001, 5000, 5001, 20_000, 20_001].map(sent)).toEqual([1500, 2000, 2001, 5000, 3001, 18_000, 15_001]);
});

test('a restoring order is its share rounded up, a clip what its notional buys rounded down, each at least a lot', () => {
  expect(nextLots({ kind: 'restore', target: 1.5, pause: 0 }, position(100, 7))).toBe(19);
  expect([50, 99, 100, 350, 1e6].map((notional) => nextLots({ kind: 'clips', notional, pause: 0 }, position(20, 100)))).toEqual([
    1, 1, 1, 3, 20,
  ]);
});

test('every order is of one lot at least and of the position at most, whatever the policy', () => {
  const policies: readonly Policy[] = [
    { kind: 'full' },
    partial,
    { kind: 'restore', target: 1.2, pause: 0 },
    { kind: 'step-down', pause: 0 },
    { kind: 'clips', notional: 12_345, pause: 0 },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...policies),
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 1e5 }),
      (policy, size, perLot) => {
        const lots = nextLots(policy, position(size, perLot));
        expect(Number.isInteger(lots) && lots >= 1 && lots <= size).toBe(true);
      },
    ),
  );
});

test('the pause is the policy’s, and none after an order that was all of it', () => {
  expect(pauseAfter({ kind: 'full' }, 5, 5)).toBe(-1);
  expect([pauseAfter(partial, 1, 5), pauseAfter(partial, 5, 5)]).toEqual([30, -1]);
  expect([pauseAfter({ kind: 'clips', notional: 1, pause: 2 }, 1, 5), pauseAfter({ kind: 'step-down', pause: 0 }, 1, 5)]).toEqual([2, -1]);
});

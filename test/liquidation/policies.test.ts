import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptByStepDown, lotsToSend, shareToSend } from '../../src/liquidation/policies.ts';

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

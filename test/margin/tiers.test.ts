import { expect, test } from 'vitest';
import fc from 'fast-check';
import { flatTiers, marginalRate, requirement, tierOf, tiersFromRates } from '../../src/margin/tiers.ts';
import { marginCoverageRatio } from '../../src/margin/coverage.ts';

test('a published ladder: Hyperliquid BTC maintenance 1.25 % to $150M, 2.5 % above, deduction 1.875M', () => {
  const tiers = tiersFromRates([
    { floor: 0, rate: 0.0125 },
    { floor: 150e6, rate: 0.025 },
  ]);
  expect([...tiers.deduction]).toEqual([0, 1_875_000]);
  expect(requirement(tiers, 100e6)).toBe(1_250_000);
  expect(requirement(tiers, 150e6)).toBe(1_875_000);
  expect(requirement(tiers, 200e6)).toBe(3_125_000);
  expect(marginalRate(tiers, 149e6)).toBe(0.0125);
  expect(marginalRate(tiers, 150e6)).toBe(0.025);
});

test('a floor belongs to its own tier, and many tiers are found as a walk would find them', () => {
  const steps = Array.from({ length: 40 }, (_, k) => ({ floor: k * k * 1000, rate: 0.004 + k * 0.002 }));
  const tiers = tiersFromRates(steps);
  for (let notional = 0; notional < 1_700_000; notional += 137) {
    let walk = 0;
    while (walk + 1 < steps.length && notional >= steps[walk + 1].floor) walk++;
    expect(tierOf(tiers, notional)).toBe(walk);
  }
  for (let k = 0; k < 40; k++) expect(tierOf(tiers, steps[k].floor)).toBe(k);
});

test('the requirement is the integral of the marginal rate, continuous at every floor', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ width: fc.integer({ min: 1, max: 1e9 }), rate: fc.double({ min: 0, max: 1, noNaN: true }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 0, max: 1e10 }),
      (parts, notional) => {
        let floor = 0;
        const steps = parts.map(({ width, rate }) => {
          const step = { floor, rate };
          floor += width;
          return step;
        });
        let integral = 0;
        for (let k = 0; k < steps.length; k++) {
          const end = k + 1 < steps.length ? steps[k + 1].floor : Infinity;
          integral += Math.max(0, Math.min(notional, end) - steps[k].floor) * steps[k].rate;
        }
        expect(Math.abs(requirement(tiersFromRates(steps), notional) - integral)).toBeLessThanOrEqual(1e-13 * Math.max(1e10, notional));
      },
    ),
  );
});

test('bad ladders are refused with the tier and what is allowed', () => {
  expect(() => tiersFromRates([])).toThrow('margin tiers: found none, want at least one');
  expect(() => tiersFromRates([{ floor: 5, rate: 0.1 }])).toThrow('margin tier 0: found floor 5, want 0');
  expect(() =>
    tiersFromRates([
      { floor: 0, rate: 0.1 },
      { floor: 0, rate: 0.2 },
    ]),
  ).toThrow('margin tier 1: found floor 0, want more than 0');
  expect(() =>
    tiersFromRates([
      { floor: 0, rate: 0.1 },
      { floor: NaN, rate: 0.2 },
    ]),
  ).toThrow('margin tier 1: found floor NaN');
  expect(() => flatTiers(-0.1)).toThrow('margin tier 0: found rate -0.1, want 0 to 1');
  expect(() => flatTiers(NaN)).toThrow('found rate NaN');
});

test('coverage: equity over maintenance, infinite when nothing is demanded', () => {
  expect(marginCoverageRatio(150, 100)).toBe(1.5);
  expect(marginCoverageRatio(-50, 100)).toBe(-0.5);
  expect(marginCoverageRatio(0, 0)).toBe(Infinity);
  expect(marginCoverageRatio(-1, 0)).toBe(Infinity);
});

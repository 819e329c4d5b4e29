import { describe, expect, test } from 'vitest';
import { checkGrid, evenMoves, skewMultiplier, skewWidth, STILL, volatilityShock } from '../../src/margin/grid.ts';
import type { GridRules, SkewRules } from '../../src/margin/grid.ts';

const DAY = 86_400;
const shocks = { up: 0.5, down: 0.25, shortPower: 0.3, longPower: 0.13, floor: DAY, leastUp: 0 };

describe('volatility shocks', () => {
  test('have their stated size at 30 days, more before, less beyond, and stop growing at the floor', () => {
    expect(volatilityShock(0.5, 30 * DAY, shocks)).toBe(0.5);
    expect(volatilityShock(0.5, 7 * DAY, shocks)).toBeCloseTo(0.5 * Math.pow(30 / 7, 0.3), 14);
    expect(volatilityShock(0.5, 180 * DAY, shocks)).toBeCloseTo(0.5 * Math.pow(30 / 180, 0.13), 14);
    expect(volatilityShock(0.5, 60, shocks)).toBe(volatilityShock(0.5, DAY, shocks));
    expect(volatilityShock(0.5, 0, shocks)).toBe(volatilityShock(0.5, DAY, shocks));
  });
});

describe('the turn of the skew', () => {
  test('is linear in log-moneyness and capped on both sides', () => {
    expect(skewMultiplier(0, 0.15, 0.3)).toBe(1);
    expect(skewMultiplier(0.15, 0.15, 0.3)).toBeCloseTo(1.075, 15);
    expect(skewMultiplier(0.3, 0.15, 0.3)).toBe(1.15);
    expect(skewMultiplier(5, 0.15, 0.3)).toBe(1.15);
    expect(skewMultiplier(-0.15, 0.15, 0.3)).toBeCloseTo(0.925, 15);
    expect(skewMultiplier(-5, 0.15, 0.3)).toBe(0.85);
    expect(skewMultiplier(-5, 9.5, 0.3)).toBe(0);
  });

  test('reaches its cap at a width that grows with time and has a least', () => {
    const rules: SkewRules = {
      linear: { base: 0.15, slope: -0.05 },
      absolute: { base: 0.15, slope: -0.05 },
      leastWidth: 0.01,
      widthScale: 4,
      level: 0.6,
      levelSlope: -0.1,
    };
    expect(skewWidth(rules, 0.5)).toBeCloseTo(0.5 * 4 * 0.55, 15);
    expect(skewWidth(rules, 0.001)).toBe(0.01);
  });
});

test('even moves hold both ends and the middle', () => {
  const moves = evenMoves(-0.08, 0.06, 5);
  expect(moves).toHaveLength(11);
  expect([moves[0], moves[5], moves[10]]).toEqual([-0.08, 0, 0.06]);
  expect(moves[1]).toBeCloseTo(-0.064, 15);
});

describe('a grid is refused', () => {
  const still = { move: 0, volatility: 'none', damping: 1 } as const;
  const grid: GridRules = { scenarios: [still], volatility: STILL, skew: null, basis: null, discounting: false };
  test.each([
    [
      'without the scenario in which the price stays',
      { scenarios: [{ ...still, move: -0.1 }] },
      'found no scenario in which the price stays',
    ],
    ['empty', { scenarios: [] }, 'found no scenario in which the price stays'],
    ['with a move that is no number', { scenarios: [still, { ...still, move: NaN }] }, 'scenario 1: found move NaN, want a number'],
    ['with a negative damping', { scenarios: [{ ...still, damping: -1 }] }, 'scenario 0: found damping -1, want a number ≥ 0'],
    ['with a turn of the skew and no rules for it', { scenarios: [still, { ...still, volatility: 'linear' }] }, 'no rules for the skew'],
    ['with a volatility shock below 0', { volatility: { ...STILL, up: -1 } }, 'volatility shock: found up -1, want a number ≥ 0'],
    ['with a basis that moves one way', { basis: { up: -0.1, down: -0.1 } }, 'basis: found moves -0.1 and -0.1'],
  ] as const)('%s', (_, change, message) => {
    expect(() => checkGrid(grid)).not.toThrow();
    expect(() => checkGrid({ ...grid, ...change } as GridRules)).toThrow(message);
  });
});

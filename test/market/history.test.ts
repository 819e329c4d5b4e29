import { expect, test } from 'vitest';
import { spacedCloses } from '../../src/market/history.ts';

test('hourly closes from points back in time, log-linear between them', () => {
  const { ages, prices } = spacedCloses([0, 7200, 9000], [100, 400, 800], 3600);
  expect(ages).toEqual([0, 3600, 7200]);
  expect(prices[0]).toBe(100);
  expect(prices[1]).toBeCloseTo(200, 10);
  expect(prices[2]).toBe(400);
});

test('begins at the newest point, ends where the points do', () => {
  expect(spacedCloses([600], [50], 3600)).toEqual({ ages: [600], prices: [50] });
  const { ages } = spacedCloses([60, 86_400 + 60], [50, 60], 3600);
  expect(ages.length).toBe(25);
  expect(ages.at(-1)).toBe(86_460);
});

test('points that cannot be are refused with their place', () => {
  expect(() => spacedCloses([], [], 60)).toThrow('history: found 0 ages and 0 prices');
  expect(() => spacedCloses([0, 1], [1], 60)).toThrow('found 2 ages and 1 prices');
  expect(() => spacedCloses([-1], [1], 60)).toThrow('history point 0: found an age of -1 s, want at least 0');
  expect(() => spacedCloses([0, 0], [1, 1], 60)).toThrow('history point 1: found an age of 0 s, want more than 0');
  expect(() => spacedCloses([0, 9], [1, NaN], 60)).toThrow('history point 1: found a price of NaN');
  expect(() => spacedCloses([0], [1], 0)).toThrow('found a spacing of 0 s');
});

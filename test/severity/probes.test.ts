import { expect, test } from 'vitest';
import { measureProbe, probeUnit } from '../../src/severity/probes.ts';
import type { Probe, ProbeSeries } from '../../src/severity/probes.ts';

const SERIES: Partial<Record<ProbeSeries, number[]>> = {
  forced: [0, 0, 10, 30, 0, 60],
  adl: [0, 0, 0, 0, 5, 0],
  liquidations: [0, 0, 1, 2, 0, 4],
  index: [0, -0.01, -0.04, -0.03, -0.05, -0.02],
  depth: [NaN, 8, 6, NaN, 2, 4],
};
const measured = (probe: Partial<Probe>, step = 1): number =>
  measureProbe(
    { name: 'p', of: 'forced', take: 'sum', from: 0, until: null, ...probe },
    (name) => Float64Array.from(SERIES[name] ?? []),
    step,
  );

test.each<[string, Partial<Probe>, number]>([
  ['the sum of the whole run', {}, 100],
  ['of a window, both ends of which belong to it', { from: 2, until: 3 }, 40],
  ['the share of the run that falls into a window', { take: 'share', from: 2, until: 3 }, 0.4],
  ['the largest and the smallest', { of: 'index', take: 'min' }, -0.05],
  ['a mean over what is a number', { of: 'depth', take: 'mean' }, 5],
  ['the first and the last number', { of: 'depth', take: 'first' }, 8],
  ['from the first liquidation on', { from: 'first-liquidation', take: 'first' }, 10],
  ['the level of the index at the first ADL', { of: 'index', take: 'first', from: 'first-adl' }, -0.05],
  ['the time of the first ADL', { of: 'adl', take: 'time' }, 4],
  ['up to the first ADL', { until: 'first-adl' }, 40],
  ['the largest rise of a step', { take: 'rise' }, 60],
  ['the largest rise over three seconds', { take: 'rise', over: 3, until: 4 }, 30],
  ['a rise over what is a number', { of: 'depth', take: 'rise' }, 2],
])('%s', (_, probe, want) => expect(measured(probe)).toBeCloseTo(want, 15));

test('moments in seconds are steps of the run', () => {
  expect(measured({ from: 1, until: 1.5 }, 0.5)).toBe(40);
  expect(measured({ of: 'adl', take: 'time' }, 0.5)).toBe(2);
  expect(measured({ from: 0.3, until: 0.3, of: 'index', take: 'first' }, 0.1)).toBe(-0.03);
});

test.each<[string, Partial<Probe>]>([
  ['a window that begins with what never happens', { of: 'forced', from: 'first-adl' }],
  ['the time of what never happens', { of: 'adl', take: 'time' }],
  ['a rise over more than the window', { take: 'rise', over: 3, until: 2 }],
])('undefined: %s', (_, probe) => {
  const never = { ...SERIES, adl: [0, 0, 0, 0, 0, 0] };
  const value = measureProbe(
    { name: 'p', of: 'forced', take: 'sum', from: 0, until: null, ...probe },
    (name) => Float64Array.from(never[name] ?? []),
    1,
  );
  expect(value).toBeNaN();
});

test('undefined: a window beyond the end, and a share of nothing', () => {
  expect(measured({ from: 9, take: 'mean' })).toBeNaN();
  expect(measured({ of: 'adl', take: 'share' })).toBe(1);
  expect(measureProbe({ name: 'p', of: 'adl', take: 'share', from: 0, until: null }, () => new Float64Array(4), 1)).toBeNaN();
});

test('each has the unit of what it takes', () => {
  const units = (['price', 'depth', 'liquidations'] as const).map((of) => probeUnit({ of, take: 'max' }));
  expect(units).toEqual(['fraction', 'quote', 'count']);
  expect([probeUnit({ of: 'adl', take: 'time' }), probeUnit({ of: 'forced', take: 'share' })]).toEqual(['seconds', 'fraction']);
});

import { expect } from 'vitest';
import { derive, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import type { DriverOptions } from '../../src/market/drivers.ts';

export const LONG_RUN = process.env['MARGINFALL_LONG'] === '1';
export const SEED = root('test', 'driver');

/** Fewer draws in the default suite, the full count in the long one. */
export const draws = (quick: number, full: number): number => (LONG_RUN ? full : quick);

export function path(options: DriverOptions, replicate: number, step: number, steps: number): Float64Array {
  const out = new Float64Array(steps + 1);
  fillDriver(options, derive(SEED, replicate), step, steps, out);
  return out;
}

/** Mean of independent draws, and the standard error of it. */
export function meanOf(sample: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
  const variance = sample.reduce((a, b) => a + (b - mean) ** 2, 0) / (sample.length - 1);
  return { mean, error: Math.sqrt(variance / sample.length) };
}

/** The mean of independent draws is what it should be, within four of its own standard errors. */
export function expectMean(sample: readonly number[], expected: number): void {
  const { mean, error } = meanOf(sample);
  expect(Math.abs(mean - expected), `mean ${mean} ± ${error}, want ${expected}`).toBeLessThanOrEqual(
    4 * error + 1e-12 * Math.abs(expected),
  );
}

/** Mean and variance of a law are these: the variance as a mean of squares around the known mean. */
export function expectLaw(sample: readonly number[], mean: number, variance: number): void {
  expectMean(sample, mean);
  expectMean(
    sample.map((value) => (value - mean) ** 2),
    variance,
  );
}

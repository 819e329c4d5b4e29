import { describe, expect, test } from 'vitest';
import type { Layout, NumberedRun } from '../../src/results/columns.ts';
import { summarise, summaryCsv } from '../../src/results/summary.ts';

const layout = (replications: number, uncertain: readonly string[] = []): Layout => ({
  seed: 's',
  vary: ['margin.threshold', 'liquidation.backstop'],
  points: [
    [0.5, 'venue'],
    [1, { level: '0.5x' }],
  ],
  uncertain,
  draws: Array.from({ length: replications }, () => uncertain.map(() => 1)),
  metrics: ['drawdown'],
});

/** Point 0 holds `base`, point 1 `other`, one value a replicate. */
function runs(base: readonly number[], other: readonly number[]): NumberedRun[] {
  const of = (values: readonly number[], point: number): NumberedRun[] =>
    values.map((value, replicate) => ({ point, replicate, hash: '', metrics: Float64Array.of(value) }));
  return [...of(base, 0), ...of(other, 1)];
}

describe('summary', () => {
  test('the textbook figures of 1 … 10', () => {
    const values = [7, 1, 10, 4, 2, 9, 3, 8, 6, 5];
    const [base, other] = summarise(
      layout(10),
      runs(
        values,
        values.map((value) => value * 3),
      ),
      0,
    );
    // Type 7: q(p) = 1 + 9p. The ranks 2 and 9 of 10 miss the median with probability 11/1024 on each side, 3 and 8 with 56/1024.
    expect(base).toMatchObject({
      point: 0,
      metric: 'drawdown',
      n: 10,
      median: 5.5,
      mean: 5.5,
      q25: 3.25,
      q75: 7.75,
      ciLow: 2,
      ciHigh: 9,
      ciMethod: 'order statistics',
    });
    expect(base?.q05).toBeCloseTo(1.45, 12);
    expect(base?.q95).toBeCloseTo(9.55, 12);
    expect(base).toMatchObject({ pairedMedian: 0, pairedLow: 0, pairedHigh: 0, band: 'monte-carlo' });
    // Differences are 2, 4, …, 20.
    expect(other).toMatchObject({ point: 1, median: 16.5, pairedMedian: 11 });
    expect(other?.pairedLow).toBeGreaterThanOrEqual(4);
    expect(other?.pairedLow).toBeLessThan(11);
    expect(other?.pairedHigh).toBeGreaterThan(11);
    expect(other?.pairedHigh).toBeLessThanOrEqual(18);
  });

  test('differences are taken within a replicate, so what both points share leaves no trace', () => {
    const noise = [100, -50, 3, 2000, -7, 41, 8, 13];
    const [, other] = summarise(
      layout(8),
      runs(
        noise,
        noise.map((value) => value + 2),
      ),
      0,
    );
    expect([other?.pairedMedian, other?.pairedLow, other?.pairedHigh]).toEqual([2, 2, 2]);
    expect((other?.ciHigh ?? 0) - (other?.ciLow ?? 0)).toBeGreaterThan(1000);
  });

  test('an interval that does not exist is left empty, with the n that it needs', () => {
    const [five] = summarise(layout(5), runs([1, 2, 3, 4, 5], []), 0);
    expect(five).toMatchObject({
      n: 5,
      median: 3,
      ciLow: null,
      ciHigh: null,
      ciMethod: 'needs 6 runs',
      pairedMedian: 0,
      pairedLow: null,
      pairedHigh: null,
    });
    const [six] = summarise(layout(6), runs([1, 2, 3, 4, 5, 6], []), 0);
    expect(six).toMatchObject({ n: 6, ciLow: 1, ciHigh: 6 });
  });

  test('undefined values are not zeros: they leave the sample, in pairs together', () => {
    const [base, other] = summarise(layout(3), runs([1, Number.NaN, 3], [2, 5, Number.NaN]), 0);
    expect(base).toMatchObject({ n: 2, median: 2 });
    expect(other).toMatchObject({ n: 2, median: 3.5, pairedMedian: 1 });
  });

  test('missing runs leave holes, not shifts', () => {
    const all = runs([1, 2, 3], [11, 22, 33]);
    const [, other] = summarise(
      layout(3),
      all.filter((run) => !(run.point === 0 && run.replicate === 0)),
      0,
    );
    expect(other).toMatchObject({ n: 3, pairedMedian: 25 });
  });

  test('a point without a single value', () => {
    const [, other] = summarise(layout(3), runs([1, 2, 3], []), 0);
    expect(other).toMatchObject({ n: 0, median: null, mean: null, q05: null, ciLow: null, ciMethod: 'needs 6 runs', pairedMedian: null });
  });

  test('the order of the runs changes nothing; uncertain keys make the band both', () => {
    const all = runs([3, 1, 2, 9, 5, 7], [4, 4, 4, 1, 2, 8]);
    const straight = summarise(layout(6, ['market.makers.depth']), all, 0);
    expect(summarise(layout(6, ['market.makers.depth']), all.toReversed(), 0)).toEqual(straight);
    expect(straight.every((row) => row.band === 'both')).toBe(true);
  });

  test('as CSV: the columns of the contract, empty cells, quotes where they are needed', () => {
    const text = summaryCsv(layout(2), summarise(layout(2), runs([1, 2], [0.1, 0.30000000000000004]), 0));
    expect(text.split('\n')).toEqual([
      'point,margin.threshold,liquidation.backstop,metric,n,median,mean,q05,q25,q75,q95,ci_low,ci_high,ci_method,paired_median,paired_low,paired_high,band,assumption_low,assumption_high',
      '0,0.5,venue,drawdown,2,1.5,1.5,1.05,1.25,1.75,1.95,,,needs 6 runs,0,,,monte-carlo,,',
      `1,1,"{""level"":""0.5x""}",drawdown,2,0.2,0.2,0.11000000000000001,0.15000000000000002,0.25,0.29000000000000004,,,needs 6 runs,-1.3,,,monte-carlo,,`,
      '',
    ]);
  });
});

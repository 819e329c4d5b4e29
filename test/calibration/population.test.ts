import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { populationFragment } from '../../src/calibration/fragment.ts';
import { fitLeverage } from '../../src/calibration/leverage.ts';
import { fitPopulation, fitSizes } from '../../src/calibration/population.ts';
import type { PopulationFit } from '../../src/calibration/population.ts';
import { readPositions } from '../../src/calibration/positions.ts';
import type { Position } from '../../src/calibration/positions.ts';
import { root, uniform as draw } from '../../src/core/random.ts';
import { lognormal, pareto } from '../../src/core/samplers.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import type { GroupOptions } from '../../src/traders/group.ts';

const from = root('calibration', 'population');
const uniform = (stream: number, k: number, slot = 0): number => draw(from.lo, from.hi, stream, k, slot);
const sorted = (count: number, of: (k: number) => number): Float64Array => Float64Array.from({ length: count }, (_, k) => of(k)).sort();
const inside = (value: number, [low, high]: readonly [number, number]): boolean => low <= value && value <= high;

function fitted(positions: readonly Position[]): PopulationFit {
  const fit = fitPopulation(positions);
  if (!('sides' in fit)) throw new Error(fit.why);
  return fit;
}

/** Positions of one side, with leverage drawn apart from their sizes. */
function drawn(
  side: 'long' | 'short',
  count: number,
  stream: number,
  size: (u: number) => number,
  leverage: (u: number) => number | null,
): Position[] {
  return Array.from({ length: count }, (_, k) => ({
    line: k + 2,
    side,
    notional: size(uniform(stream, k)),
    leverage: leverage(uniform(stream, k, 1)),
  }));
}

/** The resolved options of a run whose traders are a fragment's. */
function optionsOf(fragment: string, lot = 0.0001) {
  const text = `horizon: 1m
assets: [{ symbol: ETH, tick: 0.1, lot: ${lot}, driver: { kind: gbm, price: 2000, volatility: 50% } }]
market: { makers: { depth: 5e6 } }
margin: { maintenance: 0.5%, initial: 1% }
${fragment}`;
  const parsed = parseExperiment(text, { path: 'fragment.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}
/** The drawn groups of a fragment by their names. */
function groupsOf(fragment: string, lot?: number): Record<string, GroupOptions> {
  return Object.fromEntries(optionsOf(fragment, lot).traders.map((group) => [group.name, group as GroupOptions]));
}

describe('sizes', () => {
  test('a Pareto is found again: the interval of its exponent holds the truth in nine of ten samples', () => {
    const trials = 60;
    let [held, chosen] = [0, 0];
    for (let t = 0; t < trials; t++) {
      const fit = fitSizes(sorted(1000, (k) => pareto(uniform(100 + t, k), 1.4, 500)));
      if (fit.tail !== null && inside(1.4, fit.tail.interval)) held++;
      if (fit.chosen === 'pareto') chosen++;
    }
    expect(chosen).toBe(trials);
    expect(held / trials).toBeGreaterThanOrEqual(0.85);
  });

  test('a log-normal is found again and not taken for a power law', () => {
    const trials = 60;
    let [held, chosen] = [0, 0];
    for (let t = 0; t < trials; t++) {
      const fit = fitSizes(sorted(1000, (k) => lognormal(uniform(200 + t, k), 5000, 1.7)));
      if (inside(1.7, fit.sigmaInterval)) held++;
      if (fit.chosen === 'lognormal') chosen++;
    }
    expect(chosen).toBeGreaterThanOrEqual(trials - 1);
    expect(held / trials).toBeGreaterThanOrEqual(0.88);
  });

  test('a log-normal body with a power tail: the tail is chosen, its exponent within its interval', () => {
    // Eight tenths lie below 10,000, the rest is Pareto from there.
    const fit = fitSizes(
      sorted(5000, (k) =>
        uniform(300, k) < 0.8 ? 10_000 * Math.exp(-2 * uniform(300, k, 1) - uniform(300, k, 2)) : pareto(uniform(300, k, 3), 1.2, 10_000),
      ),
    );
    expect(fit.chosen).toBe('pareto');
    expect(fit.evidence).toBeGreaterThan(50);
    expect(inside(1.2, fit.tail?.interval ?? [0, 0])).toBe(true);
    expect(fit.tail?.from).toBeGreaterThan(8000);
  });

  test('a body and a tail become two groups that hold what their positions hold', () => {
    const positions = drawn(
      'long',
      4000,
      302,
      (u) => (u < 0.7 ? lognormal(u / 0.7, 1000, 0.6) : pareto((u - 0.7) / 0.3, 1.3, 6000)),
      () => 5,
    );
    const fit = fitted(positions);
    const [side] = fit.sides;
    expect(side?.groups.map(({ name, size }) => [name, size.kind])).toEqual([
      ['large longs', 'pareto'],
      ['small longs', 'lognormal'],
    ]);
    expect(side?.groups.reduce((sum, { count }) => sum + count, 0)).toBe(4000);
    expect(side?.groups.reduce((sum, { notional }) => sum + notional, 0)).toBeCloseTo(side?.notional ?? 0, 3);
    expect(side?.distance).toBeLessThan(0.05);
    const groups = groupsOf(populationFragment('x.csv', 'ETH', fit));
    expect(Object.keys(groups).sort()).toEqual(['large longs', 'others', 'small longs']);
    expect((groups['large longs']?.notional ?? 0) + (groups['small longs']?.notional ?? 0)).toBe(groups['others']?.notional);
  });

  test('sizes of two far apart heaps: no law is near them, and that is said', () => {
    const fit = fitted(
      drawn(
        'long',
        300,
        303,
        (u) => (u < 0.5 ? 10 + u : 100_000 + u),
        () => 5,
      ),
    );
    expect(fit.why.some((reason) => reason.startsWith('these laws for the sizes of the longs: found a KS distance of'))).toBe(true);
  });

  test('equal sizes have no tail and no spread', () => {
    expect(fitSizes(sorted(500, () => 1000))).toMatchObject({ sigma: 0, tail: null, evidence: null, chosen: 'equal' });
  });

  test('sizes that tie at the top do not make an infinite exponent', () => {
    const fit = fitSizes(sorted(400, (k) => (k < 150 ? 1e6 : 1000 * (1 + uniform(301, k)))));
    expect(Number.isFinite(fit.tail?.exponent ?? 1)).toBe(true);
    expect(fit.tail?.others.every(({ exponent }) => Number.isFinite(exponent))).toBe(true);
  });
});

describe('leverage', () => {
  const cut = (u: number): number => {
    // Inverse of the log-normal of location 8 and sigma 0.7, cut to [1, 20] by rejection of what lies outside.
    const value = lognormal(u, 8, 0.7);
    return value < 1 || value > 20 ? Number.NaN : value;
  };

  test('a cut log-normal is found again: its limits, its median and the sigma before the cut', () => {
    const trials = 40;
    const seen = { median: 0, sigma: 0 };
    // Of the cut law: the log-normal's cdf at 1 and 20 is 0.0015 and 0.9047, and half way between them lies z = −0.1184.
    const median = 8 * Math.exp(0.7 * -0.1184);
    for (let t = 0; t < trials; t++) {
      const positions = drawn('long', 1500, 400 + t, (u) => lognormal(u, 1000, 1.3), cut).filter(({ leverage }) => !Number.isNaN(leverage));
      const fit = fitLeverage(positions);
      if (fit === null) throw new Error('no fit');
      expect(fit.chosen).toBe('lognormal');
      expect(fit.weight).toBe('notional');
      expect(fit.max).toBeGreaterThan(19.5);
      expect(fit.max).toBeLessThan(20.5);
      if (inside(median, fit.medianInterval)) seen.median++;
      if (inside(0.7, fit.sigmaInterval)) seen.sigma++;
    }
    expect(seen.median / trials).toBeGreaterThanOrEqual(0.85);
    expect(seen.sigma / trials).toBeGreaterThanOrEqual(0.85);
  });

  test('notional weighs: what small positions do says little', () => {
    const large = drawn(
      'long',
      100,
      500,
      () => 1e6,
      (u) => lognormal(u, 3, 0.2),
    );
    const small = drawn(
      'long',
      1000,
      501,
      () => 10,
      (u) => lognormal(u, 40, 0.2),
    );
    const fit = fitLeverage([...large, ...small]);
    expect(fit?.median).toBeGreaterThan(2.7);
    expect(fit?.median).toBeLessThan(3.3);
    expect(fit?.effective).toBeCloseTo(100, 0);
  });

  test('one position with nearly all notional: positions weigh the same', () => {
    const fit = fitLeverage([
      { line: 2, side: 'long', notional: 1e9, leverage: 1 },
      ...drawn(
        'long',
        200,
        502,
        () => 1000,
        (u) => lognormal(u, 10, 0.4),
      ),
    ]);
    expect(fit?.weight).toBe('position');
    expect(inside(10, fit?.medianInterval ?? [0, 0])).toBe(true);
  });

  test('none, few, one value, and half of the weight at the cap', () => {
    expect(
      fitLeverage(
        drawn(
          'long',
          50,
          503,
          () => 1,
          () => null,
        ),
      ),
    ).toBeNull();
    expect(
      fitLeverage(
        drawn(
          'long',
          29,
          503,
          () => 1,
          (u) => 1 + u,
        ),
      ),
    ).toMatchObject({
      chosen: 'constant',
      why: 'a spread of leverage: found 29 positions that tell it, want at least 30',
    });
    expect(
      fitLeverage(
        drawn(
          'long',
          50,
          503,
          () => 1,
          () => 10,
        ),
      ),
    ).toMatchObject({ chosen: 'constant', median: 10, why: null });
    const heaped = fitLeverage(
      drawn(
        'long',
        100,
        503,
        () => 1,
        (u) => (u < 0.4 ? 1 + 40 * u : 20),
      ),
    );
    expect(heaped).toMatchObject({ chosen: 'constant', median: 20, why: expect.stringContaining('half of the weight at one end') });
  });
});

describe('population', () => {
  test('both sides: counts, notionals and laws, in a fragment that a scenario draws as it stands', () => {
    const longs = drawn(
      'long',
      1200,
      600,
      (u) => pareto(u, 1.5, 2000),
      (u) => lognormal(u, 8, 0.5),
    );
    const shorts = drawn(
      'short',
      400,
      601,
      (u) => lognormal(u, 9000, 1.1),
      (u) => lognormal(u, 3, 0.3),
    );
    const fit = fitted([...longs, ...shorts]);
    const [long, short] = fit.sides;
    if (long === undefined || short === undefined) throw new Error('a side is missing');
    expect([long.count, long.of, long.size.chosen, short.count, short.of, short.size.chosen]).toEqual([
      1200,
      'side',
      'pareto',
      400,
      'side',
      'lognormal',
    ]);
    expect(inside(1.5, long.size.tail?.interval ?? [0, 0])).toBe(true);
    expect(inside(1.1, short.size.sigmaInterval)).toBe(true);
    expect(inside(0.5, long.leverage?.sigmaInterval ?? [0, 0])).toBe(true);
    expect(inside(8, long.leverage?.medianInterval ?? [0, 0])).toBe(true);
    expect(inside(3, short.leverage?.medianInterval ?? [0, 0])).toBe(true);
    expect(long.distance).toBeLessThan(0.06);
    expect(short.distance).toBeLessThan(0.08);
    expect(fit.why).toEqual([]);

    const text = populationFragment('x.csv', 'ETH', fit);
    const groups = groupsOf(text);
    expect(Object.keys(groups).sort()).toEqual(['longs', 'others', 'shorts']);
    expect(groups['longs']).toMatchObject({ count: 1200, side: 1, size: { kind: 'pareto' }, leverage: { kind: 'lognormal' } });
    expect(groups['shorts']).toMatchObject({ count: 400, side: -1, size: { kind: 'lognormal' } });
    expect(groups['others']).toMatchObject({ side: -1, size: { kind: 'equal' }, leverage: { kind: 'constant', value: 0.5 } });
    expect(groups['longs']?.notional).toBe((groups['shorts']?.notional ?? 0) + (groups['others']?.notional ?? 0));

    const { markets } = optionsOf(text);
    const population = buildPopulation(Object.values(groups), {
      markets: markets.map(({ asset, contract, history, margin }) => ({ asset, contract, history, margin, startMark: 20_000 })),
      seasonThreshold: 1,
      seed: 'calibration',
      replicate: 0,
    });
    // Tick 0.1 and lot 0.0001: a lot at 2000 is worth 0.2 quote units.
    const sizes = [...population.lots].filter((lots, i) => population.groupNames[population.group[i] ?? 0] === 'longs' && lots > 0);
    const largest = Math.max(...sizes) * 0.2;
    expect(sizes.length).toBe(1200);
    expect(largest / long.largest).toBeGreaterThan(0.3);
    expect(largest / long.largest).toBeLessThan(1.01);
    // The law that the distance is measured to is the law that is drawn: its median splits the drawn sizes.
    const below = sizes.filter((lots) => long.drawn(lots * 0.2) < 0.5).length / sizes.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.03);
  });

  test('a file of one side: the other is a group that is assumed, and the summary says so', () => {
    const fit = fitted(
      drawn(
        'long',
        50,
        602,
        (u) => lognormal(u, 1000, 1),
        () => null,
      ),
    );
    expect(fit.sides.map(({ side }) => side)).toEqual(['long']);
    expect(fit.lacking).toEqual({ side: 'short', notional: fit.sides[0]?.notional });
    expect(fit.why).toContain('shorts: the file has none');
    expect(fit.why).toContain('leverage: the file has none');
    const text = populationFragment('x.csv', null, fit);
    expect(text).toContain('leverage: 5 # assumed: the file has no leverage');
    expect(groupsOf(text)['others']).toMatchObject({ side: -1, notional: groupsOf(text)['longs']?.notional });
  });

  test('even sides need no others; a side of few takes the distributions of both', () => {
    const shorts = Array.from({ length: 10 }, (_, k): Position => ({ line: k, side: 'short', notional: 5010, leverage: 3 }));
    const fit = fitted([
      ...drawn(
        'long',
        50,
        603,
        () => 1000,
        () => 3,
      ),
      ...shorts,
    ]);
    expect(fit.lacking).toBeNull();
    expect(fit.sides[0]).toMatchObject({ distance: 0, size: { chosen: 'equal' } });
    expect(fit.sides[1]).toMatchObject({ count: 10, of: 'both' });
    expect(fit.why[0]).toBe('distributions of the shorts alone: found 10, want at least 30; those of both sides stand in');
    const groups = groupsOf(populationFragment('x.csv', 'ETH', fit));
    expect(Object.keys(groups)).toEqual(['longs', 'shorts']);
    expect(groups['longs']?.notional).toBe(groups['shorts']?.notional);
  });

  test.each([
    ['notionals of many magnitudes', 0.01, (u: number) => 10 ** (-8 + 16 * u), (u: number) => 10 ** (-4 + 7 * u)],
    ['sizes that hardly differ', 0.0001, (u: number) => 1000 + 0.001 * u, (u: number) => 5 + 1e-9 * u],
    ['two heaps', 100, (u: number) => (u < 0.5 ? 1e-3 : 1e9), (u: number) => (u < 0.5 ? 1e-6 : 1000)],
    ['whole numbers with ties', 0.0001, (u: number) => Math.ceil(5 * u), (u: number) => Math.ceil(20 * u * u)],
    ['leverage at its limits', 0.0001, (u: number) => 1 + u, (u: number) => (u < 0.49 ? 1 : u < 0.51 ? 2 : 1000)],
  ])('extreme positions still make a fragment that the schema accepts: %s', (_, lot, size, leverage) => {
    for (const count of [40, 400]) {
      const fit = fitted([...drawn('long', count, 610, size, leverage), ...drawn('short', 5, 611, size, leverage)]);
      const groups = Object.values(groupsOf(populationFragment('x.csv', null, fit), lot));
      const total = (side: 1 | -1): number =>
        groups.filter((group) => group.side === side).reduce((sum, { notional }) => sum + notional, 0);
      expect(total(1)).toBe(total(-1));
      for (const { leverage: law } of groups) if (law.kind === 'lognormal') expect(law.min < law.median && law.median < law.max).toBe(true);
    }
  });

  test('a side whose leverage few positions tell takes that of both', () => {
    const shorts = drawn(
      'short',
      40,
      604,
      (u) => lognormal(u, 1000, 1),
      (u) => (u < 0.2 ? 2 : null),
    );
    const fit = fitted([
      ...drawn(
        'long',
        60,
        605,
        (u) => lognormal(u, 1000, 1),
        (u) => 5 + u,
      ),
      ...shorts,
    ]);
    expect(fit.why.some((reason) => reason.startsWith('leverage of the shorts alone: found '))).toBe(true);
    expect(fit.sides[1]?.leverage?.count).toBeGreaterThan(60);
  });

  test('too few positions', () => {
    expect(
      fitPopulation(
        drawn(
          'long',
          29,
          604,
          () => 1,
          () => null,
        ),
      ),
    ).toEqual({ why: 'found 29 positions, want at least 30' });
  });
});

const data = process.env['MARGINFALL_DATA'];
describe.skipIf(data === undefined)('real files (MARGINFALL_DATA)', () => {
  const read = (path: string): string => gunzipSync(readFileSync(join(data ?? '', path))).toString('utf8');

  test('early Hyperliquid fills: 41 open positions in ETH, mostly long', () => {
    const reading = readPositions(read('hyperliquid_2023_early/non_mm_trades.csv.gz'), { asset: null, contract: null });
    expect(reading).toMatchObject({ kind: 'fills', asset: 'ETH', faults: [], dropped: { count: 0, rows: 35_691 } });
    const fit = fitted(reading.positions ?? []);
    expect(fit.sides.map(({ side, count }) => [side, count])).toEqual([
      ['long', 29],
      ['short', 12],
    ]);
    expect(fit.sides[0]?.notional).toBeCloseTo(83_140.36, 1);
    expect(fit.sides[1]?.notional).toBeCloseTo(8222.08, 1);
    expect(Object.keys(groupsOf(populationFragment('fills.csv', 'ETH', fit))).sort()).toEqual(['longs', 'others', 'shorts']);
  });

  test('crvUSD debts, as a column of notionals: what is drawn lies near 78,126 real sizes', () => {
    const debts = read('crvusd_borrowers/crvusd_borrower_snapshots_2023Q4.csv.gz')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => `long,${row.split(',')[1] ?? ''}`);
    const reading = readPositions(['side,notional', ...debts].join('\n'), { asset: null, contract: null });
    const [side] = fitted(reading.positions ?? []).sides;
    expect(side?.count).toBe(78_126);
    expect(side?.groups.map(({ name }) => name)).toEqual(['large longs', 'small longs']);
    expect(side?.distance).toBeLessThan(0.11);
  });
});

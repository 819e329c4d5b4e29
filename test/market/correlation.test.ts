import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { derive, root } from '../../src/core/random.ts';
import { correlationFactor } from '../../src/market/correlation.ts';
import { YEAR, fillDriver, fillDrivers } from '../../src/market/drivers.ts';
import type { DriverOptions } from '../../src/market/drivers.ts';
import { draws } from './sample.ts';

const NAMES = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'];
const named = (n: number): string[] => NAMES.slice(0, n);

const jumps = { intensity: 2000, upShare: 0.4, meanUp: 0.02, meanDown: 0.03 } as const;
const KINDS: Readonly<Record<string, DriverOptions>> = {
  gbm: { kind: 'gbm', price: 100, drift: 0, volatility: 0.8 },
  garch: { kind: 'garch', price: 100, drift: 0, volatility: 0.8, initial: 1, alpha: 0.1, beta: 0.85, period: 60 },
  heston: {
    kind: 'heston',
    price: 100,
    drift: 0,
    volatility: 0.8,
    initial: 0.8,
    reversion: 5,
    variability: 1,
    correlation: -0.6,
  },
  merton: { kind: 'merton', price: 100, drift: 0, volatility: 0.8, intensity: 2000, mean: 0, deviation: 0.02 },
  kou: { kind: 'kou', price: 100, drift: 0, volatility: 0.8, ...jumps },
  hawkes: { kind: 'hawkes', price: 100, drift: 0, volatility: 0.8, ...jumps, branching: 0.4, halfLife: 120 },
  regimes: {
    kind: 'regimes',
    price: 100,
    regimes: [
      { drift: 0, volatility: 0.5, stay: 600, weight: 1 },
      { drift: 0, volatility: 1.5, stay: 300, weight: 1 },
    ],
  },
  shock: { kind: 'shock', price: 100, volatility: 0.8, at: 50, move: -0.1, recovery: null },
  ramp: { kind: 'ramp', price: 100, volatility: 0.8, from: 20, until: 90, move: -0.1 },
  vee: { kind: 'vee', price: 100, volatility: 0.8, from: 20, turn: 50, until: 90, move: -0.1, recovered: 0.5 },
};
const WITHOUT: readonly DriverOptions[] = [
  { kind: 'constant', price: 100 },
  { kind: 'waypoints', times: [0, 100], prices: [100, 90], noise: 0.001 },
  { kind: 'bootstrap', price: 100, returns: [0.01, -0.01], period: 60, block: 2, noise: 0 },
  { kind: 'ramp', price: 100, volatility: 0, from: 20, until: 90, move: -0.1 },
];

function fill(
  options: readonly DriverOptions[],
  matrix: readonly (readonly number[])[] | null,
  replicate = 0,
  step = 1,
  steps = 120,
): Float64Array[] {
  const paths = options.map((one, i) => ({
    name: NAMES[i] ?? '',
    options: one,
    root: derive(root('correlation', NAMES[i] ?? ''), replicate),
    out: new Float64Array(steps + 1),
  }));
  fillDrivers(paths, matrix, step, steps);
  return paths.map((path) => path.out);
}

function alone(options: DriverOptions, i: number, replicate = 0, step = 1, steps = 120): Float64Array {
  const out = new Float64Array(steps + 1);
  fillDriver(options, derive(root('correlation', NAMES[i] ?? ''), replicate), step, steps, out);
  return out;
}

const pair = (r: number): number[][] => [
  [1, r],
  [r, 1],
];

describe('factor', () => {
  test('of two is (1, 0; r, √(1 − r²)), of one is 1', () => {
    expect([...correlationFactor([[1]], ['BTC'])]).toEqual([1]);
    expect([...correlationFactor(pair(0.6), named(2))]).toEqual([1, 0, 0.6, 0.8]);
    expect([...correlationFactor(pair(-1), named(2))]).toEqual([1, 0, -1, 0]);
  });

  test('its product with itself is the matrix, singular ones too', () => {
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(entry, { minLength: 25, maxLength: 25 }), fc.boolean(), (n, loose, dull) => {
        // unit vectors give a correlation matrix by their products; in fewer dimensions a singular one
        const dimensions = dull ? Math.max(1, n - 1) : n;
        const rows = Array.from({ length: n }, (_, i) => {
          const row = Array.from({ length: dimensions }, (_unused, k) => (loose[i * 5 + k] ?? 0) + (k === i ? 1e-3 : 0));
          const norm = Math.sqrt(row.reduce((a, b) => a + b * b, 0));
          return norm < 1e-6 ? row.map((_value, k) => (k === 0 ? 1 : 0)) : row.map((value) => value / norm);
        });
        const dot = (a: number[], b: number[]): number =>
          Math.max(
            -1,
            Math.min(
              1,
              a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0),
            ),
          );
        const matrix = rows.map((a, i) => rows.map((b, j) => (i === j ? 1 : i > j ? dot(a, b) : dot(b, a))));
        const factor = correlationFactor(matrix, named(n));
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let product = 0;
            for (let k = 0; k <= j; k++) product += (factor[i * n + k] as number) * (factor[j * n + k] as number);
            expect(Math.abs(product - (matrix[i]?.[j] as number))).toBeLessThan(3e-6);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('names the pair that cannot be, what it may be, and the nearest: which then passes', () => {
    const matrix = (r: number): number[][] => [
      [1, 0.9, 0.9],
      [0.9, 1, r],
      [0.9, r, 1],
    ];
    // from 2 × 0.81 − 1 to 1
    expect(() => correlationFactor(matrix(0.5), named(3))).toThrow(
      "correlation of SOL and ETH: found 0.5, beside the others' want from 0.62 to 1; the nearest is 0.62",
    );
    expect(correlationFactor(matrix(0.62), named(3))[8]).toBeLessThan(1e-3);
    expect(() => correlationFactor(matrix(0.6199), named(3))).toThrow('SOL and ETH');
    const twins = [
      [1, 1, 0.3],
      [1, 1, 0.4],
      [0.3, 0.4, 1],
    ];
    expect(() => correlationFactor(twins, named(3))).toThrow("found 0.4, beside the others' want from 0.3 to 0.3; the nearest is 0.3");
  });

  test.each<[number[][], string]>([
    [[[1, 0.5]], 'correlations: found 1 rows, want 2, one for each of BTC, ETH'],
    [[[1, 0.5], [0.5]], 'correlations of ETH: found 1 numbers, want 2'],
    [
      [
        [1, 0.5],
        [0.4, 1],
      ],
      'correlation of ETH and BTC: found 0.4 one way and 0.5 the other, want the same',
    ],
    [
      [
        [1, 0.5],
        [0.5, 0.9],
      ],
      'correlation of ETH with itself: found 0.9, want 1',
    ],
    [
      [
        [1, 1.5],
        [1.5, 1],
      ],
      'correlation of ETH and BTC: found 1.5, want from −1 to 1',
    ],
    [
      [
        [1, NaN],
        [NaN, 1],
      ],
      'correlation of ETH and BTC: found NaN',
    ],
  ])('%j is refused', (matrix, message) => {
    expect(() => correlationFactor(matrix, named(2))).toThrow(message);
  });
});

describe('paths', () => {
  test('without correlations, and with the identity, each is the path that it is alone', () => {
    const options = Object.values(KINDS).slice(0, 5);
    const identity = options.map((_, i) => options.map((__, j) => (i === j ? 1 : 0)));
    const want = options.map((one, i) => alone(one, i));
    expect(fill(options, null)).toEqual(want);
    expect(fill(options, identity)).toEqual(want);
    expect(
      fill(
        [...WITHOUT.slice(0, 2), ...options.slice(0, 1)],
        identity.slice(0, 3).map((row) => row.slice(0, 3)),
      ),
    ).toHaveLength(3);
  });

  test.each(Object.entries(KINDS))('%s: its own shocks given back to it are its own path', (_, options) => {
    // Of two paths with the correlation 1 and the same draws the second is the first.
    const one = alone(options, 0);
    const outs = [new Float64Array(121), new Float64Array(121)] as const;
    const from = derive(root('correlation', 'BTC'), 0);
    fillDrivers(
      outs.map((out, i) => ({ name: NAMES[i] ?? '', options, root: from, out })),
      pair(1),
      1,
      120,
    );
    expect(outs[0]).toEqual(one);
    for (let k = 0; k <= 120; k++) expect(Math.abs((outs[1][k] as number) / (one[k] as number) - 1)).toBeLessThan(1e-12);
  });

  test('the first path, and one that is added at the end, change nothing before them', () => {
    const options = [KINDS['gbm'], KINDS['garch'], KINDS['kou']] as DriverOptions[];
    const [first, second] = fill(options.slice(0, 2), pair(0.7));
    expect(first).toEqual(alone(options[0] as DriverOptions, 0));
    expect(second).not.toEqual(alone(options[1] as DriverOptions, 1));
    const three = fill(options, [
      [1, 0.7, 0.2],
      [0.7, 1, 0.3],
      [0.2, 0.3, 1],
    ]);
    expect(three.slice(0, 2)).toEqual([first, second]);
  });

  /** Correlation of the log-moves from the start to the end of independent pairs of paths. */
  function correlationOf(
    options: readonly DriverOptions[],
    matrix: number[][],
    a: number,
    b: number,
    step: number,
    steps: number,
    n: number,
  ): number {
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let replicate = 0; replicate < n; replicate++) {
      const outs = fill(options, matrix, replicate, step, steps);
      const x = Math.log((outs[a]?.[steps] as number) / (outs[a]?.[0] as number));
      const y = Math.log((outs[b]?.[steps] as number) / (outs[b]?.[0] as number));
      xx += x * x;
      yy += y * y;
      xy += x * y;
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Fisher's interval at four standard errors, for normal moves; wider by `tails` for others. */
  function expectCorrelation(found: number, want: number, n: number, tails = 1): void {
    const fisher = (r: number): number => 0.5 * Math.log((1 + r) / (1 - r));
    expect(Math.abs(fisher(found) - fisher(want)), `found ${found}, want ${want}`).toBeLessThanOrEqual((4 * tails) / Math.sqrt(n - 3));
  }

  const n = draws(4000, 40_000);
  const matrix = [
    [1, 0.8, -0.3],
    [0.8, 1, 0.1],
    [-0.3, 0.1, 1],
  ];

  test('moves of gbm correlate as asked, all pairs of three', () => {
    const options = [KINDS['gbm'], KINDS['gbm'], KINDS['gbm']] as DriverOptions[];
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expectCorrelation(correlationOf(options, matrix, a, b, 1, 3, n), matrix[a]?.[b] as number, n);
    }
  });

  test.each([60, 7, 0.8, 1.5])(
    'garch with periods of %d s and gbm with steps of 1 s correlate as asked, whichever comes first',
    (period) => {
      const garch = { ...KINDS['garch'], volatility: 0.8, initial: 0.8, period } as DriverOptions;
      expectCorrelation(correlationOf([KINDS['gbm'] as DriverOptions, garch], pair(0.7), 0, 1, 1, 3, n), 0.7, n, 1.2);
      expectCorrelation(correlationOf([garch, KINDS['gbm'] as DriverOptions], pair(0.7), 0, 1, 1, 3, n), 0.7, n, 1.2);
    },
  );

  test('regimes correlate by their common normal, each with its own chain', () => {
    const calm = { ...KINDS['regimes'], regimes: [{ drift: 0, volatility: 0.8, stay: 600, weight: 1 }] } as DriverOptions;
    expectCorrelation(correlationOf([KINDS['gbm'] as DriverOptions, calm], pair(-0.5), 0, 1, 1, 3, n), -0.5, n);
  });

  test('with jumps the shocks correlate as asked: the moves by the share of variance that the shocks have', () => {
    const { volatility, intensity, deviation } = KINDS['merton'] as { volatility: number; intensity: number; deviation: number };
    const share = volatility ** 2 / (volatility ** 2 + intensity * deviation ** 2);
    const options = [KINDS['gbm'], KINDS['merton']] as DriverOptions[];
    expectCorrelation(correlationOf(options, pair(0.8), 0, 1, 3600, 24, n), 0.8 * Math.sqrt(share), n, 1.5);
  });

  test('with heston the part beside the variance does: the moves by √(1 − ρ²) of it', () => {
    const options = [KINDS['gbm'], KINDS['heston']] as DriverOptions[];
    expectCorrelation(correlationOf(options, pair(0.9), 0, 1, 60, 5, n), 0.9 * 0.8, n, 1.3);
  });

  test.each(Object.entries(KINDS))('%s: the law of a path is what it is alone', (_, options) => {
    // Mean and mean square of the log-move of the second path with and without a correlation, from independent draws.
    const moves = (matrixOf: number[][] | null, from: number): number[] =>
      Array.from({ length: n / 2 }, (_unused, i) => {
        const out = fill([KINDS['gbm'] as DriverOptions, options], matrixOf, from + i, 7, 5)[1] as Float64Array;
        return Math.log((out[5] as number) / (out[0] as number));
      });
    const bound = moves(pair(0.8), 0);
    const free = moves(null, n);
    for (const power of [1, 2]) {
      const stats = [bound, free].map((sample) => {
        const values = sample.map((value) => value ** power);
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        return { mean, error: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length / values.length };
      });
      const [x, y] = stats as [(typeof stats)[0], (typeof stats)[0]];
      expect(Math.abs(x.mean - y.mean)).toBeLessThanOrEqual(4.5 * Math.sqrt(x.error + y.error) + 1e-12);
    }
  });

  test('a correlation with a path that has no Gaussian shocks is refused, 0 is not', () => {
    for (const options of WITHOUT) {
      const both = [KINDS['gbm'] as DriverOptions, options];
      expect(() => fill(both, pair(0.4))).toThrow(
        `correlation of ETH and BTC: found 0.4, want 0: the path of ETH (${options.kind}) has no Gaussian shocks`,
      );
      expect(fill(both, pair(0))[1]).toEqual(alone(options, 1));
    }
  });

  test('a year is the unit of volatility whatever the correlation', () => {
    const [, out] = fill([KINDS['gbm'], KINDS['gbm']] as DriverOptions[], pair(0.5), 3, YEAR / 1e4, 10_000) as [Float64Array, Float64Array];
    let squares = 0;
    for (let k = 1; k <= 10_000; k++) squares += Math.log((out[k] as number) / (out[k - 1] as number)) ** 2;
    expect(Math.sqrt(squares)).toBeCloseTo(0.8, 1);
  });
});

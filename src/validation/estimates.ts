import { normalQuantile, pow } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import { normal, pareto } from '../core/samplers.ts';
import { hypervolume } from '../statistics/front.ts';
import { fiellerInterval, logisticFit } from '../statistics/logistic.ts';
import { ascending } from '../statistics/quantile.ts';
import { fixedWidthMean } from '../statistics/sequential.ts';
import { shortfall } from '../statistics/shortfall.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, numbersOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Samples that grow until their mean is known; draws whose tail is measured. */
const SAMPLES = { full: 20_000, quick: 2000 } as const;
const DRAWS = { full: 1_000_000, quick: 200_000 } as const;

function beetles(parameters: Value, _effort: Effort, published: Value): Verdict {
  const [doses, trials, killed] = ['dose', 'n', 'killed'].map((key) => numbersOf(parameters, key, { above: -1e-300 })) as [
    number[],
    number[],
    number[],
  ];
  const groups = doses.map((dose, i) => ({ dose, trials: trials[i] ?? NaN, events: killed[i] ?? NaN }));
  if (groups.some(({ trials: n, events }) => !(events <= n))) {
    throw new ValidationUsageError('parameters: want as many n and killed as doses, and at most n killed');
  }
  const fit = logisticFit(groups);
  const measured = {
    b0: fit.intercept,
    b1: fit.slope,
    se: [Math.sqrt(fit.covariance.intercept), Math.sqrt(fit.covariance.slope)],
    LD50: fit.middle,
    se_delta: fit.middleError,
    fieller: fiellerInterval(fit) ?? [NaN, NaN],
  };
  return { expected: published, measured, tolerance: 'absolute 1e-5', pass: agree(published, measured, 0, 1e-5) };
}

/** Published from so many draws that its mean is known to this. */
const EXPECTED_DRAWS = 0.5;

function sequential(_parameters: Value, effort: Effort, published: Value): Verdict {
  const runs = runsOf(effort, SAMPLES);
  const from = root('validation', 'STA-SEQ');
  let draws = 0;
  let squares = 0;
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const { lo, hi } = derive(from, run);
    const found = fixedWidthMean((i) => normal(lo, hi, 0, i, 0), { halfWidth: 0.1, first: 30, confidence: 0.95 });
    draws += found.draws;
    squares += found.draws * found.draws;
    if (Math.abs(found.mean) <= 0.1) covered++;
  }
  const measured = { runs, En: draws / runs, coverage: covered / runs };
  const { En, coverage } = published as { readonly En: number; readonly coverage: number };
  const width = EXPECTED_DRAWS + ERRORS * Math.sqrt((squares / runs - measured.En * measured.En) / runs);
  const share = ERRORS * Math.sqrt((coverage * (1 - coverage)) / runs);
  return {
    expected: published,
    measured,
    tolerance: `4 standard errors of ${runs} samples: En ±${width.toPrecision(3)}, coverage ±${share.toPrecision(3)}`,
    pass: Math.abs(measured.En - En) <= width && Math.abs(measured.coverage - coverage) <= share,
  };
}

function shortfalls(_parameters: Value, effort: Effort, published: Value): Verdict {
  const runs = runsOf(effort, DRAWS);
  const { lo, hi } = root('validation', 'STA-ES');
  const sample = (draw: (i: number) => number): Float64Array => ascending(Float64Array.from({ length: runs }, (_, i) => draw(i)));
  const bell = shortfall(
    sample((i) => normal(lo, hi, 0, i, 0)),
    0.975,
  );
  const student = shortfall(
    sample((i) => {
      const [a, b, c] = [1, 2, 3].map((slot) => normal(lo, hi, 1, i, slot)) as [number, number, number];
      return normal(lo, hi, 1, i, 0) / Math.sqrt((a * a + b * b + c * c) / 3);
    }),
    0.99,
  );
  const power = shortfall(
    sample((i) => pareto(uniform(lo, hi, 2, i, 0), 3, 1)),
    0.99,
  );
  // Mills' ratio; the partial mean of a t with three degrees of freedom; x = (1 − p)^(−1/3) and 3/2 of it.
  const z = normalQuantile(0.975);
  const q = studentQuantile(0.99);
  const expected = {
    normal: Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / 0.025,
    t3: ((studentDensity(q) / 0.01) * (3 + q * q)) / 2,
    pareto: [pow(0.01, -1 / 3), 1.5 * pow(0.01, -1 / 3)],
  };
  const measured = {
    runs,
    normal: bell.expectedShortfall,
    t3: student.expectedShortfall,
    pareto: [power.valueAtRisk, power.expectedShortfall],
  };
  const [value = NaN] = expected.pareto;
  const widths = [
    bell.error,
    student.error,
    // A quantile's error is that of its rank over the density there.
    Math.sqrt((0.99 * 0.01) / runs) / (3 * value ** -4),
    power.error,
  ].map((error) => ERRORS * error);
  const off = [
    measured.normal - expected.normal,
    measured.t3 - expected.t3,
    (measured.pareto[0] ?? NaN) - value,
    (measured.pareto[1] ?? NaN) - (expected.pareto[1] ?? NaN),
  ];
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} draws: normal ±${widths[0]?.toPrecision(2)}, t3 ±${widths[1]?.toPrecision(2)}, pareto ±${widths[2]?.toPrecision(2)} and ±${widths[3]?.toPrecision(2)}; closed forms 1e-8`,
    pass: off.every((one, i) => Math.abs(one) <= (widths[i] ?? 0)) && agree(published, expected, 0, 1e-8),
  };
}

function studentDensity(x: number): number {
  return (2 * Math.sqrt(3)) / Math.PI / ((1 + (x * x) / 3) ** 2 * 3);
}

/** Quantile of a t with three degrees of freedom: its distribution function is 1/2 + (arctan(x/√3) + √3 x/(3 + x²))/π. */
function studentQuantile(p: number): number {
  let low = 0;
  let high = 1000;
  for (let i = 0; i < 100; i++) {
    const x = (low + high) / 2;
    if (0.5 + (Math.atan(x / Math.sqrt(3)) + (Math.sqrt(3) * x) / (3 + x * x)) / Math.PI < p) low = x;
    else high = x;
  }
  return (low + high) / 2;
}

function front(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const measured = hypervolume(
    [
      [1, 5],
      [2, 3],
      [4, 1],
    ],
    [6, 6],
  );
  return { expected: published, measured, tolerance: 'exact', pass: measured === published };
}

/** Fits and estimates with known digits. */
export const ESTIMATE_CHECKS: readonly Check[] = [
  { id: 'STA-LOGIT', run: beetles },
  { id: 'STA-SEQ', run: sequential },
  { id: 'STA-ES', run: shortfalls },
  { id: 'STA-HV', run: front },
];

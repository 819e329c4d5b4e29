import { describe, expect, test } from 'vitest';
import { impactCurve } from '../../src/market/curve.ts';
import type { ImpactOptions } from '../../src/market/impact.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { LAW_WORDS } from '../../src/scenario/laws.ts';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { compileFormula } from '../../src/scenario/formula.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { jsonSchema } from '../../src/scenario/schema.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { withFirstMarket } from './only-market.ts';

const fileOf = (market: string, frame = '', lot = '0.001'): string => `name: curves
scenario:
  horizon: 10m
  assets: [{ symbol: BTC, tick: 1, lot: ${lot}, mark: last, driver: { kind: ramp, price: 100_000, at: 1m, length: 3m, size: 10%, volatility: 40% } }]
  market: ${market}
  traders:
    - { name: longs, count: 200, side: long, notional: 60e6, leverage: { kind: lognormal, median: 12, sigma: 0.6, min: 2, max: 40 } }
    - { name: shorts, count: 150, side: short, notional: 60e6, leverage: 3 }
  margin: { maintenance: 1%, initial: 2% }
  liquidation: { capacity: 20, latency: 50ms }
${frame}`;

function parse(market: string, frame = '', lot = '0.001') {
  return parseExperiment(fileOf(market, frame, lot), { path: 'curves.yaml', formula: compileFormula });
}
function sound(market: string, frame = '') {
  const parsed = parse(market, frame);
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.experiment;
}
function impactOf(market: string): ImpactOptions {
  const { quotes } = withFirstMarket(resolvePoint(sound(market), 0));
  if (quotes.kind !== 'curve') throw new Error('want a curve');
  return quotes.impact;
}

const PLAIN = LAW_WORDS.filter((law) => law !== 'formula');
/** 20 M at 100,000 a piece, in lots of a thousandth. */
const LOTS = 200_000;

describe('laws of a scenario', () => {
  test.each(PLAIN)('%s: its depth is what moves the price by a hundredth, on the thinner side', (law) => {
    const curve = impactCurve(impactOf(`{ kind: curve, law: ${law}, depth: 20e6 }`));
    expect(Math.min(curve.lotsTo(0.01, 0), -curve.lotsTo(-0.01, 0)) / LOTS).toBeCloseTo(1, 9);
    curve.trade(LOTS, 0);
    expect(curve.displacement(0)).toBeCloseTo(0.01, 9);
  });

  test('a law by its name is the same as a map with nothing but its kind', () => {
    for (const law of PLAIN) {
      expect(impactOf(`{ kind: curve, law: ${law}, depth: 20e6 }`)).toEqual(
        impactOf(`{ kind: curve, law: { kind: ${law} }, depth: 20e6 }`),
      );
    }
    expect(impactOf('{ kind: curve, depth: 20e6 }')).toEqual(impactOf('{ kind: curve, law: square-root, depth: 20e6 }'));
  });

  test('settings and resilience arrive', () => {
    expect(impactOf('{ kind: curve, law: { kind: square-root, window: 2m }, depth: 20e6, recovery: never, permanent: 40% }')).toMatchObject(
      {
        window: 120,
        recovery: Infinity,
        permanent: 0.4,
      },
    );
    expect(impactOf('{ kind: curve, law: { kind: power, exponent: 0.7 }, depth: 20e6, recovery: 5s }')).toMatchObject({
      exponent: 0.7,
      recovery: 5,
    });
    expect(impactOf('{ kind: curve, law: { kind: exponential, decay: -4 }, depth: 20e6 }')).toMatchObject({ decay: -4 });
    expect(impactOf('{ kind: curve, law: { kind: propagator, scale: 3s, exponent: 0.2 }, depth: 20e6 }')).toMatchObject({
      scale: 3,
      exponent: 0.2,
      memory: 600,
    });
    expect(impactOf('{ kind: curve, law: { kind: constant-product, fee: 5bps }, depth: 20e6 }')).toMatchObject({ fee: 0.0005 });
  });
});

describe('a formula for the move', () => {
  const names: readonly [string, (notional: number) => number][] = [
    ['1% * (notional / depth) ^ 0.6', (n) => 0.01 * (n / 20e6) ** 0.6],
    ['quantity / 20_000', (n) => n / 100_000 / 20_000],
    ['2% * log(1 + notional / 5e6)', (n) => 0.02 * Math.log(1 + n / 5e6)],
    ['max(0, notional - 1e6) / 2e9', (n) => Math.max(0, n - 1e6) / 2e9],
    ['{ kind: formula, move: "volatility * sqrt(notional / volume)", volume: 2e9, volatility: 4% }', (n) => 0.04 * Math.sqrt(n / 2e9)],
  ];

  test.each(names)('%s is met within a ten-thousandth of itself, both ways', (law, exact) => {
    const text = law.startsWith('{') ? law : JSON.stringify(law).replaceAll('_', '');
    const curve = impactCurve(impactOf(`{ kind: curve, law: ${text}, depth: 20e6, recovery: never }`));
    for (let notional = 2e6; notional < 1e9; notional *= 1.7) {
      curve.reset();
      const lots = (notional / 20e6) * LOTS;
      curve.trade(-lots, 0);
      expect(Math.abs(-curve.displacement(0) / exact(notional) - 1)).toBeLessThan(1e-4);
      curve.reset();
      curve.trade(lots, 0);
      expect(Math.abs(curve.displacement(0) / exact(notional) - 1)).toBeLessThan(1e-4);
    }
  });

  test('the window of its metaorders is a day, or what is stated', () => {
    expect(impactOf('{ kind: curve, law: "notional / 1e9", depth: 20e6 }')).toMatchObject({ kind: 'table', window: 86_400 });
    expect(impactOf('{ kind: curve, law: { kind: formula, move: notional / 1e9, window: 5m }, depth: 20e6 }')).toMatchObject({
      window: 300,
    });
  });
});

describe('what is refused, and where', () => {
  test.each<[string, string, string, string]>([
    ['a misspelt kind', '{ kind: curv, depth: 20e6 }', 'curv,', 'want book or curve'],
    ['a misspelt law', '{ kind: curve, law: sqare-root, depth: 20e6 }', 'sqare-root', 'did you mean "square-root"?'],
    ['a misspelt law in a map', '{ kind: curve, law: { kind: lineer }, depth: 20e6 }', 'lineer', 'did you mean "linear"?'],
    ['a setting of another law', '{ kind: curve, law: { kind: linear, window: 5m }, depth: 20e6 }', 'window', 'unknown key "window"'],
    ['makers of a curve', '{ kind: curve, depth: 20e6, makers: { depth: 1e6 } }', 'makers', 'unknown key "makers"'],
    ['no depth', '{ kind: curve }', '{ kind: curve }', 'missing, want an amount > 0'],
    ['a depth below a lot', '{ kind: curve, depth: 99 }', '99 }', 'want at least 100: one lot at the opening price'],
    ['a negative exponent', '{ kind: curve, law: { kind: power, exponent: -1 }, depth: 20e6 }', '-1', 'found -1, want a number > 0'],
    ['a permanent share above 1', '{ kind: curve, depth: 20e6, permanent: 2 }', '2 }', 'found 2'],
    [
      'an unknown name',
      '{ kind: curve, law: "notional / dept", depth: 20e6 }',
      'dept"',
      'found the name dept, want notional, quantity, depth',
    ],
    ['reach for more', '{ kind: curve, law: "notional.constructor(1)", depth: 20e6 }', 'notional.c', 'want min, max'],
    ['a name without a value', '{ kind: curve, law: "volatility * notional", depth: 20e6 }', '"volatility', 'nowhere a value for it'],
    [
      'a fall',
      '{ kind: curve, law: "notional > 100 ? 1% : 2%", depth: 20e6 }',
      '"notional >',
      'found a move that falls as the notional grows',
    ],
    [
      'a negative move',
      '{ kind: curve, law: "notional / 1e9 - 1%", depth: 20e6 }',
      '"notional',
      'found a move of -0.01, want a finite one from 0, at a notional of 1',
    ],
    [
      'no number',
      '{ kind: curve, law: "log(notional - 5)", depth: 20e6 }',
      '"log',
      'found a move of NaN, want a finite one from 0, at a notional of 1',
    ],
    [
      'an infinite one',
      '{ kind: curve, law: { kind: formula, move: "1 / (1 - notional)" }, depth: 20e6 }',
      '"1 /',
      'found a move of Infinity',
    ],
    [
      'an end',
      '{ kind: curve, law: "min(2%, notional / 1e9)", depth: 20e6 }',
      '"min',
      'found a move that stays at 0.02 however large the notional',
    ],
    ['a formula too long', `{ kind: curve, law: "notional${' + 1'.repeat(200)}", depth: 20e6 }`, '"notional +', 'or a formula in notional'],
  ])('%s', (_, market, at, says) => {
    const parsed = parse(market);
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map(formatProblem)).toHaveLength(1);
    expect(problems[0]?.message).toContain(says);
    const line = fileOf(market).split('\n')[4]!;
    expect(problems[0]).toMatchObject({ line: 5, column: line.indexOf(at) + 1 });
  });

  test('units that are too fine', () => {
    const parsed = parse('{ kind: curve, depth: 20e6 }', '', '0.000000001');
    expect('problems' in parsed && parsed.problems[0]?.message).toContain('money can reach');
  });
});

describe('in a sweep', () => {
  const frame = `vary:
  market.law: [linear, { kind: power, exponent: 0.8 }, "1% * (notional / depth) ^ 0.5"]
uncertain:
  market.depth: { from: 5e6, to: 40e6, log: true }
replications: 2
`;

  test('laws vary, depths are drawn, and a copy through JSON resolves to the same', () => {
    const experiment = sound('{ kind: curve, depth: 20e6 }', frame);
    const copy = JSON.parse(JSON.stringify(experiment)) as typeof experiment;
    const draws = drawUncertain(experiment, 3);
    const kinds = experiment.points.map((point) => {
      const options = resolvePoint(experiment, point.index, draws);
      expect(resolvePoint(copy, point.index, draws)).toEqual(options);
      const { quotes } = withFirstMarket(options);
      if (quotes.kind !== 'curve') throw new Error('want a curve');
      const curve = impactCurve(quotes.impact);
      const lots = draws['market.depth']! / 100;
      curve.trade(lots, 0);
      expect(curve.displacement(0)).toBeCloseTo(0.01, 5);
      return quotes.impact.kind;
    });
    expect(kinds).toEqual(['linear', 'power', 'table']);
  });

  test('a number of a law varies where the law is a map', () => {
    const vary = 'vary: { market.law.exponent: [0.4, 0.6], market.recovery: [5s, never], market.kind: [curve] }';
    const experiment = sound('{ kind: curve, law: { kind: power }, depth: 20e6 }', vary);
    const found = experiment.points.map((point) => withFirstMarket(resolvePoint(experiment, point.index)).quotes);
    expect(found).toMatchObject([
      { impact: { exponent: 0.4, recovery: 5 } },
      { impact: { exponent: 0.4, recovery: Infinity } },
      { impact: { exponent: 0.6, recovery: 5 } },
      { impact: { exponent: 0.6, recovery: Infinity } },
    ]);
  });

  test('a fault in a varied formula stands at it', () => {
    const parsed = parse('{ kind: curve, depth: 20e6 }', 'vary: { market.law: [linear, "notional / dept", "1% - notional"] }');
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map(({ line, column }) => [line, column])).toEqual([[11, 42]]);
    const later = parse('{ kind: curve, depth: 20e6 }', 'vary: { market.law: [linear, "1% - notional"] }');
    expect('problems' in later && later.problems.map(({ path }) => path)).toEqual(['vary.market.law[1]']);
  });

  test('book and curve beside each other, and each asset with its own', () => {
    const vary = 'vary: { market: [{ kind: book, makers: { depth: 20e6 }, noise: { size: 5_000 } }, { kind: curve, depth: 20e6 }] }';
    const experiment = sound('{ kind: curve, depth: 20e6 }', vary);
    const simulator = new Simulator();
    const results = experiment.points.map((point) => simulator.run(resolvePoint(experiment, point.index), { seed: 'a', replicate: 0 }));
    for (const { metrics } of results) {
      expect(metrics[METRIC_NAMES.indexOf('ledger_error')]).toBe(0);
      expect(metrics[METRIC_NAMES.indexOf('liquidations')]).toBeGreaterThan(5);
    }
  });

  test('what a run reports of depth, spread and an empty side', () => {
    const at = (market: string) => {
      const { metrics } = new Simulator().run(resolvePoint(sound(market), 0), { seed: 'a', replicate: 0 });
      return (name: string) => metrics[METRIC_NAMES.indexOf(name)]!;
    };
    const deep = at('{ kind: curve, law: linear, depth: 20e6 }');
    expect([deep('max_spread'), deep('one_sided_seconds')]).toEqual([0, 0]);
    // A lot moves the price by the same number of ticks wherever it stands, and within 1 % of a price that fell there are fewer.
    expect(deep('min_depth') / 20e6).toBeGreaterThan(0.75);
    expect(deep('min_depth') / 20e6).toBeLessThan(0.95);
    expect(deep('rounding')).toBeGreaterThan(0);
    expect(deep('rounding')).toBeLessThan(0.5 * 0.001 * (deep('liquidations') + 1));
    const thin = at('{ kind: curve, law: { kind: exponential, decay: 60 }, depth: 2e6, recovery: 5m }');
    expect(thin('one_sided_seconds')).toBeGreaterThan(0);
    expect(thin('min_depth')).toBe(0);
  });
});

test('the JSON Schema knows both kinds of market', () => {
  const text = JSON.stringify(jsonSchema('scenario'));
  for (const word of ['"const":"curve"', '"const":"book"', '"const":"obizhaeva-wang"', '"const":"formula"']) expect(text).toContain(word);
});

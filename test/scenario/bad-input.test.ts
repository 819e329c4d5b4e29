import { describe, expect, test } from 'vitest';
import { compileFormula } from '../../src/scenario/formula.ts';
import { parseExperiment, parseScenario } from '../../src/scenario/parse.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { broken, DRIVER, SOUND } from './broken-files.ts';
import type { Broken } from './broken-files.ts';

const BORROWERS = '    - { name: borrowers, margin: lending, loans: [{ collateral: 1 BTC, debt: 9_000 }] }\n';

/** The cases whose break takes two edits. */
function breakFile(one: Broken): string {
  if (one.from === 'SWAP')
    return SOUND.replace('symbol: BTC', 'symbol: DOGE')
      .replace('venue: generic', 'venue: hyperliquid')
      .replaceAll(/(5|2) BTC/g, '$1');
  if (one.from === 'EVENT') return SOUND.replace(DRIVER, one.to).replace('horizon: 10m', 'horizon: 3h');
  if (one.from === 'WINDOW') {
    return SOUND.replace('mark: last', 'history: { kind: waypoints, points: [[2h, 90_000], [9h, 95_000]] }').replace(
      'count: 10\n',
      () => `count: 10\n      entry: ${one.to}\n`,
    );
  }
  expect(SOUND).toContain(one.from);
  const lent = one.borrowers === true ? SOUND.replace('    - name: whales', `${BORROWERS}    - name: whales`) : SOUND;
  const under = one.margin === undefined ? lent : lent.replace('venue: generic', `venue: ${one.margin}`);
  // Terms of loans leave less room for a threshold than those of positions: it stays where it is.
  return (under === SOUND ? SOUND : under.replace('[0.5, 1, 1.5]', '[1]')).replace(one.from, () => one.to);
}

function problemsOf(text: string, files: Readonly<Record<string, string>> = {}, set: readonly string[] = []): readonly Problem[] {
  const parsed = parseExperiment(text, {
    path: 'sound.yaml',
    set,
    formula: compileFormula,
    read: (name) => {
      const file = files[name];
      if (file === undefined) throw new Error('does not exist');
      return file;
    },
  });
  return 'problems' in parsed ? parsed.problems : [];
}

function placeOf(text: string, at: string): { readonly line: number; readonly column: number } {
  const offset = text.indexOf(at);
  expect(offset, `${at} in the broken file`).toBeGreaterThanOrEqual(0);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

test('the sound file is sound', () => expect(problemsOf(SOUND)).toEqual([]));
test('the table is long enough', () => expect(broken.length).toBeGreaterThanOrEqual(40));

describe('one mistake, one located problem', () => {
  test.each(broken.map((one) => [one.what, one] as const))('%s', (_, one) => {
    const text = breakFile(one);
    const problems = problemsOf(text, one.files);
    expect(problems.map(formatProblem)).toHaveLength(1);
    const [problem] = problems;
    if (problem === undefined) return;
    for (const words of one.says) expect(problem.message).toContain(words);
    expect(problem.path).toBe(one.path);
    if (one.inFile === undefined) {
      expect(problem.file).toBe('sound.yaml');
      expect({ line: problem.line, column: problem.column }).toEqual(placeOf(text, one.at));
    } else {
      expect([problem.file, problem.line, problem.column]).toEqual(one.inFile);
    }
    // The caret stands under the place, with the line above it.
    const [, excerpt, caret] = formatProblem(problem).split('\n');
    expect(excerpt?.[caret?.indexOf('^') ?? -1] ?? '').toBe(problem.source[problem.column - 1] ?? '');
    if (problem.source.length <= 120) expect(excerpt?.slice(4)).toBe(problem.source.trimEnd());
  });
});

describe('several at once', () => {
  test('each is told, in the order of the file', () => {
    const text = SOUND.replace('count: 10', 'count: -3')
      .replace('floor: 1e6', 'flor: 1e6')
      .replace('[0.5, 1, 1.5]', '[0.5, x]')
      .replace('seed: october', 'sed: october')
      .replace('0.9x', '1.05x');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'scenario.market.makers.flor',
      'scenario.traders[0].count',
      'vary.margin.threshold[1]',
      'sed',
    ]);
  });

  test('a wrong section hides no other', () => {
    const text = SOUND.replace('horizon: 10m', 'horizon: 600')
      .replace('size: 5 BTC', 'size: 5.00005 BTC')
      .replace('call: 1.05x', 'call: 0.9x');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'scenario.horizon',
      'scenario.traders[2].accounts[0].size',
      'scenario.margin.call',
    ]);
  });
});

test.each([
  ['answer: excess_drawdown', 'answer', 'want a list'],
  ['answer: [excess drawdown]', 'answer[0]', 'want the name of a metric, or of a probe of the scenario'],
  ['answer: [bad_debt, exces_drawdown]', 'answer[1]', 'did you mean "excess_drawdown"?'],
  ['answer: [bad_debt, low]', 'answer[1]', 'want a metric or a probe of the scenario'],
  ['answer: [bad_debt, bad_debt]', 'answer[1]', 'found bad_debt again, want each metric once'],
])('%s', (line, path, says) => {
  const problems = problemsOf(SOUND.replace('scenario:\n', `${line}\nscenario:\n`));
  expect(problems.map(formatProblem)).toHaveLength(1);
  expect(problems[0]).toMatchObject({ line: 3, path });
  expect(problems[0]?.message).toContain(says);
});

test('a metric and a probe of the scenario may answer', () => {
  const text = SOUND.replace('scenario:\n', 'answer: [low, bad_debt]\nscenario:\n').replace(
    '  liquidation:',
    '  probes: [{ name: low, of: price, take: min }]\n  liquidation:',
  );
  const parsed = parseExperiment(text, { path: 'sound.yaml' });
  expect('problems' in parsed ? parsed.problems.map(formatProblem) : parsed.experiment.answer).toEqual(['low', 'bad_debt']);
});

test.each([
  ['{ kind: clips, notional: 250_000, pause: 10s }, full, step-down', ['clips', 'full', 'step-down']],
  ['{ kind: clips, notional: 250_000, pause: 10s }, { kind: partial, above: 1, fraction: 20%, cooldown: 30s }', ['clips', 'partial']],
  ['{ kind: clips, notional: 250_000, pause: 10s }, { kind: clips, notional: 2e6, pause: 10s }', ['notional 250_000', 'notional 2e6']],
  [
    '{ kind: restore, target: 1.1x }, { kind: clips, notional: 2e6, pause: 1s }, { kind: clips, notional: 2e6, pause: 9s }',
    ['restore, target 1.1x', 'clips, notional 2e6, pause 1s', 'clips, notional 2e6, pause 9s'],
  ],
])('values of a key are called by what tells them apart: %s', (values, labels) => {
  const parsed = parseExperiment(SOUND.replace('uncertain:', `  liquidation.policy: [${values}]\nuncertain:`), { path: 'sound.yaml' });
  expect('problems' in parsed ? parsed.problems.map(formatProblem) : parsed.experiment.vary[1]?.labels).toEqual(labels);
});

test.each([
  ['traders[1]', '{ name: many, count: 99, REST }, { name: few, count: 2, REST }', ['many', 'few']],
  ['traders[1]', '{ name: shorts, count: 99, REST }, { name: shorts, count: 2, REST }', ['count 99', 'count 2']],
  ['without', '[], [longs], [shorts]', ['none', 'longs', 'shorts']],
  [
    'margin.dynamic',
    '{ volatility: 60%, floor: 1% }, { volatility: 60%, floor: 1%, stressed: { rate: 6%, weight: 25% } }, { volatility: 60%, floor: 2% }',
    ['floor 1%', 'floor 1%, stressed', 'floor 2%'],
  ],
])('maps of a key are called by their name, and sections of one alone without details: %s', (path, values, labels) => {
  const rest = 'side: short, notional: 1e6, leverage: 2';
  const text = SOUND.replace('uncertain:', `  ${path}: [${values.replaceAll('REST', rest)}]\nuncertain:`);
  const parsed = parseExperiment(text, { path: 'sound.yaml' });
  expect('problems' in parsed ? parsed.problems.map(formatProblem) : parsed.experiment.vary[1]?.labels).toEqual(labels);
});

test('an outage that ends before it begins', () => {
  const text = SOUND.replace('    noise:', '    session: { outages: [{ from: 2m, until: 1m }] }\n    noise:');
  const [problem, ...more] = problemsOf(text);
  expect(more).toEqual([]);
  expect(problem?.path).toBe('scenario.market.session.outages[0].until');
  expect(problem?.message).toBe('found 60s, want more than the 120s that it begins at');
});

test('a mistake in a list of which a member is uncertain is told alone', () => {
  const text = SOUND.replace('tick: 1', 'tick: -1').replace(
    'uncertain:',
    'uncertain:\n  assets[0].driver.price: { from: 90_000, to: 110_000 }',
  );
  expect(problemsOf(text).map((problem) => problem.path)).toEqual(['scenario.assets[0].tick']);
});

describe('--set', () => {
  test.each([
    ['scenario.horizon=banana', 'scenario.horizon', 18, 'found banana'],
    ['scenario.traders[longs].count=-3', 'scenario.traders[0].count', 31, 'found -3, want a whole number ≥ 1'],
    ['scenario.traders[longz].count=3', 'scenario.traders[longz].count', 1, 'the list has 3 members: longs, shorts, whales'],
    ['scenario.horizn=1m', 'scenario.horizn', 1, 'did you mean "horizon"?'],
    ['vary.margin.threshold=[1, 1.95]', 'vary.margin.threshold[1]', 27, 'want at most 2'],
    ['uncertain.market.makers.depth.from=0', 'uncertain.market.makers.depth.from', 36, 'found 0'],
    ['replications=', 'replications', 14, 'found nothing'],
    ['replications', '', 1, 'want PATH=VALUE'],
    ['=3', '', 1, 'want PATH=VALUE'],
    ['seed=[1', 'seed', 8, 'not readable as YAML'],
  ])('%s', (set, path, column, says) => {
    const problems = problemsOf(SOUND, {}, [set]);
    expect(problems.map(formatProblem)).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: '--set', line: 1, column, path, source: set });
    expect(problems[0]?.message).toContain(says);
  });

  test('replaces, adds what the file leaves at its default, and the last one wins', () => {
    const set = [
      'scenario.margin.threshold=1.2',
      'scenario.liquidation.queue=random',
      'seed=a',
      'seed=b',
      'vary.liquidation.latency=[0, 1s]',
      'scenario.traders[longs].leverage={ kind: constant, value: 3 }',
    ];
    const parsed = parseExperiment(SOUND, { path: 'sound.yaml', set });
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    const { scenario, seed, vary, points } = parsed.experiment;
    expect(scenario.margin.threshold).toBe(1.2);
    expect(scenario.liquidation.queue).toBe('random');
    expect(scenario.traders[0]).toMatchObject({ leverage: { kind: 'constant', value: 3 } });
    expect(seed).toBe('b');
    expect(vary.map((one) => one.path)).toEqual(['margin.threshold', 'liquidation.latency']);
    expect(points.map((point) => point.values['liquidation.latency'])).toEqual([0, 1, 0, 1, 0, 1]);
  });
});

describe('what YAML could do to us', () => {
  test('a bomb of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let k = 1; k < 9; k++) lines.push(`a${k}: &a${k} [${Array.from({ length: 9 }, () => `*a${k - 1}`).join(', ')}]`);
    const [problem] = problemsOf(lines.join('\n'));
    expect(problem?.message).toContain('want fewer');
  });

  test('an alias of itself', () => expect(problemsOf('a: &a [*a]').length).toBeGreaterThan(0));
  test('a file too large', () => expect(problemsOf(`name: ${'x'.repeat(1_000_001)}`)[0]?.message).toContain('want at most 1000000'));
  test('an empty file', () => expect(problemsOf('')[0]?.message).toContain('found an empty file'));
  test('a list', () => expect(problemsOf('- a')[0]?.message).toContain('found a list'));
  test('a deep nest', () => expect(problemsOf(`${'['.repeat(60)}${']'.repeat(60)}`)[0]?.message).toContain('levels of nesting'));

  test('an anchor and its alias are one value', () => {
    const text = SOUND.replace('depth: 5e6', 'depth: &n 5e6')
      .replaceAll('notional: 1e6', 'notional: *n')
      .replace('uncertain:\n  market.makers.depth: { from: 2e6, to: 8e6, log: true }\n', '');
    expect(problemsOf(text).map(formatProblem)).toEqual([]);
  });
});

test('a plain scenario is read as one, and as an experiment of one run', () => {
  const text = SOUND.slice(SOUND.indexOf('  horizon'), SOUND.indexOf('vary:')).replaceAll(/^ {2}/gm, '');
  const parsed = parseScenario(text, { path: 'a/My World.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  expect(parsed.scenario.horizon).toBe(600);
  expect(parsed.experiment).toMatchObject({ name: 'my-world', replications: 1, points: [{ index: 0, values: {} }], vary: [] });
  expect(parseExperiment(text, { path: 'a/My World.yaml' })).toEqual({ experiment: parsed.experiment });
  const wrong = parseExperiment(text.replace('count: 10', 'count: -3'), { path: 'a/My World.yaml' });
  expect('problems' in wrong && wrong.problems[0]?.path).toBe('traders[0].count');
});

import { describe, expect, test } from 'vitest';
import { describeAssumptions } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem, ScenarioError } from '../../src/scenario/problem.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { SOUND } from './broken-files.ts';

function problemsOf(text: string, set: readonly string[] = []): readonly Problem[] {
  const parsed = parseExperiment(text, { path: 'a.yaml', set });
  return 'problems' in parsed ? parsed.problems : [];
}

describe('hostile files', () => {
  test('control characters never reach a terminal', () => {
    const [problem] = problemsOf(SOUND.replace('name: sound', 'name: "\u001b]0;owned\u0007"'));
    expect(problem?.message).toContain('owned');
    expect(formatProblem(problem as Problem).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test.each([
    ['name: whales', 'name: "wh\\eales"'],
    ['question: Does it hold?', 'question: "Does\\e it hold?"'],
    ['seed: october', 'seed: "oct\\aober"'],
  ])('a control character in %s is a mistake', (from, to) => {
    const sound = SOUND.includes('seed: ') ? SOUND : `${SOUND}seed: october\n`;
    expect(sound).toContain(from);
    expect(problemsOf(sound.replace(from, () => to))).toHaveLength(1);
  });

  test('a question may have lines', () => {
    expect(problemsOf(SOUND.replace('question: Does it hold?', 'question: "Does it\\n\\thold?"'))).toEqual([]);
  });

  test('fifty thousand unknown keys are found at once and spelt out in part', () => {
    const problems = problemsOf(SOUND + Array.from({ length: 50_000 }, (_, k) => `k${k}: 1\n`).join(''));
    expect(problems).toHaveLength(50_000);
    const lines = new ScenarioError(problems).message.split('\n');
    expect(lines).toHaveLength(301);
    expect(lines.at(-1)).toBe('and 49900 more problems');
  });

  test('a key twice is located at its second place', () => {
    expect(problemsOf(`${SOUND}name: again\n`)).toMatchObject([
      { line: SOUND.split('\n').length, column: 1, message: 'found the key "name" again, want each key once' },
    ]);
  });

  test('a second document is refused in our own words', () => {
    expect(problemsOf(`${SOUND}---\n${SOUND}`)[0]?.message).toBe('found a second document, want one');
  });

  test.each(['hello', '[1, 2]', '3'])('%s is no map of keys, whatever is set on the command line', (text) => {
    const problems = problemsOf(text, ['replications=1', 'scenario.horizon=1h']);
    expect(problems).toMatchObject([{ file: 'a.yaml', line: 1, column: 1 }]);
    expect(problems[0]?.message).toContain('want a map of keys');
  });

  test.each([
    ['depth: 5e6, floor: 1e6', 'depth: 1e-9, floor: 0', 'scenario.market.makers.depth'],
    ['depth: 5e6', 'depth: 5e6, inventoryCap: 1e-9', 'scenario.market.makers.inventoryCap'],
    ['size: 2_000', 'size: 1e-9', 'scenario.market.noise.size'],
  ])('money too small to be any is refused: %s → %s', (from, to, path) => {
    expect(problemsOf(SOUND.replace(from, to))).toMatchObject([{ path, message: 'found 1e-9, want at least 0.0001: one tick of one lot' }]);
  });

  test('points of a history out of order are a located mistake', () => {
    const history = 'mark: last\n      history: { kind: waypoints, points: [[2h, 90_000], [1h, 95_000.5]] }';
    expect(problemsOf(SOUND.replace('mark: last', history)).map((problem) => problem.path)).toEqual([
      'scenario.assets[0].history.points[1][0]',
      'scenario.assets[0].history.points[1][1]',
    ]);
  });
});

describe('where values come from', () => {
  function notes(text: string, set: readonly string[] = []) {
    const parsed = parseExperiment(text, { path: 'a.yaml', set });
    if ('problems' in parsed) throw new ScenarioError(parsed.problems);
    return describeAssumptions(parsed.experiment);
  }

  test('a comment behind the key of a block speaks of the block', () => {
    const block =
      'driver: # source a page, the second\n        # more words\n        kind: constant\n        price: 100_000 # hypothetical, round\n';
    const found = notes(SOUND.replace('driver: { kind: constant, price: 100_000 }\n', block));
    expect(found).toContainEqual({
      path: 'assets[0].driver',
      value: 'kind: constant …',
      source: 'a page, the second',
      hypothetical: false,
    });
    expect(found).toContainEqual({ path: 'assets[0].driver.price', value: '100_000', source: 'hypothetical, round', hypothetical: true });
  });

  test('a comment on a line of its own speaks of nothing', () => {
    const block = 'driver:\n        # hypothetical\n        kind: constant\n        price: 100_000\n';
    expect(notes(SOUND.replace('driver: { kind: constant, price: 100_000 }\n', block)).map((note) => note.path)).not.toContain(
      'assets[0].driver',
    );
  });

  test('a value of the command line says so', () => {
    const found = notes(SOUND, ['scenario.liquidation.capacity=20', 'scenario.market.noise={ size: 5_000 }']);
    const source = 'set on the command line';
    expect(found).toContainEqual({ path: 'liquidation.capacity', value: '20', source, hypothetical: true });
    expect(found).toContainEqual({ path: 'market.noise', value: '{ size: 5_000 }', source, hypothetical: true });
    expect(found.filter((note) => note.source === source)).toHaveLength(2);
  });
});

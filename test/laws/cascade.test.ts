import { describe, expect, test } from 'vitest';
import { cascadeSizes } from '../../src/validation/cascade.ts';
import { runBoard } from '../../src/validation/board.ts';
import { leavesOf, readTargets } from '../../src/validation/target.ts';

const RUNS = process.env['MARGINFALL_LONG'] === '1' ? 20_000 : 3000;

const play = (set: readonly string[], runs = RUNS) => runBoard(['CAS-GP-ENGINE'], { set, runs })[0];

describe(`CAS-GP-ENGINE, ${RUNS} runs of the whole engine`, () => {
  test.each([
    [3, 0.7],
    [1, 0.5],
    [5, 0.3],
    [2, 0.9],
  ])('T = %d, b = %d: the number of liquidations is Generalized Poisson', (T, b) => {
    const result = play([`T=${T}`, `b=${b}`]);
    expect(result?.measured).toMatchObject({ runs: RUNS });
    expect(result?.pass, JSON.stringify(result, null, 1)).toBe(true);
  });

  test.each([
    [2, 1.3],
    [1, 1.1],
    [1, 2],
  ])('T = %d, b = %d: the share of runaways', (T, b) => {
    const result = play([`T=${T}`, `b=${b}`]);
    expect(result?.measured).toMatchObject({ runs: RUNS });
    expect(result?.pass, JSON.stringify(result, null, 1)).toBe(true);
  });

  test('T = 2, b = 1.3 is expected to run away as often as the target says', () => {
    const runaway_T2_b1p3 = leavesOf(play(['T=2', 'b=1.3'], 2)?.expected ?? null)[0]?.value;
    expect(readTargets().get('CAS-GP-ENGINE')?.expected).toMatchObject({ runaway_T2_b1p3 });
  });
});

describe('a cascade', () => {
  test('is the same whatever book it is played in, as long as the book outlives it', () => {
    const short = cascadeSizes({ T: 3, b: 0.85, runs: 500, most: 60, seed: 'same' });
    const long = cascadeSizes({ T: 3, b: 0.85, runs: 500, most: 3000, seed: 'same' });
    expect([...short]).toEqual([...long].map((size) => Math.min(size, 60)));
    expect(long.some((size) => size >= 60)).toBe(true);
  });
});

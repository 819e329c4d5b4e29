import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../../src/validation/board.ts';
import type { BoardResult } from '../../src/validation/board.ts';
import { capture } from './capture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function validate(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const command = ['--import', 'tsx', join(root, 'src', 'cli', 'main.ts'), 'validate', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

describe('marginfall validate', () => {
  test('as a process: --json is one document with the seven keys, status 0 when all hold', () => {
    const { status, out, err } = validate('CAS-GP-ENGINE', '--set', 'T=2', '--set', 'b=0.5', '--runs', '2000', '--json');
    expect([status, err]).toEqual([0, '']);
    const [result, ...others] = JSON.parse(out) as BoardResult[];
    expect(others).toEqual([]);
    expect(Object.keys(result ?? {})).toEqual(['id', 'statement', 'parameters', 'expected', 'measured', 'tolerance', 'pass']);
    expect(result).toMatchObject({ id: 'CAS-GP-ENGINE', parameters: { T: 2, b: 0.5 }, measured: { runs: 2000 }, pass: true });
    expect(result?.expected).toMatchObject({ mean: 2 });
    for (const key of ['runs', 'mean', 'variance', 'p0', 'pmf', 'tail']) expect(result?.measured).toHaveProperty(key);
  });

  test('as a process: an unknown id and a misspelt key are usage errors, with nothing on stdout', () => {
    expect(validate('CAS-GOLDN', '--json')).toEqual({
      status: 2,
      out: '',
      err:
        'marginfall: validate: found CAS-GOLDN, want an id of the board; did you mean "CAS-GOLDEN"? ' +
        `(nearest: CAS-GOLDEN, CAS-TOPUP, CAS-GP; all ${CHECKS.length}: marginfall validate --list)\n`,
    });
    expect(validate('CAS-GP-ENGINE', '--set', 'q=1')).toEqual({
      status: 2,
      out: '',
      err: 'marginfall: validate: --set q: unknown key "q" in parameters (allowed: T, b)\n',
    });
  });

  test.each([
    ['NOPE', '(nearest: '],
    ['gp', '(nearest: CAS-GP, CAS-GP-ENGINE, CAS-GP-RUNAWAY; '],
  ])('an unknown id %s is told its nearest and where all are', async (id, says) => {
    const { status, out, err } = await capture('validate', id);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(says);
    expect(err).toContain(`; all ${CHECKS.length}: marginfall validate --list)`);
  });

  test('--list names every id and runs nothing; with --json the parameters that --set may change', async () => {
    const { status, out } = await capture('validate', '--list');
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(CHECKS.map((check) => check.id));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(118);
    const [one, ...others] = JSON.parse((await capture('validate', 'CAS-GP-ENGINE', '--list', '--json')).out) as BoardResult[];
    expect([others, Object.keys(one?.parameters ?? {})]).toEqual([[], ['T', 'b']]);
    expect((await capture('validate', '--list', '--quick')).status).toBe(2);
  });

  test('above b = 1 the share of runaways', async () => {
    const { status, out } = await capture('validate', 'CAS-GP-ENGINE', '--set', 'T=2', '--set', 'b=1.5', '--runs', '500', '--json');
    const [result] = JSON.parse(out) as BoardResult[];
    expect([status, Object.keys(result?.expected ?? {}), Object.keys(result?.measured ?? {})]).toEqual([
      0,
      ['runaway'],
      ['runs', 'runaway'],
    ]);
  });

  test('ids are told in full, and the closing line counts', async () => {
    const { status, out } = await capture('validate', 'POS-RESTORE', 'CAS-GOLDEN');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^pass {2}POS-RESTORE\n[^]*expected +0\.384615\n {6}measured +0\.384615\n[^]*pass {2}CAS-GOLDEN\n[^]*\n2 passed, 0 fell short\n$/,
    );
  });

  // test/validation/board.test.ts runs every check of the board.
  test('without ids the whole board, a line a target; what falls short is told in full, and the status is 1', async () => {
    const asked: unknown[] = [];
    vi.doMock('../../src/validation/board.ts', () => ({
      runBoard: (ids: unknown, _options: unknown, onResult: (result: BoardResult) => void) => {
        asked.push(ids);
        const held = { id: 'X', statement: 'one is one', parameters: {}, expected: 1, measured: 1, tolerance: 'exact', pass: true };
        const results = [held, { ...held, id: 'Y', statement: 'one is two', measured: 2, pass: false }];
        results.forEach(onResult);
        return results;
      },
    }));
    try {
      const { status, out } = await capture('validate');
      expect(asked).toEqual([null]);
      expect(status).toBe(1);
      expect(out).toMatch(/^pass {2}X +1\nFAIL {2}Y\n +one is two\n[^]*measured +2\n[^]*1 passed, 1 fell short\n$/);
    } finally {
      vi.doUnmock('../../src/validation/board.ts');
    }
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { capture } from './capture.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginfall-init-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['scenario', 'run'],
  ['experiment', 'sweep'],
  ['crash', 'sweep'],
])('the template %s is commented, and runs as written', async (template, command) => {
  const path = join(folder, `First ${template}.yaml`);
  const { status, out } = await capture('init', template, '-o', path);
  expect(status).toBe(0);
  expect(out).toContain(`marginfall ${command} ${path}`);
  expect(readFileSync(path, 'utf8').match(/#/g)?.length ?? 0).toBeGreaterThan(8);
  const experiment = await loadExperiment(path, template === 'crash' ? { set: ['scenario.horizon=40m'] } : {});
  expect(experiment.name).toBe(`first-${template}`);
  const options = resolvePoint(experiment, 0, drawUncertain(experiment, 0));
  const { metrics } = new Simulator().run(options, { seed: experiment.seed, replicate: 0 });
  const value = (name: string): number => metrics[METRIC_NAMES.indexOf(name)] ?? Number.NaN;
  expect(value('ledger_error')).toBe(0);
  expect(value('drawdown')).toBeGreaterThan(0.02);
  expect(value('liquidations')).toBeGreaterThan(0);
});

test('what is there is left as it is', async () => {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, 'mine');
  const { status, out, err } = await capture('init', 'scenario', '-o', path);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('is there already');
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('an unknown template is status 2 and writes nothing', async () => {
  const path = join(folder, 'none.yaml');
  const { status, err } = await capture('init', 'scenaro', '-o', path);
  expect(status).toBe(2);
  expect(err).toContain('did you mean "scenario"?');
  expect(() => readFileSync(path)).toThrow('ENOENT');
});

test('a folder that is not there', async () => {
  const { status, err } = await capture('init', 'scenario', '-o', join(folder, 'no', 'where.yaml'));
  expect(status).toBe(2);
  expect(err).toContain('no such file or folder');
});

test('--json says what was written', async () => {
  const path = join(folder, 'said.yaml');
  const { out } = await capture('init', '--json', '-o', path);
  expect(JSON.parse(out)).toEqual({ file: path, template: 'experiment', next: `marginfall sweep ${path}` });
});

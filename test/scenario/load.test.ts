import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';
import { withFirstMarket } from './only-market.ts';

const BARS = `ts,open,high,low,close,volume
1700000000,100000,101000,99000,100500,1
1700000060,100500,100600,100100,100200,1
1700000120,100200,100900,100000,100800,1
1700000180,100800,101000,100700,100900,1
`;
const scenario = (driver: string, extra = ''): string => `horizon: 1m
assets: [{ symbol: BTC, tick: 1, lot: 0.0001, driver: ${driver} }]
market: { makers: { depth: 5e6 } }
traders: [{ name: a, count: 5, side: long, notional: 1e6, leverage: 5 }, { name: b, count: 5, side: short, notional: 1e6, leverage: 5 }]
${extra}`;

let folder = '';
const inside = (name: string): string => join(folder, 'inside', name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginfall-load-'));
  mkdirSync(inside('deep'), { recursive: true });
  writeFileSync(inside('bars.csv'), BARS);
  writeFileSync(inside('deep/bars.csv.gz'), gzipSync(BARS));
  writeFileSync(join(folder, 'outside.csv'), BARS);
  symlinkSync(join(folder, 'outside.csv'), inside('link.csv'));
  writeFileSync(inside('plain.yaml'), scenario('{ kind: csv, file: bars.csv }'));
  writeFileSync(inside('later.yaml'), scenario('{ kind: csv, file: deep/bars.csv.gz, from: 2023-11-14T22:14:20Z }'));
  writeFileSync(inside('above.yaml'), scenario('{ kind: csv, file: ../outside.csv }'));
  writeFileSync(inside('absolute.yaml'), scenario(`{ kind: csv, file: ${join(folder, 'outside.csv')} }`));
  writeFileSync(inside('link.yaml'), scenario('{ kind: csv, file: link.csv }'));
  writeFileSync(inside('folder.yaml'), scenario('{ kind: csv, file: deep }'));
  writeFileSync(inside('deep/world.yaml'), scenario('{ kind: csv, file: bars.csv.gz }'));
  writeFileSync(inside('named.yaml'), 'name: named\nscenario: deep/world.yaml\nvary: { margin.threshold: [1, 1.5] }\n');
  writeFileSync(inside('deep/wrong.yaml'), scenario('{ kind: constant, price: 100 }').replace('count: 5', 'count: -3'));
  writeFileSync(inside('wrong.yaml'), 'name: wrong\nscenario: deep/wrong.yaml\n');
  writeFileSync(inside('missing.yaml'), 'name: missing\nscenario: nowhere.yaml\n');
  writeFileSync(
    inside('formula.yaml'),
    scenario('{ kind: constant, price: 100_000 }', 'margin: { maintenance: "max(0.5%, 1% * sqrt(notional / 1e6))", initial: 5% }\n'),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function problemsOf(
  name: string,
  options: { readonly set?: readonly string[]; readonly allowOutside?: boolean } = {},
): Promise<readonly string[]> {
  try {
    await loadExperiment(inside(name), options);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(
      (problem) => `${problem.file.slice(folder.length)}:${problem.line}:${problem.column} ${problem.path} ${problem.message}`,
    );
  }
}

test('bars become the path and the history of entries', async () => {
  const options = withFirstMarket(resolvePoint(await loadExperiment(inside('later.yaml')), 0));
  if (options.driver.kind !== 'waypoints') throw new Error('want waypoints');
  expect(options.driver.times[0]).toBe(0);
  expect(options.driver.prices.slice(0, 4)).toEqual([100_500, 100_600, 100_100, 100_200]);
  expect(options.history).toEqual({ ages: [0], prices: [100_500] });
  const first = withFirstMarket(resolvePoint(await loadExperiment(inside('plain.yaml')), 0));
  expect(first.history).toEqual({ ages: [0], prices: [100_000] });
});

test('a file above the folder is opened only with leave, by whatever way', async () => {
  for (const name of ['above.yaml', 'absolute.yaml', 'link.yaml']) {
    expect((await problemsOf(name))[0]).toMatch(/:2:\d+ assets\[0\]\.driver\.file found .*above the folder of this file.*--allow-outside/);
    expect(await problemsOf(name, { allowOutside: true })).toEqual([]);
  }
});

test('a file that is none', async () => {
  expect((await problemsOf('folder.yaml'))[0]).toContain('which is not a file');
  expect((await problemsOf('nobody.yaml'))[0]).toContain('this file does not exist');
  expect((await problemsOf('deep'))[0]).toContain('this is not a file');
});

test('a file that is not UTF-8 is refused', async () => {
  writeFileSync(inside('latin.yaml'), Buffer.from('name: caf\u00e9\n', 'latin1'));
  writeFileSync(inside('sixteen.yaml'), Buffer.from('\uFEFFname: a\n', 'utf16le'));
  expect(await problemsOf('latin.yaml')).toEqual(['/inside/latin.yaml:1:1  this file is not text in UTF-8']);
  expect(await problemsOf('sixteen.yaml')).toEqual(['/inside/sixteen.yaml:1:1  this file is not text in UTF-8']);
});

test("an experiment's scenario may be a file of its own, with files of its own", async () => {
  const experiment = await loadExperiment(inside('named.yaml'));
  expect(experiment.points).toHaveLength(2);
  expect(Object.keys(experiment.sources)).toEqual(['bars.csv.gz']);
  expect(await problemsOf('wrong.yaml')).toEqual(['/inside/deep/wrong.yaml:4:29 traders[0].count found -3, want a whole number ≥ 1']);
  expect(await problemsOf('missing.yaml')).toEqual(['/inside/missing.yaml:2:11 scenario found nowhere.yaml, which does not exist']);
});

test('a formula brings its compiler along', async () => {
  const experiment = await loadExperiment(inside('formula.yaml'));
  const { maintenance } = withFirstMarket(resolvePoint(experiment, 0)).margin;
  expect(maintenance.rate[0]).toBeCloseTo(0.005, 12);
  expect(maintenance.rate.length).toBeGreaterThan(5);
  expect((await problemsOf('formula.yaml', { set: ['margin.maintenance="max(0.5%, notionl)"'] }))[0]).toContain('did you mean "notional"?');
});

test('a file on the command line is relative to the working directory', async () => {
  const set = ['assets[0].driver.file=bars.csv'];
  expect((await problemsOf('plain.yaml', { set }))[0]).toContain('above the folder');
  expect((await problemsOf('plain.yaml', { set, allowOutside: true }))[0]).toContain('found bars.csv, which does not exist');
  expect(await problemsOf('plain.yaml', { set: [`assets[0].driver.file=${inside('bars.csv')}`] })).toEqual([]);
});

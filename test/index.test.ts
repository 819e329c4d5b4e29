import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, parseScenario, ScenarioError, simulate } from '../src/index.ts';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

describe('the library', () => {
  test('bundles for the browser, and neither node: nor a built-in module is in it', async () => {
    const { outputFiles, metafile, warnings } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports).toEqual([]);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((input) => /src\/(results|experiment|cli|report|validation)\/|scenario\/load/.test(input))).toEqual([]);
    expect(outputFiles[0]?.text).not.toMatch(/["']node:/);
  });

  const text = `
horizon: 2m
assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: constant, price: 100_000 }, mark: last }]
market: { makers: { depth: 5e6 }, noise: { marketRate: 2 } }
traders:
  - { name: longs, accounts: [{ side: long, size: 5 BTC, entry: 100_000, leverage: 40 }] }
orders: [{ at: 10s, side: sell, size: 120 BTC }]
margin: { maintenance: 1%, initial: 2% }
`;
  const parse = () => {
    const parsed = parseScenario(text, { path: 'sale.yaml' });
    if ('problems' in parsed) throw new ScenarioError(parsed.problems);
    return parsed;
  };

  test('parses and simulates: a value of its arguments alone', () => {
    const { scenario, experiment } = parse();
    const first = simulate(scenario, { seed: 'a', replicate: 3 });
    expect(first.metrics[METRIC_NAMES.indexOf('liquidations')]).toBe(1);
    expect(first.steps).toBeUndefined();
    expect(simulate(scenario, { seed: 'a', replicate: 3, detail: true })).toMatchObject({
      hash: first.hash,
      metrics: first.metrics,
      steps: {},
    });
    expect(simulate(scenario, { ...experiment, seed: 'a', replicate: 3 }).hash).toBe(first.hash);
    expect(simulate(scenario, { seed: 'a' }).hash).not.toBe(first.hash);
    expect(simulate(scenario, { seed: 'b', replicate: 3 }).hash).not.toBe(first.hash);
  });

  test('says what does not fit together', () => {
    const { scenario } = parse();
    expect(() => simulate({ ...scenario, horizon: 0.5 }, { seed: 'a' })).toThrow('horizon: found 0.5s, want at least one step of 1s');
  });
});

import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

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
});

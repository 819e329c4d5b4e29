import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const text = readFileSync(new URL('../../experiments/small-cascade.yaml', import.meta.url), 'utf8');
const REPLICATES = 4;

/** Hashes of the first runs of point 0, as both worlds compute them. */
function hashes(marginfall: typeof library, source: string, replicates: number): string[] {
  const parsed = marginfall.parseExperiment(source, { path: 'small-cascade.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(marginfall.formatProblem).join('\n'));
  const { experiment } = parsed;
  const simulator = new marginfall.Simulator();
  return Array.from({ length: replicates }, (_, replicate) => {
    const options = marginfall.resolvePoint(experiment, 0, marginfall.drawUncertain(experiment, replicate));
    const { metrics, hash } = simulator.run(options, { seed: experiment.seed, replicate });
    return `${hash} ${[...metrics].join(' ')}`;
  });
}

test.skipIf(!existsSync(CHROMIUM))('a browser computes the same bytes as Node', async () => {
  const here = hashes(library, text, REPLICATES);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'marginfall',
    target: 'es2022',
    logLevel: 'silent',
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 300_000 });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(300_000);
    await page.setContent('<!doctype html><title>marginfall</title>');
    await page.addScriptTag({ content: outputFiles[0]!.text });
    const there = await page.evaluate(`(${hashes.toString()})(marginfall, ${JSON.stringify(text)}, ${REPLICATES})`);
    expect(there).toEqual(here);
    expect(here.every((line) => /^[0-9a-f]{16} /.test(line))).toBe(true);
    expect(new Set(here).size).toBe(REPLICATES);
  } finally {
    await browser.close();
  }
});

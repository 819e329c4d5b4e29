import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { percent, plain, quantity } from '../../src/charts/format.ts';
import { runSingle } from '../../src/experiment/single.ts';
import { sweep } from '../../src/experiment/sweep.ts';
import { writeReport } from '../../src/report/report.ts';
import { readRows } from '../../src/results/parquet.ts';
import { loadExperiment } from '../../src/scenario/load.ts';

const file = fileURLToPath(new URL('../../experiments/process-tags.yaml', import.meta.url));
const RUNS = 6;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-tags-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a ramp with negligible feedback', () => {
  test('most liquidations have one as parent, hardly any is caused, and the report speaks of cause by the latter alone', async () => {
    const experiment = await loadExperiment(file, { set: [`replications=${RUNS}`] });
    const { summary } = await sweep(experiment, { out: folder, workers: 1 });
    const rows = await readRows(join(folder, 'runs.parquet'));
    expect(rows).toHaveLength(RUNS);
    for (const row of rows) {
      expect(row['liquidations']).toBeGreaterThan(1000);
      expect(row['reproduction_number']).toBeGreaterThan(0.5);
      expect(row['caused_share']).toBeLessThan(0.05);
      expect(row['excess_drawdown']).toBeLessThan(0.001);
    }

    const median = (metric: string): number => summary.find((row) => row.metric === metric)!.median!;
    const tags = median('reproduction_number');
    const { markdown, html } = await writeReport(folder);
    const text = readFileSync(markdown, 'utf8');
    expect(text).toMatch(new RegExp(`Caused share[^\\n]*(?:${quantity(median('caused_share'), 'fraction')}|not resolved)`));
    expect(text).toContain('Cause is spoken of only where the twin shows it');
    for (const page of [text, readFileSync(html, 'utf8').replace(/<script[^]*?<\/script>|<style[^]*?<\/style>|<svg[^]*?<\/svg>/g, '')]) {
      expect(page).not.toMatch(/reproduction|generation|parent/i);
      for (const written of [percent(tags), percent(tags, 2), plain(tags), plain(tags, 2), String(tags)])
        expect(page).not.toContain(written);
    }
  });

  test('on a thin book the same slide does cause them: the twin can tell', async () => {
    const thin = await loadExperiment(file, { set: ['scenario.market.makers.depth=4e6', 'scenario.market.makers.floor=1e6'] });
    const { row } = runSingle(thin, 0, 0);
    expect(row['caused_share']).toBeGreaterThan(0.1);
    expect(row['excess_drawdown']).toBeGreaterThan(0.01);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../charts/format.ts';
import type { ChartSpec } from '../charts/theme.ts';
import { packageVersion } from '../experiment/version.ts';
import type { SingleRun } from '../experiment/single.ts';
import { makeFolder } from '../results/folder.ts';
import type { Experiment } from '../scenario/experiment.ts';

/** Draws a chart of one run into its folder's charts/, as SVG, PNG and the specification it was drawn from. */
export async function writeRunChart(folder: string, name: string, spec: ChartSpec): Promise<void> {
  const { renderPng, renderSvg } = await import('../charts/render.ts');
  const charts = join(folder, 'charts');
  makeFolder(charts);
  const svg = await renderSvg(spec);
  writeFileSync(join(charts, `${name}.svg`), svg);
  writeFileSync(join(charts, `${name}.png`), renderPng(svg));
  writeFileSync(join(charts, `${name}.vl.json`), `${JSON.stringify(spec, null, 1)}\n`);
}

/** Which run it is, for people. */
export function runInWords({ points, replications, vary }: Experiment, { row, options: { without = [] } }: SingleRun): string {
  const values = points[Number(row['point'])]?.values ?? {};
  const settings = vary.map(({ path, values: all, labels }) => `${path} ${labels[all.indexOf(values[path] ?? '')] ?? ''}`);
  const of = replications === 1 ? [] : [`replicate ${row['replicate']} of ${counted(replications, 'replication')}`];
  return [...settings, ...of, ...(without.length === 0 ? [] : [`without ${without.join(', ')}`])].join(', ') || 'the scenario as it stands';
}

/** The last line under a chart of one run. */
export function runSource({ name, seed }: Experiment): string {
  return `Marginfall ${packageVersion()}, ${name}: simulated, one run, seed ${seed}.`;
}

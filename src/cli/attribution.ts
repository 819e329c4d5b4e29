import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted, quantity } from '../charts/format.ts';
import type { Attribution, AttributionRule } from '../experiment/attribution.ts';
import type { SingleRun } from '../experiment/single.ts';
import { makeFolder } from '../results/folder.ts';
import type { Experiment } from '../scenario/experiment.ts';
import { didYouMean } from '../scenario/problem.ts';
import type { LoadOptions } from '../scenario/load.ts';
import { MOST_GROUPS } from '../severity/shapley.ts';
import { UsageError } from './exit.ts';
import { runInWords, runSource, writeRunChart } from './run-chart.ts';

/** What Shapley values ask of a file: few enough groups. */
export function fewGroups(without: readonly string[]): NonNullable<LoadOptions['check']> {
  return ({ traders, without: gone }, report) => {
    const groups = traders.filter(({ name }) => !gone.includes(name) && !without.includes(name)).length;
    if (groups > MOST_GROUPS)
      report(
        ['traders'],
        `found ${groups} groups, want at most ${MOST_GROUPS} for Shapley values, which need a run of each of 2^${groups} subsets: leave some out (--without) or use --attribute knock-out`,
      );
  };
}

/** Finds a name of --without that no group of the file has. */
export function checkWithout({ scenario }: Experiment, without: readonly string[], path: string): void {
  const names = scenario.traders.map(({ name }) => name);
  for (const name of without) {
    if (names.includes(name)) continue;
    throw new UsageError(`--without: found "${name}", want a group of traders of ${path}: ${names.join(', ')}${didYouMean(name, names)}`);
  }
}

/** The attribution as one JSON value: each effect by name, each part by group. */
export function attributionDocument({ rule, groups, runs, effects }: Attribution): Record<string, unknown> {
  return {
    rule,
    groups,
    runs,
    effects: Object.fromEntries(
      effects.map(({ name, whole, nobody, parts }) => [
        name,
        { whole, nobody, parts: Object.fromEntries(groups.map((group, k) => [group, parts[k]])) },
      ]),
    ),
  };
}

const HEAD: Readonly<Record<AttributionRule, string>> = {
  shapley: 'Shapley values: what a group adds on average over all orders in which the groups could come',
  'knock-out': 'Knock-out: what is gone when the group is; the parts need not add up',
};

/** A table of groups and effects. */
export function describeAttribution({ rule, groups, runs, effects }: Attribution): string {
  const rows = [
    ['', ...effects.map(({ label }) => label.toLowerCase())],
    ...groups.map((group, k) => [group, ...effects.map(({ parts, unit }) => quantity(parts[k] ?? NaN, unit))]),
    ['all together', ...effects.map(({ whole, unit }) => quantity(whole, unit))],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [`${HEAD[rule]} (${counted(runs, 'run')} of the same seed).`, ...rows.map(line), ''].join('\n');
}

/** Writes attribution.json and its chart. */
export async function writeAttribution(folder: string, experiment: Experiment, single: SingleRun, attribution: Attribution): Promise<void> {
  const { attributionChart } = await import('../charts/attribution.ts');
  makeFolder(folder);
  writeFileSync(join(folder, 'attribution.json'), `${JSON.stringify(attributionDocument(attribution), null, 2)}\n`);
  const input = { ...attribution, run: runInWords(experiment, single), source: runSource(experiment), layout: 'wide' } as const;
  await writeRunChart(folder, 'attribution', attributionChart(input));
}

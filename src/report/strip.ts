import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Example, Results } from './results.ts';

/** One run as pages/strip.ts draws it. One entry a step; null where undefined. Money and prices in quote units. */
export interface StripData {
  readonly symbol: string;
  readonly time: readonly number[];
  readonly last: readonly (number | null)[];
  readonly twin: readonly (number | null)[];
  readonly index: readonly (number | null)[];
  readonly book: readonly number[];
  readonly taken: readonly number[];
  readonly groups: readonly (readonly [step: number, caused: number, advanced: number, common: number])[];
}

/** What the strip of a report draws: the example run, rounded to what can be seen (prices to a hundred-millionth of themselves, money to whole units). */
export function stripData(results: Results, example: Example): StripData {
  const series = (name: string): Float64Array => {
    const found = example.steps[name];
    if (found === undefined) throw new Error(`example/steps.parquet: found no column ${name}`);
    return found;
  };
  const prices = (name: string): (number | null)[] =>
    Array.from(series(name), (value) => (Number.isFinite(value) ? Number(value.toPrecision(8)) : null));
  const flows = (name: string): number[] => Array.from(series(name), (value) => (Number.isFinite(value) ? Math.round(value) : 0));
  return {
    symbol: results.experiment.scenario.assets[0]?.symbol ?? '',
    time: Array.from(series('time'), (value) => Number(value.toFixed(3))),
    last: prices('last'),
    twin: prices('twin'),
    index: prices('index'),
    book: flows('forced_flow'),
    taken: Array.from(series('time'), (_, i) => Math.round(offBookAt(example, i))),
    groups: groupsByStep(example),
  };
}

/** Net notional that left the book out in a step: sold below 0, bought back above. */
function offBookAt({ offBook }: Example, step: number): number {
  return Object.values(offBook).reduce((sum, { long, short }) => sum + (long[step] ?? 0) + (short[step] ?? 0), 0);
}

const CAUSES = ['caused', 'advanced', 'common'];

/** How many groups had a forced order or a takeover in each step, by causal class. */
function groupsByStep(example: Example): StripData['groups'] {
  const seen = new Map<number, Map<string, number>>();
  for (const row of example.liquidations) {
    if (row['cause'] === 'none') continue;
    const step = Number(row['step']);
    const accounts = seen.get(step) ?? new Map<string, number>();
    accounts.set(String(row['account']), CAUSES.indexOf(String(row['cause'])));
    seen.set(step, accounts);
  }
  return [...seen]
    .sort(([a], [b]) => a - b)
    .map(([step, accounts]) => {
      const count = (cause: number): number => [...accounts.values()].filter((value) => value === cause).length;
      return [step, count(0), count(1), count(2)] as const;
    });
}

const here = dirname(fileURLToPath(import.meta.url));

/** The strip's program, one script for a browser: as the build left it, or bundled now when this file runs from source. */
export async function stripProgram(): Promise<string> {
  const built = join(here, '..', 'pages', 'strip.js');
  if (existsSync(built)) return readFileSync(built, 'utf8');
  const bundler = join(here, '..', '..', 'scripts', 'pages.mjs');
  if (!existsSync(bundler)) throw new Error(`report: found no ${built}, want it built (\`npm run build\`)`);
  const { bundleText } = (await import(pathToFileURL(bundler).href)) as { bundleText: (page: string) => Promise<string> };
  return bundleText('strip');
}

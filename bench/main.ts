/**
 * `npm run bench [-- WORD…] [--json]`: measures the rows whose name contains any WORD (all without words) and prints a table, or with
 * `--json` one JSON line a row: `{row, ours, peer, unit, ratio}`, ratio = peer time / our time, null without a peer; rows of a margin
 * index add `bytes`, its memory an account, and rows without a peer `standard`, ours over the yardstick's time around it.
 * Exit status 2 for a word that no row contains.
 */
import { parseArgs } from 'node:util';
import type { Measure } from './harness.ts';
import { slowness } from './yardstick.ts';

/**
 * All rows in the order they run. A row group is one file beside this one that exports its rows by name; it is loaded only
 * when one of its rows is asked for. A new row is a line here and a `Measure` in its group.
 */
const ROWS: readonly { readonly row: string; readonly load: () => Promise<Measure> }[] = [
  { row: 'yardstick', load: async () => (await import('./yardstick.ts')).yardstick },
  { row: 'book 1k', load: async () => (await import('./book.ts')).book1k },
  { row: 'book 20k', load: async () => (await import('./book.ts')).book20k },
  { row: 'book deep', load: async () => (await import('./book.ts')).bookDeep },
  { row: 'margin isolated idle', load: async () => (await import('./margin.ts')).isolatedIdle },
  { row: 'margin cross calm', load: async () => (await import('./cross.ts')).crossCalm },
  { row: 'margin cross crash-run', load: async () => (await import('./cross.ts')).crossCrashRun },
  { row: 'margin cross in-crash', load: async () => (await import('./cross.ts')).crossInCrash },
  { row: 'margin cross worst', load: async () => (await import('./cross.ts')).crossWorst },
  { row: 'margin portfolio calm', load: async () => (await import('./portfolio.ts')).portfolioCalm },
  { row: 'margin portfolio crash-run', load: async () => (await import('./portfolio.ts')).portfolioCrashRun },
  { row: 'margin dynamic', load: async () => (await import('./margin.ts')).dynamic },
  { row: 'adl 32k', load: async () => (await import('./adl.ts')).adl32k },
  { row: 'market 2h', load: async () => (await import('./whole.ts')).wholeRun('market 2h') },
  { row: 'crash 2h', load: async () => (await import('./whole.ts')).wholeRun('crash 2h') },
  { row: 'day 1M', load: async () => (await import('./whole.ts')).wholeRun('day 1M') },
  { row: 'day 1M reactions', load: async () => (await import('./whole.ts')).wholeRun('day 1M reactions') },
  { row: 'workers 2', load: async () => (await import('./whole.ts')).workers2 },
  { row: 'workers 2 apart', load: async () => (await import('./whole.ts')).workers2Apart },
];

const COLUMNS = ['row', 'ours', 'peer', 'unit', 'ratio', 'B/account', 'standard'] as const;
const WIDTHS = [26, 14, 16, 14, 12, 9, 10] as const;

/** Three significant digits, without an exponent. */
function figure(value: number | null): string {
  if (value === null) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function tableLine(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i === 0 || i === 3 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!)))
    .join('  ')
    .trimEnd();
}

async function main(): Promise<number> {
  let words: string[];
  let json: boolean;
  try {
    const parsed = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
    words = parsed.positionals;
    json = parsed.values.json;
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\nusage: npm run bench [-- WORD…] [--json]\n`);
    return 2;
  }
  const unknown = words.filter((word) => !ROWS.some(({ row }) => row.includes(word)));
  if (unknown.length > 0) {
    const found = unknown.map((word) => JSON.stringify(word)).join(', ');
    process.stderr.write(`bench: no row contains ${found}; rows are:\n${ROWS.map(({ row }) => `  ${row}\n`).join('')}`);
    return 2;
  }
  if (!json) process.stdout.write(`${tableLine(COLUMNS)}\n`);
  for (const { row, load } of ROWS) {
    if (words.length > 0 && !words.some((word) => row.includes(word))) continue;
    const measure = await load();
    const before = slowness();
    const { ours, peer, unit, bytes } = await measure();
    const standard = peer === null ? ours / ((before + slowness()) / 2) : undefined;
    const ratio = peer === null ? null : peer / ours;
    const line = json
      ? JSON.stringify({ row, ours, peer, unit, ratio, bytes, standard })
      : tableLine([
          row,
          figure(ours),
          figure(peer),
          unit,
          ratio === null ? '–' : `${figure(ratio)}×`,
          bytes === undefined ? '' : figure(bytes),
          standard === undefined ? '' : figure(standard),
        ]);
    process.stdout.write(`${line}\n`);
  }
  return 0;
}

process.exitCode = await main();

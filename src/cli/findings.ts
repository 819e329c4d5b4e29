import { counted, fullMoney, money, MISSING, percent, plain, quantity, range } from '../charts/format.ts';
import type { SingleRun } from '../experiment/single.ts';
import type { SweepResult } from '../experiment/sweep.ts';
import type { SummaryRow } from '../results/summary.ts';
import type { Cell } from '../results/columns.ts';
import { settingText } from '../report/names.ts';
import type { Experiment } from '../scenario/experiment.ts';
import { resolvePoint } from '../scenario/experiment.ts';
import { isResolved, PLACEBO_OF } from '../severity/causality.ts';
import { METRICS } from '../severity/metrics.ts';
import type { MetricUnit } from '../severity/metrics.ts';
import { probeUnit } from '../severity/probes.ts';
import type { RunOptions } from '../simulation/options.ts';

/** Figures of a fraction, a ratio or a time. */
const DIGITS = 4;

/** Points whose three numbers are printed at the end of a sweep, at most. */
const PRINTED = 4;

/** What a sweep prints at its end: where the report is, and the three numbers that matter at the reference threshold. */
export function describeSweep(experiment: Experiment, result: SweepResult, report: string): string {
  const lines: string[] = [];
  const { counts, before, movedTo } = result;
  if (movedTo !== null) lines.push(`The older results are now in ${movedTo}.`);
  if (before === 'unfinished') lines.push('Went on where an earlier sweep had stopped.');
  if (before === 'smaller') lines.push('Kept the runs that were there and added the new ones.');
  if (before === 'finished')
    lines.push(
      `${counts.planned === 1 ? 'The run was' : `All ${counted(counts.planned, 'run')} were`} there already: drawn again from the stored results.`,
    );
  else
    lines.push(
      `${counts.done} of ${counted(counts.planned, 'run')} done, ${counts.failed} failed${counts.failed > 0 ? ` (see ${result.folder}/failures.jsonl)` : ''}.`,
    );
  for (const point of referencePoints(result).slice(0, PRINTED)) lines.push('', ...describePoint(experiment, result, point));
  lines.push('', `Result hash ${result.resultHash ?? MISSING}`, `Report ${report}`);
  return `${lines.join('\n')}\n`;
}

/** The same as one JSON document. */
export function sweepDocument(result: SweepResult): Record<string, unknown> {
  const { status, folder, before, counts, resultHash, reference } = result;
  const points = status === 'complete' ? referencePoints(result) : [];
  return {
    status,
    folder,
    before,
    counts,
    resultHash,
    reference,
    points: points.map((point) => ({
      point,
      keys: Object.fromEntries(result.vary.map((name, i) => [name, result.points[point]?.[i] ?? null])),
      excessDrawdown: statistic(result, point, 'excess_drawdown'),
      badDebt: statistic(result, point, 'bad_debt'),
      backstopLoss: statistic(result, point, 'backstop_loss'),
      backstopNotional: statistic(result, point, 'backstop_notional'),
      causedShare: statistic(result, point, 'caused_share'),
    })),
  };
}

/** What `run` prints: the three numbers that matter, the whole row, its hash and where its files are. */
export function describeRun({ options, row, result }: SingleRun, folder: string): string {
  const value = (metric: string): number | null => row[metric] as number | null;
  const unitOf = (name: string): MetricUnit | undefined => {
    const probe = options.probes?.find((one) => one.name === name);
    return probe === undefined ? METRICS.find((metric) => metric.name === name)?.unit : probeUnit(probe);
  };
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  return [
    `excess drawdown  ${effectInWords(value, 'excess_drawdown')}`,
    `bad debt         ${describeLosses(options, value)}`,
    `caused share     ${effectInWords(value, 'caused_share')}`,
    '',
    ...Object.entries(row).map(([name, cell]) => `${name.padEnd(width)}  ${cellText(cell, unitOf(name))}`),
    '',
    `Hash ${result.hash}`,
    `Run ${folder}/run.json`,
    '',
  ].join('\n');
}

/** An effect against the twin as it stands, or that it is no more than what one extra lot does. */
function effectInWords(value: (metric: string) => number | null, metric: string): string {
  const effect = value(metric);
  const placebo = value(PLACEBO_OF[metric] ?? '') ?? null;
  const words = quantity(effect, 'fraction');
  if (effect === null || isResolved(effect, placebo)) return words;
  return `not resolved: ${words} is no more than the ${quantity(placebo, 'fraction')} of one extra lot (placebo)`;
}

/** A cell of the row for people: money in full, other numbers with the digits that mean something. run.json has them all. */
function cellText(cell: Cell, unit: MetricUnit | undefined): string {
  if (typeof cell !== 'number') return cell ?? MISSING;
  switch (unit) {
    case 'fraction':
      return percent(cell, DIGITS);
    case 'quote':
      return fullMoney(cell);
    case 'seconds':
      return `${plain(cell, DIGITS)}\u00a0s`;
    case 'ratio':
      return plain(cell, DIGITS);
    case 'count':
      return plain(cell, 9);
    case undefined:
      return Math.abs(cell) < 0.001 ? String(Number(cell.toPrecision(6))) : plain(cell, 9);
  }
}

/** The reference point, and the points that share its threshold. */
function referencePoints({ vary, points, reference }: SweepResult): number[] {
  const key = vary.indexOf('margin.threshold');
  if (key < 0) return [reference];
  return points.flatMap((values, point) => (values[key] === points[reference]?.[key] ? [point] : []));
}

function describePoint(experiment: Experiment, result: SweepResult, point: number): string[] {
  const settings = result.vary.map((path, i) => settingText(experiment, path, result.points[point]?.[i] ?? '')).join(', ');
  const excess = row(result, point, 'excess_drawdown');
  const interval =
    excess?.ciLow == null || excess.ciHigh === null
      ? `no interval: ${excess?.ciMethod ?? ''}`
      : `95 % interval ${range(excess.ciLow, excess.ciHigh, 'fraction')}`;
  const median = (metric: string): number | null => row(result, point, metric)?.median ?? null;
  const caused = row(result, point, 'caused_share');
  const spread = caused?.q25 == null || caused.q75 === null ? '' : ` (half of the runs: ${range(caused.q25, caused.q75, 'fraction')})`;
  return [
    `${settings === '' ? 'All runs' : `At ${settings}`} (medians of ${counted(excess?.n ?? 0, 'run')}):`,
    `  excess drawdown  ${medianInWords(result, point, 'excess_drawdown')} (${interval})`,
    `  bad debt         ${describeLosses(resolvePoint(experiment, point), median)}`,
    `  caused share     ${medianInWords(result, point, 'caused_share')}${spread}`,
  ];
}

/** The median of an effect, or that it is no more than what one extra lot does in nineteen of twenty runs. */
function medianInWords(result: SweepResult, point: number, metric: string): string {
  const effect = row(result, point, metric)?.median ?? null;
  const placebo = row(result, point, PLACEBO_OF[metric] ?? '')?.q95 ?? null;
  const words = quantity(effect, 'fraction');
  if (effect === null || isResolved(effect, placebo)) return words;
  return `not resolved: ${words} is within the placebo's ${quantity(placebo, 'fraction')}`;
}

/** Bad debt, and what the backstop lost and took over against the size it has. */
export function describeLosses(options: RunOptions, value: (metric: string) => number | null): string {
  const debt = quantity(value('bad_debt'), 'quote');
  const { backstop } = options.liquidation;
  // Limits are in the currency of the first market.
  const quantum = options.markets[0]?.asset.quantum ?? NaN;
  if (backstop === null) return `${debt}; no backstop`;
  const taken = value('backstop_notional') ?? 0;
  const size = backstop.stated ?? (backstop.capacity === Infinity ? null : backstop.capacity);
  const against = size === null ? 'no limit' : sizeInWords(taken, size * quantum, backstop.stated !== null);
  return `${debt}; backstop loss ${quantity(value('backstop_loss'), 'quote')} on ${money(taken)} taken over, ${against}`;
}

function sizeInWords(taken: number, size: number, stated: boolean): string {
  const word = stated ? 'stated size' : 'capacity';
  return taken > size ? `${money(taken - size)} above its ${word} of ${money(size)}` : `within its ${word} of ${money(size)}`;
}

function statistic(result: SweepResult, point: number, metric: string): Record<string, number | string | null> {
  const found = row(result, point, metric);
  return {
    median: found?.median ?? null,
    ciLow: found?.ciLow ?? null,
    ciHigh: found?.ciHigh ?? null,
    ciMethod: found?.ciMethod ?? null,
    n: found?.n ?? 0,
  };
}

function row(result: SweepResult, point: number, metric: string): SummaryRow | undefined {
  return result.summary.find((candidate) => candidate.point === point && candidate.metric === metric);
}

import { atValue, read, seriesNames, valueText, verdictsWords, type AxisKey, type CurvePoint, type Reading } from '../charts/curve.ts';
import { counted, difference, money, quantity, range } from '../charts/format.ts';
import type { Metric } from '../severity/metrics.ts';
import type { Block, Figure } from './content.ts';
import { curveOf, withinPlacebo } from './curves.ts';
import { listed } from './mechanisms.ts';
import { answering, HEADLINE, measured } from './measured.ts';
import { axesOf, axisValue, keyShort, pointText, seriesText, settingText, statedBackstop } from './names.ts';
import { summaryOf, type Results } from './results.ts';

/** A metric's readings, one a curve. */
function readingsOf(results: Results, { name, unit }: Metric): Reading[] {
  const points = curveOf(results, name);
  return seriesNames(points).map((series) =>
    read(
      points.filter((point) => point.series === series),
      unit,
    ),
  );
}

/** The headline metric's readings, one a curve. */
export const headlineReadings = (results: Results): Reading[] => readingsOf(results, measured(results.experiment, HEADLINE));

/** `4.1 % (95 % interval 3.6 to 4.9 %)`, or why there is no interval. */
function withInterval(point: CurvePoint, unit: Metric['unit']): string {
  const value = quantity(point.median, unit);
  if (point.median === null) return 'undefined';
  if (point.withinPlacebo !== null) return unresolvedText(point.median, point.withinPlacebo);
  if (point.interval === null) return `${value} (too few runs for an interval)`;
  if (quantity(point.interval.low, unit) === quantity(point.interval.high, unit)) return value;
  return `${value} (95 % interval ${range(point.interval.low, point.interval.high, unit)})`;
}

/** A median that is no more than what one extra lot does. */
const unresolvedText = (median: number, placebo: number): string =>
  `${quantity(median, 'fraction')} (not resolved: one extra lot sold does up to ${quantity(placebo, 'fraction')} in nineteen of twenty runs)`;

/** How one curve moves, for the answer: begins with its verb. */
function movement(reading: Reading, axis: AxisKey, unit: Metric['unit']): string {
  const { first, last, span } = reading;
  const interval =
    last.changeInterval === null
      ? 'no interval'
      : `95 % interval ${range(last.changeInterval.low, last.changeInterval.high, unit, difference)}`;
  const median = (point: CurvePoint): string => (point.withinPlacebo === null ? quantity(point.median, unit) : withInterval(point, unit));
  const ends = `from a median of ${median(first)} at ${atValue(axis, first.x)} to ${median(last)} at ${atValue(axis, last.x)}`;
  const change = `run by run the change is ${difference(last.change, unit)}, ${interval}`;
  switch (reading.verdict) {
    case 'single':
      return `has a median of ${withInterval(first, unit)}`;
    case 'undefined':
      return 'is undefined in every run';
    case 'flat':
      if (span !== null && span.low === span.high) return `is the same at every point, a median of ${withInterval(first, unit)}`;
      return `is flat: compared run by run it stays within ${range(span?.low ?? 0, span?.high ?? 0, unit, difference)} of where it begins, a median of ${withInterval(first, unit)}`;
    case 'rises':
    case 'falls':
      return `${reading.verdict} ${ends} (${change})`;
    case 'turns':
      return `moves in between but ends about where it began, ${ends} (${change})`;
    case 'unresolved':
      return `goes ${ends}, a change that this many runs do not resolve (${change})`;
  }
}

/** Metrics that are told in words, a sentence each; all that answer the question stand in the table under them. */
const SENTENCES = 2;

/**
 * The answer in two sentences: how the first two metrics move that the experiment says answer its question. Without any, how the headline metric
 * moves, and who pays and what the assumptions do.
 */
export function answerOf(results: Results): string[] {
  const answers = answering(results);
  if (answers.length > 0) return answers.slice(0, SENTENCES).map((metric) => `${statement(results, metric)}.`);
  const { axis } = axesOf(results);
  const readings = headlineReadings(results);
  const opening = `${overAxis(readings, axis)} excess drawdown (how far the price falls below its twin at worst)`;
  return [`${opening}${movements(readings, axis, 'fraction')}.`, secondSentence(results, readings)];
}

/** `Over θ from 0.5 to 1.9 the`, `By regime the`. */
function overAxis(readings: readonly Reading[], axis: AxisKey): string {
  const [first] = readings;
  if (first === undefined || first.verdict === 'single') return 'The';
  if (typeof first.first.x !== 'number') return `By ${axis.short} the`;
  return `Over ${axis.short} from ${valueText(axis, first.first.x)} to ${valueText(axis, first.last.x)} the`;
}

/** Points of a metric that are told one by one with their intervals, at most. */
const TOLD = 4;
/** Settings that are compared with the reference point one by one, at most. */
const COMPARED = 8;

/** One metric over the sweep: few points one by one; categories against the reference point; the rest as curves. */
function statement(results: Results, metric: Metric): string {
  const { axis } = axesOf(results);
  const points = curveOf(results, metric.name);
  const meaning = metric.meaning.split(';')[0] ?? '';
  const named = `${lowerFirst(metric.label)}${meaning === '' ? '' : ` (${meaning})`}`;
  if (points.every((point) => point.median === null)) return `The ${named} is undefined in every run`;
  const readings = readingsOf(results, metric);
  if (points.length > TOLD && points.length <= COMPARED && points.some(({ x }) => typeof x !== 'number'))
    return comparison(results, metric, named, points);
  if (points.length === 1 || points.length > TOLD) return `${overAxis(readings, axis)} ${named}${movements(readings, axis, metric.unit)}`;
  const told = readings.map(({ series }) => {
    const own = points.filter((point) => point.series === series);
    const values = own.map((point) => `${withInterval(point, metric.unit)} at ${valueText(axis, point.x)}`);
    return `${series === '' ? '' : `with ${series} `}${listed(values)}`;
  });
  return `By ${axis.short} the median ${named} is ${told.join('; ')}`;
}

/** Changes that are listed one by one, at most; of more the smallest and the largest. */
const LISTED = 3;

/** A metric at the reference point, and what each setting that is changed alone does to it, run by run. */
function comparison(results: Results, { unit }: Metric, named: string, points: readonly CurvePoint[]): string {
  const { experiment, manifest } = results;
  const { axis } = axesOf(results);
  const at = results.points[manifest.reference] ?? [];
  const reference = points[manifest.reference];
  if (reference === undefined) throw new Error(`report: found no point ${manifest.reference} of ${points.length}`);
  const changes = points.flatMap((point, i) => {
    const values = results.points[i] ?? [];
    const [key, other] = manifest.vary.flatMap((_, k) => (JSON.stringify(values[k]) === JSON.stringify(at[k]) ? [] : [k]));
    if (key === undefined || other !== undefined) return [];
    const setting =
      manifest.vary.length === 1 ? valueText(axis, point.x) : settingText(experiment, manifest.vary[key] ?? '', values[key] ?? '');
    return [{ by: point.pairedMedian ?? 0, text: `${change(point, unit)} ${setting.startsWith('with') ? setting : `at ${setting}`}` }];
  });
  const opening = `At ${manifest.vary.length === 1 ? valueText(axis, reference.x) : pointText(results, manifest.reference)} the median ${named} is ${withInterval(reference, unit)}`;
  if (changes.length <= LISTED) return `${opening}; run by run it changes by ${changes.map(({ text }) => text).join(', by ')}`;
  const [least, most] = [
    changes.reduce((low, one) => (one.by < low.by ? one : low)),
    changes.reduce((high, one) => (one.by > high.by ? one : high)),
  ];
  return `${opening}; run by run the changes go from ${least.text} to ${most.text}`;
}

/** How a point differs from the reference point, with the interval unless it has no width. */
function change({ pairedMedian, pairedInterval }: CurvePoint, unit: Metric['unit']): string {
  const value = difference(pairedMedian, unit);
  if (pairedMedian === null) return value;
  if (pairedInterval === null) return `${value} (no interval)`;
  const { low, high } = pairedInterval;
  return difference(low, unit) === difference(high, unit) ? value : `${value} (95 % interval ${range(low, high, unit, difference)})`;
}

/** Points whose answers are tabled, at most. */
const TABLED = 24;

/** Every metric that answers the question at every point, with its interval; none where there is one point, or too many to read. */
export function answerTable(results: Results): Block[] {
  const answers = answering(results);
  const { axis, key } = axesOf(results);
  if (answers.length === 0 || results.points.length < 2 || results.points.length > TABLED) return [];
  const curves = answers.map(({ name }) => curveOf(results, name));
  const several = results.manifest.vary.length > 1;
  return [
    {
      kind: 'table',
      caption: 'What answers the question: medians over the runs of a point, and their 95 % intervals where there are enough runs for one.',
      head: [axis.short, ...(several ? ['setting'] : []), ...answers.map(({ label }) => label.toLowerCase())],
      rows: results.points.map((values, point) => [
        valueText(axis, axisValue(values[key] ?? '')),
        ...(several ? [seriesText(results, point, key).replaceAll(' ', '\u00a0')] : []),
        ...answers.map(({ unit }, m) => tabled(curves[m]?.[point], unit)),
      ]),
      numbersFrom: several ? 2 : 1,
    },
  ];
}

/** `60.4 % (58 to 62 %)`. */
function tabled(point: CurvePoint | undefined, unit: Metric['unit']): string {
  const value = quantity(point?.median ?? null, unit);
  if (point?.median == null || point.interval === null) return value;
  const { low, high } = point.interval;
  const resolved = point.withinPlacebo === null ? value : `not resolved, ${value}`;
  return quantity(low, unit) === quantity(high, unit) ? resolved : `${resolved} (${range(low, high, unit)})`;
}

const lowerFirst = (text: string): string => (/^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1));

/** Up to three curves one by one; of more, how many move how, and the one that moves most. */
function movements(readings: readonly Reading[], axis: AxisKey, unit: Metric['unit']): string {
  const [first] = readings;
  if (readings.length === 1 && first?.series === '') return ` ${movement(first, axis, unit)}`;
  if (readings.length <= 3)
    return ` ${first?.verdict === 'single' ? 'is' : 'moves'} as follows: ${readings.map((reading) => `${reading.series} it ${movement(reading, axis, unit)}`).join('; ')}`;
  const most = readings.reduce((a, b) => (Math.abs(b.last.change ?? 0) > Math.abs(a.last.change ?? 0) ? b : a));
  if (most.verdict === 'single') {
    const ranked = [...readings].sort((a, b) => (a.first.median ?? 0) - (b.first.median ?? 0));
    const [low, high] = [ranked[0], ranked.at(-1)];
    return low === undefined || high === undefined
      ? ' has no value'
      : ` lies between a median of ${withInterval(low.first, unit)}, ${low.series}, and ${withInterval(high.first, unit)}, ${high.series}`;
  }
  return ` moves as follows: ${verdictsWords(readings, unit, axis)}; it moves most ${most.series}, where it ${movement(most, axis, unit)}`;
}

function secondSentence(results: Results, readings: readonly Reading[]): string {
  const debt = `The median bad debt of a run ${badDebt(results)}`;
  const spreads = readings
    .flatMap((reading) => [reading.first, reading.last])
    .flatMap((point) => (point.assumption === null ? [] : [point.assumption]));
  const width = Math.max(0, ...spreads.map((spread) => spread.high - spread.low));
  if (width === 0) return `${debt}.`;
  const keys = listed(results.manifest.uncertain.map(keyShort));
  const points = (value: number): string => difference(value, 'fraction').replace('+', '');
  const spread = `${debt}, and the assumptions about ${keys} spread the excess drawdown over up to ${points(width)} (the middle 90 %, chance taken out)`;
  if (readings.every((reading) => reading.verdict === 'single')) return `${spread}.`;
  const largest = Math.max(0, ...readings.map((reading) => Math.abs(reading.last.change ?? 0)));
  return `${spread}, ${width > largest ? 'more' : 'less'} than the sweep moves any median (${points(largest)}).`;
}

/** The bad debt at the reference point and those that share its place on the axis. */
function badDebt(results: Results): string {
  const debts = referencePoints(results).map((point) => {
    const row = summaryOf(results, point, 'bad_debt');
    const exists = row?.ciLow != null && row.ciHigh !== null && row.ciLow < row.ciHigh;
    const spread = exists ? ` (95 % interval ${range(row.ciLow ?? 0, row.ciHigh ?? 0, 'quote')})` : '';
    return {
      median: row?.median ?? 0,
      text: `${quantity(row?.median ?? null, 'quote')}${spread}${results.manifest.vary.length === 0 ? '' : ` at ${pointText(results, point)}`}`,
    };
  });
  if (debts.length <= 2) return `is ${debts.map((debt) => debt.text).join(' and ')}`;
  const ranked = debts.sort((a, b) => a.median - b.median);
  return `lies between ${ranked[0]?.text} and ${ranked.at(-1)?.text}`;
}

/** Curves whose forced flow is spelled out, at most. */
const SPELLED_OUT = 2;

/** Where the forced flow goes at both ends of each curve: on the book, where it can move the price, or to the backstop. */
export function flowOf(results: Results): string | null {
  const { axis, key } = axesOf(results);
  const readings = headlineReadings(results);
  if (readings.length > SPELLED_OUT || readings.some((reading) => reading.verdict === 'single')) return null;
  const words = readings.map((reading) => {
    const at = (x: number | string): string => {
      const point = results.points.findIndex(
        (values, i) => axisValue(values[key] ?? '') === x && seriesText(results, i, key) === reading.series,
      );
      const median = (metric: string): number => summaryOf(results, point, metric)?.median ?? 0;
      const taken = median('backstop_notional');
      return `${money(median('on_book_notional'))} on the book${taken > 0 ? ` and ${money(taken)} to the backstop` : ''} at ${atValue(axis, x)}`;
    };
    return `${reading.series === '' ? '' : `${reading.series}, `}${at(reading.first.x)}, ${at(reading.last.x)}`;
  });
  return `Where the forced flow goes, medians of the runs: ${words.join('; ')}. Only what reaches the book can push the price.`;
}

/** What adversaries made, from the point where it is least to the one where it is most; null where there are none. */
export function profitsOf(results: Results): string | null {
  if (answering(results).some(({ name }) => name === 'adversary_pnl')) return null;
  const profits = results.points
    .map((_, point) => ({ point, median: summaryOf(results, point, 'adversary_pnl')?.median ?? null }))
    .filter((one): one is { point: number; median: number } => one.median !== null)
    .sort((a, b) => a.median - b.median);
  const [least] = profits;
  const most = profits.at(-1);
  if (least === undefined || most === undefined) return null;
  const text = ({ point, median }: { readonly point: number; readonly median: number }): string =>
    `${money(median)}${results.manifest.vary.length === 0 ? '' : ` at ${pointText(results, point)}`}`;
  if (profits.length === 1) return `What adversaries made: a median of ${text(least)}.`;
  const gains = profits.filter(({ median }) => median > 0).length;
  return `What adversaries made, medians of the runs: from ${text(least)} to ${text(most)}; more than nothing at ${gains} of ${profits.length} points.`;
}

/** The reference point and those that share its value of the axis: one a curve. */
export function referencePoints(results: Results): number[] {
  const { key } = axesOf(results);
  const { reference } = results.manifest;
  if (key < 0) return [reference];
  const value = JSON.stringify(results.points[reference]?.[key]);
  return results.points.flatMap((values, point) => (JSON.stringify(values[key]) === value ? [point] : []));
}

/** The three numbers that matter at one point. */
export function figuresOf(results: Results, point: number): Figure[] {
  const median = (metric: string): number | null => summaryOf(results, point, metric)?.median ?? null;
  const how = (metric: string): string => {
    const row = summaryOf(results, point, metric);
    if (row === undefined || row.n === 0) return 'undefined in every run';
    const { unit } = measured(results.experiment, metric);
    return row.ciLow === null || row.ciHigh === null
      ? `median of ${counted(row.n, 'run')}; no interval, which ${row.ciMethod}`
      : `median of ${counted(row.n, 'run')}, 95 % interval ${range(row.ciLow, row.ciHigh, unit)}`;
  };
  /** An effect against the twin, or that the placebo does as much. */
  const effect = (metric: string): Pick<Figure, 'value' | 'note'> => {
    const value = median(metric);
    const placebo = withinPlacebo(results, point, metric);
    if (value === null || placebo === null) return { value: quantity(value, 'fraction'), note: how(metric) };
    return { value: 'not resolved', note: `${how(metric)}, ${unresolvedText(value, placebo)}` };
  };
  return [
    {
      label: 'Excess drawdown',
      ...effect('excess_drawdown'),
      note: `${effect('excess_drawdown').note}: how far the price falls below its twin at worst`,
    },
    median('backstop_loss') === null
      ? { label: 'Bad debt', value: quantity(median('bad_debt'), 'quote'), note: `${how('bad_debt')}; there is no backstop` }
      : {
          label: 'Bad debt and backstop loss',
          value: `${quantity(median('bad_debt'), 'quote')} and ${quantity(median('backstop_loss'), 'quote')}`,
          note: capacityNote(results, point),
        },
    {
      label: 'Caused share',
      ...effect('caused_share'),
      note: `${effect('caused_share').note}: liquidated groups that the twin never liquidates`,
    },
  ];
}

/** What the backstop took over against what it is said to have. */
function capacityNote(results: Results, point: number): string {
  const row = summaryOf(results, point, 'backstop_notional');
  const taken = row?.median ?? 0;
  const debt = summaryOf(results, point, 'bad_debt');
  const spread =
    debt?.ciLow == null || debt.ciHigh === null ? '' : `bad debt: 95 % interval of the median ${range(debt.ciLow, debt.ciHigh, 'quote')}; `;
  if (taken === 0) return `medians; ${spread}the backstop takes nothing over in half of the runs or more`;
  const stated = statedBackstop(results);
  if (stated === null) return `medians; ${spread}${money(taken)} taken over by a backstop without a stated size`;
  const runs = results.runs.filter((run) => Number(run['point']) === point);
  const above = runs.filter((run) => Number(run['backstop_notional']) > stated).length;
  const against = taken > stated ? `${money(taken - stated)} more than` : 'within';
  return `medians; ${spread}${money(taken)} taken over, ${against} the stated ${money(stated)} (passed in ${above} of ${counted(runs.length, 'run')})`;
}

import { axisValues, read, seriesNames, valueText, verdictsWords, type AxisKey, type CurvePoint } from './curve.ts';
import { axisExpression, counted, percent, type Quantity } from './format.ts';
import {
  AXIS_WIDTH,
  chart,
  COLOURS,
  filled,
  panelTitle,
  PICTURE_WIDTH,
  seriesStyle,
  TEXT,
  vegaLiteral,
  wrap,
  type ChartSpec,
  type KeyEntry,
  type Layout,
  type Part,
} from './theme.ts';

/** One metric over the sweep. */
export interface SeverityCurve {
  readonly label: string;
  readonly unit: Quantity;
  readonly points: readonly CurvePoint[];
}

/** What the chart is drawn from. */
export interface SeverityInput {
  readonly axis: AxisKey;
  /** The headline metric first: the title speaks of it. */
  readonly curves: readonly SeverityCurve[];
  /** The point that paired differences are taken from, for people. */
  readonly reference: string;
  /** Names of the uncertain keys, for people; empty when nothing is uncertain. */
  readonly uncertain: readonly string[];
  /** Source, method and seed. */
  readonly source: string;
  readonly layout: Layout;
}

const PANEL_HEIGHT = 230;
/** Half the width of the room that the curves share at a point, as a share of the axis: whiskers stand side by side. */
const DODGE = 0.014;
/** Room outside the first and the last point, as a share of the axis. */
const MARGIN = 0.05;
/** Pixels between two panels side by side. */
const GAP = 28;
const BAND_OPACITY = 0.16;
/** Ratio of largest to smallest value above which a positive axis is logarithmic. */
const LOG_RATIO = 40;

/** Sentence over the chart: how the headline metric moves, curve by curve. */
export function severityTitle(input: SeverityInput): string {
  const headline = input.curves[0];
  if (headline === undefined) throw new Error('severityTitle: found no curve, want at least one');
  const readings = seriesNames(headline.points).map((series) =>
    read(
      headline.points.filter((point) => point.series === series),
      headline.unit,
    ),
  );
  const first = readings[0];
  const words = verdictsWords(readings, headline.unit, input.axis);
  if (first === undefined || first.verdict === 'single') return `${headline.label}, median: ${words}`;
  if (typeof first.first.x === 'string') return `${headline.label} by ${input.axis.short}: ${words}`;
  const over = `${input.axis.short} ${valueText(input.axis, first.first.x)} to ${valueText(input.axis, first.last.x)}`;
  return `${headline.label} over ${over}: ${words}`;
}

/** Where the points of a curve stand on the axis. */
interface Place {
  /** True for a line over numbers, false for categories and for a single point. */
  readonly line: boolean;
  /** The axis for bands, which every curve shares. */
  readonly shared: Part;
  /** The axis for points and whiskers, a little aside for each curve so that they do not cover each other. */
  readonly aside: Part;
  /** A point's value on the dodged axis. */
  readonly shift: (x: number | string) => number | string;
}

function place(axis: AxisKey, values: readonly (number | string)[], curve: number, curves: number, width: number): Place {
  const aside = curves === 1 ? 0 : (2 * curve) / (curves - 1) - 1;
  const title = axisTitle(axis, width);
  const numbers = values.filter((value) => typeof value === 'number');
  const categories = numbers.length < values.length || values.length === 1;
  const labelExpr = tickLabels(axis, values, categories ? width / values.length : Infinity);
  if (categories) {
    const x = {
      field: 'x',
      type: 'ordinal',
      sort: values,
      title,
      scale: { type: 'band', paddingInner: 0.4, paddingOuter: 0.3 },
      axis: { labelExpr, labelAngle: 0, labelLimit: 0 },
    };
    return { line: false, shared: x, aside: { ...x, bandPosition: 0.5 + aside * 0.22 }, shift: (value) => value };
  }
  const [low, high] = [numbers[0] as number, numbers.at(-1) as number];
  const logarithmic = low > 0 && high / low > LOG_RATIO;
  const ratio = high / low;
  const x = {
    field: 'x',
    type: 'quantitative',
    title,
    scale: {
      type: logarithmic ? 'log' : 'linear',
      domain: logarithmic ? [low / ratio ** MARGIN, high * ratio ** MARGIN] : [low - (high - low) * MARGIN, high + (high - low) * MARGIN],
      nice: false,
      ...(logarithmic ? {} : { zero: false }),
    },
    axis: { values: numbers, labelExpr, labelOverlap: 'greedy', labelSeparation: 4, labelFlush: false, grid: false },
  };
  const shift = (value: number | string): number =>
    logarithmic ? Number(value) * ratio ** (aside * DODGE) : Number(value) + aside * DODGE * (high - low);
  return { line: true, shared: x, aside: { ...x, field: 'at' }, shift };
}

/** Labels of the ticks: the value in lines of a width, and the equivalent rate θ·m below it. */
function tickLabels(axis: AxisKey, values: readonly (number | string)[], width: number): string {
  const lines = values.map((x) => [
    ...wrap(valueText(axis, x), width, TEXT.label),
    ...(axis.rate === null || typeof x === 'string' ? [] : [ratePercent(x * axis.rate)]),
  ]);
  const table = Object.fromEntries(values.map((x, i) => [String(x), lines[i]?.length === 1 ? lines[i][0] : lines[i]]));
  return `${vegaLiteral(table)}['' + datum.value]`;
}

/** Two decimals are enough for a maintenance rate; small ones keep two figures. */
const ratePercent = (rate: number): string => (rate >= 0.001 ? `${(rate * 100).toFixed(2)}\u00a0%` : percent(rate, 2));

function axisTitle(axis: AxisKey, width: number): string[] {
  const lines = wrap(axis.label, width, TEXT.label);
  if (axis.rate !== null)
    lines.push(...wrap(`and the equivalent maintenance rate ${axis.short}·m, m\u00a0=\u00a0${percent(axis.rate)}`, width, TEXT.label));
  return lines;
}

/** One curve in one panel: band, line, whiskers, points. */
function curveLayers(curve: SeverityCurve, points: readonly CurvePoint[], index: number, where: Place, paired: boolean): Part[] {
  const style = seriesStyle(index);
  const rows = points.map((point) => {
    const interval = paired ? point.pairedInterval : point.interval;
    return {
      x: point.x,
      at: where.shift(point.x),
      value: paired ? point.pairedMedian : point.median,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      from: paired ? null : (point.assumption?.low ?? null),
      to: paired ? null : (point.assumption?.high ?? null),
    };
  });
  const points100 = paired && curve.unit === 'fraction';
  const y = {
    field: 'value',
    type: 'quantitative',
    title: yTitle(curve, paired),
    scale: { zero: true, nice: true },
    axis: {
      labelExpr: points100 ? "(datum.value > 0 ? '+' : '') + format(datum.value * 100, '.3~g')" : axisExpression(curve.unit),
      tickCount: 5,
    },
  };
  const layers: Part[] = [];
  const shaded = rows.filter((row) => row.from !== null);
  if (shaded.length > 0) {
    const mark = where.line ? { type: 'area' } : { type: 'bar', width: 16 };
    layers.push({
      data: { values: shaded },
      mark: { ...mark, color: style.colour, opacity: BAND_OPACITY },
      encoding: { x: where.line ? where.shared : where.aside, y: { ...y, field: 'from' }, y2: { field: 'to' } },
    });
  }
  const known = rows.filter((row) => row.value !== null);
  const data = { values: known };
  if (where.line)
    layers.push({
      data,
      mark: { type: 'line', color: style.colour, strokeWidth: 2, strokeDash: style.dash },
      encoding: { x: where.aside, y },
    });
  const whiskers = rows.filter((row) => row.low !== null);
  if (whiskers.length > 0) {
    layers.push({
      data: { values: whiskers },
      mark: { type: 'rule', color: style.colour, strokeWidth: 1.8 },
      encoding: { x: where.aside, y: { ...y, field: 'low' }, y2: { field: 'high' } },
    });
    for (const end of ['low', 'high']) {
      layers.push({
        data: { values: whiskers },
        // Ticks would all stand in the middle of a category.
        mark: { type: 'point', shape: 'stroke', stroke: style.colour, size: 81, strokeWidth: 1.8, opacity: 1 },
        encoding: { x: where.aside, y: { ...y, field: end } },
      });
    }
  }
  layers.push({
    data,
    mark: { type: 'point', shape: style.shape, filled: true, size: 56, color: style.colour, opacity: 1 },
    encoding: { x: where.aside, y },
  });
  return layers;
}

function yTitle(curve: SeverityCurve, paired: boolean): string {
  if (!paired) return curve.label;
  return curve.unit === 'fraction' ? `${curve.label}, percentage points` : `${curve.label}, difference`;
}

function panel(input: SeverityInput, curve: SeverityCurve, paired: boolean, width: number): Part {
  const series = seriesNames(input.curves.flatMap((c) => c.points));
  const values = axisValues(input.curves.flatMap((c) => c.points));
  const zero = {
    data: { values: [{ zero: 0 }] },
    mark: { type: 'rule', color: COLOURS.muted, strokeDash: [2, 3] },
    encoding: { y: { field: 'zero', type: 'quantitative' } },
  };
  return {
    width,
    height: PANEL_HEIGHT,
    title: panelTitle(paired ? `Difference from ${input.reference}, run by run` : `${curve.label}, median`, width),
    layer: filled([
      ...series.flatMap((name, i) =>
        curveLayers(
          curve,
          curve.points.filter((point) => point.series === name),
          i,
          place(input.axis, values, i, series.length, width),
          paired,
        ),
      ),
      ...(paired ? [zero] : []),
    ]),
  };
}

/** What the signs mean, with the number of runs, and what is left out. */
function keyEntries(input: SeverityInput): KeyEntry[] {
  const points = input.curves.flatMap((curve) => curve.points);
  const series = seriesNames(points);
  const values = axisValues(points);
  const joined = values.length > 1 && values.every((value) => typeof value === 'number');
  const runs = [...new Set(points.map((point) => point.runs))].sort((a, b) => a - b);
  const count = runs.length === 1 ? counted(runs[0] ?? 0, 'run') : `${runs[0]} to ${runs.at(-1)} runs`;
  const entries: KeyEntry[] = series.map((name, i) => {
    const style = seriesStyle(i);
    return {
      sign: joined ? 'line' : 'none',
      colour: style.colour,
      dash: style.dash,
      shape: style.shape,
      text: `${name === '' ? 'Median' : `${name}: median`} of ${count} a point`,
    };
  });
  if (points.some((point) => point.interval !== null || point.pairedInterval !== null)) {
    entries.push({
      sign: 'whisker',
      colour: COLOURS.ink,
      text: 'Whiskers, Monte Carlo: 95 % interval of the median. More runs shrink it.',
    });
  }
  if (points.some((point) => point.assumption !== null)) {
    const keys = input.uncertain.length > 0 ? ` (${input.uncertain.join(', ')})` : '';
    entries.push({
      sign: 'area',
      colour: COLOURS.muted,
      opacity: 0.3,
      text: `Pale band, assumptions: the middle 90 % of what the uncertain settings${keys} do, chance taken out. More runs do not shrink it.`,
    });
  }
  return entries;
}

/** Sentences about intervals that do not exist. */
function missing(input: SeverityInput): string[] {
  const points = input.curves.flatMap((curve) => curve.points);
  const without = points.filter((point) => point.median !== null && point.interval === null).length;
  if (without === 0) return [];
  const all = without === points.length ? 'all points' : `${without} of ${points.length} points`;
  return [`No interval is drawn at ${all}: at this number of runs it does not exist.`];
}

/** A note where the headline is no more than what one extra lot does. */
function unseen({ curves: [headline] }: SeverityInput): string[] {
  const points = headline?.points ?? [];
  const within = points.filter((point) => point.withinPlacebo !== null).length;
  if (within === 0) return [];
  return [
    `Not resolved at ${within} of ${counted(points.length, 'point')}: the median ${(headline?.label ?? '').toLowerCase()} there is no more than what one extra lot sold does in nineteen of twenty runs.`,
  ];
}

/** Severity against the first varied key: medians on one side, paired differences on the other, a row of panels a metric. */
export function severityChart(input: SeverityInput): ChartSpec {
  const { layout } = input;
  const single = axisValues(input.curves.flatMap((curve) => curve.points)).length === 1;
  const columns = layout === 'wide' ? 2 : 1;
  const width = (PICTURE_WIDTH[layout] - (columns - 1) * GAP) / columns - AXIS_WIDTH;
  const rows = single
    ? [input.curves.map((curve) => panel(input, curve, false, width))]
    : input.curves.map((curve) => [panel(input, curve, false, width), panel(input, curve, true, width)]);
  const title = severityTitle(input);
  return chart({
    title,
    description: title,
    layout,
    key: keyEntries(input),
    columns: 1,
    panels: rows.flatMap((row): Part[] => (columns === 2 ? [{ hconcat: row, spacing: GAP }] : row)),
    notes: [...missing(input), ...unseen(input), input.source],
  });
}

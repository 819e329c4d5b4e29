import { axisExpression, money, percent, plain, seconds } from './format.ts';
import {
  AXIS_WIDTH,
  chart,
  COLOURS,
  filled,
  panelTitle,
  PICTURE_WIDTH,
  type ChartSpec,
  type KeyEntry,
  type Layout,
  type Part,
} from './theme.ts';

/** A curve of points. */
type Curve = readonly { readonly x: number; readonly y: number }[];

/** What the chart of a calibrated book is drawn from; distances are fractions of the mid, depth is cumulative and in quote units. */
export interface BookChartInput {
  readonly source: string;
  readonly bids: Curve;
  readonly asks: Curve;
  /** What the fragment states: one curve a side. */
  readonly fittedBids: Curve;
  readonly fittedAsks: Curve;
  readonly flat: Curve;
  /** Distance up to which both sides are known. */
  readonly extent: number;
  /** Sentence on the fit's goodness. */
  readonly goodness: string;
  /** Missing depth after large trades, in shares of what was taken; null without a stream. */
  readonly refill: { readonly missing: Curve; readonly fitted: Curve; readonly words: string } | null;
  readonly layout: Layout;
}

/** What the chart of calibrated prices is drawn from. */
export interface PricesChartInput {
  readonly source: string;
  readonly volatility: number;
  /** Share of returns at least so large, in root mean squares: measured, of a normal law, and of the fitted tail. */
  readonly exceedance: Curve;
  readonly normal: Curve;
  readonly tail: Curve;
  readonly exponent: number | null;
  /** Autocorrelation of absolute returns against hours; the bound of independence; empty without enough bars. */
  readonly autocorrelation: Curve;
  readonly bound: number;
  readonly notes: readonly string[];
  readonly layout: Layout;
}

/** What the chart of a calibrated population is drawn from. */
export interface PositionsChartInput {
  readonly source: string;
  /** What is said over the picture. */
  readonly title: string;
  /** Share of a side's positions at least so large: of the file and of the fit; notionals in quote units. */
  readonly sizes: readonly { readonly side: 'long' | 'short'; readonly file: Curve; readonly fitted: Curve }[];
  /** Share of the weight up to a leverage: of the file and of the fit; empty without leverage. */
  readonly leverages: readonly { readonly side: 'long' | 'short'; readonly file: Curve; readonly fitted: Curve }[];
  readonly notes: readonly string[];
  readonly layout: Layout;
}

const HEIGHT = 300;
const LOWER_HEIGHT = 170;
const BIDS = COLOURS.price;
const ASKS = COLOURS.twin;
/** Dashes of what is fitted to a side. */
const FITTED = { long: [6, 3], short: [2, 2] } as const;

const line = (values: Curve, colour: string, dash: readonly number[], encoding: Part, width = 2): Part => ({
  data: { values },
  mark: { type: 'line', color: colour, strokeDash: dash, strokeWidth: width },
  encoding,
});

/** Cumulative depth against distance, real and fitted, and below it how missing depth comes back. */
export function bookChart(input: BookChartInput): ChartSpec {
  const { layout, refill } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const scaled = (curve: Curve): Curve => curve.map(({ x, y }) => ({ x: x * 1e4, y }));
  const encoding: Part = {
    x: {
      field: 'x',
      type: 'quantitative',
      title: 'Distance from the mid, bps',
      scale: { domain: [0, input.extent * 1e4], nice: false },
      axis: { grid: false },
    },
    y: { field: 'y', type: 'quantitative', title: 'Depth within the distance', axis: { labelExpr: axisExpression('quote'), tickCount: 6 } },
  };
  const depth: Part = {
    width,
    height: HEIGHT,
    layer: filled([
      line(scaled(input.flat), COLOURS.outside, [2, 2], encoding, 1.4),
      {
        ...line(scaled(input.bids), BIDS, [1, 0], encoding, 2),
        mark: { type: 'line', interpolate: 'step-after', color: BIDS, strokeWidth: 2 },
      },
      {
        ...line(scaled(input.asks), ASKS, [1, 0], encoding, 2),
        mark: { type: 'line', interpolate: 'step-after', color: ASKS, strokeWidth: 2 },
      },
      line(scaled(input.fittedBids), COLOURS.ink, [6, 3], encoding, 1.4),
      line(scaled(input.fittedAsks), COLOURS.ink, [6, 3], encoding, 1.4),
    ]),
  };
  const panels: Part[] = [depth];
  const key: KeyEntry[] = [
    { sign: 'line', colour: BIDS, text: 'Bids of the snapshot' },
    { sign: 'line', colour: ASKS, text: 'Asks of the snapshot' },
    { sign: 'line', colour: COLOURS.ink, dash: [6, 3], text: 'Fitted, a curve a side' },
    { sign: 'line', colour: COLOURS.outside, dash: [2, 2], text: 'A flat density, for comparison' },
  ];
  if (refill !== null) {
    const after: Part = {
      x: { field: 'x', type: 'quantitative', title: 'Time after the trade, seconds', axis: { grid: false } },
      y: {
        field: 'y',
        type: 'quantitative',
        title: 'Missing, of what was taken',
        axis: { labelExpr: axisExpression('fraction'), tickCount: 5 },
      },
    };
    panels.push({
      width,
      height: LOWER_HEIGHT,
      title: panelTitle(refill.words, width),
      layer: filled([
        {
          data: { values: [...refill.missing] },
          mark: { type: 'point', filled: true, color: COLOURS.onBook, opacity: 1, size: 18 },
          encoding: after,
        },
        line(refill.fitted, COLOURS.ink, [6, 3], after, 1.6),
      ]),
    });
    key.push({ sign: 'none', colour: COLOURS.onBook, shape: 'circle', text: 'Missing depth after large trades, averaged' });
  }
  const most = Math.max(input.bids.at(-1)?.y ?? 0, input.asks.at(-1)?.y ?? 0);
  const title = `${input.source}: ${money(most)} stand within ${plain(input.extent * 1e4)} bps of the mid on the deeper side`;
  return chart({
    title,
    description: `${title}. Cumulative depth of both sides against distance, with the fit.`,
    layout,
    key,
    columns: layout === 'wide' ? 2 : 1,
    panels,
    notes: [input.goodness],
  });
}

/** How large returns are against a normal law and the fitted tail, and below it how long large returns follow each other. */
export function pricesChart(input: PricesChartInput): ChartSpec {
  const { layout } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const largest = input.exceedance.reduce((most, { x }) => Math.max(most, x), 1);
  const least = input.exceedance.reduce((fewest, { y }) => Math.min(fewest, y), 1);
  const kept = (curve: Curve): Curve => curve.filter(({ x, y }) => x >= 0.5 && y >= least * 0.9 && x <= largest);
  const encoding: Part = {
    x: {
      field: 'x',
      type: 'quantitative',
      title: 'Absolute return in standard deviations, at least (logarithmic)',
      scale: { type: 'log', domain: [0.5, largest * 1.05], nice: false },
      axis: { values: [0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100].filter((x) => x <= largest), labelExpr: axisExpression('ratio') },
    },
    y: {
      field: 'y',
      type: 'quantitative',
      title: 'Share of returns (logarithmic)',
      scale: { type: 'log', domain: [least * 0.9, 1], nice: false },
      axis: { values: [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5].filter((y) => y >= least * 0.9), labelExpr: axisExpression('fraction') },
    },
  };
  const panels: Part[] = [
    {
      width,
      height: HEIGHT,
      layer: filled([
        line(kept(input.normal), COLOURS.outside, [2, 2], encoding, 1.6),
        line(kept(input.exceedance), COLOURS.price, [1, 0], encoding, 2),
        line(kept(input.tail), COLOURS.ink, [6, 3], encoding, 1.6),
      ]),
    },
  ];
  const key: KeyEntry[] = [
    { sign: 'line', colour: COLOURS.price, text: 'Returns of the file' },
    { sign: 'line', colour: COLOURS.outside, dash: [2, 2], text: 'A normal law of the same volatility' },
  ];
  if (input.exponent !== null)
    key.push({ sign: 'line', colour: COLOURS.ink, dash: [6, 3], text: `Fitted tail, exponent ${plain(input.exponent)}` });
  const last = input.autocorrelation.at(-1)?.x ?? 0;
  if (last > 0) {
    const scale = last >= 48 ? 24 : 1;
    const after: Part = {
      x: {
        field: 'x',
        type: 'quantitative',
        title: `Lag, ${scale === 24 ? 'days' : 'hours'}`,
        scale: { domain: [0, last / scale], nice: false },
        axis: { grid: false },
      },
      y: { field: 'y', type: 'quantitative', title: 'Autocorrelation', axis: { tickCount: 5 } },
    };
    const bound = [0, last / scale].map((x) => ({ x, y: input.bound }));
    panels.push({
      width,
      height: LOWER_HEIGHT,
      title: panelTitle('Autocorrelation of absolute returns: above the dotted line, large returns follow large ones', width),
      layer: filled([
        line(bound, COLOURS.outside, [2, 2], after, 1.4),
        line(
          input.autocorrelation.map(({ x, y }) => ({ x: x / scale, y })),
          COLOURS.price,
          [1, 0],
          after,
          1.8,
        ),
      ]),
    });
  }
  const title = `${input.source}: volatility ${percent(input.volatility)} a year, the largest return ${plain(largest)} standard deviations`;
  return chart({
    title,
    description: `${title}. Complementary distribution of absolute returns, and their autocorrelation.`,
    layout,
    key,
    columns: layout === 'wide' ? 3 : 1,
    panels,
    notes: input.notes.length > 0 ? input.notes : [`Bars from ${input.source}.`],
  });
}

const SIDE_COLOURS = { long: BIDS, short: ASKS } as const;

/** How large positions are against the fitted sizes, on logarithmic axes, and below it leverage. */
export function positionsChart(input: PositionsChartInput): ChartSpec {
  const { layout } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const points = input.sizes.flatMap(({ file }) => file);
  const most = points.reduce((value, { x }) => Math.max(value, x), 0);
  // The smallest hundredth of the positions is dust that would take half of the axis.
  const from = points.filter(({ y }) => y <= 0.99).reduce((value, { x }) => Math.min(value, x), most);
  const fewest = points.reduce((value, { y }) => (y > 0 ? Math.min(value, y) : value), 1) * 0.8;
  const kept = (curve: Curve): Curve => curve.filter(({ x, y }) => x >= from && x <= most * 1.1 && y >= fewest);
  const powers = (low: number, high: number): number[] =>
    Array.from({ length: 16 }, (_, k) => Number(`1e${k - 2}`)).filter((value) => value >= low && value <= high);
  const encoding: Part = {
    x: {
      field: 'x',
      type: 'quantitative',
      title: 'Notional of a position, at least (logarithmic)',
      scale: { type: 'log', domain: [from, most * 1.1], nice: false },
      axis: { values: powers(from, most * 1.1), labelExpr: axisExpression('quote') },
    },
    y: {
      field: 'y',
      type: 'quantitative',
      title: 'Share of positions (logarithmic)',
      scale: { type: 'log', domain: [fewest, 1], nice: false },
      axis: { values: [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5].filter((y) => y >= fewest), labelExpr: axisExpression('fraction') },
    },
  };
  const stepped = (curve: Curve, side: 'long' | 'short', along: Part, interpolate: 'step-before' | 'step-after'): Part => ({
    ...line(curve, SIDE_COLOURS[side], [1, 0], along),
    mark: { type: 'line', interpolate, color: SIDE_COLOURS[side], strokeWidth: 2 },
  });
  const panels: Part[] = [
    {
      width,
      height: HEIGHT,
      layer: filled([
        ...input.sizes.map(({ side, file }) => stepped(kept(file), side, encoding, 'step-before')),
        ...input.sizes.map(({ side, fitted }) =>
          line(kept(fitted), side === 'long' ? COLOURS.ink : COLOURS.outside, FITTED[side], encoding, 1.6),
        ),
      ]),
    },
  ];
  if (input.leverages.length > 0) {
    const all = input.leverages.flatMap(({ file, fitted }) => [...file, ...fitted]);
    const least = all.reduce((value, { x }) => Math.min(value, x), Infinity);
    const largest = all.reduce((value, { x }) => Math.max(value, x), 0);
    const after: Part = {
      x: {
        field: 'x',
        type: 'quantitative',
        title: 'Leverage, at most (logarithmic)',
        scale: { type: 'log', domain: [least * 0.95, largest * 1.05], nice: false },
        axis: {
          values: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].filter((x) => x >= least * 0.95 && x <= largest * 1.05),
          labelExpr: axisExpression('ratio'),
        },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: 'Share',
        scale: { domain: [0, 1] },
        axis: { labelExpr: axisExpression('fraction'), tickCount: 5 },
      },
    };
    panels.push({
      width,
      height: LOWER_HEIGHT,
      title: panelTitle('Leverage: the share that stands at most so high', width),
      layer: filled([
        ...input.leverages.map(({ side, file }) => stepped(file, side, after, 'step-after')),
        ...input.leverages.map(({ side, fitted }) =>
          line(fitted, side === 'long' ? COLOURS.ink : COLOURS.outside, FITTED[side], after, 1.6),
        ),
      ]),
    });
  }
  const key: KeyEntry[] = input.sizes.flatMap(({ side }): KeyEntry[] => [
    { sign: 'line', colour: SIDE_COLOURS[side], text: `The file's ${side}s` },
    { sign: 'line', colour: side === 'long' ? COLOURS.ink : COLOURS.outside, dash: FITTED[side], text: `Fitted ${side}s` },
  ]);
  return chart({
    title: `${input.source}: ${input.title}`,
    description: `${input.source}: ${input.title}. Complementary distribution of notionals on logarithmic axes, and leverage.`,
    layout,
    key,
    columns: layout === 'wide' ? 4 : 2,
    panels,
    notes: input.notes,
  });
}

/** What stands over the panel of refill. */
export function refillTitle(halfLife: number | null, why: string | null): string {
  return halfLife === null
    ? `Missing depth after large trades: no half-life, ${why ?? ''}`
    : `Missing depth after large trades halves in ${seconds(halfLife)}`;
}

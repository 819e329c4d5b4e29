import { axisExpression, money, percent, seconds } from './format.ts';
import { AXIS_WIDTH, chart, COLOURS, filled, panelTitle, PICTURE_WIDTH, type ChartSpec, type Layout, type Part } from './theme.ts';

/** One run, step by step; index 0 is the state before the first step. Prices and money in quote units. */
export interface TimelineSteps {
  /** Seconds from the start. */
  readonly time: ArrayLike<number>;
  /** Outside price. */
  readonly index: ArrayLike<number>;
  readonly last: ArrayLike<number>;
  readonly twin: ArrayLike<number>;
  /** Forced sells (< 0) and buys (> 0) on the book. */
  readonly forcedFlow: ArrayLike<number>;
  /** What went past the book: longs sold (≤ 0) and shorts bought back (≥ 0). */
  readonly offBook: Readonly<Record<OffBookRoute, { readonly long: ArrayLike<number>; readonly short: ArrayLike<number> }>>;
}

/** What the chart is drawn from. */
export interface TimelineInput {
  readonly symbol: string;
  /** Which run: point and replicate, for people. */
  readonly run: string;
  readonly steps: TimelineSteps;
  readonly source: string;
  readonly layout: Layout;
}

/** Points that a line keeps: two a bucket, so that no extreme is lost. */
const BUCKETS = 240;
const PRICE_HEIGHT = 260;
const EXCESS_HEIGHT = 90;
const FLOW_HEIGHT = 140;

/** The largest shortfall of the price against its twin, and its step. */
export function largestExcess(last: ArrayLike<number>, twin: ArrayLike<number>): { readonly step: number; readonly excess: number } {
  let best = { step: 0, excess: 0 };
  for (let step = 0; step < last.length; step++) {
    const excess = ((twin[step] ?? 0) - (last[step] ?? 0)) / (twin[step] ?? 1);
    if (excess > best.excess) best = { step, excess };
  }
  return best;
}

/** Shortfall of the price against its twin at each step; NaN where either is undefined. */
const excessOf = ({ last, twin }: TimelineSteps): Float64Array =>
  Float64Array.from({ length: last.length }, (_, i) => ((twin[i] ?? NaN) - (last[i] ?? NaN)) / (twin[i] ?? NaN));

/** A line's lowest and highest point of each bucket, in their order; ends stay. NaN is left out. */
export function thin(time: ArrayLike<number>, values: ArrayLike<number>, buckets: number): { time: number; value: number }[] {
  const width = Math.max(1, Math.ceil(values.length / buckets));
  const kept = new Set<number>([0, values.length - 1]);
  for (let from = 0; from < values.length; from += width) {
    let [low, high] = [from, from];
    for (let i = from; i < Math.min(values.length, from + width); i++) {
      if ((values[i] ?? NaN) < (values[low] ?? NaN)) low = i;
      if ((values[i] ?? NaN) > (values[high] ?? NaN)) high = i;
    }
    kept.add(low).add(high);
  }
  return [...kept]
    .filter((i) => i >= 0 && Number.isFinite(values[i]))
    .sort((a, b) => a - b)
    .map((i) => ({ time: time[i] ?? 0, value: values[i] ?? 0 }));
}

/** Routes of forced flow in the order in which bars are stacked, from the axis out. */
const ROUTES = ['book', 'backstop', 'winners', 'others'] as const;
type Route = (typeof ROUTES)[number];
type OffBookRoute = Exclude<Route, 'book'>;

const ROUTE_COLOURS: Readonly<Record<Route, string>> = {
  book: COLOURS.onBook,
  backstop: COLOURS.takenOver,
  winners: COLOURS.deleveraged,
  others: COLOURS.insurance,
};

const ROUTE_TEXTS: Readonly<Record<Route, string>> = {
  book: 'Forced orders filled in the book',
  backstop: 'Taken over by the backstop, off the book',
  winners: 'Closed against winners (auto-deleveraging), off the book',
  others: 'Taken by keepers, pools or lenders, off the book',
};

interface FlowBar {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly route: Route;
}

/** Forced flow summed over spans of `width` steps: sells below 0 and buys above, on the book next to the axis, what went past it beyond. */
function flowBars(steps: TimelineSteps, width: number): FlowBar[] {
  const bars: FlowBar[] = [];
  for (let from = 1; from < steps.time.length; from += width) {
    const to = Math.min(steps.time.length, from + width);
    for (const sign of [-1, 1]) {
      const sum = (flow: ArrayLike<number>): number => {
        let total = 0;
        for (let i = from; i < to; i++) {
          const value = flow[i] ?? 0;
          if (value * sign > 0) total += value;
        }
        return total;
      };
      const at = { from: steps.time[from - 1] ?? 0, to: steps.time[to - 1] ?? 0 };
      let low = 0;
      for (const route of ROUTES) {
        const flow = sum(route === 'book' ? steps.forcedFlow : steps.offBook[route][sign < 0 ? 'long' : 'short']);
        if (flow !== 0) bars.push({ ...at, low, high: low + flow, route });
        low += flow;
      }
    }
  }
  return bars;
}

/** Sentence over the chart. */
export function timelineTitle(input: TimelineInput): string {
  const { last, twin, time } = input.steps;
  const { step, excess } = largestExcess(last, twin);
  if (excess === 0) return `${input.symbol}: the price never falls below its twin, in which no forced order reaches the book`;
  return `${input.symbol}: with forced orders on the book the price falls as much as ${percent(excess, 2)} below its twin, ${seconds(time[step] ?? 0)} into the run`;
}

/** Price, twin and outside price of one run over time, and below them the forced flow. */
export function timelineChart(input: TimelineInput): ChartSpec {
  const { layout, steps } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const horizon = steps.time[steps.time.length - 1] ?? 0;
  const [scale, unit] = horizon >= 600 ? [60, 'minutes'] : [1, 'seconds'];
  const x = (field: string): Part => ({
    field,
    type: 'quantitative',
    title: `Simulated time from the start, ${unit}`,
    scale: { domain: [0, horizon / scale], nice: false },
    axis: { tickCount: layout === 'wide' ? 12 : 6, grid: false },
  });
  const lines = [
    { name: 'outside', values: steps.index, colour: COLOURS.outside, dash: [2, 2], width: 1.3 },
    { name: 'twin', values: steps.twin, colour: COLOURS.twin, dash: [6, 3], width: 1.8 },
    { name: 'price', values: steps.last, colour: COLOURS.price, dash: [1, 0], width: 1.8 },
  ] as const;
  const price: Part = {
    width,
    height: PRICE_HEIGHT,
    title: panelTitle(`Price of ${input.symbol}`, width),
    layer: filled(
      lines.map((line) => ({
        data: { values: thin(steps.time, line.values, BUCKETS).map((row) => ({ time: row.time / scale, price: row.value })) },
        mark: { type: 'line', color: line.colour, strokeWidth: line.width, strokeDash: line.dash, interpolate: 'linear' },
        encoding: {
          x: x('time'),
          y: { field: 'price', type: 'quantitative', title: 'Price', scale: { zero: false }, axis: { labelExpr: axisExpression('quote') } },
        },
      })),
    ),
  };
  const below: Part = {
    width,
    height: EXCESS_HEIGHT,
    title: panelTitle('How far the price stands below its twin', width),
    layer: filled([
      {
        data: { values: thin(steps.time, excessOf(steps), BUCKETS).map((row) => ({ time: row.time / scale, excess: row.value })) },
        mark: { type: 'area', color: COLOURS.price, opacity: 0.55, line: { color: COLOURS.price, strokeWidth: 1.2 } },
        encoding: {
          x: x('time'),
          y: { field: 'excess', type: 'quantitative', title: 'Excess', axis: { labelExpr: axisExpression('fraction'), tickCount: 4 } },
        },
      },
    ]),
  };
  const span = Math.max(1, Math.ceil((steps.time.length - 1) / (BUCKETS / 2)));
  const spanSeconds = (steps.time[Math.min(span, steps.time.length - 1)] ?? horizon) - (steps.time[0] ?? 0);
  const bars = flowBars(steps, span).map((bar) => ({ ...bar, from: bar.from / scale, to: bar.to / scale }));
  const flow: Part = {
    width,
    height: FLOW_HEIGHT,
    title: panelTitle(`Forced flow in every ${seconds(spanSeconds)}: sales below zero, purchases above`, width),
    layer: filled(
      ROUTES.map((route) => ({
        data: { values: bars.filter((bar) => bar.route === route) },
        mark: { type: 'rect', color: ROUTE_COLOURS[route] },
        encoding: {
          x: x('from'),
          x2: { field: 'to' },
          y: { field: 'low', type: 'quantitative', title: 'Notional', axis: { labelExpr: axisExpression('quote'), tickCount: 5 } },
          y2: { field: 'high' },
        },
      })),
    ),
  };
  const totals = ROUTES.map((route) => ({
    route,
    total: bars.filter((bar) => bar.route === route).reduce((sum, bar) => sum + Math.abs(bar.high - bar.low), 0),
  }));
  const title = timelineTitle(input);
  return chart({
    title,
    description: title,
    layout,
    key: [
      { sign: 'line', colour: COLOURS.price, text: 'Price on this market' },
      { sign: 'line', colour: COLOURS.twin, dash: [6, 3], text: 'Its twin: the same world, forced orders taken off the book' },
      { sign: 'line', colour: COLOURS.outside, dash: [2, 2], text: 'Outside price: the rest of the world, the same in both' },
      ...totals
        .filter(({ route, total }) => route === 'book' || total > 0)
        .map(({ route, total }) => ({
          sign: 'bar' as const,
          colour: ROUTE_COLOURS[route],
          text: `${ROUTE_TEXTS[route]}, ${money(total)} in all`,
        })),
    ],
    columns: 1,
    panels: [price, below, flow],
    notes: [`One run, not an average: ${input.run}.`, input.source],
  });
}

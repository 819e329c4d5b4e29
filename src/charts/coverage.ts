import { plain } from './format.ts';
import {
  AXIS_WIDTH,
  chart,
  COLOURS,
  filled,
  PICTURE_WIDTH,
  seriesStyle,
  type ChartSpec,
  type KeyEntry,
  type Layout,
  type Part,
} from './theme.ts';

/** The margin coverage ratio of one group against a price. */
export interface CoverageCurve {
  readonly name: string;
  /** MCR by price; null where nothing is demanded. */
  readonly points: readonly { readonly price: number; readonly mcr: number | null }[];
  /** Prices at which the curve meets the threshold, within the range. */
  readonly liquidations: readonly number[];
}

/** What the chart of a margin calculator's sweep is drawn from. */
export interface CoverageChartInput {
  readonly venue: string;
  readonly asset: string;
  /** Present price. */
  readonly price: number;
  /** θ: the MCR at which the venue liquidates. */
  readonly threshold: number;
  readonly curves: readonly CoverageCurve[];
  readonly layout: Layout;
}

const HEIGHT = 320;
/** The axis goes this far above and below the threshold, in thresholds, at most: a coverage is unbounded where little is demanded. */
const [HIGHEST, LOWEST] = [12, -2];

/** What the picture says, in one sentence. */
export function coverageTitle({ venue, asset, curves }: CoverageChartInput): string {
  const met = [...new Set(curves.flatMap((curve) => curve.liquidations))].sort((a, b) => a - b);
  const where = met.length === 0 ? 'no liquidation in this range' : `liquidated at ${met.map((price) => plain(price, 6)).join(' and ')}`;
  return `MCR against the price of ${asset} at ${venue}: ${where}`;
}

/** MCR against a price, a line a group, with the threshold, the present price and the prices of liquidation. */
export function coverageChart(input: CoverageChartInput): ChartSpec {
  const { curves, threshold, price, asset, layout } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const known = curves.flatMap((curve) => curve.points.flatMap(({ mcr }) => (mcr === null ? [] : [mcr])));
  const prices = curves.flatMap((curve) => curve.points.map((point) => point.price));
  const range = [Math.min(...prices), Math.max(...prices)];
  const low = Math.max(LOWEST * threshold, Math.min(0, ...known));
  const high = Math.min(HIGHEST * threshold, Math.max(1.5 * threshold, ...known) * 1.05);
  const x: Part = {
    field: 'price',
    type: 'quantitative',
    title: `Price of ${asset}`,
    scale: { domain: range, nice: false, zero: false },
    axis: { grid: false, tickCount: layout === 'wide' ? 8 : 4, format: ',~r' },
  };
  const y: Part = {
    field: 'mcr',
    type: 'quantitative',
    title: 'MCR, equity / maintenance',
    scale: { domain: [low, high], nice: false },
    axis: { tickCount: 6 },
  };
  const across: Part = {
    data: { values: [{ mcr: threshold }] },
    mark: { type: 'rule', color: COLOURS.ink, strokeWidth: 1.2 },
    encoding: { y },
  };
  const now: Part = {
    data: { values: price >= (range[0] ?? price) && price <= (range[1] ?? price) ? [{ price }] : [] },
    mark: { type: 'rule', color: COLOURS.outside, strokeDash: [2, 2], strokeWidth: 1.4 },
    encoding: { x },
  };
  const layers = curves.flatMap((curve, i): Part[] => {
    const { colour, dash, shape } = seriesStyle(i);
    const met = curve.liquidations.map((at) => ({ price: at, mcr: threshold }));
    return [
      {
        data: { values: curve.points.map((point) => ({ ...point })) },
        mark: { type: 'line', color: colour, strokeDash: dash, strokeWidth: 2.2, clip: true, invalid: 'break-paths-show-domains' },
        encoding: { x, y },
      },
      { data: { values: met }, mark: { type: 'point', shape, filled: true, color: colour, opacity: 1, size: 70 }, encoding: { x, y } },
    ];
  });
  const title = coverageTitle(input);
  const key: KeyEntry[] = [
    ...curves.map((curve, i): KeyEntry => {
      const { colour, dash, shape } = seriesStyle(i);
      return { sign: 'line', colour, dash, ...(curve.liquidations.length > 0 ? { shape } : {}), text: `MCR, ${curve.name}` };
    }),
    { sign: 'line', colour: COLOURS.ink, text: `Liquidated at ${plain(threshold)}` },
    { sign: 'line', colour: COLOURS.outside, dash: [2, 2], text: `Present price, ${plain(price, 7)}` },
  ];
  const cut = known.some((mcr) => mcr > high || mcr < low) ? ' Coverage beyond the axis is cut off.' : '';
  return chart({
    title,
    description: title,
    layout,
    key,
    columns: layout === 'wide' ? 2 : 1,
    panels: [{ width, height: HEIGHT, layer: filled([across, now, ...layers]) }],
    notes: [`All other prices and all volatilities stand still.${cut}`],
  });
}

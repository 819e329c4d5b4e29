import { axisValues, valueText, type AxisKey } from './curve.ts';
import { axisExpression, money } from './format.ts';
import {
  AXIS_WIDTH,
  chart,
  COLOURS,
  filled,
  panelTitle,
  PICTURE_WIDTH,
  TEXT,
  vegaLiteral,
  wrap,
  type ChartSpec,
  type KeyEntry,
  type Layout,
  type Part,
} from './theme.ts';

/** Who paid the bad debt of one point, means over its runs in quote units: the four parts add up to the bad debt. */
export interface WaterfallRow {
  readonly x: number | string;
  readonly series: string;
  readonly insurance: number;
  readonly backstop: number;
  readonly deleveraged: number;
  readonly socialised: number;
  /** Median of the whole bad debt over the runs; null where undefined. */
  readonly medianBadDebt: number | null;
  /** Notional taken over by the backstop: median of the runs; null where undefined. */
  readonly takenOver: number | null;
}

/** What the chart is drawn from. */
export interface WaterfallInput {
  readonly axis: AxisKey;
  readonly rows: readonly WaterfallRow[];
  /** Size that the backstop's takeovers are compared with, in quote units; null when none is stated. */
  readonly stated: number | null;
  readonly source: string;
  readonly layout: Layout;
}

const PARTS = [
  { field: 'insurance', colour: COLOURS.insurance, text: 'Paid by the insurance fund' },
  { field: 'backstop', colour: COLOURS.backstop, text: 'Loss of the backstop at takeover' },
  { field: 'deleveraged', colour: COLOURS.deleveraged, text: 'Paid by auto-deleveraging (ADL)' },
  { field: 'socialised', colour: COLOURS.socialised, text: 'Socialised: nobody else paid' },
] as const;

const DEBT_HEIGHT = 210;
const TAKEN_HEIGHT = 150;
const GAP = 28;

const total = (row: WaterfallRow): number => PARTS.reduce((sum, part) => sum + row[part.field], 0);

/** Sentence over the chart: the largest bad debt and who paid most of it. */
export function waterfallTitle(input: WaterfallInput): string {
  const worst = [...input.rows].sort((a, b) => total(b) - total(a))[0];
  const taken = Math.max(0, ...input.rows.map((row) => row.takenOver ?? 0));
  const capacity =
    input.stated === null || taken === 0
      ? ''
      : `; takeovers ${taken > input.stated ? 'pass' : 'stay within'} the backstop's stated ${money(input.stated)}`;
  if (worst === undefined || total(worst) === 0) return `No bad debt at any point${capacity}`;
  const largest = PARTS.reduce((a, b) => (worst[b.field] > worst[a.field] ? b : a));
  const at = [input.rows.length > 1 ? `${input.axis.short} ${valueText(input.axis, worst.x)}` : '', worst.series]
    .filter((text) => text.trim() !== '')
    .join(', ');
  const payer = {
    insurance: 'paid by the insurance fund',
    backstop: 'lost by the backstop',
    deleveraged: 'paid by ADL',
    socialised: 'socialised',
  }[largest.field];
  const share = worst[largest.field] / total(worst);
  return `Bad debt averages at most ${money(total(worst))} a run${at === '' ? '' : ` (${at})`}, ${share > 0.99 ? 'all' : 'most'} of it ${payer}${capacity}`;
}

/** Where losses went: the parts of the bad debt at every point, and the notional that the backstop took over. */
export function waterfallChart(input: WaterfallInput): ChartSpec {
  const { axis, layout, rows } = input;
  const series = [...new Set(rows.map((row) => row.series))];
  const columns = layout === 'wide' ? Math.min(2, series.length) : 1;
  const width = (PICTURE_WIDTH[layout] - (columns - 1) * GAP) / columns - AXIS_WIDTH;
  const texts = axisValues(rows).map((value) => valueText(axis, value));
  const lines = texts.map((text) => [text, wrap(text, width / texts.length, TEXT.label)] as const);
  const labelExpr = `${vegaLiteral(Object.fromEntries(lines))}[datum.value]`;
  const x = {
    field: 'label',
    type: 'ordinal',
    sort: texts,
    title: axis.label,
    scale: { type: 'band', paddingInner: 0.35, paddingOuter: 0.25 },
    axis: { labelAngle: 0, labelLimit: 0, ...(lines.every(([, line]) => line.length === 1) ? {} : { labelExpr }) },
  };
  const most = Math.max(...rows.map(total), ...rows.map((row) => row.medianBadDebt ?? 0));
  const mostTaken = Math.max(input.stated ?? 0, ...rows.map((row) => row.takenOver ?? 0));
  const y = (title: string, highest: number): Part => ({
    type: 'quantitative',
    title,
    scale: { domain: [0, highest > 0 ? highest * 1.06 : 1], nice: false },
    axis: { grid: true, labelExpr: axisExpression('quote'), tickCount: 5, ...(highest > 0 ? {} : { values: [0] }) },
  });
  const takeovers = series.filter((name) => rows.some((row) => row.series === name && (row.takenOver ?? 0) > 0));

  const debt = (name: string): Part => {
    const here = rows.filter((row) => row.series === name).map((row) => ({ ...row, label: valueText(axis, row.x) }));
    const stacked = here.flatMap((row) => {
      let from = 0;
      return PARTS.map((part) => {
        const low = from;
        from += row[part.field];
        return { label: row.label, part: part.field, low, high: from };
      }).filter((bar) => bar.high > bar.low);
    });
    return {
      width,
      height: DEBT_HEIGHT,
      title: panelTitle(name === '' ? 'Bad debt and who paid it' : `Bad debt, ${name}`, width),
      layer: filled([
        // a mark of every value keeps the axis whole where a panel has no bars
        {
          data: { values: here },
          mark: { type: 'point', opacity: 0, size: 1 },
          encoding: { x, y: { ...y('Mean of the runs', most), datum: 0 } },
        },
        ...PARTS.map((part) => ({
          data: { values: stacked.filter((bar) => bar.part === part.field) },
          mark: { type: 'bar', color: part.colour },
          encoding: { x, y: { ...y('Mean of the runs', most), field: 'low' }, y2: { field: 'high' } },
        })),
        {
          data: { values: here.filter((row) => row.medianBadDebt !== null) },
          mark: { type: 'point', shape: 'diamond', fill: '#ffffff', stroke: COLOURS.ink, strokeWidth: 1.6, size: 70, opacity: 1 },
          encoding: { x, y: { ...y('Mean of the runs', most), field: 'medianBadDebt' } },
        },
      ]),
    };
  };
  const taken = (name: string): Part => ({
    width,
    height: TAKEN_HEIGHT,
    title: panelTitle(takeovers.length === 1 ? 'Taken over by the backstop' : `Taken over by the backstop, ${name}`, width),
    layer: [
      {
        data: {
          values: rows.filter((row) => row.series === name).map((row) => ({ label: valueText(axis, row.x), value: row.takenOver ?? 0 })),
        },
        mark: { type: 'bar', color: COLOURS.backstop },
        encoding: { x, y: { ...y('Median notional of a run', mostTaken), field: 'value' } },
      },
      ...(input.stated === null
        ? []
        : [
            {
              data: { values: [{ stated: input.stated }] },
              mark: { type: 'rule', color: COLOURS.ink, strokeDash: [5, 3], strokeWidth: 1.6 },
              encoding: { y: { ...y('Median notional of a run', mostTaken), field: 'stated' } },
            },
          ]),
    ],
  });

  const grid = (panels: readonly Part[]): Part[] => {
    const lines: Part[] = [];
    for (let i = 0; i < panels.length; i += columns)
      lines.push(columns === 1 ? (panels[i] ?? {}) : { hconcat: panels.slice(i, i + columns), spacing: GAP });
    return lines;
  };
  const paid = PARTS.filter((part) => rows.some((row) => row[part.field] > 0));
  const key: KeyEntry[] = [
    ...paid.map((part): KeyEntry => ({ sign: 'bar', colour: part.colour, text: part.text })),
    { sign: 'none', colour: COLOURS.ink, shape: 'diamond', hollow: true, text: 'Median of the whole bad debt' },
    ...(takeovers.length > 0 && input.stated !== null
      ? [{ sign: 'line', colour: COLOURS.ink, dash: [5, 3], text: `Stated size of the backstop, ${money(input.stated)}` } as const]
      : []),
  ];
  const title = waterfallTitle(input);
  return chart({
    title,
    description: title,
    layout,
    key,
    columns: layout === 'wide' ? 2 : 1,
    panels: [...grid(series.map(debt)), ...grid(takeovers.map(taken))],
    notes: [
      'Bars are means, so that the parts add up to the bad debt; a few runs with very large losses can lift a mean far above the median.',
      input.source,
    ],
  });
}

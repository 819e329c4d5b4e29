import { counted, odds, percent, plain, quantity, type Quantity } from './format.ts';
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

/** The runs of one point. */
export interface SizeSample {
  /** Value of the first varied key, for people: `θ = 0.5`; empty without one. */
  readonly label: string;
  /** The other varied keys, for people: one panel each; empty without one. */
  readonly series: string;
  /** One value a run, in its unit, ≥ 0. */
  readonly sizes: readonly number[];
}

/** What the chart is drawn from. */
export interface SizesInput {
  /** What is measured, e.g. `Liquidated notional`. */
  readonly label: string;
  readonly unit: Quantity;
  readonly samples: readonly SizeSample[];
  readonly source: string;
  readonly layout: Layout;
}

const PANEL_HEIGHT = 260;
const GAP = 28;
/** Sequential, dark to bright, readable in grey: viridis without its palest end (van der Walt and Smith, 2015). */
const STEPS = ['#440154', '#414487', '#2a788e', '#22a884', '#6fbf3a', '#c4a800'] as const;
const DASHES = [
  [1, 0],
  [8, 2],
  [5, 2],
  [3, 2],
  [1.5, 1.5],
  [8, 2, 2, 2],
] as const;

const style = (i: number, of: number): { colour: string; dash: readonly number[] } => {
  const at = of <= 1 ? 0 : Math.round((i * (STEPS.length - 1)) / (of - 1));
  return { colour: STEPS[at] ?? COLOURS.ink, dash: DASHES[i % DASHES.length] ?? [1, 0] };
};

/** Share of runs at least as large as each value, largest share first: the complementary distribution, from the runs above 0. */
export function exceedance(sizes: readonly number[]): { size: number; share: number }[] {
  const sorted = sizes.filter((size) => size > 0).sort((a, b) => a - b);
  const rows: { size: number; share: number }[] = [];
  sorted.forEach((size, i) => {
    if (i === 0 || size !== sorted[i - 1]) rows.push({ size, share: (sorted.length - i) / sizes.length });
  });
  return rows;
}

const middle = (sizes: readonly number[]): number => {
  const sorted = [...sizes].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
};

/** Sentence over the chart: the middle and the largest run. */
export function sizesTitle(input: SizesInput): string {
  const all = input.samples.flatMap((sample) => sample.sizes);
  const largest = Math.max(0, ...all);
  if (largest === 0) return `${input.label}: no run had any`;
  if (all.length === 1) return `${input.label}: ${quantity(largest, input.unit)} in the only run`;
  return `${input.label}: half of all runs reach ${quantity(middle(all), input.unit)}, the largest of ${plain(all.length, 9)} reaches ${quantity(largest, input.unit)}`;
}

/** How large cascades are: the share of runs at least so large, both axes logarithmic, a curve a point, a panel for each setting of the other keys. */
export function sizesChart(input: SizesInput): ChartSpec {
  const { layout, samples } = input;
  const series = [...new Set(samples.map((sample) => sample.series))];
  const labels = [...new Set(samples.map((sample) => sample.label))];
  const columns = layout === 'wide' ? Math.min(2, series.length) : 1;
  const width = (PICTURE_WIDTH[layout] - (columns - 1) * GAP) / columns - AXIS_WIDTH;
  const sizes = samples.flatMap((sample) => sample.sizes.filter((size) => size > 0));
  const most = Math.max(1, ...samples.map((sample) => sample.sizes.length));
  const [low, high] = sizes.length === 0 ? [1, 10] : [Math.min(...sizes) * 0.98, Math.max(...sizes) * 1.02];
  const ticks = logTicks(low, high);
  const shares = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001].filter((share) => share >= 1 / most);

  const panel = (name: string): Part => ({
    width,
    height: PANEL_HEIGHT,
    ...(name === '' ? {} : { title: panelTitle(name, width) }),
    layer: filled(
      samples
        .filter((sample) => sample.series === name)
        .map((sample) => {
          const rows = exceedance(sample.sizes);
          const { colour, dash } = style(labels.indexOf(sample.label), labels.length);
          return {
            data: { values: rows },
            mark: {
              type: 'line',
              interpolate: 'step-before',
              color: colour,
              strokeWidth: 2,
              strokeDash: dash,
              point: rows.length === 1 && { color: colour, filled: true },
            },
            encoding: {
              x: {
                field: 'size',
                type: 'quantitative',
                title: `${input.label} of a run, at least (logarithmic)`,
                scale: { type: 'log', domain: [low, high], nice: false },
                axis: {
                  labelExpr: labelTable(ticks, (tick) => quantity(tick, input.unit, 4)),
                  labelOverlap: 'greedy',
                  labelSeparation: 6,
                  values: ticks,
                },
              },
              y: {
                field: 'share',
                type: 'quantitative',
                title: 'Share of runs (logarithmic)',
                scale: { type: 'log', domain: [0.9 / most, 1], nice: false },
                axis: {
                  values: shares,
                  labelExpr: labelTable(shares, odds),
                },
              },
            },
          };
        }),
    ),
  });

  const key: KeyEntry[] = labels
    .filter((label) => label !== '')
    .map((label, i) => ({ sign: 'line', ...style(i, labels.length), text: label }));
  const panels = series.map(panel);
  const rows: Part[] = [];
  for (let i = 0; i < panels.length; i += columns)
    rows.push(columns === 1 ? (panels[i] ?? {}) : { hconcat: panels.slice(i, i + columns), spacing: GAP });
  const none = samples.filter((sample) => sample.sizes.length > 0 && sample.sizes.some((size) => size === 0));
  const empty = none.map((sample) => {
    const zero = sample.sizes.filter((size) => size === 0).length;
    return `${[sample.label, sample.series].filter((text) => text !== '').join(', ')}: ${zero} of ${counted(sample.sizes.length, 'run')} (${percent(zero / sample.sizes.length, 2)})`;
  });
  const title = sizesTitle(input);
  return chart({
    title,
    description: `${title}. Complementary distribution over runs, a curve a point.`,
    layout,
    key,
    columns: layout === 'wide' ? 3 : 2,
    panels: rows,
    notes: [
      most === 1
        ? 'A dot is the one run of a point: how sizes are spread over runs takes more of them.'
        : `How to read it: at a height of 1 in 10, one run in ten is at least as large as the value below the curve. With ${counted(most, 'run')} a point nothing rarer than 1 in ${plain(most, 9)} can be seen.`,
      ...(empty.length > 0 ? [`Runs without any, which a logarithmic axis cannot show: ${empty.join('; ')}.`] : []),
      input.source,
    ],
  });
}

/** Ratio of the ends of an axis below which its ticks stand at equal steps. */
const NARROW = 4;

/** Ticks within the range, at least two: 1, 2, 3, 5 and 7 times powers of ten; of a narrow range at equal round steps, of a wide one at powers of ten alone. */
export function logTicks(low: number, high: number): number[] {
  if (high / low < NARROW) return evenTicks(low, high);
  const steps = high / low < 300 ? [1, 2, 3, 5, 7] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.log10(high) + 1; power++) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** Multiples of the largest of 1, 2 and 5 times powers of ten that gives at least four of them. */
function evenTicks(low: number, high: number): number[] {
  const widest = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(widest));
  const step = power * ([5, 2].find((multiple) => multiple * power <= widest) ?? 1);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Labels of given ticks as an expression of Vega. */
const labelTable = (ticks: readonly number[], label: (tick: number) => string): string =>
  `${JSON.stringify(Object.fromEntries(ticks.map((tick) => [String(tick), label(tick)])))}['' + datum.value]`;

import { counted } from '../charts/format.ts';
import type { SizeSample } from '../charts/sizes.ts';
import { sizesChart, sizesTitle } from '../charts/sizes.ts';
import { severityChart, severityTitle, type SeverityCurve } from '../charts/severity.ts';
import type { ChartSpec, Layout } from '../charts/theme.ts';
import { timelineChart, timelineTitle } from '../charts/timeline.ts';
import { waterfallChart, waterfallTitle, type WaterfallRow } from '../charts/waterfall.ts';
import type { Metric } from '../severity/metrics.ts';
import { curveOf } from './curves.ts';
import { answering, measured } from './measured.ts';
import { axesOf, axisValue, keyShort, pointText, seriesText, settingText, shownAsset, statedBackstop } from './names.ts';
import { summaryOf, valuesByReplicate, type Results } from './results.ts';

/** A chart of the report before it is drawn. */
export interface Drawing {
  /** File name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly spec: (layout: Layout) => ChartSpec;
}

/** The metrics of the severity chart, the headline first. */
const SEVERITY = ['excess_drawdown', 'drawdown'] as const;

/** Source, method and seed: the last line under every chart. */
export function sourceLine(results: Results): string {
  const { manifest } = results;
  const { assets } = results.experiment.scenario;
  const [first] = assets;
  const driver = first?.driver;
  const of = assets.length > 1 ? ` of ${first?.symbol ?? ''}` : '';
  const outside =
    driver === undefined
      ? ''
      : driver.kind === 'event'
        ? ` Outside price${of}: the event of ${driver.name}.`
        : driver.kind === 'csv'
          ? ` Outside price${of}: bars of a file.`
          : ` Outside price${of}: ${driver.kind}.`;
  return `Marginfall ${manifest.version}, experiment ${manifest.name}: simulated, ${counted(manifest.counts.done, 'run')}, seed ${manifest.seed}, plan ${manifest.planHash.slice(0, 12)}.${outside}`;
}

/** The charts that this folder has data for. */
export function drawingsOf(results: Results): Drawing[] {
  const source = sourceLine(results);
  const { axis, key } = axesOf(results);
  const overSweep = (metrics: readonly Metric[]) => ({
    axis,
    curves: metrics.map(({ name, label, unit }): SeverityCurve => ({ label, unit, points: curveOf(results, name) })),
    reference: pointText(results, results.manifest.reference),
    uncertain: results.manifest.uncertain.map(keyShort),
    source,
  });
  const severity = overSweep(SEVERITY.map((name) => measured(results.experiment, name)));
  const answers = answering(results);
  const answer = overSweep(answers);
  const sizes = {
    label: 'Liquidated notional',
    unit: 'quote' as const,
    samples: results.points.map((values, point): SizeSample => {
      const path = results.manifest.vary[key];
      return {
        label: path === undefined ? '' : settingText(results.experiment, path, values[key] ?? ''),
        series: seriesText(results, point, key),
        sizes: [...valuesByReplicate(results, point, 'liquidated_notional')].filter((value) => !Number.isNaN(value)),
      };
    }),
    source,
  };
  const waterfall = { axis, rows: waterfallRows(results, key), stated: statedBackstop(results), source };
  const drawings: Drawing[] = [
    ...(answers.length === 0
      ? []
      : [
          {
            name: 'answer',
            title: severityTitle({ ...answer, layout: 'wide' }),
            spec: (layout: Layout) => severityChart({ ...answer, layout }),
          },
        ]),
    { name: 'severity', title: severityTitle({ ...severity, layout: 'wide' }), spec: (layout) => severityChart({ ...severity, layout }) },
    { name: 'sizes', title: sizesTitle({ ...sizes, layout: 'wide' }), spec: (layout) => sizesChart({ ...sizes, layout }) },
    {
      name: 'waterfall',
      title: waterfallTitle({ ...waterfall, layout: 'wide' }),
      spec: (layout) => waterfallChart({ ...waterfall, layout }),
    },
  ];
  const timeline = timelineInput(results, source);
  if (timeline !== null) {
    drawings.push({
      name: 'timeline',
      title: timelineTitle({ ...timeline, layout: 'wide' }),
      spec: (layout) => timelineChart({ ...timeline, layout }),
    });
  }
  return drawings;
}

function waterfallRows(results: Results, key: number): WaterfallRow[] {
  return results.points.map((values, point) => {
    const mean = (metric: string): number => summaryOf(results, point, metric)?.mean ?? 0;
    return {
      x: key < 0 ? '' : axisValue(values[key] ?? ''),
      series: seriesText(results, point, key),
      insurance: mean('insurance_used'),
      backstop: mean('backstop_loss'),
      deleveraged: mean('adl_used'),
      socialised: mean('socialised_loss'),
      medianBadDebt: summaryOf(results, point, 'bad_debt')?.median ?? null,
      takenOver: summaryOf(results, point, 'backstop_notional')?.median ?? null,
    };
  });
}

function timelineInput(results: Results, source: string) {
  const { example, experiment } = results;
  if (example === null) return null;
  const shown = shownAsset(experiment);
  const series = (name: string): Float64Array => {
    const found = example.steps[name];
    if (found === undefined) throw new Error(`example/steps.parquet: found no column ${name}`);
    return found;
  };
  return {
    symbol: experiment.scenario.assets[0]?.symbol ?? 'price',
    run: `${pointText(results, example.point)}, replicate ${example.replicate}, the run of this point with the median excess drawdown${shown === '' ? '' : `; shown is ${shown}`}`,
    steps: {
      time: series('time'),
      index: series('index'),
      last: series('last'),
      twin: series('twin'),
      forcedFlow: series('forced_flow'),
      offBook: example.offBook,
    },
    source,
  };
}

import { METRIC_NAMES } from '../severity/metrics.ts';
import type { Experiment } from '../scenario/experiment.ts';
import { describeAssumptions, drawUncertain, resolvePoint } from '../scenario/experiment.ts';
import type { KeyValue, Layout } from '../results/columns.ts';
import { pointKey } from '../results/columns.ts';
import type { Plan } from '../results/plan.ts';
import { digestValue } from '../results/plan.ts';
import { engineFingerprint } from './fingerprint.ts';

const THRESHOLD = 'margin.threshold';

/** What the rows of a sweep are called and hold besides the metrics. */
export function layoutOf(experiment: Experiment): Layout {
  return {
    seed: experiment.seed,
    vary: experiment.vary.map(({ path }) => path),
    points: pointValues(experiment),
    uncertain: experiment.uncertain.map(({ path }) => path),
    draws: Array.from({ length: experiment.replications }, (_, replicate) => Object.values(drawUncertain(experiment, replicate))),
    metrics: metricNames(experiment),
  };
}

/** Names of what is measured of each run: the metrics, then the scenario's probes. */
export function metricNames({ scenario }: Pick<Experiment, 'scenario'>): readonly string[] {
  return [...METRIC_NAMES, ...scenario.probes.map(({ name }) => name)];
}

/** The values of the varied keys at each point, in file order. */
function pointValues(experiment: Experiment): KeyValue[][] {
  return experiment.points.map(({ values }) => experiment.vary.map(({ path }) => values[path] as KeyValue));
}

/** What decides whether rows of a folder are rows of this experiment. */
export function planOf(experiment: Experiment): Plan {
  const values = pointValues(experiment);
  return {
    engine: engineFingerprint(),
    scenario: experiment.scenario,
    vary: experiment.vary.map(({ path }) => path),
    points: Object.fromEntries(values.map((point, index) => [pointKey(point), digestValue(resolvePoint(experiment, index))])),
    seasonThreshold: experiment.seasonThreshold,
    uncertain: experiment.uncertain,
    seed: experiment.seed,
    hooks: {},
    replications: experiment.replications,
  };
}

/**
 * The experiment as the manifest keeps it: all but the price bars of its files, whose digest is in the plan, and with the figures of the
 * event and the venue that it names among its notes.
 */
export function documentOf(experiment: Experiment): Omit<Experiment, 'sources'> {
  const { sources: _bars, ...rest } = experiment;
  return { ...rest, notes: describeAssumptions(experiment) };
}

/**
 * The point that paired differences are taken from: the threshold nearest 1 (the lower of two as near), of the other keys their
 * first values; the first point when no threshold is varied.
 */
export function referencePoint(layout: Pick<Layout, 'vary' | 'points'>): number {
  const key = layout.vary.indexOf(THRESHOLD);
  if (key < 0) return 0;
  let best = 0;
  layout.points.forEach((values, point) => {
    const [candidate, leader] = [distance(values[key]), distance(layout.points[best]?.[key])];
    if (candidate < leader || (candidate === leader && Number(values[key]) < Number(layout.points[best]?.[key]))) best = point;
  });
  return best;
}

function distance(threshold: KeyValue | undefined): number {
  return Math.abs(Number(threshold) - 1);
}

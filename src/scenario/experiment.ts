import { exp, log } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { Expression } from './expression.ts';
import { venueNamed } from '../venues/catalogue.ts';
import type { Bars } from './csv.ts';
import { EVENTS } from './events.ts';
import { withValue } from './path.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';
import { resolveScenario } from './resolve.ts';

/** A value at a varied path, as read: a number in base units, a word, or a plain list or map. */
export type PointValue = number | string | boolean | readonly unknown[] | { readonly [key: string]: unknown };

/** A key that takes several values. */
export interface Varied {
  /** As the file has it; the column's name. */
  readonly path: string;
  readonly steps: Steps;
  readonly values: readonly PointValue[];
  /** The values as the file has them. */
  readonly labels: readonly string[];
}

/** A key that is drawn once per replicate. */
export interface Uncertain {
  readonly path: string;
  readonly steps: Steps;
  readonly from: number;
  readonly to: number;
  /** Uniform in the logarithm. */
  readonly log: boolean;
  /** Whole numbers only. */
  readonly whole: boolean;
}

/** One setting of all varied keys. */
export interface Point {
  readonly index: number;
  readonly values: Readonly<Record<string, PointValue>>;
}

/** A value of the file with what its comment says about it. */
export interface Note {
  readonly path: string;
  readonly value: string;
  /** The comment after the value, without `source:`. */
  readonly source: string;
  readonly hypothetical: boolean;
}

/** An experiment as read: plain data that survives JSON. */
export interface Experiment {
  readonly name: string;
  readonly question: string;
  /** Metrics and probes that answer it, the first of them first; none: the excess drawdown. */
  readonly answer: readonly string[];
  /** Validated, every default filled in. */
  readonly scenario: Scenario;
  readonly vary: readonly Varied[];
  /** The grid of all combinations, the last key fastest; one point when nothing varies. */
  readonly points: readonly Point[];
  readonly uncertain: readonly Uncertain[];
  readonly replications: number;
  readonly seed: string;
  /** Price bars of the files that the scenario names. */
  readonly sources: Readonly<Record<string, Bars>>;
  /** Formulas that the scenario holds, by their text. */
  readonly formulas: Readonly<Record<string, Expression>>;
  /** The largest threshold of any point: at it the population is seasoned. */
  readonly seasonThreshold: number;
  readonly notes: readonly Note[];
}

/**
 * The options of one run. `uncertain` holds this replicate's draws by path. About 0.1 ms.
 * @throws RangeError when the point does not exist, or the draws lead outside what the scenario allows.
 */
export function resolvePoint(experiment: Experiment, index: number, uncertain: Readonly<Record<string, number>> = {}): RunOptions {
  const point = experiment.points[index];
  if (point === undefined) throw new RangeError(`found point ${index}, want 0 to ${experiment.points.length - 1}`);
  const { sources: bars, formulas, seasonThreshold } = experiment;
  const faults: string[] = [];
  const options = resolveScenario(scenarioAt(experiment, point, uncertain), { bars, formulas, seasonThreshold }, (steps, message) => {
    faults.push(`${steps.join('.')}: ${message}`);
  });
  if (options === null) throw new RangeError(`point ${index} of ${experiment.name} cannot be run: ${faults.join('; ')}`);
  return options;
}

/** The scenario of a point, with a replicate's draws put in. */
export function scenarioAt(
  experiment: Pick<Experiment, 'scenario' | 'vary' | 'uncertain'>,
  point: Point,
  uncertain: Readonly<Record<string, number>> = {},
): Scenario {
  let scenario: unknown = experiment.scenario;
  for (const { path, steps } of experiment.vary) scenario = withValue(scenario, steps, point.values[path]);
  for (const { path, steps } of experiment.uncertain) {
    const value = uncertain[path];
    if (value !== undefined) scenario = withValue(scenario, steps, value);
  }
  return scenario as Scenario;
}

/** This replicate's value of every uncertain key, the same at every point: one counter draw a key, which no other key moves. */
export function drawUncertain(experiment: Pick<Experiment, 'uncertain' | 'seed'>, replicate: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { path, from, to, log: logarithmic, whole } of experiment.uncertain) {
    const key = derive(root(experiment.seed, `uncertain ${path}`), replicate);
    const u = uniform(key.lo, key.hi, 0, 0, 0);
    const end = whole ? to + 1 : to;
    const value = logarithmic ? from * exp(u * log(end / from)) : from + u * (end - from);
    values[path] = whole ? Math.min(to, Math.floor(value)) : Math.min(to, Math.max(from, value));
  }
  return values;
}

/** All combinations of the values of varied keys, the last key fastest. */
export function gridOf(vary: readonly Varied[]): Point[] {
  let grid: Record<string, PointValue>[] = [{}];
  for (const { path, values } of vary) grid = grid.flatMap((point) => values.map((value) => ({ ...point, [path]: value })));
  return grid.map((values, index) => ({ index, values }));
}

/** What a scenario takes for granted: every commented value of its file, then the figures of the event and of the venue that it names. */
export function describeAssumptions(experiment: Experiment): readonly Note[] {
  const { assets, margin } = experiment.scenario;
  const notes = [...experiment.notes];
  assets.forEach(({ driver, history }, m) => {
    const event = driver.kind === 'event' ? EVENTS.find((one) => one.name === driver.name) : undefined;
    if (event !== undefined) {
      notes.push({ path: `assets[${m}].driver`, value: event.title, source: event.source, hypothetical: false });
      if (history.kind === 'event' || history.kind === 'driver')
        notes.push({ path: `assets[${m}].history`, value: `before ${event.start}`, source: event.historySource, hypothetical: true });
    }
    if ('endogenous' in driver && driver.endogenous > 0) {
      const value = `${driver.endogenous} of each fall below the highest price so far is taken out`;
      notes.push({ path: `assets[${m}].driver.endogenous`, value, source: 'assumed, not estimated', hypothetical: true });
    }
  });
  for (const { what, source, hypothetical } of venueNamed(margin.venue)?.facts ?? [])
    notes.push({ path: 'margin.venue', value: what, source, hypothetical });
  return notes;
}

import type { Experiment } from '../scenario/experiment.ts';
import { drawUncertain, resolvePoint } from '../scenario/experiment.ts';
import { METRIC_NAMES, METRICS } from '../severity/metrics.ts';
import type { MetricUnit } from '../severity/metrics.ts';
import { MOST_GROUPS, shapleyValues } from '../severity/shapley.ts';
import type { RunResult } from '../simulation/result.ts';
import { Simulator } from '../simulation/simulate.ts';

/**
 * How the effects of a run are put down to groups of traders. knock-out: what goes away when a group does; shapley: what a group adds on
 * average over all orders in which the groups can come, so that the parts add up.
 */
export type AttributionRule = 'shapley' | 'knock-out';

/** One effect, and the part of each group. */
export interface AttributedEffect {
  readonly name: 'excess_drawdown' | 'bad_debt' | 'caused_notional';
  readonly label: string;
  readonly unit: MetricUnit;
  /** With all groups. */
  readonly whole: number;
  /** With none of them: what Shapley values leave out. Null where that was not played. */
  readonly nobody: number | null;
  /** In the order of the groups. */
  readonly parts: readonly number[];
}

/** What of a run is put down to whom. */
export interface Attribution {
  readonly rule: AttributionRule;
  readonly groups: readonly string[];
  /** Worlds that were played for it, each with its twin. */
  readonly runs: number;
  readonly effects: readonly AttributedEffect[];
}

const labelOf = (name: string): string => METRICS.find((metric) => metric.name === name)?.label ?? name;

const EFFECTS: readonly (Pick<AttributedEffect, 'name' | 'label' | 'unit'> & { readonly of: (result: RunResult) => number })[] = [
  ...(['excess_drawdown', 'bad_debt'] as const).map((name) => ({
    name,
    label: labelOf(name),
    unit: name === 'bad_debt' ? ('quote' as const) : ('fraction' as const),
    of: ({ metrics }: RunResult) => metrics[METRIC_NAMES.indexOf(name)] ?? NaN,
  })),
  { name: 'caused_notional', label: 'Caused notional', unit: 'quote', of: causedNotional },
];

/** Forced notional of the groups that the twin never liquidates, in quote units. */
function causedNotional({ liquidations = [] }: RunResult): number {
  return liquidations.reduce((sum, { cause, notional }) => (cause === 'caused' ? sum + notional : sum), 0);
}

/**
 * Puts down what one run of an experiment did to its groups of traders, by the same world without some of them: same seed, same draws, the
 * market's other side held from outside.
 * @param without groups that are left out of all of it, besides those that the scenario leaves out.
 * @throws RangeError for Shapley values of more than MOST_GROUPS groups, or when there is no such point.
 */
export function attribute(
  experiment: Experiment,
  point: number,
  replicate: number,
  rule: AttributionRule,
  without: readonly string[] = [],
): Attribution {
  const options = resolvePoint(experiment, point, drawUncertain(experiment, replicate));
  const gone = [...new Set([...(options.without ?? []), ...without])];
  const groups = options.traders
    .map(({ name }) => name)
    .filter((name) => !gone.includes(name))
    .sort();
  if (rule === 'shapley' && groups.length > MOST_GROUPS)
    throw new RangeError(`found ${groups.length} groups, want at most ${MOST_GROUPS} for Shapley values`);
  const simulator = new Simulator();
  const play = (absent: readonly string[]): number[] => {
    const terms = { ...options, arms: [], without: [...gone, ...absent] };
    const result = simulator.run(terms, { seed: experiment.seed, replicate }, { detail: true });
    return EFFECTS.map(({ of }) => of(result));
  };
  if (rule === 'shapley') {
    const values = Array.from({ length: 2 ** groups.length }, (_, coalition) =>
      play(groups.filter((_name, k) => ((coalition >> k) & 1) === 0)),
    );
    return {
      rule,
      groups,
      runs: values.length,
      effects: EFFECTS.map(({ of: _, ...effect }, e) => {
        const value = values.map((effects) => effects[e] ?? NaN);
        return { ...effect, whole: value.at(-1) ?? NaN, nobody: value[0] ?? NaN, parts: [...shapleyValues(groups.length, value)] };
      }),
    };
  }
  const all = play([]);
  const left = groups.map((name) => play([name]));
  return {
    rule,
    groups,
    runs: 1 + groups.length,
    effects: EFFECTS.map(({ of: _, ...effect }, e) => {
      const whole = all[e] ?? NaN;
      return { ...effect, whole, nobody: null, parts: left.map((effects) => whole - (effects[e] ?? NaN)) };
    }),
  };
}

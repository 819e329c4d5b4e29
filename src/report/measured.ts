import { METRICS, type Metric } from '../severity/metrics.ts';
import { probeUnit } from '../severity/probes.ts';
import type { Results, StoredExperiment } from './results.ts';

export const HEADLINE = 'excess_drawdown';

/** A metric, or a probe of the scenario, as a report speaks of it. */
export function measured({ scenario }: Pick<StoredExperiment, 'scenario'>, name: string): Metric {
  const metric = METRICS.find((candidate) => candidate.name === name);
  if (metric !== undefined) return metric;
  const probe = scenario.probes.find((one) => one.name === name);
  if (probe === undefined) throw new Error(`report: found no metric or probe ${name}`);
  const words = name.replaceAll('_', ' ');
  return { name, unit: probeUnit(probe), label: `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`, meaning: '' };
}

/** The metrics and probes that the experiment says answer its question; none: it leaves that to the headline. */
export const answering = ({ experiment }: Results): readonly Metric[] =>
  // A manifest from before there were any has none.
  ((experiment.answer as readonly string[] | undefined) ?? []).map((name) => measured(experiment, name));

import type { Context } from './context.ts';
import type { Tree } from './document.ts';
import { drawUncertain, scenarioAt } from './experiment.ts';
import type { Experiment, Point, Uncertain, Varied } from './experiment.ts';
import { joined, nodeAt, problemAt } from './locate.ts';
import type { Steps } from './path.ts';
import type { Job } from './job.ts';
import type { Problem } from './problem.ts';
import { resolveScenario } from './resolve.ts';

/** What a sweep is made of when its points are checked. */
export interface SweepCheck {
  readonly job: Job;
  readonly vary: readonly (Varied & { readonly trees: readonly Tree[] })[];
  readonly uncertain: readonly (Uncertain & { readonly tree: Tree })[];
  readonly points: readonly Point[];
  readonly partial: Pick<Experiment, 'scenario' | 'vary' | 'uncertain'>;
  readonly context: Context;
  readonly seed: string;
}

interface Fault {
  readonly point: Point;
  readonly steps: Steps;
  readonly message: string;
}

/**
 * Resolves every point, and every point at the ends of what is uncertain, and puts each fault where its cause stands: at a varied value
 * when only some values have it, else in the scenario.
 */
export function checkPoints(check: SweepCheck): void {
  const { job, points, partial, context, uncertain } = check;
  const kinds = new Map<string, Fault[]>();
  for (const point of points) {
    resolveScenario(scenarioAt(partial, point), context, (steps, message) => {
      const kind = `${steps.join('.')} ${message.replaceAll(/[\d.e+-]+/g, '#')}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), { point, steps, message }]);
    });
  }
  for (const faults of kinds.values()) job.problems.push(...placedFaults(faults, check));
  if (job.problems.length > 0 || uncertain.length === 0) return;

  const seen = new Set<string>();
  for (const draws of corners(check)) {
    for (const point of points) {
      resolveScenario(scenarioAt(partial, point, draws.values), context, (steps, message) => {
        const cause =
          uncertain.find((one) => covers(one.steps, steps)) ?? uncertain.find((one) => one.path === draws.moved) ?? uncertain[0];
        if (cause === undefined || seen.has(`${cause.path} ${steps.join('.')}`)) return;
        seen.add(`${cause.path} ${steps.join('.')}`);
        job.problems.push(problemAt(cause.tree.place, `uncertain.${cause.path}`, `within this range, ${joined('', steps)}: ${message}`));
      });
    }
  }
}

/** Draws at which all uncertain keys are smallest, largest, or one apart from the others; and the first replicate's own. */
function corners({ uncertain, seed }: SweepCheck): { readonly values: Record<string, number>; readonly moved: string }[] {
  const at = (end: 'from' | 'to', moved?: string): Record<string, number> =>
    Object.fromEntries(uncertain.map((one) => [one.path, one.path === moved ? (end === 'from' ? one.to : one.from) : one[end]]));
  const first = uncertain[0]?.path ?? '';
  return [
    ...(['from', 'to'] as const).flatMap((end) => [
      { values: at(end), moved: first },
      ...(uncertain.length > 1 ? uncertain.map((one) => ({ values: at(end, one.path), moved: one.path })) : []),
    ]),
    { values: drawUncertain({ uncertain, seed }, 0), moved: first },
  ];
}

function placedFaults(faults: readonly Fault[], { job, vary, points }: SweepCheck): Problem[] {
  const first = faults[0];
  if (first === undefined) return [];
  const own = vary.find((one) => covers(one.steps, first.steps));
  const cause = own ?? (faults.length < points.length ? narrowest(faults, vary) : undefined);
  if (cause === undefined) {
    const { node } = nodeAt(job.root, first.steps);
    return [problemAt(node.place, joined(job.prefix, first.steps), first.message)];
  }
  const problems: Problem[] = [];
  for (const [k, value] of cause.values.entries()) {
    const fault = faults.find((one) => one.point.values[cause.path] === value);
    const tree = cause.trees[k];
    if (fault === undefined || tree === undefined) continue;
    const path = `vary.${cause.path}[${k}]`;
    if (cause === own) {
      const { node } = nodeAt(tree, fault.steps.slice(cause.steps.length));
      problems.push(problemAt(node.place, joined(path, fault.steps.slice(cause.steps.length)), fault.message));
    } else {
      problems.push(problemAt(tree.place, path, `at this point ${joined(job.prefix, fault.steps)}: ${fault.message}`));
    }
  }
  return problems;
}

/** The varied key whose values tell faulty points from sound ones best: the one with the smallest share of faulty values. */
function narrowest(faults: readonly Fault[], vary: SweepCheck['vary']): SweepCheck['vary'][number] | undefined {
  const share = (one: SweepCheck['vary'][number]): number =>
    new Set(faults.map((fault) => fault.point.values[one.path])).size / one.values.length;
  return [...vary].sort((a, b) => share(a) - share(b))[0];
}

function covers(outer: Steps, inner: Steps): boolean {
  return outer.every((step, k) => inner[k] === step);
}

import { readFileSync } from 'node:fs';

/** A number, a text or a nest of them, as they stand in the file of targets. */
export type Value = number | string | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** One entry of reference/targets.json: a statement with a known answer. */
export interface Target {
  readonly id: string;
  readonly statement: string;
  readonly parameters: Value;
  readonly expected: Value;
  readonly tolerance: string;
  readonly source: string;
  /** `empirical`: a published figure of real events. */
  readonly kind: string;
}

/** How much to spend on a check. */
export interface Effort {
  /** Monte Carlo runs; null: the check's own number. */
  readonly runs: number | null;
  /** Fewer runs, and tolerances that follow from them. */
  readonly quick: boolean;
}

/**
 * What came of a check. `measured` has the keys of `expected`, where runs were drawn their number, and as `world` what the same law measures
 * through a whole simulated world where the rest comes from a cascade runner.
 */
export interface Verdict {
  readonly expected: Value;
  readonly measured: Value;
  readonly tolerance: string;
  readonly pass: boolean;
}

/**
 * A target that the engine is held to. `run` computes `expected` anew from the parameters it is given; a check without parameters takes
 * it as published.
 */
export interface Check {
  readonly id: string;
  readonly run: (parameters: Value, effort: Effort, published: Value) => Verdict;
}

/** All targets, by id. */
export function readTargets(): ReadonlyMap<string, Target> {
  const text = readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8');
  return new Map((JSON.parse(text) as Target[]).map((target) => [target.id, target]));
}

/** The leaves of a value with their paths. */
export function leavesOf(value: Value, path = ''): { readonly path: string; readonly value: Value }[] {
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner as Value, path === '' ? key : `${path}.${key}`));
  }
  return [{ path, value }];
}

/**
 * Whether `measured` has the leaves of `expected` and no others, every number within `relative` × |expected| or `absolute` of its
 * counterpart, whichever is wider, and everything else equal.
 */
export function agree(expected: Value, measured: Value, relative: number, absolute = 0): boolean {
  const want = leavesOf(expected);
  const got = leavesOf(measured);
  if (want.length !== got.length) return false;
  return want.every(({ path, value }, i) => {
    const other = got[i];
    if (other === undefined || other.path !== path) return false;
    if (typeof value !== 'number') return other.value === value;
    return typeof other.value === 'number' && Math.abs(other.value - value) <= Math.max(relative * Math.abs(value), absolute);
  });
}

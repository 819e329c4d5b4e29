import { createHash } from 'node:crypto';

/** What rows of a folder depend on. Rows are kept when only replications or points are added. */
export interface Plan {
  /** Fingerprint of the engine. */
  readonly engine: string;
  /** The resolved scenario as plain data. */
  readonly scenario: unknown;
  /** Varied keys, in file order. */
  readonly vary: readonly string[];
  /** SHA-256 of each point's resolved options, by point key: what data files hold is in it. */
  readonly points: Readonly<Record<string, string>>;
  /** The largest threshold of the sweep: every point's population is seasoned at it. */
  readonly seasonThreshold: number;
  readonly uncertain: unknown;
  readonly seed: string;
  /** SHA-256 of each module of hooks, by name. */
  readonly hooks: Readonly<Record<string, string>>;
  readonly replications: number;
}

/** Where two plans part: a key path with both values in few words. */
export interface Difference {
  readonly key: string;
  readonly stored: string;
  readonly asked: string;
}

/** JSON with sorted keys, so that equal plans are equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Float64Array) return Array.from(inner, special);
    if (typeof inner === 'number') return special(inner);
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A value as it comes back from a file: what stored plans are compared with. */
export function plain(value: unknown): unknown {
  return JSON.parse(canonical(value)) as unknown;
}

/** JSON has no infinities. */
function special(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** SHA-256 in hexadecimal of a value's canonical JSON. */
export function digestValue(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** The plan hash: (engine fingerprint, resolved scenario, vary, uncertain, seed, hooks); how many replications is not in it. */
export function planHash(plan: Plan): string {
  return digestValue({ ...plan, replications: undefined });
}

/**
 * The first key that keeps the stored rows from being rows of the plan asked for; null when they are: the same plan, or one with
 * more replications or points.
 */
export function planDifference(stored: Plan, asked: Plan): Difference | null {
  const removed = Object.keys(stored.points).find((key) => !(key in asked.points));
  const changed = Object.keys(stored.points).find((key) => key in asked.points && stored.points[key] !== asked.points[key]);
  return (
    firstDifference('engine fingerprint', stored.engine, asked.engine) ??
    firstDifference('scenario', stored.scenario, asked.scenario) ??
    firstDifference('vary', stored.vary, asked.vary) ??
    (removed === undefined ? null : { key: `vary (${stored.vary.join(', ')})`, stored: `the point ${removed}`, asked: 'no such point' }) ??
    firstDifference(
      'largest threshold of the sweep, which seasons the population of every point',
      stored.seasonThreshold,
      asked.seasonThreshold,
    ) ??
    (changed === undefined
      ? null
      : { key: 'data that the scenario names', stored: stored.points[changed] as string, asked: asked.points[changed] as string }) ??
    firstDifference('uncertain', stored.uncertain, asked.uncertain) ??
    firstDifference('seed', stored.seed, asked.seed) ??
    firstDifference('hooks', stored.hooks, asked.hooks) ??
    (asked.replications < stored.replications ? firstDifference('replications', stored.replications, asked.replications) : null)
  );
}

/** Walks two values of plain data side by side, keys in sorted order, to the first leaf that differs. */
function firstDifference(key: string, stored: unknown, asked: unknown): Difference | null {
  if (canonical(stored) === canonical(asked)) return null;
  const names = memberNames(stored, asked);
  if (names === null) return { key, stored: brief(stored), asked: brief(asked) };
  for (const name of names) {
    const found = firstDifference(memberPath(key, name, stored), member(stored, name), member(asked, name));
    if (found !== null) return found;
  }
  return { key, stored: brief(stored), asked: brief(asked) };
}

/** The members of two lists or two mappings; null when they are not two of a kind. */
function memberNames(stored: unknown, asked: unknown): string[] | null {
  if (typeof stored !== 'object' || typeof asked !== 'object' || stored === null || asked === null) return null;
  if (Array.isArray(stored) !== Array.isArray(asked)) return null;
  const names = [...new Set([...Object.keys(stored), ...Object.keys(asked)])];
  return Array.isArray(stored) ? names : names.sort();
}

function memberPath(key: string, name: string, stored: unknown): string {
  return Array.isArray(stored) ? `${key}[${name}]` : `${key}.${name}`;
}

function member(value: unknown, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

/** A value in at most 60 characters. */
function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = canonical(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

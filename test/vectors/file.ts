import { readFileSync } from 'node:fs';

/** How far a number may be off: the wider of the two counts when both are there. `exact`: see `comparison.ts`. */
export type Tolerance = 'exact' | { readonly rel?: number; readonly abs?: number };

/** A venue's worked example. */
export interface Vector {
  readonly id: string;
  readonly venue: string;
  readonly mechanism: string;
  readonly name?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
  /** The keys of `expected` that were checked against the venue: only these are compared. */
  readonly verified_keys: readonly string[];
}

/**
 * The vectors of a JSON file.
 * @throws Error with the file, the place in it, what was found and what is allowed.
 */
export function readVectors(path: string): readonly Vector[] {
  return parseVectors(readFileSync(path, 'utf8'), path);
}

export function parseVectors(text: string, file: string): readonly Vector[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}${placeOf(text)}: not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(document) || document.length === 0) throw new Error(`${file}: found ${brief(document)}, want a list of vectors`);
  const members: readonly unknown[] = document;
  const problems = members.flatMap((member, i) => problemsOf(member).map((problem) => `${file}: [${i}]${problem}`));
  const vectors = members as readonly Vector[];
  if (problems.length === 0) {
    const first = new Map<string, number>();
    for (const [i, { id }] of vectors.entries()) {
      const before = first.get(id);
      if (before === undefined) first.set(id, i);
      else problems.push(`${file}: [${i}].id: found ${id} again, want an id that differs from that of [${before}]`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return vectors;
}

/** `:LINE:COLUMN` of the first character that no JSON document has there. The parser's own message gives no place on every release. */
function placeOf(text: string): string {
  let read = 0;
  let broken = text.length + 1;
  while (broken - read > 1) {
    const middle = (read + broken) >> 1;
    if (mayGoOn(text.slice(0, middle))) read = middle;
    else broken = middle;
  }
  const lines = text.slice(0, read).split('\n');
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** Whether a text is JSON, or would be if more of it came. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON input|Unterminated/.test(message) || message.includes(` position ${text.length}`);
  }
}

function problemsOf(member: unknown): readonly string[] {
  if (!isRecord(member)) return [`: found ${brief(member)}, want a vector`];
  const problems: string[] = [];
  const { id, venue, mechanism, inputs, expected, tolerance, verified_keys: keys } = member;
  const named = typeof id === 'string' ? ` (${id})` : '';
  const want = (holds: boolean, key: string, value: unknown, allowed: string): void => {
    if (!holds) problems.push(`.${key}${named}: found ${brief(value)}, want ${allowed}`);
  };
  for (const [key, value] of Object.entries({ id, venue, mechanism })) {
    want(typeof value === 'string' && value !== '', key, value, 'a text that is not empty');
  }
  want(isRecord(inputs), 'inputs', inputs, 'a record');
  want(isRecord(expected), 'expected', expected, 'a record');
  want(isTolerance(tolerance), 'tolerance', tolerance, '"exact" or a record of rel, abs or both, each a number ≥ 0');
  want(Array.isArray(keys), 'verified_keys', keys, 'a list of keys of expected');
  if (Array.isArray(keys) && isRecord(expected)) {
    for (const [k, key] of (keys as readonly unknown[]).entries()) {
      want(
        typeof key === 'string' && Object.hasOwn(expected, key),
        `verified_keys[${k}]`,
        key,
        `one of ${Object.keys(expected).join(', ')}`,
      );
    }
  }
  return problems;
}

function isTolerance(value: unknown): boolean {
  if (value === 'exact') return true;
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.every(([key, bound]) => (key === 'rel' || key === 'abs') && typeof bound === 'number' && bound >= 0 && bound < Infinity)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

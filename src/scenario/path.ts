import { didYouMean } from './problem.ts';

/** One step of a key path as written: a key, a place in a list, or the member with that `name` or `symbol`. */
export type Segment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'member'; readonly name: string };

/** Keys and places from the root of a plain value. */
export type Steps = readonly (string | number)[];

/** Reads `a.b[2].c` or `traders[retail longs].count`; a string says what is wrong with it. */
export function readPath(text: string): readonly Segment[] | string {
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== '') {
    const first = segments.length === 0;
    const bracket = /^\[([^[\]]+)\]/.exec(rest);
    if (bracket !== null && !first) {
      const inside = (bracket[1] ?? '').trim();
      segments.push(/^\d{1,9}$/.test(inside) ? { kind: 'index', index: Number(inside) } : { kind: 'member', name: inside });
      rest = rest.slice(bracket[0].length);
      continue;
    }
    const word = (first ? /^([^.[\]\s]+)/ : /^\.([^.[\]\s]+)/).exec(rest);
    if (word === null) return `found "${text}", want keys joined by dots, as in a.b[0].c or traders[NAME].count`;
    segments.push({ kind: 'key', key: word[1] ?? '' });
    rest = rest.slice(word[0].length);
  }
  return segments.length === 0 ? 'found an empty path, want keys joined by dots' : segments;
}

/** Steps as a key path: `traders[0].count`. */
export function formatSteps(steps: Steps): string {
  let text = '';
  for (const step of steps) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}

/** Finds where a path leads in a plain value. The last key need not exist yet; what stands before it must. A string says what is missing. */
export function follow(root: unknown, segments: readonly Segment[]): Steps | string {
  const steps: (string | number)[] = [];
  let value = root;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as Segment;
    const where = steps.length === 0 ? 'the scenario' : formatSteps(steps);
    if (segment.kind === 'key') {
      if (!isRecord(value)) return `"${segment.key}" names nothing: ${where} ${Array.isArray(value) ? 'is a list' : 'has no keys here'}`;
      const known = Object.hasOwn(value, segment.key);
      if (!known && i < segments.length - 1) return unknownKey(segment.key, where, Object.keys(value));
      steps.push(segment.key);
      value = known ? value[segment.key] : undefined;
      continue;
    }
    if (!Array.isArray(value)) return `[${segment.kind === 'index' ? segment.index : segment.name}] names nothing: ${where} is not a list`;
    const members: readonly unknown[] = value;
    const place = segment.kind === 'index' ? segment.index : members.findIndex((member) => nameOf(member) === segment.name);
    if (place < 0 || place >= members.length) {
      const names = members.map(nameOf).filter((name) => name !== null);
      if (segment.kind === 'index') return `[${place}] names nothing: ${where} has ${members.length} members, counted from 0`;
      return `[${segment.name}] names no member of ${where}${didYouMean(segment.name, names)}${names.length > 0 ? ` (it has ${names.join(', ')})` : ''}`;
    }
    steps.push(place);
    value = members[place];
  }
  return steps;
}

/** The value that steps lead to, or undefined. */
export function valueAt(root: unknown, steps: Steps): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof step === 'number' ? !Array.isArray(value) : !isRecord(value) || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** A copy of a plain value with another value at the steps; only what lies on the way is copied. */
export function withValue(root: unknown, steps: Steps, value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    // A section with mistakes in it is not there.
    const list: unknown[] = Array.isArray(root) ? [...(root as readonly unknown[])] : [];
    list[step] = withValue(list[step], rest, value);
    return list;
  }
  const record = isRecord(root) ? root : {};
  const next = withValue(Object.hasOwn(record, step) ? record[step] : undefined, rest, value);
  const entries = Object.entries(record).map(([key, old]): [string, unknown] => [key, key === step ? next : old]);
  return Object.fromEntries(Object.hasOwn(record, step) ? entries : [...entries, [step, next]]);
}

/** The message for a key that the schema does not know. */
export function unknownKey(key: string, where: string, known: readonly string[]): string {
  const hint = didYouMean(key, known);
  return `unknown key "${key}" in ${where}${hint === '' ? `; it may have ${known.join(', ')}` : hint}`;
}

/** A plain object, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(member: unknown): string | null {
  if (!isRecord(member)) return null;
  const name = member['name'] ?? member['symbol'];
  return typeof name === 'string' ? name : null;
}

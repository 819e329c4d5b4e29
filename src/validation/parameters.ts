import { plain, readTree } from '../scenario/document.ts';
import { follow, formatSteps, isRecord, readPath, valueAt, withValue } from '../scenario/path.ts';
import { didYouMean } from '../scenario/problem.ts';
import type { Value } from './target.ts';

/** Wrong use of a flag, or an id that does not exist: what was found and what is allowed. */
export class ValidationUsageError extends Error {}

/** Open limits of a parameter; −∞ and ∞ when left out. */
export interface Limits {
  readonly above?: number;
  readonly below?: number;
}

/** A parameter that must be a number within limits. */
export function numberOf(parameters: Value, key: string, limits: Limits = {}): number {
  const value = entryOf(parameters, key);
  const { above = -Infinity, below = Infinity } = limits;
  if (typeof value !== 'number' || !(value > above && value < below)) {
    const want = [...(above > -Infinity ? [`above ${above}`] : []), ...(below < Infinity ? [`below ${below}`] : [])].join(' and ');
    throw new ValidationUsageError(`parameter ${key}: found ${JSON.stringify(value)}, want a number${want === '' ? '' : ` ${want}`}`);
  }
  return value;
}

/** A parameter that must be a list of numbers, each within limits. */
export function numbersOf(parameters: Value, key: string, limits: Limits = {}): number[] {
  const value = entryOf(parameters, key);
  if (!Array.isArray(value)) throw new ValidationUsageError(`parameter ${key}: found ${JSON.stringify(value)}, want a list of numbers`);
  return value.map((_, i) => numberOf(Object.fromEntries(value.map((v: Value, j) => [`${key}[${j}]`, v])), `${key}[${i}]`, limits));
}

/** Parameters that must be a list of cases. */
export function casesOf(parameters: Value): readonly Value[] {
  if (!Array.isArray(parameters)) throw new ValidationUsageError(`parameters: found ${JSON.stringify(parameters)}, want a list of cases`);
  return parameters as readonly Value[];
}

/** The entries of a value that has keys; none of one that has not. */
export function recordOf(value: Value): Readonly<Record<string, Value>> {
  return isRecord(value) ? (value as Readonly<Record<string, Value>>) : {};
}

function entryOf(parameters: Value, key: string): Value | undefined {
  return recordOf(parameters)[key];
}

/**
 * Lays `KEY=VALUE` settings over the parameters of a target. KEY is a key path (`T`, `legs[0].m`, and `[0].L` in a list of cases), VALUE a
 * YAML flow value of the same kind as the one it replaces.
 * @throws ValidationUsageError naming the setting, what was found and the keys that there are.
 */
export function withSettings(parameters: Value, settings: readonly string[]): Value {
  return settings.reduce(withSetting, parameters);
}

function withSetting(parameters: Value, setting: string): Value {
  const split = /^((?:[^=[\]]|\[[^\]]*\])+)=(.*)$/s.exec(setting);
  if (split === null) throw new ValidationUsageError(`--set: found "${setting}", want KEY=VALUE`);
  const key = (split[1] ?? '').trim();
  const text = split[2] ?? '';
  const refuse = (message: string): never => {
    throw new ValidationUsageError(`--set ${key}: ${message}`);
  };
  const segments = readPath(`parameters${key.startsWith('[') ? '' : '.'}${key}`);
  if (typeof segments === 'string') return refuse(`found "${key}", want a key, as T or [0].L`);
  const root = { parameters };
  const steps = follow(root, segments);
  if (typeof steps === 'string') return refuse(steps);
  const old = valueAt(root, steps) as Value | undefined;
  if (old === undefined) {
    const last = String(steps.at(-1));
    const holder = valueAt(root, steps.slice(0, -1));
    const known = isRecord(holder) ? Object.keys(holder) : [];
    const where = formatSteps(steps.slice(0, -1));
    return refuse(
      known.length === 0
        ? `${where} take no keys`
        : `unknown key "${last}" in ${where}${didYouMean(last, known)} (allowed: ${known.join(', ')})`,
    );
  }
  if (text.trim() === '') return refuse('found nothing, want a value after =');
  const read = readTree(text, '--set', `${key}=`);
  if ('problems' in read) return refuse(read.problems.map((problem) => problem.message).join('; '));
  const value = alike(plain(read.tree), old);
  if (value === undefined) return refuse(`found ${text.trim()}, want ${kindOf(old)}`);
  return (withValue(root, steps, value) as { readonly parameters: Value }).parameters;
}

/** What was written, read as the same kind of value as the one it replaces; undefined when it is another kind. */
function alike(written: unknown, old: Value): Value | undefined {
  if (typeof old === 'string') return typeof written === 'string' ? written : undefined;
  if (typeof old === 'number') {
    return typeof written === 'string' && /^[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(written)
      ? Number(written.replaceAll('_', ''))
      : undefined;
  }
  if (typeof old === 'boolean') return written === 'true' ? true : written === 'false' ? false : undefined;
  if (Array.isArray(old)) {
    const members: readonly Value[] = old;
    if (!Array.isArray(written) || written.length === 0) return undefined;
    const read = written.map((member: unknown, i) => alike(member, members[Math.min(i, members.length - 1)] ?? null));
    return read.includes(undefined) ? undefined : (read as Value[]);
  }
  if (old === null || !isRecord(written)) return undefined;
  const entries = Object.entries(old).map(([key, inner]): [string, Value | undefined] => [key, alike(written[key], inner as Value)]);
  const same = entries.length === Object.keys(written).length && entries.every(([, value]) => value !== undefined);
  return same ? (Object.fromEntries(entries) as Value) : undefined;
}

function kindOf(old: Value): string {
  if (typeof old === 'number') return 'a number';
  if (typeof old === 'string') return 'a text';
  if (typeof old === 'boolean') return 'true or false';
  if (Array.isArray(old)) return `a list like ${JSON.stringify(old)}`;
  return `keys like ${JSON.stringify(old)}`;
}

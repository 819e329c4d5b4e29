import type { Tolerance } from './file.ts';

/**
 * Where a value departs from what is expected, one sentence a place, none when it agrees. Lists and records are compared member by
 * member, numbers within the tolerance, everything else must be the same. `exact`: whole numbers (up to 2^53) are equal, other float64
 * within 1e-12 relative.
 */
export function differences(expected: unknown, actual: unknown, tolerance: Tolerance, place: string): readonly string[] {
  const differs = `${place}: found ${shown(actual)}, want ${shown(expected)}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [differs];
    if (actual.length !== expected.length) return [`${place}: found ${actual.length} members, want ${expected.length}`];
    return expected.flatMap((member, i) => differences(member, actual[i], tolerance, `${place}[${i}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return [differs];
    const missing = Object.keys(expected).filter((key) => !Object.hasOwn(actual, key));
    const extra = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key));
    return [
      ...missing.map((key) => `${place}.${key}: found nothing`),
      ...extra.map((key) => `${place}.${key}: found, but not wanted`),
      ...Object.entries(expected)
        .filter(([key]) => Object.hasOwn(actual, key))
        .flatMap(([key, value]) => differences(value, (actual as Readonly<Record<string, unknown>>)[key], tolerance, `${place}.${key}`)),
    ];
  }
  if (typeof expected !== 'number') return Object.is(actual, expected) ? [] : [differs];
  if (typeof actual !== 'number') return [differs];
  const error = Math.abs(actual - expected);
  return error <= allowance(expected, actual, tolerance) ? [] : [`${differs}: off by ${error} (${JSON.stringify(tolerance)})`];
}

/** The largest error that is allowed. */
function allowance(expected: number, actual: number, tolerance: Tolerance): number {
  if (tolerance === 'exact') {
    return Number.isSafeInteger(expected) && Number.isSafeInteger(actual) ? 0 : 1e-12 * Math.abs(expected);
  }
  return Math.max((tolerance.rel ?? 0) * Math.abs(expected), tolerance.abs ?? 0);
}

function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return value === undefined ? 'nothing' : typeof value === 'number' ? String(value) : JSON.stringify(value);
}

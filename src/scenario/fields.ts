/**
 * The kinds of value that a scenario file holds, each read from its text and each saying what it wants. Read values are plain: a
 * number in base units (seconds, fractions, quote units), a word, or a text with its unit kept. Reading a read value gives it back.
 */
import { z } from 'zod';
import {
  decimalOf,
  formatDecimal,
  MAX_DIGITS,
  readDecimal,
  readDuration,
  readFraction,
  readMultiple,
  readSize,
  significantDigits,
  toNumber,
} from './quantity.ts';
import type { Decimal } from './quantity.ts';

/** Bounds of numbers, as fields take them. */
export const positive = { min: 0, above: true };
export const nonNegative = { min: 0 };
export const share = { min: 0, max: 1 };

/** What a failed field says: what it wants, and the words that would have been right. */
export interface Refusal {
  readonly want: string;
  readonly words?: readonly string[];
}

type JsonSchema = Record<string, unknown>;

/** A field from a reader; the reader gives undefined for what is not allowed. */
export function field<T>(refusal: Refusal | ((input: unknown) => Refusal), json: JsonSchema, read: (input: unknown) => T | undefined) {
  return z
    .any()
    .transform((input: unknown, context): T => {
      const value = read(input);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input, params: { ...(typeof refusal === 'function' ? refusal(input) : refusal) } });
      return z.NEVER;
    })
    .meta(json);
}

/** Bounds of a number in the units it is written in. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** true: the bound itself is not allowed. */
  readonly above?: boolean;
  readonly below?: boolean;
}

function inside(value: number, bounds: Bounds): boolean {
  const { min = -Infinity, max = Infinity, above = false, below = false } = bounds;
  return value >= min && value <= max && !(above && value === min) && !(below && value === max);
}

function boundsText(bounds: Bounds, write: (value: number) => string = String): string {
  const { min, max, above = false, below = false } = bounds;
  const low = min === undefined ? '' : ` ${above ? '>' : '≥'} ${write(min)}`;
  const high = max === undefined ? '' : `${low === '' ? '' : ' and'} ${below ? '<' : '≤'} ${write(max)}`;
  return low + high;
}

/** A reader of numbers with a unit: the text's decimal, its size checked, as a double. −0 is below 0. */
function numberReader(parse: (text: string) => Decimal | null, bounds: Bounds): (input: unknown) => number | undefined {
  return (input) => {
    if (typeof input === 'number') return Number.isFinite(input) && inside(input, bounds) ? input : undefined;
    if (typeof input !== 'string') return undefined;
    const decimal = parse(input.trim());
    if (decimal === null || significantDigits(decimal) > MAX_DIGITS) return undefined;
    if (input.trim().startsWith('-') && (bounds.min ?? -1) >= 0) return undefined;
    const value = toNumber(decimal);
    // A number so small that it becomes 0 is not what was written.
    if (!Number.isFinite(value) || (value === 0 && decimal.digits !== 0n)) return undefined;
    return inside(value, bounds) ? value : undefined;
  };
}

/** What a number wants; a text with too many digits is told so. */
function refusalOf(want: string, parse: (text: string) => Decimal | null): (input: unknown) => Refusal {
  return (input) => {
    const decimal = typeof input === 'string' ? parse(input.trim()) : null;
    return { want: decimal !== null && significantDigits(decimal) > MAX_DIGITS ? `${want}, of at most ${MAX_DIGITS} digits` : want };
  };
}

/** A plain number. */
export function number(bounds: Bounds, what = 'a number') {
  const limits = {
    ...(bounds.min === undefined ? {} : bounds.above ? { exclusiveMinimum: bounds.min } : { minimum: bounds.min }),
    ...(bounds.max === undefined ? {} : bounds.below ? { exclusiveMaximum: bounds.max } : { maximum: bounds.max }),
  };
  const json = {
    anyOf: [
      { type: 'number', ...limits },
      { type: 'string', pattern: '^[+-]?[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?$' },
    ],
  };
  return field(refusalOf(`${what}${boundsText(bounds)}`, readDecimal), json, numberReader(readDecimal, bounds));
}

/** Money in quote units. */
export function money(bounds: Bounds = { min: 0 }) {
  return number(bounds, 'an amount');
}

/** A whole number. */
export function count(min: number, max = 2 ** 31 - 1) {
  const reader = numberReader(readDecimal, { min, max });
  const json = {
    anyOf: [
      { type: 'integer', minimum: min, maximum: max },
      { type: 'string', pattern: '^[0-9][0-9_]*$' },
    ],
  };
  const tooMany = numberReader(readDecimal, { min: max, above: true });
  const refusal = (input: unknown): Refusal => ({
    want: tooMany(input) === undefined ? `a whole number ≥ ${min}` : `a whole number ≤ ${max}`,
  });
  return field(refusal, json, (input) => {
    const value = reader(input);
    return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
  });
}

/** A time span in seconds; a bare number has no unit and is refused, but for 0. */
export function duration(bounds: Bounds) {
  const write = (seconds: number): string => `${formatDecimal(decimalOf(seconds))}s`;
  const json = { type: ['string', 'number'], pattern: '^([0-9][0-9_.]*\\s*(d|h|m|s|ms)\\s*)+$|^0$' };
  const parse = (text: string): Decimal | null => (text === '0' ? { digits: 0n, exponent: 0 } : readDuration(text));
  return field(refusalOf(`a duration such as 30s, 50ms or 1h 30m,${boundsText(bounds, write)}`, parse), json, numberReader(parse, bounds));
}

/** A fraction: `5%`, `25bps`, `0.05`. */
export function fraction(bounds: Bounds) {
  const json = {
    anyOf: [{ type: 'number' }, { type: 'string', pattern: '^[+-]?[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?\\s*(%|bps)?$' }],
  };
  return field(
    refusalOf(`a fraction such as 5%, 25bps or 0.05,${boundsText(bounds)}`, readFraction),
    json,
    numberReader(readFraction, bounds),
  );
}

/** A leverage: `5`, `5x`. */
export function leverageNumber() {
  const reader = numberReader(readDecimal, { min: 0, above: true, max: 1000 });
  const json = {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: '^[0-9][0-9_]*(\\.[0-9_]+)?x?$' },
    ],
  };
  return field({ want: 'a leverage > 0 such as 5 or 5x' }, json, (input) =>
    reader(typeof input === 'string' ? input.replace(/x$/, '') : input),
  );
}

/** A level of the margin coverage ratio: a plain MCR number, or a multiple of the threshold as `1.25x`. */
export type Level = number | `${number}x`;

/** A multiple of something: `1.5x` or a plain number. */
export function multiple(bounds: Bounds) {
  const bare = numberReader(readDecimal, bounds);
  const times = numberReader(readMultiple, bounds);
  const json = {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^[0-9][0-9_]*(\\.[0-9_]+)?x?$' },
    ],
  };
  return field({ want: `a multiple such as 1.5x,${boundsText(bounds)}` }, json, (input): number | undefined => {
    return (typeof input === 'string' ? times(input) : undefined) ?? bare(input);
  });
}

/** A rung of the ladder. */
export function level() {
  const bounds = { min: 0, max: 1000 };
  const bare = numberReader(readDecimal, bounds);
  const times = numberReader(readMultiple, bounds);
  const json = {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^[0-9][0-9_]*(\\.[0-9_]+)?x?$' },
    ],
  };
  return field({ want: 'a multiple of the threshold such as 1.25x, or a plain coverage ratio ≥ 0' }, json, (input): Level | undefined => {
    const multiple = times(typeof input === 'string' ? input : undefined);
    return multiple === undefined ? bare(input) : `${multiple}x`;
  });
}

/** A size in units of the asset, with or without its symbol: a number, or `5 BTC`. */
export type Size = number | `${number} ${string}`;

/** A quantity of the asset, > 0. */
export function size() {
  const bounds = { min: 0, above: true };
  const json = {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: '^[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?(\\s+[A-Za-z][A-Za-z0-9]*)?$' },
    ],
  };
  return field({ want: 'a size > 0 such as 0.4 BTC' }, json, (input): Size | undefined => {
    let symbol: string | null = null;
    const amount = numberReader((text) => {
      const read = readSize(text);
      symbol = read?.symbol ?? null;
      return read?.amount ?? null;
    }, bounds)(input);
    return amount === undefined || symbol === null ? amount : `${amount} ${symbol as string}`;
  });
}

/** One of several words. */
export function word<const W extends string>(...words: readonly W[]) {
  return field({ want: listed(words), words }, { enum: [...words] }, (input) => words.find((candidate) => candidate === input));
}

/** true or false. */
export function flag() {
  return field({ want: 'true or false', words: ['true', 'false'] }, { type: 'boolean' }, (input) =>
    input === true || input === 'true' ? true : input === false || input === 'false' ? false : undefined,
  );
}

/** A text that matches a pattern. */
export function text(want: string, pattern: RegExp) {
  return field({ want }, { type: 'string', pattern: pattern.source }, (input) =>
    typeof input === 'string' && pattern.test(input) ? input : undefined,
  );
}

/** A moment as ISO 8601 in UTC, `2025-10-10T20:45:00Z`; kept as text. */
export function moment() {
  const pattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/;
  return field({ want: 'a moment in UTC such as 2025-10-10T20:45:00Z' }, { type: 'string', pattern: pattern.source }, (input) =>
    typeof input === 'string' && pattern.test(input) && Number.isFinite(Date.parse(input)) ? input : undefined,
  );
}

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** A name that people read. */
export function title() {
  return text('a name of 1 to 64 characters without [ ] or control characters', /^[^[\]\p{Cc}]{1,64}$/u);
}

/** A map whose `kind` may be left out when it is the usual one. */
export function usually<S extends z.ZodType>(kind: string, schema: S) {
  return z.preprocess(
    (input) =>
      typeof input === 'object' && input !== null && !Array.isArray(input) && !Object.hasOwn(input, 'kind') ? { kind, ...input } : input,
    schema,
  );
}

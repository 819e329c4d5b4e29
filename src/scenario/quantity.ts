/**
 * Human quantities read from their decimal text. Every value is digits × 10^exponent until the last step, so `0.0001` is one
 * ten-thousandth and not the binary fraction next to it; a double comes back to the same decimal because at most 15 digits are taken.
 */

/** digits × 10^exponent, exactly. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Significant digits that survive the way through a double and back. */
export const MAX_DIGITS = 15;

const NUMBER = /^([+-]?)(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A plain number: `120_000`, `4.5e9`, `-0.25`. Null when the text is none. */
export function readDecimal(text: string): Decimal | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const decimals = fraction.replaceAll('_', '');
  const digits = BigInt(whole.replaceAll('_', '') + decimals);
  return trimmed(sign === '-' ? -digits : digits, Number(power) - decimals.length);
}

/** The decimal that a double stands for: the shortest one that reads back as it. */
export function decimalOf(value: number): Decimal {
  const decimal = readDecimal(String(value));
  if (decimal === null) throw new RangeError(`found ${value}, want a finite number`);
  return decimal;
}

/** The double nearest to a decimal. */
export function toNumber(decimal: Decimal): number {
  return Number(`${decimal.digits}e${decimal.exponent}`);
}

/** How many digits a decimal has between its first and its last one that is not zero. */
export function significantDigits(decimal: Decimal): number {
  return String(decimal.digits < 0n ? -decimal.digits : decimal.digits).length;
}

/** a × b, exactly. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return trimmed(a.digits * b.digits, a.exponent + b.exponent);
}

/** a + b, exactly. */
export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return trimmed(shifted(a, exponent) + shifted(b, exponent), exponent);
}

/** The largest decimal that two positive ones are whole multiples of. */
export function commonDivisor(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  let larger = shifted(a, exponent);
  let smaller = shifted(b, exponent);
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return trimmed(larger, exponent);
}

/** How many times a unit is in a whole multiple of it. */
export function countIn(value: Decimal, unit: Decimal): number {
  const exponent = Math.min(value.exponent, unit.exponent);
  return Number(shifted(value, exponent) / shifted(unit, exponent));
}

/** A decimal as people write it: no exponent between 1e-9 and 1e15. */
export function formatDecimal(decimal: Decimal): string {
  const sign = decimal.digits < 0n ? '-' : '';
  const digits = String(decimal.digits < 0n ? -decimal.digits : decimal.digits);
  const { exponent } = decimal;
  if (exponent >= 0) return digits.length + exponent <= MAX_DIGITS ? sign + digits + '0'.repeat(exponent) : `${sign}${digits}e${exponent}`;
  if (digits.length + exponent < -8) return `${sign}${digits}e${exponent}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** How many units a value is, when it is a whole number of them; else its two neighbours that are. The unit is > 0. */
export type Multiple =
  | { readonly whole: true; readonly count: number }
  | { readonly whole: false; readonly below: string; readonly above: string };

/** Measures a value in units, exactly: a price in ticks, a size in lots. */
export function measure(value: number, unit: number): Multiple {
  const a = decimalOf(value);
  const b = decimalOf(unit);
  const exponent = Math.min(a.exponent, b.exponent);
  const numerator = shifted(a, exponent);
  const denominator = shifted(b, exponent);
  if (numerator % denominator === 0n) return { whole: true, count: Number(numerator / denominator) };
  const towardsZero = numerator / denominator;
  const below = numerator < 0n ? towardsZero - 1n : towardsZero;
  return {
    whole: false,
    below: formatDecimal(trimmed(below * b.digits, b.exponent)),
    above: formatDecimal(trimmed((below + 1n) * b.digits, b.exponent)),
  };
}

/** Seconds of a duration: `2h`, `1h 30m`, `50ms`, `0.5s`, `1d`; units from large to small, each at most once. Null when the text is none. */
export function readDuration(text: string): Decimal | null {
  const parts = text.split(/(?<=[a-z])\s*(?=\d)/);
  let sum: Decimal = { digits: 0n, exponent: 0 };
  let last = -1;
  for (const part of parts) {
    const match = /^([\d_.]+(?:e[+-]?\d+)?)\s*(d|h|m|s|ms)$/.exec(part);
    if (match === null) return null;
    const place = DURATION_UNITS.findIndex((unit) => unit.name === match[2]);
    const amount = readDecimal(match[1] ?? '');
    const unit = DURATION_UNITS[place];
    if (amount === null || unit === undefined || place <= last) return null;
    sum = add(sum, multiply(amount, unit.seconds));
    last = place;
  }
  return sum;
}

const DURATION_UNITS: readonly { readonly name: string; readonly seconds: Decimal }[] = [
  { name: 'd', seconds: { digits: 86_400n, exponent: 0 } },
  { name: 'h', seconds: { digits: 3_600n, exponent: 0 } },
  { name: 'm', seconds: { digits: 60n, exponent: 0 } },
  { name: 's', seconds: { digits: 1n, exponent: 0 } },
  { name: 'ms', seconds: { digits: 1n, exponent: -3 } },
];

/** A fraction: `5%`, `25bps` or plain `0.05`. Null when the text is none. */
export function readFraction(text: string): Decimal | null {
  const match = /^(\S+?)\s*(%|bps)?$/.exec(text);
  const number = match === null ? null : readDecimal(match[1] ?? '');
  if (match === null || number === null) return null;
  return trimmed(number.digits, number.exponent - (match[2] === '%' ? 2 : match[2] === 'bps' ? 4 : 0));
}

/** The number of a multiple, `1.25x`. Null when the text is none. */
export function readMultiple(text: string): Decimal | null {
  return text.endsWith('x') ? readDecimal(text.slice(0, -1).trimEnd()) : null;
}

/** A size with the symbol of its asset, `0.4 BTC`, or a plain number. Null when the text is none. */
export function readSize(text: string): { readonly amount: Decimal; readonly symbol: string | null } | null {
  const match = /^(\S+)(?:\s+([A-Za-z][A-Za-z0-9]{0,15}))?$/.exec(text);
  const amount = match === null ? null : readDecimal(match[1] ?? '');
  return match === null || amount === null ? null : { amount, symbol: match[2] ?? null };
}

function shifted(decimal: Decimal, exponent: number): bigint {
  return decimal.digits * 10n ** BigInt(decimal.exponent - exponent);
}

function trimmed(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return { digits: 0n, exponent: 0 };
  let text = String(digits);
  let zeros = 0;
  while (text.charCodeAt(text.length - 1 - zeros) === 48) zeros++;
  if (zeros > 0) text = text.slice(0, -zeros);
  return { digits: BigInt(text), exponent: exponent + zeros };
}

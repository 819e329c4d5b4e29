/** How a value is written for people: `fraction` as per cent, `quote` as money, the others as plain numbers with their word. */
export type Quantity = 'fraction' | 'quote' | 'count' | 'seconds' | 'ratio';

const MINUS = '−';
/** A space that does not break a number from its unit. */
const SPACE = '\u00a0';
/** What stands for a value that does not exist. */
export const MISSING = '–';

/** Digits after the point that a number needs for `significant` figures, at most six. */
function decimals(magnitude: number, significant: number): number {
  if (magnitude === 0) return 0;
  return Math.min(6, Math.max(0, significant - 1 - Math.floor(Math.log10(magnitude))));
}

/** A number with at most `significant` figures behind the point, whole part grouped in thousands, no trailing zeros: 12,345.6 as `12,346`. */
export function plain(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return MISSING;
  const magnitude = Math.abs(value);
  const [whole = '0', part] = magnitude.toFixed(decimals(magnitude, significant)).split('.');
  const fraction = part?.replace(/0+$/, '') ?? '';
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === '' ? '' : `.${fraction}`);
  return value < 0 && digits !== '0' ? MINUS + digits : digits;
}

/** 0.1234 as `12.3 %`. */
export const percent = (value: number, significant = 3): string =>
  Number.isFinite(value) ? `${plain(value * 100, significant)}${SPACE}%` : MISSING;

/** 4.5e9 as `$4.5 B`, 250e6 as `$250 M`, 45_300 as `$45.3 k`. */
export function money(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return MISSING;
  const magnitude = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  for (const [unit, letter] of [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // 999.6 M at three figures is written 1 B: the step up is taken where rounding would take it
    if (magnitude >= unit * (1 - 0.5 * 10 ** -significant)) return `${sign}$${plain(magnitude / unit, significant)}${SPACE}${letter}`;
  }
  const digits = plain(magnitude, significant);
  return digits === '0' ? '$0' : `${sign}$${digits}`;
}

/** Money in full, to the cent where it has cents: 1467176.7373 as `$1,467,176.74`. What is less than a cent keeps two figures. */
export function fullMoney(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const magnitude = Math.abs(value);
  const [whole = '0', cents = ''] = magnitude.toFixed(2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (cents === '00' ? '' : `.${cents}`);
  return `${value < 0 ? MINUS : ''}$${grouped === '0' ? Number(magnitude.toPrecision(2)) : grouped}`;
}

/** A number of things: `1 run`, `2,000 runs`. */
export const counted = (count: number, thing: string): string => `${plain(count, 12)} ${thing}${count === 1 ? '' : 's'}`;

/** Seconds as `45 s`, `12 min`, `1.5 h`. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  if (Math.abs(value) < 120) return `${plain(value)}${SPACE}s`;
  if (Math.abs(value) < 7200) return `${plain(value / 60)}${SPACE}min`;
  return `${plain(value / 3600)}${SPACE}h`;
}

/** A share as odds: 0.01 as `1 in 100`, 1 as `all`. */
export const odds = (share: number): string => (share >= 1 ? 'all' : share > 0 ? `1 in ${plain(1 / share, 2)}` : 'none');

/** A value in its own unit. */
export function quantity(value: number | null, unit: Quantity, significant = 3): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  switch (unit) {
    case 'fraction':
      return percent(value, significant);
    case 'quote':
      return money(value, significant);
    case 'seconds':
      return seconds(value);
    case 'count':
      return plain(value, Math.max(significant, 4));
    case 'ratio':
      return plain(value, significant);
  }
}

/** A difference of two values: signed; differences of fractions are percentage points. */
export function difference(value: number | null, unit: Quantity, significant = 2): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const text = unit === 'fraction' ? inPoints(plain(value * 100, significant)) : quantity(value, unit, significant);
  return value > 0 ? `+${text}` : text;
}

const inPoints = (digits: string): string => `${digits}${SPACE}${digits.replace(MINUS, '') === '1' ? 'point' : 'points'}`;

/** `low to high`: both rounded to the same step, three figures of the larger, and the unit written once where it is the same. */
export function range(
  low: number,
  high: number,
  unit: Quantity,
  write: (value: number, unit: Quantity, significant?: number) => string = quantity,
): string {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const significant = write === difference ? 2 : 3;
  const step = largest > 0 ? 10 ** (Math.floor(Math.log10(largest)) - significant + 1) : 1;
  const [a, b] = [low, high].map((value) => write(Math.round(value / step) * step, unit, significant)) as [string, string];
  const unitOf = (text: string): string => text.slice(text.lastIndexOf(SPACE));
  // a range has two ends: `0 to +1 points`
  const [from, to] = [a, b].map((text) => text.replace(/point$/, 'points')) as [string, string];
  const shared = from.includes(SPACE) && unitOf(from) === unitOf(to);
  return `${shared ? from.slice(0, from.lastIndexOf(SPACE)) : from} to ${to}`;
}

/** The same formats as expressions that Vega evaluates for its axis labels, over `datum.value`. */
export function axisExpression(unit: Quantity): string {
  const v = 'datum.value';
  const figures = (scaled: string): string => `format(${scaled}, '.4~g')`;
  switch (unit) {
    case 'fraction':
      return `${figures(`${v} * 100`)} + '${SPACE}%'`;
    case 'quote':
      return `${v} == 0 ? '$0' : (${v} < 0 ? '${MINUS}$' : '$') + (abs(${v}) >= 1e9 ? ${figures(`abs(${v}) / 1e9`)} + '${SPACE}B' : abs(${v}) >= 1e6 ? ${figures(`abs(${v}) / 1e6`)} + '${SPACE}M' : abs(${v}) >= 1e3 ? ${figures(`abs(${v}) / 1e3`)} + '${SPACE}k' : ${figures(`abs(${v})`)})`;
    case 'seconds':
      return `${figures(v)} + '${SPACE}s'`;
    case 'count':
      return `format(${v}, ',')`;
    case 'ratio':
      return figures(v);
  }
}

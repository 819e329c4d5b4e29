/** Price bars of a file, equally spaced. Stamps are the bars' opens in seconds since 1970. */
export interface Bars {
  /** Length of a bar in seconds. */
  readonly seconds: number;
  readonly stamps: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

/** A mistake in a CSV file; line and column from 1. */
export interface CsvProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly source: string;
}

/** Most mistakes that are listed one by one. */
const MAX_PROBLEMS = 20;
/** Stamps outside 2000 … 2100, in seconds, are read in the wrong unit. */
const EARLIEST = 946_684_800;
const LATEST = 4_102_444_800;

/** Bars that were left out because of gaps. */
export interface Gaps {
  readonly gaps: number;
  /** Bars outside the longest stretch without a gap. */
  readonly dropped: number;
  /** Line of the first gap, and what it is. */
  readonly line: number;
  readonly message: string;
}

/**
 * Reads price bars: Binance kline files with or without header (open time, open, high, low, close, volume, …; stamps in ms or µs) and
 * `ts,open,high,low,close,volume` (stamps in s, ms or µs). Every mistake is located; bars must ascend, at the spacing that most of them have.
 * @param atGaps refuse: a gap is a mistake; longest: the longest stretch without one is taken, and `gaps` says what was left out.
 */
export function readBars(
  text: string,
  atGaps: 'refuse' | 'longest' = 'refuse',
): { readonly bars: Bars; readonly gaps: Gaps | null } | { readonly problems: readonly CsvProblem[] } {
  const problems: CsvProblem[] = [];
  const rows: { readonly line: number; readonly source: string; readonly values: readonly number[] }[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const report = (line: number, column: number, message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ line, column, message, source: lines[line - 1] ?? '' });
  };
  let columns: readonly number[] = [0, 1, 2, 3, 4];
  let headed = false;
  for (const [k, source] of lines.entries()) {
    if (source.trim() === '') continue;
    const cells = source.split(',');
    if (rows.length === 0 && !headed && /[A-Za-z]/.test(cells[0] ?? '')) {
      headed = true;
      const found = readHeader(cells);
      if (typeof found === 'string') {
        report(k + 1, 1, found);
        return { problems };
      }
      columns = found;
      continue;
    }
    const values = columns.map((column, which) => {
      const cell = (cells[column] ?? '').trim();
      const value = cell === '' ? Number.NaN : Number(cell);
      if (Number.isFinite(value) && value > 0) return value;
      const name = NAMES[which] ?? '';
      const want = which === 0 ? 'a stamp' : 'a price > 0';
      report(k + 1, columnOf(cells, column), `${name}: found ${cell === '' ? 'nothing' : cell}, want ${want}`);
      return Number.NaN;
    });
    rows.push({ line: k + 1, source, values });
  }
  if (rows.length === 0) report(1, 1, 'found no bars, want at least two');
  else if (rows.length === 1) report(rows[0]?.line ?? 1, 1, 'found one bar, want at least two');
  if (problems.length > 0) return { problems };

  const unit = stampUnit(rows[0]?.values[0] ?? 0);
  if (unit === null) {
    report(rows[0]?.line ?? 1, 1, `found the stamp ${rows[0]?.values[0] ?? ''}, want seconds, milliseconds or microseconds since 1970`);
    return { problems };
  }
  const bars = {
    seconds: 0,
    stamps: [] as number[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
  };
  const steps = new Map<number, number>();
  for (const { line, values } of rows) {
    const [raw = 0, open = 0, high = 0, low = 0, close = 0] = values;
    const stamp = raw / unit;
    const last = bars.stamps.at(-1);
    if (stampUnit(raw) !== unit) report(line, 1, `found the stamp ${raw}, want the unit of the rows before it`);
    else if (last !== undefined && stamp === last) report(line, 1, `found the stamp ${raw} twice, want each bar once`);
    else if (last !== undefined && stamp < last) report(line, 1, `found the stamp ${raw} after a later one, want stamps that ascend`);
    else if (last !== undefined) steps.set(stamp - last, (steps.get(stamp - last) ?? 0) + 1);
    if (high < Math.max(open, close, low)) report(line, 1, `found high ${high} below another price of the bar, want the highest`);
    else if (low > Math.min(open, close)) report(line, 1, `found low ${low} above another price of the bar, want the lowest`);
    bars.stamps.push(stamp);
    bars.open.push(open);
    bars.high.push(high);
    bars.low.push(low);
    bars.close.push(close);
  }
  if (problems.length > 0) return { problems };

  // Of equally frequent ones the shortest.
  const spacing = [...steps].reduce((best, step) => (step[1] > best[1] || (step[1] === best[1] && step[0] < best[0]) ? step : best))[0];
  let gaps = 0;
  let missing = 0;
  let first: { readonly line: number; readonly message: string } | null = null;
  let longest = { from: 0, to: 0 };
  let from = 0;
  for (let k = 1; k <= rows.length; k++) {
    const step = (bars.stamps[k] ?? 0) - (bars.stamps[k - 1] ?? 0);
    if (k < rows.length && step === spacing) continue;
    if (k - from > longest.to - longest.from) longest = { from, to: k };
    from = k;
    if (k === rows.length) break;
    gaps++;
    missing += Math.max(0, step / spacing - 1);
    const before = new Date((bars.stamps[k - 1] ?? 0) * 1000).toISOString();
    first ??= { line: rows[k]?.line ?? 1, message: `found a gap after ${before}: the next bar comes ${step}s later` };
  }
  if (first === null) return { bars: { ...bars, seconds: spacing }, gaps: null };
  const message = `${first.message}, want a bar every ${spacing}s (${gaps === 1 ? 'one gap' : `${gaps} gaps`}, about ${Math.round(missing) === 1 ? 'one bar' : `${Math.round(missing)} bars`} missing)`;
  if (atGaps === 'refuse') {
    report(first.line, 1, message);
    return { problems };
  }
  const taken = (column: readonly number[]): number[] => column.slice(longest.from, longest.to);
  return {
    bars: {
      seconds: spacing,
      stamps: taken(bars.stamps),
      open: taken(bars.open),
      high: taken(bars.high),
      low: taken(bars.low),
      close: taken(bars.close),
    },
    gaps: { gaps, dropped: rows.length - (longest.to - longest.from), line: first.line, message },
  };
}

const NAMES = ['open time', 'open', 'high', 'low', 'close'];
const HEADERS: readonly (readonly string[])[] = [
  ['open_time', 'opentime', 'open time', 'ts', 'timestamp', 'time'],
  ['open'],
  ['high'],
  ['low'],
  ['close'],
];

function readHeader(cells: readonly string[]): readonly number[] | string {
  const words = cells.map((cell) => cell.trim().toLowerCase());
  const columns = HEADERS.map((names) => words.findIndex((word) => names.includes(word)));
  const lacking = columns.flatMap((column, k) => (column < 0 ? [HEADERS[k]?.[0] ?? ''] : []));
  return lacking.length === 0 ? columns : `found a header without ${lacking.join(', ')}, want open_time (or ts), open, high, low and close`;
}

/** What a stamp is divided by to become seconds. */
function stampUnit(stamp: number): number | null {
  for (const unit of [1, 1000, 1_000_000]) {
    if (stamp / unit >= EARLIEST && stamp / unit < LATEST) return unit;
  }
  return null;
}

function columnOf(cells: readonly string[], column: number): number {
  let at = 1;
  for (let k = 0; k < Math.min(column, cells.length); k++) at += (cells[k] ?? '').length + 1;
  return at;
}

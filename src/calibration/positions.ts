import { Problems } from './problem.ts';
import type { DataProblem } from './problem.ts';
import { numberOf } from './snapshot.ts';

/** An open position of one account. */
export interface Position {
  /** Line of the file, counted from 1; of a position rebuilt from fills that of its last fill. */
  readonly line: number;
  readonly side: 'long' | 'short';
  /** Quote units, > 0. */
  readonly notional: number;
  /** Notional at entry over own collateral, in (0, 1000]; null where the file does not say. */
  readonly leverage: number | null;
}

/** What reading a file of positions gave. Rows that were left out are counted, the first ones located. */
export interface PositionsReading {
  /** Positions in `asset`; null when faults forbid to use the file. */
  readonly positions: readonly Position[] | null;
  readonly kind: 'positions' | 'fills';
  /** The asset that the positions are in; null when the file names none. */
  readonly asset: string | null;
  /** Assets whose positions were left aside, the largest notional first. */
  readonly aside: readonly { readonly asset: string; readonly positions: number }[];
  /** Rows of closed positions (a size of 0), or of fills accounts that ended flat. */
  readonly closed: number;
  /** Accounts with more than one position in the asset. */
  readonly repeated: number;
  readonly faults: readonly DataProblem[];
  readonly dropped: { readonly count: number; readonly rows: number; readonly listed: readonly DataProblem[] };
}

/** How a file is to be read. */
export interface PositionsOptions {
  /** Asset to keep; null: the one with the largest notional. */
  readonly asset: string | null;
  /** Quote units that a unit of size is worth (inverse contracts); null: sizes are in the asset. */
  readonly contract: number | null;
}

/** A larger share of rows left out says that the file is something else. */
const MOST_DROPPED = 0.05;
/** Leverage that a scenario can state, and the largest notional that is taken for one. */
const LEAST_LEVERAGE = 1e-6;
const MOST_LEVERAGE = 1000;
const MOST_NOTIONAL = 1e12;
/** A net below this share of what an account traded is rounding of the file's decimals. */
const FLAT = 1e-9;

/** Names that a column may have; the first is the documented one. */
const NAMES = {
  account: ['account', 'user', 'address'],
  asset: ['asset', 'coin', 'symbol'],
  side: ['side'],
  size: ['size', 'sz'],
  notional: ['notional'],
  mark: ['mark', 'mark_price'],
  entry: ['entry', 'entry_price'],
  price: ['px'],
  leverage: ['leverage'],
  margin: ['margin', 'collateral'],
} as const;
type Column = keyof typeof NAMES;

/** Columns of files that hold a chosen part of the positions, and why no population follows from it. */
const CHOSEN: readonly (readonly [column: string, why: string])[] = [
  ['adl_notional', 'found positions closed by auto-deleveraging: only winners are among them, want all open positions of one moment'],
  [
    'liquidated_ntl_pos',
    'found accounts at their liquidation: each stands at its maintenance margin and its side is not told, want all open positions of one moment',
  ],
  [
    'debt_crvusd',
    'found debts and tokens without a price, an account or a day: neither leverage nor how many borrowers there are is known, want open positions of one moment',
  ],
];

const SIDES: Readonly<Record<string, 'long' | 'short'>> = {
  long: 'long',
  buy: 'long',
  bid: 'long',
  b: 'long',
  short: 'short',
  sell: 'short',
  ask: 'short',
  a: 'short',
};

interface Row {
  readonly line: number;
  readonly cell: (column: Column) => string;
}
interface Found extends Position {
  readonly account: string;
  readonly asset: string;
}

/**
 * Reads CSV with a header: open positions, one a row, or fills (`time`, `user`, `coin`, `side`, `px`, `sz`), whose net by account and asset
 * from flat is the position at the file's end, at the asset's last price.
 */
export function readPositions(text: string, options: PositionsOptions): PositionsReading {
  const faults = new Problems();
  const dropped = new Problems();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const words = cellsOf(lines[0] ?? '').map((word) => word.toLowerCase());
  const place = Object.fromEntries(
    Object.entries(NAMES).map(([column, names]) => [column, words.findIndex((word) => (names as readonly string[]).includes(word))]),
  ) as Record<Column, number>;
  const has = (column: Column): boolean => place[column] >= 0;
  const kind = has('account') && has('side') && has('price') && has('size') ? 'fills' : 'positions';
  const header = headerFault(words, has, options.contract !== null);
  if (header !== null) {
    faults.add(1, header);
    return {
      positions: null,
      kind,
      asset: null,
      aside: [],
      closed: 0,
      repeated: 0,
      faults: faults.listed,
      dropped: { count: 0, rows: 0, listed: [] },
    };
  }
  const rows: Row[] = [];
  for (let k = 1; k < lines.length; k++) {
    if (lines[k].trim() === '') continue;
    const cells = cellsOf(lines[k]);
    rows.push({ line: k + 1, cell: (column) => cells[place[column]] ?? '' });
  }
  const { found, closed, signed } =
    kind === 'fills' ? rebuild(rows, options.contract, dropped) : readRows(rows, has, options.contract, dropped);
  if (!has('side') && found.length > 0 && !signed)
    faults.add(1, 'found neither a column side nor a negative size, want long or short, or sizes < 0 for shorts');
  if (dropped.count > MOST_DROPPED * rows.length)
    faults.add(dropped.listed[0].line, `found ${dropped.count} of ${rows.length} rows unusable, want at most ${MOST_DROPPED * 100} %`);
  const totals = new Map<string, { positions: number; notional: number }>();
  for (const { asset, notional } of found) {
    const total = totals.get(asset) ?? { positions: 0, notional: 0 };
    totals.set(asset, { positions: total.positions + 1, notional: total.notional + notional });
  }
  const assets = [...totals].sort(([, a], [, b]) => b.notional - a.notional).map(([asset, { positions }]) => ({ asset, positions }));
  const asset = options.asset ?? assets[0]?.asset ?? '';
  if (options.asset !== null && !totals.has(options.asset))
    faults.add(1, `found no open position in ${options.asset}, want one of ${assets.map((other) => other.asset || 'no name').join(', ')}`);
  else if (found.length === 0) faults.add(1, `found no open position in ${rows.length} rows, want positions`);
  const kept = found.filter((position) => position.asset === asset);
  const accounts = new Map<string, number>();
  for (const { account } of kept) if (account !== '') accounts.set(account, (accounts.get(account) ?? 0) + 1);
  return {
    positions: faults.count > 0 ? null : kept,
    kind,
    asset: asset === '' ? null : asset,
    aside: assets.filter((other) => other.asset !== asset),
    closed,
    repeated: [...accounts.values()].filter((count) => count > 1).length,
    faults: faults.listed,
    dropped: { count: dropped.count, rows: rows.length, listed: dropped.listed },
  };
}

/** Why a header cannot be used; null when it can. */
function headerFault(words: readonly string[], has: (column: Column) => boolean, contract: boolean): string | null {
  for (const [column, why] of CHOSEN) if (words.includes(column)) return why;
  if (!has('size') && !has('notional')) return 'found a header without size or notional, want one of them, and side';
  const fills = has('account') && has('side') && has('price');
  if (!has('notional') && !contract && !has('mark') && !has('entry') && !fills)
    return 'found sizes without a price, want a column notional, mark or entry, or --contract';
  return null;
}

function readRows(
  rows: readonly Row[],
  has: (column: Column) => boolean,
  contract: number | null,
  dropped: Problems,
): { readonly found: readonly Found[]; readonly closed: number; readonly signed: boolean } {
  const found: Found[] = [];
  let closed = 0;
  let signed = false;
  for (const { line, cell } of rows) {
    const quantityColumn = has('notional') ? 'notional' : 'size';
    const quantity = numberOf(cell(quantityColumn));
    const size = has('size') ? numberOf(cell('size')) : Number.NaN;
    const priceColumn = has('mark') ? 'mark' : 'entry';
    const price = numberOf(cell(priceColumn));
    const entry = numberOf(cell('entry'));
    const stated = has('side') ? SIDES[cell('side').toLowerCase()] : quantity > 0 ? 'long' : 'short';
    const leverage = has('leverage') ? numberOf(cell('leverage')) : Number.NaN;
    const margin = has('margin') ? numberOf(cell('margin')) : Number.NaN;
    const drop = (column: string, want: string): void => {
      dropped.add(line, `${column}: found ${shown(cell(column as Column))}, want ${want}`);
    };
    if (!Number.isFinite(quantity)) drop(quantityColumn, 'a number');
    else if (quantity === 0) closed++;
    else if (stated === undefined) drop('side', 'long or short');
    else if (quantity < 0 && stated === 'long') drop(quantityColumn, 'a number > 0 for a long');
    else if (quantityColumn === 'size' && contract === null && !above(price)) drop(priceColumn, 'a price > 0');
    else if (has('leverage') && cell('leverage') !== '' && !(leverage >= LEAST_LEVERAGE && leverage <= MOST_LEVERAGE))
      drop('leverage', `a number from ${LEAST_LEVERAGE.toFixed(6)} to ${MOST_LEVERAGE}, or nothing`);
    else if (has('margin') && cell('margin') !== '' && !above(margin)) drop('margin', 'a number > 0, or nothing');
    else {
      signed ||= quantity < 0;
      const notional = Math.abs(quantityColumn === 'notional' ? quantity : quantity * (contract ?? price));
      // Leverage is that at entry, so the entry values the position where the file has it.
      const atEntry = contract === null && above(entry) && Number.isFinite(size) && size !== 0 ? Math.abs(size) * entry : notional;
      const implied = Number.isNaN(leverage) && above(margin) ? atEntry / margin : leverage;
      if (!(notional > 0 && notional <= MOST_NOTIONAL)) {
        drop(quantityColumn, 'a notional of at most 1e12');
        continue;
      }
      if (implied > MOST_LEVERAGE || implied < LEAST_LEVERAGE) {
        drop('margin', `a leverage from ${LEAST_LEVERAGE.toFixed(6)} to ${MOST_LEVERAGE}`);
        continue;
      }
      const position = { line, side: stated, notional, leverage: Number.isNaN(implied) ? null : implied };
      found.push({ ...position, account: cell('account'), asset: cell('asset') });
    }
  }
  return { found, closed, signed };
}

/** Nets fills by account and asset. */
function rebuild(
  rows: readonly Row[],
  contract: number | null,
  dropped: Problems,
): { readonly found: readonly Found[]; readonly closed: number; readonly signed: boolean } {
  const nets = new Map<string, { account: string; asset: string; net: number; traded: number; line: number }>();
  const last = new Map<string, number>();
  for (const { line, cell } of rows) {
    const [account, asset, side] = [cell('account'), cell('asset'), SIDES[cell('side').toLowerCase()]];
    const [price, size] = [numberOf(cell('price')), numberOf(cell('size'))];
    if (side === undefined) dropped.add(line, `side: found ${shown(cell('side'))}, want buy or sell, bid or ask`);
    else if (!above(price)) dropped.add(line, `px: found ${shown(cell('price'))}, want a number > 0`);
    else if (!above(size)) dropped.add(line, `sz: found ${shown(cell('size'))}, want a number > 0`);
    else if (account === '') dropped.add(line, 'user: found nothing, want an account');
    else {
      const key = `${account}\n${asset}`;
      const own = nets.get(key) ?? { account, asset, net: 0, traded: 0, line };
      nets.set(key, { ...own, net: own.net + (side === 'long' ? size : -size), traded: own.traded + size, line });
      last.set(asset, price);
    }
  }
  const found: Found[] = [];
  let closed = 0;
  for (const { account, asset, net, traded, line } of nets.values()) {
    if (Math.abs(net) <= FLAT * traded) {
      closed++;
      continue;
    }
    const notional = Math.abs(net) * (contract ?? last.get(asset) ?? 0);
    if (!(notional > 0 && notional <= MOST_NOTIONAL)) dropped.add(line, `sz: found a net of ${net}, want a notional of at most 1e15`);
    else found.push({ line, side: net > 0 ? 'long' : 'short', notional, leverage: null, account, asset });
  }
  return { found, closed, signed: true };
}

const above = (value: number): boolean => value > 0 && Number.isFinite(value);
const shown = (cell: string): string => (cell === '' ? 'nothing' : cell);
const cellsOf = (line: string): string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

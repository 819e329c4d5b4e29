import { Problems } from './problem.ts';
import type { DataProblem } from './problem.ts';

/** One side of an order book, the best price first. Notional is in quote units. */
export interface Side {
  readonly prices: readonly number[];
  readonly notionals: readonly number[];
}

/** An order book at one moment. */
export interface Snapshot {
  readonly bids: Side;
  readonly asks: Side;
}

/** What reading a snapshot gave: a book, or what forbids to use it. Rows that were left out are listed and counted either way. */
export interface SnapshotReading {
  readonly snapshot: Snapshot | null;
  /** Faults that make the whole file unusable. */
  readonly faults: readonly DataProblem[];
  /** Rows left out, the first ones located. */
  readonly dropped: { readonly count: number; readonly rows: number; readonly listed: readonly DataProblem[] };
}

/** A larger share of rows left out says that the file is something else. */
const MOST_DROPPED = 0.05;
const COLUMNS = ['side', 'price', 'qty'] as const;

/**
 * Reads a snapshot with the columns side (bid or ask), price and qty, in any order, others ignored; each side runs from its best price
 * outwards. Rows whose price or quantity is not a number above 0 are left out and counted; a side out of order, a crossed book or a side
 * without levels is a fault.
 * @param contract quote units a unit of quantity is worth (inverse contracts); null: quantities are in the asset.
 */
export function readSnapshot(text: string, contract: number | null): SnapshotReading {
  const faults = new Problems();
  const dropped = new Problems();
  const sides = { bid: emptySide(), ask: emptySide() };
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const words = (lines[0] ?? '').split(',').map((word) => word.trim().toLowerCase());
  const columns = COLUMNS.map((name) => words.indexOf(name));
  const lacking = COLUMNS.filter((_, k) => columns[k] < 0);
  let rows = 0;
  if (lacking.length > 0) {
    faults.add(1, `found a header without ${lacking.join(', ')}, want the columns side, price and qty`);
    return { snapshot: null, faults: faults.listed, dropped: { count: 0, rows, listed: [] } };
  }
  for (let k = 1; k < lines.length; k++) {
    if (lines[k].trim() === '') continue;
    rows++;
    const cells = lines[k].split(',').map((cell) => cell.trim());
    const [which, priceCell, quantityCell] = columns.map((column) => cells[column] ?? '');
    const price = numberOf(priceCell);
    const quantity = numberOf(quantityCell);
    if (which !== 'bid' && which !== 'ask') dropped.add(k + 1, `side: found ${shown(which)}, want bid or ask`);
    else if (!(price > 0)) dropped.add(k + 1, `price: found ${shown(priceCell)}, want a number > 0`);
    else if (!(quantity > 0)) dropped.add(k + 1, `qty: found ${shown(quantityCell)}, want a number > 0`);
    else {
      const side = sides[which];
      const last = side.prices.at(-1);
      if (last !== undefined && (which === 'bid' ? price >= last : price <= last)) {
        faults.add(
          k + 1,
          `found ${which} ${price} after ${last}, want ${which === 'bid' ? 'bids that fall' : 'asks that rise'} from the best`,
        );
      }
      side.prices.push(price);
      side.notionals.push(quantity * (contract ?? price));
      side.lines.push(k + 1);
    }
  }
  for (const which of ['bid', 'ask'] as const)
    if (sides[which].prices.length < 2)
      faults.add(1, `found ${sides[which].prices.length} usable levels of the ${which}s, want at least two`);
  const crossed = sides.ask.prices.length > 0 && sides.bid.prices[0] >= sides.ask.prices[0];
  if (crossed) {
    const [bid, ask] = [sides.bid.prices[0], sides.ask.prices[0]];
    faults.add(
      sides.ask.lines[0],
      `found a crossed book: best bid ${bid} (line ${sides.bid.lines[0]}) and best ask ${ask}, want the bid below the ask`,
    );
  }
  if (dropped.count > MOST_DROPPED * rows)
    faults.add(dropped.listed[0].line, `found ${dropped.count} of ${rows} rows unusable, want at most ${MOST_DROPPED * 100} %`);
  return {
    snapshot: faults.count > 0 ? null : { bids: sides.bid, asks: sides.ask },
    faults: faults.listed,
    dropped: { count: dropped.count, rows, listed: dropped.listed },
  };
}

/** The number a cell spells; NaN for an empty one. */
export function numberOf(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}

const shown = (cell: string): string => (cell === '' ? 'nothing' : cell);
const emptySide = (): { readonly prices: number[]; readonly notionals: number[]; readonly lines: number[] } => ({
  prices: [],
  notionals: [],
  lines: [],
});

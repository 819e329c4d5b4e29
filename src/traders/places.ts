import { CROSS } from './population.ts';
import type { Legs } from './population.ts';

/** Who holds what where when the run begins: the columns of a population that places are made of. */
export interface PlacedPopulation {
  readonly count: number;
  readonly market: Uint8Array;
  readonly lots: Float64Array;
  readonly entry: Float64Array;
  readonly legs: Legs;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
}

/**
 * Places of positions, numbered so that what concerns one position of an account can be kept in arrays: an isolated account's is its own
 * number, a cross account's follow after all accounts, ordered by account and then market.
 */
export class Places {
  readonly count: number;
  readonly account: Int32Array;
  readonly market: Uint8Array;
  /** Signed lots and entry prices in ticks when the run begins. */
  readonly lots: Float64Array;
  readonly entry: Float64Array;
  /** Account keys. */
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** First place of each cross account; without any, nothing is kept. */
  private readonly first: Int32Array | null;

  constructor({ count, market, lots, entry, legs, keyHi, keyLo }: PlacedPopulation) {
    const further = legs.account.length;
    this.count = count + further;
    this.account = new Int32Array(this.count);
    for (let i = 0; i < count; i++) this.account[i] = i;
    this.account.set(legs.account, count);
    this.market = followed(market.subarray(0, count), legs.market);
    this.lots = followed(lots.subarray(0, count), legs.lots);
    this.entry = followed(entry.subarray(0, count), legs.entry);
    this.keyHi = followed(
      keyHi.subarray(0, count),
      Uint32Array.from(legs.account, (account) => keyHi[account]),
    );
    this.keyLo = followed(
      keyLo.subarray(0, count),
      Uint32Array.from(legs.account, (account) => keyLo[account]),
    );
    this.first = further === 0 ? null : new Int32Array(count).fill(this.count);
    for (let k = further - 1; k >= 0; k--) if (this.first !== null) this.first[legs.account[k]] = count + k;
  }

  /** The first place of an account; those of a cross account follow each other while `account` says so. */
  firstOf(account: number): number {
    return this.first !== null && this.market[account] === CROSS ? this.first[account] : account;
  }

  /** The place of an account in a market, −1: it has none. */
  of(account: number, market: number): number {
    for (let place = this.firstOf(account); place < this.count && this.account[place] === account; place++) {
      if (this.market[place] === market) return place;
    }
    return -1;
  }
}

/** One column behind another; the first itself where the second is empty, because copies of a million traders take time. */
function followed<Column extends Uint8Array | Uint32Array | Float64Array>(column: Column, by: Column): Column {
  if (by.length === 0) return column;
  const both = new (column.constructor as new (length: number) => Column)(column.length + by.length);
  both.set(column);
  both.set(by, column.length);
  return both;
}

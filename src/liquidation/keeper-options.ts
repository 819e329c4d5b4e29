/** Keepers of one kind: whoever repays loans or bids in auctions for profit. Money in quanta, times in seconds. */
export interface KeeperGroup {
  readonly name: string;
  readonly count: number;
  /** Money of each; Infinity: what a keeper lacks it borrows for the length of a transaction. */
  readonly capital: number;
  /** From the moment that something can be done to the first transaction. */
  readonly latency: number;
  /** Least profit that it acts for, after costs. */
  readonly profit: number;
  /** Most that it pays for a transaction; Infinity: anything. */
  readonly ceiling: number;
}

/** The chain that keepers send their transactions to. */
export interface ChainOptions {
  /** Time between two blocks. */
  readonly block: number;
  /** Transactions of keepers that a block has room for; Infinity: no limit. */
  readonly room: number;
  /** What a transaction costs in a calm market, quanta. */
  readonly cost: number;
  /** The cost is paid once more for every such move of the outside price, a fraction, within `window`; Infinity: it does not follow the market. */
  readonly move: number;
  readonly window: number;
  /** And once more for every so many groups that wait; Infinity: never. */
  readonly crowd: number;
}

/** Who liquidates loans, and on which chain. */
export interface KeeperOptions {
  readonly groups: readonly KeeperGroup[];
  readonly chain: ChainOptions;
}

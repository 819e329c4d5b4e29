import { createPurse, Ledger } from './ledger.ts';
import type { Contract } from './ledger.ts';

/**
 * The books of any number of assets and currencies: one `Ledger` an asset, and those that settle in the same currency share its cash. An
 * account is a margin group: an isolated position uses one asset of its account, a cross account all of them.
 *
 * Every movement posts all its legs through one market, so each market's running totals are 0 by themselves, and a leg in the wrong
 * currency or asset shows in two of them. 8 bytes an account for each currency and each asset.
 */
export class GeneralLedger {
  /** By asset. */
  readonly markets: readonly Ledger[];
  /** Quanta by currency, one entry an account: the arrays of the markets. */
  readonly cash: readonly Float64Array[];
  /** Place of each asset's currency. */
  private readonly currencies: readonly number[];

  /** @throws RangeError for no contract, a factor that is no whole number ≥ 1, or a currency below the highest that nothing settles in. */
  constructor(accounts: number, contracts: readonly Contract[]) {
    const count = checkContracts(contracts);
    this.currencies = contracts.map((contract) => contract.currency);
    const purses = Array.from({ length: count }, () => createPurse(accounts));
    this.cash = purses.map((purse) => purse.cash);
    this.markets = contracts.map(({ currency, factor, kind }) => new Ledger(accounts, factor, kind, purses[currency]));
  }

  /**
   * Empties every account.
   * @throws RangeError as the constructor does, and unless the contracts settle in the currencies of those that it was made for.
   */
  reset(contracts: readonly Contract[]): void {
    checkContracts(contracts);
    const found = contracts.map((contract) => contract.currency).join(', ');
    const want = this.currencies.join(', ');
    if (found !== want) throw new RangeError(`general ledger: found contracts that settle in currencies ${found}, want ${want}`);
    for (let asset = 0; asset < contracts.length; asset++) this.markets[asset].reset(contracts[asset].factor, contracts[asset].kind);
  }

  /** Takes the balances as they stand for the start. Throws as `Ledger.open` does, naming the asset's place. */
  open(): void {
    for (let asset = 0; asset < this.markets.length; asset++) this.markets[asset].open(`ledger of asset ${asset}`);
  }

  /**
   * What a cross account has in a currency: its cash there and all its lots that settle in it, in quanta.
   * @param marks by asset, in ticks.
   */
  equity(account: number, currency: number, marks: ArrayLike<number>): number {
    let equity = this.cash[currency][account];
    for (let asset = 0; asset < this.markets.length; asset++) {
      if (this.currencies[asset] === currency) equity += this.markets[asset].value(account, marks[asset]);
    }
    return equity;
  }

  /** Imbalance of everything posted since the start, in quanta plus lots, over all assets: 0, or a leg is missing. */
  runningError(): number {
    let error = 0;
    for (const market of this.markets) error += market.runningError();
    return error;
  }

  /** Imbalance found by counting all balances again, as `Ledger.recount`; a currency's counts once for each asset that settles in it. */
  recount(each = true): number {
    let error = 0;
    for (const market of this.markets) error += market.recount(each);
    return error;
  }

  /** The same by `Ledger.recountPosted`. */
  recountPosted(): number {
    let error = 0;
    for (const market of this.markets) error += market.recountPosted();
    return error;
  }

  /** Legs posted since the start. */
  get postings(): number {
    let postings = 0;
    for (const market of this.markets) postings += market.postings;
    return postings;
  }

  /** All mutable state, each array once, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [...new Set(this.markets.flatMap((market) => market.state()))];
  }
}

/** Number of currencies of the contracts. */
function checkContracts(contracts: readonly Contract[]): number {
  if (contracts.length === 0) throw new RangeError('general ledger: found no contract, want at least one');
  const currencies = new Set(contracts.map((contract) => contract.currency));
  contracts.forEach(({ currency, factor }, asset) => {
    if (!Number.isSafeInteger(factor) || factor < 1) {
      throw new RangeError(`contract ${asset}: found a factor of ${factor}, want a whole number ≥ 1 below 2^53`);
    }
    if (!Number.isInteger(currency) || currency < 0 || currency >= currencies.size) {
      throw new RangeError(`contract ${asset}: found currency ${currency} of ${currencies.size}, want the places from 0 without a gap`);
    }
  });
  return currencies.size;
}

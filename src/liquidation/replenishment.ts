import type { EngineMarket } from './engine-market.ts';
import type { ReplenishmentOptions } from './options.ts';

/** One run's terms. */
export interface ReplenishmentParts {
  readonly options: ReplenishmentOptions;
  readonly markets: readonly EngineMarket[];
  /** Quanta that a deposit brings in each market's currency; 0 for all but the first market of a currency. */
  readonly deposits: readonly number[];
  /** Whom trading fees come from: customers, who are outside of the model with them. */
  readonly customers: number;
  readonly stepSeconds: number;
}

/**
 * The insurance fund is topped up: by deposits that the venue makes at a cadence, out of money that it has stated at the start for them, and by
 * a share of its trading fees, a rate on all that trades. Fees of ordinary trading are no trader's cost in this model: that share comes from
 * outside. What is not a whole quantum is saved for later.
 */
export class Replenishment {
  private readonly parts: ReplenishmentParts;
  /** Notional that each market's fund has received. */
  readonly paid: Float64Array;
  /** By market: the part of a quantum that is still due, and notional traded when it was looked at last. */
  private readonly due: Float64Array;
  private readonly seen: Float64Array;

  constructor(parts: ReplenishmentParts) {
    const { length } = parts.markets;
    this.parts = parts;
    this.paid = new Float64Array(length);
    this.due = new Float64Array(length);
    this.seen = new Float64Array(length);
  }

  /** Pays what falls due at a step. @param marks in ticks, by market. */
  act(step: number, marks: Float64Array): void {
    const { options, markets, deposits, customers, stepSeconds } = this.parts;
    const { deposit, trades } = options;
    if (deposit !== null && step % Math.round(deposit.every / stepSeconds) === 0) {
      for (let m = 0; m < markets.length; m++) this.pay(m, markets[m].accounts.venue, deposits[m], marks[m]);
    }
    if (trades === 0) return;
    for (let m = 0; m < markets.length; m++) {
      const { exchange, ledger } = markets[m];
      const traded = exchange.volume[0];
      const owed = this.due[m] + trades * ledger.inQuanta(traded - this.seen[m], marks[m]);
      const whole = Math.floor(owed);
      this.seen[m] = traded;
      this.due[m] = owed - whole;
      this.pay(m, customers, whole, marks[m]);
    }
  }

  private pay(market: number, from: number, amount: number, mark: number): void {
    if (amount <= 0) return;
    const { ledger, accounts } = this.parts.markets[market];
    ledger.transfer(from, accounts.fund, amount);
    this.paid[market] += ledger.inQuote(amount, mark);
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.paid, this.due, this.seen];
  }
}

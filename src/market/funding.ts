import type { Ledger } from '../core/ledger.ts';
import { productError } from '../core/ratio.ts';
import type { BookSide, OrderBook } from './book.ts';

/**
 * Funding of a perpetual. Times in seconds, rates as fractions of a position's value for `period`; a positive rate is paid by longs to
 * shorts. With the premium P and the interest I a period's rate is P + clamp(I − P, ±band), held within ±cap.
 */
export interface FundingOptions {
  /** Between two samples of the premium, at most the cadence. */
  readonly sampling: number;
  /** Between two payments; the samples since the last payment are averaged. */
  readonly cadence: number;
  /** What a rate is stated for: 8 hours on most venues, whatever the cadence; a payment is cadence / period of it. */
  readonly period: number;
  /** I, for a period. */
  readonly interest: number;
  /** How far the rate may leave the premium towards the interest; Infinity: the rate is the interest, 0: the premium. */
  readonly band: number;
  /** Largest rate for a period, of either sign; Infinity: none. */
  readonly cap: number;
  /** Whether all samples weigh the same, or the n-th since the last payment n times as much as the first. */
  readonly weights: 'equal' | 'rising';
}

/**
 * Average price in ticks at which the orders of a side could be taken for the impact notional; −1 where there is not as much. A few ns an
 * occupied level.
 * @param value the notional in ticks × lots, of an inverse contract in lots; 0 or less: the best price.
 */
export function impactPrice(book: OrderBook, side: BookSide, value: number, inverse = false): number {
  const best = side === 0 ? book.bestBid : book.bestAsk;
  if (!(value > 0) || best < 0) return best;
  // What is given for the notional: lots, or the coin of inverse ones.
  let given = 0;
  let left = value;
  for (let tick = best; tick >= 0; tick = book.worse(side, tick)) {
    const resting = book.totalAt(tick);
    const notional = inverse ? resting : resting * tick;
    if (notional >= left) return value / (given + left / tick);
    given += inverse ? resting / tick : resting;
    left -= notional;
  }
  return -1;
}

/**
 * Premium of a market over the outside price as a fraction of it: what its impact bid is above, less what its impact ask is below. Prices
 * in ticks; a bid or ask below 1 stands for an empty side, which has no premium.
 * Source: Binance ("Introduction to Binance Futures Funding Rates") and Hyperliquid ("Funding") state the same formula.
 */
export function premiumOf(impactBid: number, impactAsk: number, index: number): number {
  const above = impactBid > index ? impactBid - index : 0;
  const below = impactAsk >= 1 && impactAsk < index ? index - impactAsk : 0;
  return (above - below) / index;
}

/** The rate for a period at an averaged premium: the interest where it is within the band of the premium, else the band's nearer end. */
export function fundingRate(premium: number, options: FundingOptions): number {
  const { interest, band, cap } = options;
  const rate = Math.min(Math.max(interest, premium - band), premium + band);
  return Math.min(Math.max(rate, -cap), cap);
}

/** Slots of the state: weighted sum of premiums, sum of weights and samples since the last payment; samples and payments done; the last rate. */
const SUM = 0;
const WEIGHT = 1;
const SINCE = 2;
const SAMPLES = 3;
const PAYMENTS = 4;
const RATE = 5;

/** The funding rate of one market as time goes by. */
export class FundingRate {
  private readonly options: FundingOptions;
  private readonly stepSeconds: number;
  private readonly memory = new Float64Array(6);

  /** @throws RangeError naming the option, what was found and what is allowed. */
  constructor(options: FundingOptions, stepSeconds: number) {
    const { sampling, cadence, period, interest, band, cap } = options;
    check('cadence', cadence, cadence > 0 && cadence < Infinity, 'a number above 0');
    check('sampling', sampling, sampling > 0 && sampling <= cadence, `a number above 0, at most the cadence of ${cadence}`);
    check('period', period, period > 0 && period < Infinity, 'a number above 0');
    check('interest', interest, Number.isFinite(interest), 'a number');
    check('band', band, band >= 0, 'a number ≥ 0');
    check('cap', cap, cap >= 0, 'a number ≥ 0');
    this.options = options;
    this.stepSeconds = stepSeconds;
  }

  /** Before the first step. */
  reset(): void {
    this.memory.fill(0);
  }

  /** Whether a step is one that `advance` must see: a sample or a payment has come due. About 3 ns. */
  isDue(step: number): boolean {
    const { memory, options } = this;
    const now = step * this.stepSeconds;
    return Math.floor(now / options.sampling + 1e-9) > memory[SAMPLES] || Math.floor(now / options.cadence + 1e-9) > memory[PAYMENTS];
  }

  /**
   * At every step that is due (the first is 1), with the premium as it stands: takes the samples that have come due. Gives what is to be
   * paid now, as a fraction of a position's value, and NaN at a step without a payment. A sample at the moment of a payment counts for it.
   */
  advance(step: number, premium: number): number {
    const { memory, options } = this;
    // A step of 0.1 s is no binary fraction: what is due at a step's own time must not slip to the next.
    const now = step * this.stepSeconds;
    const samples = Math.floor(now / options.sampling + 1e-9);
    while (memory[SAMPLES] < samples) {
      memory[SAMPLES]++;
      memory[SINCE]++;
      const weight = options.weights === 'equal' ? 1 : memory[SINCE];
      memory[SUM] += weight * premium;
      memory[WEIGHT] += weight;
    }
    const payments = Math.floor(now / options.cadence + 1e-9);
    const due = payments - memory[PAYMENTS];
    if (due === 0) return NaN;
    memory[PAYMENTS] = payments;
    memory[RATE] = fundingRate(memory[SUM] / memory[WEIGHT], options);
    memory[SUM] = 0;
    memory[WEIGHT] = 0;
    memory[SINCE] = 0;
    return (memory[RATE] * due * options.cadence) / options.period;
  }

  /** The rate for a period that was paid last; 0 before the first payment. */
  get rate(): number {
    return this.memory[RATE];
  }

  /** The array that holds the whole state. */
  state(): readonly Float64Array[] {
    return [this.memory];
  }
}

/** Classes of remainders, by which the largest are found without sorting all. */
const CLASSES = 4096;

/** Pays funding from longs to shorts, or back, to the quantum. Remembers nothing between two payments. */
export class FundingPayment {
  private readonly amount: Float64Array;
  private readonly remainder: Float64Array;
  private readonly counts = new Int32Array(CLASSES);

  /** @param accounts of the ledger. */
  constructor(accounts: number) {
    this.amount = new Float64Array(accounts);
    this.remainder = new Float64Array(accounts);
  }

  /**
   * Every account owes lots × `perLot` quanta, which sum to 0 as lots do. Each amount is rounded down, exactly, and the quanta that are then
   * missing come one each from the accounts with the largest remainders, ties in the order of accounts: every amount is within a quantum of
   * what is owed, and all together are 0. About 35 ns an account.
   * @param perLot quanta that a long owes a lot, of any sign: the rate × |`Ledger.lotValue`| at the
   *   price that the venue values positions at.
   * @returns quanta that changed hands.
   */
  pay(ledger: Ledger, perLot: number): number {
    const { amount, remainder } = this;
    const { lots } = ledger;
    const missing = this.roundDown(lots, perLot);
    const last = this.lastServed(missing);
    let ties = last.ties;
    let paid = 0;
    for (let i = 0; i < lots.length; i++) {
      const rest = remainder[i];
      let owed = amount[i];
      if (rest > last.remainder || (rest === last.remainder && ties-- > 0)) owed++;
      if (owed === 0) continue;
      ledger.post(i, -owed, 0);
      if (owed > 0) paid += owed;
    }
    return paid;
  }

  /** Fills amounts and remainders (−1 for who has no position) and counts the latter's classes; gives the quanta that are missing. */
  private roundDown(lots: Float64Array, perLot: number): number {
    const { amount, remainder, counts } = this;
    counts.fill(0);
    let sum = 0;
    for (let i = 0; i < lots.length; i++) {
      const held = lots[i];
      if (held === 0) {
        amount[i] = 0;
        remainder[i] = -1;
        continue;
      }
      const owed = held * perLot;
      let whole = Math.floor(owed);
      let rest = owed - whole + productError(held, perLot, owed);
      if (rest < 0) {
        whole--;
        rest++;
      }
      amount[i] = whole;
      remainder[i] = rest;
      counts[classOf(rest)]++;
      sum += whole;
    }
    return -sum;
  }

  /** The smallest remainder that is served with one of `missing` quanta, and how many that have it are. */
  private lastServed(missing: number): { readonly remainder: number; readonly ties: number } {
    const { remainder, counts } = this;
    if (missing === 0) return { remainder: Infinity, ties: 0 };
    let at = CLASSES - 1;
    let left = missing;
    while (counts[at] < left) left -= counts[at--];
    const members = new Float64Array(counts[at]);
    let found = 0;
    for (let i = 0; i < remainder.length; i++) {
      if (remainder[i] >= 0 && classOf(remainder[i]) === at) members[found++] = remainder[i];
    }
    members.sort();
    const smallest = members[members.length - left];
    let above = 0;
    while (members[members.length - 1 - above] > smallest) above++;
    return { remainder: smallest, ties: left - above };
  }
}

/** A remainder can be 1 by the rounding of its last bit. */
function classOf(remainder: number): number {
  const found = Math.floor(remainder * CLASSES);
  return found < CLASSES ? found : CLASSES - 1;
}

function check(what: string, value: number, allowed: boolean, want: string): void {
  if (!allowed) throw new RangeError(`funding: found ${what} ${value}, want ${want}`);
}

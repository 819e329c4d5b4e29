/**
 * Units of one asset and of the currency it settles in. Inside the engine prices are whole ticks, quantities whole lots
 * and money whole quanta: `cash quanta = ticks × lots × quantaPerTickLot`, exactly, as long as everything stays below 2^53.
 */
export interface AssetUnits {
  /** Ticker, for people. */
  readonly symbol: string;
  /** Smallest price step, in quote units (e.g. 1 USD). */
  readonly tick: number;
  /** Smallest quantity, in units of the asset (e.g. 0.0001 BTC); of an inverse asset in contracts. */
  readonly lot: number;
  /** Unit of notional, in quote units (e.g. 0.0001 USD): the ledger currency's smallest; of an inverse asset the coin's, at a price of one tick. */
  readonly quantum: number;
  /** tick × lot / quantum, of an inverse asset lot × face value / quantum: a whole number ≥ 1. */
  readonly quantaPerTickLot: number;
}

/** Largest magnitude that any account or sum may reach, in quanta: beyond it float64 integers are no longer exact. */
export const MAX_QUANTA = Number.MAX_SAFE_INTEGER;

/** Largest order and largest quantity at one price, in lots: the book keeps them in 32 bits. */
export const MAX_LOTS = 2147483647;

/** Widest window of an order book, in ticks: 2^20. */
export const MAX_WINDOW = 1048576;

/** The most that a scenario can set in motion, whatever the draws. Money in quanta. */
export interface Extent {
  /** Σ |cash| over all accounts at any moment, and so any one account and any partial sum. */
  readonly money: number;
  /** Lots of one order. */
  readonly order: number;
  /** Lots standing at one price. */
  readonly level: number;
  /** Lots held by one account or by all together. */
  readonly position: number;
  /** Ticks from the lowest to the highest quote that stand at once. */
  readonly window: number;
}

/**
 * The proof that integers stay exact: every amount of money below 2^53 quanta, every order and book level below 2^31 lots, every
 * position below 2^53 lots, all quotes within 2^20 ticks. Gives what fails, worst first, as a sentence with the factor that is missing; empty when it holds.
 * @param money what sets the size of a quantum.
 */
export function unitShortfalls(extent: Extent, money = 'tick or lot'): readonly string[] {
  const found: { readonly text: string; readonly factor: number }[] = [];
  const check = (what: string, value: number, limit: number, unit: string, remedy: string): void => {
    if (value < limit) return;
    const factor = Math.ceil(value / limit);
    found.push({
      text: `${what} can reach ${value.toPrecision(3)} ${unit}, want less than ${limit}: make ${remedy} at least ${factor + 1} times coarser`,
      factor,
    });
  };
  check('money', extent.money, MAX_QUANTA, 'quanta', money);
  check('positions', extent.position, MAX_QUANTA, 'lots', 'the lot');
  check('an order', extent.order, MAX_LOTS, 'lots', 'the lot');
  check('the quantity at one price', extent.level, MAX_LOTS, 'lots', 'the lot');
  check('quotes', extent.window, MAX_WINDOW, 'ticks from the lowest to the highest', 'the tick');
  return found.sort((a, b) => b.factor - a.factor).map((one) => one.text);
}

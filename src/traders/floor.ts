/**
 * What leveraged traders see of their venue and can do there: its margin prices, what their own account is worth, deposits and market
 * orders. Accounts and markets by number, money in quanta of the currency that an account settles in.
 */
export interface Floor {
  /** A market's margin price now, in whole ticks. */
  mark(market: number): number;
  /** Signed lots of an account in a market. */
  lots(account: number, market: number): number;
  /** Whether an account has a position and stands below the call level at the marks now. */
  isCalled(account: number): boolean;
  /** Money that an account lacks for a coverage at the marks now: whole, > 0; 0 when it has that. */
  lacking(account: number, coverage: number): number;
  /** Whether an account has a position that the venue is not liquidating: who is being liquidated sends no orders. */
  isFree(account: number): boolean;
  /** Pays in from the trader's own money outside. */
  deposit(account: number, money: number): void;
  /** Most lots that an account without a position can open at the mark: at a leverage, and with the initial margin that they need. */
  affordable(account: number, market: number, leverage: number): number;
  /** What an account's position in a market stands for at the mark, with its sign, and what a lot does, in one unit for all markets. */
  exposure(account: number, market: number): number;
  lotExposure(market: number): number;
  /** Whether more lots of a market, < 0 to sell, would lower what the venue demands of an account. */
  isRelief(account: number, market: number, lots: number): boolean;
  /** Lots that an account holds of a listed option. */
  optionLots(account: number, option: number): number;
  /**
   * Buys lots of a listed option from its market maker at the model's value and a spread on that, if it lowers what the venue demands of the
   * account by more than the spread costs it.
   */
  buyOption(account: number, option: number, lots: number, spread: number): void;
  /** Sends a market order, lots > 0 to buy; returns the lots filled, ≥ 0. */
  order(account: number, market: number, lots: number): number;
  /**
   * Has the venue look at an account that answers to a call: one that is back at the call level can be called again. Deposits and orders
   * have it look by themselves.
   */
  review(account: number): void;
}

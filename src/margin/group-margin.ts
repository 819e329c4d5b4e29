import type { RiskArrays } from './risk-arrays.ts';

/** An account as lists: positions in ascending order of series, each series once. */
export interface Holdings {
  /** Cash, and profit that is settled but not yet in cash. */
  readonly cash: number;
  /** Demanded beside the positions by initial margin only, e.g. for resting orders. */
  readonly reserved: number;
  readonly series: Int32Array;
  /** Signed lots. */
  readonly quantity: Float64Array;
}

/** How far equity − level × maintenance moves at most with what it is made of, a lot. */
export interface Slopes {
  /** By series: while every entry of its row moves by 1. */
  readonly row: Float64Array;
  /** For a move of 1 in what its notional is charged, at `charge` or `growth`. */
  readonly charged: number;
}

/**
 * What one account after another is worth and has to hold, by one venue's rule for perpetuals and options on one collateral, at prices that
 * all accounts share. `assess` leaves its results in the fields, which the next call overwrites. Money in the account's currency.
 */
export interface GroupMargin {
  readonly arrays: RiskArrays;
  /** Cash and all positions at the present prices. */
  readonly equity: number;
  readonly maintenance: number;
  readonly initial: number;
  /** By series: the rate that maintenance charges its notional at, at most; and what the rate grows by with each lot held. */
  readonly charge: Float64Array;
  readonly growth: Float64Array;
  /** Whether time and interest come in otherwise than through the arrays. */
  readonly feelsTime: boolean;
  /** Takes the market as it stands now. @throws RangeError as `RiskArrays.refresh`. */
  refresh(): void;
  /** Equity and requirements of an account. */
  assess(account: Holdings): void;
  /** As `assess`, positions from … to of shared arrays. */
  assessRange(cash: number, reserved: number, series: Int32Array, quantity: Float64Array, from: number, to: number): void;
  /** At the present prices, times and rates. */
  slopes(level: number): Slopes;
}

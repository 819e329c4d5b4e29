/** Seconds of a year of 365.25 days. */
export const YEAR = 31_557_600;

/** The price for ever. */
export interface ConstantOptions {
  readonly kind: 'constant';
  readonly price: number;
}

/** Geometric Brownian motion. */
export interface GeometricOptions {
  readonly kind: 'gbm';
  readonly price: number;
  /** Growth of the expected price a year. */
  readonly drift: number;
  /** A square root of a year. */
  readonly volatility: number;
}

/**
 * Through given points (seconds from the start, ascending; the first at 0), log-linear between them. `noise` is the standard
 * deviation of the log-price a square root of a second of a Brownian bridge laid over each stretch (0: straight); flat after the last point.
 * Presets of dated events and CSV bars resolve to this kind.
 */
export interface WaypointOptions {
  readonly kind: 'waypoints';
  readonly times: readonly number[];
  readonly prices: readonly number[];
  readonly noise: number;
  /**
   * Largest departure of the log-price from the straight line, never passed; absent: none, and departures grow with the root of a
   * stretch's length. With it the bridge is pulled back to the line so that a third of it is the departures' usual size.
   */
  readonly amplitude?: number;
}

/** GARCH(1,1) on returns over its own period; between two of its moments a Brownian motion of that period's variance. */
export interface GarchOptions {
  readonly kind: 'garch';
  readonly price: number;
  readonly drift: number;
  /** Of the long run, a square root of a year. */
  readonly volatility: number;
  /** Of the first period. */
  readonly initial: number;
  /** Weight of the last squared return, and of the last variance; their sum is below 1. */
  readonly alpha: number;
  readonly beta: number;
  /** Seconds. */
  readonly period: number;
}

/** Heston: the variance v follows dv = reversion × (volatility² − v) dt + variability × √v dW. Below reversion × 2 volatility² = variability² it touches 0. */
export interface HestonOptions {
  readonly kind: 'heston';
  readonly price: number;
  readonly drift: number;
  /** Root of the variance of the long run, a square root of a year. */
  readonly volatility: number;
  /** Root of the variance at the start. */
  readonly initial: number;
  /** Speed of the return to the long run, a year. */
  readonly reversion: number;
  /** Volatility of the variance. */
  readonly variability: number;
  /** Of the moves of price and variance, −1 … 1. */
  readonly correlation: number;
}

/** Log-jumps that are exponential on either side. */
export interface DoubleExponential {
  /** Share of jumps upwards. */
  readonly upShare: number;
  /** Mean log-jump upwards, below 1 or no expected price exists, and downwards. */
  readonly meanUp: number;
  readonly meanDown: number;
}

/** Merton: a geometric Brownian motion with normal log-jumps at Poisson times. */
export interface MertonOptions {
  readonly kind: 'merton';
  readonly price: number;
  readonly drift: number;
  readonly volatility: number;
  /** Jumps a year. */
  readonly intensity: number;
  /** Mean and standard deviation of a log-jump. */
  readonly mean: number;
  readonly deviation: number;
}

/** Kou: the same with double exponential log-jumps. */
export interface KouOptions extends DoubleExponential {
  readonly kind: 'kou';
  readonly price: number;
  readonly drift: number;
  readonly volatility: number;
  /** Jumps a year. */
  readonly intensity: number;
}

/** Hawkes: the same again, and every jump makes further ones likelier for a while. */
export interface HawkesOptions extends DoubleExponential {
  readonly kind: 'hawkes';
  readonly price: number;
  readonly drift: number;
  readonly volatility: number;
  /** Jumps a year that no other jump set off. */
  readonly intensity: number;
  /** Jumps that a jump sets off on average, itself not counted; below 1. */
  readonly branching: number;
  /** Seconds after which half of the excitement is gone. */
  readonly halfLife: number;
}

/** One regime of a chain in continuous time. */
export interface Regime {
  readonly drift: number;
  readonly volatility: number;
  /** Mean stay in seconds. */
  readonly stay: number;
  /** Chance to be the next among those that are left to choose from, in proportion. */
  readonly weight: number;
}

/** A geometric Brownian motion whose drift and volatility are those of the regime that rules; the first one rules at the start. */
export interface RegimeOptions {
  readonly kind: 'regimes';
  readonly price: number;
  readonly regimes: readonly Regime[];
}

/** A jump of the log-price by `move` at a moment in seconds, of which a share comes back; over a Brownian motion without drift. */
export interface ShockOptions {
  readonly kind: 'shock';
  readonly price: number;
  readonly volatility: number;
  readonly at: number;
  readonly move: number;
  readonly recovery: { readonly share: number; readonly halfLife: number } | null;
}

/** A log-linear move between two moments, over a Brownian motion without drift. */
export interface RampOptions {
  readonly kind: 'ramp';
  readonly price: number;
  readonly volatility: number;
  readonly from: number;
  readonly until: number;
  readonly move: number;
}

/** A log-linear move and the way back of a share of it, over a Brownian motion without drift. */
export interface VeeOptions {
  readonly kind: 'vee';
  readonly price: number;
  readonly volatility: number;
  readonly from: number;
  readonly turn: number;
  readonly until: number;
  readonly move: number;
  readonly recovered: number;
}

/** Blocks of consecutive log-returns, put one behind the other; a block that passes the last return goes on with the first. */
export interface BootstrapOptions {
  readonly kind: 'bootstrap';
  readonly price: number;
  readonly returns: readonly number[];
  /** Seconds of a return. */
  readonly period: number;
  /** Returns a block. */
  readonly block: number;
  /** Of a bridge within a period, as with waypoints. */
  readonly noise: number;
}

/**
 * The outside price: what it does is decided here and never by this market. Prices are in ticks and not rounded; `drift` is a year's
 * growth of the expected price whatever else moves it, `volatility` a square root of a year (365.25 days).
 */
export type DriverOptions =
  | ConstantOptions
  | GeometricOptions
  | WaypointOptions
  | GarchOptions
  | HestonOptions
  | MertonOptions
  | KouOptions
  | HawkesOptions
  | RegimeOptions
  | ShockOptions
  | RampOptions
  | VeeOptions
  | BootstrapOptions;

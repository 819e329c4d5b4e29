import type { Bars } from './csv.ts';
import type { Steps } from './path.ts';

/** Takes what does not fit: where, and what was found and is wanted. */
export type Report = (steps: Steps, message: string) => void;

/** What a scenario needs besides its own text. */
export interface Context {
  /** Bars of each file it names. */
  readonly bars: Readonly<Record<string, Bars>>;
  /** Each formula of the scenario, by its text. */
  readonly formulas: Readonly<Record<string, Formula>>;
  /** The largest threshold of the sweep; null: the scenario's own. */
  readonly seasonThreshold: number | null;
}

/** From this notional (quote units) on, this marginal rate. */
export interface RateStep {
  readonly from: number;
  readonly rate: number;
}

/** A formula as marginal rates from rising notionals, up to where it is no margin rate any more. */
export interface Formula {
  readonly steps: readonly RateStep[];
  /** From this notional (quote units) on it says nothing useful, and why; null: it holds as far as it was sampled. */
  readonly fault: { readonly notional: number; readonly message: string } | null;
}

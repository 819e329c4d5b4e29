import type { Bars } from './csv.ts';
import type { Expression } from './expression.ts';
import type { Steps } from './path.ts';

/** Takes what does not fit: where, and what was found and is wanted. */
export type Report = (steps: Steps, message: string) => void;

/** What a scenario needs besides its own text. */
export interface Context {
  /** Bars of each file it names. */
  readonly bars: Readonly<Record<string, Bars>>;
  /** Each formula of the scenario, by its text. */
  readonly formulas: Readonly<Record<string, Expression>>;
  /** The largest threshold of the sweep; null: the scenario's own. */
  readonly seasonThreshold: number | null;
}

/** From this notional (quote units) on, this marginal rate. */
export interface RateStep {
  readonly from: number;
  readonly rate: number;
}

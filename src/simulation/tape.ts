import { sendsOrders } from '../traders/conduct.ts';
import type { RunOptions } from './options.ts';
import type { Recorder } from './recorder.ts';

/**
 * A market's prices as they went in a twin, played again: where forced flow never reaches a market, its prices are those of any other twin
 * with the same outside price, makers and draws, whatever the margin rules and whoever holds the positions.
 */
export class MarketTape {
  /** What was noted of the twin's market. */
  readonly recorder: Recorder;
  readonly nextLook = Infinity;
  private readonly marks: Float64Array;
  private step = 0;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
    this.marks = recorder.mark;
  }

  act(step: number): void {
    this.step = step;
  }

  look(): number {
    return this.marks[this.step];
  }

  settle(): number {
    return this.marks[this.step];
  }

  react(): boolean {
    return false;
  }

  get mark(): number {
    return this.marks[this.step];
  }
}

/**
 * Whether a twin's prices depend on nothing but its markets, and all that it needs of them is prices: no makers may look between steps,
 * when only an engine at work would make them, no curve may recover then from an order, no funding may be paid, which goes by the book, nor
 * may margin follow the book's depth; and no adversary may trade, which goes by what the margin engine has done to its accounts.
 */
export function canReplay(options: RunOptions): boolean {
  // A tape does not say how much traded.
  const { replenishment, backstop } = options.liquidation;
  if ((replenishment?.trades ?? 0) > 0 || (backstop?.unwind?.share ?? Infinity) < Infinity) return false;
  // Traders who react to their account's state move prices by whom they are.
  if (options.traders.some(({ behaviour }) => behaviour !== undefined && sendsOrders(behaviour))) return false;
  return options.markets.every(
    ({ quotes, funding, orders, dynamic, adversaries }) =>
      funding === null &&
      adversaries.length === 0 &&
      (dynamic?.liquidity ?? null) === null &&
      (quotes.kind === 'flat' ||
        (quotes.kind === 'curve'
          ? orders.length === 0
          : quotes.groups.every(({ reaction }) => reaction > 0 && reaction % options.step === 0))),
  );
}

/** The tapes of a twin that was played: what was noted of each of its markets. */
export function tapesOf(markets: readonly { readonly recorder: Recorder }[]): readonly MarketTape[] {
  return markets.map(({ recorder }) => new MarketTape(recorder));
}

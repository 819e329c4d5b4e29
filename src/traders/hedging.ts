import { Answers } from './answers.ts';
import type { HedgeOptions } from './conduct.ts';
import type { Draws } from './draws.ts';
import type { Floor } from './floor.ts';

/**
 * Traders who were called and hedge what they hold: with another asset's perpetual, in its market, or with puts or calls on what they hold, from
 * the options' market maker. The venue takes it where it lowers what it demands of the account, and nothing of it where it does not.
 */
export class Hedging {
  readonly answers: Answers;
  private readonly markets: number;

  /** @param markets how many there are. */
  constructor(draws: Draws, markets: number) {
    this.answers = new Answers(draws);
    this.markets = markets;
  }

  /** What a trader does when it has got to its answer. */
  answer(account: number, options: HedgeOptions, floor: Floor): void {
    if (!this.answers.gives(account, options)) return;
    const { by } = options;
    if (by.kind === 'asset') {
      const lots = this.perpetualLots(account, by.market, options.share, floor);
      if (lots !== 0 && floor.isRelief(account, by.market, lots)) floor.order(account, by.market, lots);
      return;
    }
    const held = floor.lots(account, by.market);
    const option = held > 0 ? by.put : by.call;
    const lots = Math.floor(options.share * Math.abs(held)) - floor.optionLots(account, option);
    if (lots > 0) floor.buyOption(account, option, lots, by.spread);
  }

  /** Signed lots that bring the perpetual to the stated share of everything else against it; 0 when it stands there or beyond. */
  private perpetualLots(account: number, market: number, share: number, floor: Floor): number {
    let others = 0;
    for (let m = 0; m < this.markets; m++) if (m !== market) others += floor.exposure(account, m);
    const lots = Math.trunc((-share * others) / floor.lotExposure(market)) - floor.lots(account, market);
    return lots * others < 0 ? lots : 0;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return this.answers.state();
  }
}

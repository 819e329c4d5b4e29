import { isBelow, isInverseBelow } from '../isolated.ts';
import type { Tiers } from '../tiers.ts';
import type { Regime, RegimeIndex } from './regime.ts';
import { createMovingRate } from './rates.ts';
import type { RateLevelIndex, RateOptions } from './rates.ts';
import type { LevelIndex } from './ticks.ts';

/** What a full scan reads. */
export interface ScanOptions {
  /** How many accounts there are, numbered from 0. */
  readonly accounts: number;
  /** The ledger's own arrays: quanta and signed lots by account. */
  readonly cash: Float64Array;
  readonly lots: Float64Array;
  readonly quantaPerTickLot: number;
  /** Whether the contract is inverse, and `quantaPerTickLot` its factor. */
  readonly inverse: boolean;
  readonly tiers: Tiers;
  /** The MCR that is asked about. */
  readonly level: number;
  readonly orEqual: boolean;
}

/** The reference for `TickIndex`: asks the predicate about every account at every mark, from the balances as they stand. */
export class ScanIndex implements LevelIndex {
  private readonly options: ScanOptions;
  private readonly present: Int8Array;

  constructor(options: ScanOptions) {
    this.options = options;
    this.present = new Int8Array(options.accounts);
  }

  /** The tick is not used: balances decide. */
  set(account: number, _side: 1 | -1, _tick: number): void {
    this.present[account] = 1;
  }

  remove(account: number): void {
    this.present[account] = 0;
  }

  collect(markTick: number, out: Int32Array): number {
    const { accounts, cash, lots, quantaPerTickLot, inverse, tiers, level, orEqual } = this.options;
    const isPast = inverse ? isInverseBelow : isBelow;
    const present = this.present;
    let count = 0;
    for (let i = 0; i < accounts; i++) {
      if (present[i] === 1 && isPast(cash[i], lots[i], markTick, quantaPerTickLot, tiers, level, orEqual)) {
        present[i] = 0;
        out[count++] = i;
      }
    }
    return count;
  }

  reset(): void {
    this.present.fill(0);
  }

  state(): readonly Int8Array[] {
    return [this.present];
  }
}

/** The reference for `FrameIndex`: asks the regime's predicate about every account at every check. */
export class RegimeScan implements RegimeIndex {
  private readonly regime: Regime;
  private readonly present: Uint8Array;

  constructor(regime: Regime) {
    this.regime = regime;
    this.present = new Uint8Array(regime.accounts);
  }

  set(account: number): void {
    this.present[account] = 1;
  }

  remove(account: number): void {
    this.present[account] = 0;
  }

  collect(at: Float64Array, out: Int32Array): number {
    const { regime, present } = this;
    regime.move(at);
    let count = 0;
    for (let account = 0; account < present.length; account++) {
      if (present[account] === 1 && regime.isBelow(account)) {
        present[account] = 0;
        out[count++] = account;
      }
    }
    return count;
  }

  reset(): void {
    this.present.fill(0);
  }

  state(): readonly Uint8Array[] {
    return [this.present];
  }
}

/** The reference for `RateIndex`: asks the predicate about every account at every mark, at the rates as they stand. */
export class RateScan implements RateLevelIndex {
  private readonly options: RateOptions;
  private readonly rate = createMovingRate();
  /** 1 + rate class; 0 for who is out. */
  private readonly rateClass: Uint8Array;

  constructor(options: RateOptions) {
    this.options = options;
    this.rateClass = new Uint8Array(options.accounts);
  }

  set(account: number, rateClass: number): void {
    this.rateClass[account] = this.options.lots[account] === 0 ? 0 : 1 + rateClass;
  }

  remove(account: number): void {
    this.rateClass[account] = 0;
  }

  collect(markTick: number, out: Int32Array): number {
    const { accounts, cash, lots, quantaPerTickLot, inverse = false, rates, level, orEqual } = this.options;
    const { rate, rateClass } = this;
    const isPast = inverse ? isInverseBelow : isBelow;
    let count = 0;
    for (let i = 0; i < accounts; i++) {
      if (rateClass[i] === 0) continue;
      rate.set(rates[rateClass[i] - 1]);
      if (!isPast(cash[i], lots[i], markTick, quantaPerTickLot, rate.tiers, level, orEqual)) continue;
      rateClass[i] = 0;
      out[count++] = i;
    }
    return count;
  }

  reset(): void {
    this.rateClass.fill(0);
  }

  state(): readonly Uint8Array[] {
    return [this.rateClass];
  }
}

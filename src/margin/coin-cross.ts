import type { CrossHoldings } from './cross.ts';
import type { Regime } from './index/regime.ts';
import { requirement } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/** The terms on which a coin-margined contract counts in an account of its coin. */
export interface CoinContract {
  /** Quanta × ticks a lot: its face value. */
  readonly factor: number;
  /** Maintenance by the face value held in it. */
  readonly maintenance: Tiers;
}

export interface CoinCrossOptions {
  /** The ledger's own array of the coin: it is read at every question. */
  readonly cash: Float64Array;
  readonly holdings: CrossHoldings;
  readonly contracts: readonly CoinContract[];
  /** The MCR that is asked about, and whether one that equals it counts as below. */
  readonly level: number;
  readonly orEqual: boolean;
  /** A typical move of one over each contract's mark between two checks. */
  readonly moves: Float64Array;
}

/** A bound for the rounding of a sum of products, as a share of the sum of magnitudes; the sums here have some tens of terms: 2^-53 each. */
const ROUNDING = 1e-13;
/** The radius itself is rounded, and so are the distances it is compared with. */
const SHRINK = 1 - 1e-9;
/** Further than any frame reaches. */
const FAR = 1e9;

/**
 * Accounts whose coin-margined positions share the coin as collateral: below the level when cash < Σ claim / tick, `≤` with `orEqual`, sums
 * over contracts in ascending order and ticks whole. A position's claim is lots × factor + level × requirement(|lots| × factor): the face value that its
 * holder owes in coin, and what is demanded for it, neither of which moves with the price. So the coordinates are one over the marks, in which
 * the surplus is a plane: its slope is the claim, and a radius is as large as it can be.
 */
export class CoinCrossMargin implements Regime {
  readonly accounts: number;
  readonly weights: Float64Array;
  readonly certificateCost = 12;
  private readonly cash: Float64Array;
  private readonly holdings: CrossHoldings;
  private readonly level: number;
  private readonly orEqual: boolean;
  private readonly tiers: readonly Tiers[];
  private readonly factor: Float64Array;
  /** By contract: its mark in whole ticks. */
  private readonly mark: Float64Array;

  /** @throws RangeError for arrays that do not fit and a level below 0. */
  constructor({ cash, holdings, contracts, level, orEqual, moves }: CoinCrossOptions) {
    if (holdings.start.length !== cash.length + 1 || moves.length !== contracts.length) {
      throw new RangeError(
        `coin cross margin: found ${cash.length} accounts, ${holdings.start.length - 1} holdings, ${contracts.length} contracts, ${moves.length} moves; want as many holdings as accounts and moves as contracts`,
      );
    }
    if (!(level >= 0 && level < Infinity)) throw new RangeError(`coin cross margin: found level ${level}, want a number ≥ 0`);
    this.accounts = cash.length;
    this.weights = moves;
    this.cash = cash;
    this.holdings = holdings;
    this.level = level;
    this.orEqual = orEqual;
    this.tiers = contracts.map(({ maintenance }) => maintenance);
    this.factor = Float64Array.from(contracts, ({ factor }) => factor);
    this.mark = new Float64Array(contracts.length);
  }

  /** @throws RangeError for a coordinate that is not above 0. */
  move(at: Float64Array): void {
    for (let k = 0; k < at.length; k++) {
      if (!(at[k] > 0 && at[k] < Infinity))
        throw new RangeError(`coin cross margin, contract ${k}: found ${at[k]} for one over its mark, want a number above 0`);
      // A whole number of ticks, which one over it still tells exactly.
      this.mark[k] = Math.round(1 / at[k]);
    }
  }

  isBelow(account: number): boolean {
    const surplus = this.surplus(account);
    return this.orEqual ? surplus <= 0 : surplus < 0;
  }

  certify(accounts: Int32Array, count: number, radius: Float64Array): void {
    const { cash, mark, weights, orEqual } = this;
    const { start, asset, lots } = this.holdings;
    for (let i = 0; i < count; i++) {
      const account = accounts[i];
      const surplus = this.surplus(account);
      if (orEqual ? surplus <= 0 : surplus < 0) {
        radius[i] = -1;
        continue;
      }
      let slope = 0;
      let size = Math.abs(cash[account]);
      const last = start[account + 1];
      for (let place = start[account]; place < last; place++) {
        const k = asset[place];
        const claim = Math.abs(this.claim(k, lots[place]));
        slope += claim * weights[k];
        size += claim / mark[k];
      }
      // What the terms grow by within the radius is a share of the slope × radius, which SHRINK leaves room for.
      const safe = surplus - ROUNDING * size;
      const distance = (safe / slope) * SHRINK;
      radius[i] = !(safe > 0) ? 0 : distance < FAR ? distance : FAR;
    }
  }

  scan(group: Uint16Array, marked: Uint8Array, out: Int32Array, count: number): number {
    const { accounts, orEqual } = this;
    for (let account = 0; account < accounts; account++) {
      if (marked[group[account]] !== 1) continue;
      const surplus = this.surplus(account);
      if (orEqual ? surplus <= 0 : surplus < 0) out[count++] = account;
    }
    return count;
  }

  /** Face value of a position with its sign, and level × requirement. */
  private claim(contract: number, lots: number): number {
    const face = lots * this.factor[contract];
    return face + this.level * requirement(this.tiers[contract], Math.abs(face));
  }

  /** Equity − level × requirement, in coin. */
  private surplus(account: number): number {
    const { mark } = this;
    const { start, asset, lots } = this.holdings;
    let surplus = this.cash[account];
    const last = start[account + 1];
    for (let place = start[account]; place < last; place++) {
      const k = asset[place];
      surplus -= this.claim(k, lots[place]) / mark[k];
    }
    return surplus;
  }
}

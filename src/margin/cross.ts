import { checkContinuous } from './continuity.ts';
import type { Regime } from './index/regime.ts';
import { requirement, tierOf } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/**
 * What each account holds: positions `start[account]` to `start[account + 1]` of two arrays, assets in ascending order and each once. A
 * position of 0 lots keeps its place, so that whatever an account may ever hold is laid out when the run begins.
 */
export interface CrossHoldings {
  readonly start: Int32Array;
  readonly asset: Uint16Array;
  /** Signed, whole. */
  readonly lots: Float64Array;
}

/** Lays out holdings from lists of assets, one an account. @throws RangeError when a list does not ascend or names an asset that is not there. */
export function createHoldings(assetsByAccount: readonly (readonly number[])[], assets: number): CrossHoldings {
  const start = new Int32Array(assetsByAccount.length + 1);
  assetsByAccount.forEach((list, account) => {
    list.forEach((asset, i) => {
      if (!(Number.isInteger(asset) && asset >= 0 && asset < assets && (i === 0 || asset > list[i - 1]))) {
        throw new RangeError(
          `holdings of account ${account}: found assets ${list.join(', ')}, want ascending numbers from 0 to ${assets - 1}`,
        );
      }
    });
    start[account + 1] = start[account] + list.length;
  });
  return { start, asset: Uint16Array.from(assetsByAccount.flat()), lots: new Float64Array(start[assetsByAccount.length]) };
}

/** Writes a position. @throws RangeError for an asset that the account was not laid out for. */
export function setLots(holdings: CrossHoldings, account: number, asset: number, lots: number): void {
  for (let place = holdings.start[account]; place < holdings.start[account + 1]; place++) {
    if (holdings.asset[place] !== asset) continue;
    holdings.lots[place] = lots;
    return;
  }
  const assets = holdings.asset.subarray(holdings.start[account], holdings.start[account + 1]).join(', ');
  throw new RangeError(`holdings of account ${account}: found asset ${asset}, want one of ${assets || 'none'}`);
}

/** The terms on which an asset counts in a cross account. */
export interface CrossAsset {
  readonly quantaPerTickLot: number;
  /** Share of its value that counts as equity: 1 for a contract, 1 − haircut for a coin that serves as collateral. */
  readonly weight: number;
  /** Maintenance by the notional held in it; a ladder of one rate 0 for collateral. */
  readonly maintenance: Tiers;
}

export interface CrossOptions {
  /** The ledger's own arrays: they are read at every question. */
  readonly cash: Float64Array;
  readonly holdings: CrossHoldings;
  readonly assets: readonly CrossAsset[];
  /** The MCR that is asked about, and whether one that equals it counts as below. */
  readonly level: number;
  readonly orEqual: boolean;
  /** A typical move of each asset's mark between two checks, in ticks. */
  readonly moves: Float64Array;
}

/** A bound for the rounding of a sum of products, as a share of the sum of magnitudes; the sums here have some tens of terms: 2^-53 each. */
export const ROUNDING = 1e-13;
/** The radius itself is rounded, and so are the distances it is compared with. */
export const SHRINK = 1 - 1e-9;

/**
 * Accounts whose positions in several assets share one collateral: below the level when
 * cash + Σ weight × lots × c × tick < level × Σ requirement(|lots| × c × tick), sums over assets in ascending order, `≤` with `orEqual`.
 * The coordinates are the marks in whole ticks.
 *
 * Equity − level × requirement moves by at most |lots| × c × (weight + level × rate) a tick in each asset. The rate is the steepest of any
 * tier up to twice today's notional, and no radius lets a mark double.
 */
export class CrossMargin implements Regime {
  readonly accounts: number;
  readonly weights: Float64Array;
  /** 40 ns in a scan; with what must come from afar 150 to 300 ns by itself. */
  readonly certificateCost = 12;
  protected readonly cash: Float64Array;
  protected readonly start: Int32Array;
  protected readonly asset: Uint16Array;
  protected readonly lots: Float64Array;
  protected readonly level: number;
  protected readonly orEqual: boolean;
  protected readonly tiers: readonly Tiers[];
  /** By asset: c, the equity weight, the first tier's rate and where it ends; c × move. */
  private readonly unit: Float64Array;
  private readonly share: Float64Array;
  protected readonly rate: Float64Array;
  protected readonly end: Float64Array;
  protected readonly stretch: Float64Array;
  /** By asset: the steepest rate of each tier and those before it. */
  protected readonly steepest: readonly Float64Array[];
  /** By asset: the value of a lot at the mark. */
  protected readonly value: Float64Array;
  /** The least and the most that a mark stands above 0, in units of the weights. */
  protected readonly reaches = new Float64Array(2);

  /** @throws RangeError for arrays that do not fit, a weight outside 0 … 1, a level below 0 and a ladder that is not continuous. */
  constructor(options: CrossOptions) {
    const { cash, holdings, assets, level, orEqual, moves } = options;
    if (holdings.start.length !== cash.length + 1 || moves.length !== assets.length) {
      throw new RangeError(
        `cross margin: found ${cash.length} accounts, ${holdings.start.length - 1} holdings, ${assets.length} assets, ${moves.length} moves; want as many holdings as accounts and moves as assets`,
      );
    }
    if (!(level >= 0 && level < Infinity)) throw new RangeError(`cross margin: found level ${level}, want a number ≥ 0`);
    assets.forEach(({ weight, maintenance }, k) => {
      if (!(weight >= 0 && weight <= 1)) throw new RangeError(`cross margin, asset ${k}: found weight ${weight}, want 0 to 1`);
      checkContinuous(maintenance, `cross margin, asset ${k}`);
    });
    this.accounts = cash.length;
    this.weights = moves;
    this.cash = cash;
    this.start = holdings.start;
    this.asset = holdings.asset;
    this.lots = holdings.lots;
    this.level = level;
    this.orEqual = orEqual;
    this.tiers = assets.map(({ maintenance }) => maintenance);
    this.unit = Float64Array.from(assets, ({ quantaPerTickLot }) => quantaPerTickLot);
    this.share = Float64Array.from(assets, ({ weight }) => weight);
    this.rate = Float64Array.from(this.tiers, ({ rate }) => rate[0]);
    this.end = Float64Array.from(this.tiers, ({ floor }) => (floor.length > 1 ? floor[1] : Infinity));
    this.stretch = this.unit.map((unit, k) => unit * moves[k]);
    this.steepest = this.tiers.map(({ rate }) => rate.map((_, k) => rate.subarray(0, k + 1).reduce((most, r) => Math.max(most, r), 0)));
    this.value = new Float64Array(assets.length);
  }

  /** @throws RangeError for a mark that is not above 0. */
  move(at: Float64Array): void {
    const { value, unit, weights, reaches } = this;
    let least = Infinity;
    let most = 0;
    for (let k = 0; k < value.length; k++) {
      if (!(at[k] > 0 && at[k] < Infinity))
        throw new RangeError(`cross margin, asset ${k}: found a mark of ${at[k]} ticks, want a number above 0`);
      value[k] = unit[k] * at[k];
      const reach = at[k] / weights[k];
      if (reach < least) least = reach;
      if (reach > most) most = reach;
    }
    reaches[0] = least;
    reaches[1] = most;
  }

  isBelow(account: number): boolean {
    const surplus = this.surplus(account);
    return this.orEqual ? surplus <= 0 : surplus < 0;
  }

  /** About 40 ns for three positions, and as much again for what is not in the cache. */
  certify(accounts: Int32Array, count: number, radius: Float64Array): void {
    const { cash, start, asset, lots, value, share, rate, end, stretch, level, orEqual } = this;
    const least = this.reaches[0];
    const most = this.reaches[1];
    for (let i = 0; i < count; i++) {
      const account = accounts[i];
      const surplus = this.surplus(account);
      if (orEqual ? surplus <= 0 : surplus < 0) {
        radius[i] = -1;
        continue;
      }
      let slope = 0;
      const last = start[account + 1];
      for (let place = start[account]; place < last; place++) {
        const k = asset[place];
        const size = Math.abs(lots[place]);
        const twice = 2 * size * value[k];
        const steepest = twice < end[k] ? rate[k] : this.steepest[k][tierOf(this.tiers[k], twice)];
        slope += size * stretch[k] * (share[k] + level * steepest);
      }
      // Every value that is summed is at most twice its part of the slope × most.
      const safe = surplus - ROUNDING * (Math.abs(cash[account]) + 2 * slope * most);
      const distance = (safe / slope) * SHRINK;
      radius[i] = !(safe > 0) ? 0 : distance < least ? distance : least;
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

  /** Equity − level × requirement. It is 0 where they are equal and else has the sign of the comparison, also in floating point. */
  protected surplus(account: number): number {
    const { start, asset, lots, value, share, rate, end } = this;
    let equity = this.cash[account];
    let demanded = 0;
    const last = start[account + 1];
    for (let place = start[account]; place < last; place++) {
      const k = asset[place];
      const held = lots[place] * value[k];
      const notional = Math.abs(held);
      equity += share[k] * held;
      demanded += notional < end[k] ? rate[k] * notional : requirement(this.tiers[k], notional);
    }
    return equity - this.level * demanded;
  }
}

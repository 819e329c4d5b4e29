import { CrossMargin, ROUNDING, SHRINK } from './cross.ts';
import type { CrossHoldings, CrossOptions } from './cross.ts';
import { keeperReward } from './skew.ts';
import type { KeeperReward } from './skew.ts';
import { requirement, tierOf } from './tiers.ts';

/** On which terms each place of the holdings counts at the lots that it has: written anew whenever they change. */
export interface HoldingTerms {
  /** Share of its value that counts as equity. */
  readonly weight: Float64Array;
  /** What is demanded of its notional on top of the asset's ladder. */
  readonly rate: Float64Array;
  /** What is demanded whatever its notional. */
  readonly flat: Float64Array;
}

/** Terms of nothing held. */
export function createTerms({ lots }: CrossHoldings): HoldingTerms {
  const zeros = (): Float64Array => new Float64Array(lots.length);
  return { weight: zeros(), rate: zeros(), flat: zeros() };
}

export interface SizedCrossOptions extends CrossOptions {
  readonly terms: HoldingTerms;
  /** What the account sets aside for keepers, of the notional of its contracts. */
  readonly reward: KeeperReward;
  /** By asset: whether it is a contract; the others count for no open interest. */
  readonly contract: readonly boolean[];
}

/**
 * Accounts whose terms depend on how much they hold: below the level when cash + Σ weight × lots × c × tick < level × (Σ (requirement + rate ×
 * notional + flat) + the keepers' reward on the notional of contracts). Weights and rates belong to the place, stand still while only marks
 * move, and so do certificates; whoever changes lots writes them anew first.
 */
export class SizedCrossMargin extends CrossMargin {
  private readonly terms: HoldingTerms;
  private readonly reward: KeeperReward;
  /** By asset: share of its notional that the reward can grow by. */
  private readonly rewarded: Float64Array;

  /** @throws RangeError as `CrossMargin` does, and for terms that are not of as many places. */
  constructor(options: SizedCrossOptions) {
    super(options);
    const { terms, holdings, reward, contract } = options;
    const places = holdings.lots.length;
    if (terms.weight.length !== places || terms.rate.length !== places || terms.flat.length !== places)
      throw new RangeError(`sized cross margin: found terms of ${terms.weight.length} places, want ${places}`);
    this.terms = terms;
    this.reward = reward;
    this.rewarded = Float64Array.from(contract, (is) => (is ? reward.share : 0));
  }

  override certify(accounts: Int32Array, count: number, radius: Float64Array): void {
    const { cash, start, asset, lots, value, rate, end, stretch, level, orEqual, rewarded } = this;
    const { weight, rate: added, flat } = this.terms;
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
      let fixed = Math.abs(cash[account]);
      const last = start[account + 1];
      for (let place = start[account]; place < last; place++) {
        const k = asset[place];
        const size = Math.abs(lots[place]);
        const twice = 2 * size * value[k];
        const steepest = twice < end[k] ? rate[k] : this.steepest[k][tierOf(this.tiers[k], twice)];
        slope += size * stretch[k] * (weight[place] + level * (steepest + added[place] + rewarded[k]));
        fixed += level * flat[place];
      }
      const safe = surplus - ROUNDING * (fixed + 2 * slope * most);
      const distance = (safe / slope) * SHRINK;
      radius[i] = !(safe > 0) ? 0 : distance < least ? distance : least;
    }
  }

  protected override surplus(account: number): number {
    const { start, asset, lots, value, rate, end, rewarded } = this;
    const { weight, rate: added, flat } = this.terms;
    let equity = this.cash[account];
    let demanded = 0;
    let openInterest = 0;
    const last = start[account + 1];
    for (let place = start[account]; place < last; place++) {
      const k = asset[place];
      const held = lots[place] * value[k];
      const notional = Math.abs(held);
      equity += weight[place] * held;
      demanded += (notional < end[k] ? rate[k] * notional : requirement(this.tiers[k], notional)) + added[place] * notional + flat[place];
      if (rewarded[k] > 0) openInterest += notional;
    }
    return equity - this.level * (demanded + keeperReward(openInterest, this.reward));
  }
}

import { requirement } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/**
 * Margins that grow with the size of a position against the skew scale of its market, as Synthetix v3 asks for them: the initial rate is
 * |size| / scale × fraction on top of the ladder's, the maintenance rate a scalar of it, both have a least margin on top, and an account sets
 * aside what keepers may earn on it.
 * Source: Synthetixio/synthetix-v3, markets/perps-market (PerpsMarketConfiguration, PerpsAccount), read at 564f3bfd and later.
 */
export interface SkewMargin {
  /** What a unit of size (a lot in a run) adds to each rate of its position. */
  readonly maintenance: number;
  readonly initial: number;
  /** Most that size adds to either: beyond it a larger position has no larger rate. */
  readonly most: number;
  /** On top of both margins of an open position, in the unit of its notional. */
  readonly least: number;
  readonly reward: KeeperReward;
}

/** What keepers earn on an account at most. */
export interface KeeperReward {
  /** Of its open interest. */
  readonly share: number;
  /** In the unit of notional; Infinity: no cap. */
  readonly largest: number;
}

/** Nobody earns anything. */
export const NO_REWARD: KeeperReward = { share: 0, largest: 0 };

/** Nothing grows with size. */
export const NO_SKEW: SkewMargin = { maintenance: 0, initial: 0, most: 0, least: 0, reward: NO_REWARD };

/** What a unit of size adds to a rate, of which the market's scale adds `fraction`; 0 in a market without a scale. */
export function ratePerUnit(fraction: number, scale: number): number {
  return scale === 0 ? 0 : fraction / scale;
}

/** What keepers may earn on an account: a share of its open interest, capped. */
export function keeperReward(openInterest: number, { share, largest }: KeeperReward): number {
  const reward = openInterest * share;
  return reward < largest ? reward : largest;
}

/** One of the two requirements of a market whose rates grow with the size of a position. */
export class SizedLadder {
  private readonly plain: Tiers;
  private readonly sized: Tiers;
  private readonly perUnit: number;
  private readonly most: number;

  /** @param reward counted in where an account holds nothing else; of several positions it is the account's, and `NO_REWARD` here. */
  constructor(tiers: Tiers, perUnit: number, { most, least }: Pick<SkewMargin, 'most' | 'least'>, reward: KeeperReward) {
    this.plain = rewarded(tiers, least, reward);
    this.sized = { ...this.plain, rate: this.plain.rate.slice() };
    this.perUnit = perUnit;
    this.most = most;
  }

  /** The ladder of a position of a size ≠ 0, of either sign: good until the next question. */
  of(size: number): Tiers {
    const { plain, sized } = this;
    const added = Math.min(this.most, this.perUnit * Math.abs(size));
    for (let k = 0; k < plain.rate.length; k++) sized.rate[k] = plain.rate[k] + added;
    return sized;
  }

  /** What is demanded of a size at its notional; nothing of none. */
  requirement(size: number, notional: number): number {
    return size === 0 ? 0 : requirement(this.of(size), notional);
  }
}

/** The ladder of maintenance. */
export function maintenanceBySize(tiers: Tiers, skew: SkewMargin, reward: KeeperReward): SizedLadder {
  return new SizedLadder(tiers, skew.maintenance, skew, reward);
}

/** The ladder of initial margin. */
export function initialBySize(tiers: Tiers, skew: SkewMargin, reward: KeeperReward): SizedLadder {
  return new SizedLadder(tiers, skew.initial, skew, reward);
}

/** A ladder with a least margin and a reward on top: the reward ends with a tier of its own, and the requirement stays continuous. */
function rewarded({ floor, rate, deduction }: Tiers, least: number, { share, largest }: KeeperReward): Tiers {
  const end = share === 0 ? 0 : largest / share;
  const floors = [...floor];
  if (end > 0 && end < Infinity && !floors.includes(end)) floors.push(end);
  floors.sort((a, b) => a - b);
  const below = floors.map((from) => {
    let tier = 0;
    while (tier + 1 < floor.length && floor[tier + 1] <= from) tier++;
    return tier;
  });
  return {
    floor: Float64Array.from(floors),
    rate: Float64Array.from(below, (tier, k) => rate[tier] + (floors[k] < end ? share : 0)),
    deduction: Float64Array.from(below, (tier, k) => deduction[tier] - least - (floors[k] < end || share === 0 ? 0 : largest)),
  };
}

import { ceilDivide, fixedPoint } from '../core/fixed-point.ts';
import { takeoverPrice } from './fillable.ts';
import { perpetualInsuranceFee } from './insurance.ts';
import { inPlace, ownMaintenance } from './limits.ts';
import type { LimitedPosition } from './limits.ts';
import type { Policy, TakenPolicy } from './options.ts';
import { repayment } from './repayment.ts';
import type { Repayment } from './repayment.ts';
import { baseToCoverShortage } from './shortage.ts';
import { rampedFee, rampedShare } from './throttle.ts';

const MILLION = 1_000_000;
/** What the venue's arithmetic counts positions in: billionths of a lot. */
const BASE = 1_000_000_000n;
/** Price of the quote currency in itself, in millionths. */
const QUOTE = 1_000_000n;

type ShortagePolicy = Extract<TakenPolicy, { readonly kind: 'shortage' }>;

/** Whether liquidators take positions over under a policy. */
export function isTaken(policy: Policy): policy is TakenPolicy {
  return policy.kind === 'takeover' || policy.kind === 'shortage';
}

/**
 * Liquidators who take positions over off the book at a price of the venue's own: the group keeps what that leaves it. They are outside of the
 * market and stand at the vault's account, where what they gain or lose can be read.
 */
export class Takers {
  private readonly policy: TakenPolicy;
  /** When each group's liquidation began, and the margin that it has freed since, in the engine's units. */
  private readonly since: Float64Array;
  private readonly freed: Float64Array;

  constructor(policy: TakenPolicy, traders: number) {
    this.policy = policy;
    this.since = new Float64Array(traders);
    this.freed = new Float64Array(traders);
  }

  /** A group's liquidation begins. */
  begin(account: number, time: number): void {
    this.since[account] = time;
    this.freed[account] = 0;
  }

  /** Lots that may be taken now, of those that there are; 0: none before the next slot. */
  lots(position: LimitedPosition, time: number): number {
    const { policy } = this;
    const size = Math.abs(position.place.ledger.lots[position.account]);
    if (policy.kind === 'takeover') return size;
    const terms = this.shortageTerms(position, time);
    const cover = baseToCoverShortage({ ...terms, insuranceFee: perpetualInsuranceFee(terms) });
    const share = this.shareNow(policy, position, time);
    if (share === 0n) return 0;
    const base = ((cover ?? terms.base) * share) / 10_000n;
    return Math.min(size, Math.max(1, Number(ceilDivide(base, BASE))));
  }

  /** Share of a shortage that may be freed now, in ten-thousandths. */
  private shareNow(policy: ShortagePolicy, position: LimitedPosition, time: number): bigint {
    const dollars = (policy.dollar ?? 1) * position.place.scale;
    return rampedShare({
      shortage: BigInt(Math.ceil(shortageOf(position) * dollars * MILLION)),
      freed: BigInt(Math.floor(this.freed[position.account] * (policy.dollar ?? 1) * MILLION)),
      slots: BigInt(this.slotsAt(position.account, time)),
      initial: fixedPoint(policy.initial, 4),
      duration: BigInt(Math.round(policy.over / policy.slot)),
    });
  }

  /** What they repay now of a coin that a group owes; null: nothing before the next slot, or they take such debts over like any position. */
  repayment(position: LimitedPosition, time: number): Repayment | null {
    const { policy } = this;
    if (policy.kind === 'takeover') return null;
    const share = this.shareNow(policy, position, time);
    if (share === 0n) return null;
    const { desk, place, account, market, marks } = position;
    const terms = {
      dollar: (policy.dollar ?? 1) * place.scale,
      shortage: shortageOf(position),
      available: desk.worth(account, marks) - place.ledger.value(account, marks[market]),
      fee: this.feeAt(account, time),
      largestInsurance: Math.round(policy.insurance * MILLION),
    };
    return repayment(position, terms, share);
  }

  /** The price in ticks that they take at. */
  price(position: LimitedPosition, time: number): number {
    const { place, account, market, marks } = position;
    const mark = marks[market];
    const side = place.ledger.lots[account] > 0 ? 1 : -1;
    if (this.policy.kind === 'shortage') return mark * (1 - (side * this.feeAt(account, time)) / MILLION);
    return takeoverPrice(mark, 1 - (side * ownMaintenance(position)) / place.notional(account, mark));
  }

  /** What they get beside so many lots at the mark so that they come at that price: whole quanta, rounded up. */
  discount({ place, market, marks }: LimitedPosition, lots: number, price: number): number {
    const { ledger } = place;
    return Math.ceil(lots * Math.abs(ledger.lotValue(marks[market]) - ledger.lotValue(price)));
  }

  /** Fee to the insurance fund, on the notional. */
  insurance(position: LimitedPosition, time: number): number {
    return this.policy.kind === 'takeover' ? 0 : Number(perpetualInsuranceFee(this.shortageTerms(position, time))) / MILLION;
  }

  /** Takes note of what an order has left of a shortage. */
  note(position: LimitedPosition, before: number): void {
    this.freed[position.account] += Math.max(0, before - shortageOf(position)) * position.place.scale;
  }

  private slotsAt(account: number, time: number): number {
    // A quotient may fall just short of a slot that has begun.
    return this.policy.kind === 'takeover' ? 0 : Math.floor((time - this.since[account]) / this.policy.slot + 1e-9);
  }

  /** Millionths. */
  private feeAt(account: number, time: number): number {
    if (this.policy.kind === 'takeover') return 0;
    const { base, largest, grace, step } = this.policy.fee;
    const graceSlots = grace / this.policy.slot;
    return Math.round(rampedFee(base * MILLION, largest * MILLION, this.slotsAt(account, time), graceSlots, step * MILLION));
  }

  /** Whole numbers of the venue's arithmetic, with a unit of the market's notional for a dollar and a lot for a unit of base. */
  private shortageTerms(position: LimitedPosition, time: number): Parameters<typeof perpetualInsuranceFee>[0] {
    const { place, account, market, marks } = position;
    const notional = place.notional(account, marks[market]);
    const size = Math.abs(place.ledger.lots[account]);
    return {
      shortage: BigInt(Math.ceil(shortageOf(position) * MILLION)),
      base: BigInt(size) * BASE,
      marginRatio: BigInt(Math.round((place.margin.threshold * ownMaintenance(position) * MILLION) / notional)),
      liquidatorFee: BigInt(this.feeAt(account, time)),
      oraclePrice: BigInt(Math.round((notional / size) * MILLION)),
      quotePrice: QUOTE,
      largestFee: this.policy.kind === 'takeover' ? 0n : fixedPoint(this.policy.insurance, 6),
    };
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.since, this.freed];
  }
}

/** Margin that a group lacks, as notional of the position's market. */
export function shortageOf(position: LimitedPosition): number {
  const { desk, place, account, marks } = position;
  // Of coins beside contracts what counts is less than what they are worth.
  const own = desk.market < 0 && !place.ledger.inverse ? desk.equity(account, marks) : desk.worth(account, marks);
  return Math.max(0, inPlace(position, place.margin.threshold * desk.maintenance(account, marks) - own));
}

import { bankruptcyQuote, fillablePrice } from './fillable.ts';
import type { Desk } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import type { PriceLimit } from './options.ts';

/** A group's position in a market, at the marks of all. */
export interface LimitedPosition {
  readonly desk: Desk;
  readonly place: EngineMarket;
  readonly account: number;
  readonly market: number;
  readonly marks: Float64Array;
}

/**
 * The worst tick at which a position may be closed: a long at this or more, a short at this or less, rounded in favour of who holds it.
 * Infinity for a long or 0 for a short: no price is good enough.
 */
export function limitTick(price: PriceLimit['price'], position: LimitedPosition): number {
  const exact = price.kind === 'bankruptcy' ? bankruptcyTick(position) : fillableTick(price, position);
  return isLong(position) ? Math.max(1, Math.ceil(exact)) : Math.floor(exact);
}

/** What closing a whole position must at least bring in (> 0) or may at most cost (< 0), in quanta. */
export function bankruptcyMoney(position: LimitedPosition): bigint {
  const { desk, place, account, market, marks } = position;
  return bankruptcyQuote({
    equity: BigInt(Math.floor(desk.equity(account, marks))),
    maintenance: BigInt(Math.ceil(demanded(position))),
    notional: -BigInt(Math.floor(place.ledger.value(account, marks[market]))),
    freed: BigInt(Math.ceil(ownMaintenance(position))),
  });
}

/** The group's money, which is notional of its home market, as notional of the position's: of two contracts of a coin each has its own mark. */
export function inPlace({ desk, place, market, marks }: LimitedPosition, money: number): number {
  return place.ledger.inverse && market !== desk.home ? (money / marks[desk.home]) * marks[market] : money;
}

/** The position's part of what the group has to hold, as notional of its market: all of it where the group has no other. */
export function ownMaintenance({ desk, place, account, market, marks }: LimitedPosition): number {
  return desk.market < 0 ? place.maintenance(account, marks[market]) : desk.maintenance(account, marks);
}

/**
 * What the group has to hold, at least as much as the position by itself: a portfolio's hedges may leave less, or nothing, and no position
 * has to bear more than the group's whole equity. At least a quantum.
 */
function demanded(position: LimitedPosition): number {
  return Math.max(1, ownMaintenance(position), inPlace(position, position.desk.maintenance(position.account, position.marks)));
}

function bankruptcyTick(position: LimitedPosition): number {
  const { ledger } = position.place;
  const lots = ledger.lots[position.account];
  const money = Number(bankruptcyMoney(position));
  if (!ledger.inverse) return money / (lots * ledger.factor);
  // Who has coin left that no price of a short can use up, or owes more than a long can bring at any.
  const tick = (-lots * ledger.factor) / money;
  return tick > 0 ? tick : Infinity;
}

function fillableTick({ adjustment, spread }: Extract<PriceLimit['price'], { kind: 'fillable' }>, position: LimitedPosition): number {
  const { desk, place, account, market, marks } = position;
  const side = isLong(position) ? 1 : -1;
  const notional = side * place.notional(account, marks[market]);
  return fillablePrice({
    equity: inPlace(position, desk.worth(account, marks)),
    maintenance: demanded(position),
    // In units that are worth 1 at a price of one tick.
    size: notional / marks[market],
    notional,
    positionMaintenance: ownMaintenance(position),
    bankruptcyAdjustment: adjustment,
    spreadToMaintenance: spread,
  });
}

function isLong({ place, account }: LimitedPosition): boolean {
  return place.ledger.lots[account] > 0;
}

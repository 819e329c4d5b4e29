import { ASK, BID } from '../market/exchange.ts';
import type { MarginAccount } from './margin-account.ts';

/** The best quotes of a book, −1 where a side is empty. */
interface Quotes {
  readonly bestBid: number;
  readonly bestAsk: number;
}

/** A tick between the quotes, 0 when there is none. */
function inside({ bestBid, bestAsk }: Quotes): number {
  const tick = Math.round((bestBid + bestAsk) / 2);
  return bestBid >= 1 && tick > bestBid && tick < bestAsk ? tick : 0;
}

/** Lots that two accounts of one owner hold against each other, 0 when either is not its owner's to trade. */
export function pairOf(long: MarginAccount, short: MarginAccount): number {
  return long.isFree && short.isFree ? Math.max(0, Math.min(long.lots, -short.lots)) : 0;
}

/**
 * Opens opposite positions in two accounts of one owner by trading between them inside the spread: as many lots as are wanted and as both
 * may. Returns the lots; 0 when there is no price between the quotes, or when the venue knows whose accounts they are and prevents it.
 */
export function openPair(long: MarginAccount, short: MarginAccount, wanted: number, quotes: Quotes): number {
  const tick = inside(quotes);
  if (tick === 0 || !long.isFree || !short.isFree) return 0;
  const lots = Math.min(long.allowed(BID, wanted, tick), short.allowed(ASK, wanted, tick));
  return lots < 1 ? 0 : long.takeFrom(short, BID, tick, lots);
}

/** Closes what the two hold against each other, inside the spread, once neither would be left with a debt there. */
export function closeInside(long: MarginAccount, short: MarginAccount, quotes: Quotes): void {
  const tick = inside(quotes);
  const lots = pairOf(long, short);
  if (tick !== 0 && lots > 0 && long.equity(tick) > 0 && short.equity(tick) > 0) long.takeFrom(short, ASK, tick, lots);
}

import type { CurveMarket } from './curve-market.ts';
import type { Market } from './market.ts';

/** How far from the mid depth is counted. */
export const DEPTH_RANGE = 0.01;

/** Lots of the thinner side within 1 % of the mid, times the mid: notional in units that stay the same all run long. */
export function thinnerDepth(market: Market | CurveMarket): number {
  const mid = market.mid();
  const bids = market.bestBid < 0 ? 0 : market.depth(0, mid * (1 - DEPTH_RANGE));
  const asks = market.bestAsk < 0 ? 0 : market.depth(1, mid * (1 + DEPTH_RANGE));
  return (bids < asks ? bids : asks) * mid;
}

import type { BookSide, OrderBook } from './book.ts';

/** The price at which a call clears, a whole tick, and the lots that trade at it, ≥ 1. */
export interface Clearing {
  readonly tick: number;
  readonly lots: number;
}

/**
 * Where all resting and collected orders of a book clear: at the tick where most lots trade; of several, where the least is left over
 * between buyers and sellers; of several still, at the one nearest to `reference` (in ticks, not necessarily whole; half-way: the lower).
 * Null when nobody trades. O(ticks in the window): about 2 ns each.
 *
 * As the price rises demand never grows and supply never shrinks, so the best ticks by the first two rules are neighbours.
 */
export function clearing(book: OrderBook, reference: number): Clearing | null {
  const { base, levels } = book;
  const bids = new Float64Array(levels);
  const asks = new Float64Array(levels);
  let demand = 0;
  let supply = 0;
  for (let tick = book.bestBid; tick !== -1; tick = book.worse(0, tick)) {
    bids[tick - base] = book.totalAt(tick);
    demand += book.totalAt(tick);
  }
  for (let tick = book.bestAsk; tick !== -1; tick = book.worse(1, tick)) asks[tick - base] = book.totalAt(tick);
  for (let handle = book.firstCollected; handle !== -1; handle = book.behind(handle)) {
    const lots = book.lotsOf(handle);
    const buys = book.sideOf(handle) === 0;
    if (buys) demand += lots;
    if (!book.isCollectedMarket(handle)) (buys ? bids : asks)[book.tickOf(handle) - base] += lots;
    else if (!buys) supply += lots;
  }
  let most = 0;
  let least = Infinity;
  let lowest = -1;
  let highest = -1;
  for (let level = 0; level < levels; level++) {
    supply += asks[level];
    const lots = demand < supply ? demand : supply;
    const left = Math.abs(demand - supply);
    if (lots > most || (lots === most && left < least)) {
      most = lots;
      least = left;
      lowest = level;
    }
    if (lots === most && left === least) highest = level;
    demand -= bids[level];
  }
  if (most === 0) return null;
  const nearest = Math.ceil(reference - 0.5);
  return { tick: Math.min(base + highest, Math.max(base + lowest, nearest)), lots: most };
}

/**
 * Trades everything that clears at `tick`, in price–time priority on both sides: market orders first, then by price; at one price resting
 * orders before collected ones, and those in order of arrival. `trade` is told the handles of both parties before their lots are taken off.
 * What is left of collected limit orders comes to rest; what is left of market orders is dropped.
 */
export function uncross(book: OrderBook, tick: number, trade: (buy: number, sell: number, lots: number) => void): void {
  const buys = inPriority(book, 0, tick);
  const sells = inPriority(book, 1, tick);
  let buy = 0;
  let sell = 0;
  while (buy < buys.length && sell < sells.length) {
    const buying = buys[buy];
    const selling = sells[sell];
    const wanted = book.lotsOf(buying);
    const offered = book.lotsOf(selling);
    const lots = Math.min(wanted, offered);
    trade(buying, selling, lots);
    book.reduce(buying, lots);
    book.reduce(selling, lots);
    if (lots === wanted) buy++;
    if (lots === offered) sell++;
  }
  book.release(tick);
}

/** Handles of one side's orders that accept `limit`, first to trade first. */
function inPriority(book: OrderBook, side: BookSide, limit: number): number[] {
  const accepts = (tick: number): boolean => (side === 0 ? tick >= limit : tick <= limit);
  const arrived: number[] = [];
  for (let tick = side === 0 ? book.bestBid : book.bestAsk; tick !== -1 && accepts(tick); tick = book.worse(side, tick)) {
    for (let handle = book.firstAt(tick); handle !== -1; handle = book.behind(handle)) arrived.push(handle);
  }
  for (let handle = book.firstCollected; handle !== -1; handle = book.behind(handle)) {
    if (book.sideOf(handle) === side && accepts(book.tickOf(handle))) arrived.push(handle);
  }
  const better = (a: number, b: number): number =>
    side === 0 ? book.tickOf(arrived[b]) - book.tickOf(arrived[a]) : book.tickOf(arrived[a]) - book.tickOf(arrived[b]);
  return Array.from(arrived.keys())
    .sort((a, b) => better(a, b) || a - b)
    .map((place) => arrived[place]);
}

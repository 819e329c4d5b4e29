import type { OrderBook } from '../../src/market/book.ts';

// Places in the book's header, which leads its state, and in an order of eight fields, which come next.
const FREED = 4;
const FRESH = 5;
const CALL_LAST = 13;
const CALL_LOTS = 15;
const PREV = 1;
const COLLECTED = 7;

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`);
}

/**
 * Everything that must hold between messages, recounted from the queues: bid below ask, level totals and counts equal
 * their queues, the set of levels equals the levels with lots at all three heights, links run both ways, collected orders stand
 * in one line and in no queue, and every slot given out is either live once or free once. Throws naming the first thing that does
 * not hold.
 */
export function checkInvariants(book: OrderBook): void {
  const { base, bestBid, bestAsk, occupied } = book;
  demand(bestBid === -1 || bestAsk === -1 || bestBid < bestAsk, `best bid ${bestBid} is not below best ask ${bestAsk}`);
  const [header, orders] = book.state();
  const field = (handle: number, place: number): number => orders[8 * handle + place];
  const seen = new Uint8Array(book.capacity);
  const meet = (handle: number, ahead: number, where: string): void => {
    demand(handle >= 0 && handle < header[FRESH], `${where}: handle ${handle} was never given out`);
    demand(seen[handle]++ === 0, `handle ${handle} is in two places`);
    demand(field(handle, PREV) === ahead, `handle ${handle}: behind ${ahead}, but says ${field(handle, PREV)}`);
    demand(book.lotsOf(handle) > 0, `handle ${handle}: stands with ${book.lotsOf(handle)} lots`);
    demand(book.ownerOf(handle) >= 0, `handle ${handle}: stands without owner`);
  };
  let live = 0;
  let highestBid = -1;
  let lowestAsk = -1;
  for (let level = 0; level < book.levels; level++) {
    const [head, tail, lots, orderCount] = book.queues.subarray(4 * level, 4 * level + 4) as unknown as [number, number, number, number];
    const tick = base + level;
    demand(occupied.has(level) === lots > 0, `tick ${tick}: ${lots} lots, but in the set: ${occupied.has(level)}`);
    if (lots === 0) {
      demand(orderCount === 0, `tick ${tick}: no lots but ${orderCount} orders`);
      continue;
    }
    const side = bestBid !== -1 && tick <= bestBid ? 0 : 1;
    if (side === 0) highestBid = tick;
    else if (lowestAsk === -1) lowestAsk = tick;
    let sum = 0;
    let count = 0;
    let ahead = -1;
    for (let handle = head; handle !== -1; handle = book.behind(handle)) {
      meet(handle, ahead, `tick ${tick}`);
      demand(book.tickOf(handle) === tick, `handle ${handle}: in the queue of ${tick}, but says ${book.tickOf(handle)}`);
      demand(book.sideOf(handle) === side, `handle ${handle}: at ${tick} on side ${side}, but says ${book.sideOf(handle)}`);
      demand(field(handle, COLLECTED) === 0, `handle ${handle}: in a queue and collected`);
      sum += book.lotsOf(handle);
      count++;
      ahead = handle;
    }
    demand(tail === ahead, `tick ${tick}: tail ${tail}, but the last is ${ahead}`);
    demand(sum === lots, `tick ${tick}: total ${lots}, but its orders sum to ${sum}`);
    demand(count === orderCount, `tick ${tick}: count ${orderCount}, but ${count} orders`);
    live += count;
  }
  demand(highestBid === bestBid, `best bid ${bestBid}, but the highest bid level is ${highestBid}`);
  demand(lowestAsk === bestAsk, `best ask ${bestAsk}, but the lowest ask level is ${lowestAsk}`);
  occupied.words.forEach((word, at) => demand(((occupied.groups[at >> 5] & (1 << at)) !== 0) === (word !== 0), `word ${at} and its group`));
  occupied.groups.forEach((word, at) => demand(((occupied.tops[at >> 5] & (1 << at)) !== 0) === (word !== 0), `group ${at} and its top`));
  demand(live === book.live, `${live} orders rest, but the book says ${book.live}`);
  let collected = 0;
  let lots = 0;
  let ahead = -1;
  for (let handle = book.firstCollected; handle !== -1; handle = book.behind(handle)) {
    meet(handle, ahead, 'collected');
    demand(field(handle, COLLECTED) === 1, `handle ${handle}: in line and not collected`);
    if (!book.isCollectedMarket(handle)) lots += book.lotsOf(handle);
    collected++;
    ahead = handle;
  }
  demand(header[CALL_LAST] === ahead, `collected last ${header[CALL_LAST]}, but the line ends with ${ahead}`);
  demand(collected === book.collected, `${collected} orders are collected, but the book says ${book.collected}`);
  demand(lots === header[CALL_LOTS], `${lots} lots are collected, but the book says ${header[CALL_LOTS]}`);
  let free = 0;
  for (let handle = header[FREED]; handle !== -1; handle = book.behind(handle)) {
    demand(handle >= 0 && handle < header[FRESH], `free handle ${handle} was never given out`);
    demand(seen[handle]++ === 0, `handle ${handle} is free twice or free and live`);
    demand(book.ownerOf(handle) === -1, `free handle ${handle} has owner ${book.ownerOf(handle)}`);
    free++;
  }
  demand(live + collected + free === header[FRESH], `${live + collected} live and ${free} free of ${header[FRESH]} slots given out`);
}

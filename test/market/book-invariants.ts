import type { OrderBook } from '../../src/market/book.ts';

// Places in the book's header, which leads its state.
const FREED = 4;
const FRESH = 5;

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`);
}

/**
 * Everything that must hold between messages, recounted from the queues: bid below ask, level totals and counts equal
 * their queues, the set of levels equals the levels with lots at all three heights, links run both ways, and every slot given
 * out is either live once or free once. Throws naming the first thing that does not hold.
 */
export function checkInvariants(book: OrderBook): void {
  const { base, bestBid, bestAsk, occupied } = book;
  demand(bestBid === -1 || bestAsk === -1 || bestBid < bestAsk, `best bid ${bestBid} is not below best ask ${bestAsk}`);
  const header = book.state()[0];
  const seen = new Uint8Array(book.capacity);
  let live = 0;
  let highestBid = -1;
  let lowestAsk = -1;
  for (let level = 0; level < book.levels; level++) {
    const lots = book.levelLots[level];
    const tick = base + level;
    demand(occupied.has(level) === lots > 0, `tick ${tick}: ${lots} lots, but in the set: ${occupied.has(level)}`);
    if (lots === 0) {
      demand(book.levelCount[level] === 0, `tick ${tick}: no lots but ${book.levelCount[level]} orders`);
      continue;
    }
    if (bestBid !== -1 && tick <= bestBid) highestBid = tick;
    else if (lowestAsk === -1) lowestAsk = tick;
    let sum = 0;
    let count = 0;
    let ahead = -1;
    for (let handle = book.levelHead[level]; handle !== -1; handle = book.next[handle]) {
      demand(handle >= 0 && handle < header[FRESH], `tick ${tick}: handle ${handle} was never given out`);
      demand(seen[handle]++ === 0, `handle ${handle} is in two places`);
      demand(book.prev[handle] === ahead, `handle ${handle}: behind ${ahead}, but says ${book.prev[handle]}`);
      demand(book.tick[handle] === tick, `handle ${handle}: in the queue of ${tick}, but says ${book.tick[handle]}`);
      demand(book.lots[handle] > 0, `handle ${handle}: rests with ${book.lots[handle]} lots`);
      demand(book.owner[handle] >= 0, `handle ${handle}: rests without owner`);
      sum += book.lots[handle];
      count++;
      ahead = handle;
    }
    demand(book.levelTail[level] === ahead, `tick ${tick}: tail ${book.levelTail[level]}, but the last is ${ahead}`);
    demand(sum === lots, `tick ${tick}: total ${lots}, but its orders sum to ${sum}`);
    demand(count === book.levelCount[level], `tick ${tick}: count ${book.levelCount[level]}, but ${count} orders`);
    live += count;
  }
  demand(highestBid === bestBid, `best bid ${bestBid}, but the highest bid level is ${highestBid}`);
  demand(lowestAsk === bestAsk, `best ask ${bestAsk}, but the lowest ask level is ${lowestAsk}`);
  occupied.words.forEach((word, at) => demand(((occupied.groups[at >> 5] & (1 << at)) !== 0) === (word !== 0), `word ${at} and its group`));
  occupied.groups.forEach((word, at) => demand(((occupied.tops[at >> 5] & (1 << at)) !== 0) === (word !== 0), `group ${at} and its top`));
  demand(live === book.live, `${live} orders rest, but the book says ${book.live}`);
  let free = 0;
  for (let handle = header[FREED]; handle !== -1; handle = book.next[handle]) {
    demand(handle >= 0 && handle < header[FRESH], `free handle ${handle} was never given out`);
    demand(seen[handle]++ === 0, `handle ${handle} is free twice or free and live`);
    demand(book.owner[handle] === -1, `free handle ${handle} has owner ${book.owner[handle]}`);
    free++;
  }
  demand(live + free === header[FRESH], `${live} live and ${free} free of ${header[FRESH]} slots given out`);
}

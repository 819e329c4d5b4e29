import { root, uniform32 } from '../src/core/random.ts';
import { OrderBook } from '../src/market/book.ts';
import type { BookSide } from '../src/market/book.ts';

export const LIMIT = 0;
export const MARKET = 1;
export const CANCEL = 2;

/** A stream of order-book messages in columns, made once and fed to every book. Limit orders are numbered; a cancel names the number. */
export interface Messages {
  readonly count: number;
  /** Messages at the start that only fill the book. */
  readonly opening: number;
  readonly kind: Uint8Array;
  readonly side: Uint8Array;
  readonly tick: Int32Array;
  readonly lots: Int32Array;
  /** Number of the limit order that is sent or cancelled. */
  readonly order: Int32Array;
}

/** The window that every book of the stream needs. */
export const WINDOW = { base: 0, levels: 2 ** 16 };
const CENTRE = 2 ** 15;
/** Ticks a side over which orders rest, whatever their number: more orders make longer queues, as in a market that grows. */
const REACH = 200;

/**
 * `live` orders on 200 ticks either side of a centre that wanders a tick at a time, then `count` messages that keep about as many: half
 * limit orders (uniform over the side's ticks, one in ten priced into the other side), of the rest three quarters cancels of a random
 * live order and one quarter market orders. Lots are 1 to 100.
 */
export function createMessages(live: number, count: number): Messages {
  const { lo, hi } = root('bench', `book ${live}`);
  const opening = live;
  const total = opening + count;
  const kind = new Uint8Array(total);
  const sides = new Uint8Array(total);
  const tick = new Int32Array(total);
  const lots = new Int32Array(total);
  const order = new Int32Array(total);
  const book = new OrderBook({ ...WINDOW, capacity: total });
  const handles = new Int32Array(total);
  // Numbers of orders that were live when last looked at; dead ones are dropped when drawn.
  const candidates: number[] = [];
  let centre = CENTRE;
  let orders = 0;
  for (let i = 0; i < total; i++) {
    const draw = (slot: number): number => uniform32(lo, hi, 0, i, slot);
    const side: BookSide = draw(0) < 0.5 ? 0 : 1;
    sides[i] = side;
    lots[i] = 1 + Math.floor(draw(1) * 100);
    if (i >= opening && draw(2) < 0.05) centre += draw(3) < 0.5 ? 1 : -1;
    if (i < opening || book.live < live) {
      const crossing = i >= opening && draw(4) < 0.1;
      const away = crossing ? -Math.floor(draw(5) * 3) : 1 + Math.floor(draw(5) * REACH);
      kind[i] = LIMIT;
      tick[i] = side === 0 ? centre - away : centre + away;
      order[i] = orders;
      const handle = book.limit(side, tick[i]!, lots[i]!, 0, orders);
      handles[orders] = handle;
      if (handle !== -1) candidates.push(orders);
      orders++;
    } else if (draw(4) < 0.25) {
      kind[i] = MARKET;
      book.market(side, lots[i]!, 0);
    } else {
      kind[i] = CANCEL;
      for (let attempt = 0; ; attempt++) {
        const at = Math.floor(draw(8 + attempt) * candidates.length);
        const drawn = candidates[at]!;
        candidates[at] = candidates[candidates.length - 1]!;
        candidates.pop();
        const handle = handles[drawn]!;
        if (book.resting(handle, 0, drawn) === 0) continue;
        order[i] = drawn;
        book.cancel(handle);
        break;
      }
    }
  }
  return { count: total, opening, kind, side: sides, tick, lots, order };
}

/** Rows of the order book: our book against the npm package nodejs-order-book on the same messages, and a deep sweep of ours. */
import { OrderBook as PeerBook, Side } from 'nodejs-order-book';
import { OrderBook } from '../src/market/book.ts';
import type { BookSide } from '../src/market/book.ts';
import { assertEqual, interleave } from './harness.ts';
import type { Measure, Measurement, Pass } from './harness.ts';
import { CANCEL, createMessages, LIMIT, WINDOW } from './messages.ts';
import type { Messages } from './messages.ts';

/** The options objects and texts that the peer takes, made beforehand so that it is not charged for them. */
interface PeerMessages {
  readonly limit: readonly { side: Side; id: string; size: number; price: number }[];
  readonly id: readonly string[];
}

function peerMessages(messages: Messages): PeerMessages {
  const id = Array.from(messages.order, String);
  const limit = id.map((text, i) => ({
    side: messages.side[i] === 0 ? Side.BUY : Side.SELL,
    id: text,
    size: messages.lots[i]!,
    price: messages.tick[i]!,
  }));
  return { limit, id };
}

/** Feeds messages `from` to `to` to our book; returns the lots filled. */
function feedOurs(book: OrderBook, handles: Int32Array, messages: Messages, from: number, to: number): number {
  const { kind, side, tick, lots, order } = messages;
  let filled = 0;
  for (let i = from; i < to; i++) {
    if (kind[i] === LIMIT) {
      const number = order[i]!;
      handles[number] = book.limit(side[i] as BookSide, tick[i]!, lots[i]!, 0, number);
      for (let fill = 0; fill < book.fillCount; fill++) filled += book.fillLots[fill]!;
    } else if (kind[i] === CANCEL) {
      const handle = handles[order[i]!]!;
      if (book.resting(handle, 0, order[i]!) > 0) book.cancel(handle);
    } else {
      filled += book.market(side[i] as BookSide, lots[i]!, 0);
    }
  }
  return filled;
}

/** The same with the peer, which reports what is left. */
function feedPeer(book: PeerBook, ready: PeerMessages, messages: Messages, from: number, to: number): number {
  const { kind, lots } = messages;
  let filled = 0;
  for (let i = from; i < to; i++) {
    if (kind[i] === CANCEL) {
      book.cancel(ready.id[i]!);
    } else {
      const { quantityLeft } = kind[i] === LIMIT ? book.limit(ready.limit[i]!) : book.market(ready.limit[i]!);
      filled += lots[i]! - quantityLeft;
    }
  }
  return filled;
}

/** Runs both books once, message by message, and compares every fill: maker, lots and tick, in order; at the end also all levels. */
function assertEqualFills(messages: Messages, ready: PeerMessages): void {
  const ours = new OrderBook({ ...WINDOW, capacity: messages.count });
  const peer = new PeerBook();
  const handles = new Int32Array(messages.count);
  for (let i = 0; i < messages.count; i++) {
    if (messages.kind[i] === CANCEL) {
      feedOurs(ours, handles, messages, i, i + 1);
      feedPeer(peer, ready, messages, i, i + 1);
      continue;
    }
    feedOurs(ours, handles, messages, i, i + 1);
    const found = Array.from(
      { length: ours.fillCount },
      (_, fill) => `${ours.fillRef[fill]}: ${ours.fillLots[fill]} at ${ours.fillTick[fill]}`,
    ).join(', ');
    const limit = ready.limit[i]!;
    const response = messages.kind[i] === LIMIT ? peer.limit(limit) : peer.market(limit);
    // The peer lists the taker among its makers when it is filled (as done) or rests (as partial).
    const makers = response.done.filter((maker) => messages.kind[i] !== LIMIT || maker.id !== limit.id);
    const filled = makers.map((maker) => `${maker.id}: ${maker.size} at ${(maker as { price: number }).price}`);
    const { partial } = response;
    if (partial !== null && (messages.kind[i] !== LIMIT || partial.id !== limit.id)) {
      filled.push(`${partial.id}: ${response.partialQuantityProcessed} at ${partial.price}`);
    }
    assertEqual(`fills of message ${i}`, found, filled.join(', '));
  }
  const [asks, bids] = peer.depth();
  assertEqual('asks at the end', levels(ours, 1), asks.map(String).join(' '));
  assertEqual('bids at the end', levels(ours, 0), bids.map(String).join(' '));
}

function levels(book: OrderBook, side: BookSide): string {
  const list: string[] = [];
  for (let tick = side === 0 ? book.bestBid : book.bestAsk; tick !== -1; tick = book.worse(side, tick))
    list.push(`${tick},${book.totalAt(tick)}`);
  return list.join(' ');
}

function measureBook(live: number, count: number, rounds: number): Measurement {
  const messages = createMessages(live, count);
  const ready = peerMessages(messages);
  assertEqualFills(messages, ready);
  const { opening } = messages;
  const book = new OrderBook({ ...WINDOW, capacity: 2 * live });
  const handles = new Int32Array(messages.count);
  const ours: Pass = {
    prepare: () => {
      book.clear();
      feedOurs(book, handles, messages, 0, opening);
    },
    run: () => feedOurs(book, handles, messages, opening, messages.count),
    iterations: count,
    passes: 9,
  };
  let other = new PeerBook();
  const peer: Pass = {
    prepare: () => {
      other = new PeerBook();
      feedPeer(other, ready, messages, 0, opening);
    },
    run: () => feedPeer(other, ready, messages, opening, messages.count),
    iterations: count,
    passes: 1,
  };
  return { ...interleave(rounds, ours, peer), unit: 'ns/message' };
}

/** 1,000 live orders. */
export const book1k: Measure = () => measureBook(1000, 50_000, 15);

/** 20,000 live orders. */
export const book20k: Measure = () => measureBook(20_000, 50_000, 15);

/** One market order that eats 100,000 orders on 20,000 ticks, every third tick empty: time a fill. No peer. */
export const bookDeep: Measure = () => {
  const orders = 100_000;
  const ticks = 20_000;
  const book = new OrderBook({ ...WINDOW, capacity: orders });
  const ours: Pass = {
    prepare: () => {
      book.clear();
      for (let i = 0; i < orders; i++) {
        const place = i % ticks;
        book.limit(0, WINDOW.levels - 1 - place - (place >> 1), 1 + (i % 7), i % 1000, i);
      }
    },
    run: () => {
      const filled = book.market(1, 2 ** 31 - 1, 0);
      let makers = 0;
      for (let fill = 0; fill < book.fillCount; fill++) makers += book.fillOwner[fill]!;
      return filled + makers;
    },
    iterations: orders,
    passes: 1,
  };
  ours.prepare();
  const sum = Array.from({ length: orders }, (_, i) => 1 + (i % 7) + (i % 1000)).reduce((total, value) => total + value);
  assertEqual('filled lots and owners', ours.run(), sum);
  assertEqual('fills', book.fillCount, orders);
  assertEqual('best bid after the sweep', book.bestBid, -1);
  return { ...interleave(21, ours, null), unit: 'ns/fill' };
};

import { Problems } from './problem.ts';
import type { DataProblem } from './problem.ts';
import type { Side, Snapshot } from './snapshot.ts';

/** A recorded exchange stream, replayed: the depth of a band of prices sampled at even times, and what takers took between samples. */
export interface Replay {
  /** The book of the stream's own snapshot. */
  readonly snapshot: Snapshot;
  /** Seconds between two samples. */
  readonly interval: number;
  /** Mid at each sample. */
  readonly mids: readonly number[];
  /** Notional in each bin of prices at each sample: bids below, asks above the mid. */
  readonly bins: readonly { readonly bids: Float32Array; readonly asks: Float32Array }[];
  /** Notional that takers took from the bids and from the asks since the sample before. */
  readonly taken: { readonly bids: readonly number[]; readonly asks: readonly number[] };
  /** Bin of a price; NaN prices and prices outside the band have none. */
  readonly binOf: (price: number) => number;
  readonly trades: number;
  readonly updates: number;
}

/** What reading a stream gave. */
export interface StreamReading {
  readonly replay: Replay | null;
  /** Why nothing could be replayed. */
  readonly faults: readonly DataProblem[];
  /** Lines that cannot be read, and levels in them. */
  readonly dropped: { readonly count: number; readonly lines: number; readonly listed: readonly DataProblem[] };
  /** The first break of the chain of updates; what follows it cannot be used. */
  readonly gap: (DataProblem & { readonly messages: number }) | null;
  /** Updates older than the snapshot, which the rule of the exchange tells to skip. */
  readonly stale: number;
}

const INTERVAL = 0.1;
/** The band of prices that is sampled, as a fraction of the first mid, and its bins on either side. */
const BAND = 0.006;
const HALF_BINS = 240;
const NANOSECONDS = 1e9;

type Level = readonly [price: string, quantity: string];
interface Update {
  readonly e: 'depthUpdate';
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}
interface Trade {
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
}
interface Rest {
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/**
 * Replays a recorded stream: lines of a local receive time in nanoseconds, a space and JSON (depthUpdate, trade, bookTicker in a combined
 * stream's envelope, and one REST snapshot with lastUpdateId). Updates with u below the snapshot's are skipped; then each update's pu must
 * be the u before it, or, without pu, its U one more than that. At the first break the replay ends, because no later snapshot mends it.
 * @param contract quote units a unit of quantity is worth; null: quantities are in the asset.
 */
export function replayStream(lines: Iterable<string>, contract: number | null): StreamReading {
  const dropped = new Problems();
  const waiting: { readonly line: number; readonly update: Update }[] = [];
  let book: SampledBook | null = null;
  let rest: Rest | null = null;
  let last: number | null = null;
  // Held in an array, because a closure fills it.
  const gaps: (DataProblem & { messages: number })[] = [];
  let [stale, updates, trades, line] = [0, 0, 0, 0];
  const apply = (at: number, update: Update): void => {
    if (rest === null || book === null) return;
    if (update.u < rest.lastUpdateId || (update.pu === undefined && update.u === rest.lastUpdateId)) {
      stale++;
      return;
    }
    const chained =
      last === null ? update.U <= rest.lastUpdateId + 1 : update.pu === undefined ? update.U === last + 1 : update.pu === last;
    if (!chained) {
      const found = last === null || update.pu === undefined ? `U ${update.U}` : `pu ${update.pu}`;
      const want =
        last === null
          ? `U at most ${rest.lastUpdateId + 1}, the snapshot's id + 1`
          : update.pu === undefined
            ? `${last + 1}`
            : `${last}, the u before it`;
      gaps.push({ line: at, message: `found a gap in the updates: ${found}, want ${want}`, messages: 1 });
      return;
    }
    last = update.u;
    updates++;
    for (const [side, levels] of [
      ['bids', update.b],
      ['asks', update.a],
    ] as const)
      for (const level of levels) book.set(side, level, (message) => dropped.add(at, message));
  };
  for (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    if (gaps[0] !== undefined) {
      gaps[0].messages++;
      continue;
    }
    const space = text.indexOf(' ');
    const time = Number(text.slice(0, space)) / NANOSECONDS;
    const message = space > 0 && time > 0 ? parse(text.slice(space + 1)) : null;
    if (message === null) {
      dropped.add(line, `found ${JSON.stringify(text.slice(0, 40))}, want a time in nanoseconds, a space and JSON of the exchange`);
      continue;
    }
    book?.sampleUpTo(time);
    if (message.kind === 'rest') {
      if (rest !== null) continue;
      rest = message.value;
      const made = SampledBook.of(rest, time, contract, (problem) => dropped.add(line, problem));
      if (typeof made === 'string') return failed(line, made);
      book = made;
      for (const early of waiting) apply(early.line, early.update);
    } else if (message.kind === 'update') {
      if (rest === null) waiting.push({ line, update: message.value });
      else apply(line, message.value);
    } else if (message.kind === 'trade' && book !== null) {
      trades++;
      book.take(message.value, (problem) => dropped.add(line, problem));
    }
  }
  const reading = { dropped: { count: dropped.count, lines: line, listed: dropped.listed }, gap: gaps[0] ?? null, stale };
  if (book === null)
    return {
      ...reading,
      replay: null,
      faults: [{ line: Math.max(1, line), message: 'found no snapshot with lastUpdateId, want one in the stream' }],
    };
  return { ...reading, replay: { ...book.replay(), trades, updates }, faults: [] };

  function failed(at: number, message: string): StreamReading {
    return {
      replay: null,
      faults: [{ line: at, message }],
      dropped: { count: dropped.count, lines: line, listed: dropped.listed },
      gap: null,
      stale,
    };
  }
}

type Message =
  | { readonly kind: 'rest'; readonly value: Rest }
  | { readonly kind: 'update'; readonly value: Update }
  | { readonly kind: 'trade'; readonly value: Trade }
  | { readonly kind: 'other' };

/** One message, told by its fields; null when it is none of the exchange's. */
function parse(json: string): Message | null {
  // Best quotes are most of a stream and say nothing that the updates do not.
  if (json.includes('@bookTicker"')) return { kind: 'other' };
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
  const data = (value?.['data'] ?? value) as Record<string, unknown> | null;
  if (data === null || typeof data !== 'object') return null;
  if (Number.isSafeInteger(data['lastUpdateId']) && isLevels(data['bids']) && isLevels(data['asks']))
    return { kind: 'rest', value: data as unknown as Rest };
  if (data['e'] === 'depthUpdate') {
    const sound = Number.isSafeInteger(data['U']) && Number.isSafeInteger(data['u']) && isLevels(data['b']) && isLevels(data['a']);
    return sound ? { kind: 'update', value: data as unknown as Update } : null;
  }
  if (data['e'] === 'trade' || data['e'] === 'aggTrade')
    return typeof data['m'] === 'boolean' ? { kind: 'trade', value: data as unknown as Trade } : null;
  return { kind: 'other' };
}

const isLevels = (value: unknown): boolean => Array.isArray(value) && value.every((level) => Array.isArray(level) && level.length >= 2);

/** A book kept by price, with the notional of a band of prices in bins. */
class SampledBook {
  private readonly levels = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  private readonly sums = { bids: new Float64Array(2 * HALF_BINS), asks: new Float64Array(2 * HALF_BINS) };
  private readonly contract: number | null;
  private readonly start: number;
  private readonly first: Snapshot;
  private readonly centre: number;
  private readonly samples: { bids: Float32Array; asks: Float32Array }[] = [];
  private readonly mids: number[] = [];
  private readonly taken = { bids: [] as number[], asks: [] as number[] };
  private pending = { bids: 0, asks: 0 };

  private constructor(first: Snapshot, start: number, contract: number | null) {
    this.first = first;
    this.start = start;
    this.contract = contract;
    this.centre = (first.bids.prices[0] + first.asks.prices[0]) / 2;
  }

  static of(rest: Rest, start: number, contract: number | null, drop: (message: string) => void): SampledBook | string {
    const read = (levels: readonly Level[]): Side => {
      const sound = levels.filter((level) => {
        const fits = Number(level[0]) > 0 && Number(level[1]) > 0;
        if (!fits) drop(`snapshot: found price ${level[0]} with quantity ${level[1]}, want numbers > 0`);
        return fits;
      });
      return {
        prices: sound.map(([price]) => Number(price)),
        notionals: sound.map(([price, size]) => Number(size) * (contract ?? Number(price))),
      };
    };
    const first = { bids: read(rest.bids), asks: read(rest.asks) };
    if (first.bids.prices.length < 2 || first.asks.prices.length < 2)
      return 'snapshot: found a side with fewer than two levels, want at least two';
    if (!(first.bids.prices[0] < first.asks.prices[0]))
      return `snapshot: found a crossed book: best bid ${first.bids.prices[0]} and best ask ${first.asks.prices[0]}, want the bid below the ask`;
    if (first.bids.prices.some((price, i) => i > 0 && price >= first.bids.prices[i - 1]))
      return 'snapshot: found bids out of order, want bids that fall from the best';
    if (first.asks.prices.some((price, i) => i > 0 && price <= first.asks.prices[i - 1]))
      return 'snapshot: found asks out of order, want asks that rise from the best';
    const book = new SampledBook(first, start, contract);
    for (const [side, levels] of [
      ['bids', rest.bids],
      ['asks', rest.asks],
    ] as const)
      for (const level of levels) book.set(side, level, () => {});
    return book;
  }

  private readonly binOf = (price: number): number => {
    const bin = Math.floor(HALF_BINS + ((price / this.centre - 1) / BAND) * HALF_BINS);
    return bin >= 0 && bin < 2 * HALF_BINS ? bin : Number.NaN;
  };

  /** Quantity 0 removes a level. */
  set(side: 'bids' | 'asks', [priceText, quantityText]: Level, drop: (message: string) => void): void {
    const price = Number(priceText);
    const quantity = Number(quantityText);
    if (!(price > 0) || !(quantity >= 0)) {
      drop(`${side}: found price ${priceText} with quantity ${quantityText}, want a price > 0 and a quantity ≥ 0`);
      return;
    }
    const levels = this.levels[side];
    const notional = quantity * (this.contract ?? price);
    const bin = this.binOf(price);
    if (!Number.isNaN(bin)) this.sums[side][bin] += notional - (levels.get(price) ?? 0);
    if (quantity === 0) levels.delete(price);
    else levels.set(price, notional);
  }

  /** A trade whose buyer was the maker took from the bids. */
  take({ p, q, m }: Trade, drop: (message: string) => void): void {
    const notional = Number(q) * (this.contract ?? Number(p));
    if (notional > 0) this.pending[m ? 'bids' : 'asks'] += notional;
    else drop(`trade: found price ${p} with quantity ${q}, want numbers > 0`);
  }

  /** Takes the samples that fall before `time`. */
  sampleUpTo(time: number): void {
    while (this.start + this.mids.length * INTERVAL <= time) {
      this.mids.push(this.mid());
      this.samples.push({ bids: Float32Array.from(this.sums.bids), asks: Float32Array.from(this.sums.asks) });
      for (const side of ['bids', 'asks'] as const) this.taken[side].push(this.pending[side]);
      this.pending = { bids: 0, asks: 0 };
    }
  }

  private mid(): number {
    let bid = 0;
    let ask = Infinity;
    for (const price of this.levels.bids.keys()) if (price > bid) bid = price;
    for (const price of this.levels.asks.keys()) if (price < ask) ask = price;
    return (bid + ask) / 2;
  }

  replay(): Omit<Replay, 'trades' | 'updates'> {
    return { snapshot: this.first, interval: INTERVAL, mids: this.mids, bins: this.samples, taken: this.taken, binOf: this.binOf };
  }
}

import { AccountQueue } from './queue.ts';

/** Seconds of one bucket, and how many lie ahead: an hour and eight minutes. */
const WIDTH = 1;
const BUCKETS = 1 << 12;
/** List of whose time is beyond them, behind the buckets. */
const LATER = BUCKETS;

// What an entry's link says when no other entry follows it.
const LAST = -1;
const NOT_LISTED = -2;

// Places in `cursor`: entries up to this bucket are in the queue; how many are in buckets; the first bucket of those who come later.
const SORTED = 0;
const AHEAD = 1;
const LATER_FROM = 2;

/**
 * Who is going to do something, and when: by time, ties by account key. Each is on it once at most. Whoever is not due soon lies in a bucket of
 * a second; only the due are sorted, so that an entry takes O(1) however many there are.
 */
export class Agenda {
  /** Those of buckets that were opened. */
  private readonly queue: AccountQueue;
  /** By entry: its time, and who follows it in its list. */
  private readonly time: Float64Array;
  private readonly link: Int32Array;
  /** First of each bucket, by number modulo their count, and of the later. */
  private readonly heads = new Int32Array(BUCKETS + 1).fill(LAST);
  private readonly cursor = Float64Array.of(0, 0, Infinity);

  /** `keyHi`, `keyLo`: the account keys, one an entry that there can be. */
  constructor(keyHi: Uint32Array, keyLo: Uint32Array) {
    this.queue = new AccountQueue(keyLo.length);
    this.queue.reset(keyHi, keyLo);
    this.time = new Float64Array(keyLo.length);
    this.link = new Int32Array(keyLo.length).fill(NOT_LISTED);
  }

  /** Puts somebody on it, for a time ≥ 0 in seconds; who is on it already stays where they are. */
  add(entry: number, time: number): void {
    if (this.link[entry] !== NOT_LISTED) return;
    this.time[entry] = time;
    this.file(entry, time);
  }

  private file(entry: number, time: number): void {
    const { heads, link, cursor } = this;
    const bucket = Math.floor(time / WIDTH);
    const ahead = bucket - cursor[SORTED];
    if (ahead <= 0) {
      link[entry] = LAST;
      this.queue.push(entry, time);
      return;
    }
    const isLater = ahead >= BUCKETS;
    const list = isLater ? LATER : bucket % BUCKETS;
    link[entry] = heads[list];
    heads[list] = entry;
    if (!isLater) cursor[AHEAD]++;
    else if (bucket < cursor[LATER_FROM]) cursor[LATER_FROM] = bucket;
  }

  /** Opens buckets until everybody up to one of them is in the queue. */
  private sortUpTo(bucket: number): void {
    const { cursor } = this;
    while (cursor[SORTED] < bucket) {
      // Over the empty ones in one step.
      if (cursor[AHEAD] === 0) cursor[SORTED] = Math.min(bucket, cursor[LATER_FROM] - 1);
      if (cursor[SORTED] + 1 >= cursor[LATER_FROM]) {
        cursor[LATER_FROM] = Infinity;
        this.empty(LATER);
      }
      if (cursor[SORTED] < bucket) {
        cursor[SORTED]++;
        cursor[AHEAD] -= this.empty(cursor[SORTED] % BUCKETS);
      }
    }
  }

  /** Files everybody of a list anew, and returns how many they were. */
  private empty(list: number): number {
    const { heads, link, time } = this;
    let count = 0;
    let entry = heads[list];
    heads[list] = LAST;
    while (entry !== LAST) {
      const after = link[entry];
      this.file(entry, time[entry]);
      entry = after;
      count++;
    }
    return count;
  }

  has(entry: number): boolean {
    return this.link[entry] !== NOT_LISTED;
  }

  /** When the first is due; Infinity when nobody is on it. */
  get nextTime(): number {
    const { queue, cursor } = this;
    while (queue.length === 0 && (cursor[AHEAD] > 0 || cursor[LATER_FROM] < Infinity)) {
      this.sortUpTo(cursor[AHEAD] > 0 ? cursor[SORTED] + 1 : cursor[LATER_FROM]);
    }
    return queue.firstPriority;
  }

  /** Takes the first whose time has come by now; −1 when there is none. */
  next(now: number): number {
    this.sortUpTo(Math.floor(now / WIDTH));
    const { queue } = this;
    if (queue.firstPriority > now) return -1;
    const entry = queue.pop();
    this.link[entry] = NOT_LISTED;
    return entry;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array)[] {
    return [...this.queue.state(), this.time, this.link, this.heads, this.cursor];
  }
}

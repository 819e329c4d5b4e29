/**
 * Accounts that wait for their turn, first the one with the smallest priority, ties by account key. A binary heap of accounts, each with its
 * priority beside it; priorities are set when an account joins, and all at once by `rekey`.
 */
export class AccountQueue {
  private readonly heap: Int32Array;
  /** By place in the heap. */
  private readonly priority: Float64Array;
  private readonly size = new Int32Array(1);
  private keyHi: Uint32Array = new Uint32Array(0);
  private keyLo: Uint32Array = new Uint32Array(0);

  /** Room for `accounts`; each is in the queue once at most. */
  constructor(accounts: number) {
    this.heap = new Int32Array(accounts);
    this.priority = new Float64Array(accounts);
  }

  get length(): number {
    return this.size[0];
  }

  /** Empties the queue; `keyHi`, `keyLo`: the account keys, by account number. */
  reset(keyHi: Uint32Array, keyLo: Uint32Array): void {
    this.keyHi = keyHi;
    this.keyLo = keyLo;
    this.size[0] = 0;
  }

  push(account: number, priority: number): void {
    const { heap, priority: priorities } = this;
    let place = this.size[0]++;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.before(account, priority, heap[above], priorities[above])) break;
      heap[place] = heap[above];
      priorities[place] = priorities[above];
      place = above;
    }
    heap[place] = account;
    priorities[place] = priority;
  }

  /** Puts an account in last, whatever comes before it: `rekey` must follow before anybody is taken. */
  append(account: number): void {
    this.heap[this.size[0]++] = account;
  }

  /** Who comes first; the queue must not be empty. */
  get first(): number {
    return this.heap[0];
  }

  /** Priority of who comes first; Infinity when empty. */
  get firstPriority(): number {
    return this.size[0] === 0 ? Infinity : this.priority[0];
  }

  /** Takes the first; the queue must not be empty. */
  pop(): number {
    const { heap, priority } = this;
    const first = heap[0];
    const last = --this.size[0];
    if (last > 0) this.sink(0, heap[last], priority[last]);
    return first;
  }

  /** Sets every priority anew. O(length). */
  rekey(priorityOf: (account: number) => number): void {
    const { heap, priority } = this;
    const length = this.size[0];
    for (let i = 0; i < length; i++) priority[i] = priorityOf(heap[i]);
    for (let i = (length >> 1) - 1; i >= 0; i--) this.sink(i, heap[i], priority[i]);
  }

  private before(a: number, priorityA: number, b: number, priorityB: number): boolean {
    if (priorityA !== priorityB) return priorityA < priorityB;
    if (this.keyHi[a] !== this.keyHi[b]) return this.keyHi[a] < this.keyHi[b];
    if (this.keyLo[a] !== this.keyLo[b]) return this.keyLo[a] < this.keyLo[b];
    return a < b;
  }

  /** Puts an account in at a place or below it, wherever nobody under it comes before it. */
  private sink(from: number, account: number, ownPriority: number): void {
    const { heap, priority } = this;
    const length = this.size[0];
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && this.before(heap[child + 1], priority[child + 1], heap[child], priority[child])) child++;
      if (!this.before(heap[child], priority[child], account, ownPriority)) break;
      heap[place] = heap[child];
      priority[place] = priority[child];
      place = child;
    }
    heap[place] = account;
    priority[place] = ownPriority;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array)[] {
    return [this.heap, this.priority, this.size];
  }
}

/** First in, first out: accounts that become ready at times that never decrease. */
export class ReadyLine {
  private readonly account: Int32Array;
  private readonly time: Float64Array;
  /** Place of the first, and how many there are. */
  private readonly cursor = new Int32Array(2);

  constructor(capacity: number) {
    this.account = new Int32Array(Math.max(1, capacity));
    this.time = new Float64Array(Math.max(1, capacity));
  }

  get length(): number {
    return this.cursor[1];
  }

  reset(): void {
    this.cursor.fill(0);
  }

  add(account: number, time: number): void {
    if (this.length >= this.account.length) throw new Error('ready line: full, an account is in it twice');
    const after = this.cursor[0] + this.cursor[1]++;
    const place = after < this.account.length ? after : after - this.account.length;
    this.account[place] = account;
    this.time[place] = time;
  }

  /** When the first becomes ready; Infinity when empty. */
  get nextTime(): number {
    return this.cursor[1] === 0 ? Infinity : this.time[this.cursor[0]];
  }

  take(): number {
    const { cursor, account } = this;
    const first = account[cursor[0]++];
    if (cursor[0] === account.length) cursor[0] = 0;
    cursor[1]--;
    return first;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array)[] {
    return [this.account, this.time, this.cursor];
  }
}

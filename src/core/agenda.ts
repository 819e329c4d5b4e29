import { AccountQueue } from './queue.ts';

/** Who is going to do something, and when: by time, ties by account key. Each is on it once at most. */
export class Agenda {
  private readonly queue: AccountQueue;
  /** 1: on it. */
  private readonly listed: Uint8Array;

  /** `keyHi`, `keyLo`: the account keys, one an entry that there can be. */
  constructor(keyHi: Uint32Array, keyLo: Uint32Array) {
    this.queue = new AccountQueue(keyLo.length);
    this.queue.reset(keyHi, keyLo);
    this.listed = new Uint8Array(keyLo.length);
  }

  /** Puts somebody on it; who is on it already stays where they are. */
  add(entry: number, time: number): void {
    if (this.listed[entry] === 1) return;
    this.listed[entry] = 1;
    this.queue.push(entry, time);
  }

  has(entry: number): boolean {
    return this.listed[entry] === 1;
  }

  /** When the first is due; Infinity when nobody is on it. */
  get nextTime(): number {
    return this.queue.firstPriority;
  }

  /** Takes the first whose time has come by now; −1 when there is none. */
  next(now: number): number {
    if (this.queue.firstPriority > now) return -1;
    const entry = this.queue.pop();
    this.listed[entry] = 0;
    return entry;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [...this.queue.state(), this.listed];
  }
}

// What a group is doing, in `status`.
/** Open and not being liquidated; may be below its threshold until somebody looks. */
export const HEALTHY = 0;
/** Its turn in the queue will come. */
export const WAITING = 1;
/** Part of its position was sent, the rest waits for a time. */
export const COOLING = 2;
/** Holds nothing any more, or never did. */
export const CLOSED = 3;
/** Below its threshold, and let be until the grace of its margin call is over. */
export const HELD = 4;

// What a margin call of a group has come to, in `called`; 0: it was never called.
/** Its call stands. */
export const CALLED = 1;
/** It was answered, and the group can be called again. */
export const ANSWERED = 2;

/** What the margin engine remembers of every margin group, one entry a trader. */
export class Groups {
  readonly status: Uint8Array;
  /** 1: part of the position was sent and the rest cools down. */
  readonly begun: Uint8Array;
  readonly called: Uint8Array;
  /** Time of the call that stands. */
  readonly calledAt: Float64Array;
  /** Process tags of the first crossing: its generation and the account of its parent, −1 for none. */
  readonly generation: Int32Array;
  readonly parent: Int32Array;
  /** Mark at the last trigger, in ticks; 0 for a group with positions in several markets. */
  readonly trigger: Int32Array;
  readonly triggeredAt: Float64Array;
  /** Time of the first forced fill, −1 when there is none. */
  readonly firstTime: Float64Array;

  constructor(traders: number) {
    this.status = new Uint8Array(traders);
    this.begun = new Uint8Array(traders);
    this.called = new Uint8Array(traders);
    this.calledAt = new Float64Array(traders);
    this.generation = new Int32Array(traders);
    this.parent = new Int32Array(traders);
    this.trigger = new Int32Array(traders);
    this.triggeredAt = new Float64Array(traders);
    this.firstTime = new Float64Array(traders);
  }

  /** Says that groups are open, after `reset`: of accounts with positions in one market those that hold lots there, else all. */
  admit(accounts: Int32Array, lots: Float64Array | null): void {
    const { status } = this;
    for (let i = 0; i < accounts.length; i++) if (lots === null || lots[accounts[i]] !== 0) status[accounts[i]] = HEALTHY;
  }

  /** Forgets everybody: all closed until said otherwise. */
  reset(): void {
    this.status.fill(CLOSED);
    this.begun.fill(0);
    this.called.fill(0);
    this.calledAt.fill(0);
    this.generation.fill(0);
    this.parent.fill(-1);
    this.trigger.fill(0);
    this.triggeredAt.fill(0);
    this.firstTime.fill(-1);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [
      this.status,
      this.begun,
      this.called,
      this.calledAt,
      this.generation,
      this.parent,
      this.trigger,
      this.triggeredAt,
      this.firstTime,
    ];
  }
}

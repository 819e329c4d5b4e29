// Places in `amounts`, then in `counts`.
const ON_BOOK = 0;
const ABSORBED = 1;
const TAKEN_OVER = 2;
const FORCED_LOTS = 3;
const OVER_LOTS = 4;
const FIRST_TIME = 5;
const LAST_TIME = 6;
const STEP_SIGNED = 7;
const STEP_TAKEN_OVER = 8;
const DELEVERAGED = 9;

const GROUPS = 0;
const ROOTS = 1;
const DEEPEST = 2;
const CALLS = 3;
const STEP_GROUPS = 4;

/** What the margin engine has done so far in a run, and in the current step. Notional in quanta, times in seconds. */
export class Tally {
  private readonly amounts = new Float64Array(10);
  private readonly counts = new Int32Array(5);

  reset(): void {
    this.amounts.fill(0);
    this.amounts[FIRST_TIME] = -1;
    this.amounts[LAST_TIME] = -1;
    this.counts.fill(0);
  }

  /** Starts a step: forgets the last one's flows. */
  beginStep(): void {
    this.amounts[STEP_SIGNED] = 0;
    this.amounts[STEP_TAKEN_OVER] = 0;
    this.counts[STEP_GROUPS] = 0;
  }

  addCalls(calls: number): void {
    this.counts[CALLS] += calls;
  }

  /** A forced order filled in the book; `sold`: it was a sale. */
  addOnBook(notional: number, sold: boolean): void {
    this.amounts[ON_BOOK] += notional;
    this.amounts[STEP_SIGNED] += sold ? -notional : notional;
  }

  addAbsorbed(notional: number): void {
    this.amounts[ABSORBED] += notional;
  }

  addTakeover(notional: number): void {
    this.amounts[TAKEN_OVER] += notional;
    this.amounts[STEP_TAKEN_OVER] += notional;
  }

  addDeleveraged(notional: number): void {
    this.amounts[DELEVERAGED] += notional;
  }

  /** Lots that were closed beyond what restores the threshold. */
  addOver(lots: number): void {
    this.amounts[OVER_LOTS] += lots;
  }

  /** Any forced fill. */
  addFill(lots: number, time: number): void {
    const { amounts } = this;
    if (amounts[FIRST_TIME] < 0) amounts[FIRST_TIME] = time;
    amounts[LAST_TIME] = time;
    amounts[FORCED_LOTS] += lots;
  }

  /** A group's first forced fill. */
  addGroup(generation: number): void {
    const { counts } = this;
    counts[GROUPS]++;
    counts[STEP_GROUPS]++;
    if (generation === 0) counts[ROOTS]++;
    if (generation + 1 > counts[DEEPEST]) counts[DEEPEST] = generation + 1;
  }

  /** Forced notional filled in the book. */
  get onBook(): number {
    return this.amounts[ON_BOOK];
  }

  /** Forced notional taken by the absorber at the mark. */
  get absorbed(): number {
    return this.amounts[ABSORBED];
  }

  /** Notional taken over by the backstop. */
  get takenOver(): number {
    return this.amounts[TAKEN_OVER];
  }

  /** Notional closed against winners. */
  get deleveraged(): number {
    return this.amounts[DELEVERAGED];
  }

  get forcedLots(): number {
    return this.amounts[FORCED_LOTS];
  }

  /** Forced lots beyond what would have restored the threshold. */
  get overLots(): number {
    return this.amounts[OVER_LOTS];
  }

  /** Time of the first forced fill, −1 when there is none. */
  get firstTime(): number {
    return this.amounts[FIRST_TIME];
  }

  /** Time of the last forced fill, −1 when there is none. */
  get lastTime(): number {
    return this.amounts[LAST_TIME];
  }

  /** Groups that had a forced fill. */
  get groups(): number {
    return this.counts[GROUPS];
  }

  /** Those of generation 0. */
  get roots(): number {
    return this.counts[ROOTS];
  }

  /** Longest chain of process tags. */
  get generations(): number {
    return this.counts[DEEPEST];
  }

  get marginCalls(): number {
    return this.counts[CALLS];
  }

  /** This step's forced notional on the book: sales below zero, purchases above. */
  get stepFlow(): number {
    return this.amounts[STEP_SIGNED];
  }

  get stepTakenOver(): number {
    return this.amounts[STEP_TAKEN_OVER];
  }

  get stepGroups(): number {
    return this.counts[STEP_GROUPS];
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.amounts, this.counts];
  }
}

import { BLOCK, Lists } from './lists.ts';
import type { Regime, RegimeIndex } from './regime.ts';

/** Groups of accounts. Not in the index. */
const OUT = 0;
/** New or changed since the last check: a certificate is due. */
const CHANGED = 1;
/** Known to be safe only where the coordinates stand. */
const NEAR = 2;
/** Without a certificate: asked at every check until it has one again. */
const UNCERTIFIED = 3;
/** This and all above are frames. */
const FIRST_FRAME = 4;

/** Groups there can be, fewer when their anchors would fill more than a million numbers; who would need a frame more stands in NEAR. */
const MOST_GROUPS = 2048;
const LEAST_GROUPS = 256;
const MOST_ANCHORED = 1_048_576;
/** Radii are SMALLEST × 2^(j/2) for j below LEVELS, in units of the weights. */
const LEVELS = 31;
const SMALLEST = 0.5;
/** A frame takes accounts in while the coordinates stand within this share of its radius from its anchor. */
const TAKES_WITHIN = 0.25;

/** Accounts that are certified in one call. */
const BATCH = 1024;
const NONE = -1;

// Places in `counters`.
const FRAMES = 0;
const FREE_GROUPS = 1;
const WITHOUT = 2;
const CURSOR = 3;

/**
 * Safe-radius certificates in frames, as a molecular simulation keeps neighbour lists until somebody has moved too far (Verlet 1967).
 * A frame is a ball around an anchor, and an account stands in one that lies inside its own safe radius: while the coordinates stay in the
 * ball nobody in it need be asked. When they leave it, its accounts are certified anew and placed anew.
 *
 * When so many accounts are due at once that their certificates would cost more than a scan, they lose them instead: from then on every
 * check asks all who have none in one sequential scan, and gives certificates again for half of what a scan costs. So the worst check
 * costs less than two scans, where renewing all at once would cost ten or more.
 *
 * Memory: 8 bytes an account, and some 1 MB + 16 kB a coordinate besides.
 */
export class FrameIndex implements RegimeIndex {
  private readonly regime: Regime;
  /** Most accounts that one check certifies, with and without others that are scanned. */
  private readonly most: number;
  private readonly mostBesideScan: number;

  /** By account: where it stands. */
  private readonly group: Uint16Array;
  private readonly lists: Lists;
  /** By group: how many stand in it, and 1 when they have no certificate. */
  private readonly population: Int32Array;
  private readonly marked: Uint8Array;
  /** By frame: its radius as a level, and its anchor; NEAR's anchor is where the coordinates stood last. */
  private readonly level: Uint8Array;
  private readonly anchors: Float64Array;
  /** The frames whose certificates hold, in no order, and the groups that are not in use. */
  private readonly frames: Int32Array;
  private readonly freeGroups: Int32Array;
  private readonly counters = new Int32Array(4);

  // The rest is filled anew within every call.
  private readonly at: Float64Array;
  private readonly perWeight: Float64Array;
  /** By level: the frame that takes accounts in at these coordinates, and how far away its anchor is. */
  private readonly open = new Int32Array(LEVELS);
  private readonly openDistance = new Float64Array(LEVELS);
  private readonly radii = new Float64Array(LEVELS);
  private readonly due: Int32Array;
  private readonly batch = new Int32Array(BATCH);
  private readonly radius = new Float64Array(BATCH);

  constructor(regime: Regime) {
    const { accounts, weights, certificateCost } = regime;
    weights.forEach((weight, k) => {
      if (!(weight > 0 && weight < Infinity)) throw new RangeError(`margin index: found weight ${weight} of coordinate ${k}, want above 0`);
    });
    const groups = Math.max(LEAST_GROUPS, Math.min(MOST_GROUPS, Math.floor(MOST_ANCHORED / weights.length)));
    this.regime = regime;
    this.most = Math.floor(accounts / certificateCost);
    this.mostBesideScan = Math.max(1, Math.floor(accounts / (2 * certificateCost)));
    this.group = new Uint16Array(accounts);
    this.lists = new Lists(groups, accounts);
    this.population = new Int32Array(groups);
    this.marked = new Uint8Array(groups);
    this.level = new Uint8Array(groups);
    this.anchors = new Float64Array(groups * weights.length);
    this.frames = new Int32Array(groups);
    this.freeGroups = new Int32Array(groups);
    this.due = new Int32Array(groups);
    this.at = new Float64Array(weights.length);
    this.perWeight = weights.map((weight) => 1 / weight);
    for (let j = 0; j < LEVELS; j++) this.radii[j] = SMALLEST * (1 << (j >> 1)) * (j % 2 === 0 ? 1 : Math.SQRT2);
    this.reset();
  }

  reset(): void {
    const { group, population, marked, freeGroups, counters } = this;
    group.fill(OUT);
    this.lists.reset();
    population.fill(0);
    marked.fill(0);
    marked[UNCERTIFIED] = 1;
    counters.fill(0);
    for (let frame = freeGroups.length - 1; frame >= FIRST_FRAME; frame--) freeGroups[counters[FREE_GROUPS]++] = frame;
  }

  set(account: number): void {
    const { group, population, lists } = this;
    const from = group[account];
    // Who has no certificate is asked by balances as they stand.
    if (from === CHANGED || this.marked[from] === 1) return;
    if (from !== OUT) population[from]--;
    if (lists.crowded) lists.sweep(group, OUT);
    group[account] = CHANGED;
    population[CHANGED]++;
    lists.append(CHANGED, account);
  }

  remove(account: number): void {
    if (this.group[account] !== OUT) this.leave(account);
  }

  collect(at: Float64Array, out: Int32Array): number {
    const { counters, population } = this;
    this.move(at);
    const groups = this.findDue();
    let accounts = 0;
    for (let i = 0; i < groups; i++) accounts += population[this.due[i]];
    let count = 0;
    let budget = counters[WITHOUT] === 0 ? this.most : this.mostBesideScan;
    if (accounts > budget) {
      for (let i = 0; i < groups; i++) this.unmake(this.due[i]);
      budget = this.mostBesideScan;
    } else {
      count = this.renew(groups, out);
      budget -= accounts;
    }
    if (counters[WITHOUT] > 0) count = this.readmit(budget, out, count);
    return counters[WITHOUT] > 0 ? this.scan(out, count) : count;
  }

  /**
   * Gives everybody a certificate at these coordinates, whatever it costs: for the start of a run, where it saves dozens of checks
   * that scan. Who is below is found by the next `collect`.
   */
  settle(at: Float64Array): void {
    const { regime, group, marked, batch, radius } = this;
    this.move(at);
    for (let i = this.findDue() - 1; i >= 0; i--) this.unmake(this.due[i]);
    let pending = 0;
    for (let account = 0; account < group.length; account++) {
      if (marked[group[account]] === 1) {
        this.leave(account);
        batch[pending++] = account;
      }
      if (pending < BATCH && account < group.length - 1) continue;
      regime.certify(batch, pending, radius);
      for (let i = 0; i < pending; i++) {
        if (radius[i] >= 0) this.place(batch[i], radius[i]);
        else this.expose(batch[i]);
      }
      pending = 0;
    }
  }

  /** How many accounts have no certificate and are scanned at every check. */
  get uncertified(): number {
    return this.counters[WITHOUT];
  }

  state(): readonly (Int32Array | Uint16Array | Uint8Array | Float64Array)[] {
    const { group, lists, population, marked, level, anchors, frames, freeGroups, counters } = this;
    return [group, ...lists.state(), population, marked, level, anchors, frames, freeGroups, counters];
  }

  private move(at: Float64Array): void {
    this.at.set(at);
    this.regime.move(at);
  }

  /**
   * Writes the groups whose accounts must be asked anew to `due` and returns how many: frames that the coordinates have left, those
   * who changed, those who are safe nowhere else. Finds the frames that take accounts in. Some 10 ns a frame; a few hundred live.
   */
  private findDue(): number {
    const { frames, counters, population, level, radii, open, openDistance, due } = this;
    open.fill(NONE);
    for (let j = 0; j < LEVELS; j++) openDistance[j] = TAKES_WITHIN * radii[j];
    let groups = 0;
    if (population[CHANGED] > 0) due[groups++] = CHANGED;
    if (population[NEAR] > 0 && this.distance(NEAR) > 0) due[groups++] = NEAR;
    this.anchors.set(this.at, NEAR * this.at.length);
    let kept = 0;
    for (let i = 0; i < counters[FRAMES]; i++) {
      const frame = frames[i];
      if (population[frame] === 0) {
        this.release(frame);
        continue;
      }
      const away = this.distance(frame);
      const j = level[frame];
      if (away > radii[j]) {
        due[groups++] = frame;
        continue;
      }
      frames[kept++] = frame;
      if (away <= openDistance[j]) {
        open[j] = frame;
        openDistance[j] = away;
      }
    }
    counters[FRAMES] = kept;
    return groups;
  }

  /** How far the coordinates stand from a frame's anchor. */
  private distance(frame: number): number {
    const { at, anchors, perWeight } = this;
    let place = frame * at.length;
    let most = 0;
    for (let k = 0; k < at.length; k++, place++) {
      const away = Math.abs(at[k] - anchors[place]) * perWeight[k];
      if (away > most) most = away;
    }
    return most;
  }

  /** Certifies everybody in the due groups anew; who is below goes to `out`. Returns how many did. */
  private renew(groups: number, out: Int32Array): number {
    const { group, lists, population, due, batch } = this;
    let pending = 0;
    let count = 0;
    for (let i = 0; i < groups; i++) {
      const from = due[i];
      // Read under another number, because NEAR takes accounts in while its old list is read.
      lists.rename(from, OUT);
      while (!lists.isEmpty(OUT)) {
        const end = lists.take(OUT, batch, pending);
        let kept = pending;
        for (let entry = pending; entry < end; entry++) {
          const account = batch[entry];
          if (group[account] !== from) continue;
          group[account] = OUT;
          batch[kept++] = account;
        }
        population[from] -= kept - pending;
        pending = kept;
        if (pending <= BATCH - BLOCK) continue;
        count = this.certify(pending, out, count);
        pending = 0;
      }
      if (from >= FIRST_FRAME) this.release(from);
    }
    return this.certify(pending, out, count);
  }

  /** Certifies and places the first accounts of `batch`, which are out; who is below stays out and is appended to `out`. */
  private certify(accounts: number, out: Int32Array, count: number): number {
    const { batch, radius } = this;
    this.regime.certify(batch, accounts, radius);
    for (let i = 0; i < accounts; i++) {
      if (radius[i] >= 0) this.place(batch[i], radius[i]);
      else out[count++] = batch[i];
    }
    return count;
  }

  /** Puts an account that is out where its safe radius allows: the largest ball inside it, or NEAR. */
  private place(account: number, radius: number): void {
    const { open, openDistance, radii } = this;
    const units = radius / SMALLEST;
    const square = units * units;
    // 2 log₂ of the units, rounded down
    let j = square < 1 ? NONE : square < 1073741824 ? 31 - Math.clz32(square) : LEVELS - 1;
    for (; j >= 0; j--) {
      if (open[j] === NONE && !this.openFrame(j)) break;
      if (openDistance[j] + radii[j] > radius) continue;
      this.enter(account, open[j]);
      return;
    }
    this.enter(account, NEAR);
  }

  private enter(account: number, into: number): void {
    this.group[account] = into;
    this.population[into]++;
    this.lists.append(into, account);
  }

  /** Takes an account out. */
  private leave(account: number): void {
    const { group, population, marked, counters } = this;
    const from = group[account];
    group[account] = OUT;
    population[from]--;
    if (marked[from] === 0) return;
    counters[WITHOUT]--;
    if (population[from] === 0 && from >= FIRST_FRAME) this.release(from);
  }

  /** Puts an account that is out among those without certificate. */
  private expose(account: number): void {
    this.group[account] = UNCERTIFIED;
    this.population[UNCERTIFIED]++;
    this.counters[WITHOUT]++;
  }

  /** Takes a due group's certificates: a frame keeps its accounts, the others' move. */
  private unmake(due: number): void {
    const { group, population } = this;
    this.lists.drop(due);
    this.counters[WITHOUT] += population[due];
    if (due >= FIRST_FRAME) {
      this.marked[due] = 1;
      return;
    }
    // In order of number: reading the list would jump about.
    for (let account = 0; account < group.length; account++) if (group[account] === due) group[account] = UNCERTIFIED;
    population[UNCERTIFIED] += population[due];
    population[due] = 0;
  }

  /** Gives certificates to accounts that have none, in order of number from where it stopped last. */
  private readmit(budget: number, out: Int32Array, count: number): number {
    const { group, marked, counters, batch } = this;
    const accounts = group.length;
    let pending = 0;
    let account = counters[CURSOR];
    for (let steps = 0; steps < accounts && budget > 0; steps++) {
      if (marked[group[account]] === 1) {
        this.leave(account);
        batch[pending++] = account;
        budget--;
        if (pending === BATCH) {
          count = this.certify(pending, out, count);
          pending = 0;
        }
        if (counters[WITHOUT] === 0) break;
      }
      if (++account === accounts) account = 0;
    }
    counters[CURSOR] = account;
    return this.certify(pending, out, count);
  }

  /** Asks everybody without certificate. */
  private scan(out: Int32Array, count: number): number {
    const end = this.regime.scan(this.group, this.marked, out, count);
    for (let i = count; i < end; i++) this.leave(out[i]);
    return end;
  }

  /** A new frame with its anchor here, which takes accounts in; false when no number is free. */
  private openFrame(j: number): boolean {
    const { counters, freeGroups, level, anchors, frames, at } = this;
    if (counters[FREE_GROUPS] === 0) return false;
    const frame = freeGroups[--counters[FREE_GROUPS]];
    level[frame] = j;
    anchors.set(at, frame * at.length);
    frames[counters[FRAMES]++] = frame;
    this.open[j] = frame;
    this.openDistance[j] = 0;
    return true;
  }

  /** Gives back the number of a frame that nobody stands in. */
  private release(frame: number): void {
    this.lists.drop(frame);
    this.marked[frame] = 0;
    this.freeGroups[this.counters[FREE_GROUPS]++] = frame;
  }
}

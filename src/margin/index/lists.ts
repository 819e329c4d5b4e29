/** Ids a block. */
export const BLOCK = 64;

const NONE = -1;

/**
 * Lists of account numbers in blocks out of one pool. An id is in the list that `group[id]` names; one that stands in another list too is
 * dead there, and whoever reads a list skips the dead. Appending costs some 3 ns, a list is dropped without reading it.
 */
export class Lists {
  /** By list: its first block and how many ids are in that; all further blocks are full. */
  private readonly head: Int32Array;
  private readonly fill: Int32Array;
  private readonly ids: Int32Array;
  private readonly next: Int32Array;
  /** The first free block, and how many are free. */
  private readonly free = new Int32Array(2);
  private readonly reserve: number;

  /** Room for `accounts` live ids in `lists` lists, and half as many dead ones. */
  constructor(lists: number, accounts: number) {
    const blocks = Math.ceil((1.5 * accounts) / BLOCK) + 2 * lists;
    this.head = new Int32Array(lists);
    this.fill = new Int32Array(lists);
    this.ids = new Int32Array(blocks * BLOCK);
    this.next = new Int32Array(blocks);
    this.reserve = lists;
    this.reset();
  }

  /** Empties every list. */
  reset(): void {
    const { head, fill, next, free } = this;
    head.fill(NONE);
    fill.fill(BLOCK);
    for (let block = 0; block < next.length; block++) next[block] = block - 1;
    free[0] = next.length - 1;
    free[1] = next.length;
  }

  /** Whether dead ids fill the pool so far that it must be swept before anybody is changed again. */
  get crowded(): boolean {
    return this.free[1] <= this.reserve;
  }

  append(list: number, id: number): void {
    const { head, fill } = this;
    let block = head[list];
    if (fill[list] === BLOCK) {
      const { next, free } = this;
      const fresh = free[0];
      free[0] = next[fresh];
      free[1]--;
      next[fresh] = block;
      head[list] = block = fresh;
      fill[list] = 0;
    }
    this.ids[block * BLOCK + fill[list]++] = id;
  }

  isEmpty(list: number): boolean {
    return this.head[list] === NONE;
  }

  /** Takes the first block off a list that is not empty: writes its ids (at most 64) to `out` from `count` on and returns the new count. */
  take(list: number, out: Int32Array, count: number): number {
    const { head, fill, ids, next, free } = this;
    const block = head[list];
    const from = block * BLOCK;
    const to = from + fill[list];
    for (let i = from; i < to; i++) out[count++] = ids[i];
    head[list] = next[block];
    fill[list] = BLOCK;
    next[block] = free[0];
    free[0] = block;
    free[1]++;
    return count;
  }

  /** Gives a list's ids to another, which must be empty. */
  rename(from: number, to: number): void {
    const { head, fill } = this;
    head[to] = head[from];
    fill[to] = fill[from];
    head[from] = NONE;
    fill[from] = BLOCK;
  }

  /** Empties a list. */
  drop(list: number): void {
    const { head, fill, next, free } = this;
    const first = head[list];
    if (first === NONE) return;
    let last = first;
    let blocks = 1;
    for (; next[last] !== NONE; last = next[last]) blocks++;
    next[last] = free[0];
    free[0] = first;
    free[1] += blocks;
    head[list] = NONE;
    fill[list] = BLOCK;
  }

  /** Drops the dead out of every list. Cost: a pass over all ids, some 10 ns each; it is due once in accounts / 2 changes. */
  sweep(group: Uint16Array, nowhere: number): void {
    const batch = new Int32Array(BLOCK);
    const kept = new Int32Array(group.length);
    for (let list = 0; list < this.head.length; list++) {
      let count = 0;
      while (!this.isEmpty(list)) {
        const ids = this.take(list, batch, 0);
        for (let i = 0; i < ids; i++) {
          if (group[batch[i]] !== list) continue;
          // Not in any list meanwhile, so that a second entry of the same id counts as dead.
          group[batch[i]] = nowhere;
          kept[count++] = batch[i];
        }
      }
      for (let i = 0; i < count; i++) {
        group[kept[i]] = list;
        this.append(list, kept[i]);
      }
    }
  }

  /** All mutable state. */
  state(): readonly Int32Array[] {
    return [this.head, this.fill, this.ids, this.next, this.free];
  }
}

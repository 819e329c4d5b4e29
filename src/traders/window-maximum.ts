/** The largest of the last so many values, each added in constant time on average: those that can never be the largest again are dropped. */
export class WindowMaximum {
  private readonly value: Float64Array;
  private readonly place: Int32Array;
  /** Head and tail of the ring, and values so far, counted without wrapping. */
  private readonly cursor = new Int32Array(3);
  private readonly window: number;

  /** @param window how many values back it looks, the newest included; whole, ≥ 1. */
  constructor(window: number) {
    this.window = window;
    this.value = new Float64Array(window);
    this.place = new Int32Array(window);
  }

  /** Adds a value, and gives the largest. */
  add(value: number): number {
    const { window, cursor } = this;
    const now = cursor[2]++;
    let head = cursor[0];
    let tail = cursor[1];
    while (tail > head && this.value[(tail - 1) % window] <= value) tail--;
    if (tail > head && this.place[head % window] <= now - window) head++;
    this.value[tail % window] = value;
    this.place[tail % window] = now;
    cursor[0] = head;
    cursor[1] = tail + 1;
    return this.value[head % window];
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.value, this.place, this.cursor];
  }
}

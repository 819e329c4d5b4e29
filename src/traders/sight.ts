/** One number a step as somebody sees it whose view is late. */
export class Sight {
  /** The newest at step modulo its length. */
  private readonly past: Float64Array;

  /** @param seconds how late the view is, to the nearest step. */
  constructor(seconds: number, stepSeconds: number) {
    this.past = new Float64Array(Math.round(seconds / stepSeconds) + 1);
  }

  /** Before the first step the number has always stood here. */
  open(value: number): void {
    this.past.fill(value);
  }

  /** Notes the number as it stands at a step, once a step, and gives it as it is seen. */
  see(step: number, value: number): number {
    const { past } = this;
    past[step % past.length] = value;
    return past[(step + 1) % past.length];
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.past];
  }
}

import { plain, seconds } from '../charts/format.ts';
import type { Progress } from '../experiment/sweep.ts';

const BAR = 28;
/** Width of a terminal that does not say how wide it is. */
const COLUMNS = 80;
const TERMINAL_MS = 100;
const PLAIN_MS = 5000;

/** Where progress goes: stderr, or a stand-in. */
export interface Screen {
  readonly isTTY?: boolean;
  /** Characters that a line has room for. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how far a sweep has come: a bar that is drawn over itself on a terminal, else a line every few seconds. */
export class ProgressLine {
  readonly #screen: Screen;
  readonly #clock: () => number;
  #last: number;
  #drawn = false;

  constructor(screen: Screen, clock: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#clock = clock;
    // A plain log begins with silence, a terminal at once.
    this.#last = screen.isTTY === true ? -Infinity : clock();
  }

  show(progress: Progress): void {
    const now = this.#clock();
    const terminal = this.#screen.isTTY === true;
    const complete = progress.done + progress.failed === progress.planned;
    if (now - this.#last < (terminal ? TERMINAL_MS : PLAIN_MS) && !complete) return;
    this.#last = now;
    if (!terminal) {
      this.#screen.write(`${describe(progress)}\n`);
      return;
    }
    // A line that wraps cannot be drawn over: the bar gives way first, then the end of the text. The last column stays empty.
    const room = (this.#screen.columns ?? COLUMNS) - 1;
    const text = describe(progress);
    const width = Math.max(0, Math.min(BAR, room - text.length - 1));
    const filled = Math.round((width * (progress.done + progress.failed)) / Math.max(1, progress.planned));
    const bar = width === 0 ? '' : `${'█'.repeat(filled)}${'░'.repeat(width - filled)} `;
    this.#screen.write(`\r\u001b[K${bar}${text.slice(0, room)}`);
    this.#drawn = true;
  }

  /** Leaves the line to what is printed next. */
  end(): void {
    if (this.#drawn) this.#screen.write('\n');
    this.#drawn = false;
  }
}

/** `384 of 768 runs, 17.2 a second, 22 s left, 1 failed`. */
function describe({ planned, done, failed, rate, secondsLeft }: Progress): string {
  const parts = [`${plain(done + failed, 12)} of ${plain(planned, 12)} runs`];
  if (rate !== null) parts.push(`${plain(rate)} a second`);
  if (secondsLeft !== null && secondsLeft > 0) parts.push(`${seconds(Math.ceil(secondsLeft))} left`);
  parts.push(`${failed} failed`);
  return parts.join(', ');
}

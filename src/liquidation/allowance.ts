import { fixedPoint } from '../core/fixed-point.ts';
import type { ThrottleOptions } from './options.ts';
import { LiquidationWindow, positionLimits, remainingAllowance } from './throttle.ts';

/** Stands for no block in which anything went. */
const NEVER = -1;

/**
 * How much of what is to be liquidated may go now: by position, account and market in a block, and by market in a sliding window, and by
 * what is being liquidated at once. Notional in
 * the unit of the options, times in seconds.
 */
export class Allowances {
  private readonly options: ThrottleOptions;
  /** The block in which an account was liquidated last, and how much of it went in that. */
  private readonly lastBlock: Int32Array;
  private readonly used: Float64Array;
  /** The same of every market. */
  private readonly marketBlock: Int32Array;
  private readonly marketUsed: Float64Array;
  private readonly windows: readonly LiquidationWindow[];
  /** What of each group is being liquidated: begun and not yet sent; and the sum. Empty where there is no limit. */
  private readonly open: Float64Array;
  private readonly opened = new Float64Array(1);

  constructor(options: ThrottleOptions, traders: number, markets: number) {
    const { window } = options;
    this.options = options;
    this.lastBlock = new Int32Array(traders).fill(NEVER);
    this.used = new Float64Array(traders);
    this.marketBlock = new Int32Array(markets).fill(NEVER);
    this.marketUsed = new Float64Array(markets);
    this.open = new Float64Array(options.system === undefined ? 0 : traders);
    this.windows =
      window === null
        ? []
        : Array.from(
            { length: markets },
            () => new LiquidationWindow({ capacity: window.notional, seconds: window.seconds, largestPremium: 0, skewScale: 1 }),
          );
  }

  private blockAt(time: number): number {
    const { block } = this.options;
    const blocks = Math.floor(time / block);
    // The quotient may fall just short of a block that has begun.
    return (blocks + 1) * block <= time ? blocks + 1 : blocks;
  }

  /** Most notional of a position worth `notional` that may go at a time; 0: none before `nextTime`. */
  roomFor(account: number, market: number, notional: number, time: number): number {
    const { position, account: most, market: whole } = this.options;
    const block = this.blockAt(time);
    const mine = this.lastBlock[account] === block ? this.used[account] : 0;
    const all = this.marketBlock[market] === block ? this.marketUsed[market] : 0;
    let room = Math.min(remainingAllowance(most, mine), remainingAllowance(whole, all));
    if (position !== null) {
      const size = BigInt(Math.floor(notional));
      const limits = positionLimits(size, BigInt(Math.floor(position.least)), fixedPoint(position.share, 6));
      room = Math.min(room, remainingAllowance(Number(limits.most), mine));
    }
    for (const window of this.windows.slice(market, market + 1)) room = Math.min(room, window.capacityAt(time));
    return !this.limitsSystem ? room : Math.min(room, this.open[account] > 0 ? this.open[account] : this.systemRoom);
  }

  /** Whether it matters what of a group is left. */
  get limitsSystem(): boolean {
    return this.open.length > 0;
  }

  /** What may begin to be liquidated. */
  get systemRoom(): number {
    const { system } = this.options;
    return system === undefined ? Infinity : remainingAllowance(system, this.opened[0]);
  }

  /** Notes that more, or with less than 0 less, is being liquidated. */
  hold(notional: number): void {
    this.opened[0] = Math.max(0, this.opened[0] + notional);
  }

  /** Notes that nothing of a group is being liquidated any more. */
  end(account: number): void {
    if (!this.limitsSystem) return;
    this.hold(-this.open[account]);
    this.open[account] = 0;
  }

  /** Notes what has gone of an account, and what of it is left that its liquidation goes on to. */
  take(account: number, market: number, notional: number, time: number, left = 0): void {
    if (this.limitsSystem) this.begin(account, notional, left);
    const block = this.blockAt(time);
    if (this.lastBlock[account] !== block) this.used[account] = 0;
    this.lastBlock[account] = block;
    this.used[account] += notional;
    if (this.marketBlock[market] !== block) this.marketUsed[market] = 0;
    this.marketBlock[market] = block;
    this.marketUsed[market] += notional;
    for (const window of this.windows.slice(market, market + 1)) window.take(time, notional, 0);
  }

  /** A group that begins takes as much of the room as it has to send, and gives it back as less is left. */
  private begin(account: number, notional: number, left: number): void {
    const was = this.open[account];
    this.end(account);
    this.open[account] = Math.min(left, was > 0 ? was : Math.min(notional + left, this.systemRoom));
    this.hold(this.open[account]);
  }

  /** When there may be more room than at a time: at the next block, or when the window has moved on. */
  nextTime(market: number, time: number): number {
    const block = (this.blockAt(time) + 1) * this.options.block;
    const [window] = this.windows.slice(market, market + 1);
    return window === undefined || window.capacityAt(time) > 0 ? block : Math.max(block, window.nextAt(time));
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [
      this.lastBlock,
      this.used,
      this.marketBlock,
      this.marketUsed,
      this.open,
      this.opened,
      ...this.windows.flatMap((window) => window.state()),
    ];
  }
}

import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { poisson } from '../core/samplers.ts';
import type { Exchange } from '../market/exchange.ts';

/** Trend followers with a position of bounded size. Money in quanta, times in seconds. */
export interface MomentumOptions {
  readonly kind: 'momentum';
  /** Traders, an account each. */
  readonly count: number;
  /** How often a second somebody looks at the market, all traders together. */
  readonly lookRate: number;
  /** Largest notional of one order. */
  readonly size: number;
  /** Largest notional of one trader's position, long or short. */
  readonly limit: number;
  /** Mean over the traders of the move that makes them follow, as a fraction (uniform from half to one and a half times this). */
  readonly threshold: number;
  /** Longest time over which a trader measures the move (uniform from 0 over the traders). */
  readonly horizon: number;
}

// Streams of the counter.
const COUNT = 0;
const LOOK = 1;
const TRAITS = 2;
const TRAIT_SLOTS = 2;

/** Largest order in lots: inside the book's 32-bit quantities. */
const MAX_LOTS = 1 << 28;

/**
 * Momentum traders of one market. One who looks and sees the mid moved by more than its threshold over its horizon goes with the move up
 * to its limit; one whose position the move has turned against gets out; anybody else does nothing. Market orders of at most `size`. Who
 * looks when depends on (seed, step, slot) alone.
 */
export class Momentum {
  private readonly options: MomentumOptions;
  private readonly exchange: Exchange;
  private readonly firstAccount: number;
  private readonly mean: number;
  /** By trader: the move that makes it follow. */
  private readonly threshold: Float64Array;
  /** By trader: steps over which it measures the move. */
  private readonly lookBack: Int32Array;
  /** Mid at step modulo its length. */
  private readonly past: Float64Array;

  constructor(options: MomentumOptions, exchange: Exchange, firstAccount: number, stepSeconds: number) {
    this.options = options;
    this.exchange = exchange;
    this.firstAccount = firstAccount;
    this.mean = options.lookRate * stepSeconds;
    this.threshold = new Float64Array(options.count);
    this.lookBack = new Int32Array(options.count);
    this.past = new Float64Array(Math.max(1, Math.round(options.horizon / stepSeconds)) + 1);
  }

  /** Draws every trader's threshold and horizon; nothing has moved before the start. */
  open(root: Root, mid: number): void {
    const { options, threshold, lookBack, past } = this;
    past.fill(mid);
    for (let i = 0; i < options.count; i++) {
      threshold[i] = options.threshold * (0.5 + uniform(root.lo, root.hi, TRAITS, 0, i * TRAIT_SLOTS));
      lookBack[i] = Math.ceil((past.length - 1) * uniform(root.lo, root.hi, TRAITS, 0, i * TRAIT_SLOTS + 1));
    }
  }

  /** Sends this step's orders. `mid` is this market's price in ticks, > 0. */
  act(root: Root, step: number, mid: number): void {
    const { options, exchange, firstAccount, past, threshold, lookBack } = this;
    const { lo, hi } = root;
    const held = exchange.ledger.lots;
    const length = past.length;
    past[step % length] = mid;
    const looks = this.mean === 0 ? 0 : poisson(this.mean, uniform(lo, hi, COUNT, step, 0));
    const perLot = exchange.ledger.notional(1, mid);
    const limit = Math.floor(options.limit / perLot);
    const most = Math.min(MAX_LOTS, Math.floor(options.size / perLot));
    for (let k = 0; k < looks; k++) {
      const trader = Math.floor(uniform(lo, hi, LOOK, step, k) * options.count);
      const move = mid / past[(step + length - lookBack[trader]) % length] - 1;
      const position = held[firstAccount + trader];
      let wanted = position;
      if (move > threshold[trader]) wanted = limit;
      else if (move < -threshold[trader]) wanted = -limit;
      else if (move * position < 0) wanted = 0;
      if (most === 0) continue;
      if (wanted > position) exchange.market(0, Math.min(most, wanted - position), firstAccount + trader);
      else if (wanted < position) exchange.market(1, Math.min(most, position - wanted), firstAccount + trader);
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.past, this.threshold, this.lookBack];
  }
}

import { mix } from '../core/random.ts';
import { wholeRatio } from '../core/ratio.ts';
import type { EngineMarket } from './engine-market.ts';
import { MILLIONTHS } from './fee.ts';
import type { LiquidationOptions, UnwindOptions } from './options.ts';

/**
 * The backstop vault works off what it took over: in every market at most so much notional a second, at most a share of what others have traded
 * there since its last order, and at a price not too far off the mark, by orders of its own that fill at once or not at all, whether it gains or
 * loses by them. What a second leaves is not saved for later but for the part of a lot.
 */
export class Unwinding {
  private readonly options: UnwindOptions;
  private readonly route: LiquidationOptions['route'];
  private readonly markets: readonly EngineMarket[];
  private readonly hash: Uint32Array;
  /** Lots that each market's vault may send now, the part of a lot that was left included. */
  private readonly allowance: Float64Array;
  /** Notional that had traded in each market when the vault last looked, its own included. */
  private readonly seen: Float64Array;

  constructor(options: UnwindOptions, route: LiquidationOptions['route'], markets: readonly EngineMarket[], hash: Uint32Array) {
    this.options = options;
    this.route = route;
    this.markets = markets;
    this.hash = hash;
    this.allowance = new Float64Array(markets.length);
    this.seen = new Float64Array(markets.length);
  }

  /** Sends one market's order for so many seconds; returns whether anything traded. */
  act(market: number, mark: number, seconds: number): boolean {
    const { allowance, hash } = this;
    const { ledger, accounts } = this.markets[market];
    const most = this.mostNotional(market, seconds);
    const held = ledger.lots[accounts.backstop];
    if (held === 0) return false;
    const due = (allowance[market] % 1) + most / ledger.notional(1, mark);
    const lots = Math.min(Math.abs(held), Math.floor(due));
    allowance[market] = due === Infinity ? 0 : due - lots;
    if (lots === 0) return false;
    const filled = this.send(market, mark, lots);
    mix(hash, filled);
    return filled > 0;
  }

  /** Notional that may go now by time and by what others have traded. */
  private mostNotional(market: number, seconds: number): number {
    const { options, seen } = this;
    const { exchange, scale } = this.markets[market];
    const pace = (options.rate * seconds) / scale;
    if (options.share === Infinity) return pace;
    const others = exchange.volume[0] - seen[market];
    seen[market] = exchange.volume[0];
    return Math.min(pace, options.share * others);
  }

  private send(market: number, mark: number, lots: number): number {
    const { ledger, accounts, exchange } = this.markets[market];
    const { backstop, absorber } = accounts;
    const sells = ledger.lots[backstop] > 0;
    if (this.route !== 'book') {
      if (sells) ledger.trade(absorber, backstop, lots, mark);
      else ledger.trade(backstop, absorber, lots, mark);
      return lots;
    }
    const { off } = this.options;
    const side = sells ? 1 : 0;
    const worst = (): number => {
      const distance = wholeRatio(mark, Math.round(off * MILLIONTHS), MILLIONTHS, 'down');
      return sells ? mark - distance : mark + distance;
    };
    const filled = off === Infinity ? exchange.market(side, lots, backstop) : exchange.ioc(side, worst(), lots, backstop);
    // What it trades itself is nobody else's.
    this.seen[market] += exchange.filled[1];
    return filled;
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.allowance, this.seen];
  }
}

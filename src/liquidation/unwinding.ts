import { mix } from '../core/random.ts';
import type { EngineMarket } from './engine-market.ts';
import type { LiquidationOptions } from './options.ts';

/**
 * The backstop vault works off what it took over: at most so much notional a second in every market, by market orders of its own, whether it
 * gains or loses by them. What a second leaves is not saved for later but for the part of a lot.
 */
export class Unwinding {
  private readonly perSecond: number;
  private readonly route: LiquidationOptions['route'];
  private readonly markets: readonly EngineMarket[];
  private readonly hash: Uint32Array;
  /** Lots that each market's vault may send now, the part of a lot that was left included. */
  private readonly allowance: Float64Array;

  constructor(perSecond: number, route: LiquidationOptions['route'], markets: readonly EngineMarket[], hash: Uint32Array) {
    this.perSecond = perSecond;
    this.route = route;
    this.markets = markets;
    this.hash = hash;
    this.allowance = new Float64Array(markets.length);
  }

  /** Sends one market's order for so many seconds; returns whether anything traded. */
  act(market: number, mark: number, seconds: number): boolean {
    const { allowance, hash } = this;
    const { ledger, accounts, exchange, scale } = this.markets[market];
    const held = ledger.lots[accounts.backstop];
    if (held === 0) return false;
    allowance[market] = (allowance[market] % 1) + (this.perSecond * seconds) / (ledger.notional(1, mark) * scale);
    const lots = Math.min(Math.abs(held), Math.floor(allowance[market]));
    if (lots === 0) return false;
    allowance[market] -= lots;
    let filled = lots;
    if (this.route === 'book') filled = exchange.market(held > 0 ? 1 : 0, lots, accounts.backstop);
    else if (held > 0) ledger.trade(accounts.absorber, accounts.backstop, lots, mark);
    else ledger.trade(accounts.backstop, accounts.absorber, lots, mark);
    mix(hash, filled);
    return filled > 0;
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.allowance];
  }
}

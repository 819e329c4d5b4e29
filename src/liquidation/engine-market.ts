import type { Ledger } from '../core/ledger.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { requirement } from '../margin/tiers.ts';
import type { TakerExchange } from '../market/exchange.ts';
import type { FeeTerms } from './fee.ts';
import { Tally } from './tally.ts';
import { Waterfall } from './waterfall.ts';
import type { WaterfallAccounts } from './waterfall.ts';

/** One market as the margin engine is told of it. */
export interface EngineMarketParts {
  readonly exchange: TakerExchange;
  readonly margin: MarginOptions;
  /** What is asked of accounts whose margin follows the market; null: there are none. */
  readonly dynamic: DynamicMargin | null;
  /** Depth of its thinner side at the opening; 0: nobody asks for it. */
  readonly depth: number;
  /** What a unit of this market's notional is in those of the engine's options. */
  readonly scale: number;
  /** The mark before the first step, in ticks. */
  readonly startMark: number;
  /** Whether what is traded is no contract but an asset that may be held as collateral. */
  readonly spot: boolean;
  /** absorber: whoever takes forced orders in the twin; outside: the rest of the world, which stands against listed traders. */
  readonly accounts: WaterfallAccounts & { readonly absorber: number; readonly outside: number };
  /** Of the liquidation fee; `FEE_TO_FUND` when not given. */
  readonly feeTerms?: FeeTerms;
}

/** One market as the margin engine trades in it: where its orders go, what positions are worth there, who bears their losses, and a tally. */
export class EngineMarket {
  readonly tally = new Tally();
  exchange!: TakerExchange;
  ledger!: Ledger;
  margin!: MarginOptions;
  waterfall!: Waterfall;
  accounts!: EngineMarketParts['accounts'];
  scale = 1;
  startMark = 1;
  /** Whether what is traded here is no contract but an asset that may be held as collateral. */
  spot = false;
  /** Share of a lot's value that counts as equity. */
  weight = 1;

  /** Takes in one run's terms. */
  open({ exchange, margin, accounts, scale, startMark, spot, feeTerms }: EngineMarketParts): void {
    this.exchange = exchange;
    this.ledger = exchange.ledger;
    this.margin = margin;
    this.accounts = accounts;
    this.scale = scale;
    this.startMark = startMark;
    this.spot = spot;
    this.weight = 1 - (margin.haircut ?? 0);
    this.waterfall = new Waterfall(exchange.ledger, accounts, feeTerms);
    this.tally.reset();
  }

  /** Notional of an account's position without its sign. */
  notional(account: number, mark: number): number {
    const { ledger } = this;
    return ledger.notional(Math.abs(ledger.lots[account]), mark);
  }

  /** The same at the opening mark, in the engine's units: compares positions of several markets. */
  openingNotional(account: number): number {
    return this.notional(account, this.startMark) * this.scale;
  }

  /** What the market's ladder demands for a position, in the unit of its notional. */
  maintenance(account: number, mark: number): number {
    const notional = this.notional(account, mark);
    return notional === 0 ? 0 : requirement(this.margin.maintenance, notional);
  }

  /** All mutable state but the ledger's and the book's, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [...this.tally.state(), ...this.waterfall.state()];
  }
}

import type { Ledger } from '../core/ledger.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { grownInitial, initialRequirement } from '../margin/initial-growth.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import type { HoldingTerms } from '../margin/sized-cross.ts';
import { initialBySize, maintenanceBySize, NO_REWARD } from '../margin/skew.ts';
import type { SizedLadder } from '../margin/skew.ts';
import { requirement } from '../margin/tiers.ts';
import { debtRate, weightOfLots } from '../margin/weights.ts';
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
  /** Share of a lot's value that counts as equity, of a small amount. */
  weight = 1;
  /** Maintenance of positions whose rate grows with their size, without what is set aside for keepers; null where it does not. */
  private sized: SizedLadder | null = null;
  /** Initial margin of such positions, with that. */
  private opening: SizedLadder | null = null;

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
    const { skew = null, maintenance, initial } = margin;
    this.sized = skew === null ? null : maintenanceBySize(maintenance, skew, NO_REWARD);
    this.opening = skew === null ? null : initialBySize(initial, skew, skew.reward);
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

  /** Whether an account owes some of the coin that is traded here. */
  isOwed(account: number): boolean {
    return this.spot && this.ledger.lots[account] < 0;
  }

  /** Share of the value of so many lots that counts as equity. */
  weightOf(lots: number): number {
    return this.spot && (lots < 0 || (this.margin.weights ?? null) !== null) ? weightOfLots(lots, this.margin) : this.weight;
  }

  /** What the market's ladder demands for a position of an account, in the unit of its notional. */
  maintenance(account: number, mark: number): number {
    return this.maintenanceOf(this.ledger.lots[account], mark);
  }

  /** The same for a position of so many lots. */
  maintenanceOf(lots: number, mark: number): number {
    if (lots === 0) return 0;
    const notional = this.ledger.notional(Math.abs(lots), mark);
    if (this.spot) return debtRate(lots, this.margin) * notional;
    return this.sized === null ? requirement(this.margin.maintenance, notional) : this.sized.requirement(lots, notional);
  }

  /** Notional of all that is open here at a mark, where initial margin rises with it; else 0, which nobody asks for. */
  openInterestAt(mark: number): number {
    return (this.margin.growth ?? null) === null ? 0 : this.ledger.notional(this.ledger.openInterest, mark);
  }

  /** What has to be there to open a position of so many lots at an open interest, in the unit of its notional. */
  initialOf(lots: number, mark: number, openInterest: number): number {
    const notional = this.ledger.notional(Math.abs(lots), mark);
    if (this.opening === null) return initialRequirement(this.margin, notional, openInterest);
    const demanded = this.opening.requirement(lots, notional);
    const { growth = null } = this.margin;
    return growth === null || lots === 0 ? demanded : grownInitial(growth, demanded, notional, openInterest);
  }

  /** Writes on which terms so many lots count, to a place of cross accounts' holdings. */
  writeTerms(lots: number, { weight, rate, flat }: HoldingTerms, place: number): void {
    const { skew = null } = this.margin;
    weight[place] = this.weightOf(lots);
    if (this.spot) rate[place] = debtRate(lots, this.margin);
    if (skew === null) return;
    rate[place] = Math.min(skew.most, skew.maintenance * Math.abs(lots));
    flat[place] = lots === 0 ? 0 : skew.least;
  }

  /** All mutable state but the ledger's and the book's, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [...this.tally.state(), ...this.waterfall.state()];
  }
}

import type { GeneralLedger } from '../core/general-ledger.ts';
import type { Stakes } from '../liquidation/winners.ts';
import type { LiquidationEngine } from '../liquidation/engine.ts';
import type { TakerExchange } from '../market/exchange.ts';
import type { Floor } from '../traders/floor.ts';
import { CROSS } from '../traders/population.ts';

/** What a venue's floor is made of. */
export interface FloorParts {
  readonly engine: LiquidationEngine;
  readonly ledger: GeneralLedger;
  /** Where orders go. */
  readonly markets: readonly { readonly exchange: TakerExchange }[];
  /** What gives each market's margin price now, in ticks: the market, or a tape of it. */
  readonly prices: readonly { look(): number }[];
  /** The market of each trader's position, CROSS for a cross account, and the market in whose currency it settles. */
  readonly marketOf: Uint8Array;
  readonly homeOf: Uint8Array;
  /** The account that holds the traders' money outside. */
  readonly reserves: number;
  /** Whom options are bought from; what is listed stands in the ledger after the markets. */
  readonly optionMaker: number;
  /** What traders put in; raised by what they pay in. */
  readonly stakes: Stakes;
}

/** The venue as its leveraged traders deal with it: through the ledger, the markets and the margin engine. */
export class MarginFloor implements Floor {
  /** Σ notional by market: what was paid in by traders there, each amount at the mark then, and what their own orders filled. */
  readonly paidIn: Float64Array;
  readonly traded: Float64Array;
  private readonly parts: FloorParts;
  private readonly marks: Float64Array;

  constructor(parts: FloorParts) {
    const markets = parts.markets.length;
    this.parts = parts;
    this.paidIn = new Float64Array(markets);
    this.traded = new Float64Array(markets);
    this.marks = new Float64Array(markets);
  }

  mark(market: number): number {
    return this.parts.prices[market].look();
  }

  lots(account: number, market: number): number {
    return this.parts.ledger.markets[market].lots[account];
  }

  /** The marks that an account depends on. */
  private marksOf(account: number): Float64Array {
    const { marks, parts } = this;
    const market = parts.marketOf[account];
    if (market === CROSS) for (let m = 0; m < marks.length; m++) marks[m] = this.mark(m);
    else marks[market] = this.mark(market);
    return marks;
  }

  /** The market whose currency an account settles in. */
  private home(account: number): number {
    return this.parts.homeOf[account];
  }

  isCalled(account: number): boolean {
    return this.parts.engine.isCalled(account, this.marksOf(account));
  }

  isFree(account: number): boolean {
    return this.parts.engine.isFree(account);
  }

  lacking(account: number, coverage: number): number {
    return Math.max(0, this.parts.engine.lacking(account, coverage, this.marksOf(account)));
  }

  deposit(account: number, money: number): void {
    const { ledger, reserves, stakes } = this.parts;
    const market = this.home(account);
    const books = ledger.markets[market];
    books.transfer(reserves, account, money);
    stakes.putIn[account] += money;
    this.paidIn[market] += books.inQuote(money, this.mark(market));
    this.renew(account);
  }

  affordable(account: number, market: number, leverage: number): number {
    const { ledger, engine, stakes } = this.parts;
    const books = ledger.markets[market];
    const mark = this.mark(market);
    const own = books.worth(account, mark);
    // All that is in the account now is at stake.
    stakes.putIn[account] = books.cash[account];
    const asks = engine.markets[market];
    const openInterest = asks.openInterestAt(mark);
    let lots = Math.floor((leverage * own) / books.notional(1, mark));
    for (;;) {
      const asked = lots < 1 ? 0 : asks.initialOf(lots, mark, openInterest);
      if (asked <= own) return Math.max(0, lots);
      lots = Math.min(lots - 1, Math.floor((lots * own) / asked));
    }
  }

  order(account: number, market: number, lots: number): number {
    const { markets, ledger, engine, stakes } = this.parts;
    const { exchange } = markets[market];
    const { lots: held } = ledger.markets[market];
    const before = held[account];
    const filled = exchange.market(lots > 0 ? 0 : 1, Math.abs(lots), account);
    if (filled === 0) return 0;
    this.traded[market] += exchange.filled[1];
    // Of what a position was worth at entry the part that is still held stays.
    if (this.parts.marketOf[account] !== CROSS && before !== 0) stakes.entryValue[account] *= Math.abs(held[account] / before);
    engine.review(account, market, (before === 0 ? lots : before) > 0, this.marksOf(account));
    return filled;
  }

  exposure(account: number, market: number): number {
    return this.lots(account, market) * this.lotExposure(market);
  }

  lotExposure(market: number): number {
    const { engine, ledger } = this.parts;
    return ledger.markets[market].notional(1, this.mark(market)) * engine.markets[market].scale;
  }

  isRelief(account: number, market: number, lots: number): boolean {
    const { now, after } = this.parts.engine.demandWith(account, market, lots, this.marksOf(account));
    return after < now;
  }

  optionLots(account: number, option: number): number {
    return this.lots(account, this.parts.markets.length + option);
  }

  buyOption(account: number, option: number, lots: number, spread: number): void {
    const { engine, ledger, markets, optionMaker } = this.parts;
    const place = markets.length + option;
    const books = ledger.markets[place];
    const marks = this.marksOf(account);
    const value = lots * books.lotValue(engine.optionPrice(option, marks));
    const price = Math.ceil(value * (1 + spread));
    const { now, after } = engine.demandWith(account, place, lots, marks);
    if (now - after <= price - value) return;
    books.sell(account, optionMaker, lots, price);
    this.renew(account);
  }

  review(account: number): void {
    this.parts.engine.reviewCall(account, this.marksOf(account));
  }

  /** Has the engine look at an account whose money or options have changed. */
  private renew(account: number): void {
    const market = this.home(account);
    this.parts.engine.review(account, market, this.lots(account, market) > 0, this.marksOf(account));
  }

  /** All mutable state but the ledger's and the engine's, for snapshots. */
  state(): readonly Float64Array[] {
    const { stakes } = this.parts;
    return [this.paidIn, this.traded, stakes.putIn, stakes.entryValue];
  }
}

import type { Ledger } from '../core/ledger.ts';
import { derive, root } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { CurveExchange } from '../market/curve-exchange.ts';
import { FundingRate, premiumOf } from '../market/funding.ts';
import { Oracle } from '../market/oracle.ts';
import { MarkPrice } from '../market/prices.ts';
import { checkedMark } from './market.ts';
import type { MarketShape, SharedAccounts, StateArray } from './market.ts';
import type { MarketOptions, RunSeed } from './options.ts';

/**
 * One market of a world whose orders fill on an impact curve: no book, no spread and nobody who trades but the margin engine and the
 * scheduled orders. The price is the outside price moved by the curve's displacement; the last trade's is that to the nearest tick.
 */
export class CurveMarket {
  readonly shape: MarketShape;
  exchange!: CurveExchange;
  private options!: MarketOptions;
  private outside!: Float64Array;
  private shared!: SharedAccounts;
  private prices!: MarkPrice;
  private funding: FundingRate | null = null;
  /** Next scheduled order. */
  private readonly cursor = new Int32Array(1);
  /** Mark at the end of the last step. */
  private readonly level = new Float64Array(1);

  constructor(shape: MarketShape) {
    this.shape = shape;
  }

  /** Starts a run, as `Market.open` does; the curve is at rest. */
  open(
    options: MarketOptions,
    outside: Float64Array,
    ledger: Ledger,
    account: number,
    shared: SharedAccounts,
    seed: RunSeed,
    stepSeconds: number,
  ): void {
    const { quotes, asset, mark, oracle, funding } = options;
    if (quotes.kind !== 'curve') throw new Error(`market of ${asset.symbol}: found ${quotes.kind}, want a curve`);
    this.options = options;
    this.outside = outside;
    this.shared = shared;
    this.cursor.fill(0);
    this.exchange = new CurveExchange(quotes.impact, ledger, account, outside[0]);
    const rootOf = (component: string): Root => derive(root(seed.seed, `${component}/${asset.symbol}`), seed.replicate);
    this.prices = new MarkPrice(mark, stepSeconds, oracle === null ? null : new Oracle(oracle, stepSeconds, rootOf));
    this.prices.reset(outside[0]);
    this.funding = funding === null ? null : new FundingRate(funding, stepSeconds);
    this.funding?.reset();
    this.level[0] = this.look();
  }

  /** Phases one to three of a step: the outside price moves, scheduled orders trade, and the mark's slow parts are looked at. */
  act(step: number, time: number): void {
    const { exchange, cursor, outside } = this;
    const { orders } = this.options;
    exchange.advance(time, outside[step]);
    while (cursor[0] < orders.length && orders[cursor[0]].at <= time) this.trade(orders[cursor[0]++].lots);
    this.prices.advance(step, outside[step], exchange.price, exchange.price, this.last);
  }

  /** Sends a market order of whoever is outside: lots > 0 buy. */
  trade(lots: number): void {
    this.exchange.market(lots > 0 ? 0 : 1, Math.abs(lots), this.shared.outside);
  }

  /** Phase four of a step: quanta that a long owes a lot now as funding, of any sign; NaN at a step without a payment. */
  fundingDue(step: number): number {
    const { funding, exchange } = this;
    if (funding === null || !funding.isDue(step)) return NaN;
    const { index } = this.prices;
    const notional = (this.options.funding?.impact ?? 0) / exchange.ledger.factor;
    const rate = funding.advance(step, premiumOf(exchange.impactPrice(0, notional), exchange.impactPrice(1, notional), index));
    return rate * Math.abs(exchange.ledger.lotValue(index));
  }

  /** The margin price as the mark's rule gives it now, in ticks. */
  look(): number {
    const { price } = this.exchange;
    return checkedMark(this.prices.current(price, price, this.last), this.shape.maxTick, this.options.asset.symbol);
  }

  /** Keeps the mark as it stands at a step's end, and returns it. */
  settle(): number {
    return (this.level[0] = this.look());
  }

  /** Between steps: lets the displacement decay up to a moment; true if that moved the price. */
  react(time: number): boolean {
    const { exchange } = this;
    if (time <= exchange.time) return false;
    const before = exchange.price;
    exchange.advance(time, exchange.index);
    return exchange.price !== before;
  }

  /** Nobody quotes: what a run-out curve has to give comes back with time, and is looked at when the next step begins. */
  readonly nextLook = Infinity;

  /** A curve is never halted. */
  readonly isOpen = true;

  /** The curve's price to the nearest tick: what a trade would cost now. */
  get price(): number {
    return Math.round(this.exchange.price);
  }

  /** The same: a curve's last price moves with it. */
  get last(): number {
    return this.price;
  }

  /** The curve's price in ticks. */
  mid(): number {
    return this.exchange.price;
  }

  /** The curve's price while there is a lot to sell to it, else −1. */
  get bestBid(): number {
    return this.exchange.lotsLeft(1) >= 1 ? this.exchange.price : -1;
  }

  /** The curve's price while there is a lot to buy from it, else −1. */
  get bestAsk(): number {
    return this.exchange.lotsLeft(0) >= 1 ? this.exchange.price : -1;
  }

  /** Lots that the bids [0] or asks [1] take before the price passes a bound: all, whatever is enough. */
  depth(side: 0 | 1, bound: number, _enough?: number): number {
    return this.exchange.lotsWithin(side === 0 ? 1 : 0, bound);
  }

  /** Margin price at the end of the last step, in ticks. */
  get mark(): number {
    return this.level[0];
  }

  /** Outside price of the last step, in ticks. */
  get index(): number {
    return this.exchange.index;
  }

  /** Displacement of this market from the outside price. */
  get displacement(): number {
    return this.exchange.price / this.exchange.index - 1;
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly StateArray[] {
    return [
      this.cursor,
      this.level,
      ...this.exchange.state(),
      ...this.prices.state(),
      ...(this.funding === null ? [] : this.funding.state()),
    ];
  }
}

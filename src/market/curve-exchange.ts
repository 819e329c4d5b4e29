import type { Ledger } from '../core/ledger.ts';
import { impactCurve } from './curve.ts';
import type { ImpactCurve } from './curve.ts';
import { ASK, BID } from './exchange.ts';
import type { TakerExchange } from './exchange.ts';
import type { ImpactOptions } from './impact.ts';

/** How far this market may stand from the outside price before it gives nothing more: a hundredth below, twice above; never below a tick. */
const LOWEST_SHARE = 0.01;
const HIGHEST_SHARE = 2;

/** The time that the curve has been brought to, the outside price and the curve's own, in ticks. */
const TIME = 0;
const INDEX = 1;
const PRICE = 2;

/**
 * An impact curve together with the ledger: every fill is booked between the taker and the curve's account, at the curve's average price
 * over the whole order. The options hold at the opening price. When the outside price moves, displacements keep their size in money; of
 * a constant product pool and of a skew they keep their share of the price; a pool's reserve goes with one over the root of the price (see
 * `recentred`).
 */
export class CurveExchange implements TakerExchange {
  readonly ledger: Ledger;
  readonly filled = new Float64Array(3);
  readonly volume = new Float64Array(1);
  private readonly curve: ImpactCurve;
  private readonly account: number;
  private readonly start: number;
  private readonly isPool: boolean;
  /** Whether displacements are shares of the outside price, not sums of money. */
  private readonly isShare: boolean;
  private readonly level = new Float64Array(3);

  /** @param start the opening price in ticks; @param account the curve's own, which takes the other side of every fill. */
  constructor(options: ImpactOptions, ledger: Ledger, account: number, start: number) {
    this.ledger = ledger;
    this.curve = impactCurve(options);
    this.account = account;
    this.start = start;
    this.isPool = options.kind === 'constant-product';
    this.isShare = this.isPool || options.kind === 'skew';
    this.level[INDEX] = start;
    this.level[PRICE] = start;
  }

  /** Price now, in ticks, not rounded. */
  get price(): number {
    return this.level[PRICE];
  }

  /** Outside price now, in ticks. */
  get index(): number {
    return this.level[INDEX];
  }

  /** The last moment that the curve was brought to, in seconds. */
  get time(): number {
    return this.level[TIME];
  }

  /** Lets time pass, and the outside price be what it then is. */
  advance(time: number, index: number): void {
    const { level } = this;
    // What ends one step and what begins the next may differ in the last digit.
    level[TIME] = Math.max(time, level[TIME]);
    level[INDEX] = index;
    level[PRICE] = this.current();
  }

  /** Lots that can be bought (side 0) or sold (1) before the price passes a bound in ticks; ≥ 0, not whole. */
  lotsWithin(side: 0 | 1, bound: number): number {
    const lots = this.curve.lotsTo((bound - this.level[INDEX]) / this.unit, this.level[TIME]) / this.lotUnit;
    return Math.max(0, side === BID ? lots : -lots);
  }

  /** Lots that can be bought or sold before the market's end. */
  lotsLeft(side: 0 | 1): number {
    return this.lotsWithin(side, side === BID ? this.highest : this.lowest);
  }

  market(side: 0 | 1, lots: number, account: number): number {
    const { ledger, filled, level } = this;
    const taken = Math.min(lots, Math.floor(this.lotsLeft(side)));
    if (taken < 1) {
      filled.fill(0);
      return 0;
    }
    const price = this.fill(side, taken);
    const money = side === BID ? ledger.tradeAt(account, this.account, taken, price) : ledger.tradeAt(this.account, account, taken, price);
    filled[0] = taken;
    filled[1] = ledger.inverse ? ledger.notional(taken, price) : money;
    filled[2] = money;
    this.volume[0] += filled[1];
    level[PRICE] = this.current();
    return taken;
  }

  ioc(side: 0 | 1, tick: number, lots: number, account: number): number {
    const within = Math.floor(this.lotsWithin(side, Math.min(tick, this.highest)));
    if (within >= 1 && tick > 0) return this.market(side, Math.min(lots, within), account);
    this.filled.fill(0);
    return 0;
  }

  proceeds(lots: number): number {
    return this.priceOf(ASK, lots);
  }

  outlay(lots: number): number {
    return this.priceOf(BID, lots);
  }

  /** Quanta that an order of a side would fill for; −1 where the market ends before. */
  private priceOf(side: 0 | 1, lots: number): number {
    if (lots > Math.floor(this.lotsLeft(side))) return -1;
    const { curve } = this;
    const before = curve.state().map((array) => array.slice());
    const price = this.fill(side, lots);
    curve.state().forEach((array, k) => array.set(before[k]));
    return lots * Math.abs(this.ledger.lotValue(price));
  }

  /**
   * Average price in ticks at which a side (0 the bids, 1 the asks) would take `value` ticks × lots, counted at the present price, of an
   * inverse contract `value` lots; −1 where it does not take as much. 0 or less: the present price.
   */
  impactPrice(side: 0 | 1, value: number): number {
    const { curve, level } = this;
    if (!(value > 0)) return level[PRICE];
    const lots = this.ledger.inverse ? value : value / level[PRICE];
    const order = side === BID ? ASK : BID;
    if (lots > this.lotsLeft(order)) return -1;
    const before = curve.state().map((array) => array.slice());
    const price = this.fill(order, lots);
    curve.state().forEach((array, k) => array.set(before[k]));
    return price;
  }

  /** Trades on the curve; gives the average price in ticks. */
  private fill(side: 0 | 1, lots: number): number {
    const { curve, level } = this;
    // Where it ends was found before: the curve has no end of its own.
    curve.trade((side === BID ? lots : -lots) * this.lotUnit, level[TIME], -Infinity);
    return this.bounded(level[INDEX] + this.unit * curve.averageFill);
  }

  private current(): number {
    return this.bounded(this.level[INDEX] + this.unit * this.curve.displacement(this.level[TIME]));
  }

  /** Ticks that a displacement of 1 stands for. */
  private get unit(): number {
    return this.isShare ? this.level[INDEX] : this.start;
  }

  /** Lots of the opening reserve that a lot of the present one stands for. */
  private get lotUnit(): number {
    return this.isPool ? Math.sqrt(this.level[INDEX] / this.start) : 1;
  }

  private get lowest(): number {
    return Math.max(1, this.level[INDEX] * LOWEST_SHARE);
  }

  private get highest(): number {
    return Math.max(1, this.level[INDEX] * HIGHEST_SHARE);
  }

  private bounded(price: number): number {
    return Math.min(Math.max(price, this.lowest), this.highest);
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.level, this.filled, this.volume, ...this.curve.state()];
  }
}

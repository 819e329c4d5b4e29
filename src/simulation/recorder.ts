import type { LiquidationEngine } from '../liquidation/engine.ts';
import type { CurveMarket } from './curve-market.ts';
import { DEPTH_RANGE } from './depth.ts';
import type { Market } from './market.ts';

/** One market in one arm of a run, as it went: step 0 is the state before the first step. Ticks and quanta. */
export class Recorder {
  readonly last: Float64Array;
  readonly mark: Float64Array;
  readonly minDepth = new Float64Array(1);
  readonly maxSpread = new Float64Array(1);
  readonly oneSided = new Float64Array(1);
  /** Per step, only with detail. */
  readonly detail: Detail | null;

  constructor(steps: number, detail: boolean) {
    this.last = new Float64Array(steps + 1);
    this.mark = new Float64Array(steps + 1);
    this.detail = detail ? new Detail(steps) : null;
  }

  /** Notes the state as it stands; `watchBook`: depth and spread too. */
  note(market: Market | CurveMarket, step: number, watchBook: boolean): void {
    this.last[step] = market.price;
    this.mark[step] = market.mark;
    if (!watchBook) return;
    const { bestBid, bestAsk } = market;
    const mid = market.mid();
    // Lots are worth the same at every price when they settle in coin.
    const perLot = market.exchange.ledger.inverse ? 1 : mid;
    if (step === 0) this.minDepth[0] = Infinity;
    // Without detail nobody asks by how much a side is deeper than the smallest so far. A lot more, because the quotient is rounded.
    const enough = this.detail === null ? this.minDepth[0] / perLot + 1 : Infinity;
    const bids = bestBid < 0 ? 0 : market.depth(0, mid * (1 - DEPTH_RANGE), enough);
    const asks = bestAsk < 0 ? 0 : market.depth(1, mid * (1 + DEPTH_RANGE), enough);
    if (this.detail !== null) this.detail.note(market, step, bids * perLot, asks * perLot);
    // Quotes that are collected for an auction are no depth that anybody could take.
    if (!market.isOpen) return;
    if (bestBid < 0 || bestAsk < 0) {
      if (step > 0) this.oneSided[0]++;
    } else {
      const spread = (2 * (bestAsk - bestBid)) / (bestAsk + bestBid);
      if (spread > this.maxSpread[0]) this.maxSpread[0] = spread;
    }
    const thinner = (bids < asks ? bids : asks) * perLot;
    if (thinner < this.minDepth[0]) this.minDepth[0] = thinner;
  }
}

/** Everything per step, for `run` and the report's example. */
export class Detail {
  readonly index: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** Lots × ticks within 1 % of the mid; of an inverse contract lots. */
  readonly bidDepth: Float64Array;
  readonly askDepth: Float64Array;
  readonly displacement: Float64Array;
  readonly forcedFlow: Float64Array;
  readonly backstopFlow: Float64Array;
  readonly liquidations: Float64Array;
  readonly queued: Float64Array;
  /** Sums since the start: forced notional in the book and off it, and notional of positions that were deleveraged. */
  readonly onBook: Float64Array;
  readonly offBook: Float64Array;
  readonly deleveraged: Float64Array;
  /** Rate that margin which follows the market demands; NaN where none does. */
  readonly marginRate: Float64Array;

  constructor(steps: number) {
    const column = (): Float64Array => new Float64Array(steps + 1);
    this.index = column();
    this.bid = column();
    this.ask = column();
    this.bidDepth = column();
    this.askDepth = column();
    this.displacement = column();
    this.forcedFlow = column();
    this.backstopFlow = column();
    this.liquidations = column();
    this.queued = column();
    this.onBook = column();
    this.offBook = column();
    this.deleveraged = column();
    this.marginRate = column();
  }

  note(market: Market | CurveMarket, step: number, bids: number, asks: number): void {
    const { bestBid, bestAsk } = market;
    this.index[step] = market.index;
    this.bid[step] = bestBid < 0 ? NaN : bestBid;
    this.ask[step] = bestAsk < 0 ? NaN : bestAsk;
    this.bidDepth[step] = bids;
    this.askDepth[step] = asks;
    this.displacement[step] = market.displacement;
  }

  /** What the engine did in this market, and how many groups wait in all. */
  noteEngine(engine: LiquidationEngine, market: number, step: number): void {
    const { tally } = engine.markets[market];
    this.forcedFlow[step] = tally.stepFlow;
    this.backstopFlow[step] = tally.stepTakenOver;
    this.liquidations[step] = tally.stepGroups;
    this.queued[step] = engine.waiting;
    this.onBook[step] = tally.onBook;
    this.offBook[step] = tally.absorbed + tally.takenOver + tally.deleveraged;
    this.deleveraged[step] = engine.deleveraging?.notional[market] ?? 0;
    this.marginRate[step] = engine.desks.rateOf(market);
  }
}

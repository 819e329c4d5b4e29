import { isBelow } from '../margin/isolated.ts';
import { flatTiers } from '../margin/tiers.ts';
import type { ImpactCurve } from '../market/curve.ts';

/**
 * Positions of one kind, the one that is liquidated first first: that of the highest bankruptcy price of longs, of the lowest of
 * shorts. Maintenance is a rate of the notional, so this order is the same at every rate and threshold, and is worst first, by trigger
 * price and by arrival at once.
 */
export interface Holders {
  /** 1 long, −1 short. */
  readonly side: 1 | -1;
  /** Size of each position, above 0, in lots of the basket. */
  readonly lots: Float64Array;
  /** Cash of each, net of what its lots cost, so that equity is cash + side × lots × price of the basket. */
  readonly cash: Float64Array;
  /** Lots of each asset in a lot of the basket. */
  readonly basket: readonly number[];
  /** Cash a lot that is added to a position when its margin call goes out; 0: calls are not answered. */
  readonly topUp: number;
}

/** A cascade on impact curves: one shock of the outside prices, then nothing but margin. */
export interface CurveCascade {
  /** The market of each asset. */
  readonly curves: readonly ImpactCurve[];
  /** The outside price of each asset after the shock. */
  readonly outside: readonly number[];
  readonly holders: readonly Holders[];
  /**
   * sequential: the worst position goes to the market alone, and the next is looked for at the price that this leaves; batch: all that
   * are triggered at a price go out as one order, a generation.
   */
  readonly mode: 'sequential' | 'batch';
  /** What closed positions get: the average fill of the order they went in, or the price that the whole cascade ends at. */
  readonly settlement: 'order' | 'final';
  /** Maintenance rate m, or m as a function of the assets' prices for a requirement that rises as they fall. */
  readonly maintenance: number | ((prices: Float64Array) => number);
  /** θ: the multiple of maintenance at which a position is liquidated. */
  readonly threshold: number;
  /** The multiple of maintenance below which a margin call goes out, ≥ θ. */
  readonly call: number;
  readonly equalityLiquidates: boolean;
  /** Seconds from the trigger of an order to its trade. */
  readonly latency: number;
  /** Orders after which the cascade is broken off. */
  readonly most: number;
}

export interface CurveCascadeResult {
  /** Positions closed. */
  readonly liquidated: number;
  /** Lots of the baskets closed, by kind of holders. */
  readonly lots: readonly number[];
  /** Price of each asset after the last order. */
  readonly prices: readonly number[];
  /** The lowest price of each asset at any moment from the shock on, and the highest. */
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
  readonly orders: number;
  /** Lots of the baskets by generation; empty in sequential mode. */
  readonly generations: readonly number[];
  readonly calls: number;
  /** Σ max(0, −equity) of closed positions at what they were settled at. */
  readonly badDebt: number;
  /** Lots of assets that the curves could not fill; above 0 only when that ended the cascade. */
  readonly remainder: number;
  /** Why it ended: nothing more was triggered, everybody is liquidated, a book ended, or `most` orders were sent. */
  readonly end: 'quiet' | 'all' | 'book' | 'most';
}

/** Notional itself: the rate is in the level, where it may move. */
const NOTIONAL = flatTiers(1);

/**
 * The cash of a position that is liquidated at a price: the root of cash + side × lots × price = level × lots × price.
 * @param level θ × maintenance rate, below 1.
 */
export function cashAt(side: 1 | -1, lots: number, price: number, level: number): number {
  return lots * price * (level - side);
}

/**
 * Plays a cascade from rest; the curves are left as it ends. Each position is asked the engine's own question (`isBelow`) at real
 * prices, once at most after each order and never again after it is closed: O(positions + orders), about 30 ns a position.
 * @throws RangeError when holders are out of order, an array does not fit, or a level is not allowed.
 */
export function runCurveCascade(cascade: CurveCascade): CurveCascadeResult {
  check(cascade);
  const run = new Run(cascade);
  if (cascade.mode === 'batch') run.batch();
  else run.sequential();
  return run.result();
}

function check({ curves, outside, holders, threshold, call, latency, most }: CurveCascade): void {
  if (curves.length === 0 || outside.length !== curves.length) {
    throw new RangeError(
      `curve cascade: found ${curves.length} curves and ${outside.length} outside prices, want as many of each, at least one`,
    );
  }
  outside.forEach((price, j) => {
    if (!(price > 0 && price < Infinity)) throw new RangeError(`curve cascade: found outside price ${price} of asset ${j}, want above 0`);
  });
  if (!(threshold >= 0)) throw new RangeError(`curve cascade: found threshold ${threshold}, want at least 0`);
  if (!(call >= threshold)) throw new RangeError(`curve cascade: found call level ${call}, want at least the threshold ${threshold}`);
  if (!(latency >= 0 && latency < Infinity)) throw new RangeError(`curve cascade: found latency ${latency}, want seconds from 0`);
  if (!(most >= 1)) throw new RangeError(`curve cascade: found most ${most}, want at least 1`);
  holders.forEach(({ lots, cash, basket, topUp }, k) => {
    if (cash.length !== lots.length)
      throw new RangeError(`curve cascade: holders ${k}: found ${cash.length} cash of ${lots.length} positions, want one each`);
    if (basket.length !== curves.length || basket.some((weight) => !(weight >= 0))) {
      throw new RangeError(
        `curve cascade: holders ${k}: found basket ${basket.join(', ')}, want a number from 0 for each of ${curves.length} assets`,
      );
    }
    if (!(topUp >= 0)) throw new RangeError(`curve cascade: holders ${k}: found topUp ${topUp}, want at least 0`);
    let before = -Infinity;
    for (let i = 0; i < lots.length; i++) {
      const distance = cash[i] / lots[i];
      if (!(lots[i] > 0)) throw new RangeError(`curve cascade: holders ${k}, position ${i}: found ${lots[i]} lots, want above 0`);
      // longs: the bankruptcy price −cash/lots falls; shorts: cash/lots rises
      if (!(distance >= before))
        throw new RangeError(
          `curve cascade: holders ${k}, position ${i}: found a worse position than the one before, want the worst first`,
        );
      before = distance;
    }
  });
}

class Run {
  private readonly cascade: CurveCascade;
  private readonly prices: Float64Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** First position of each kind that is still open, and first that was not called yet. */
  private readonly open: Int32Array;
  private readonly uncalled: Int32Array;
  /** Average fill of the last order, by asset. */
  private readonly fills: Float64Array;
  private readonly closed: Float64Array;
  private readonly generations: number[] = [];
  /** θ × m and call × m at the present prices. */
  private level = 0;
  private callLevel = 0;
  private time = 0;
  private orders = 0;
  private badDebt = 0;
  private remainder = 0;
  private end: CurveCascadeResult['end'] = 'quiet';

  constructor(cascade: CurveCascade) {
    const assets = cascade.curves.length;
    const kinds = cascade.holders.length;
    this.cascade = cascade;
    this.prices = new Float64Array(assets);
    this.low = new Float64Array(assets).fill(Infinity);
    this.high = new Float64Array(assets).fill(-Infinity);
    this.fills = new Float64Array(assets);
    this.open = new Int32Array(kinds);
    this.uncalled = new Int32Array(kinds);
    this.closed = new Float64Array(kinds);
    for (const curve of cascade.curves) curve.reset();
    this.look();
  }

  batch(): void {
    const { cascade, open } = this;
    const { holders, curves, latency } = cascade;
    const from = new Int32Array(holders.length);
    const order = new Float64Array(curves.length);
    for (;;) {
      order.fill(0);
      let total = 0;
      for (let k = 0; k < holders.length; k++) {
        const { lots, side, basket } = holders[k];
        from[k] = open[k];
        let sum = 0;
        while (this.triggered(k)) sum += lots[open[k]++];
        this.closed[k] += sum;
        total += sum;
        for (let j = 0; j < order.length; j++) order[j] -= side * sum * basket[j];
      }
      if (total === 0) return this.finish('quiet');
      if (this.orders >= cascade.most) return this.finish('most', from);
      this.time += latency;
      this.generations.push(total);
      if (!this.send(order)) return this.finish('book', from);
      if (cascade.settlement === 'order')
        for (let k = 0; k < holders.length; k++) for (let i = from[k]; i < open[k]; i++) this.settle(k, i, this.fills);
    }
  }

  sequential(): void {
    const { cascade, open } = this;
    const { holders, curves, latency, settlement } = cascade;
    const order = new Float64Array(curves.length);
    for (;;) {
      const k = this.worst();
      if (k < 0) return this.finish('quiet');
      if (this.orders >= cascade.most) return this.finish('most');
      const { lots, side, basket } = holders[k];
      const i = open[k];
      for (let j = 0; j < order.length; j++) order[j] = -side * lots[i] * basket[j];
      this.time += latency;
      if (!this.send(order)) return this.finish('book');
      open[k]++;
      this.closed[k] += lots[i];
      if (settlement === 'order') this.settle(k, i, this.fills);
    }
  }

  /** The kind whose next position is triggered and has the lowest equity for its notional; −1: none is. */
  private worst(): number {
    const { holders } = this.cascade;
    let best = -1;
    let lowest = Infinity;
    for (let k = 0; k < holders.length; k++) {
      if (!this.triggered(k)) continue;
      if (holders.length === 1) return k;
      const coverage = this.equity(k, this.open[k], this.prices) / (holders[k].lots[this.open[k]] * this.basketPrice(k, this.prices));
      if (coverage < lowest) {
        lowest = coverage;
        best = k;
      }
    }
    return best;
  }

  /** Whether the next position of a kind is below the threshold, after the calls that are due at the present prices. */
  private triggered(k: number): boolean {
    const { open, uncalled, cascade } = this;
    const { side, lots, cash, topUp } = cascade.holders[k];
    const price = this.basketPrice(k, this.prices);
    while (
      uncalled[k] < lots.length &&
      isBelow(cash[uncalled[k]], side * lots[uncalled[k]], price, 1, NOTIONAL, this.callLevel, cascade.equalityLiquidates)
    )
      uncalled[k]++;
    const i = open[k];
    return (
      i < uncalled[k] && isBelow(cash[i] + topUp * lots[i], side * lots[i], price, 1, NOTIONAL, this.level, cascade.equalityLiquidates)
    );
  }

  /** Trades an order of signed lots in each asset; whether all of it was filled. */
  private send(order: Float64Array): boolean {
    const { curves, outside, settlement } = this.cascade;
    let missing = 0;
    for (let j = 0; j < order.length; j++) {
      const filled = curves[j].trade(order[j], this.time);
      missing += Math.abs(order[j] - filled);
      if (settlement === 'order') this.fills[j] = outside[j] * (1 + curves[j].averageFill);
    }
    this.orders++;
    this.look();
    this.remainder = missing;
    return missing === 0;
  }

  private look(): void {
    const { prices, low, high, cascade } = this;
    for (let j = 0; j < prices.length; j++) {
      prices[j] = cascade.curves[j].price(cascade.outside[j], this.time);
      low[j] = Math.min(low[j], prices[j]);
      high[j] = Math.max(high[j], prices[j]);
    }
    const { maintenance, threshold, call } = cascade;
    const rate = typeof maintenance === 'number' ? maintenance : maintenance(prices);
    if (!(rate >= 0 && threshold * rate < 1))
      throw new RangeError(`curve cascade: found maintenance rate ${rate}, want at least 0 and below 1 / threshold ${threshold}`);
    this.level = threshold * rate;
    this.callLevel = call * rate;
  }

  private basketPrice(k: number, prices: Float64Array): number {
    const { basket } = this.cascade.holders[k];
    let sum = 0;
    for (let j = 0; j < prices.length; j++) sum += basket[j] * prices[j];
    return sum;
  }

  private equity(k: number, i: number, prices: Float64Array): number {
    const { side, lots, cash, topUp } = this.cascade.holders[k];
    return cash[i] + topUp * lots[i] + side * lots[i] * this.basketPrice(k, prices);
  }

  private settle(k: number, i: number, prices: Float64Array): void {
    this.badDebt += Math.max(0, -this.equity(k, i, prices));
  }

  /** Ends the cascade; `from`: where each kind stood before an order that was not, or not wholly, filled, whose positions stay open. */
  private finish(end: CurveCascadeResult['end'], from: Int32Array | null = null): void {
    const { cascade, open, closed } = this;
    const { holders, settlement } = cascade;
    for (let k = 0; k < holders.length; k++) {
      const { lots } = holders[k];
      if (from !== null) {
        while (open[k] > from[k]) closed[k] -= lots[--open[k]];
      }
      if (settlement === 'final') for (let i = 0; i < open[k]; i++) this.settle(k, i, this.prices);
    }
    this.end = end === 'quiet' && holders.every(({ lots }, k) => open[k] === lots.length) ? 'all' : end;
  }

  result(): CurveCascadeResult {
    return {
      liquidated: this.open.reduce((sum, count) => sum + count, 0),
      lots: [...this.closed],
      prices: [...this.prices],
      lowest: [...this.low],
      highest: [...this.high],
      orders: this.orders,
      generations: this.generations,
      calls: this.uncalled.reduce((sum, count) => sum + count, 0),
      badDebt: this.badDebt,
      remainder: this.remainder,
      end: this.end,
    };
  }
}

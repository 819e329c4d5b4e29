import { exp, log } from '../core/math.ts';

/** A market outside that a venue's feed reads, thin enough for one trader to move. Notional in quanta, times in seconds. */
export interface ThinMarketOptions {
  /** Notional that moves its price by 1 %. */
  readonly depth: number;
  /** Half-life with which the price comes back; Infinity: never. */
  readonly recovery: number;
}

/** How far one trader has moved a thin market, linearly in what he traded there, and what he holds of it. */
export class ThinMarket {
  private readonly options: ThinMarketOptions;
  private readonly factor: number;
  /** Displacement as a fraction [0]; units held, as large as a lot at the venue, of any sign and not whole [1]. */
  private readonly memory = new Float64Array(2);

  constructor(options: ThinMarketOptions, stepSeconds: number) {
    this.options = options;
    this.factor = options.recovery === Infinity ? 1 : exp((-log(2) * stepSeconds) / options.recovery);
  }

  /** Once a step: the price comes back. */
  recover(): void {
    this.memory[0] *= this.factor;
  }

  /** How far its price stands from where it would stand without the trader, a fraction. */
  get displacement(): number {
    return this.memory[0];
  }

  get held(): number {
    return this.memory[1];
  }

  /** What one unit costs at the margin. `lotValue`: where nobody has moved the price. Quanta. */
  price(lotValue: number): number {
    return lotValue * (1 + this.memory[0]);
  }

  /** Units that so much money buys, in quanta ≥ 0: what they cost is quadratic in them. */
  unitsFor(money: number, lotValue: number): number {
    const price = this.price(lotValue);
    const slope = (lotValue * lotValue) / (200 * this.options.depth);
    return (2 * money) / (price + Math.sqrt(price * price + 4 * slope * money));
  }

  /** Buys (> 0) or sells (< 0) units at the mean of the prices before and after; returns the quanta that they cost, not rounded. */
  trade(units: number, lotValue: number): number {
    const { memory } = this;
    const move = (units * lotValue) / (100 * this.options.depth);
    const cost = units * lotValue * (1 + memory[0] + move / 2);
    memory[0] += move;
    memory[1] += units;
    return cost;
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.memory];
  }
}

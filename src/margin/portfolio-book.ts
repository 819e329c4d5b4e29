import { log, pow } from '../core/math.ts';
import type { GroupMargin } from './group-margin.ts';
import { assessAccount, PLAIN } from './portfolio-account.ts';
import type { ExpiryHolding, PlainHolding } from './portfolio-account.ts';
import type { PortfolioRules } from './portfolio.ts';
import type { StandardRules } from './standard.ts';

/** An option that groups of a run may hold, on the mark of a market; a lot of it is on a lot of the market. */
export interface ListedOption {
  readonly market: number;
  readonly call: boolean;
  /** Ticks. */
  readonly strike: number;
  /** Seconds from the start. */
  readonly expiry: number;
}

/**
 * Implied volatility of an option at strike K and forward F: volatility × (F / opening mark)^−elasticity × (1 + skew × ln(K / F)), at least
 * 1 %. Time does not change it.
 */
export interface ImpliedVolatility {
  /** A year, at the money at the opening. */
  readonly volatility: number;
  /** Relative change with log-moneyness; below 0 where low strikes are dearer. */
  readonly skew: number;
  /** How strongly it rises as the price falls. */
  readonly elasticity: number;
}

/** What groups with options on one collateral must hold in a run: by a grid, or by standard margin. Rates are fractions, money quanta. */
export interface PortfolioTerms {
  readonly rules: PortfolioRules | StandardRules;
  /**
   * By market: charged on the notional of its perpetual whatever it hedges; `initial` on top of `maintenance`, `growth` on top of both with
   * each lot. `gains`: what a lot gains in each scenario of the grid, where an exchange publishes it, before the scenario's damping.
   */
  readonly perpetual: readonly {
    readonly maintenance: number;
    readonly initial: number;
    readonly growth?: number;
    readonly gains?: readonly number[];
  }[];
  readonly implied: ImpliedVolatility;
  readonly options: readonly ListedOption[];
}

/** What a run lists, by its terms of either kind. */
export function listedOptions({
  portfolio,
  standard,
}: {
  readonly portfolio?: PortfolioTerms | null;
  readonly standard?: PortfolioTerms | null;
}): readonly ListedOption[] {
  return (portfolio ?? standard)?.options ?? [];
}

/** A market as portfolios hold positions in it. */
export interface PortfolioMarket {
  /** Quanta a tick and lot. */
  readonly factor: number;
  /** Ticks. */
  readonly startMark: number;
  /** Whether it settles in coin. */
  readonly inverse: boolean;
  /** Whether the accounts of the book may hold it: a contract that settles in their currency. */
  readonly held: boolean;
}

const LEAST_VOLATILITY = 0.01;

/**
 * The shared risk arrays of a run for accounts of one currency: one perpetual a market, and of the quote currency the listed options, fed with
 * marks and the time. Contracts of a coin are all on that coin, so that one stands for another in full; those of the quote currency are on
 * what each is named after.
 */
export class PortfolioBook {
  readonly margin: GroupMargin;
  /** Series of each market's perpetual, −1 where portfolios hold none; series of each listed option. */
  readonly perpetual: Int32Array;
  readonly option: Int32Array;
  /** Moves when something else was fed. */
  version = 0;
  private readonly terms: PortfolioTerms;
  private readonly markets: readonly PortfolioMarket[];
  /** By series: the market that it is on. */
  private readonly marketOf: Int32Array;
  /** By unit: its market; by expiry: its market, and its time from the start. */
  private readonly units: readonly number[];
  private readonly expiries: readonly { readonly market: number; readonly at: number }[];
  /** Marks and time as fed last. */
  private readonly fed: Float64Array;

  /** @throws RangeError as `assessAccount`. */
  constructor(terms: PortfolioTerms, markets: readonly PortfolioMarket[]) {
    const held = [...markets.keys()].filter((m) => markets[m].held);
    const inCoin = held.length > 0 && markets[held[0]].inverse;
    this.terms = inCoin ? { ...terms, options: [] } : terms;
    const { options, rules, perpetual, implied } = this.terms;
    this.markets = markets;
    this.units = inCoin ? held.slice(0, 1) : held;
    const times = (m: number): number[] => [...new Set(options.filter(({ market }) => market === m).map(({ expiry }) => expiry))];
    this.expiries = this.units.flatMap((market) =>
      times(market)
        .sort((a, b) => a - b)
        .map((at) => ({ market, at })),
    );
    this.perpetual = new Int32Array(markets.length).fill(-1);
    this.option = new Int32Array(options.length);
    const marketOf: number[] = [];
    const expiryOf = (market: number, at: number): ExpiryHolding => {
      const listed = [...options.keys()].filter((k) => options[k].market === market && options[k].expiry === at);
      listed.sort((a, b) => options[a].strike - options[b].strike || Number(options[b].call) - Number(options[a].call));
      for (const k of listed) this.option[k] = marketOf.push(market) - 1;
      const { startMark, factor } = markets[market];
      return {
        seconds: at,
        forward: startMark,
        fixed: 0,
        rate: 0,
        confidence: 1,
        options: listed.map((k) => ({ ...options[k], size: 1, multiplier: factor, volatility: implied.volatility })),
      };
    };
    // An account that holds a lot of everything there is.
    const plainOf = (market: number): PlainHolding => {
      this.perpetual[market] = marketOf.push(market) - 1;
      const { startMark, factor: multiplier } = markets[market];
      const kind = inCoin ? 'inverse' : perpetual[market].gains === undefined ? 'linear' : 'array';
      // At a price of 1 the coin of an inverse contract is its face value.
      return { ...PLAIN, ...perpetual[market], kind, size: 1, multiplier, price: inCoin ? 1 : startMark, profit: null };
    };
    const everything = this.units.map((market) => {
      const plain = inCoin ? held.map(plainOf) : [plainOf(market)];
      const expiries = this.expiries.filter((expiry) => expiry.market === market).map(({ at }) => expiryOf(market, at));
      return { spot: markets[market].startMark, confidence: 1, plain, expiries };
    });
    this.margin = assessAccount(rules, { cash: 0, reserved: 0, stable: 1, units: everything });
    this.marketOf = Int32Array.from(marketOf);
    this.fed = new Float64Array(markets.length + 1).fill(NaN);
    this.feed(
      Float64Array.from(markets, ({ startMark }) => startMark),
      0,
    );
  }

  /** Takes in the marks of all markets, in ticks, and the seconds since the start. */
  feed(marks: Float64Array, time: number): void {
    const { fed } = this;
    let same = fed[marks.length] === time;
    for (let m = 0; m < marks.length; m++) if (fed[m] !== marks[m]) same = false;
    if (same) return;
    this.write(marks, time);
    this.margin.refresh();
  }

  private write(marks: Float64Array, time: number): void {
    const { fed, units, expiries, marketOf, terms, option, markets } = this;
    const { market } = this.margin.arrays;
    const { volatility, skew, elasticity } = terms.implied;
    this.version++;
    fed.set(marks);
    fed[marks.length] = time;
    for (let u = 0; u < units.length; u++) market.spot[u] = marks[units[u]];
    for (let e = 0; e < expiries.length; e++) {
      market.forward[e] = marks[expiries[e].market];
      market.seconds[e] = expiries[e].at - time;
    }
    for (let s = 0; s < marketOf.length; s++) market.price[s] = marks[marketOf[s]];
    for (let k = 0; k < option.length; k++) {
      const { market: m, strike } = terms.options[k];
      const level = volatility * pow(marks[m] / markets[m].startMark, -elasticity);
      const implied = level * (1 + skew * log(strike / marks[m]));
      market.price[option[k]] = implied > LEAST_VOLATILITY ? implied : LEAST_VOLATILITY;
    }
  }

  /** What a lot of a listed option is worth at what was fed last, in ticks. */
  optionPrice(option: number): number {
    const { arrays } = this.margin;
    return arrays.values[arrays.row(this.option[option])] / this.markets[this.terms.options[option].market].factor;
  }
}

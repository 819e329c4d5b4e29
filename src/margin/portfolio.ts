import { exp } from '../core/math.ts';
import { checkContinuous } from './continuity.ts';
import { marginCoverageRatio } from './coverage.ts';
import { checkGrid } from './grid.ts';
import type { GridRules } from './grid.ts';
import type { GroupMargin, Holdings, Slopes } from './group-margin.ts';
import { RiskArrays } from './risk-arrays.ts';
import type { RiskMarket, Series } from './risk-arrays.ts';
import { scaledByBands } from './scaling.ts';
import type { ScalingBand } from './scaling.ts';
import { requirement } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/** What an expiry's shocked value is multiplied by: base × e^(∓τ(rate × multiple + add)), − for a value held, + for one owed. */
export interface StaticDiscount {
  readonly base: number;
  readonly multiple: number;
  readonly add: number;
}

/** A requirement by the worst loss over a scenario grid and charges beside it. Rates are fractions, money in the account's currency. */
export interface PortfolioRules extends GridRules {
  /** Multiples of the worst loss that maintenance and initial margin demand. */
  readonly factor: { readonly maintenance: number; readonly initial: number };
  /** Whether the factors multiply the charges on gross notional too (Derive's first model, Deribit), or the worst loss alone. */
  readonly chargesScaled: boolean;
  /** Lowers what an expiry is worth to its holder in every scenario; `short` null: what is owed stays as it is. */
  readonly discount: { readonly long: StaticDiscount; readonly short: StaticDiscount | null } | null;
  /** Loss of each expiry by itself when its forward alone moves, times add + multiple × years, all expiries together. */
  readonly basis: { readonly up: number; readonly down: number; readonly add: number; readonly multiple: number } | null;
  /** Share of a unit's gain in a scenario that may pay for another unit's loss, 0 to 1. */
  readonly gainOffset: number;
  /** Charged on options sold beyond those held at the same strike and expiry, on notional at the index; `initial` on top. */
  readonly nakedShort: { readonly maintenance: number; readonly initial: number };
  /** The worst loss counts as at least this much a unit of every option held or sold (OCC); 0: no least. */
  readonly leastPerOption: number;
  /** The worst loss counts as at least what closing costs: a share of each unit's gross notional, scaled by bands (OKX); absent: no such least. */
  readonly closing?: { readonly rate: number; readonly bands: readonly ScalingBand[] };
  /** Initial only: below the threshold, (1 − confidence) × factor of the notional that the oracle prices. */
  readonly confidence: { readonly threshold: number; readonly factor: number } | null;
  /** Initial only: a settlement currency below the threshold adds its shortfall × factor to the initial factor. */
  readonly peg: { readonly threshold: number; readonly factor: number } | null;
  /** Charge on a unit's gross notional, at rising marginal rates; both requirements. */
  readonly concentration: Tiers | null;
}

/**
 * Portfolio margin: the worst loss over the scenarios and charges beside it. A perpetual and three options in 31 scenarios cost about as much as eight Black prices: rows are added, nothing is priced.
 *
 * The worst loss is sub-additive: values add, and every later step (discounts with long ≤ 1 ≤ short, the losing side of a skew, the share of
 * gains, the minimum over scenarios) is concave and scales. Charges on gross notional add; concentration is super-additive.
 */
export class PortfolioMargin implements GroupMargin {
  readonly arrays: RiskArrays;
  readonly rules: PortfolioRules;
  equity = 0;
  maintenance = 0;
  initial = 0;
  readonly charge: Float64Array;
  readonly growth: Float64Array;
  readonly feelsTime: boolean;
  /** ≥ 0. */
  worstLoss = 0;
  /** Number of the scenario that binds; the count of scenarios when it is the basis, −1 when nothing loses. */
  worstScenario = -1;
  /** Loss of the expiries by their basis, ≤ 0. */
  basisLoss = 0;
  /** Profit by scenario, before the share of gains that counts is taken, damped. */
  readonly profit: Float64Array;
  /** Profit by scenario as it counts. */
  readonly counted: Float64Array;
  /** Charges in the last account: on gross notional, for naked shorts, for concentration, for confidence. */
  maintenanceCharge = 0;
  initialCharge = 0;
  concentrationCharge = 0;
  confidenceCharge = 0;
  /** Least that the worst loss counts as, for the options of the last account and for closing it. */
  minimumCharge = 0;

  private readonly damping: Float64Array;
  private readonly turned: Uint8Array;
  private readonly sums: Float64Array;
  private readonly unitProfit: Float64Array;
  private readonly unit: Int32Array;
  private readonly expiry: Int32Array;
  private readonly strike: Float64Array;
  /** By series: 1 for an asset held, whose price is no oracle of the underlying. */
  private readonly held: Uint8Array;
  private readonly maintenanceRate: Float64Array;
  private readonly initialRate: Float64Array;
  /** By series: leastPerOption × units a lot. */
  private readonly least: Float64Array;
  private readonly long: Float64Array;
  private readonly short: Float64Array;
  private readonly basisFactor: Float64Array;
  /** Least confidence of the oracles of the present unit: its index and the marks of the perpetuals and futures held. */
  private confidence = 1;

  /** @throws RangeError as `RiskArrays`, and for rules out of range. */
  constructor(rules: PortfolioRules, series: readonly Series[], market: RiskMarket) {
    checkGrid(rules);
    checkPortfolioRules(rules);
    this.rules = rules;
    this.arrays = new RiskArrays(rules, series, market);
    const scenarios = rules.scenarios.length;
    this.profit = new Float64Array(scenarios);
    this.counted = new Float64Array(scenarios);
    this.unitProfit = new Float64Array(scenarios);
    this.sums = new Float64Array(this.arrays.columns);
    this.damping = Float64Array.from(rules.scenarios, (scenario) => scenario.damping);
    this.turned = Uint8Array.from(rules.scenarios, ({ volatility }) => (volatility === 'linear' || volatility === 'absolute' ? 1 : 0));
    this.unit = Int32Array.from(series, (one) => one.unit);
    this.expiry = Int32Array.from(series, (one) => one.expiry);
    this.strike = Float64Array.from(series, (one) => one.strike);
    this.held = Uint8Array.from(series, (one) => (one.kind === 'spot' ? 1 : 0));
    this.maintenanceRate = Float64Array.from(series, (one) => one.maintenance);
    this.initialRate = Float64Array.from(series, (one) => one.initial);
    this.least = Float64Array.from(series, (one) => rules.leastPerOption * one.multiplier);
    const { concentration, nakedShort, discount, basis, closing } = rules;
    const steepest = concentration === null ? 0 : concentration.rate.reduce((most, rate) => Math.max(most, rate), 0);
    const dearest = closing === undefined ? 0 : closing.bands.reduce((most, { factor }) => Math.max(most, factor), 1) * closing.rate;
    const common = nakedShort.maintenance + steepest + rules.factor.maintenance * dearest;
    this.charge = Float64Array.from(series, ({ maintenance }) => maintenance + common);
    this.growth = new Float64Array(series.length);
    this.feelsTime = discount !== null || basis !== null;
    const expiries = market.seconds.length;
    this.long = new Float64Array(expiries);
    this.short = new Float64Array(expiries);
    this.basisFactor = new Float64Array(expiries);
    this.refresh();
  }

  refresh(): void {
    this.arrays.refresh();
    const { discount, basis } = this.rules;
    const { years, market } = this.arrays;
    for (let e = 0; e < years.length; e++) {
      const rate = market.rate[e] > 0 ? market.rate[e] : 0;
      this.long[e] = discount === null ? 1 : discount.long.base * exp(-years[e] * (rate * discount.long.multiple + discount.long.add));
      this.short[e] = 1;
      if (discount !== null && discount.short !== null) {
        const grown = discount.short.base / exp(-years[e] * (rate * discount.short.multiple + discount.short.add));
        // What is owed is never more than its value at expiry.
        const undiscounted = 1 / this.arrays.discountOf(e);
        this.short[e] = grown < undiscounted ? grown : undiscounted;
      }
      this.basisFactor[e] = basis === null ? 0 : basis.add + basis.multiple * years[e];
    }
  }

  assess(account: Holdings): void {
    this.assessRange(account.cash, account.reserved, account.series, account.quantity, 0, account.series.length);
  }

  assessRange(cash: number, reserved: number, series: Int32Array, quantity: Float64Array, from: number, to: number): void {
    const { arrays, rules, profit, counted, unitProfit, damping } = this;
    const scenarios = profit.length;
    const { gainOffset: share, closing } = rules;
    this.equity = cash;
    this.maintenanceCharge = 0;
    this.initialCharge = 0;
    this.concentrationCharge = 0;
    this.confidenceCharge = 0;
    this.minimumCharge = 0;
    this.basisLoss = 0;
    if (from === to) {
      profit.fill(0);
      counted.fill(0);
    }

    let i = from;
    while (i < to) {
      const firstUnit = i === from;
      const unit = this.unit[series[i]];
      let gross = 0;
      let firstGroup = true;
      this.confidence = arrays.market.unitConfidence[unit];
      while (i < to && this.unit[series[i]] === unit) {
        let end = i + 1;
        const expiry = this.expiry[series[i]];
        while (end < to && this.unit[series[end]] === unit && this.expiry[series[end]] === expiry) end++;
        if (expiry < 0) gross += this.addPlain(series, quantity, i, end, unit);
        else gross += this.addExpiry(series, quantity, i, end, expiry, firstGroup);
        firstGroup = false;
        i = end;
      }
      // Sums start by being written: to clear so short an array costs more than to add to it.
      if (firstUnit) {
        for (let s = 0; s < scenarios; s++) {
          const one = unitProfit[s] * damping[s];
          profit[s] = one;
          counted[s] = one > 0 ? one * share : one;
        }
      } else {
        for (let s = 0; s < scenarios; s++) {
          const one = unitProfit[s] * damping[s];
          profit[s] += one;
          counted[s] += one > 0 ? one * share : one;
        }
      }
      if (rules.concentration !== null) this.concentrationCharge += requirement(rules.concentration, gross);
      if (closing !== undefined) this.minimumCharge += scaledByBands(closing.rate * gross, closing.bands);
    }

    let worst = this.basisLoss;
    let scenario = worst < 0 ? scenarios : -1;
    for (let s = 0; s < scenarios; s++) {
      if (counted[s] < worst) {
        worst = counted[s];
        scenario = s;
      }
    }
    this.worstLoss = worst < 0 ? -worst : 0;
    this.worstScenario = scenario;
    this.addUp(reserved, arrays.market.stable);
  }

  /** Equity over maintenance of the last account. */
  get coverage(): number {
    return marginCoverageRatio(this.equity, this.maintenance);
  }

  /**
   * Write λ for level × factor, and a for the share of a profit that counts: between 0 and the largest damping. Equity and one scenario's
   * profit give now + λa (discount × value − now), so |1 − λa| + λa × discount, convex in a; where the losing side counts a may be negative.
   * The loss by the basis gives the same with the weight of an expiry for a and no discount; the worst loss is one of them.
   */
  slopes(level: number): Slopes {
    const { arrays, rules } = this;
    const { years, market } = arrays;
    const { discount, basis, factor, scenarios, chargesScaled } = rules;
    let discounted = 1;
    let weighed = 0;
    for (let e = 0; e < years.length; e++) {
      const rate = market.rate[e] > 0 ? market.rate[e] : 0;
      if (discount !== null) {
        const long = discount.long.base * exp(-years[e] * (rate * discount.long.multiple + discount.long.add));
        const short = discount.short === null ? 1 : 1 / arrays.discountOf(e);
        discounted = Math.max(discounted, long, short);
      }
      if (basis !== null) weighed = Math.max(weighed, level * factor.maintenance * (basis.add + basis.multiple * years[e]));
    }
    const turns = scenarios.some(({ volatility }) => volatility === 'linear' || volatility === 'absolute');
    const counted = level * factor.maintenance * scenarios.reduce((most, { damping }) => Math.max(most, damping), 0);
    const scenario = (turns ? 1 + counted : Math.abs(1 - counted)) + counted * discounted;
    const gain = Math.max(1, scenario, Math.abs(1 - weighed) + weighed);
    return {
      row: new Float64Array(arrays.series.length).fill(gain),
      charged: level * (chargesScaled ? Math.max(1, factor.maintenance) : 1),
    };
  }

  private addUp(reserved: number, stable: number): void {
    const { factor, peg, chargesScaled } = this.rules;
    const initialFactor = factor.initial + (peg !== null && stable < peg.threshold ? (peg.threshold - stable) * peg.factor : 0);
    const maintained = this.maintenanceCharge;
    const opened = maintained + this.initialCharge;
    const besides = this.concentrationCharge;
    const loss = this.worstLoss > this.minimumCharge ? this.worstLoss : this.minimumCharge;
    this.maintenance = besides + (chargesScaled ? factor.maintenance * (loss + maintained) : factor.maintenance * loss + maintained);
    this.initial =
      besides + this.confidenceCharge + reserved + (chargesScaled ? initialFactor * (loss + opened) : initialFactor * loss + opened);
  }

  /** Charges that look at one oracle's confidence. */
  private doubt(confidence: number, notional: number): void {
    const rules = this.rules.confidence;
    if (rules !== null && confidence < rules.threshold) this.confidenceCharge += (1 - confidence) * rules.factor * notional;
  }

  /** Positions without an expiry, a unit's first: their rows as they are. Gives their gross notional. */
  private addPlain(series: Int32Array, quantity: Float64Array, from: number, to: number, unit: number): number {
    const { arrays, unitProfit } = this;
    const { values, notional, market } = arrays;
    let all = 0;
    for (let i = from; i < to; i++) {
      const one = series[i];
      const lots = quantity[i];
      const start = arrays.row(one);
      const now = values[start];
      this.equity += lots * now;
      if (i === from) for (let s = 0; s < unitProfit.length; s++) unitProfit[s] = lots * (values[start + 1 + s] - now);
      else for (let s = 0; s < unitProfit.length; s++) unitProfit[s] += lots * (values[start + 1 + s] - now);
      const gross = (lots < 0 ? -lots : lots) * notional[one];
      all += gross;
      this.maintenanceCharge += gross * this.maintenanceRate[one];
      this.initialCharge += gross * this.initialRate[one];
      const index = market.unitConfidence[unit];
      const own = market.confidence[one] < index ? market.confidence[one] : index;
      this.doubt(own, gross);
      if (own < this.confidence && lots !== 0 && this.held[one] === 0) this.confidence = own;
    }
    return all;
  }

  /**
   * Options of one expiry: their rows added up, then the discount, the skew and the basis of the sum. Gives their gross notional.
   * @param first whether nothing of the unit stands in its profit yet
   */
  private addExpiry(series: Int32Array, quantity: Float64Array, from: number, to: number, expiry: number, first: boolean): number {
    const { arrays, unitProfit, sums, turned } = this;
    const { values, notional, market, columns } = arrays;
    let gross = 0;
    let naked = 0;
    let strike = NaN;
    let held = 0;
    let sold = 0;
    let confidence = market.expiryConfidence[expiry] < this.confidence ? market.expiryConfidence[expiry] : this.confidence;
    for (let i = from; i < to; i++) {
      const one = series[i];
      const lots = quantity[i];
      const start = arrays.row(one);
      if (i === from) for (let c = 0; c < columns; c++) sums[c] = lots * values[start + c];
      else for (let c = 0; c < columns; c++) sums[c] += lots * values[start + c];
      if (market.confidence[one] < confidence) confidence = market.confidence[one];
      this.minimumCharge += (lots < 0 ? -lots : lots) * this.least[one];
      if (this.strike[one] !== strike) {
        if (sold > held) naked += sold - held;
        strike = this.strike[one];
        held = 0;
        sold = 0;
      }
      const covered = lots * notional[one];
      if (covered < 0) sold -= covered;
      else held += covered;
      gross += covered < 0 ? -covered : covered;
    }
    if (sold > held) naked += sold - held;

    const now = sums[0];
    const long = this.long[expiry];
    const short = this.short[expiry];
    this.equity += now;
    for (let s = 0; s < unitProfit.length; s++) {
      const value = sums[s + 1];
      const gain = value * (value >= 0 ? long : short) - now;
      const losing = turned[s] === 1 && gain > 0 ? -gain : gain;
      unitProfit[s] = first ? losing : unitProfit[s] + losing;
    }
    if (this.rules.basis !== null) {
      const up = sums[columns - 2] - now;
      const down = sums[columns - 1] - now;
      const lower = up < down ? up : down;
      if (lower < 0) this.basisLoss += lower * this.basisFactor[expiry];
    }
    this.maintenanceCharge += naked * this.rules.nakedShort.maintenance;
    this.initialCharge += naked * this.rules.nakedShort.initial;
    this.doubt(confidence, gross);
    return gross;
  }
}

/** The largest loss among profits by scenario, 0 when none loses. */
export function worstLoss(profits: ArrayLike<number>): number {
  let worst = 0;
  for (let s = 0; s < profits.length; s++) if (profits[s] < worst) worst = profits[s];
  return worst < 0 ? -worst : 0;
}

/**
 * Refuses rules without a meaning.
 * @throws RangeError naming the rule, what was found and what is allowed.
 */
export function checkPortfolioRules(rules: PortfolioRules): void {
  const within = (what: string, value: number, least: number, most: number): void => {
    if (!(value >= least && value <= most)) throw new RangeError(`${what}: found ${value}, want ${least} to ${most}`);
  };
  within('gainOffset', rules.gainOffset, 0, 1);
  within('factor.maintenance', rules.factor.maintenance, 0, Number.MAX_VALUE);
  within('factor.initial', rules.factor.initial, 0, Number.MAX_VALUE);
  within('nakedShort.maintenance', rules.nakedShort.maintenance, 0, Number.MAX_VALUE);
  if (rules.closing !== undefined) {
    within('closing.rate', rules.closing.rate, 0, 1);
    for (const [k, { upTo, factor }] of rules.closing.bands.entries()) {
      within(`closing.bands[${k}].upTo`, upTo, rules.closing.bands[k - 1]?.upTo ?? 0, Infinity);
      within(`closing.bands[${k}].factor`, factor, 0, Number.MAX_VALUE);
    }
  }
  within('leastPerOption', rules.leastPerOption, 0, Number.MAX_VALUE);
  within('nakedShort.initial', rules.nakedShort.initial, 0, Number.MAX_VALUE);
  for (const [name, one] of Object.entries(rules.discount ?? {}) as [string, StaticDiscount | null][]) {
    if (one !== null) within(`discount.${name}.base`, one.base, 0, Number.MAX_VALUE);
  }
  if (rules.basis !== null) {
    within('basis.add', rules.basis.add, 0, Number.MAX_VALUE);
    within('basis.multiple', rules.basis.multiple, 0, Number.MAX_VALUE);
  }
  if (rules.concentration !== null) checkContinuous(rules.concentration, 'portfolio margin, concentration');
  if (rules.confidence !== null) within('confidence.threshold', rules.confidence.threshold, 0, 1);
  if (rules.peg !== null) within('peg.factor', rules.peg.factor, 0, Number.MAX_VALUE);
}

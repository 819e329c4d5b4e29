import { notionalOf } from '../core/ledger.ts';
import { costAt, entryDemand } from '../margin/entry.ts';
import { grownInitial } from '../margin/initial-growth.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { initialBySize, maintenanceBySize, NO_SKEW } from '../margin/skew.ts';
import type { SizedLadder } from '../margin/skew.ts';
import { requirement } from '../margin/tiers.ts';
import { initialShortfall } from '../margin/weights.ts';
import { advances, countCauses, countDifferent } from '../severity/causality.ts';
import { isTaken } from '../liquidation/takers.ts';
import { METRIC_NAMES } from '../severity/metrics.ts';
import { median } from '../statistics/quantile.ts';
import { amplification, drawdown, largestDistance, largestExcess, recoverySteps } from '../severity/paths.ts';
import type { Population } from '../traders/population.ts';
import type { Arm, MarketTotals } from './arm.ts';
import type { RunOptions } from './options.ts';

/** All arms of a run; those that were not asked for are null, and so is a placebo in which nobody was triggered. */
export interface Arms {
  readonly run: Arm;
  readonly twin: Arm;
  readonly quiet: Arm | null;
  readonly placebo: Arm | null;
}

/**
 * Compares a run with its twin and any further arms: the values of METRICS, in their order; NaN where undefined. Prices, depth and spread are the first market's;
 * money, positions and liquidations are of all markets together.
 */
export function compareArms({ run, twin, quiet, placebo }: Arms, options: RunOptions, population: Population): Float64Array {
  const { liquidation, markets } = options;
  const { recorder } = run.markets[0];
  const twinLast = twin.markets[0].recorder.last;
  const { totals } = run;
  const fall = drawdown(recorder.last);
  const twinFall = drawdown(twinLast);
  const { step, excess } = largestExcess(recorder.last, twinLast);
  const causes = countCauses(run.firstTime, twin.firstTime, population.count, options.step);
  const { groups, lending, fairness } = totals;
  const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);
  /** A sum over markets in quote units. */
  const money = (of: (totals: MarketTotals) => number): number =>
    run.markets.reduce((sum, market, m) => sum + of(market.totals) * markets[m].asset.quantum, 0);
  const held = heldAtStart(run, twin, options, population);
  const forced = weighedLots(run, options, (market) => market.forcedLots);
  const { asset } = markets[0];
  const deleverages = liquidation.adl !== null || liquidation.profitLimit !== undefined;
  const takesOver = liquidation.backstop !== null || isTaken(liquidation.policy) || liquidation.profitLimit !== undefined;
  const values: Readonly<Record<string, number>> = {
    drawdown: fall,
    drawdown_mark: drawdown(recorder.mark),
    drawdown_twin: twinFall,
    excess_drawdown: excess,
    amplification: amplification(fall, twinFall),
    liquidations: groups,
    liquidated_notional: money((market) => market.onBook + market.absorbed + market.takenOver + market.deleveraged),
    liquidated_share: share(forced, held.longs + held.shorts),
    on_book_notional: money((market) => market.onBook),
    off_book_notional: money((market) => market.absorbed + market.takenOver + market.deleveraged),
    caused_share: share(causes.caused, groups),
    advanced_share: share(causes.advanced, groups),
    generations: totals.generations,
    reproduction_number: groups === 0 ? NaN : 1 - totals.roots / groups,
    duration: totals.duration,
    bad_debt: money((market) => market.badDebt),
    latent_bad_debt: money((market) => market.latentBadDebt),
    backstop_notional: takesOver ? money((market) => market.takenOver) : NaN,
    backstop_loss: takesOver ? money((market) => market.backstopLoss) : NaN,
    backstop_pnl: takesOver ? money((market) => market.backstopEquity) : NaN,
    insurance_used: money((market) => market.insuranceUsed),
    fund_income: money((market) => market.fundIncome),
    adl_notional: deleverages ? money((market) => market.adlNotional) : NaN,
    adl_accounts: deleverages ? totals.deleveraged : NaN,
    adl_used: deleverages ? money((market) => market.adlUsed) : NaN,
    adl_overshoot: deleverages ? money((market) => market.adlOvershoot) : NaN,
    socialised_loss: money((market) => market.socialised),
    over_liquidation: share(
      weighedLots(run, options, (market) => market.overLots),
      forced,
    ),
    unnecessary_liquidations: held.unnecessary,
    margin_calls: totals.marginCalls,
    margin_calls_cured: totals.cured,
    min_depth: recorder.minDepth[0] * asset.quantaPerTickLot * asset.quantum,
    max_spread: recorder.maxSpread[0],
    one_sided_seconds: recorder.oneSided[0] * options.step,
    recovery_time: excess > 0 ? recoverySteps(recorder.last, twinLast, step) * options.step : NaN,
    capital_efficiency: share(Math.max(held.longs, held.shorts), held.demanded),
    procyclicality: totals.procyclicality,
    rounding: money((market) => market.rounding),
    advance_seconds: middle(advances(run.firstTime, twin.firstTime, population.count, options.step)),
    ledger_error: Math.max(...[run, twin, quiet, placebo].map((arm) => arm?.totals.ledgerError ?? 0)) * asset.quantum,
    quiet_excess: quiet === null ? NaN : largestExcess(recorder.last, quiet.markets[0].recorder.last).excess,
    quiet_caused_share:
      quiet === null ? NaN : share(countCauses(run.firstTime, quiet.firstTime, population.count, options.step).caused, groups),
    placebo_excess: placebo === null ? NaN : largestDistance(recorder.last, placebo.markets[0].recorder.last),
    placebo_share: placebo === null ? NaN : share(countDifferent(run.firstTime, placebo.firstTime, population.count), groups),
    adversary_pnl: markets.every(({ adversaries }) => adversaries.length === 0) ? NaN : adversaryProfit(run, options),
    top_up: money((market) => market.paidIn),
    voluntary_notional: money((market) => market.voluntary),
    keeper_profit: keepersGain(totals) * asset.quantum,
    zero_bid_share: lending === null ? NaN : share(lending.forNothing, lending.auctioned),
    redistributed_debt: lending === null ? NaN : lending.redistributed * asset.quantum,
    recovery_seconds: lending === null ? NaN : lending.recovery,
    liquidation_fees: money((market) => market.fees),
    venue_income: money((market) => market.venueIncome),
    bands_sold: lending === null ? NaN : lending.bandsSold * asset.quantum,
    bands_bought: lending === null ? NaN : lending.bandsBought * asset.quantum,
    bands_lost: lending === null ? NaN : lending.bandsLost * asset.quantum,
    insurance_deposits: money((market) => market.replenished),
    adl_gini: fairness?.gini ?? NaN,
    adl_gini_all: fairness?.giniOfAll ?? NaN,
    adl_hit_share: fairness?.hitShare ?? NaN,
    adl_inversions: fairness?.inversions ?? NaN,
  };
  return Float64Array.from(METRIC_NAMES, (name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`metrics: nothing computes ${name}`);
    return value;
  });
}

/** What those have gained who liquidate loans or bid for accounts; NaN where nobody does. */
function keepersGain({ lending, biddersGain }: Arm['totals']): number {
  if (lending === null) return biddersGain;
  return lending.gained + (Number.isNaN(biddersGain) ? 0 : biddersGain);
}

/** What all adversaries made, in quote units. */
function adversaryProfit(run: Arm, options: RunOptions): number {
  return run.markets.reduce((sum, { adversaries }, m) => {
    const profit = adversaries.reduce((whole, one) => whole + one.profit, 0);
    return sum + profit * options.markets[m].asset.quantum;
  }, 0);
}

/** What leveraged traders held at the opening marks, in quote units, and who of them was liquidated although the twin covers them at the end. */
interface Held {
  readonly longs: number;
  readonly shorts: number;
  /** Σ max(initial, call × maintenance). */
  readonly demanded: number;
  readonly unnecessary: number;
}

function heldAtStart(run: Arm, twin: Arm, options: RunOptions, population: Population): Held {
  const { count, lots, market: marketOf, group, legs } = population;
  let longs = 0;
  let shorts = 0;
  let demanded = run.totals.demandedApart * options.markets[0].asset.quantum;
  let unnecessary = 0;
  for (let i = 0; i < count; i++) if (run.firstTime[i] >= 0 && twin.coveredAtEnd[i] === 1) unnecessary++;
  const sums = new Float64Array(3);
  for (let m = 0; m < options.markets.length; m++) {
    const { asset, contract, margin, loans } = options.markets[m];
    // A coin that is held is no open interest, but what of it does not count when a position is opened is tied up with it.
    if (contract.kind === 'spot') {
      demanded += notCounted(margin, population, m, notionalOf(contract, 1, Math.round(run.markets[m].recorder.mark[0]))) * asset.quantum;
      continue;
    }
    const asks = { isolated: margin, dynamic: null, lending: loans?.margin ?? margin, cross: margin, portfolio: null, standard: null };
    const opening = Math.round(run.markets[m].recorder.mark[0]);
    const perLot = notionalOf(contract, 1, opening);
    sums.fill(0);
    const sized = (margin.skew ?? null) === null ? null : sizedBy(margin);
    const open = (margin.growth ?? null) === null ? 0 : perLot * openInterest(population, m);
    const valued = { factor: contract.factor, inverse: contract.kind === 'inverse' };
    const asksOf = population.regimes.map((regime) => asks[regime]);
    const isEntry = population.regimes.map((regime) => regime === 'isolated' && margin.maintenanceOn === 'entry');
    for (let i = 0; i < count; i++) {
      if (marketOf[i] !== m) continue;
      const of = group[i];
      if (!isEntry[of] || lots[i] === 0) addPosition(sums, lots[i], perLot, asksOf[of], sized, null, open);
      else {
        const ladder = sized === null ? margin.maintenance : sized.maintenance.of(lots[i]);
        const called = entryDemand(valued, lots[i], costAt(valued, lots[i], population.entry[i]), ladder, margin.call);
        addPosition(sums, lots[i], perLot, asksOf[of], sized, valued.inverse ? called * opening : called, open);
      }
    }
    for (let k = 0; k < legs.account.length; k++)
      if (legs.market[k] === m) addPosition(sums, legs.lots[k], perLot, asksOf[group[legs.account[k]]], sized, null, open);
    longs += sums[LONG] * asset.quantum;
    shorts += sums[SHORT] * asset.quantum;
    demanded += sums[DEMANDED] * asset.quantum;
  }
  return { longs, shorts, demanded, unnecessary };
}

/** What of the coins that are held counts as equity and not for initial margin, in quanta. */
function notCounted(margin: MarginOptions, { legs }: Population, market: number, lotValue: number): number {
  const { scaleStart = 0 } = margin;
  if (scaleStart === 0) return 0;
  const held = [...legs.lots].filter((lots, k) => lots > 0 && legs.market[k] === market);
  const deposits = held.reduce((sum, lots) => sum + lots, 0);
  return held.reduce((sum, lots) => sum + initialShortfall(lots, margin, deposits, lotValue, scaleStart) * lots * lotValue, 0);
}

/** Lots that a market opens with on either side, of which the longer is as long as all that stands against it. */
function openInterest({ count, lots, market: marketOf, legs }: Population, market: number): number {
  const sides = [0, 0];
  for (let i = 0; i < count; i++) if (marketOf[i] === market) sides[lots[i] > 0 ? 0 : 1] += Math.abs(lots[i]);
  for (let k = 0; k < legs.account.length; k++) if (legs.market[k] === market) sides[legs.lots[k] > 0 ? 0 : 1] += Math.abs(legs.lots[k]);
  return Math.max(...sides);
}

// Places in the sums of a market's positions.
const LONG = 0;
const SHORT = 1;
const DEMANDED = 2;

/** Both ladders of a market whose rates grow with the size of a position; what an account sets aside for keepers counts with each of its positions. */
interface SizedLadders {
  readonly initial: SizedLadder;
  readonly maintenance: SizedLadder;
}

function sizedBy({ initial, maintenance, skew }: MarginOptions): SizedLadders {
  const terms = skew ?? NO_SKEW;
  return { initial: initialBySize(initial, terms, terms.reward), maintenance: maintenanceBySize(maintenance, terms, terms.reward) };
}

/**
 * @param margin whose ladder sets what is demanded; null: not counted.
 * @param sized in the place of its ladders where they grow with size.
 * @param called call level × maintenance; null: that of the ladder at the opening mark.
 * @param open open interest as notional, for initial margin that rises with it.
 */
function addPosition(
  sums: Float64Array,
  lots: number,
  perLot: number,
  margin: MarginOptions | null,
  sized: SizedLadders | null,
  called: number | null,
  open: number,
): void {
  const notional = Math.abs(lots) * perLot;
  sums[lots > 0 ? LONG : SHORT] += notional;
  if (margin === null) return;
  // Loans have terms of their own.
  const by = (margin.skew ?? null) === null ? null : sized;
  const plain = by === null ? requirement(margin.initial, notional) : by.initial.requirement(lots, notional);
  const { growth = null } = margin;
  const initial = growth === null || lots === 0 ? plain : grownInitial(growth, plain, notional, open);
  const asked = by === null ? requirement(margin.maintenance, notional) : by.maintenance.requirement(lots, notional);
  const call = called ?? margin.call * asked;
  sums[DEMANDED] += initial > call ? initial : call;
}

/** Lots of all contracts, each at its opening mark, in quote units. */
function weighedLots(run: Arm, options: RunOptions, of: (totals: MarketTotals) => number): number {
  return run.markets.reduce((sum, { recorder, totals }, m) => {
    const { asset, contract } = options.markets[m];
    return contract.kind === 'spot' ? sum : sum + notionalOf(contract, of(totals), Math.round(recorder.mark[0])) * asset.quantum;
  }, 0);
}

const middle = (values: Float64Array): number => (values.length === 0 ? NaN : median(values));

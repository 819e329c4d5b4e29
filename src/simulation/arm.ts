import type { ForcedFill } from '../liquidation/closing.ts';
import type { FairnessFigures } from '../liquidation/fairness.ts';
import type { LendingOutcome, LiquidationEngine } from '../liquidation/engine.ts';
import type { AdversaryResult } from '../traders/adversaries.ts';
import { Market } from './market.ts';
import { Recorder } from './recorder.ts';
import type { RunTerms, World } from './world.ts';

/** What one arm left behind. Quanta and ticks. */
export interface Arm {
  /** One a market. */
  readonly markets: readonly MarketArm[];
  /** Time of each trader's first forced fill, −1 when none. */
  readonly firstTime: Float64Array;
  /** 1 for traders that are open and covered at the end, of those whom the arm was asked about. */
  readonly coveredAtEnd: Uint8Array;
  /** Forced fills with the step of each; only with detail. */
  readonly fills: readonly ForcedFill[];
  readonly fillStep: readonly number[];
  readonly totals: ArmTotals;
}

/** One market in one arm. */
export interface MarketArm {
  readonly recorder: Recorder;
  readonly finalMark: number;
  /** By name. */
  readonly adversaries: readonly AdversaryResult[];
  readonly totals: MarketTotals;
}

/** Sums of one arm over all markets. */
export interface ArmTotals {
  readonly groups: number;
  readonly roots: number;
  readonly generations: number;
  readonly marginCalls: number;
  readonly cured: number;
  /** Accounts that were deleveraged. */
  readonly deleveraged: number;
  /** How evenly winners were deleveraged; null: nobody can be. */
  readonly fairness: FairnessFigures | null;
  /** Seconds from the first to the last forced fill; NaN when there is none. */
  readonly duration: number;
  /** Σ max(initial, call × maintenance) at the start of groups whose requirement is no ladder, in quanta of the first market. */
  readonly demandedApart: number;
  /** Largest over smallest requirement rate. */
  readonly procyclicality: number;
  /** null: nobody borrows. */
  readonly lending: LendingOutcome | null;
  /** Of those who bid for accounts; NaN: nobody does. */
  readonly biddersGain: number;
  /** Quanta plus lots. */
  readonly ledgerError: number;
}

/** Sums of one market in one arm. Money as notional: flows at the mark at which each was booked, balances and rounding at the last mark. */
export interface MarketTotals {
  readonly onBook: number;
  readonly absorbed: number;
  readonly takenOver: number;
  readonly deleveraged: number;
  readonly forcedLots: number;
  readonly overLots: number;
  readonly badDebt: number;
  readonly latentBadDebt: number;
  readonly insuranceUsed: number;
  readonly backstopLoss: number;
  readonly backstopEquity: number;
  readonly adlUsed: number;
  readonly adlOvershoot: number;
  readonly adlNotional: number;
  readonly socialised: number;
  readonly fundIncome: number;
  readonly fees: number;
  readonly venueIncome: number;
  /** Paid into the fund besides fees; NaN when it is not replenished. */
  readonly replenished: number;
  /** Paid in by leveraged traders, and filled of their own orders; NaN when they do nothing of their own accord. */
  readonly paidIn: number;
  readonly voluntary: number;
  readonly rounding: number;
}

/** The loop over steps, in a function of its own so that its compiled code serves every run. */
function playOut(world: World, recorders: readonly Recorder[], watchBook: boolean): void {
  note(world, recorders, watchBook);
  while (world.advance()) note(world, recorders, watchBook);
}

/** The same on tapes, which are their own record. */
function replay(world: World): void {
  while (world.advance());
}

function note(world: World, recorders: readonly Recorder[], watchBook: boolean): void {
  const { markets, engine, step } = world;
  for (let m = 0; m < recorders.length; m++) {
    const recorder = recorders[m];
    recorder.note(markets[m], step, watchBook);
    if (recorder.detail !== null) recorder.detail.noteEngine(engine, m, step);
  }
}

/** Who of those with a time ≥ 0 is open and covered at the marks, in a function of its own for the same reason. */
function noteCovered(engine: LiquidationEngine, marks: Float64Array, times: Float64Array, covered: Uint8Array): void {
  for (let i = 0; i < covered.length; i++) if (times[i] >= 0 && engine.isCovered(i, marks)) covered[i] = 1;
}

/**
 * Plays one arm from start to horizon. The twin needs prices and times only: `watchBook` false saves the depth walk.
 * @param liquidated first forced fill of each trader in another arm, −1 when none: who was liquidated there is looked at in the end.
 */
export function playArm(world: World, terms: RunTerms, watchBook: boolean, detail: boolean, liquidated: Float64Array | null = null): Arm {
  const { steps } = terms.options;
  const recorders =
    terms.tapes?.map((tape) => tape.recorder) ??
    terms.options.markets.map(() => new Recorder(steps, detail || (watchBook && (terms.options.probes ?? []).length > 0)));
  const { engine } = world;
  const fills: ForcedFill[] = [];
  const fillStep: number[] = [];
  world.open(terms);
  const demandedApart = engine.desks.demandedApart(Float64Array.from(recorders, (_, m) => world.markOf(m)));
  engine.closing.listener = detail
    ? (fill) => {
        fills.push(fill);
        fillStep.push(world.step);
      }
    : null;
  if (terms.tapes === null) playOut(world, recorders, watchBook);
  else replay(world);
  engine.closing.listener = null;
  const { count } = terms.population;
  const marks = Float64Array.from(recorders, (_, m) => world.markOf(m));
  const coveredAtEnd = new Uint8Array(count);
  if (liquidated !== null) noteCovered(engine, marks, liquidated, coveredAtEnd);
  return {
    markets: recorders.map((recorder, m) => ({
      recorder,
      finalMark: marks[m],
      adversaries: resultsOf(world, m, terms),
      totals: marketTotals(world, m, marks),
    })),
    firstTime: engine.groups.firstTime.slice(0, count),
    coveredAtEnd,
    fills,
    fillStep,
    totals: { ...armTotals(world, marks), demandedApart },
  };
}

/** What the adversaries of a market made; asked of nobody where there are none, for a market on tape was never opened. */
function resultsOf({ markets }: World, m: number, { options }: RunTerms): readonly AdversaryResult[] {
  const market = markets[m];
  return options.markets[m].adversaries.length > 0 && market instanceof Market ? market.results : [];
}

function marketTotals(world: World, market: number, marks: Float64Array): MarketTotals {
  const { waterfall, tally, ledger } = world.engine.markets[market];
  const mark = marks[market];
  const { paidIn, traded } = world.voluntary(market);
  return {
    onBook: tally.onBook,
    absorbed: tally.absorbed,
    takenOver: tally.takenOver,
    deleveraged: tally.deleveraged,
    forcedLots: tally.forcedLots,
    overLots: tally.overLots,
    badDebt: waterfall.badDebt,
    latentBadDebt: world.engine.desks.latentBadDebt(market, marks),
    insuranceUsed: waterfall.insuranceUsed,
    backstopLoss: waterfall.backstopLoss,
    backstopEquity: world.backstopEquity(market, marks),
    adlUsed: waterfall.adlUsed,
    adlOvershoot: waterfall.adlOvershoot,
    adlNotional: (world.engine.deleveraging?.notional[market] ?? 0) + (world.engine.profitLimit?.notional[market] ?? 0),
    socialised: waterfall.socialised,
    fundIncome: waterfall.fundIncome,
    fees: waterfall.fees,
    venueIncome: waterfall.venueIncome,
    replenished: world.replenished(market),
    paidIn,
    voluntary: traded,
    rounding: waterfall.rounding + ledger.inQuote(ledger.rounding + world.interestRounding(market), mark),
  };
}

function armTotals(world: World, marks: Float64Array): Omit<ArmTotals, 'demandedApart'> {
  const { engine } = world;
  const tallies = engine.markets.map((market) => market.tally);
  const sum = (part: (tally: (typeof tallies)[number]) => number): number => tallies.reduce((whole, tally) => whole + part(tally), 0);
  const acted = tallies.filter((tally) => tally.groups > 0);
  return {
    groups: engine.liquidated,
    roots: sum((tally) => tally.roots),
    generations: Math.max(...tallies.map((tally) => tally.generations)),
    marginCalls: sum((tally) => tally.marginCalls),
    cured: engine.desks.curedAt(marks),
    deleveraged: (engine.deleveraging?.accounts ?? 0) + (engine.profitLimit?.accounts ?? 0),
    fairness: engine.deleveraging?.figures ?? null,
    duration:
      acted.length === 0 ? NaN : Math.max(...acted.map((tally) => tally.lastTime)) - Math.min(...acted.map((tally) => tally.firstTime)),
    procyclicality: engine.desks.procyclicality,
    lending: engine.lendingOutcome(marks),
    biddersGain: engine.biddersGain(marks),
    ledgerError: world.ledgerError,
  };
}

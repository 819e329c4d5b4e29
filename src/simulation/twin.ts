import { requirement } from '../margin/tiers.ts';
import { advances, countCauses } from '../severity/causality.ts';
import { METRIC_NAMES } from '../severity/metrics.ts';
import { median } from '../statistics/quantile.ts';
import { amplification, drawdown, largestExcess, recoverySteps } from '../severity/paths.ts';
import type { Population } from '../traders/population.ts';
import type { Arm } from './arm.ts';
import type { RunOptions } from './options.ts';

/** Compares a run with its twin: the values of METRICS, in their order; NaN where undefined. */
export function compareArms(run: Arm, twin: Arm, options: RunOptions, population: Population): Float64Array {
  const { asset, margin, liquidation } = options;
  const money = asset.quantum;
  const { totals } = run;
  const fall = drawdown(run.last);
  const twinFall = drawdown(twin.last);
  const { step, excess } = largestExcess(run.last, twin.last);
  const causes = countCauses(run.firstTime, twin.firstTime, population.count, options.step);
  const { groups } = totals;
  const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);
  let leveragedLots = 0;
  let longs = 0;
  let shorts = 0;
  let demanded = 0;
  let unnecessary = 0;
  const start = Math.round(run.mark[0]);
  for (let i = 0; i < population.count; i++) {
    const lots = population.lots[i];
    const notional = Math.abs(lots) * start * asset.quantaPerTickLot;
    leveragedLots += Math.abs(lots);
    if (lots > 0) longs += notional;
    else shorts += notional;
    demanded += Math.max(requirement(margin.initial, notional), margin.call * requirement(margin.maintenance, notional));
    if (run.firstTime[i] >= 0 && twin.coveredAtEnd[i] === 1) unnecessary++;
  }
  const values: Readonly<Record<string, number>> = {
    drawdown: fall,
    drawdown_mark: drawdown(run.mark),
    drawdown_twin: twinFall,
    excess_drawdown: excess,
    amplification: amplification(fall, twinFall),
    liquidations: groups,
    liquidated_notional: (totals.onBook + totals.absorbed + totals.takenOver) * money,
    liquidated_share: share(totals.forcedLots, leveragedLots),
    on_book_notional: totals.onBook * money,
    off_book_notional: (totals.absorbed + totals.takenOver) * money,
    caused_share: share(causes.caused, groups),
    advanced_share: share(causes.advanced, groups),
    generations: totals.generations,
    reproduction_number: groups === 0 ? NaN : 1 - totals.roots / groups,
    duration: totals.duration,
    bad_debt: totals.badDebt * money,
    latent_bad_debt: totals.latentBadDebt * money,
    backstop_notional: liquidation.backstop === null ? NaN : totals.takenOver * money,
    backstop_loss: liquidation.backstop === null ? NaN : totals.backstopLoss * money,
    backstop_pnl: liquidation.backstop === null ? NaN : totals.backstopEquity * money,
    insurance_used: totals.insuranceUsed * money,
    fund_income: totals.fundIncome * money,
    // This venue closes no winners by force.
    adl_notional: NaN,
    adl_accounts: NaN,
    adl_used: NaN,
    adl_overshoot: NaN,
    socialised_loss: totals.socialised * money,
    over_liquidation: share(totals.overLots, totals.forcedLots),
    unnecessary_liquidations: unnecessary,
    margin_calls: totals.marginCalls,
    margin_calls_cured: totals.cured,
    min_depth: run.recorder.minDepth[0] * asset.quantaPerTickLot * money,
    max_spread: run.recorder.maxSpread[0],
    one_sided_seconds: run.recorder.oneSided[0] * options.step,
    recovery_time: excess > 0 ? recoverySteps(run.last, twin.last, step) * options.step : NaN,
    capital_efficiency: share(Math.max(longs, shorts), demanded),
    // The requirement rate of this regime does not move.
    procyclicality: 1,
    rounding: totals.rounding * money,
    advance_seconds: middle(advances(run.firstTime, twin.firstTime, population.count, options.step)),
    ledger_error: Math.max(totals.ledgerError, twin.totals.ledgerError) * money,
  };
  return Float64Array.from(METRIC_NAMES, (name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`metrics: nothing computes ${name}`);
    return value;
  });
}

const middle = (values: Float64Array): number => (values.length === 0 ? NaN : median(values));

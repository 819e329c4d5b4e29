import { exp, log } from '../core/math.ts';
import { Ledger } from '../core/ledger.ts';
import { derive, root, uniform } from '../core/random.ts';
import { exponential } from '../core/samplers.ts';
import { Waterfall } from '../liquidation/waterfall.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const RUNS = { full: 200_000, quick: 10_000 } as const;
/** Quanta of a unit of money. */
const UNIT = 1e9;
/** A fund is safe where the chance that it is still ruined is this. */
const SAFE = 1e-7;

const FUND = 0;
const BACKSTOP = 1;
const SOCIALISED = 2;
/** A trader whose losses are the claims, those who win them, and those whose liquidation fees are the premium. */
const DEBTOR = 3;
const WINNERS = 4;
const PAYERS = 5;

/** Chance that a fund of `u` is ever empty, when claims are exponential. */
function chanceOfRuin(u: number, loading: number, mean: number): number {
  return exp((-loading * u) / ((1 + loading) * mean)) / (1 + loading);
}

/**
 * Liquidation fees flow into the insurance fund at an even rate, and debts that traders leave come at random: whether there is ever one that
 * the fund cannot pay. Every fee and debt is booked by the real waterfall in a real ledger.
 */
class FundOnClaims {
  private readonly ledger = new Ledger(6, 1);

  /** Plays claims until one is not paid in full (true) or the fund holds `safe` (false). */
  isRuined(u: number, safe: number, next: (k: number) => { readonly premium: number; readonly claim: number }): boolean {
    const { ledger } = this;
    ledger.reset(1);
    ledger.deposit(FUND, u, 0);
    ledger.deposit(PAYERS, 2 ** 52, 0);
    ledger.open();
    const waterfall = new Waterfall(ledger, { fund: FUND, backstop: BACKSTOP, socialised: SOCIALISED, venue: FUND });
    let k = 0;
    for (; waterfall.socialised === 0; k++) {
      const { premium, claim } = next(k);
      waterfall.fee(PAYERS, premium, Infinity, 1);
      if (ledger.cash[FUND]! >= safe) break;
      ledger.transfer(DEBTOR, WINNERS, claim);
      waterfall.settle(DEBTOR, 1, []);
    }
    const { badDebt, insuranceUsed, socialised } = waterfall;
    if (ledger.runningError() !== 0 || ledger.recount() !== 0 || badDebt !== insuranceUsed + socialised)
      throw new Error(`ruin: after ${k} claims the books do not balance`);
    return socialised > 0;
  }
}

function ruin(parameters: Value, effort: Effort): Verdict {
  const u = numberOf(parameters, 'u', { above: 0, below: 1000 });
  const rate = numberOf(parameters, 'rate', { above: 0 });
  const mu = numberOf(parameters, 'mu', { above: 1e-3, below: 1000 });
  const premium = numberOf(parameters, 'premium', { above: 0 });
  const loading = premium / (rate * mu) - 1;
  if (!(loading >= 0.05)) {
    throw new ValidationUsageError(
      `parameter premium: found ${premium}, want at least ${1.05 * rate * mu}: with less than the claims every fund is ruined`,
    );
  }
  const runs = runsOf(effort, RUNS);
  const expected = chanceOfRuin(u, loading, mu);
  const safe = u + (mu * (1 + loading) * log(1 / SAFE)) / loading;
  if (!(safe * UNIT < 2 ** 50)) throw new ValidationUsageError(`parameters u = ${u}, mu = ${mu}: want smaller sums`);
  const from = root('validation', 'SYS-RUIN');
  const fund = new FundOnClaims();
  let ruined = 0;
  for (let run = 0; run < runs; run++) {
    const { lo, hi } = derive(from, run);
    const next = (k: number) => ({
      premium: (premium * UNIT * exponential(uniform(lo, hi, 0, k, 0))) / rate,
      claim: Math.ceil(mu * UNIT * exponential(uniform(lo, hi, 1, k, 0))),
    });
    if (fund.isRuined(Math.round(u * UNIT), Math.round(safe * UNIT), next)) ruined++;
  }
  const measured = ruined / runs;
  const error = Math.sqrt((expected * (1 - expected)) / runs);
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} funds: ±${(ERRORS * error).toPrecision(3)}; a fund counts as safe where the chance is ${SAFE}`,
    pass: Math.abs(measured - expected) <= ERRORS * error + SAFE,
  };
}

/** How long an insurance fund lasts. */
export const RUIN_CHECKS: readonly Check[] = [{ id: 'SYS-RUIN', run: ruin }];

import { readFileSync } from 'node:fs';
import { Ledger } from '../core/ledger.ts';
import { pow } from '../core/math.ts';
import { bits, root, uniform } from '../core/random.ts';
import { cappedHaircuts, cappedShare, haircutCap, proRataHaircuts, queueHaircuts } from '../liquidation/haircut.ts';
import { Waterfall } from '../liquidation/waterfall.ts';
import { runsOf } from './effort.ts';
import { ValidationUsageError, numberOf, numbersOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Quanta of a unit of money. */
const UNIT = 1e6;

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What the first in the queue keeps, and what it would keep if all gave the same share. */
function queueGap(parameters: Value): Verdict {
  const winners = numbersOf(parameters, 'winners', { above: 0, below: 1e9 });
  const D = numberOf(parameters, 'D', { above: 0 });
  const theta = numberOf(parameters, 'theta', { above: -1e-300, below: 1 + 1e-12 });
  const [first = NaN] = winners;
  const H = theta * D;
  if (!(H <= first)) throw new ValidationUsageError(`parameters theta × D: found ${H}, want at most the first winner's ${first}`);
  const share = 1 - first / sum(winners);
  const expected = { queue_top: first - H, prorata_top: first - (H * first) / sum(winners), gap: H * share, dPTSR: theta * share };
  // Quanta so small that rounding to whole ones does not show.
  const scale = 2 ** 52 / sum(winners);
  const capacities = winners.map((winner) => Math.floor(winner * scale));
  const left = [queueHaircuts, proRataHaircuts].map((rule) => first - (rule(Math.round(H * scale), capacities)[0] ?? NaN) / scale);
  const [queue_top = NaN, prorata_top = NaN] = left;
  const gap = prorata_top - queue_top;
  const measured = { queue_top, prorata_top, gap, dPTSR: gap / D };
  return { expected, measured, tolerance: 'relative 1e-9', pass: agree(expected, measured, 1e-9) };
}

const BUDGETS = { full: 100_000, quick: 10_000 } as const;

/** The largest share of a budget by which any rule misses it; infinite when a rule takes from somebody more than there is. */
function budgetsMet(_parameters: Value, effort: Effort): Verdict {
  const runs = runsOf(effort, BUDGETS);
  const { lo, hi } = root('validation', 'ADL-BUDGET');
  let worst = 0;
  for (let run = 0; run < runs; run++) {
    const count = 1 + (bits(lo, hi, 0, run, 0) % 8);
    const equities = Array.from({ length: count }, (_, i) => Math.floor(pow(uniform(lo, hi, 1, run, i), 4) * 2 ** 49));
    const largest = uniform(lo, hi, 2, run, 0);
    const capped = equities.map((equity, i) => Math.floor(equity * haircutCap(equity, largest, equity * uniform(lo, hi, 3, run, i))));
    const part = uniform(lo, hi, 4, run, 0);
    const rules = [
      { capacities: equities, rule: queueHaircuts },
      { capacities: equities, rule: proRataHaircuts },
      { capacities: capped, rule: (budget: number, most: readonly number[]) => cappedHaircuts(budget, equities, most) },
    ];
    for (const { capacities, rule } of rules) {
      const budget = Math.floor(part * sum(capacities));
      const haircuts = rule(budget, capacities);
      const over = haircuts.some((haircut, i) => !(Number.isInteger(haircut) && haircut >= 0 && haircut <= (capacities[i] ?? NaN)));
      // Capped shares are rounded up: a quantum a winner.
      const missed = Math.abs(sum(haircuts) - budget);
      const allowed = rule === queueHaircuts || rule === proRataHaircuts ? 0 : count;
      worst = Math.max(worst, over ? Infinity : Math.max(0, missed - allowed) / Math.max(1, budget));
    }
  }
  return {
    expected: 0,
    measured: worst,
    tolerance: `exact by queue and pro rata, a quantum a winner above by capped shares; ${runs} budgets each`,
    pass: worst === 0,
  };
}

function capped(parameters: Value): Verdict {
  const e = numbersOf(parameters, 'e', { above: 0 });
  const budget = numberOf(parameters, 'budget', { above: 0 });
  const hbar = numberOf(parameters, 'hbar', { above: 0, below: 1 + 1e-12 });
  const emin = numberOf(parameters, 'emin', { above: -1e-300 });
  const caps = e.map((equity) => haircutCap(equity, hbar, emin));
  const most = sum(e.map((equity, i) => equity * (caps[i] ?? NaN)));
  if (!(budget < most)) throw new ValidationUsageError(`parameter budget: found ${budget}, want below the ${most} that the caps leave`);
  const share = (scale: number): number =>
    cappedShare(
      budget * scale,
      e.map((equity) => equity * scale),
      caps,
    );
  // By halving, from the definition: the least share at which what is given reaches the budget.
  let [low, high] = [0, 1];
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2;
    if (sum(e.map((equity, i) => equity * Math.min(middle, caps[i] ?? NaN))) < budget) low = middle;
    else high = middle;
  }
  const eta = share(1);
  const taken = (one: number): number[] => caps.map((cap) => Math.min(one, cap));
  const expected = { eta: high, h: taken(high) };
  const measured = { eta, h: taken(eta) };
  const order = (amounts: readonly number[]): string => [...amounts.keys()].sort((a, b) => (amounts[a] ?? 0) - (amounts[b] ?? 0)).join();
  const left = e.map((equity, i) => equity * (1 - (measured.h[i] ?? NaN)));
  const [first = NaN, ...rest] = e;
  const [cap = NaN] = caps;
  const split = cappedShare(budget, [first / 4, (3 * first) / 4, ...rest], [cap, ...caps]);
  const axioms =
    Math.abs(sum(e.map((equity, i) => equity * (measured.h[i] ?? NaN))) - budget) <= 1e-9 * budget &&
    order(left) === order(e) &&
    Math.abs(share(7) - eta) <= 1e-9 &&
    Math.abs(split - eta) <= 1e-9;
  return {
    expected,
    measured,
    tolerance:
      'absolute 1e-9; the budget is met, the order of what is left is that of the equities, and neither another unit nor a split account changes the share',
    pass: axioms && agree(expected, measured, 0, 1e-9),
  };
}

interface Waves {
  readonly horizons: readonly { readonly overshoot_usd: number }[];
  readonly waves: readonly {
    readonly deficit_usd: number;
    readonly needed_usd: number;
    readonly taken_usd: number;
    readonly winners_profit_usd: number;
  }[];
}

/** The waves of a real auto-deleveraging, booked one after the other: debtors who owe the need, winners who give what was taken. */
function october(parameters: Value, _effort: Effort, published: Value): Verdict {
  for (const [key, value] of [
    ['gap_ms', 5000],
    ['horizon_ms', 0],
  ] as const)
    // prettier-ignore
    if (numberOf(parameters, key) !== value) throw new ValidationUsageError(`parameter ${key}: want ${value}, which the waves are of`);
  const file = new URL('../../reference/hyperliquid-2025-10-10-waves.json', import.meta.url);
  const { waves, horizons } = JSON.parse(readFileSync(file, 'utf8')) as Waves;
  const [FUND, BACKSTOP, SOCIALISED, DEBTOR, WINNERS, CLAIMANTS] = [0, 1, 2, 3, 4, 5] as const;
  const play = (owed: (wave: Waves['waves'][number]) => number, given: (wave: Waves['waves'][number]) => number): Waterfall => {
    const ledger = new Ledger(6, 1);
    ledger.deposit(WINNERS, 2 ** 50, 0);
    ledger.open();
    const waterfall = new Waterfall(ledger, { fund: FUND, backstop: BACKSTOP, socialised: SOCIALISED, venue: CLAIMANTS });
    for (const wave of waves) {
      // What winners gave beyond one wave's need pays nothing of the next.
      if (ledger.cash[FUND]! > 0) ledger.transfer(FUND, CLAIMANTS, ledger.cash[FUND]!);
      ledger.transfer(DEBTOR, CLAIMANTS, Math.round(owed(wave) * UNIT));
      waterfall.settle(DEBTOR, 1, [{ account: WINNERS, amount: Math.round(given(wave) * UNIT) }]);
    }
    if (ledger.runningError() !== 0 || ledger.recount() !== 0) throw new Error('waves: the books do not balance');
    return waterfall;
  };
  const needed = play(({ needed_usd }) => needed_usd, ({ taken_usd }) => taken_usd); // prettier-ignore
  const deficit = play(({ deficit_usd }) => deficit_usd, () => 0); // prettier-ignore
  const overshoots = horizons.map(({ overshoot_usd }) => overshoot_usd);
  const tenth = (usd: number): number => Math.round(usd / 1e5) * 1e5;
  const {
    waves: count,
    needed_usd,
    production_usd,
    overshoot_usd,
    loser_deficit_usd,
    horizon_band_usd,
  } = published as Record<string, Value>;
  const expected = { waves: count, needed_usd, production_usd, overshoot_usd, loser_deficit_usd, horizon_band_usd } as Value;
  const measured = {
    waves: waves.length,
    needed_usd: needed.badDebt / UNIT,
    production_usd: (needed.adlUsed + needed.adlOvershoot) / UNIT,
    // Some waves took less than they needed: the rest is nobody's, and counts against what others took beyond it.
    overshoot_usd: (needed.adlOvershoot - needed.socialised) / UNIT,
    loser_deficit_usd: deficit.badDebt / UNIT,
    horizon_band_usd: [tenth(Math.min(...overshoots)), tenth(Math.max(...overshoots))],
  };
  // What this project's rules would have taken of the same winners: the need.
  const exact = waves.every(({ needed_usd: need, winners_profit_usd: profit }) =>
    [queueHaircuts, proRataHaircuts].every(
      (rule) => sum(rule(Math.round(need * UNIT), [Math.round(profit * UNIT)])) === Math.round(need * UNIT),
    ),
  );
  return {
    expected,
    measured,
    tolerance: `a cent, which the published sums are rounded to; ${waves.length} waves booked by the waterfall`,
    pass: exact && agree(expected, measured, 0, 0.01),
  };
}

/** Who gives how much when winners pay for losers. */
export const HAIRCUT_CHECKS: readonly Check[] = [
  { id: 'ADL-QUEUE-GAP', run: queueGap },
  { id: 'ADL-BUDGET', run: budgetsMet },
  { id: 'ADL-CAPPED', run: capped },
  { id: 'ADL-HL-OCT10', run: october },
];

import { METRIC_NAMES } from '../severity/metrics.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { RunResult } from '../simulation/result.ts';
import { Simulator } from '../simulation/simulate.ts';
import { buildPopulation } from '../traders/drawing.ts';
import type { GroupOptions, ListedGroupOptions } from '../traders/group.ts';
import type { Population } from '../traders/population.ts';
import { onRandomCurve } from './random-curves.ts';
import { deleveragedOptions, mixedOptions, randomOptions } from './random-worlds.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)] ?? NaN;

/** Random worlds that a check looks at. */
function worldsOf(effort: Effort): number {
  return effort.runs ?? (effort.quick ? 20 : 200);
}

/** A random world, and the same on an impact curve in place of its book. */
function onBoth(world: number): readonly RunOptions[] {
  const options = randomOptions(world);
  return [options, onRandomCurve(options, world)];
}

function nothingFedBack(_parameters: Value, effort: Effort): Verdict {
  const worlds = worldsOf(effort);
  const simulator = new Simulator();
  let A = 1;
  let diff = 0;
  for (let world = 0; world < worlds; world++) {
    for (const options of onBoth(world)) {
      const absorbed = { ...options, liquidation: { ...options.liquidation, route: 'absorber' as const } };
      const result = simulator.run(absorbed, { seed: 'null', replicate: world }, { detail: true });
      if (metric(result, 'amplification') !== 1) A = metric(result, 'amplification');
      const { last, twin } = result.steps?.[0] ?? { last: [NaN], twin: [NaN] };
      for (let step = 0; step < last.length; step++) diff = Math.max(diff, Math.abs((last[step] ?? NaN) - (twin[step] ?? NaN)));
    }
  }
  const expected = { A: 1, diff: 0 };
  const measured = { A, diff };
  return {
    expected,
    measured,
    tolerance: `exact, every price of ${worlds} random worlds, on a book and on a curve`,
    pass: agree(expected, measured, 0),
  };
}

function ledgerBalances(_parameters: Value, effort: Effort): Verdict {
  const worlds = worldsOf(effort);
  const simulator = new Simulator();
  let worst = 0;
  for (let world = 0; world < worlds; world++) {
    for (const options of [...onBoth(world), mixedOptions(world)]) {
      const result = simulator.run(options, { seed: 'ledger', replicate: world }, { recountAlways: true });
      worst = Math.max(worst, metric(result, 'ledger_error'));
    }
  }
  return {
    expected: 0,
    measured: worst,
    tolerance: `exact, after every step of ${worlds} random worlds, on a book, on a curve, and with coin-margined markets beside a linear one`,
    pass: worst === 0,
  };
}

function debtIsPaid(_parameters: Value, effort: Effort): Verdict {
  const worlds = worldsOf(effort);
  const simulator = new Simulator();
  let worst = 0;
  let indebted = 0;
  let deleveraged = 0;
  for (let world = 0; world < worlds; world++) {
    const plain = randomOptions(world);
    for (const options of [plain, deleveragedOptions(plain, world)]) {
      const result = simulator.run(options, { seed: 'waterfall', replicate: world });
      const debt = metric(result, 'bad_debt');
      // What a layer that is not there paid is undefined: nothing.
      const parts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(result, name) || 0);
      if (debt > 0) indebted++;
      if (metric(result, 'adl_used') > 0) deleveraged++;
      const gap = Math.abs(parts.reduce((x, y) => x + y, 0) - debt);
      worst = parts.every((part) => part >= 0) ? Math.max(worst, gap) : Infinity;
    }
  }
  return {
    expected: 0,
    measured: worst,
    tolerance: `exact, in ${worlds} random worlds without and with ADL: ${indebted} of these runs had bad debt, and in ${deleveraged} winners paid of it`,
    pass: worst === 0 && indebted > 0 && deleveraged > 0,
  };
}

/** A population's numbers by account key, so that two populations can be laid side by side. */
function accountsOf(population: Population): Map<string, string> {
  const accounts = new Map<string, string>();
  for (let i = 0; i < population.count; i++) {
    const { keyHi, keyLo, lots, cash, entry } = population;
    accounts.set(`${keyHi[i]} ${keyLo[i]}`, `${lots[i]} ${cash[i]} ${entry[i]}`);
  }
  return accounts;
}

/** Groups of equal notional, a whole number of lots on both sides, and one written down: each can go without unbalancing the others. */
function pairsOf(options: RunOptions, start: number): readonly (readonly (GroupOptions | ListedGroupOptions)[])[] {
  const [first] = options.traders;
  if (first === undefined || first.kind !== 'drawn') throw new Error('random world: found no drawn group');
  const unit = start * (options.markets[0]?.asset.quantaPerTickLot ?? NaN);
  const pair = (name: string, lots: number): GroupOptions[] =>
    ([1, -1] as const).map((side) => ({
      ...first,
      name: `${name} ${side > 0 ? 'longs' : 'shorts'}`,
      side,
      count: 7 + (lots % 13),
      notional: lots * unit,
      leverage: { kind: 'lognormal', median: 6, sigma: 0.7, min: 1, max: 15 },
    }));
  const listed: ListedGroupOptions = {
    name: 'one long',
    kind: 'listed',
    market: 0,
    accounts: [{ lots: 1, entry: start, collateral: start }],
  };
  return [pair('a', 5000), pair('m', 9111), pair('z', 3001), [listed]];
}

/** Leaves out one part of a population after the other and counts whose numbers have changed by a bit. */
function nobodyElseMoves(_parameters: Value, effort: Effort): Verdict {
  const worlds = worldsOf(effort);
  let compared = 0;
  let changed = 0;
  for (let world = 0; world < worlds; world++) {
    const options = randomOptions(world);
    const [market] = options.markets;
    if (market === undefined) throw new Error('random world: found no market');
    const { asset, contract, margin, history } = market;
    const startMark = Math.round(history.prices[0] ?? 1000);
    const markets = [{ asset, contract, margin, history, startMark }];
    const context = { markets, seasonThreshold: options.seasonThreshold, seed: 'prefix', replicate: world };
    const parts = pairsOf(options, startMark);
    const whole = accountsOf(buildPopulation(parts.flat(), context));
    for (const left of parts) {
      const rest = accountsOf(buildPopulation(parts.filter((part) => part !== left).flat(), context));
      for (const [key, numbers] of rest) {
        compared++;
        if (whole.get(key) !== numbers) changed++;
      }
    }
  }
  return {
    expected: 'bit equality',
    measured: changed === 0 ? 'bit equality' : `${changed} traders changed`,
    tolerance: `exact, ${compared} traders of ${worlds} random populations with each part left out in turn`,
    pass: changed === 0 && compared > 0,
  };
}

/** What holds in every world, whatever its rules. */
export const INVARIANT_CHECKS: readonly Check[] = [
  { id: 'CAS-NULL', run: nothingFedBack },
  { id: 'INV-ZEROSUM', run: ledgerBalances },
  { id: 'INV-BADDEBT-WATERFALL', run: debtIsPaid },
  { id: 'INV-CRN-PREFIX', run: nobodyElseMoves },
];

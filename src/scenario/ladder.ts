import type { AssetUnits } from '../core/units.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { flatTiers, requirement, tiersFromRates } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import { marginTable, venueNamed } from '../venues/catalogue.ts';
import type { Venue } from '../venues/venue.ts';
import type { Context, RateStep, Report } from './context.ts';
import type { Level } from './fields.ts';
import type { Expression } from './expression.ts';
import { levelAt, quanta, round, someQuanta } from './measures.ts';
import { ratesOf } from './rates.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/**
 * The margin rules of a scenario, with the ladder threshold < call ≤ initial / maintenance checked at every tier. `largest` is the largest
 * notional of a position, in quote units, up to which a formula must hold. Null when a table is missing.
 */
export function resolveMargin(
  margin: Scenario['margin'],
  venue: Venue,
  units: AssetUnits,
  context: Context,
  largest: number,
  report: Report,
): { readonly margin: MarginOptions } | null {
  const maintenance = resolveTiers('maintenance', margin.maintenance, venue, units, context, largest, report);
  const initial = resolveTiers('initial', margin.initial, venue, units, context, largest, report);
  if (maintenance === null || initial === null) return null;
  const threshold = thresholdOf(margin);
  const { call, stated } = callOf(margin);
  const ratio = smallestRatio(initial, maintenance);
  const where = ratio.notional === 0 ? '' : ` at a notional of ${round(ratio.notional * units.quantum)}`;
  const steepest = Math.max(...maintenance.rate);
  if (ratio.value < 1) {
    report(['margin', 'initial'], `found ${round(ratio.value)} of maintenance${where}, want initial ≥ maintenance at every notional`);
  } else if (threshold * steepest >= 1) {
    report(
      ['margin', 'threshold'],
      `found ${threshold}, want less than ${round(1 / steepest)}: threshold × maintenance rate must stay below 1`,
    );
  } else if (call <= threshold) {
    report(
      ['margin', 'call'],
      `found ${stated}, which is ${round(call)}, want more than the threshold of ${threshold}: backstop < threshold < call ≤ initial / maintenance`,
    );
  } else if (call > ratio.value) {
    report(
      ['margin', 'call'],
      `found ${stated}, which is ${round(call)} at the threshold of ${threshold}, want at most ${round(ratio.value)}, initial / maintenance${where}: backstop < threshold < call ≤ initial / maintenance`,
    );
  }
  const { equalityLiquidates } = venue;
  const onEntry = { maintenanceOn: 'entry' } as const;
  return { margin: { maintenance, initial, threshold, call, equalityLiquidates, ...(isOnEntry(margin, venue) ? onEntry : {}) } };
}

/** Whether maintenance is charged on the value at entry. */
function isOnEntry({ maintenanceOn }: Scenario['margin'], { contract }: Venue): boolean {
  return maintenanceOn === 'venue' ? contract === 'entry-notional' || contract === 'inverse-entry' : maintenanceOn === 'entry';
}

/** The margin rules of a spot asset: nothing is demanded for holding it, and what it is worth counts after its haircut. `at`: where it stands. */
export function collateralMargin(
  margin: Scenario['margin'],
  venue: Venue,
  stated: {
    readonly haircut: number;
    readonly debt?: number | undefined;
    readonly sizeFactor: number | 'venue';
    readonly scaleStart: number | 'venue' | 'none';
  },
  units: AssetUnits,
  at: Steps,
  report: Report,
): MarginOptions {
  const { haircut, debt = haircut } = stated;
  const threshold = thresholdOf(margin);
  const none = flatTiers(0);
  const { equalityLiquidates } = venue;
  const start = stated.scaleStart === 'venue' ? (venue.scaleStart ?? 0) : stated.scaleStart === 'none' ? 0 : stated.scaleStart;
  const scaleStart = start === 0 ? 0 : someQuanta(start, units, [...at, 'contract', 'scaleStart'], report);
  const own = {
    maintenance: none,
    initial: none,
    threshold,
    call: callOf(margin).call,
    equalityLiquidates,
    haircut,
    debt,
    scaleStart,
  };
  const sizeFactor = stated.sizeFactor === 'venue' ? (venue.sizeFactor ?? 0) : stated.sizeFactor;
  if (sizeFactor === 0) return own;
  const whole = (value: number, units: number, key: string, want: string): number => {
    const count = Math.round(value * units);
    if ((value > 0 && count < 1) || Math.abs(value * units - count) > 1e-6)
      report([...at, 'contract', key], `found ${value}, want ${want} beside a size factor`);
    return count;
  };
  return {
    ...own,
    weights: {
      lot: measureLot(units.lot, at, report),
      factor: whole(sizeFactor, 1e6, 'sizeFactor', 'whole millionths'),
      asset: 10_000 - whole(haircut, 10_000, 'haircut', 'whole hundredths of a percent'),
      liability:
        10_000 + (stated.debt === undefined ? Math.round(debt * 10_000) : whole(debt, 10_000, 'debt', 'whole hundredths of a percent')),
    },
  };
}

/** Billionths of a unit in a lot. */
function measureLot(lot: number, at: Steps, report: Report): number {
  const billionths = Math.round(lot * 1e9);
  if (billionths < 1 || Math.abs(lot * 1e9 - billionths) > 1e-6 * billionths)
    report([...at, 'lot'], `found ${lot}, want whole billionths beside a size factor`);
  return billionths;
}

/** θ: what the file says, else the venue's, which is 1 where it states none. */
export function thresholdOf({ threshold, venue }: Scenario['margin']): number {
  return threshold ?? venueNamed(venue)?.threshold ?? 1;
}

/** Where margin is called on venues that call nobody. */
const USUAL_CALL = '1.05x';

/** The call level as it stands or follows from the venue, and as a plain coverage ratio: a venue's own moves with θ. */
export function callOf(margin: Scenario['margin']): { readonly stated: Level | 'venue'; readonly call: number } {
  const threshold = thresholdOf(margin);
  const venue = venueNamed(margin.venue);
  if (margin.call !== 'venue') return { stated: margin.call, call: levelAt(margin.call, threshold) };
  if (venue?.call === undefined) return { stated: USUAL_CALL, call: levelAt(USUAL_CALL, threshold) };
  const own = venue.threshold ?? 1;
  const call = threshold === own ? venue.call : threshold * (venue.call / own);
  return { stated: 'venue', call };
}

function resolveTiers(
  which: 'maintenance' | 'initial',
  stated: Scenario['margin']['maintenance'],
  venue: Venue,
  units: AssetUnits,
  context: Context,
  largest: number,
  report: Report,
): Tiers | null {
  const steps = rateSteps(which, stated, venue, units, context, largest, report);
  if (steps === null) return null;
  if (!isLadder(steps, typeof stated === 'object', ['margin', which], report)) return null;
  return tiersFromRates(steps.map((step) => ({ floor: quanta(step.from, units), rate: step.rate })));
}

/** Whether tiers begin at 0 and ascend, and, where a user listed them, their rates do not fall; what is wrong is reported under `at`. */
export function isLadder(steps: readonly RateStep[], stated: boolean, at: Steps, report: Report): boolean {
  for (const [k, step] of steps.entries()) {
    const last = steps[k - 1];
    if (last === undefined ? step.from !== 0 : step.from <= last.from) {
      const want = last === undefined ? '0 in the first tier' : `more than the ${last.from} before it`;
      report([...at, k, 'from'], `found ${step.from}, want ${want}`);
      return false;
    }
    if (stated && last !== undefined && step.rate < last.rate) {
      report([...at, k, 'rate'], `found ${step.rate}, want at least the ${last.rate} before it: rates rise with notional`);
      return false;
    }
  }
  return true;
}

function rateSteps(
  which: 'maintenance' | 'initial',
  stated: Scenario['margin']['maintenance'],
  venue: Venue,
  units: AssetUnits,
  context: Context,
  largest: number,
  report: Report,
): readonly RateStep[] | null {
  if (typeof stated === 'number') return [{ from: 0, rate: stated }];
  if (typeof stated === 'object') return stated;
  if (stated !== 'venue') return formulaSteps(which, context.formulas[stated], largest, report);
  const table = marginTable(venue, units.symbol);
  if (table !== null) return table.map((tier) => ({ from: tier.from, rate: tier[which] }));
  const listed = Object.keys(venue.tiers).join(', ') || 'none';
  // The same words for both requirements, so that it is one problem.
  const message = `found ${venue.name}, which has no margin table for ${units.symbol} (it has ${listed}): give maintenance and initial`;
  report(['margin', 'venue'], message);
  return null;
}

/** The part of a formula that positions can reach. */
function formulaSteps(which: string, formula: Expression | undefined, largest: number, report: Report): readonly RateStep[] | null {
  if (formula === undefined) return null;
  const { steps, fault } = ratesOf(formula);
  if (fault !== null && fault.notional <= largest) {
    report(['margin', which], `${fault.message} and positions can be as large as ${round(largest)}`);
    return null;
  }
  return steps.filter((step) => step.from <= largest);
}

/**
 * The smallest initial / maintenance over all notionals, and a notional (quanta) where it is reached. Between floors both are linear, so
 * their ratio is monotone: the ends decide, the last one being the limit of large notionals.
 */
export function smallestRatio(initial: Tiers, maintenance: Tiers): { readonly value: number; readonly notional: number } {
  let value = (initial.rate[0] ?? 0) / (maintenance.rate[0] ?? 1);
  let notional = 0;
  const lower = (ratio: number, at: number): void => {
    // Floors are met from both sides by formulas that agree up to rounding: that is no difference.
    if (ratio < value * (1 - 1e-12)) {
      value = ratio;
      notional = at;
    }
  };
  for (const tiers of [initial, maintenance]) {
    for (const floor of tiers.floor) {
      if (floor > 0) lower(requirement(initial, floor) / requirement(maintenance, floor), floor);
    }
  }
  const last = Math.max(initial.floor.at(-1) ?? 0, maintenance.floor.at(-1) ?? 0);
  lower((initial.rate.at(-1) ?? 0) / (maintenance.rate.at(-1) ?? 1), last * 1000);
  return { value, notional };
}

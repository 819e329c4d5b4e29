import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import { concentrationClass, openingRates } from '../margin/dynamic.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { maintenanceBySize } from '../margin/skew.ts';
import type { SkewMargin } from '../margin/skew.ts';
import { requirement } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { startPrice } from '../market/drivers/range.ts';
import type { HistoryOptions } from '../market/history.ts';
import { leastLeverage } from '../traders/leverage.ts';
import { positionsOf } from '../traders/group.ts';
import type { GroupOptions, TraderOptions } from '../traders/group.ts';
import type { Report } from './context.ts';
import { largestLots } from './extent.ts';
import { round } from './measures.ts';
import type { Steps } from './path.ts';

/** Resolved groups, and the world that they are drawn into. */
export interface People {
  readonly groups: readonly TraderOptions[];
  /** Place of the market whose groups are looked at. */
  readonly market: number;
  readonly driver: DriverOptions;
  readonly history: HistoryOptions | null;
  readonly units: AssetUnits;
  readonly contract: Contract;
  /** null: could not be read. */
  readonly maintenance: Tiers | null;
  /** What of it grows with the size of a position; null: nothing. */
  readonly skew: SkewMargin | null;
  /** Of groups whose margin follows the market; null: there are none, or it could not be read. */
  readonly dynamic: DynamicMargin | null;
  /** The same of loans. */
  readonly lent: Tiers | null;
  readonly seasonThreshold: number;
}

/** What no draw could mend: sides that differ, more traders than lots, a window without a close, a leverage that is liquidated at once. */
export function checkPopulation(people: People, report: Report): void {
  const { groups, market, driver, history, units, contract } = people;
  const lot = notionalOf(contract, 1, startPrice(driver));
  // Of a shared collateral only the first position is looked at by itself.
  const drawn = groups.flatMap((group, g) =>
    (group.cross === undefined ? positionsOf(group) : [group]).flatMap((one) =>
      one.kind === 'drawn' && one.market === market ? [{ group: one, at: ['traders', g] satisfies Steps }] : [],
    ),
  );
  for (const { group, at } of drawn) {
    const most = Math.round(group.notional / lot);
    const cap = group.size.kind === 'pareto' ? Math.floor(group.size.cap / lot) : Infinity;
    if (most < group.count) {
      report([...at, 'count'], `found ${group.count}, want at most ${most}: the notional of the group is ${most} lots at the start`);
    } else if (cap * group.count < most) {
      const least = (Math.ceil(most / group.count) * lot * units.quantum).toPrecision(6);
      report(
        [...at, 'size', 'cap'],
        `found ${round(cap * lot * units.quantum)} in whole lots, want at least ${Number(least)}: ${group.count} such positions do not make the notional of the group`,
      );
    }
    const newest = history?.ages[0] ?? 0;
    if (newest > group.entry.window) {
      report([...at, 'entry', 'window'], `found ${group.entry.window}s, want at least ${newest}s: the history has no close within it`);
    }
    // What a cross account is asked for depends on all that it holds.
    if (group.cross === undefined) checkLeverage(group, at, lot, people, report);
  }
  const [long, short] = sidesOf(people);
  // Less than a lot apart is rounding, which the population evens out.
  if (Math.abs(long - short) < lot) return;
  const money = (quanta: number): number => Number((quanta * units.quantum).toPrecision(12));
  report(['traders'], `found drawn longs of ${money(long)} and drawn shorts of ${money(short)}, want the same notional on both sides`);
}

/** Notional of the drawn longs and shorts of a market. */
function sidesOf({ groups, market }: People): readonly [number, number] {
  let long = 0;
  let short = 0;
  for (const group of groups.flatMap(positionsOf)) {
    // A loan's collateral is nobody's short position.
    if (group.kind !== 'drawn' || group.market !== market || group.margin === 'lending') continue;
    if (group.side > 0) long += group.notional;
    else short += group.notional;
  }
  return [long, short];
}

/** What is demanded of so many lots of a group, worth `notional`, at the opening; null: nothing could be read. */
function demanded(group: GroupOptions, lots: number, notional: number, people: People): number | null {
  const { dynamic, skew } = people;
  const maintenance = group.margin === 'lending' ? people.lent : people.maintenance;
  if (group.margin !== 'dynamic' && maintenance === null) return null;
  if (maintenance !== null && skew !== null && group.margin === undefined)
    return maintenanceBySize(maintenance, skew, skew.reward).requirement(lots, notional);
  if (maintenance !== null && group.margin !== 'dynamic') return requirement(maintenance, notional);
  if (dynamic === null) return null;
  return notional * (openingRates(dynamic)[concentrationClass(dynamic, notional / Math.max(...sidesOf(people)))] ?? NaN);
}

/** Nobody may have a leverage at which the engine would liquidate at once, at every draw. */
function checkLeverage(group: GroupOptions, at: Steps, lot: number, people: People, report: Report): void {
  const { seasonThreshold } = people;
  const lots = largestLots(group, lot);
  const largest = lots * lot;
  const asked = demanded(group, lots, largest, people);
  if (asked === null) return;
  const limit = largest / (seasonThreshold * asked);
  // A threshold that asks for the whole position is told elsewhere.
  if (limit <= 1) return;
  const { leverage } = group;
  const least = leastLeverage(group.leverage);
  if (group.margin === 'lending') {
    if (least < limit) return;
    const key = leverage.kind === 'constant' ? [] : ['min'];
    report(
      [...at, 'loanToValue', ...key],
      `found ${round(1 - 1 / least)}, want less than ${round(1 - 1 / limit)}: at it a loan starts below the threshold of ${seasonThreshold}`,
    );
    return;
  }
  if (least < limit) return;
  const key = leverage.kind === 'constant' ? [] : ['min'];
  report(
    [...at, 'leverage', ...key],
    `found ${least}, want less than ${round(limit)}: at it a trader starts below the threshold of ${seasonThreshold}`,
  );
}

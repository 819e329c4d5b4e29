/** From the adversaries of a scenario to traders in whole units, the accounts that they trade from, and what they can set in motion. */
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import { capitalsOf } from '../traders/adversaries.ts';
import type { AdversaryOptions } from '../traders/adversaries.ts';
import type { ListedGroupOptions } from '../traders/group.ts';
import type { Report } from './context.ts';
import { quanta, round, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** An adversary, and the place of the market that it trades in. */
export interface ResolvedAdversary {
  readonly market: number;
  readonly options: AdversaryOptions;
}

/** What adversaries are resolved in, a place a market. */
export interface AdversaryContext {
  readonly units: readonly AssetUnits[];
  readonly contracts: readonly Contract[];
  /** Whether a market is an impact curve. */
  readonly isCurve: readonly boolean[];
  /** Names that groups of traders have. */
  readonly taken: readonly string[];
  readonly horizon: number;
  /** The place of the asset that a symbol names. */
  readonly placeOf: (symbol: string | undefined, at: Steps) => number;
}

type Section = Scenario['adversaries'][number];

/** Most that an outside price may be pushed, as a multiple of itself: the mark must stay where the margin engine can look. */
const HIGHEST_PUSH = 8;

export function resolveAdversaries(sections: Scenario['adversaries'], context: AdversaryContext, report: Report): ResolvedAdversary[] {
  const names = new Map(context.taken.map((name) => [name, 'a group of traders']));
  return sections.flatMap((section, k) => {
    const at: Steps = ['adversaries', k];
    const before = names.get(section.name);
    if (before !== undefined) report([...at, 'name'], `found "${section.name}" again, want a name that ${before} does not have`);
    names.set(section.name, `adversaries[${k}]`);
    if (section.at >= context.horizon) report([...at, 'at'], `found ${section.at}s, want less than the horizon of ${context.horizon}s`);
    const market = context.placeOf(section.asset, [...at, 'asset']);
    const units = context.units[market];
    if (units === undefined) return [];
    const place = section.asset === undefined ? [...at, 'kind'] : [...at, 'asset'];
    if (context.isCurve[market])
      report(place, `found a ${section.kind} of ${units.symbol}, which has no order book, want one of an order book`);
    if (context.contracts[market]?.kind === 'inverse')
      report(place, `found a ${section.kind} of ${units.symbol}, which settles in coin, want one that settles in the quote currency`);
    return [{ market, options: resolveAdversary(section, units, at, report) }];
  });
}

function resolveAdversary(section: Section, units: AssetUnits, at: Steps, report: Report): AdversaryOptions {
  const { name, latency, fee } = section;
  const anybody = { name, at: section.at, latency, fee, capital: quanta(section.capital, units) };
  switch (section.kind) {
    case 'stop-hunter': {
      const { leverage, direction, rate, target, patience, rest, before } = section;
      if (before !== 'off' && before.over > section.at)
        report([...at, 'before', 'over'], `found ${before.over}s, want at most the ${section.at}s from the start to the push`);
      return {
        kind: 'stop-hunter',
        ...anybody,
        leverage,
        direction: direction === 'up' ? 1 : -1,
        rate: quanta(rate, units),
        target:
          target.kind === 'cluster' ? target : { kind: 'price', tick: ticks(target.price, units, [...at, 'target', 'price'], report) },
        patience,
        rest,
        before: before === 'off' ? null : { notional: quanta(before.notional, units), over: before.over },
      };
    }
    case 'fund-drainer': {
      const { leverage, hold, off, linked } = section;
      return { kind: 'fund-drainer', ...anybody, leverage, hold, off, linked };
    }
    case 'oracle-pusher': {
      const { leverage, direction, over, push, keep, linked } = section;
      const { on, depth, recovery } = push;
      if (on === 'outside' && depth === undefined) report([...at, 'push', 'on'], 'found outside without a depth, want its depth beside it');
      const outside =
        on === 'market' || depth === undefined
          ? null
          : { depth: quanta(depth, units), recovery: recovery === 'never' ? Infinity : recovery };
      const options: AdversaryOptions = {
        kind: 'oracle-pusher',
        ...anybody,
        leverage,
        direction: direction === 'up' ? 1 : -1,
        over,
        push: { notional: quanta(push.notional, units), capital: quanta(push.capital, units), outside },
        keep,
        linked,
      };
      const most = highestPush(options);
      if (most > HIGHEST_PUSH)
        report(
          [...at, 'push', 'notional'],
          `found ${push.notional}, which moves the outside price to ${round(1 + most)} times itself, want at most ${1 + HIGHEST_PUSH} times`,
        );
      return options;
    }
  }
}

/** The accounts of an adversary as a group of traders that hold nothing yet. */
export function accountsOf({ market, options }: ResolvedAdversary): ListedGroupOptions {
  const accounts = capitalsOf(options).map((collateral) => ({ lots: 0, entry: 1, collateral }));
  return { name: options.name, kind: 'listed', market, accounts };
}

/** How far an adversary can move the outside price that the venue sees, as a fraction. */
function highestPush(options: AdversaryOptions): number {
  if (options.kind !== 'oracle-pusher' || options.push.outside === null) return 0;
  return Math.min(options.push.notional, options.push.capital) / (100 * options.push.outside.depth);
}

/** Largest notional of one position of an adversary at the prices at which it is opened, in quanta. */
export function largestOf(options: AdversaryOptions): number {
  switch (options.kind) {
    case 'stop-hunter':
    case 'fund-drainer':
      return options.capital * options.leverage;
    case 'oracle-pusher':
      return Math.max(options.capital * options.leverage, options.push.outside === null ? options.push.notional : 0);
  }
}

/** What adversaries can set in motion where the notional of a lot is `fewest` at least: money, and lots as `Extent` has them. */
export function adversaryExtent(
  adversaries: readonly AdversaryOptions[],
  fewest: number,
): { readonly money: number; readonly order: number; readonly level: number; readonly position: number } {
  let money = 0;
  let order = 0;
  let level = 0;
  let position = 0;
  for (const options of adversaries) {
    const largest = largestOf(options) / fewest;
    const accounts = capitalsOf(options).length;
    order = Math.max(order, largest);
    level += 2 * largest;
    // Opened and closed once in each account.
    position += 2 * accounts * largest;
    money += largestOf(options) * (1 + highestPush(options)) + (options.kind === 'oracle-pusher' ? options.push.notional : 0);
  }
  return { money, order, level, position };
}

/**
 * From a scenario as read to the options of a run: whole ticks, lots and quanta, the venue's figures filled in. Needs neither zod nor
 * YAML, so that a worker starts without them. What does not fit is reported with its key path; nothing is rounded silently.
 */
import type { AssetUnits } from '../core/units.ts';
import { unitShortfalls } from '../core/units.ts';
import type { LiquidationOptions } from '../liquidation/options.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { DepthProfile } from '../traders/grid.ts';
import type { QuoteOptions } from '../traders/makers.ts';
import type { NoiseOptions, ScheduledOrder } from '../traders/noise.ts';
import type { TraderOptions } from '../traders/population.ts';
import { venueNamed, VENUE_WORDS } from '../venues/catalogue.ts';
import type { Venue } from '../venues/venue.ts';
import { resolveHistory, resolveMark, resolveUnits } from './asset.ts';
import type { Context, Report } from './context.ts';
import { resolveDriver } from './driver.ts';
import { extentOf, largestPosition } from './extent.ts';
import { resolveMargin } from './ladder.ts';
import { lots, quanta, round, someQuanta, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import { checkPopulation } from './people.ts';
import { didYouMean } from './problem.ts';
import { measure } from './quantity.ts';
import type { Scenario } from './schema.ts';

/**
 * Resolves what is there of a scenario. Sections that could not be read are left out of it; what needs them is skipped, and the result
 * is null unless all is there and nothing was reported.
 */
export function resolveScenario(scenario: Partial<Scenario>, context: Context, report: Report): RunOptions | null {
  let sound = true;
  const tell: Report = (steps, message) => {
    sound = false;
    report(steps, message);
  };
  const { horizon, step, assets, market, traders, orders, margin, liquidation } = scenario;
  const steps = horizon === undefined || step === undefined ? null : countSteps(horizon, step, tell);
  const asset = assets?.[0];
  const units = asset === undefined ? null : resolveUnits(asset);
  const driver = asset === undefined || units === null ? null : resolveDriver(asset, units, horizon ?? null, context, tell);
  const history = asset === undefined || units === null ? null : resolveHistory(asset, units, driver, context, tell);
  const quotes = market === undefined || units === null ? null : resolveQuotes(market.makers, units, tell);
  const noise = market === undefined || units === null ? undefined : resolveNoise(market, units, tell);
  const groups = traders === undefined || units === null ? null : resolveTraders(traders, units, tell);
  const scheduled = orders === undefined || units === null ? null : resolveOrders(orders, units, horizon ?? Infinity, tell);
  const venue = margin === undefined ? null : resolveVenue(margin.venue, tell);
  const mark = asset === undefined || venue === null ? null : resolveMark(asset.mark, venue);
  const largest =
    groups === null || driver === null || units === null
      ? 0
      : largestPosition(groups, driver, horizon ?? 0, units.quantaPerTickLot) * units.quantum;
  const rules =
    margin === undefined || venue === null || units === null ? null : resolveMargin(margin, venue, units, context, largest, tell);
  const engine =
    liquidation === undefined || venue === null || units === null || rules === null
      ? null
      : resolveLiquidation(liquidation, venue, units, rules.margin.threshold);
  if (rules !== null && engine !== null) checkBackstop(engine, tell);
  const seasonThreshold = Math.max(context.seasonThreshold ?? 0, rules?.margin.threshold ?? 0);
  if (groups !== null && driver !== null && units !== null) {
    checkPopulation({ groups, driver, history, units, maintenance: rules?.margin.maintenance ?? null, seasonThreshold }, tell);
  }
  if (!sound || steps === null || step === undefined || units === null || driver === null || history === null || mark === null) return null;
  if (quotes === null || noise === undefined || scheduled === null || groups === null || rules === null || engine === null) return null;
  const options: RunOptions = {
    step,
    steps,
    asset: units,
    driver,
    history,
    mark,
    quotes,
    noise,
    orders: scheduled,
    traders: groups,
    margin: rules.margin,
    liquidation: engine,
    seasonThreshold,
  };
  const [shortfall] = unitShortfalls(extentOf(options));
  if (shortfall !== undefined)
    tell(['assets', 0, 'lot'], `found tick ${units.tick} and lot ${units.lot}, which are too fine: ${shortfall}`);
  return sound ? frozen(options) : null;
}

function countSteps(horizon: number, step: number, report: Report): number | null {
  if (horizon < step) {
    report(['horizon'], `found ${horizon}s, want at least one step of ${step}s`);
    return null;
  }
  const steps = measure(horizon, step);
  if (!steps.whole) {
    report(['horizon'], `found ${horizon}s, want a whole number of steps of ${step}s: ${steps.below}s or ${steps.above}s`);
    return null;
  }
  if (steps.count > MAX_STEPS) {
    report(['horizon'], `found ${steps.count} steps, want at most ${MAX_STEPS}`);
    return null;
  }
  return steps.count;
}

/** A year of seconds, more than any run needs. */
const MAX_STEPS = 31_557_600;

function resolveQuotes(makers: Scenario['market']['makers'], units: AssetUnits, report: Report): QuoteOptions {
  const at: Steps = ['market', 'makers'];
  if (makers.kind === 'flat') {
    const bestBid = ticks(makers.bid, units, [...at, 'bid'], report);
    const bestAsk = ticks(makers.ask, units, [...at, 'ask'], report);
    if (bestAsk <= bestBid) report([...at, 'ask'], `found ${makers.ask}, want more than the bid of ${makers.bid}`);
    if (makers.bidLevels > bestBid)
      report([...at, 'bidLevels'], `found ${makers.bidLevels}, want at most ${bestBid}: no price is below one tick`);
    return {
      kind: 'flat',
      lots: lots(makers.size, units, [...at, 'size'], report),
      bestBid,
      bidLevels: makers.bidLevels,
      bestAsk,
      askLevels: makers.askLevels,
    };
  }
  if (makers.floor > makers.depth) report([...at, 'floor'], `found ${makers.floor}, want at most the depth of ${makers.depth}`);
  if (makers.halfSpread >= makers.reach)
    report([...at, 'reach'], `found ${makers.reach}, want more than the half spread of ${makers.halfSpread}`);
  const profile = makers.profile === 'flat' ? null : resolveProfile(makers.profile, makers, report);
  return {
    ...(profile === null ? {} : { profile }),
    kind: 'ladder',
    count: makers.count,
    depth: someQuanta(makers.depth, units, [...at, 'depth'], report),
    floor: quanta(makers.floor, units),
    volatilityScale: makers.volatilityScale === 'off' ? Infinity : makers.volatilityScale,
    returnHalfLife: makers.returnHalfLife,
    halfSpread: makers.halfSpread,
    reach: makers.reach,
    rungs: makers.rungs,
    inventoryCap: makers.inventoryCap === 'unlimited' ? Infinity : someQuanta(makers.inventoryCap, units, [...at, 'inventoryCap'], report),
    layOffHalfLife: makers.layOffHalfLife === 'never' ? Infinity : makers.layOffHalfLife,
    recovery: makers.recovery === 'never' ? Infinity : makers.recovery,
    permanent: makers.permanent,
    reaction: makers.reaction,
  };
}

/** A profile whose distances ascend from the half spread to the reach and whose shares never fall. */
function resolveProfile(
  rows: readonly (readonly [distance: number, bids: number, asks: number])[],
  {
    count,
    rungs,
    halfSpread,
    reach,
  }: { readonly count: number; readonly rungs: number; readonly halfSpread: number; readonly reach: number },
  report: Report,
): DepthProfile {
  const at: Steps = ['market', 'makers', 'profile'];
  if (rows.length > count * rungs) report(at, `found ${rows.length} rows, want at most ${count * rungs}: count × rungs`);
  for (const [k, row] of rows.entries()) {
    const last = rows[k - 1] ?? [halfSpread, 0, 0];
    const before = k === 0 ? 'half spread' : 'row before it';
    if (row[0] <= last[0]) report([...at, k, 0], `found ${row[0]}, want more than the ${last[0]} of the ${before}`);
    else if (row[0] > reach) report([...at, k, 0], `found ${row[0]}, want at most the reach of ${reach}`);
    for (const side of [1, 2] as const)
      if (row[side] < last[side]) report([...at, k, side], `found ${row[side]}, want at least the ${last[side]} of the row before it`);
  }
  return { distances: rows.map((row) => row[0]), bids: rows.map((row) => row[1]), asks: rows.map((row) => row[2]) };
}

function resolveNoise(market: Scenario['market'], units: AssetUnits, report: Report): NoiseOptions | null {
  const { noise } = market;
  return noise === 'off' ? null : { ...noise, size: someQuanta(noise.size, units, ['market', 'noise', 'size'], report) };
}

function resolveTraders(traders: Scenario['traders'], units: AssetUnits, report: Report): TraderOptions[] {
  const names = new Map<string, number>();
  return traders.map((group, g): TraderOptions => {
    const at: Steps = ['traders', g];
    const before = names.get(group.name);
    if (before !== undefined) report([...at, 'name'], `found "${group.name}" again, want a name that traders[${before}] does not have`);
    names.set(group.name, g);
    if ('accounts' in group) {
      return {
        name: group.name,
        kind: 'listed',
        accounts: group.accounts.map((account, a) => {
          const here: Steps = [...at, 'accounts', a];
          const size = lots(account.size, units, [...here, 'size'], report);
          const entry = ticks(account.entry, units, [...here, 'entry'], report);
          const value = size * entry * units.quantaPerTickLot;
          const collateral =
            account.collateral === undefined ? Math.round(value / (account.leverage ?? 1)) : quanta(account.collateral, units);
          return { lots: account.side === 'long' ? size : -size, entry, collateral };
        }),
      };
    }
    if (typeof group.leverage === 'object' && group.leverage.kind === 'lognormal') {
      const { min, median, max } = group.leverage;
      if (min > max) report([...at, 'leverage', 'min'], `found ${min}, want at most the largest leverage of ${max}`);
      else if (median < min || median > max) report([...at, 'leverage', 'median'], `found ${median}, want ${min} to ${max}`);
    }
    const size = typeof group.size === 'string' ? { kind: group.size } : group.size;
    return {
      name: group.name,
      kind: 'drawn',
      count: group.count,
      side: group.side === 'long' ? 1 : -1,
      notional: quanta(group.notional, units),
      size: size.kind === 'pareto' ? { ...size, cap: quanta(size.cap, units) } : size,
      leverage: typeof group.leverage === 'number' ? { kind: 'constant', value: group.leverage } : group.leverage,
      entry: group.entry,
      resample: group.resample,
    };
  });
}

function resolveOrders(orders: Scenario['orders'], units: AssetUnits, horizon: number, report: Report): ScheduledOrder[] {
  return orders.map((order, k) => {
    if (order.at >= horizon) report(['orders', k, 'at'], `found ${order.at}s, want less than the horizon of ${horizon}s`);
    const size = lots(order.size, units, ['orders', k, 'size'], report);
    return { at: order.at, lots: order.side === 'buy' ? size : -size };
  });
}

function resolveVenue(name: string, report: Report): Venue | null {
  const venue = venueNamed(name);
  if (venue === null) report(['margin', 'venue'], `found ${name}, want a venue: ${VENUE_WORDS.join(', ')}${didYouMean(name, VENUE_WORDS)}`);
  return venue;
}

function resolveLiquidation(liquidation: Scenario['liquidation'], venue: Venue, units: AssetUnits, threshold: number): LiquidationOptions {
  const { policy, backstop } = liquidation;
  const stated = typeof policy === 'object' ? policy : policy === 'full' ? { kind: 'full' as const } : venue.policy;
  const vault = (): LiquidationOptions['backstop'] => {
    if (backstop === 'off') return null;
    if (backstop === 'venue') {
      if (venue.backstop === null) return null;
      const { level, capacity, stated: size } = venue.backstop;
      return {
        level,
        capacity: capacity === Infinity ? Infinity : quanta(capacity, units),
        stated: size === null ? null : quanta(size, units),
      };
    }
    return {
      level: typeof backstop.level === 'number' ? backstop.level / threshold : Number(backstop.level.slice(0, -1)),
      capacity: backstop.capacity === 'unlimited' ? Infinity : quanta(backstop.capacity, units),
      stated: backstop.stated === 'none' ? null : quanta(backstop.stated, units),
    };
  };
  return {
    policy: stated.kind === 'partial' ? { ...stated, above: quanta(stated.above, units) } : stated,
    mode: liquidation.mode,
    queue: liquidation.queue,
    ordersPerSecond: liquidation.capacity === 'unlimited' ? Infinity : liquidation.capacity,
    latency: liquidation.latency,
    route: liquidation.route,
    backstop: vault(),
    insurance: quanta(liquidation.insurance, units),
    fee: liquidation.fee,
  };
}

function checkBackstop(engine: LiquidationOptions, report: Report): void {
  if (engine.backstop === null || engine.backstop.level < 1) return;
  report(
    ['liquidation', 'backstop', 'level'],
    `found ${round(engine.backstop.level)}x the threshold, want less than 1x: backstop < threshold < call ≤ initial / maintenance`,
  );
}

/** The same value, frozen all the way down (typed arrays cannot be). */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/**
 * From a scenario as read to the options of a run: whole ticks, lots and quanta, the venue's figures filled in. Needs neither zod nor
 * YAML, so that a worker starts without them. What does not fit is reported with its key path; nothing is rounded silently.
 */
import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import { unitShortfalls } from '../core/units.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { startPrice } from '../market/drivers/range.ts';
import type { ExtraArm, MarketOptions, RunOptions } from '../simulation/options.ts';
import type { ScheduledOrder } from '../traders/noise.ts';
import { OPTIONED, positionsOf, regimeOf } from '../traders/group.ts';
import type { TraderOptions } from '../traders/group.ts';
import { resolveCorrelations, resolveFunding, resolveOracle, resolveSession } from './venue-rules.ts';
import { venueNamed, VENUE_WORDS } from '../venues/catalogue.ts';
import type { Venue } from '../venues/venue.ts';
import { isSpot, resolveContracts, resolveHistory, resolveMark, resolveUnits } from './asset.ts';
import { accountsOf, resolveAdversaries } from './adversaries.ts';
import type { ResolvedAdversary } from './adversaries.ts';
import { resolveBackground } from './background.ts';
import { resolveBorrowing } from './borrowing.ts';
import { resolveBehaviour } from './behaviour.ts';
import type { CallLadder } from './behaviour.ts';
import { resolveCurve } from './curve.ts';
import type { Context, Report } from './context.ts';
import { resolveDriver } from './driver.ts';
import { resolveDynamic } from './dynamic-margin.ts';
import { extentOf, largestPosition } from './extent.ts';
import { callOf, collateralMargin, resolveMargin, thresholdOf } from './ladder.ts';
import { resolveLiquidation } from './liquidation.ts';
import { resolveBorrowers, resolveKeepers, resolveLoans } from './loans.ts';
import { resolveHedge } from './hedge.ts';
import { placeOfSeries, resolveAccountOptions, strikesOf } from './listed-options.ts';
import type { Series } from './listed-options.ts';
import { resolveNoise, resolveQuotes } from './market.ts';
import { resolvePortfolio } from './portfolio-margin.ts';
import { resolveStandard } from './standard-margin.ts';
import { lots, placeOf, quanta, round, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import { checkPopulation } from './people.ts';
import { didYouMean } from './problem.ts';
import { measure } from './quantity.ts';
import { resolveProbes } from './record.ts';
import type { Scenario } from './schema.ts';
import { resolveGrowth } from './initial-growth.ts';
import { resolveSkew } from './skew.ts';

/**
 * Resolves what is there of a scenario. Sections that could not be read are left out of it; what needs them is skipped, and the result
 * is null unless all is there and nothing was reported.
 */
export function resolveScenario(scenario: Partial<Scenario>, context: Context, report: Report): RunOptions | null {
  // What the markets have in common is looked at with each of them and told once.
  const told = new Set<string>();
  const tell: Report = (steps, message) => {
    const problem = `${steps.join('.')}: ${message}`;
    if (!told.has(problem)) report(steps, message);
    told.add(problem);
  };
  const { horizon, step, assets, traders, margin, liquidation } = scenario;
  const steps = horizon === undefined || step === undefined ? null : countSteps(horizon, step, tell);
  const units = assets === undefined ? null : resolveUnits(assets, tell);
  const contracts = assets === undefined || units === null ? [] : resolveContracts(assets, units);
  const venue = margin === undefined ? null : resolveVenue(margin.venue, tell);
  const ladder = margin === undefined ? null : { threshold: thresholdOf(margin), call: callOf(margin).call };
  const listed: Series[] = [];
  const named =
    traders === undefined || units === null ? null : resolveTraders(traders, units, contracts, margin, horizon ?? 0, listed, ladder, tell);
  const adversaries = resolveFoes(scenario, units ?? [], contracts, tell);
  const groups = named === null ? null : [...named, ...adversaries.map(accountsOf)];
  const markets =
    units === null ? null : units.map((_, m) => resolveMarket(scenario, m, units, contracts[m], groups, adversaries, venue, context, tell));
  const [first] = markets ?? [];
  const correlations =
    units === null || markets === null || scenario.correlations === undefined
      ? null
      : resolveCorrelations(
          scenario.correlations,
          units.map(({ symbol }) => symbol),
          markets.map(({ driver }) => driver),
          tell,
        );
  const closing =
    liquidation === undefined || venue === null || units === null || first?.margin === undefined
      ? null
      : resolveLiquidation(liquidation, venue, units[0], first.margin.threshold, step ?? 1, tell);
  named?.forEach((group, g) => {
    const regime = regimeOf(group);
    if ((regime !== 'cross' && regime !== 'portfolio') || contracts[group.market]?.kind !== 'inverse') return;
    const wants = (what: string): void => tell(['traders', g, 'margin'], `found ${regime} in coin, want ${what}`);
    if (closing?.auction !== undefined) wants('liquidation.auction: off: keepers bid for accounts in the quote currency');
    if (regime === 'cross' && (markets?.[group.market]?.margin?.skew ?? null) !== null)
      wants('margin.skew: off: what grows with the size of a position is stated in the quote currency');
  });
  const asksKeepers = closing?.auction !== undefined || (groups?.some((group) => group.margin === 'lending') ?? false);
  const engine =
    closing === null || liquidation === undefined || units === null
      ? null
      : { ...closing, grace: margin?.grace ?? 0, ...(asksKeepers ? { keepers: resolveKeepers(liquidation, units[0], tell) } : {}) };
  const options = markets === null ? [] : strikesOf(listed, markets);
  const portfolio =
    margin?.portfolio === undefined || venue === null || units === null || markets === null
      ? null
      : resolvePortfolio(margin.portfolio, margin, venue, options, units, contracts, tell);
  if (portfolio !== null && hasTiers(portfolio))
    named?.forEach((group, g) => {
      if (group.margin === 'portfolio' && contracts[group.market]?.kind === 'inverse')
        tell(
          ['traders', g, 'margin'],
          'found portfolio in coin, want rules without charges by tiers, which are stated in the quote currency',
        );
    });
  const standard =
    margin?.standard === undefined || venue === null || units === null || markets === null
      ? null
      : resolveStandard(margin.standard, margin, venue, options, units, contracts, tell);
  const seasonThreshold = Math.max(context.seasonThreshold ?? 0, margin === undefined ? 0 : thresholdOf(margin));
  if (groups !== null && markets !== null && units !== null) {
    markets.forEach(({ contract, driver, history, margin: rules, dynamic, loans }, m) => {
      if (driver === undefined || contract === undefined) return;
      checkPopulation(
        {
          groups,
          market: m,
          driver,
          history: history ?? null,
          units: units[m],
          contract,
          maintenance: rules?.maintenance ?? null,
          skew: rules?.skew ?? null,
          dynamic: dynamic ?? null,
          lent: loans?.margin.maintenance ?? null,
          seasonThreshold,
        },
        tell,
      );
    });
  }
  const arms = resolveArms(scenario.arms ?? [], tell);
  const without = resolveWithout(scenario.without ?? [], traders, tell);
  const probes = resolveProbes(scenario.probes ?? [], scenario.facts ?? [], step ?? 1, tell);
  if (told.size > 0 || steps === null || step === undefined || markets === null || groups === null || engine === null) return null;
  const whole = markets.filter(isWhole);
  if (whole.length < markets.length) return null;
  const resolved: RunOptions = {
    step,
    steps,
    markets: whole,
    correlations,
    traders: groups,
    portfolio,
    ...(standard === null ? {} : { standard }),
    liquidation: engine,
    seasonThreshold,
    arms,
    probes,
    without,
  };
  whole.forEach(({ asset, contract }, m) => {
    const [shortfall] = unitShortfalls(extentOf(resolved, m), contract.kind === 'inverse' ? "the coin's quantum" : undefined);
    if (shortfall !== undefined)
      tell(['assets', m, 'lot'], `found tick ${asset.tick} and lot ${asset.lot}, which are too fine: ${shortfall}`);
  });
  return told.size === 0 ? frozen(resolved) : null;
}

/** Whether a grid charges by tiers of notional. */
function hasTiers({ rules }: PortfolioTerms): boolean {
  return 'scenarios' in rules && (rules.concentration !== null || rules.closing !== undefined);
}

/** The adversaries of all markets; those of a section that could not be read are left out. */
function resolveFoes(
  { adversaries = [], assets = [], market, traders = [], horizon = Infinity }: Partial<Scenario>,
  units: readonly AssetUnits[],
  contracts: readonly Contract[],
  report: Report,
): ResolvedAdversary[] {
  const isCurve = assets.map((asset) => (asset.market ?? market)?.kind === 'curve');
  const placed = (symbol: string | undefined, at: Steps): number => placeOf(symbol, units, at, report);
  const taken = traders.map(({ name }) => name);
  return resolveAdversaries(adversaries, { units, contracts, isCurve, taken, horizon, placeOf: placed }, report);
}

/** Whether nothing is missing of a market. */
function isWhole(market: Partial<MarketOptions>): market is MarketOptions {
  const { driver, history, mark, quotes, noise, orders, margin } = market;
  return [driver, history, mark, quotes, noise, orders, margin].every((part) => part !== undefined);
}

/** One asset with its market; what could not be read is left out. */
function resolveMarket(
  scenario: Partial<Scenario>,
  m: number,
  allUnits: readonly AssetUnits[],
  contract: Contract | undefined,
  groups: readonly TraderOptions[] | null,
  foes: readonly ResolvedAdversary[],
  venue: Venue | null,
  context: Context,
  report: Report,
): Partial<MarketOptions> {
  const { horizon, assets, orders, margin } = scenario;
  const asset = assets?.[m];
  const units = allUnits[m];
  if (asset === undefined || units === undefined || contract === undefined) return {};
  const at: Steps = asset.market === undefined ? ['market'] : ['assets', m, 'market'];
  const section = asset.market ?? scenario.market;
  const driver = resolveDriver(asset, units, m, horizon ?? null, context, report);
  const history = resolveHistory(asset, units, m, driver, context, report);
  const own = groups?.flatMap(positionsOf).filter((group) => group.market === m) ?? [];
  const adversaries = foes.filter(({ market }) => market === m).map(({ options }) => options);
  const largest = driver === null ? 0 : largestPosition(own, adversaries, driver, horizon ?? 0, contract) * units.quantum;
  const rules =
    margin === undefined || venue === null
      ? null
      : isSpot(asset.contract)
        ? { margin: collateralMargin(margin, venue, asset.contract, units, ['assets', m], report) }
        : resolveMargin(margin, venue, units, context, largest, report);
  const skew =
    rules === null || margin === undefined || venue === null || driver === null || isSpot(asset.contract)
      ? null
      : resolveSkew(margin.skew, venue, rules.margin, contract, driver, units, report);
  const growth =
    rules === null || margin === undefined || venue === null || isSpot(asset.contract)
      ? null
      : resolveGrowth(margin.initialGrowth, venue, units, report);
  return {
    asset: units,
    contract,
    ...(driver === null ? {} : { driver }),
    ...(history === null ? {} : { history }),
    ...(venue === null ? {} : { mark: resolveMark(asset.mark, venue) }),
    oracle: resolveOracle(asset, venue, m, report),
    funding: resolveFunding(asset, units, venue, m, report),
    ...resolveTrading(section, scenario, units, contract, driver, context, at, report),
    adversaries,
    ...(orders === undefined ? {} : { orders: resolveOrders(orders, m, allUnits, horizon ?? Infinity, report) }),
    ...(rules === null ? {} : { margin: { ...rules.margin, ...(skew === null ? {} : { skew }), ...(growth === null ? {} : { growth }) } }),
    dynamic:
      rules === null || margin?.dynamic === undefined || contract.kind === 'spot'
        ? null
        : resolveDynamic(margin.dynamic, rules.margin, scenario.step ?? 1, report),
    borrowing: resolveBorrowing(asset, scenario.step ?? 1, ['assets', m], report),
    ...(own.some((group) => group.margin === 'lending') ? resolveLoans(scenario, m, units, contract, venue, report) : {}),
  };
}

/** Where an asset is traded: a book with all who trade there, or a curve, which is alone. */
function resolveTrading(
  section: Scenario['market'] | undefined,
  { step = 1, horizon = step }: Partial<Scenario>,
  units: AssetUnits,
  contract: Contract,
  driver: DriverOptions | null,
  context: Context,
  at: Steps,
  report: Report,
): Partial<MarketOptions> {
  if (section?.kind === 'book') {
    return {
      session: resolveSession(section, at, report),
      selfTrade: section.selfTrade,
      quotes: resolveQuotes(section, units, at, report),
      noise: resolveNoise(section, units, at, report),
      background: resolveBackground(section, units, step, at, report),
    };
  }
  const alone = { session: null, selfTrade: 'none', noise: null, background: [] } as const;
  if (section === undefined || driver === null) return alone;
  // Notional of a lot at the opening price, in quote units; of an inverse contract at any.
  const perLot = (contract.kind === 'inverse' ? 1 : startPrice(driver)) * contract.factor * units.quantum;
  const quotes = resolveCurve(section, units.lot, perLot, horizon, context, at, report);
  return quotes === null ? alone : { ...alone, quotes };
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

function resolveTraders(
  traders: Scenario['traders'],
  allUnits: readonly AssetUnits[],
  contracts: readonly Contract[],
  margin: Scenario['margin'] | undefined,
  horizon: number,
  listed: Series[],
  ladder: CallLadder | null,
  report: Report,
): TraderOptions[] {
  const names = new Map<string, number>();
  const listing = { series: listed, horizon, units: allUnits, contracts };
  return traders.map((stated, g): TraderOptions => {
    const at: Steps = ['traders', g];
    const before = names.get(stated.name);
    if (before !== undefined) report([...at, 'name'], `found "${stated.name}" again, want a name that traders[${before}] does not have`);
    names.set(stated.name, g);
    const market = placeOf(stated.asset, allUnits, [...at, 'asset'], report);
    const units = allUnits[market];
    const contract = contracts[market];
    if (units === undefined || contract === undefined) throw new Error('traders: found no asset');
    if (contract.kind === 'spot')
      report([...at, 'asset'], `found ${units.symbol}, a spot asset, want a contract; coins are held under coins`);
    if (stated.margin === 'lending') return resolveBorrowers(stated, market, units, contract, at, report);
    const group = { ...stated, margin: stated.margin ?? margin?.regime ?? 'isolated' };
    const regime = OPTIONED.find((one) => one === group.margin);
    const shared = group.margin === 'cross' || regime !== undefined;
    const further = (symbol: string, here: Steps, taken: readonly number[]): number => {
      const place = placeOf(symbol, allUnits, here, report);
      const own = contracts[place];
      if ('accounts' in group && !shared)
        report(here, `found ${symbol} in an account with ${group.margin} margin, want margin: cross, or an account of its own`);
      else if (taken.includes(place)) report(here, `found ${symbol} again, want each asset once`);
      else if (own?.kind === 'spot') report(here, `found ${symbol}, a spot asset, want a contract; coins are held under coins`);
      else if (group.margin !== 'isolated' && own !== undefined && own.currency !== contract.currency) {
        const currency = contract.kind === 'inverse' ? `the coin of ${units.symbol}` : 'the quote currency';
        report(
          here,
          `found ${symbol}, which settles in another currency, want assets that settle in ${currency} under ${group.margin} margin`,
        );
      }
      return place;
    };
    /** The place of a coin held as collateral. */
    const coinPlace = (symbol: string, here: Steps, taken: readonly number[]): number => {
      const place = placeOf(symbol, allUnits, here, report);
      if (group.margin !== 'cross') report(here, `found ${symbol} in a group with ${group.margin} margin, want margin: cross, or no coins`);
      else if (contract.kind === 'inverse')
        report(here, `found ${symbol} beside ${units.symbol}, whose collateral is its own coin, want no coins`);
      else if (taken.includes(place)) report(here, `found ${symbol} again, want each coin once`);
      else if (contracts[place]?.kind !== 'spot')
        report(here, `found ${symbol}, a contract, want an asset with contract: { kind: spot, … }`);
      return place;
    };
    if (group.margin === 'dynamic' && margin?.dynamic === undefined)
      report([...at, 'margin'], 'found dynamic, want margin.dynamic too: what such groups must hold');
    const hedgeBy = resolveHedge(group, group.margin, market, listing, at, report);
    const behaviour = resolveBehaviour(group, units, ladder, hedgeBy, at, report);
    if (regime !== undefined && margin?.[regime] === undefined)
      report([...at, 'margin'], `found ${regime}, want margin.${regime} too: what such groups must hold`);
    if (regime === 'standard' && contract.kind === 'inverse')
      report([...at, 'margin'], `found standard on ${units.symbol}, which settles in coin, want isolated, dynamic, cross or portfolio`);
    if ('accounts' in group) {
      const more = group.accounts.map((account, a) => {
        const taken = [market];
        return account.also.map((leg, k) => {
          const here: Steps = [...at, 'accounts', a, 'also', k];
          const place = further(leg.asset, [...here, 'asset'], taken);
          taken.push(place);
          const legUnits = allUnits[place] ?? units;
          const size = lots(leg.size, legUnits, [...here, 'size'], report);
          return { market: place, lots: leg.side === 'long' ? size : -size, entry: ticks(leg.entry, legUnits, [...here, 'entry'], report) };
        });
      });
      const coins = group.accounts.map((account, a) => {
        const taken: number[] = [];
        const listedCoins = (key: 'coins' | 'borrows', sign: 1 | -1) =>
          account[key].map((coin, k) => {
            const here: Steps = [...at, 'accounts', a, key, k];
            const place = coinPlace(coin.asset, [...here, 'asset'], taken);
            taken.push(place);
            return { market: place, lots: sign * lots(coin.size, allUnits[place] ?? units, [...here, 'size'], report) };
          });
        return [...listedCoins('coins', 1), ...listedCoins('borrows', -1)];
      });
      const options = group.accounts.map((account, a) =>
        resolveAccountOptions(account, group.margin, market, listing, [...at, 'accounts', a], report),
      );
      return {
        ...(shared ? { cross: more } : {}),
        ...(options.some((held) => held.length > 0) ? { options } : {}),
        ...(coins.some((held) => held.length > 0) ? { coins } : {}),
        ...(group.margin === 'dynamic' || regime !== undefined ? { margin: regime ?? 'dynamic' } : {}),
        ...(behaviour === undefined ? {} : { behaviour }),
        name: group.name,
        kind: 'listed',
        market,
        accounts: group.accounts.map((account, a) => {
          const here: Steps = [...at, 'accounts', a];
          const size = lots(account.size, units, [...here, 'size'], report);
          const entry = ticks(account.entry, units, [...here, 'entry'], report);
          const other = (more[a] ?? []).reduce((sum, leg) => {
            const notional = notionalOf(contracts[leg.market] ?? contract, Math.abs(leg.lots), leg.entry);
            // Of another contract of the coin as much notional as its coin is at this one's entry.
            return sum + (contract.kind === 'inverse' ? (notional / leg.entry) * entry : notional);
          }, 0);
          const notional =
            account.collateral === undefined
              ? (notionalOf(contract, size, entry) + other) / (account.leverage ?? 1)
              : quanta(account.collateral, units);
          const collateral = Math.round(contract.kind === 'inverse' ? notional / entry : notional);
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
    const taken = [market];
    const legs = group.also.map((leg, k) => {
      const place = further(leg.asset, [...at, 'also', k, 'asset'], taken);
      taken.push(place);
      return {
        market: place,
        side: leg.side === 'long' ? (1 as const) : (-1 as const),
        notional: quanta(leg.notional, allUnits[place] ?? units),
      };
    });
    const coinsTaken: number[] = [];
    const drawnCoins = (key: 'coins' | 'borrows', sign: 1 | -1) =>
      group[key].map(({ asset, share }, k) => {
        const place = coinPlace(asset, [...at, key, k, 'asset'], coinsTaken);
        coinsTaken.push(place);
        return { market: place, share: sign * share };
      });
    const coins = [...drawnCoins('coins', 1), ...drawnCoins('borrows', -1)];
    const held: number[] = [];
    const options = group.options.map(({ kind, strike, expiry, side, size: ratio }, k) => {
      const here: Steps = [...at, 'options', k];
      if (regime === undefined)
        report(here, `found options in a group with ${group.margin} margin, want margin: portfolio or standard, or no options`);
      if (contract.kind === 'inverse') report(here, `found an option on ${units.symbol}, want none: options settle in the quote currency`);
      const series = { market, call: kind === 'call', strike, strikeIn: 'start' as const, expiry };
      const option = placeOfSeries(listing, series, here, report);
      if (held.includes(option)) report(here, `found the same ${kind} again, want each option once`);
      held.push(option);
      return { option, ratio: side === 'long' ? ratio : -ratio };
    });
    // Room for what they may buy yet.
    if (hedgeBy?.kind === 'option')
      for (const option of [hedgeBy.put, hedgeBy.call])
        if (options.every((one) => one.option !== option)) options.push({ option, ratio: 0 });
    const inCoins = coins.reduce((sum, { share }) => sum + Math.max(0, share), 0);
    if (inCoins > 1) report([...at, 'coins'], `found shares that sum to ${round(inCoins)}, want at most 1`);
    return {
      ...(shared ? { cross: legs } : legs.length > 0 ? { apart: legs } : {}),
      ...(coins.length > 0 ? { coins } : {}),
      ...(group.margin === 'dynamic' || regime !== undefined ? { margin: regime ?? 'dynamic' } : {}),
      ...(options.length > 0 ? { options } : {}),
      ...(behaviour === undefined ? {} : { behaviour }),
      name: group.name,
      kind: 'drawn',
      market,
      count: group.count,
      side: group.side === 'long' ? 1 : -1,
      notional: quanta(group.notional, units),
      size: size.kind === 'pareto' ? { ...size, cap: quanta(size.cap, units) } : size,
      leverage: typeof group.leverage === 'number' ? { kind: 'constant', value: group.leverage } : group.leverage,
      ...(group.response === 'adapts' && ladder !== null ? { adaptsTo: ladder.call } : {}),
      entry: group.entry,
      resample: group.resample,
    };
  });
}

/** The orders of one market. */
function resolveOrders(
  orders: Scenario['orders'],
  market: number,
  units: readonly AssetUnits[],
  horizon: number,
  report: Report,
): ScheduledOrder[] {
  return orders.flatMap((order, k) => {
    const place = placeOf(order.asset, units, ['orders', k, 'asset'], report);
    const asset = units[place];
    if (place !== market || asset === undefined) return [];
    if (order.at >= horizon) report(['orders', k, 'at'], `found ${order.at}s, want less than the horizon of ${horizon}s`);
    const size = lots(order.size, asset, ['orders', k, 'size'], report);
    return [{ at: order.at, lots: order.side === 'buy' ? size : -size }];
  });
}

function resolveVenue(name: string, report: Report): Venue | null {
  const venue = venueNamed(name);
  if (venue === null) report(['margin', 'venue'], `found ${name}, want a venue: ${VENUE_WORDS.join(', ')}${didYouMean(name, VENUE_WORDS)}`);
  return venue;
}

function resolveArms(arms: Scenario['arms'], report: Report): readonly ExtraArm[] {
  arms.forEach((arm, k) => {
    if (arms.indexOf(arm) < k) report(['arms', k], `found ${arm} again, want each arm once`);
  });
  return arms;
}

function resolveWithout(without: Scenario['without'], traders: Scenario['traders'] | undefined, report: Report): readonly string[] {
  const names = traders?.map(({ name }) => name) ?? without;
  without.forEach((name, k) => {
    if (without.indexOf(name) < k) report(['without', k], `found ${name} again, want each group once`);
    else if (!names.includes(name))
      report(['without', k], `found ${name}, want a group of traders: ${names.join(', ')}${didYouMean(name, names)}`);
  });
  return without;
}

/** The same value, frozen all the way down (typed arrays cannot be). */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

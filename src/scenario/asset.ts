import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { startPrice } from '../market/drivers/range.ts';
import { spacedCloses } from '../market/history.ts';
import type { HistoryOptions } from '../market/history.ts';
import type { MarkOptions } from '../market/prices.ts';
import type { Venue } from '../venues/venue.ts';
import { closesBefore, driverStart } from './bars.ts';
import type { Context, Report } from './context.ts';
import { EVENTS } from './events.ts';
import { ticks } from './measures.ts';
import type { Steps } from './path.ts';
import { commonDivisor, countIn, decimalOf, multiply, toNumber } from './quantity.ts';
import type { Scenario } from './schema.ts';

type Asset = Scenario['assets'][number];

/**
 * Units with the coarsest quantum there is of the quote currency: what divides one tick of one lot of every asset that settles in it. A coin's
 * quantum is stated. Symbols must differ.
 */
export function resolveUnits(assets: readonly Asset[], report: Report): AssetUnits[] {
  assets.forEach(({ symbol }, m) => {
    const before = assets.findIndex((asset) => asset.symbol === symbol);
    if (before < m) report(['assets', m, 'symbol'], `found ${symbol} again, want a symbol that assets[${before}] does not have`);
  });
  const steps = assets.map(({ tick, lot, contract }) => multiply(decimalOf(isInverse(contract) ? contract.face : tick), decimalOf(lot)));
  const linear = steps.filter((_, m) => !isInverse(assets[m]?.contract));
  const common = linear.length === 0 ? null : linear.reduce(commonDivisor);
  return assets.map(({ symbol, tick, lot, contract }, m) => {
    const step = steps[m] ?? decimalOf(1);
    const quantum = isInverse(contract) ? multiply(decimalOf(tick), decimalOf(contract.quantum)) : (common ?? step);
    if (isInverse(contract)) checkInverse(assets, m, report);
    if (isSpot(contract) && assets[m]?.funding !== undefined)
      report(['assets', m, 'funding'], `found funding of ${symbol}, want none: it is no perpetual`);
    return { symbol, tick, lot, quantum: toNumber(quantum), quantaPerTickLot: countIn(step, quantum) };
  });
}

type InverseTerms = Extract<Asset['contract'], { readonly kind: 'inverse' }>;
type SpotTerms = Extract<Asset['contract'], { readonly kind: 'spot' }>;

function isInverse(contract: Asset['contract'] | undefined): contract is InverseTerms {
  return typeof contract === 'object' && contract.kind === 'inverse';
}

/** Whether an asset is a coin that may be held as collateral. */
export function isSpot(contract: Asset['contract'] | undefined): contract is SpotTerms {
  return typeof contract === 'object' && contract.kind === 'spot';
}

/** What an inverse asset must be so that a lot is a whole number of notional quanta and its coin one currency. */
function checkInverse(assets: readonly Asset[], m: number, report: Report): void {
  const asset = assets[m];
  if (asset === undefined || !isInverse(asset.contract)) return;
  const { symbol, tick, lot } = asset;
  const { face, coin, quantum } = asset.contract;
  const at: Steps = ['assets', m, 'contract'];
  if (symbol === coin)
    report(['assets', m, 'symbol'], `found ${symbol}, want a symbol that is not the coin's: sizes are in contracts, such as ${coin}USD`);
  const step = multiply(decimalOf(face), decimalOf(lot));
  const unit = multiply(decimalOf(tick), decimalOf(quantum));
  const divisor = commonDivisor(step, unit);
  if (countIn(unit, divisor) !== 1) {
    report(
      [...at, 'face'],
      `found ${face}, of which a lot is ${toNumber(step)}, want whole multiples of tick × quantum, ${toNumber(unit)}`,
    );
  } else if (countIn(step, unit) > Number.MAX_SAFE_INTEGER) {
    report(
      [...at, 'quantum'],
      `found ${quantum}, want it coarser: a lot is ${countIn(step, unit)} times tick × quantum, want less than 2^53`,
    );
  }
  const before = assets.findIndex((other) => isInverse(other.contract) && other.contract.coin === coin);
  const first = assets[before]?.contract;
  if (isInverse(first) && first.quantum !== quantum)
    report([...at, 'quantum'], `found ${quantum}, want the ${first.quantum} of assets[${before}], which settles in ${coin} too`);
}

/** What a lot of each asset is worth, and the place of its currency: the quote currency first, if anything settles in it, then the coins. */
export function resolveContracts(assets: readonly Asset[], units: readonly AssetUnits[]): Contract[] {
  const names = assets.map(({ contract }) => (isInverse(contract) ? contract.coin : ''));
  const currencies = [...new Set(names)].sort((a, b) => Number(a !== '') - Number(b !== ''));
  return assets.map(({ contract }, m) => ({
    kind: contract === 'linear' ? 'linear' : contract.kind,
    currency: currencies.indexOf(names[m] ?? ''),
    factor: units[m]?.quantaPerTickLot ?? 1,
  }));
}

/** Spacing of the closes between stated points, in seconds. */
const HOUR = 3600;

export function resolveHistory(
  asset: Asset,
  units: AssetUnits,
  place: number,
  driver: DriverOptions | null,
  context: Context,
  report: Report,
): HistoryOptions | null {
  const at: Steps = ['assets', place, 'history'];
  const { history } = asset;
  const constant = (price: number): HistoryOptions => ({ ages: [0], prices: [price] });
  const ofBars = (file: string, start: number): HistoryOptions | null => {
    const bars = context.bars[file];
    if (bars === undefined) return null;
    const closes = closesBefore(bars, start);
    return closes.ages.length === 0 ? null : { ages: closes.ages, prices: closes.prices.map((price) => price / units.tick) };
  };
  const ofEvent = (name: string): HistoryOptions | null => {
    const event = EVENTS.find((candidate) => candidate.name === name);
    if (event === undefined) return null;
    return spacedCloses(
      event.history.map(([hours]) => hours * HOUR),
      event.history.map(([, price]) => price / units.tick),
      HOUR,
    );
  };
  switch (history.kind) {
    case 'constant':
      return constant(ticks(history.price, units, [...at, 'price'], report));
    case 'waypoints': {
      let sound = true;
      const tell: Report = (steps, message) => {
        sound = false;
        report(steps, message);
      };
      const ages: number[] = [];
      const prices: number[] = [];
      for (const [k, [age, price]] of history.points.entries()) {
        const last = ages.at(-1);
        if (last !== undefined && age <= last) tell([...at, 'points', k, 0], `found ${age}s, want more than the ${last}s before it`);
        ages.push(age);
        prices.push(ticks(price, units, [...at, 'points', k, 1], tell));
      }
      return sound ? spacedCloses(ages, prices, HOUR) : null;
    }
    case 'event':
      if (asset.driver.kind !== 'event') {
        report(
          [...at, 'kind'],
          `found event, want constant, waypoints or csv: the driver is ${asset.driver.kind} and has no event before it`,
        );
        return null;
      }
      return ofEvent(asset.driver.name);
    case 'csv': {
      const bars = context.bars[history.file];
      const driven = asset.driver.kind === 'csv' ? context.bars[asset.driver.file] : undefined;
      const event = EVENTS.find((candidate) => asset.driver.kind === 'event' && candidate.name === asset.driver.name);
      // Without a dated driver the file ends where the scenario starts.
      const start =
        driven !== undefined && asset.driver.kind === 'csv'
          ? driverStart(driven, asset.driver.from)
          : event !== undefined
            ? Date.parse(event.start) / 1000
            : Infinity;
      const closes = ofBars(history.file, start);
      if (bars !== undefined && closes === null)
        report([...at, 'file'], `found no bar of ${history.file} that closes before the start, want at least one`);
      return closes;
    }
    case 'driver': {
      if (driver === null) return null;
      const first = startPrice(driver);
      if (asset.driver.kind === 'event') return ofEvent(asset.driver.name);
      if (asset.driver.kind === 'csv') {
        const bars = context.bars[asset.driver.file];
        return bars === undefined ? null : (ofBars(asset.driver.file, driverStart(bars, asset.driver.from)) ?? constant(first));
      }
      return constant(first);
    }
  }
}

export function resolveMark(mark: Asset['mark'], venue: Venue): MarkOptions {
  if (mark === 'venue') return venue.mark;
  if (typeof mark === 'string') return mark === 'index' ? { kind: 'index', cadence: 1, clamp: null } : { kind: mark, clamp: null };
  const clamp = mark.clamp === 'none' ? null : mark.clamp;
  switch (mark.kind) {
    case 'last':
    case 'mid':
      return { kind: mark.kind, clamp };
    case 'index':
      return { kind: 'index', cadence: mark.cadence, clamp };
    case 'ema':
      return { kind: 'ema', seconds: mark.timeConstant, cadence: mark.cadence, clamp };
    case 'median':
      return { kind: 'median', premiumSeconds: mark.premium, cadence: mark.cadence, clamp };
  }
}

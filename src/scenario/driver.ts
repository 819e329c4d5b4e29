import { log, log1p } from '../core/math.ts';
import type { AssetUnits } from '../core/units.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { withoutEndogenous } from '../market/drivers/endogenous.ts';
import { barPath, driverStart } from './bars.ts';
import type { Context, Report } from './context.ts';
import { eventPath, EVENTS } from './events.ts';
import { ticks } from './measures.ts';
import { MOST_JUMPS } from './outside.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import { decimalOf, formatDecimal, measure } from './quantity.ts';
import type { Scenario } from './schema.ts';

type Asset = Scenario['assets'][number];

/** Farthest that an event's path may stray from the straight line between two waypoints: keeps it inside the published one-minute bars widened by 0.3 %. */
const EVENT_AMPLITUDE = 0.002;

/** The outside price in the engine's units; null when it cannot be known, which has been told. */
export function resolveDriver(
  asset: Asset,
  units: AssetUnits,
  place: number,
  horizon: number | null,
  context: Context,
  report: Report,
): DriverOptions | null {
  const { driver } = asset;
  const at: Steps = ['assets', place, 'driver'];
  const start = (price: number): number => ticks(price, units, [...at, 'price'], report);
  const begins = (moment: number): void => {
    if (horizon !== null && moment >= horizon) report([...at, 'at'], `found ${moment}s, want less than the horizon of ${horizon}s`);
  };
  const moveOf = ({ direction, size }: { readonly direction: 'down' | 'up'; readonly size: number }): number => {
    if (direction === 'up') return log1p(size);
    if (size < 1) return log1p(-size);
    report([...at, 'size'], `found ${size}, want less than 1 (100%): a price does not fall to 0`);
    return 0;
  };
  switch (driver.kind) {
    case 'constant':
      return { kind: 'constant', price: start(driver.price) };
    case 'gbm':
      return {
        kind: 'gbm',
        price: start(driver.price),
        drift: driver.drift,
        volatility: driver.volatility,
      };
    case 'garch': {
      const { drift, volatility, alpha, beta, period } = driver;
      if (alpha + beta >= 1) report([...at, 'beta'], `found ${beta} beside an alpha of ${alpha}, want alpha + beta below 1`);
      return { kind: 'garch', price: start(driver.price), drift, volatility, initial: startingVolatility(driver), alpha, beta, period };
    }
    case 'heston': {
      const { drift, volatility, reversion, variability, correlation } = driver;
      const price = start(driver.price);
      return { kind: 'heston', price, drift, volatility, initial: startingVolatility(driver), reversion, variability, correlation };
    }
    case 'merton':
    case 'kou':
      return { ...driver, price: start(driver.price) };
    case 'hawkes': {
      const { intensity, branching } = driver;
      if (intensity > MOST_JUMPS * (1 - branching)) {
        const all = Math.round(intensity / (1 - branching));
        report(
          [...at, 'branching'],
          `found ${branching}, which makes ${all} jumps a year of ${intensity}, want at most ${MOST_JUMPS} in all`,
        );
      }
      return { ...driver, price: start(driver.price) };
    }
    case 'regimes':
      return { kind: 'regimes', price: start(driver.price), regimes: driver.regimes };
    case 'shock': {
      const { volatility, recovery } = driver;
      begins(driver.at);
      const back = recovery === 'none' ? null : { share: recovery.share, halfLife: recovery.halfLife };
      return { kind: 'shock', price: start(driver.price), volatility, at: driver.at, move: moveOf(driver), recovery: back };
    }
    case 'ramp': {
      const { volatility, length } = driver;
      begins(driver.at);
      return { kind: 'ramp', price: start(driver.price), volatility, from: driver.at, until: driver.at + length, move: moveOf(driver) };
    }
    case 'vee': {
      const { volatility, recovered } = driver;
      begins(driver.at);
      const turn = driver.at + driver.there;
      const until = turn + driver.back;
      return { kind: 'vee', price: start(driver.price), volatility, from: driver.at, turn, until, move: moveOf(driver), recovered };
    }
    case 'bootstrap': {
      const bars = context.bars[driver.file];
      if (bars === undefined) return null;
      const returns = bars.close.slice(1).map((close, k) => log(close / (bars.close[k] ?? close)));
      const block = measure(driver.block, bars.seconds);
      const want = `a whole number of bars of ${bars.seconds}s, at most the ${returns.length} returns of ${driver.file}`;
      if (!block.whole || block.count > returns.length) {
        report([...at, 'block'], `found ${driver.block}s, want ${want}`);
        return null;
      }
      const price = driver.price === 'last' ? (bars.close.at(-1) ?? 0) / units.tick : start(driver.price);
      return { kind: 'bootstrap', price, returns, period: bars.seconds, block: block.count, noise: driver.noise };
    }
    case 'waypoints': {
      const times: number[] = [];
      const prices: number[] = [];
      for (const [k, [time, price]] of driver.points.entries()) {
        const last = times.at(-1);
        if (last === undefined && time !== 0) report([...at, 'points', k, 0], `found ${time}s, want the first point at 0s`);
        if (last !== undefined && time <= last) report([...at, 'points', k, 0], `found ${time}s, want more than the ${last}s before it`);
        times.push(time);
        prices.push(ticks(price, units, [...at, 'points', k, 1], report));
      }
      return { kind: 'waypoints', times, prices, noise: driver.noise };
    }
    case 'event': {
      const event = EVENTS.find((candidate) => candidate.name === driver.name);
      if (event === undefined) {
        const names = EVENTS.map((candidate) => candidate.name);
        report([...at, 'name'], `found ${driver.name}, want an event: ${names.join(', ')}${didYouMean(driver.name, names)}`);
        return null;
      }
      if (event.asset !== asset.symbol) {
        report(
          ['assets', place, 'symbol'],
          `found ${asset.symbol}, want ${event.asset}: the event ${event.name} is a path of ${event.asset}`,
        );
        return null;
      }
      const path = withoutEndogenous(eventPath(event), driver.endogenous);
      const length = path.times.at(-1) ?? 0;
      if (horizon !== null && horizon > length) {
        report(['horizon'], `found ${horizon}s, want at most ${length}s (${formatHours(length)}): the event ${event.name} ends there`);
        return null;
      }
      const prices = path.prices.map((price) => price / units.tick);
      return { kind: 'waypoints', times: path.times, prices, noise: driver.noise, amplitude: EVENT_AMPLITUDE };
    }
    case 'csv': {
      const bars = context.bars[driver.file];
      if (bars === undefined) return null;
      const from = driverStart(bars, driver.from);
      const first = bars.stamps[0] ?? 0;
      const end = (bars.stamps.at(-1) ?? 0) + bars.seconds;
      if (from < first || from >= end) {
        report([...at, 'from'], `found ${driver.from}, want a moment inside ${driver.file}: ${isoMoment(first)} to ${isoMoment(end)}`);
        return null;
      }
      if (horizon !== null && from + horizon > end) {
        report(['horizon'], `found ${horizon}s, want at most ${end - from}s (${formatHours(end - from)}): ${driver.file} ends there`);
        return null;
      }
      const path = withoutEndogenous(barPath(bars, from, horizon ?? end - from), driver.endogenous);
      return { kind: 'waypoints', times: path.times, prices: path.prices.map((price) => price / units.tick), noise: driver.noise };
    }
  }
}

/** Of a driver whose volatility moves. */
function startingVolatility({ initial, volatility }: { readonly initial: number | 'long-run'; readonly volatility: number }): number {
  return initial === 'long-run' ? volatility : initial;
}

function formatHours(seconds: number): string {
  return `${formatDecimal(decimalOf(Math.floor((seconds / 3600) * 1000) / 1000))}h`;
}

/** Seconds since 1970 as ISO 8601. */
function isoMoment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

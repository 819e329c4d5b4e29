import type { Extent } from '../core/units.ts';
import { exp } from '../core/math.ts';
import type { DriverOptions } from '../market/drivers.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { TraderOptions } from '../traders/population.ts';

/** How far this market may stand from the outside price before its makers stop following: a hundredth below, twice above. */
const LOWEST_SHARE = 0.01;
const HIGHEST_SHARE = 2;
/** Standard deviations that a draw is allowed: beyond ten there is nothing to wait for. */
const DEVIATIONS = 10;
/** Every lot changes hands at most so often on its way: trader → maker → outside, each booked on both sides. */
const HANDS = 4;

/** An upper bound of all that a run can set in motion, from its options alone. */
export function extentOf(options: RunOptions): Extent {
  const perLot = options.asset.quantaPerTickLot;
  const seconds = options.step * options.steps;
  const range = priceRange(options.driver, seconds);
  const start = startPrice(options.driver);
  const lowest = Math.max(1, range.lowest * LOWEST_SHARE);
  const highest = range.highest * HIGHEST_SHARE;
  const entries = Math.max(...options.history.prices, start);

  let position = 0;
  let order = 0;
  let money = options.liquidation.insurance;
  for (const group of options.traders) {
    order = Math.max(order, largestLots(group, start, perLot));
    if (group.kind === 'listed') {
      for (const account of group.accounts) {
        const lots = Math.abs(account.lots);
        position += lots;
        money += account.collateral + lots * account.entry * perLot;
      }
      continue;
    }
    const leverage = group.leverage.kind === 'constant' ? group.leverage.value : group.leverage.min;
    position += group.notional / (start * perLot) + group.count;
    money += group.notional * (entries / start) * (1 + 1 / leverage);
  }
  for (const scheduled of options.orders) {
    order = Math.max(order, Math.abs(scheduled.lots));
    position += Math.abs(scheduled.lots);
  }
  money += position * HANDS * highest * perLot;

  let level = order;
  if (options.noise !== null) {
    const { marketRate, limitRate, size, lifetime } = options.noise;
    const orders = (marketRate + limitRate) * seconds;
    money += size * (orders + DEVIATIONS * Math.sqrt(2 * orders) + DEVIATIONS) * HANDS * HIGHEST_SHARE;
    const resting = limitRate * lifetime;
    level += (size * (resting + DEVIATIONS * Math.sqrt(2 * resting) + DEVIATIONS)) / (range.lowest * perLot);
  }
  if (options.quotes.kind === 'flat') {
    level += options.quotes.lots;
    order = Math.max(order, options.quotes.lots);
    position += options.quotes.lots * (options.quotes.bidLevels + options.quotes.askLevels);
    money +=
      options.quotes.lots *
      (options.quotes.bidLevels * options.quotes.bestBid + options.quotes.askLevels * (options.quotes.bestAsk + options.quotes.askLevels)) *
      perLot;
  } else {
    const { depth, reach, rungs, count, inventoryCap } = options.quotes;
    // Depth is stated within 1 %, the ladder goes on at the same density.
    const side = depth * Math.max(1, reach / 0.01);
    const rungLots = Math.min(side / (rungs * count), inventoryCap) / (lowest * perLot);
    const sharing = Math.max(1, (rungs * count) / Math.max(1, lowest * reach));
    order = Math.max(order, rungLots);
    level += rungLots * Math.ceil(sharing);
    position += side / (lowest * perLot);
    money += 2 * (inventoryCap === Infinity ? side : inventoryCap * count);
  }
  return { money, order, level, position };
}

/** Largest notional that a position of these groups can have within a run, in quanta. */
export function largestPosition(
  groups: readonly TraderOptions[],
  driver: DriverOptions,
  seconds: number,
  quantaPerTickLot: number,
): number {
  const start = startPrice(driver);
  let lots = 0;
  for (const group of groups) lots = Math.max(lots, largestLots(group, start, quantaPerTickLot));
  return lots * priceRange(driver, seconds).highest * HIGHEST_SHARE * quantaPerTickLot;
}

/** Lots of a group's largest position. */
export function largestLots(group: TraderOptions, start: number, perLot: number): number {
  if (group.kind === 'listed') return group.accounts.reduce((most, account) => Math.max(most, Math.abs(account.lots)), 0);
  const largest =
    group.size.kind === 'pareto' ? group.size.cap : group.size.kind === 'equal' ? group.notional / group.count : group.notional;
  return largest / (start * perLot) + 1;
}

/** Outside price at the start, in ticks. */
export function startPrice(driver: DriverOptions): number {
  return driver.kind === 'waypoints' ? (driver.prices[0] ?? 1) : driver.price;
}

/** Lowest and highest outside price within the run, ten standard deviations wide where it is random. */
function priceRange(driver: DriverOptions, seconds: number): { readonly lowest: number; readonly highest: number } {
  switch (driver.kind) {
    case 'constant':
      return { lowest: driver.price, highest: driver.price };
    case 'gbm': {
      const years = seconds / 31_557_600;
      const width = exp(Math.min(700, Math.abs(driver.drift) * years + DEVIATIONS * driver.volatility * Math.sqrt(years)));
      return { lowest: driver.price / width, highest: driver.price * width };
    }
    case 'waypoints': {
      let longest = 0;
      for (let k = 1; k < driver.times.length; k++) longest = Math.max(longest, (driver.times[k] ?? 0) - (driver.times[k - 1] ?? 0));
      // A bridge is widest in the middle: noise × √(length) / 2.
      const width = exp(Math.min(700, (DEVIATIONS * driver.noise * Math.sqrt(longest)) / 2));
      let lowest = Infinity;
      let highest = 0;
      for (const price of driver.prices) {
        lowest = Math.min(lowest, price);
        highest = Math.max(highest, price);
      }
      return { lowest: lowest / width, highest: highest * width };
    }
  }
}

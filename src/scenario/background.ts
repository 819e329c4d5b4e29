/** From the crowd of a market's section to background traders in whole units, and what they can set in motion. */
import type { AssetUnits, Extent } from '../core/units.ts';
import { Background } from '../traders/background.ts';
import type { BackgroundOptions } from '../traders/background.ts';
import { ZeroIntelligence } from '../traders/zero-intelligence.ts';
import type { Report } from './context.ts';
import type { MarketSection } from './market.ts';
import { lots, someQuanta } from './measures.ts';
import type { Steps } from './path.ts';

/** Most orders of one kind that may rest at once: beyond it a book takes more memory than a run should. */
const MOST_ORDERS = 1_000_000;
/** Exponential sizes and expected returns are allowed ten times their mean or deviation: beyond, there is nothing to wait for. */
const DEVIATIONS = 10;

/** The kinds that are not off. `inMarket`: where the market's section stands. */
export function resolveBackground(
  section: MarketSection,
  units: AssetUnits,
  stepSeconds: number,
  inMarket: Steps,
  report: Report,
): BackgroundOptions[] {
  const { zeroIntelligence, contStoikovTalreja, fundamentalists, chartists, momentum, arbitrageurs } = section;
  const money = (amount: number, kind: string, key: string): number => someQuanta(amount, units, [...inMarket, kind, key], report);
  const found: BackgroundOptions[] = [];
  if (zeroIntelligence !== 'off') {
    const { size, ...rates } = zeroIntelligence;
    found.push({ kind: 'zeroIntelligence', ...rates, lots: lots(size, units, [...inMarket, 'zeroIntelligence', 'size'], report) });
  }
  if (contStoikovTalreja !== 'off') {
    const { size, ...rates } = contStoikovTalreja;
    found.push({ kind: 'contStoikovTalreja', ...rates, lots: lots(size, units, [...inMarket, 'contStoikovTalreja', 'size'], report) });
  }
  if (fundamentalists !== 'off') {
    found.push({ kind: 'fundamentalists', ...fundamentalists, size: money(fundamentalists.size, 'fundamentalists', 'size') });
  }
  if (chartists !== 'off') found.push({ kind: 'chartists', ...chartists, size: money(chartists.size, 'chartists', 'size') });
  if (momentum !== 'off') {
    if (momentum.size > momentum.limit)
      report([...inMarket, 'momentum', 'size'], `found ${momentum.size}, want at most the limit of ${momentum.limit}`);
    found.push({
      kind: 'momentum',
      ...momentum,
      size: money(momentum.size, 'momentum', 'size'),
      limit: money(momentum.limit, 'momentum', 'limit'),
    });
  }
  if (arbitrageurs !== 'off') {
    found.push({
      kind: 'arbitrageurs',
      ...arbitrageurs,
      capital: money(arbitrageurs.capital, 'arbitrageurs', 'capital'),
      returnHalfLife: arbitrageurs.returnHalfLife === 'never' ? Infinity : arbitrageurs.returnHalfLife,
    });
  }
  for (const options of found) {
    const orders = Background.orders([options], stepSeconds);
    if (orders > MOST_ORDERS)
      report([...inMarket, options.kind], `found rates by which ${orders} orders can rest at once, want at most ${MOST_ORDERS}`);
  }
  return found;
}

/** How far above the outside price this market may stand. */
const HIGHEST_SHARE = 2;

/** Highest count that a Poisson draw with this mean is allowed. */
function most(mean: number): number {
  return mean + DEVIATIONS * Math.sqrt(mean) + DEVIATIONS;
}

/**
 * What these traders can set in motion in `seconds` where the notional of a lot is from `fewest` to `largest`: notional that they trade, the
 * rest as `Extent` has it. Orders that are sized in money are cut to what a book can hold and bound no order.
 */
export function backgroundExtent(
  background: readonly BackgroundOptions[],
  seconds: number,
  stepSeconds: number,
  fewest: number,
  largest: number,
): Extent {
  let money = 0;
  let order = 0;
  let level = 0;
  let position = 0;
  for (const options of background) {
    switch (options.kind) {
      case 'zeroIntelligence':
      case 'contStoikovTalreja': {
        const resting = Background.orders([options], stepSeconds) * options.lots;
        // A market order takes from its own flow or from somebody else, and what rests is taken at most once.
        const arrived = options.lots * most(2 * ZeroIntelligence.sideRate(options) * seconds);
        const traded = options.lots * most(options.marketRate * seconds) + resting + arrived;
        order = Math.max(order, options.lots);
        level += resting;
        position += traded;
        money += traded * largest;
        break;
      }
      case 'fundamentalists':
      case 'chartists': {
        const orders = most(options.orderRate * seconds);
        const resting = most(options.orderRate * Math.max(options.lifetime, stepSeconds));
        // Sums of exponential sizes: the deviation of n of them is √n means.
        level += (options.size * most(resting)) / fewest;
        position += (options.size * most(orders)) / fewest;
        money += options.size * most(orders) * HIGHEST_SHARE;
        break;
      }
      case 'momentum': {
        position += (options.limit * options.count) / fewest;
        money += options.size * most(options.lookRate * seconds) * HIGHEST_SHARE;
        break;
      }
      case 'arbitrageurs': {
        const { count, capital, returnHalfLife } = options;
        // Both legs of a trade are within what it ties, and of that log 2 < 1 comes back in a half-life at most.
        const turned = count * capital * (1 + seconds / returnHalfLife);
        position += turned / fewest;
        money += 2 * turned;
        break;
      }
    }
  }
  return { money, order, level, position, window: Background.window(background) };
}

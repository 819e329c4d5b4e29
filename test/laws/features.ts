/** What random scenarios must have in them, and happen in them, for their laws to mean something. */
import { listedOptions } from '../../src/margin/portfolio-book.ts';
import type { MarketOptions, RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import type { BehaviourOptions } from '../../src/traders/conduct.ts';
import { metric } from './every-world.ts';

type Occurs = (options: RunOptions, result: RunResult) => boolean;

/** One feature for each value that something may have. */
function each(
  what: string,
  values: readonly string[],
  has: (options: RunOptions, result: RunResult) => Iterable<unknown>,
): Record<string, Occurs> {
  return Object.fromEntries(values.map((value) => [`${what} ${value}`, (options, result) => [...has(options, result)].includes(value)]));
}

const inMarkets =
  (of: (market: MarketOptions) => unknown) =>
  ({ markets }: RunOptions): unknown[] =>
    markets.map(of);
const happens =
  (name: string): Occurs =>
  (_, result) =>
    metric(result, name) > 0;
const reacts =
  (reaction: keyof BehaviourOptions): Occurs =>
  ({ traders }) =>
    traders.some(({ behaviour }) => (behaviour?.[reaction] ?? null) !== null && behaviour?.[reaction] !== 0);

export const FEATURES: Readonly<Record<string, Occurs>> = {
  ...each('policy', ['full', 'partial', 'restore', 'step-down', 'clips', 'shortage', 'takeover'], ({ liquidation }) => [
    liquidation.policy.kind,
  ]),
  ...each('limit', ['bankruptcy', 'fillable'], ({ liquidation }) => [liquidation.limit?.price.kind]),
  ...each('rest', ['wait', 'backstop', 'adl'], ({ liquidation }) => [liquidation.limit?.rest]),
  ...each('mode', ['sequential', 'batch'], ({ liquidation }) => [liquidation.mode]),
  ...each('queue', ['worst-first', 'trigger-price', 'arrival', 'largest', 'random'], ({ liquidation }) => [liquidation.queue]),
  ...each('adl', ['queue', 'unranked', 'pro-rata', 'capped'], ({ liquidation }) => [liquidation.adl?.kind]),
  ...each('adl closes at', ['bankruptcy', 'mark', 'previous'], ({ liquidation }) => [liquidation.adl?.closes]),
  ...each('regime liquidated', ['isolated', 'dynamic', 'cross', 'portfolio', 'standard', 'lending'], (_, { liquidations = [] }) =>
    liquidations.map(({ regime }) => regime),
  ),
  ...each('closed', ['adl', 'backstop'], (_, { liquidations = [] }) => liquidations.map(({ route }) => route)),
  ...each(
    'disposal',
    ['fixed-spread', 'dutch-auction', 'english-auction', 'stability-pool', 'absorb'],
    inMarkets(({ loans }) => loans?.disposal.kind),
  ),
  ...each('adversary', ['stop-hunter', 'fund-drainer', 'oracle-pusher'], ({ markets }) =>
    markets.flatMap(({ adversaries }) => adversaries.map(({ kind }) => kind)),
  ),
  ...each(
    'mark',
    ['last', 'mid', 'index', 'ema', 'median'],
    inMarkets(({ mark }) => mark.kind),
  ),
  ...each(
    'quotes',
    ['makers', 'flat', 'curve'],
    inMarkets(({ quotes }) => quotes.kind),
  ),
  ...each(
    'contract',
    ['linear', 'inverse', 'spot'],
    inMarkets(({ contract }) => contract.kind),
  ),
  ...each(
    'driver',
    ['gbm', 'garch', 'heston', 'hawkes', 'shock', 'waypoints'],
    inMarkets(({ driver }) => driver.kind),
  ),
  ...each('arm', ['quiet', 'placebo'], ({ arms = [] }) => arms),
  ...Object.fromEntries(
    (['absent', 'topUp', 'reduce', 'stopLoss', 'panic', 'reopen'] as const).map((reaction) => [reaction, reacts(reaction)]),
  ),
  throttle: ({ liquidation }) => liquidation.throttle !== undefined,
  replenishment: happens('insurance_deposits'),
  unwinding: ({ liquidation }) => liquidation.backstop?.unwind !== undefined,
  'remainder to the fund': ({ liquidation }) => liquidation.remainder === 'fund',
  grace: ({ liquidation }) => (liquidation.grace ?? 0) > 0,
  'options held': (options) => listedOptions(options).length > 0,
  'loans beside portfolios and reactions': ({ traders }) =>
    traders.some(({ margin }) => margin === 'lending') &&
    traders.some(({ margin }) => margin === 'portfolio') &&
    traders.some(({ behaviour }) => behaviour !== undefined),
  'margins that grow with size': ({ markets }) => markets.some(({ margin }) => (margin.skew ?? null) !== null),
  'initial margin that rises with open interest': ({ markets }) => markets.some(({ margin }) => (margin.growth ?? null) !== null),
  'interest on coins owed': ({ markets, traders }) =>
    markets.some(({ borrowing = null }) => borrowing !== null) &&
    traders.some((group) => group.kind === 'drawn' && (group.coins ?? []).some(({ share }) => share < 0)),
  'coins owed': ({ traders }) => traders.some((group) => group.kind === 'drawn' && (group.coins ?? []).some(({ share }) => share < 0)),
  funding: ({ markets }) => markets.some(({ funding }) => funding !== null),
  oracle: ({ markets }) => markets.some(({ oracle }) => oracle !== null),
  'other exchanges': ({ markets }) => markets.some(({ oracle }) => (oracle?.exchanges ?? null) !== null),
  session: ({ markets }) => markets.some(({ session }) => session !== null),
  'background traders': ({ markets }) => markets.some(({ background }) => background.length > 0),
  correlations: ({ correlations }) => correlations !== null,
  'bad debt': happens('bad_debt'),
  'winners pay': happens('adl_used'),
  takeovers: happens('backstop_notional'),
  'losses shared': happens('socialised_loss'),
  'margin calls': happens('margin_calls'),
  'calls cured': happens('margin_calls_cured'),
  'money paid in': happens('top_up'),
  'voluntary orders': happens('voluntary_notional'),
};

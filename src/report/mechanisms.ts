import { counted, money, percent, plain, quantity } from '../charts/format.ts';
import { reactionsOf } from './reactions.ts';
import type { StoredExperiment } from './results.ts';

type Scenario = StoredExperiment['scenario'];
type Asset = Scenario['assets'][number];
type Market = Scenario['market'];
type Book = Extract<Market, { readonly kind: 'book' }>;

/** Something that a scenario may switch on, and this one does. */
export interface Mechanism {
  /** Key path of its section in the scenario. */
  readonly path: string;
  /** What it does, for the method. */
  readonly sentence: string;
  /** Every setting, defaults included, for the assumptions. */
  readonly settings: string;
}

const seconds = (value: number): string => quantity(value, 'seconds');

/** What the scenario switches on beside makers, noise and the engine, in the order of the file's sections. */
export function mechanismsOf({ assets, market, correlations, traders, margin, adversaries }: Scenario): Mechanism[] {
  const own = assets.flatMap((asset, m) => (asset.market === undefined ? [] : [{ asset, m, section: asset.market }]));
  const shared = assets.filter((asset) => asset.market === undefined).map(({ symbol }) => symbol);
  const several = assets.length > 1;
  return [
    ...(correlations ?? []).map(([a, b, rho], i): Mechanism => ({
      path: `correlations[${i}]`,
      sentence: `The Gaussian moves of the outside prices of ${a} and ${b} have a correlation of ${plain(rho)}.`,
      settings: plain(rho, 6),
    })),
    ...assets.flatMap((asset, m) => ofAsset(asset, `assets[${m}]`)),
    ...(shared.length === 0 ? [] : ofMarket(market, 'market', several ? `In ${listed(shared)}: ` : '')),
    ...own.flatMap(({ asset, m, section }) => ofMarket(section, `assets[${m}].market`, `In ${asset.symbol}: `)),
    ...traders.flatMap((group, g) =>
      group.margin === 'lending'
        ? []
        : reactionsOf(group).map(({ key, sentence }): Mechanism => ({
            path: `traders[${g}].${key}`,
            sentence,
            settings: valueText(group[key]),
          })),
    ),
    ...(margin.grace > 0
      ? [
          {
            path: 'margin.grace',
            sentence: `No account is liquidated before ${seconds(margin.grace)} after its margin call, unless it falls below the backstop's level, or below zero without a backstop.`,
            settings: seconds(margin.grace),
          },
        ]
      : []),
    // A manifest from before there were any has none.
    ...(adversaries ?? []).map((one, i): Mechanism => ({
      path: `adversaries[${i}]`,
      sentence: ofAdversary(one),
      settings: settingsText(one),
    })),
  ];
}

function ofAdversary(adversary: Scenario['adversaries'][number]): string {
  const { name, at, capital } = adversary;
  switch (adversary.kind) {
    case 'stop-hunter': {
      const { direction, rate, target, rest } = adversary;
      const [does, others] = direction === 'down' ? ['sells', 'longs'] : ['buys', 'shorts'];
      const end =
        target.kind === 'price'
          ? `the price is ${plain(target.price, 6)}`
          : `${percent(target.share)} of the lots of ${others} are past their liquidation price`;
      return `${name}, a stop hunter with ${money(capital)}, ${does} ${money(rate)} a second from ${seconds(at)} on until ${end}, and goes back ${seconds(rest)} later.`;
    }
    case 'fund-drainer': {
      const { leverage, hold, off } = adversary;
      return `${name}, a fund drainer with ${money(capital)} in each of two accounts, opens ${plain(leverage)}x positions in both against each other at ${seconds(at)} and closes them ${seconds(hold)} later at a price ${percent(off)} below the market.`;
    }
    case 'oracle-pusher': {
      const { leverage, direction, over, push } = adversary;
      const where = push.on === 'market' ? 'this market' : 'a thin market that the venue’s oracle reads';
      return `${name}, an oracle pusher with ${money(capital)} in each of two accounts, opens ${plain(leverage)}x positions in both against each other at ${seconds(at)}, pushes ${where} ${direction} with ${money(push.notional)} over ${seconds(over)}, and takes out what the mark then shows as profit.`;
    }
  }
}

function ofAsset({ symbol, oracle, funding }: Asset, path: string): Mechanism[] {
  const found: Mechanism[] = [];
  if (oracle !== undefined) {
    const { exchanges } = oracle;
    const seen = exchanges === undefined ? 'the outside price' : 'the weighted median of other exchanges’ prices';
    const apart =
      exchanges === undefined || exchanges.dispersion === 0
        ? ''
        : `; each exchange is off on its own, with a standard deviation of ${percent(exchanges.dispersion)}`;
    const late = oracle.lag > 0 ? `${seconds(oracle.lag)} late, ` : '';
    const beat = oracle.heartbeat === 'none' ? '' : ` or when the last is ${seconds(oracle.heartbeat)} old`;
    const sparse = oracle.deviation > 0 ? `, and publishes a move of ${percent(oracle.deviation)}${beat}` : '';
    const age = oracle.ageLimit === 'none' ? '' : `; older than ${seconds(oracle.ageLimit)} it is stale`;
    const failing =
      oracle.failures.length === 0 ? '' : `; its feed fails ${oracle.failures.length === 1 ? 'once' : `${oracle.failures.length} times`}`;
    const sentence = `The venue sees ${seen} of ${symbol} ${late}every ${seconds(oracle.cadence)}${sparse}${age}${failing}${apart}.`;
    found.push({ path: `${path}.oracle`, sentence, settings: settingsText(oracle) });
  }
  if (funding !== undefined) {
    const stated = funding.cap === 'venue' ? 'what the venue caps it at' : typeof funding.cap === 'number' ? percent(funding.cap) : null;
    const cap = stated === null ? 'without a cap' : `at most ${stated}`;
    const sentence = `Longs and shorts of ${symbol} pay each other funding every ${seconds(funding.cadence)}, at a rate made from the premium over the outside price, ${cap} for ${seconds(funding.period)}.`;
    found.push({ path: `${path}.funding`, sentence, settings: settingsText(funding) });
  }
  return found;
}

function ofMarket(market: Market, path: string, where: string): Mechanism[] {
  if (market.kind === 'curve') {
    const law = typeof market.law === 'string' ? market.law : market.law.kind;
    const sentence = `Orders move the price along an impact curve (${law}, ${money(market.depth)} for 1\u00a0%); nobody quotes.`;
    return [{ path, sentence: `${where}${where === '' ? sentence : lowered(sentence)}`, settings: settingsText(market) }];
  }
  const found: Mechanism[] = [];
  const add = (key: keyof Book, section: object, sentence: string): void => {
    found.push({
      path: `${path}.${key}`,
      sentence: `${where}${where === '' ? sentence : lowered(sentence)}`,
      settings: settingsText(section),
    });
  };
  const { fundamentalists, chartists, momentum, arbitrageurs, zeroIntelligence, contStoikovTalreja, session, selfTrade } = market;
  if (isOn(fundamentalists))
    add(
      'fundamentalists',
      fundamentalists,
      `${orders(fundamentalists, 'fundamentalist')} at the price that they expect on its way to the outside price.`,
    );
  if (isOn(chartists))
    add(
      'chartists',
      chartists,
      `${orders(chartists, 'chartist')} at the price that they expect if the return of up to the last ${seconds(chartists.horizon)} goes on.`,
    );
  if (isOn(momentum))
    add(
      'momentum',
      momentum,
      `${counted(momentum.count, 'trend follower')} ${momentum.count === 1 ? 'goes' : 'go'} with moves of more than ${percent(momentum.threshold)} on average, up to ${money(momentum.limit)} each.`,
    );
  if (isOn(arbitrageurs))
    add(
      'arbitrageurs',
      arbitrageurs,
      `${counted(arbitrageurs.count, 'arbitrageur')} with ${money(arbitrageurs.capital)} each ${arbitrageurs.count === 1 ? 'trades' : 'trade'} against the outside price where it is more than ${percent(arbitrageurs.costs)} away, ${seconds(arbitrageurs.latency)} after seeing it on average.`,
    );
  if (isOn(zeroIntelligence))
    add(
      'zeroIntelligence',
      zeroIntelligence,
      `Orders without a view arrive at constant rates: ${plain(zeroIntelligence.marketRate)} market orders a second, ${plain(zeroIntelligence.limitRate)} limit orders a second at each tick of a side, each cancelled at a rate of ${plain(zeroIntelligence.cancelRate)} a second.`,
    );
  if (isOn(contStoikovTalreja))
    add(
      'contStoikovTalreja',
      contStoikovTalreja,
      `Orders without a view arrive at rates that depend on the distance from the best quote: ${plain(contStoikovTalreja.marketRate)} market orders a second, ${plain(contStoikovTalreja.limitRate)} limit orders a second next to the opposite quote.`,
    );
  if (session !== undefined) {
    const { band, breaker, auction } = session;
    // A manifest from before there were outages has none.
    const { outages = [] } = session as Partial<typeof session>;
    const rules = [
      ...(isOn(band)
        ? [
            `trades happen within ${percent(band.width)} of ${band.reference === 'index' ? 'the outside price' : `the mean price of the last ${seconds(band.reference)}`} only`,
          ]
        : []),
      ...(isOn(breaker)
        ? [`a move of ${percent(breaker.move)} within ${seconds(breaker.window)} halts trading for ${seconds(breaker.halt)}`]
        : []),
      ...(isOn(auction)
        ? [
            `a move of ${percent(auction.move)} within ${seconds(auction.window)} interrupts it for a call of ${seconds(auction.call)}, after which one price clears all orders`,
          ]
        : []),
    ];
    for (const { from, until } of outages) rules.push(`the venue is down from ${seconds(from)} to ${seconds(until)}`);
    if (rules.length > 0) add('session', session, `Trading is bounded: ${rules.join('; ')}.`);
  }
  if (selfTrade !== undefined && selfTrade !== 'none')
    found.push({
      path: `${path}.selfTrade`,
      sentence: `${where}${where === '' ? 'Orders' : 'orders'} of one account that meet do not trade: ${MEETINGS[selfTrade]}.`,
      settings: selfTrade,
    });
  return found;
}

/** Whether a section is there and not `off`: a manifest from before it existed has none. */
function isOn<S>(section: S | 'off' | undefined): section is Exclude<S, 'off' | undefined> {
  return section !== undefined && section !== 'off';
}

const orders = (
  { count, orderRate, size }: { readonly count: number; readonly orderRate: number; readonly size: number },
  who: string,
): string =>
  `${counted(count, who)} ${count === 1 ? 'sends' : 'together send'} ${plain(orderRate)} orders a second of ${money(size)} on average,`;

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const MEETINGS = {
  'expire-maker': 'the resting one expires',
  'expire-taker': 'the arriving one expires',
  'expire-both': 'both expire',
  decrement: 'both shrink by the smaller',
} as const;

/** `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `count 50, orderRate 0.5`, what is nested in brackets. */
function settingsText(section: object): string {
  return Object.entries(section)
    .map(([key, value]: [string, unknown]) => `${key} ${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `(${settingsText(value)})` : String(value);
}

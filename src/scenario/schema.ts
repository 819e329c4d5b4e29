/**
 * The schema of the files that a user writes: one source for validation, JSON Schema and the TypeScript types. A description is what an
 * editor shows beside the key; money is in quote units, times in seconds, widths as fractions once read.
 */
import { z } from 'zod';
import { adversaries } from './adversary-kinds.ts';
import { conduct } from './conduct.ts';
import { crowd } from './crowd.ts';
import { dynamic } from './dynamic.ts';
import { curve } from './impact.ts';
import { accountAuction } from './account-auction.ts';
import { deleveraging, profitLimit } from './deleveraging.ts';
import { fee, limit, policy, replenishment, throttle } from './orders.ts';
import { accountOptions, groupOptions, portfolio, standard } from './portfolio.ts';
import { driver, file, points, price } from './outside.ts';
import { facts, probes } from './record.ts';
import { chain, disposal, keepers, lendingMode, lendingTerms, loans, loanToValue } from './lending.ts';
import { correlations, funding, oracle, selfTrade, session } from './rules.ts';
import {
  count,
  duration,
  field,
  flag,
  fraction,
  level,
  leverageNumber,
  money,
  number,
  size,
  text,
  title,
  usually,
  word,
} from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const share = { min: 0, max: 1 };

/** A name that becomes a folder. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Line breaks and tabs are the only control characters of a text. */
const QUESTION = /^[\P{Cc}\t\n\r]{1,2000}$/u;

const history = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('driver') })
    .describe("What goes before the driver: the file's earlier bars, the event's stated past, else the starting price"),
  z.strictObject({ kind: z.literal('event') }).describe('The hours before the event of the driver'),
  z.strictObject({ kind: z.literal('constant'), price: price() }).describe('One price all the time before'),
  z.strictObject({ kind: z.literal('waypoints'), points: points.describe('[time before the start, price], the newest first') }),
  z.strictObject({ kind: z.literal('csv'), file: file() }).describe('Closes of a file, taken before the start of the driver'),
]);

const cadence = () => duration(positive).describe('Time between two updates');
const clamp = () =>
  z
    .union([word('none'), fraction({ min: 0, above: true, max: 1 })])
    .default('none')
    .describe('Largest distance from the outside price');

const mark = z.union([
  word('venue', 'last', 'mid', 'index'),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('last'), clamp: clamp() }),
    z.strictObject({ kind: z.literal('mid'), clamp: clamp() }),
    z.strictObject({ kind: z.literal('index'), cadence: cadence().default(1), clamp: clamp() }),
    z.strictObject({
      kind: z.literal('ema'),
      timeConstant: duration(positive).describe('Time constant of the average of the mid'),
      cadence: cadence().default(1),
      clamp: clamp(),
    }),
    z.strictObject({
      kind: z.literal('median'),
      premium: duration(positive).describe('Time constant of the average of mid − oracle'),
      cadence: cadence(),
      clamp: clamp(),
    }),
  ]),
]);

/** An asset of the scenario by its symbol. */
const assetName = () =>
  text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/)
    .optional()
    .describe('Which asset; the first of the scenario when left out');

const ticker = () => text('a ticker of 1 to 12 letters and digits, a letter first', /^[A-Za-z][A-Za-z0-9]{0,11}$/);

const assetFields = {
  symbol: ticker().describe('Ticker'),
  tick: number(positive, 'a price step').describe('Smallest price step, in quote units'),
  lot: number(positive, 'a quantity').describe('Smallest quantity, in units of the asset; of an inverse asset in contracts'),
  contract: z
    .union([
      word('linear'),
      z.strictObject({
        kind: z.literal('inverse'),
        face: number(positive, 'a value').describe('What one contract is worth at every price, in quote units'),
        coin: ticker().describe('Coin that margin, profit, fees and funds are in'),
        quantum: number(positive, 'an amount').default(1e-8).describe('Smallest amount of the coin'),
      }),
      z.strictObject({
        kind: z.literal('spot'),
        haircut: fraction({ min: 0, max: 1 }).describe('Share of its value that does not count as collateral'),
        debt: fraction({ min: 0, max: 10 })
          .optional()
          .describe('What is demanded of a debt in it, as a share of its value; the haircut when left out'),
        sizeFactor: z
          .union([word('venue'), number({ min: 0, max: 1 })])
          .default('venue')
          .describe(
            'How fast the share that counts falls with the amount held, 1.1 / (1 + factor × √amount) at most, and what is demanded of a debt rises; 0: not at all',
          ),
      }),
    ])
    .default('linear')
    .describe('linear: settled in the quote currency; inverse: coin-margined; spot: no contract, but what collateral may be held in'),
  driver: driver.describe('The outside price: the rest of the world, never moved by this market'),
  history: history.default({ kind: 'driver' }).describe('Prices before the start, from which traders took their entries'),
  mark: mark.default('venue').describe('The price that margin is checked at'),
  oracle: oracle.optional(),
  funding: funding.optional(),
};

const halfLife = (never: string) => z.union([word(never as 'never'), duration(positive)]);

/** Notional as a multiple of the makers' depth. */
const shares = () => number({ min: 0, max: 1000 });

const withdrawal = z
  .union([
    word('off'),
    z.strictObject({
      at: fraction(positive).describe('Out of the book altogether when the market has moved more than this in a minute'),
      returnAt: fraction(positive).describe('Back when the one-minute move has stayed below this …'),
      returnAfter: duration(nonNegative).default(60).describe('… for so long'),
    }),
  ])
  .default('off')
  .describe('When the group leaves the book, beside the depth that shrinks');

/** What every group of makers has, however it prices. */
const maker = {
  count: count(1, 1000).default(5).describe('Number of makers'),
  depth: money(positive).describe('Bids (and asks) of all makers within 1 % of the centre, in quote units, in a calm market'),
  floor: money().default(0).describe('The depth never falls below this'),
  volatilityScale: z
    .union([word('off'), fraction(positive)])
    .default(0.004)
    .describe('depth / (1 + |one-minute move| / volatilityScale); off: the depth stays'),
  returnHalfLife: duration(positive).default(2700).describe('Half-life of the return of withdrawn depth'),
  withdrawal,
  halfSpread: fraction({ min: 0, max: 0.5 }).default(0.00005).describe('Half of the quoted spread'),
  reach: fraction({ min: 0, above: true, max: 0.9 }).default(0.05).describe('How far from the centre the ladder goes'),
  rungs: count(1, 200).default(10).describe('Price levels of a maker on each side'),
  profile: z
    .union([word('flat'), z.array(z.tuple([fraction(positive), shares(), shares()])).min(1)])
    .default('flat')
    .describe(
      'Rows of [distance, bids, asks]: how many times the depth stands within that distance on each side, linear between rows, nothing beyond the last; flat: evenly out to the reach',
    ),
  inventoryCap: z
    .union([word('unlimited'), money(positive)])
    .default('unlimited')
    .describe('Largest inventory of one maker either way, in quote units'),
  layOffHalfLife: halfLife('never').default(120).describe('Half-life with which inventory is laid off outside'),
  lossLimit: z
    .union([word('unlimited'), money(positive)])
    .default('unlimited')
    .describe('A maker that finds it has lost more than this, valued at the outside price, stops quoting, in quote units'),
  lossPause: z
    .union([word('forever'), duration(positive)])
    .default('forever')
    .describe('How long it stops; its losses count from its return'),
  recovery: halfLife('never').default(20).describe('Half-life of the displacement from the outside price'),
  permanent: fraction(share).default(0).describe("Share of the displacement's peak that never decays"),
  reaction: duration(nonNegative).default(1).describe('Time from looking at the market to new quotes'),
};

const ladder = { kind: z.literal('ladder'), ...maker };

const avellanedaStoikov = {
  kind: z.literal('avellaneda-stoikov'),
  ...maker,
  riskAversion: number({ min: 0, above: true, max: 1e6 }).describe(
    'γ per quote unit: an inventory of N shifts the ladder by γ × N × variance of the price over the horizon',
  ),
  fill: money(positive).default(20_000).describe('Notional of a typical fill, in quote units: the unit of inventory'),
  fillDistance: fraction({ min: 0, above: true, max: 1 })
    .default(0.0001)
    .describe('1/k: the distance from the centre over which fills become e times as rare'),
  horizon: z
    .union([word('stationary'), duration(positive)])
    .default(300)
    .describe("How far ahead inventory is feared for; stationary: the paper's infinite horizon, bounded by the inventory cap"),
};

const groupName = title().describe('Unique name of the group of makers');

/** One group of makers, or several, each at its own pace. */
const ladders = z.discriminatedUnion('kind', [
  z.strictObject({ name: groupName, ...ladder }).describe('Ladders around the outside price'),
  z.strictObject({ name: groupName, ...avellanedaStoikov }).describe('Ladders that lean against the inventory'),
]);

const flat = z.strictObject({
  kind: z.literal('flat'),
  size: size().describe('Quantity at every tick'),
  bid: price().describe('Best bid'),
  bidLevels: count(0, 1_000_000).describe('Ticks with bids, downwards from the best'),
  ask: price().describe('Best ask'),
  askLevels: count(0, 1_000_000).describe('Ticks with asks, upwards from the best'),
});

const book = z.strictObject({
  kind: z.literal('book').describe('An order book with price-time priority'),
  makers: z
    .union([
      usually(
        'ladder',
        z.discriminatedUnion('kind', [
          z.strictObject(ladder).describe('Ladders around the outside price'),
          z.strictObject(avellanedaStoikov).describe('Ladders that lean against the inventory (Avellaneda and Stoikov 2008)'),
          flat.describe('A standing book that nobody quotes again'),
        ]),
      ),
      z.array(usually('ladder', ladders)).min(1).max(50),
    ])
    .describe('Who quotes: one group of makers, a list of named groups, or a standing book'),
  noise: z
    .union([
      word('off'),
      z.strictObject({
        marketRate: number({ min: 0, max: 10_000 }).default(1).describe('Market orders a second'),
        limitRate: number({ min: 0, max: 10_000 }).default(1).describe('Limit orders a second'),
        size: money(positive).default(20_000).describe('Mean notional of an order'),
        lifetime: duration(positive).default(30).describe('Time that a limit order rests'),
        reach: fraction(share).default(0.001).describe('Limit orders stand up to this far from the mid'),
      }),
    ])
    .default('off')
    .describe('Traders without a view'),
  ...crowd,
  session: session.optional(),
  selfTrade,
});

const market = z.discriminatedUnion('kind', [book, curve]);

const asset = z.strictObject({
  ...assetFields,
  market: usually('book', market).optional().describe("This asset's own market, in place of the scenario's"),
});

const side = () => word('long', 'short');
const marginMode = () =>
  word('isolated', 'cross', 'dynamic', 'portfolio', 'standard')
    .optional()
    .describe(
      'margin.regime when left out. What is liquidated together: isolated: each position with its own collateral; cross: all positions of an account, on one; dynamic: isolated, with a requirement that follows the market; portfolio: all positions and options of an account, by the worst loss over a grid; standard: the same, each option that is sold by itself',
    );

const sizes = () =>
  z
    .union([
      word('equal'),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('equal') }),
        z.strictObject({
          kind: z.literal('pareto'),
          alpha: number({ min: 0, above: true, max: 100 }).describe('Tail exponent'),
          cap: money(positive).describe('Largest position'),
        }),
        z.strictObject({ kind: z.literal('lognormal'), sigma: number({ min: 0, max: 10 }) }),
      ]),
    ])
    .default('equal')
    .describe('How the notional is spread over the traders');

const entries = () =>
  z
    .strictObject({
      window: duration(nonNegative).default(259_200).describe('Entries come from the closes of this long before the start'),
      halfLife: duration(positive).default(86_400).describe('A close this much older counts half'),
    })
    .default({ window: 259_200, halfLife: 86_400 })
    .describe('When the positions were opened');

const resampled = () =>
  flag().default(false).describe('true: every trader an independent draw; false: stratified, so that replicates differ by noise alone');

const drawnGroup = z.strictObject({
  name: title().describe('Unique name of the group'),
  count: count(1, 10_000_000).describe('Number of traders'),
  asset: assetName(),
  margin: marginMode(),
  side: side(),
  notional: money(positive).describe('Notional of the whole group at the start, in quote units'),
  also: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Another asset'),
        side: side(),
        notional: money(positive).describe('Notional of the whole group in it at the start, in quote units'),
      }),
    )
    .max(15)
    .default([])
    .describe(
      'Further positions of every trader, in proportion to the first; isolated and dynamic: each with collateral of its own, at the same leverage',
    ),
  coins: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
        share: fraction({ min: 0, above: true, max: 1 }).describe('Share of the collateral, at the price of the start'),
      }),
    )
    .max(15)
    .default([])
    .describe("What of a cross group's collateral is held in spot assets; the rest is cash"),
  borrows: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
        share: fraction({ min: 0, above: true, max: 10 }).describe('Share of the collateral, at the price of the start'),
      }),
    )
    .max(15)
    .default([])
    .describe('Spot assets that every trader of a cross group owes; what was borrowed was sold for cash at the opening price'),
  options: groupOptions,
  size: sizes(),
  leverage: z
    .union([
      leverageNumber(),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('constant'), value: leverageNumber().describe('The same leverage for all') }),
        z.strictObject({
          kind: z.literal('lognormal'),
          median: leverageNumber().describe('Notional-weighted median'),
          sigma: number({ min: 0, max: 10 }).describe('Standard deviation of the logarithm'),
          min: leverageNumber().describe('Smallest leverage'),
          max: leverageNumber().describe('Largest leverage'),
        }),
      ]),
    ])
    .describe('Notional over own collateral at entry'),
  entry: entries(),
  resample: resampled(),
  ...conduct,
});

const drawnLoans = z.strictObject({
  name: title().describe('Unique name of the group'),
  count: count(1, 10_000_000).describe('Number of loans'),
  asset: assetName(),
  margin: lendingMode(),
  notional: money(positive).describe('Collateral of the whole group at the start, in quote units'),
  size: sizes(),
  loanToValue,
  entry: entries(),
  resample: resampled(),
});

const listedLoans = z.strictObject({
  name: title().describe('Unique name of the group'),
  asset: assetName(),
  margin: lendingMode(),
  loans,
});

const listedGroup = z.strictObject({
  name: title().describe('Unique name of the group'),
  asset: assetName(),
  margin: marginMode(),
  accounts: z
    .array(
      z
        .strictObject({
          side: side(),
          size: size(),
          entry: price().describe('Entry price'),
          also: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Another asset'),
                side: side(),
                size: size(),
                entry: price().describe('Entry price'),
              }),
            )
            .max(15)
            .default([])
            .describe('Further positions of a cross account'),
          coins: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
                size: size(),
              }),
            )
            .max(15)
            .default([])
            .describe('Spot assets that a cross account holds as collateral beside the stated one'),
          borrows: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
                size: size(),
              }),
            )
            .max(15)
            .default([])
            .describe('Spot assets that a cross account owes; what was borrowed was sold for cash at the opening price'),
          options: accountOptions,
          leverage: leverageNumber().optional().describe('Notional at entry over own collateral; or give collateral'),
          collateral: money()
            .optional()
            .describe('Own collateral in quote units, of an inverse asset at the entry price; or give leverage'),
        })
        .superRefine((account, context) => {
          if ((account.leverage === undefined) === (account.collateral === undefined)) {
            const found = account.leverage === undefined ? 'neither' : 'both';
            context.addIssue({ code: 'custom', params: { found: `${found} of them`, want: 'either leverage or collateral' } });
          }
        }),
    )
    .min(1)
    .describe('Traders written down one by one'),
  ...conduct,
});

const group = z.union([drawnGroup, listedGroup, drawnLoans, listedLoans]);

const order = z.strictObject({
  at: duration(nonNegative).describe('Time from the start'),
  asset: assetName(),
  side: word('buy', 'sell'),
  size: size(),
});

const tier = z.strictObject({
  from: money().describe('Notional from which the rate holds'),
  rate: fraction({ min: 0, above: true, max: 1, below: true }).describe('Marginal rate on notional'),
});

/** A requirement: what the venue demands, one rate, tiers, or a formula in `notional`. */
export const requirement = () =>
  z
    .union([
      field(
        { want: 'venue, a rate such as 1.25%, a list of tiers, or a formula in notional', words: ['venue'] },
        { anyOf: [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, { type: 'string' }] },
        (input): number | string | undefined => {
          if (input === 'venue') return input;
          const rate = rateField.safeParse(input);
          if (rate.success) return rate.data;
          return typeof input === 'string' && /[(*/^?]|notional/.test(input) && !/^-[\d.]/.test(input) ? input : undefined;
        },
      ),
      z.array(tier).min(1),
    ])
    .default('venue');
const rateField = fraction({ min: 0, above: true, max: 1, below: true });

const margin = z.strictObject({
  venue: text('the name of a venue', /^[^\r\n]{1,64}$/)
    .default('generic')
    .describe('Whose rules: see `marginfall venues`'),
  threshold: number({ min: 0, above: true, max: 100 })
    .optional()
    .describe(
      "θ: the margin coverage ratio (equity / maintenance) at which the engine liquidates; the venue's when left out, which is 1 on most",
    ),
  call: level().default('1.05x').describe('Margin call below this coverage'),
  grace: duration(nonNegative)
    .default(0)
    .describe(
      'A called account is not liquidated before so long after its call, unless it falls below the backstop level, or below zero without a backstop',
    ),
  regime: word('isolated', 'cross', 'dynamic', 'portfolio', 'standard')
    .default('isolated')
    .describe('Regime of the groups of traders that state none'),
  maintenance: requirement().describe('Maintenance requirement'),
  initial: requirement().describe('Initial requirement'),
  maintenanceOn: word('venue', 'mark', 'entry')
    .default('venue')
    .describe(
      "What maintenance of isolated positions is charged on: the value at the mark or at entry; the venue's convention when left out",
    ),
  skew: z
    .union([
      word('venue', 'off'),
      z.strictObject({
        scale: money(positive).describe('Skew scale of a market, in quote units at the opening price'),
        fraction: number({ min: 0, max: 1000 }).describe('What a position as large as the scale adds to the initial rate'),
        least: money().default(0).describe('Least margin of an open position, on top of both requirements'),
        reward: fraction({ min: 0, max: 1, below: true })
          .default(0)
          .describe('What keepers earn on a liquidated account: a share of its open interest, set aside in both requirements'),
        largestReward: z
          .union([word('unlimited'), money()])
          .default('unlimited')
          .describe('Most that they earn on one account'),
      }),
    ])
    .default('venue')
    .describe('Margins of isolated and cross accounts that grow with the size of a position'),
  dynamic: dynamic.optional().describe('What groups with dynamic margin must hold'),
  portfolio: portfolio.optional().describe('What groups with portfolio margin must hold'),
  standard: standard.optional().describe('What groups with standard margin must hold'),
  lending: lendingTerms.optional(),
});

const capacity = () => z.union([word('unlimited'), money(positive)]).default('unlimited');

const liquidation = z.strictObject({
  policy,
  limit,
  throttle,
  mode: word('sequential', 'batch')
    .default('sequential')
    .describe('sequential: the mark is looked at after each fill; batch: all that is triggered goes at once'),
  queue: word('worst-first', 'trigger-price', 'arrival', 'largest', 'random').default('worst-first').describe('Who goes first'),
  capacity: z
    .union([word('unlimited'), number(positive)])
    .default('unlimited')
    .describe('Orders a second that the engine can send'),
  latency: duration(nonNegative).default(0).describe("From the trigger to the order's arrival"),
  backstop: z
    .union([
      word('venue', 'off'),
      z.strictObject({
        level: level().describe('Accounts below this coverage are taken over'),
        capacity: capacity().describe('Most notional that the vault holds'),
        unwind: z
          .union([
            word('never'),
            money(positive),
            z.strictObject({
              rate: capacity().describe('Most notional a second'),
              share: z
                .union([word('unlimited'), fraction({ min: 0, above: true, max: 10 })])
                .default('unlimited')
                .describe('Most as a share of what others have traded in the market since its last order'),
              off: z
                .union([word('unlimited'), fraction({ min: 0, max: 1, below: true })])
                .default('unlimited')
                .describe('How far off the mark it trades at most'),
            }),
          ])
          .default('never')
          .describe('How the vault sends to the book what it has taken over; an amount alone: most notional a second'),
        stated: z
          .union([word('none'), money(positive)])
          .default('none')
          .describe('A stated size of the vault, to compare takeovers with'),
      }),
    ])
    .default('venue')
    .describe('A vault that takes accounts over at the mark, off the book'),
  insurance: money().default(0).describe('Starting money of the insurance fund; of a coin as much as this is worth at the start'),
  replenishment,
  fee,
  remainder: word('venue', 'trader', 'fund')
    .default('venue')
    .describe('Who keeps what is left of the margin when a group was closed by force: the trader, or the insurance fund'),
  adl: deleveraging,
  profitLimit,
  socialised: word('venue', 'claim', 'positions')
    .default('venue')
    .describe('What nobody has paid of a debt: a claim that stays open, or a loss of every open position of the market, by its lots'),
  loans: disposal,
  auction: accountAuction,
  keepers,
  chain: chain.default(chain.parse({})),
  route: word('book', 'absorber').default('book').describe('Where forced orders go; absorber is the twin'),
});

/** A world: market, people, rules. */
export const scenarioSchema = z
  .strictObject({
    name: text('a name of lower-case letters, digits and dashes, at most 64', NAME).optional().describe('Name; results go to results/NAME'),
    question: text('a text of at most 2000 characters', QUESTION).optional().describe('What the run is for'),
    horizon: duration(positive).describe('Length of a run'),
    step: duration({ min: 0.001 }).default(1).describe('Length of a step'),
    assets: z.array(asset).min(1).max(16).describe('What is traded; prices are reported of the first'),
    correlations,
    market: usually('book', market).describe('Where it is traded'),
    traders: z.array(group).min(1).describe('Leveraged traders, in groups'),
    without: z
      .array(text('the name of a group of traders', /^[^\p{Cc}]{1,64}$/u))
      .default([])
      .describe('Groups that are left out after all have been drawn; whoever is outside holds the other side'),
    adversaries,
    orders: z.array(order).default([]).describe('Market orders from outside, at given times'),
    margin: margin.default(margin.parse({})).describe('What the venue demands'),
    arms: z
      .array(word('quiet', 'placebo'))
      .default([])
      .describe(
        'Arms to play beside the run and its twin. quiet: the twin without margin-driven voluntary orders; placebo: the run with one extra lot sold at the first trigger, whose difference is what can be resolved',
      ),
    liquidation: liquidation.default(liquidation.parse({})).describe('What the venue does when it is not met'),
    probes,
    facts,
  })
  .meta({ title: 'Marginfall scenario' });

/** What a sweep adds to a scenario. Values at paths are validated by the schema of their place. */
export const experimentSchema = z
  .strictObject({
    name: text('a name of lower-case letters, digits and dashes, at most 64', NAME).describe('Name; results go to results/NAME'),
    question: text('a text of at most 2000 characters', QUESTION).default('').describe('The question that the sweep answers'),
    answer: z
      .array(text('the name of a metric, or of a probe of the scenario', /^[a-z][a-z0-9_]{0,63}$/))
      .default([])
      .describe('Metrics and probes that answer the question: the report begins with them; excess drawdown when left out'),
    scenario: z.union([scenarioSchema, file()]).describe('A scenario, or the path of one'),
    vary: z
      .record(z.string(), z.array(z.any()).min(1))
      .default({})
      .describe('Key path in the scenario → list of values; every combination is a point'),
    uncertain: z
      .record(
        z.string(),
        z.strictObject({
          from: z.any().describe('Smallest value'),
          to: z.any().describe('Largest value'),
          log: flag().default(false).describe('true: uniform in the logarithm'),
        }),
      )
      .default({})
      .describe('Key path in the scenario → range; drawn once per replicate, the same at every point'),
    replications: count(1, 10_000_000).default(1).describe('Runs of each point'),
    seed: text('a text of 1 to 200 characters in one line', /^\P{Cc}{1,200}$/u)
      .default('marginfall')
      .describe('Seed of all randomness'),
  })
  .meta({ title: 'Marginfall experiment' });

/** A scenario as read: every default filled in, plain values in base units. */
export type Scenario = z.output<typeof scenarioSchema>;

/** JSON Schema (draft 7) of a kind of file, for editors. */
export function jsonSchema(kind: 'scenario' | 'experiment'): Record<string, unknown> {
  return z.toJSONSchema(kind === 'scenario' ? scenarioSchema : experimentSchema, { target: 'draft-7', io: 'input' });
}

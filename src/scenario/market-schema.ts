import { crowd } from './crowd.ts';
import { count, duration, fraction, money, nonNegative, number, positive, share, size, text, title, usually, word } from './fields.ts';
import { curve } from './impact.ts';
import { driver, file, points, price } from './outside.ts';
import { funding, oracle, selfTrade, session } from './rules.ts';
import { z } from 'zod';

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
export const assetName = () =>
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
        scaleStart: z
          .union([word('venue', 'none'), money(positive)])
          .default('venue')
          .describe('Value of all that accounts hold of it, in quote units, from which less of it counts for initial margin'),
        interest: z
          .union([
            fraction({ min: 0, max: 10 }),
            z.strictObject({
              base: fraction({ min: 0, max: 10 }).default(0).describe('Where nothing is owed'),
              optimal: fraction({ min: 0, above: true, max: 1, below: true }).describe(
                'Share of what accounts hold of it, owed, from which the rate rises faster',
              ),
              kink: fraction({ min: 0, max: 10 }).describe('Where that share is owed'),
              most: fraction({ min: 0, max: 10 }).describe('Where all is owed, or more'),
            }),
          ])
          .default(0)
          .describe('Interest a year on debts in it: one rate, or one that rises with what is owed of what accounts hold'),
        accrual: duration(positive).default(3600).describe('How often interest on debts in it is charged'),
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

export const marketSchema = z.discriminatedUnion('kind', [book, curve]);

export const assetSchema = z.strictObject({
  ...assetFields,
  market: usually('book', marketSchema).optional().describe("This asset's own market, in place of the scenario's"),
});

/**
 * The schema of an account file, for the margin calculator. Money is in quote units unless it says coin, times are in seconds and shares are
 * fractions once read.
 */
import { z } from 'zod';
import { count, field, flag, fraction, money, number, text, word } from './fields.ts';
import { price } from './outside.ts';
import { MAX_DIGITS, readDuration, readSize, significantDigits, toNumber } from './quantity.ts';
import { requirement } from './margin-schema.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const share = { min: 0, max: 1 };

/** An asset by its ticker. */
const asset = () => text('a ticker of 1 to 12 letters and digits, a letter first', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Ticker');

/** An amount with or without its unit. */
export interface Amount {
  readonly value: number;
  readonly unit: string | null;
}

/** An amount such as `0.5 BTC` or `-3`; `signed`: it may be below 0. 0 is none. */
function amount(want: string, signed: boolean) {
  const pattern = `^${signed ? '-?' : ''}[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?(\\s+[A-Za-z][A-Za-z0-9]*)?$`;
  const json = { anyOf: [signed ? { type: 'number' } : { type: 'number', exclusiveMinimum: 0 }, { type: 'string', pattern }] };
  return field({ want }, json, (input): Amount | undefined => {
    if (typeof input !== 'string' && typeof input !== 'number') return undefined;
    const read = readSize(String(input).trim());
    if (read === null || significantDigits(read.amount) > MAX_DIGITS) return undefined;
    const value = toNumber(read.amount);
    return Number.isFinite(value) && value !== 0 && (signed || value > 0) ? { value, unit: read.symbol } : undefined;
  });
}

/** When an option expires: seconds from now, or a moment as text. */
const expiry = () =>
  field(
    { want: 'the time to expiry such as 30d or 12h, or with asOf a moment such as 2025-12-26T08:00:00Z' },
    { anyOf: [{ type: 'string' }, { type: 'integer', enum: [0] }] },
    (input): number | string | undefined => {
      if (input === 0 || input === '0') return 0;
      if (typeof input !== 'string') return undefined;
      // A time that has run out is refused where it is known that it is one.
      const past = input.startsWith('-');
      const span = readDuration(past ? input.slice(1) : input);
      if (span !== null) return past ? -toNumber(span) : toNumber(span);
      return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(input) && Number.isFinite(Date.parse(input)) ? input : undefined;
    },
  ).describe('Time left, or with asOf a moment in UTC');

const position = z.strictObject({
  asset: asset(),
  side: word('long', 'short').optional().describe('Side; left out: the sign of the size says it'),
  size: amount('a size such as 0.4 BTC, or -0.4 BTC for a short', true).describe(
    'Units of the asset; of an inverse contract its face value in quote units',
  ),
  entry: z
    .union([word('booked'), price()])
    .describe('Average price of entry; booked: what the position cost is in the cash already, as a negative amount'),
  mark: price().optional().describe("Its own mark, where it differs from the asset's price"),
  contract: word('venue', 'linear', 'inverse')
    .default('venue')
    .describe(
      'linear: settled in quote units; inverse: coin-margined; venue: what the venue is known for, linear where the account holds cash and the venue settles in both',
    ),
  leverage: number(positive).optional().describe('Isolated, with the value at entry over this as its own collateral'),
  collateral: amount('an amount > 0 such as 500 or 0.2 ETH', false)
    .optional()
    .describe('Isolated, with this collateral: quote units, coins, or the coin of an inverse contract'),
  maintenance: requirement().describe('Maintenance requirement: a rate, tiers, or a formula in notional'),
  deduction: money().default(0).describe('What the tier of that one rate takes off'),
  initial: requirement().describe('Initial requirement'),
  leastMargin: money().default(0).describe('Least requirement of the position'),
  skew: z
    .strictObject({
      scale: number(positive).describe("The market's skew scale, in units of the asset"),
      fraction: number(nonNegative).describe('What the initial rate grows by with size / scale'),
    })
    .optional()
    .describe('A market whose margins grow with size (Synthetix)'),
});

const option = z.strictObject({
  asset: asset(),
  type: word('call', 'put').describe('Right to buy, or to sell'),
  strike: price().describe('Strike price'),
  expiry: expiry(),
  size: amount('a number of contracts such as 2, or -2 when they are sold', true).describe('Contracts: > 0 held, < 0 sold'),
  multiplier: number(positive).default(1).describe('Units of the asset in a contract'),
  volatility: fraction({ min: 0, max: 100 }).describe('Implied volatility a year'),
  forward: price().optional().describe("Forward of its expiry, the asset's price when left out; it moves with that price"),
  fixed: money().default(0).describe('Part of the forward that is fixed already (averaging before settlement), on top of it'),
  rate: fraction({ min: -1, max: 10 }).default(0).describe('Interest a year to its expiry'),
});

const holding = z.strictObject({
  asset: asset(),
  amount: amount('an amount > 0 such as 2 ETH', false).describe('Units held'),
  weight: fraction(share).optional().describe("Share of the value that counts for maintenance; the venue's, or all, when left out"),
  initialWeight: fraction(share).optional().describe('Share of the value that counts for initial margin'),
  sizeFactor: number(nonNegative).default(0).describe('How fast the weight falls with the size held (Drift)'),
  moves: flag().default(true).describe('Whether it follows the scenarios of a grid; false for a stablecoin'),
});

const loan = z.strictObject({
  collateral: z
    .array(
      z.strictObject({
        asset: asset(),
        amount: amount('an amount > 0 such as 2 ETH', false).describe('Units pledged'),
        threshold: fraction({ min: 0, above: true, max: 1, below: true })
          .optional()
          .describe("Liquidation threshold: debt over value at which the loan is liquidated; the venue's when left out"),
        loanToValue: fraction({ min: 0, above: true, max: 1, below: true })
          .optional()
          .describe("Largest debt over value at opening; the venue's when left out"),
      }),
    )
    .min(1)
    .describe('What the loan is secured by'),
  debt: money(positive).describe('What is owed, interest included'),
  bands: z
    .strictObject({
      count: count(1, 1000).describe('Number of bands that the collateral lies in'),
      basePrice: price().describe("Top of the market's band 0"),
    })
    .optional()
    .describe('Soft liquidation (crvUSD)'),
  system: z
    .strictObject({
      ratio: fraction({ min: 0, above: true, max: 1000 }).describe('Collateral ratio of all loans together'),
      pool: money().describe('Money in the stability pool'),
    })
    .optional()
    .describe('State of the whole system (Liquity)'),
});

const multiple = () => number({ min: 0, max: 1000 });
const rates = (what: string) =>
  z.strictObject({ maintenance: multiple().describe('Maintenance'), initial: multiple().describe('Initial') }).describe(what);
const discount = () =>
  z.strictObject({
    base: multiple().describe('Factor at expiry'),
    multiple: multiple().describe('Times the rate'),
    add: multiple().describe('Added to the rate'),
  });
const turn = () => z.strictObject({ base: multiple().describe('At expiry'), slope: number({}).describe('A root of a year') });

/** The venue's grid, key by key. */
const portfolio = z
  .strictObject({
    scenarios: z
      .array(
        z.strictObject({
          move: fraction({ min: -1, max: 100 }).describe('Relative move of the underlying'),
          volatility: word('none', 'up', 'down', 'linear', 'absolute').default('none').describe('What volatilities do'),
          damping: fraction({ min: 0, max: 1000 }).default(1).describe('Share that counts'),
        }),
      )
      .min(1)
      .describe('Scenarios; in one of them the price must stay (move 0)'),
    volatility: z
      .strictObject({
        up: multiple().describe('Shock up at 30 days'),
        down: multiple().describe('Shock down at 30 days'),
        shortPower: multiple().describe('Power to 30 days'),
        longPower: multiple().describe('Power beyond'),
        floor: number(positive).describe('Shortest time to expiry that counts, in seconds'),
        leastUp: multiple().describe('Least volatility after a shock up'),
      })
      .describe('Relative shocks of volatility'),
    skew: z
      .union([
        word('none'),
        z.strictObject({
          linear: turn().describe('Cap of a linear turn'),
          absolute: turn().describe('Cap of an absolute turn'),
          leastWidth: multiple().describe('Least width'),
          widthScale: multiple().describe('Scale of the width'),
          level: number({}).describe('Width at expiry'),
          levelSlope: number({}).describe('Width a root of a year'),
        }),
      ])
      .describe('Turns of the skew'),
    basis: z
      .union([
        word('none'),
        z.strictObject({
          up: fraction({ min: 0, max: 10 }).describe('Move of a forward up'),
          down: fraction({ min: -1, max: 0 }).describe('Move of a forward down'),
          add: multiple().describe('Share of its loss that counts'),
          multiple: multiple().describe('Times the years left, added'),
        }),
      ])
      .describe('Moves of each forward by itself'),
    discounting: flag().describe('Whether options are discounted'),
    factor: rates('Multiples of the worst loss'),
    chargesScaled: flag().describe('Whether the factors multiply the charges too'),
    discount: z
      .union([
        word('none'),
        z.strictObject({
          long: discount().describe('Values held'),
          short: z.union([word('none'), discount()]).describe('Values owed'),
        }),
      ])
      .describe('Static discounts of expiries'),
    gainOffset: fraction(share).describe("Share of a unit's gain that pays for another's loss"),
    nakedShort: rates('Charges on options sold without one held'),
    leastPerOption: money().describe('Least worst loss a unit of every option'),
  })
  .partial();

const standard = z
  .strictObject({
    option: z
      .strictObject({
        most: multiple().describe('Initial margin at the money'),
        least: multiple().describe('Least initial margin'),
        call: multiple().describe('Maintenance of a call'),
        put: multiple().describe('Maintenance of a put'),
        putValue: multiple().describe('The same as a share of its value'),
        putInitial: multiple().describe('Least initial margin of a put, in maintenances'),
      })
      .describe('Options sold'),
    unpaired: rates('Forward × these for each call sold without one held'),
    perpetual: rates('Rates of perpetuals'),
    collateral: rates('Share of coins held that counts, and the share of that for initial margin'),
  })
  .partial();

const rules = z
  .strictObject({
    threshold: number({ min: 0, above: true, max: 100 }).optional().describe('θ: the MCR at which the venue liquidates'),
    equalityLiquidates: flag().optional().describe('Whether an MCR equal to it liquidates'),
    closingFee: fraction({ min: 0, max: 0.5 }).optional().describe('Fee of closing that is set aside on top of maintenance'),
    charges: rates("Portfolio margin: rates on perpetuals' notional, initial on top").optional(),
    portfolio: portfolio.optional().describe("Keys of the venue's grid"),
    standard: standard.optional().describe("Keys of the venue's standard margin"),
    reward: z
      .strictObject({ share: fraction(share).describe('Of the open interest'), most: money().describe('At most') })
      .optional()
      .describe('What keepers can earn on the account (Synthetix)'),
  })
  .describe("Figures in the place of the venue's");

/** An account at a venue. */
export const accountSchema = z
  .strictObject({
    venue: text('the name of a venue', /^[^\r\n]{1,64}$/).describe('Whose rules: see `marginfall venues`'),
    regime: word('venue', 'standard', 'portfolio').default('venue').describe('Where a venue has several for whole accounts'),
    asOf: text('a moment in UTC such as 2025-10-10T20:45:00Z', /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/)
      .optional()
      .describe('The moment of the prices, for options that expire on a date'),
    prices: z.record(z.string(), price()).describe('Price of every asset: the index, or the mark where the venue has one price'),
    stablePrice: price().default(1).describe('Price of the settlement currency'),
    cash: number({}, 'an amount').default(0).describe('Cash, in quote units; below 0 when a position cost it'),
    orders: money().default(0).describe('What resting orders hold back, in the margin currency'),
    collateral: z.array(holding).default([]).describe('Coins held as collateral'),
    positions: z.array(position).default([]).describe('Perpetuals and futures; they share collateral unless they have their own'),
    options: z.array(option).default([]).describe('Options'),
    loans: z.array(loan).default([]).describe('Loans, each by itself'),
    rules: rules.optional(),
  })
  .meta({ title: 'Marginfall account' });

/** An account as read. */
export type AccountFile = z.output<typeof accountSchema>;

/** JSON Schema (draft 7) of an account file, for editors. */
export function accountJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(accountSchema, { target: 'draft-7', io: 'input' });
}

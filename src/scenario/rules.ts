/** The schema of what a venue does around trading: its view of the outside price, funding, and when its market may trade. */
import { z } from 'zod';
import { duration, fraction, money, number, title, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const part = { min: 0, above: true, max: 1, below: true };

/** When a feed fails, and how. */
const failure = {
  from: duration(nonNegative).describe('Beginning, from the start'),
  until: duration(positive).describe('End, from the start'),
  direction: word('frozen', 'down', 'up')
    .default('frozen')
    .describe('frozen: it shows nothing new; down, up: it shows too low, too high a price'),
  size: fraction({ min: 0, max: 10 }).default(0).describe('How far off it is; below 100% when it is down'),
};

const dispersion = () => fraction({ min: 0, max: 0.05 });

/** The exchanges that an index is made of. */
const exchanges = z
  .strictObject({
    weights: z
      .union([
        word('venue'),
        z
          .array(
            z.strictObject({
              name: title().describe('Unique name of the exchange'),
              weight: number({ min: 0, above: true, max: 1e6 }).describe('What its price counts for'),
              dispersion: dispersion().optional().describe('Its own, in place of the common one'),
            }),
          )
          .min(1)
          .max(50),
      ])
      .default('venue')
      .describe('Which exchanges, and what each counts for; venue: as the margin venue states them'),
    dispersion: dispersion()
      .default(0)
      .describe("Standard deviation of each exchange's price from the outside price, as a fraction of it; each moves on its own"),
    halfLife: z
      .union([word('none'), duration(positive)])
      .default('none')
      .describe("Time in which half of a deviation is gone; none: every step's is new"),
    failures: z
      .array(z.strictObject({ exchange: title().describe('Which exchange'), ...failure }))
      .max(100)
      .default([])
      .describe('Times at which a single exchange shows nothing new, or a price that is off'),
  })
  .describe('The venue takes the weighted median of their prices for the outside price; left out: it sees the outside price');

/** How the venue sees the outside price. */
export const oracle = z
  .strictObject({
    lag: duration(nonNegative).default(0).describe('How far behind it sees the outside price'),
    cadence: duration(positive).default(1).describe('Time between two looks'),
    deviation: fraction({ min: 0, max: 1 })
      .default(0)
      .describe('A look is published when it is this far from the last published price; 0: always'),
    heartbeat: z
      .union([word('none'), duration(positive)])
      .default('none')
      .describe('A look is published when the last published price is this old'),
    ageLimit: z
      .union([word('none'), duration(positive)])
      .default('none')
      .describe('The price is stale when what it shows is longer ago than this'),
    whenStale: word('hold', 'own-middle')
      .default('hold')
      .describe("While it is stale: that price still, or the middle of this market's own quotes"),
    failures: z.array(z.strictObject(failure)).max(100).default([]).describe("Times at which this venue's own feed fails"),
    exchanges: exchanges.optional(),
  })
  .describe('How the venue sees the outside price');

/** Payments between longs and shorts. */
export const funding = z
  .strictObject({
    sampling: duration(positive).default(5).describe('Time between two samples of the premium over the outside price'),
    cadence: duration(positive).default(3600).describe('Time between two payments'),
    period: duration(positive).default(28_800).describe('What a rate is stated for; a payment is cadence / period of it'),
    interest: fraction({ min: -1, max: 1 }).default(0.0001).describe('Interest for a period'),
    band: z
      .union([word('unlimited'), fraction(nonNegative)])
      .default(0.0005)
      .describe('How far the rate may leave the premium towards the interest'),
    cap: z
      .union([word('none', 'venue'), fraction(nonNegative)])
      .default(0.04)
      .describe('Largest rate for a period, of either sign; venue: what the margin venue states for the asset'),
    impact: money().default(20_000).describe('Notional at which bids and asks are measured for the premium; 0: the best prices'),
    weights: word('equal', 'rising')
      .default('equal')
      .describe('equal: every sample weighs the same; rising: the n-th since the last payment n times'),
  })
  .describe('Funding of a perpetual');

const trigger = {
  move: fraction(part).describe('Move from the highest or lowest price of the window'),
  window: duration(positive).default(300).describe('How far back the move is measured'),
};

/** When and how far a market may trade. */
export const session = z
  .strictObject({
    band: z
      .union([
        word('off'),
        z.strictObject({
          width: fraction(part).describe('Half of the width, as a fraction of the reference'),
          reference: z
            .union([word('index'), duration(positive)])
            .default('index')
            .describe("index: the outside price; a time: the mean of this market's price over it"),
          beyond: word('reject', 'clip')
            .default('reject')
            .describe('What becomes of a limit order beyond the band: refused, or priced at the band'),
        }),
      ])
      .default('off')
      .describe('Trading happens within a band of prices only'),
    breaker: z
      .union([
        word('off'),
        z.strictObject({ ...trigger, halt: duration(positive).default(900).describe('How long nobody trades; orders are collected') }),
      ])
      .default('off')
      .describe('Circuit breaker: a move that halts trading'),
    auction: z
      .union([
        word('off'),
        z.strictObject({
          ...trigger,
          call: duration(positive).default(120).describe('How long orders are collected before they are matched at one price'),
        }),
      ])
      .default('off')
      .describe('Volatility auction: a move that interrupts trading; also ends every halt'),
    outages: z
      .array(
        z.strictObject({
          from: duration(nonNegative).describe('Beginning, from the start'),
          until: duration(positive).describe('End, from the start'),
        }),
      )
      .max(100)
      .default([])
      .describe('Times in which the venue is down: nobody trades; orders are collected'),
  })
  .describe('Price bands, halts, auctions and outages');

/** What happens when an order meets one of the same account. */
export const selfTrade = word('none', 'expire-maker', 'expire-taker', 'expire-both', 'decrement')
  .default('none')
  .describe(
    'What becomes of an order that meets one of its own account: they trade, the resting, the arriving or both expire, or both shrink',
  );

/** How closely two assets' outside prices move together. */
export const correlations = z
  .array(z.tuple([z.string().min(1).max(12), z.string().min(1).max(12), number({ min: -1, max: 1 })]))
  .max(120)
  .default([])
  .describe('Rows of [asset, asset, correlation of the Gaussian moves of their outside prices]; 0 for pairs that are not named');

/** The schema of portfolio margin, and of the options that groups under it hold. */
import { z } from 'zod';
import { count, duration, fraction, money, multiple, number, size, text, word } from './fields.ts';
import { price } from './outside.ts';

const share = { min: 0, max: 1 };

const grid = z.strictObject({
  down: fraction({ min: 0, above: true, max: 1, below: true }).describe('Largest ordinary fall'),
  up: fraction({ min: 0, above: true, max: 10 }).describe('Largest ordinary rise'),
  steps: count(1, 50).default(3).describe('Moves on each side'),
  volatilityUp: fraction({ min: 0, max: 10 }).default(0).describe('Relative rise of implied volatility at 30 days; 0: prices alone move'),
  volatilityDown: fraction(share).default(0).describe('Relative fall of implied volatility at 30 days'),
  tails: z
    .array(
      z.strictObject({
        move: fraction({ min: -1, above: true, max: 100 }).describe('A move beyond the range'),
        counts: fraction(share).describe('Share of its loss that counts'),
      }),
    )
    .max(50)
    .default([])
    .describe('Moves beyond the range, of whose loss a share counts'),
  contingency: fraction({ min: 0, max: 1, below: true }).default(0).describe('Charged on the notional of perpetuals whatever they hedge'),
  nakedShort: fraction({ min: 0, max: 1, below: true })
    .default(0)
    .describe('Charged on the notional of options sold beyond those held at the same strike and expiry'),
  offset: fraction(share).default(1).describe("Share of one asset's gain in a scenario that may pay for another's loss"),
  concentration: z
    .array(
      z.strictObject({
        from: money().describe('Gross notional of an asset from which the rate holds'),
        rate: fraction({ min: 0, max: 1, below: true }).describe('Marginal rate on it'),
      }),
    )
    .max(50)
    .default([])
    .describe('Charged on gross notional'),
  initial: multiple({ min: 1 }).default(1.25).describe('Initial margin as a multiple of the worst loss; maintenance is the loss itself'),
});

/** What the options of a run are worth. */
const implied = {
  volatility: fraction({ min: 0, above: true, max: 100 }).default(0.6).describe('Implied volatility a year, at the money at the start'),
  skew: number({ min: -10, max: 10 }).default(0).describe('volatility × (1 + skew × ln(strike / price))'),
  elasticity: number({ min: 0, max: 100 }).default(0).describe('volatility × (price / price at the start)^−elasticity'),
};

/** A requirement by the worst loss over a grid of prices and volatilities. */
export const portfolio = z.strictObject({
  rules: z
    .union([text('venue, the name of a venue with portfolio margin, or a grid', /^[a-z][a-z0-9-]{1,63}$/), grid])
    .default('venue')
    .describe("Whose grid and charges: the margin venue's, another venue's, or one's own"),
  arrays: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Whose perpetual'),
        gains: z
          .array(number({}, 'an amount'))
          .min(1)
          .max(1000)
          .describe(
            'Gain of one unit that is held in each scenario of the rules, in their order, in quote units; what it counts as, damping and all',
          ),
      }),
    )
    .max(16)
    .default([])
    .describe('Risk arrays that an exchange publishes, in the place of the moves of the grid'),
  ...implied,
});

const rate = () => fraction({ min: 0, max: 10 });

/** Maintenance and initial margin as shares of something. */
const rates = (describe: string) =>
  z
    .strictObject({ maintenance: rate().describe('Maintenance'), initial: rate().describe('Initial margin') })
    .optional()
    .describe(`${describe}; the venue's when left out`);

/** A requirement of every option and perpetual by itself. What is left out is the venue's. */
export const standard = z.strictObject({
  rules: text('venue, or the name of a venue with standard margin', /^[a-z][a-z0-9-]{1,63}$/)
    .default('venue')
    .describe("Whose rules: the margin venue's, or another venue's"),
  option: z
    .strictObject({
      most: rate().describe('Initial margin at the money'),
      least: rate().describe('Least initial margin'),
      call: rate().describe('Maintenance of a call'),
      put: rate().describe('Maintenance of a put'),
      putValue: rate().describe('The same as a share of its value'),
      putInitial: rate().describe('Least initial margin of a put, in maintenances'),
    })
    .partial()
    .default({})
    .describe("Options that are sold, as shares of the underlying's price; the venue's what is left out"),
  unpaired: z
    .union([word('none'), z.strictObject({ maintenance: rate().describe('Maintenance'), initial: rate().describe('Initial margin') })])
    .optional()
    .describe(
      "An expiry demands at most its largest loss, and the forward × these for each call sold without one held; none: no such limit; the venue's when left out",
    ),
  perpetual: rates('Rates of every perpetual'),
  ...implied,
});

/** Options of an account that is written down. */
export const accountOptions = z
  .array(
    z.strictObject({
      asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/)
        .optional()
        .describe("What it is on; the group's asset when left out"),
      kind: word('call', 'put').describe('call: the right to buy at the strike; put: to sell'),
      strike: price().describe('Strike price'),
      expiry: duration({ min: 0, above: true }).describe('Time from the start, beyond the horizon'),
      side: word('long', 'short'),
      size: size(),
      premium: price().optional().describe("Price of a unit at entry; the model's price at the start when left out"),
    }),
  )
  .max(30)
  .default([])
  .describe('Options that an account under portfolio or standard margin holds');

/** Options of every trader of a drawn group. */
export const groupOptions = z
  .array(
    z.strictObject({
      kind: word('call', 'put').describe('call: the right to buy at the strike; put: to sell'),
      strike: fraction({ min: 0, above: true, max: 100 }).describe('Share of the price at the start, to the nearest tick'),
      expiry: duration({ min: 0, above: true }).describe('Time from the start, beyond the horizon'),
      side: word('long', 'short'),
      size: multiple({ min: 0, above: true, max: 1000 }).describe("Multiple of the trader's first position"),
    }),
  )
  .max(30)
  .default([])
  .describe('Options on the asset that every trader of a group under portfolio or standard margin holds');

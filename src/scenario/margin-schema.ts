import { dynamic } from './dynamic.ts';
import { duration, field, fraction, level, money, nonNegative, number, positive, text, word } from './fields.ts';
import { lendingTerms } from './lending.ts';
import { portfolio, standard } from './portfolio.ts';
import { z } from 'zod';

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

export const marginSchema = z.strictObject({
  venue: text('the name of a venue', /^[^\r\n]{1,64}$/)
    .default('generic')
    .describe('Whose rules: see `marginfall venues`'),
  threshold: number({ min: 0, above: true, max: 100 })
    .optional()
    .describe(
      "θ: the margin coverage ratio (equity / maintenance) at which the engine liquidates; the venue's when left out, which is 1 on most",
    ),
  call: z
    .union([word('venue'), level()])
    .default('venue')
    .describe("Margin call below this coverage; venue: the venue's own, 1.05x where it calls nobody (hypothetical)"),
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
  initialGrowth: z
    .union([
      word('venue', 'off'),
      z.strictObject({
        from: money().describe("Open interest at the mark, in quote units, up to which initial margin is the ladder's"),
        to: money(positive).describe('Open interest from which on all of a notional is demanded to open it; linearly in between'),
      }),
    ])
    .default('venue')
    .describe("Initial margin that rises with a market's open interest"),
  dynamic: dynamic.optional().describe('What groups with dynamic margin must hold'),
  portfolio: portfolio.optional().describe('What groups with portfolio margin must hold'),
  standard: standard.optional().describe('What groups with standard margin must hold'),
  lending: lendingTerms.optional(),
});

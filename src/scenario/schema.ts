import { accountAuction } from './account-auction.ts';
import { adversaries } from './adversary-kinds.ts';
import { deleveraging, profitLimit } from './deleveraging.ts';
import { count, duration, flag, fraction, level, money, nonNegative, number, positive, size, text, usually, word } from './fields.ts';
import { chain, disposal, keepers } from './lending.ts';
import { marginSchema } from './margin-schema.ts';
import { assetName, assetSchema, marketSchema } from './market-schema.ts';
import { fee, limit, policy, replenishment, throttle } from './orders.ts';
import { file } from './outside.ts';
import { facts, probes } from './record.ts';
import { correlations } from './rules.ts';
import { groupSchema } from './traders-schema.ts';
import { z } from 'zod';

/** A name that becomes a folder. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Line breaks and tabs are the only control characters of a text. */
const QUESTION = /^[\P{Cc}\t\n\r]{1,2000}$/u;

const order = z.strictObject({
  at: duration(nonNegative).describe('Time from the start'),
  asset: assetName(),
  side: word('buy', 'sell'),
  size: size(),
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
    assets: z.array(assetSchema).min(1).max(16).describe('What is traded; prices are reported of the first'),
    correlations,
    market: usually('book', marketSchema).describe('Where it is traded'),
    traders: z.array(groupSchema).min(1).describe('Leveraged traders, in groups'),
    without: z
      .array(text('the name of a group of traders', /^[^\p{Cc}]{1,64}$/u))
      .default([])
      .describe('Groups that are left out after all have been drawn; whoever is outside holds the other side'),
    adversaries,
    orders: z.array(order).default([]).describe('Market orders from outside, at given times'),
    margin: marginSchema.default(marginSchema.parse({})).describe('What the venue demands'),
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

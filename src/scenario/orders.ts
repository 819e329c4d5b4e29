/** The part of a file that says how much of a position a forced order closes, at what price at worst, and what it costs. */
import { z } from 'zod';
import { duration, fraction, level, money, number, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const part = { min: 0, max: 1, below: true };

const pause = duration(nonNegative).default(0).describe("Time until the group's next order");

/** How much of a position one order closes. */
export const policy = z
  .union([
    word('venue', 'full', 'step-down', 'takeover'),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('full') }),
      z.strictObject({
        kind: z.literal('partial'),
        above: money().describe('Positions above this notional are sent in part'),
        fraction: fraction({ min: 0, above: true, max: 1 }).describe('Share that is sent first'),
        cooldown: duration(nonNegative).describe('Time until the whole is sent'),
      }),
      z.strictObject({
        kind: z.literal('restore'),
        target: level().describe('Coverage that the order brings the group back to if it fills at the mark'),
        pause,
      }),
      z.strictObject({ kind: z.literal('step-down'), pause }),
      z.strictObject({ kind: z.literal('clips'), notional: money(positive).describe('Largest notional of one order'), pause }),
      z
        .strictObject({ kind: z.literal('takeover') })
        .describe('Liquidators take the position over, off the book, half-way from the mark to what it counts for in maintenance (Vertex)'),
      z
        .strictObject({
          kind: z.literal('shortage'),
          fee: fraction(part).describe('What liquidators pay less than the mark'),
          largestFee: fraction(part).optional().describe('Most of it, once nobody has acted for long; the fee when left out'),
          grace: duration(nonNegative).default(0).describe('Time after which the fee rises'),
          feeStep: fraction({ min: 0, max: 1 }).default(0).describe('What it rises by in a slot, counted from the trigger'),
          insurance: fraction({ min: 0, max: 1, below: true })
            .default(0)
            .describe('Most of the notional that the insurance fund gets, out of what the margin leaves'),
          initial: fraction({ min: 0, max: 1 }).default(1).describe('Share of the shortage that may be freed at once'),
          over: duration(nonNegative).default(0).describe('Time after which all of it may be freed'),
          slot: duration(positive).default(0.4).describe('Time between two of its orders'),
        })
        .describe('Liquidators take over what covers the shortage of margin, off the book, for a fee (Drift)'),
    ]),
  ])
  .default('venue')
  .describe(
    'How much of a position one order closes; step-down: from the third tier of the maintenance ladder on what is above the tier two below',
  );

/** The liquidation fee. */
export const fee = z
  .union([
    word('venue'),
    fraction({ min: 0, max: 0.5 }),
    z.strictObject({
      rate: fraction({ min: 0, max: 0.5 }).describe('On the notional of forced orders'),
      cap: word('left', 'bankruptcy')
        .default('left')
        .describe('left: at most what is left of the margin; bankruptcy: nor more than the fill brought above its bankruptcy price'),
      venue: fraction({ min: 0, max: 1 }).default(0).describe('Share that the venue keeps for itself'),
      backstop: fraction({ min: 0, max: 1 }).default(0).describe('Share that the backstop vault gets; the insurance fund gets the rest'),
    }),
  ])
  .default('venue')
  .describe(
    'Liquidation fee on notional, paid out of what is left of the margin; a rate alone goes to the insurance fund, venue: what the preset states',
  );

/** What becomes of an order that finds nobody at its limit. */
const unfilled = {
  retry: duration(positive).default(1).describe('Time until what was not filled is sent again'),
  rest: word('wait', 'backstop', 'adl')
    .default('wait')
    .describe(
      'When the limit leaves something: its order is sent again, the backstop takes the group over, or winners are closed against it',
    ),
};

/** The worst price of a forced order. */
export const limit = z
  .union([
    word('venue', 'off'),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('bankruptcy'), ...unfilled }),
      z.strictObject({
        kind: z.literal('fillable'),
        spread: number(positive).describe('Widest distance from the mark, in maintenances of the position'),
        adjustment: number(positive).default(1).describe('How fast that is reached: 1 at bankruptcy, 2 half-way down to it'),
        ...unfilled,
      }),
    ]),
  ])
  .default('venue')
  .describe('Worst price of forced orders: the bankruptcy price, or one that moves off the mark as the account sinks (dYdX)');

const most = (what: string) =>
  z
    .union([word('unlimited'), money(positive)])
    .default('unlimited')
    .describe(what);

/** How much may be liquidated at a time. */
export const throttle = z
  .union([
    word('venue', 'off'),
    z.strictObject({
      block: duration(positive).default(1).describe('Length of a block'),
      position: z
        .union([
          word('off'),
          z.strictObject({
            share: fraction({ min: 0, above: true, max: 1 }).describe('Most of a position in a block'),
            least: money().default(0).describe('A smaller notional than this may always go'),
          }),
        ])
        .default('off')
        .describe('Limit by position'),
      account: most('Most notional of an account in a block'),
      market: most('Most notional in a market in a block'),
      system: most(
        'Most notional that is being liquidated at a time over all markets, begun and not yet over; of auctions what they have to raise',
      ),
      window: z
        .union([
          word('off'),
          z.strictObject({
            notional: money(positive).describe('Most notional in a market within the time'),
            time: duration(positive).describe('Length of the sliding window'),
          }),
        ])
        .default('off')
        .describe('Limit within a sliding window'),
    }),
  ])
  .default('venue')
  .describe('How much may be liquidated in a block or a window; the rest waits');

/** What fills the insurance fund while a run goes on. */
export const replenishment = z
  .union([
    word('off'),
    z.strictObject({
      deposit: z
        .union([
          word('off'),
          z.strictObject({
            amount: money(positive).describe('What the venue pays in each time; of a coin as much as this is worth at the start'),
            every: duration(positive).describe('Time between two payments'),
          }),
        ])
        .default('off')
        .describe('What the venue pays in out of its own money, which it has stated at the start'),
      trades: fraction({ min: 0, max: 0.01 }).default(0).describe('Rate on all that trades, which the venue passes on of its trading fees'),
    }),
  ])
  .default('off')
  .describe('What fills the insurance fund besides liquidation fees');

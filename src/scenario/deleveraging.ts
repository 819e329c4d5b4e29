/** The part of a file that says whose profit pays what the insurance fund cannot. */
import { z } from 'zod';
import { fraction, money, word } from './fields.ts';

const closes = word('cash', 'bankruptcy', 'mark', 'previous')
  .default('cash')
  .describe(
    "cash: winners keep their positions and pay once the debt is known; else their positions are closed against the debtor's, off the book, at its bankruptcy price, at the mark, or at the mark before this one",
  );

/** A pool that owes traders their profit. */
export const profitLimit = z
  .union([
    word('venue', 'off'),
    z.strictObject({
      pool: money({ min: 0, above: true }).describe('Money of the pool in each market'),
      largest: fraction({ min: 0, above: true }).describe('Share of it that the open profit of one side may reach'),
      until: fraction({ min: 0 }).optional().describe('Share at which enough is closed; the largest when left out'),
    }),
  ])
  .default('venue')
  .describe('Closes the most profitable isolated positions of one side, at the mark, once their open profit has outgrown a pool (GMX)');

/** Auto-deleveraging. */
export const deleveraging = z
  .union([
    word('venue', 'off', 'queue', 'unranked', 'pro-rata', 'capped'),
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('queue'),
        rank: word('profit', 'mark')
          .default('profit')
          .describe('profit: profit × leverage (BitMEX); mark: mark / entry × notional / equity (Hyperliquid)'),
        closes,
      }),
      z.strictObject({ kind: z.literal('unranked'), closes }),
      z.strictObject({ kind: z.literal('pro-rata'), closes }),
      z.strictObject({
        kind: z.literal('capped'),
        largest: fraction({ min: 0, above: true, max: 1 }).describe('Most of its equity that a winner gives'),
      }),
    ]),
  ])
  .default('venue')
  .describe(
    'Auto-deleveraging: whose profit pays what the insurance fund cannot; queue: the most profitable and leveraged first; unranked: in no order of merit; pro-rata: each the same share of its profit; capped: each the same share of its equity, at most its profit or 30% (hypothetical)',
  );

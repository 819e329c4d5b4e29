/** The schema of adversaries: traders who have others, or the venue, bear a loss. There are none unless stated. */
import { z } from 'zod';
import { duration, flag, fraction, leverageNumber, money, number, text, title, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const amount = (what: string) => money().describe(what);

const anybody = {
  name: title().describe('Unique name, among groups of traders too'),
  asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/)
    .optional()
    .describe('Which asset it trades; the first of the scenario when left out'),
  at: duration(nonNegative).describe('When it begins, from the start'),
  latency: duration(nonNegative).default(1).describe('How late it sees the price of the market'),
  fee: fraction({ min: 0, max: 0.1 }).default(0.0005).describe('Trading fee on the notional of what it trades, paid outside'),
};

const linked = flag()
  .default(true)
  .describe('Whether the venue knows that all its accounts are one owner’s, so that market.selfTrade holds between them');

const stopHunter = z
  .strictObject({
    kind: z.literal('stop-hunter'),
    ...anybody,
    capital: amount('Collateral of its one account; 0: it can do nothing'),
    leverage: leverageNumber().default(10).describe('Largest notional of its position over its capital, as far as initial margin allows'),
    direction: word('down', 'up').default('down').describe('down: sells, to hunt longs; up: buys, to hunt shorts'),
    rate: money(positive).describe('Notional that it sends a second, pushing and going back'),
    target: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('price'),
          price: number(positive, 'a price').describe('Stops pushing when it sees this price'),
        }),
        z.strictObject({
          kind: z.literal('cluster'),
          share: fraction({ min: 0, above: true, max: 1 }).describe(
            "It knows everybody's liquidation price when it begins, and stops where this share of the hunted side's lots is past theirs",
          ),
        }),
      ])
      .describe('How far it pushes'),
    patience: duration(positive).default(600).describe('How long it pushes at most'),
    rest: duration(nonNegative).default(60).describe('How long it then waits before it goes back'),
    before: z
      .union([
        word('off'),
        z.strictObject({
          notional: money(positive).describe('Notional of the position'),
          over: duration(positive).describe('How long before the push it begins, at an even pace'),
        }),
      ])
      .default('off')
      .describe('A position that it builds before it pushes'),
  })
  .describe('Pushes the price through a place where others are liquidated, and takes the other side on the way back');

const fundDrainer = z
  .strictObject({
    kind: z.literal('fund-drainer'),
    ...anybody,
    capital: amount('Collateral of each of its two accounts; 0: it can do nothing'),
    leverage: leverageNumber().describe('Notional of each position over that account’s collateral, as far as initial margin allows'),
    hold: duration(positive).default(60).describe('Until it closes one position against the other'),
    off: fraction({ min: 0, max: 1, below: true }).describe("How far below this market's price it does so"),
    linked,
  })
  .describe('Loses to itself in one account more than that account has, so that the venue pays the rest');

const oraclePusher = z
  .strictObject({
    kind: z.literal('oracle-pusher'),
    ...anybody,
    capital: amount('Collateral of each of the two accounts that hold opposite positions; 0: it can do nothing'),
    leverage: leverageNumber().describe('Notional of each position over that account’s collateral, as far as initial margin allows'),
    direction: word('up', 'down').default('up').describe('Where it pushes the price'),
    over: duration(positive).describe('How long it pushes; at the end it takes out what the venue lets go'),
    push: z
      .strictObject({
        on: word('market', 'outside').describe(
          "market: it pushes this market, from an account of its own; outside: a thin market that the venue's oracle reads, where makers know better and do not follow",
        ),
        notional: money(positive).describe('Notional that it trades evenly to push'),
        capital: amount('Money for it: collateral of its account here, or what it may spend outside'),
        depth: money(positive).optional().describe('Notional that moves the price of the outside market by 1 %; needed to push it'),
        recovery: z
          .union([word('never'), duration(positive)])
          .default(60)
          .describe('Half-life with which the price of the outside market comes back'),
      })
      .describe('What it pushes, and with how much'),
    keep: fraction({ min: 0, max: 1 })
      .default(0)
      .describe('Share of a position’s notional that has to stay when money is taken out, if that is more than initial margin'),
    linked,
  })
  .describe('Moves the price that the mark is made of, and takes out the profit that the mark then shows');

/** Adversaries of a scenario. */
export const adversaries = z
  .array(z.discriminatedUnion('kind', [stopHunter, fundDrainer, oraclePusher]))
  .max(20)
  .default([])
  .describe('Traders who have others, or the venue, bear a loss, each with finite capital of its own');

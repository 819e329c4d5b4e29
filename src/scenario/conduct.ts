/** The schema of what leveraged traders do of their own accord. All of it is off unless stated. */
import { z } from 'zod';
import { duration, fraction, level, money, number, text, word } from './fields.ts';

const positive = { min: 0, above: true };

/** A delay from a cause to the act. */
const delay = (usual: number) =>
  z
    .union([
      duration({ min: 0 }),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('constant'), seconds: duration({ min: 0 }).describe('The same for all') }),
        z.strictObject({ kind: z.literal('exponential'), mean: duration(positive).describe('Mean') }),
        z.strictObject({
          kind: z.literal('lognormal'),
          median: duration(positive).describe('Median'),
          sigma: number({ min: 0, max: 10 }).describe('Standard deviation of the logarithm'),
        }),
      ]),
    ])
    .default(usual);

const probability = () => fraction({ min: 0, max: 1 }).default(1);

const topUp = z.strictObject({
  probability: probability().describe('That a trader answers a margin call so, drawn anew at each call'),
  delay: delay(0).describe('From the call to the deposit'),
  reserve: z
    .union([
      fraction({ min: 0, max: 1000 }),
      z.strictObject({ money: money(positive).describe('The same for every trader, in quote units; of a coin as much as is worth this') }),
    ])
    .describe('What each trader has left outside: a share of its own collateral, or { money }'),
  target: level().default('1.5x').describe('The coverage that a deposit restores while the reserve lasts'),
});

const reduce = z.strictObject({
  probability: probability().describe('That a trader answers a margin call so, drawn anew at each call'),
  delay: delay(0).describe('From the call to the order'),
  share: fraction({ min: 0, above: true, max: 1 }).default(0.5).describe('Share of every position that is closed at market'),
});

const hedge = z.strictObject({
  probability: probability().describe('That a trader answers a margin call so, drawn anew at each call'),
  delay: delay(0).describe('From the call to the hedge'),
  share: fraction({ min: 0, above: true, max: 1 }).default(1).describe('Share of what is held that is hedged'),
  by: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('asset'),
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Whose perpetual is sold or bought'),
      }),
      z.strictObject({
        kind: z.literal('option'),
        off: fraction({ min: 0, max: 1, below: true })
          .default(0.05)
          .describe('Distance of the strike from the price at the start: puts below, calls above'),
        expiry: duration(positive).describe('Time from the start, beyond the horizon'),
        spread: fraction({ min: 0, max: 10 }).default(0.02).describe("What the options' market maker asks above the model's value"),
      }),
    ])
    .describe('asset: another asset of the account, sold against longs and bought against shorts; option: puts on longs, calls on shorts'),
});

const stopLoss = z.strictObject({
  share: fraction({ min: 0, max: 1 }).default(1).describe('Share of the traders who have a stop'),
  distance: z
    .union([
      fraction({ min: 0, above: true, max: 1, below: true }),
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('constant'),
          value: fraction({ min: 0, above: true, max: 1, below: true }).describe('The same for all'),
        }),
        z.strictObject({
          kind: z.literal('lognormal'),
          median: fraction({ min: 0, above: true, max: 1, below: true }).describe('Median'),
          sigma: number({ min: 0, max: 10 }).describe('Standard deviation of the logarithm'),
        }),
      ]),
    ])
    .describe('From the entry, or from the opening mark where that has left the entry behind on the losing side'),
});

const panic = z.strictObject({
  move: fraction({ min: 0, above: true, max: 1 }).describe('The move against the holders, and each multiple of it, at which some leave'),
  within: duration(positive).describe('The time within which the move is measured'),
  share: fraction({ min: 0, max: 1 }).describe('Share of the holders who leave each time'),
  part: fraction({ min: 0, above: true, max: 1 }).default(1).describe('Share of the position that they close at market'),
  delay: delay(0).describe('From the move to the order'),
});

const reopen = z.strictObject({
  probability: probability().describe('That a trader comes back after its position was closed, once'),
  delay: delay(0).describe('From the closing to the new position'),
  deposit: fraction({ min: 0, above: true, max: 1000 })
    .default(1)
    .describe('Fresh money, as a share of the collateral that the trader began with'),
  leverage: number({ min: 0, above: true, max: 1000 }).describe(
    "Notional over all that the account then holds; at most what the venue's initial margin allows",
  ),
});

const off = <S extends z.ZodType>(schema: S, what: string) =>
  z
    .union([word('off'), schema])
    .default('off')
    .describe(what);

/** Keys of a group of leveraged traders. */
export const conduct = {
  absent: fraction({ min: 0, max: 1 }).default(0).describe('Share of the traders who never react to anything: asleep, or cut off'),
  topUp: off(topUp, 'Traders pay in margin after a call, from a finite reserve outside the venue'),
  reduce: off(reduce, 'Traders close part of what they hold after a call'),
  hedge: off(hedge, 'Traders of cross and portfolio groups hedge after a call, as far as it lowers what the venue demands'),
  stopLoss: off(stopLoss, 'Traders have stop prices of their own, and close all of a position when the mark has reached its stop'),
  panic: off(panic, 'Holders leave when the market has moved against them fast: a crowd at once, or a few at every small move'),
  reopen: off(reopen, 'Isolated traders whose position was closed come back with fresh money'),
};

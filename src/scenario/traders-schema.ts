import { conduct } from './conduct.ts';
import {
  count,
  duration,
  flag,
  fraction,
  leverageNumber,
  money,
  nonNegative,
  number,
  positive,
  size,
  text,
  title,
  word,
} from './fields.ts';
import { lendingMode, loanToValue, loans } from './lending.ts';
import { assetName } from './market-schema.ts';
import { price } from './outside.ts';
import { accountOptions, groupOptions } from './portfolio.ts';
import { z } from 'zod';

const side = () => word('long', 'short');

const marginMode = () =>
  word('isolated', 'cross', 'dynamic', 'portfolio', 'standard')
    .optional()
    .describe(
      'margin.regime when left out. What is liquidated together: isolated: each position with its own collateral; cross: all positions of an account, on one; dynamic: isolated, with a requirement that follows the market; portfolio: all positions and options of an account, by the worst loss over a grid; standard: the same, each option that is sold by itself',
    );

const sizes = () =>
  z
    .union([
      word('equal'),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('equal') }),
        z.strictObject({
          kind: z.literal('pareto'),
          alpha: number({ min: 0, above: true, max: 100 }).describe('Tail exponent'),
          cap: money(positive).describe('Largest position'),
        }),
        z.strictObject({ kind: z.literal('lognormal'), sigma: number({ min: 0, max: 10 }) }),
      ]),
    ])
    .default('equal')
    .describe('How the notional is spread over the traders');

const entries = () =>
  z
    .strictObject({
      window: duration(nonNegative).default(259_200).describe('Entries come from the closes of this long before the start'),
      halfLife: duration(positive).default(86_400).describe('A close this much older counts half'),
    })
    .default({ window: 259_200, halfLife: 86_400 })
    .describe('When the positions were opened');

const resampled = () =>
  flag().default(false).describe('true: every trader an independent draw; false: stratified, so that replicates differ by noise alone');

const drawnGroup = z.strictObject({
  name: title().describe('Unique name of the group'),
  count: count(1, 10_000_000).describe('Number of traders'),
  asset: assetName(),
  margin: marginMode(),
  side: side(),
  notional: money(positive).describe('Notional of the whole group at the start, in quote units'),
  also: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Another asset'),
        side: side(),
        notional: money(positive).describe('Notional of the whole group in it at the start, in quote units'),
      }),
    )
    .max(15)
    .default([])
    .describe(
      'Further positions of every trader, in proportion to the first; isolated and dynamic: each with collateral of its own, at the same leverage',
    ),
  coins: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
        share: fraction({ min: 0, above: true, max: 1 }).describe('Share of the collateral, at the price of the start'),
      }),
    )
    .max(15)
    .default([])
    .describe("What of a cross group's collateral is held in spot assets; the rest is cash"),
  borrows: z
    .array(
      z.strictObject({
        asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
        share: fraction({ min: 0, above: true, max: 10 }).describe('Share of the collateral, at the price of the start'),
      }),
    )
    .max(15)
    .default([])
    .describe('Spot assets that every trader of a cross group owes; what was borrowed was sold for cash at the opening price'),
  options: groupOptions,
  size: sizes(),
  leverage: z
    .union([
      leverageNumber(),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('constant'), value: leverageNumber().describe('The same leverage for all') }),
        z.strictObject({
          kind: z.literal('lognormal'),
          median: leverageNumber().describe('Notional-weighted median'),
          sigma: number({ min: 0, max: 10 }).describe('Standard deviation of the logarithm'),
          min: leverageNumber().describe('Smallest leverage'),
          max: leverageNumber().describe('Largest leverage'),
        }),
      ]),
    ])
    .describe('Notional over own collateral at entry'),
  response: word('fixed', 'adapts')
    .default('fixed')
    .describe(
      "What higher demands change: fixed: nothing, leverage is as drawn; adapts: the long run, in which nobody's leverage at entry is above 1 / (call level × maintenance rate)",
    ),
  entry: entries(),
  resample: resampled(),
  ...conduct,
});

const drawnLoans = z.strictObject({
  name: title().describe('Unique name of the group'),
  count: count(1, 10_000_000).describe('Number of loans'),
  asset: assetName(),
  margin: lendingMode(),
  notional: money(positive).describe('Collateral of the whole group at the start, in quote units'),
  size: sizes(),
  loanToValue,
  entry: entries(),
  resample: resampled(),
});

const listedLoans = z.strictObject({
  name: title().describe('Unique name of the group'),
  asset: assetName(),
  margin: lendingMode(),
  loans,
});

const listedGroup = z.strictObject({
  name: title().describe('Unique name of the group'),
  asset: assetName(),
  margin: marginMode(),
  accounts: z
    .array(
      z
        .strictObject({
          side: side(),
          size: size(),
          entry: price().describe('Entry price'),
          also: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('Another asset'),
                side: side(),
                size: size(),
                entry: price().describe('Entry price'),
              }),
            )
            .max(15)
            .default([])
            .describe('Further positions of a cross account'),
          coins: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
                size: size(),
              }),
            )
            .max(15)
            .default([])
            .describe('Spot assets that a cross account holds as collateral beside the stated one'),
          borrows: z
            .array(
              z.strictObject({
                asset: text('the symbol of an asset of the scenario', /^[A-Za-z][A-Za-z0-9]{0,11}$/).describe('A spot asset'),
                size: size(),
              }),
            )
            .max(15)
            .default([])
            .describe('Spot assets that a cross account owes; what was borrowed was sold for cash at the opening price'),
          options: accountOptions,
          leverage: leverageNumber().optional().describe('Notional at entry over own collateral; or give collateral'),
          collateral: money()
            .optional()
            .describe('Own collateral in quote units, of an inverse asset at the entry price; or give leverage'),
        })
        .superRefine((account, context) => {
          if ((account.leverage === undefined) === (account.collateral === undefined)) {
            const found = account.leverage === undefined ? 'neither' : 'both';
            context.addIssue({ code: 'custom', params: { found: `${found} of them`, want: 'either leverage or collateral' } });
          }
        }),
    )
    .min(1)
    .describe('Traders written down one by one'),
  ...conduct,
});

export const groupSchema = z.union([drawnGroup, listedGroup, drawnLoans, listedLoans]);

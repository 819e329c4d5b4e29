/** The schema of margin that follows its market. */
import { z } from 'zod';
import { count, duration, fraction, multiple, number, word } from './fields.ts';

const positive = { min: 0, above: true };

const off = <S extends z.ZodType>(schema: S, what: string) =>
  z
    .union([word('off'), schema])
    .default('off')
    .describe(what);

/** A requirement that scales with volatility, open interest, concentration and depth; the rules against procyclicality beside it. */
export const dynamic = z.strictObject({
  cadence: duration(positive).default(60).describe('Time between two rates, and over which returns are measured'),
  volatility: fraction({ min: 0, above: true, max: 100 }).describe('Volatility a year at the start'),
  halfLife: duration(positive).default(3600).describe('Half-life with which past returns are forgotten (exponentially weighted variance)'),
  horizon: duration(positive)
    .default(300)
    .describe('Time that a position takes to close, over which the loss is scaled by its square root'),
  loss: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('normal'), deviations: number({ min: 0, above: true, max: 100 }).describe('Standard deviations') }),
      z.strictObject({
        kind: z.literal('filtered'),
        window: count(1, 100_000).describe('Number of past returns, each divided by the volatility of its time'),
        confidence: fraction({ min: 0, above: true, max: 1 }).describe('Share of them that the margin covers'),
      }),
    ])
    .default({ kind: 'normal', deviations: 3 })
    .describe('Which move of the price the margin covers: so many deviations, or a quantile of filtered history'),
  openInterest: off(
    z.strictObject({
      free: multiple(positive).default(1).describe('Open interest up to which nothing is added, as a multiple of that at the start'),
      slope: number({ min: 0, max: 1000 }).describe('rate × (1 + slope × (open interest / free − 1)) above it'),
    }),
    'Rate by open interest',
  ),
  liquidity: off(
    z.strictObject({
      reference: multiple(positive).default(1).describe('Depth from which on nothing is added, as a multiple of that at the start'),
      power: number({ min: 0, max: 10 }).describe('rate × (reference / depth)^power below it'),
    }),
    "Rate by the book's depth: the thinner side within 1% of the mid",
  ),
  concentration: z
    .array(
      z.strictObject({
        from: fraction({ min: 0, above: true, max: 1 }).describe('Share of the open interest at the start'),
        multiple: multiple({ min: 1 }).describe('Multiple of the rate'),
      }),
    )
    .max(15)
    .default([])
    .describe('Multiples of the rate for large accounts'),
  floor: z
    .union([word('maintenance'), fraction({ min: 0, max: 1, below: true })])
    .default('maintenance')
    .describe("Least rate; maintenance: the smallest of the ladder's"),
  buffer: fraction({ min: 0, max: 10 }).default(0).describe('Added to the rate and used up first when it rises (25% in EMIR)'),
  stressed: off(
    z.strictObject({
      rate: fraction({ min: 0, max: 1, below: true }).describe('What a stressed period demands'),
      weight: fraction({ min: 0, max: 1 }).describe('Its weight beside the present (25% in EMIR)'),
    }),
    'Weight of a stressed period',
  ),
  cap: fraction({ min: 0, above: true, max: 1, below: true }).default(0.5).describe('Largest rate'),
  initial: multiple({ min: 1 }).default(2).describe('Initial margin as a multiple of maintenance'),
});

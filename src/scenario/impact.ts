/** The schema of a market in reduced form: an impact curve in place of an order book. */
import { z } from 'zod';
import { duration, field, fraction, listed, money, number, text, word } from './fields.ts';
import { LAW_DEFAULTS, LAW_WORDS, MOVE_NAMES } from './laws.ts';

const positive = { min: 0, above: true };
const window = () =>
  duration(positive).default(LAW_DEFAULTS.window).describe('How long a metaorder lasts from its first order; the next one starts anew');

const WORDS = LAW_WORDS.filter((law) => law !== 'formula');
const formulaText = () =>
  text(`a formula of at most 500 characters in ${listed(MOVE_NAMES)}`, /^\P{Cc}{1,500}$/u).describe(
    'Relative move of the price after what one side has executed since the metaorder began',
  );

const laws = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear') }).describe('The same depth at every distance'),
  z.strictObject({ kind: z.literal('skew') }).describe('The same depth at every distance, as a share of the outside price'),
  z.strictObject({ kind: z.literal('square-root'), window: window() }).describe('The square root of what a metaorder has executed'),
  z
    .strictObject({
      kind: z.literal('power'),
      exponent: number({ min: 0, above: true, max: 10 }).default(LAW_DEFAULTS.exponent).describe('Power of what was executed'),
    })
    .describe('A power of all that was executed'),
  z
    .strictObject({
      kind: z.literal('exponential'),
      decay: number({ min: -1000, max: 1000 })
        .default(LAW_DEFAULTS.decay)
        .describe('Depth at a distance goes like e^(−decay × distance): above 0 the book thins out and ends, below 0 it thickens'),
    })
    .describe('A book that thins or thickens with distance'),
  z
    .strictObject({
      kind: z.literal('constant-product'),
      fee: fraction({ min: 0, max: 1, below: true }).default(LAW_DEFAULTS.fee).describe('Share of a trade that the pool keeps apart'),
    })
    .describe('A pool whose reserves keep their product'),
  z
    .strictObject({ kind: z.literal('latent') })
    .describe('A book whose depth grows from nothing at the price in proportion to the distance'),
  z.strictObject({ kind: z.literal('obizhaeva-wang') }).describe('A block-shaped book that refills: each trade keeps the permanent share'),
  z
    .strictObject({
      kind: z.literal('propagator'),
      scale: duration(positive).default(LAW_DEFAULTS.scale).describe('Age at which the decay sets in'),
      exponent: number({ min: 0, max: 1, below: true })
        .default(LAW_DEFAULTS.memory)
        .describe('Power of (1 + age / scale) that a trade decays by'),
    })
    .describe('Every trade decays by a power of its age, in place of recovery and permanent'),
  z
    .strictObject({
      kind: z.literal('formula'),
      move: formulaText(),
      window: window(),
      volume: money(positive).optional().describe('What the formula calls volume, in quote units'),
      volatility: fraction(positive).optional().describe('What the formula calls volatility'),
    })
    .describe('A formula of your own'),
]);

const law = z.union([
  field(
    { want: `${listed(WORDS)}, or a formula in ${listed(MOVE_NAMES)}`, words: WORDS },
    { anyOf: [{ enum: WORDS }, { type: 'string' }] },
    (input) => {
      if (typeof input !== 'string') return undefined;
      const known = WORDS.find((candidate) => candidate === input);
      return known ?? (/[(*/^?]|notional|quantity/.test(input) && formulaText().safeParse(input).success ? input : undefined);
    },
  ),
  laws,
]);

/** A market's section of kind `curve`. */
export const curve = z.strictObject({
  kind: z.literal('curve').describe('An impact curve: orders move the price by a law, nobody quotes'),
  law: law
    .default('square-root')
    .describe('How what is executed moves the price: a law by its name, with its settings as a map, or a formula'),
  depth: money(positive).describe('What moves the price by 1 %, in quote units at the opening price'),
  recovery: z
    .union([word('never'), duration(positive)])
    .default(20)
    .describe('Half-life of the displacement from the outside price'),
  permanent: fraction({ min: 0, max: 1 }).default(0).describe("Share of the displacement's peak that never decays"),
});

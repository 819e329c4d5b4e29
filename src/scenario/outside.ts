/** The schema of the outside price: one kind of driver each. Rates are a year's, times seconds, moves fractions once read. */
import { z } from 'zod';
import { duration, fraction, moment, number, text, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const share = { min: 0, max: 1 };

export const file = () => text('the path of a file, relative to this one', /^[^\0\r\n]{1,400}$/);
export const price = () => number(positive, 'a price');

/** Times and prices, e.g. `[[0s, 117_000], [5m, 116_000]]`. */
export const points = z.array(z.tuple([duration(nonNegative), price()])).min(1);

/** Jumps a year of which one comes a second: more would be no jumps. */
export const MOST_JUMPS = 31_557_600;

const noise = () =>
  fraction({ min: 0, max: 0.1 })
    .default(0)
    .describe('Standard deviation of the log-price a square root of a second, bridged between the given points');

const start = () => price().describe('Price at the start');
const drift = () => fraction({ min: -100, max: 100 }).default(0).describe('Growth of the expected price a year, whatever else moves it');
const volatility = () => fraction({ min: 0, max: 100 }).describe('Volatility a square root of a year of 365.25 days');
const longRun = () =>
  fraction({ min: 0, above: true, max: 100 }).describe('Volatility of the long run, a square root of a year of 365.25 days');
const initial = () =>
  z
    .union([word('long-run'), fraction({ min: 0, max: 100 })])
    .default('long-run')
    .describe('Volatility at the start, a square root of a year');
const intensity = (what: string) => number({ min: 0, max: MOST_JUMPS }).describe(what);
const upShare = () => fraction(share).default(0.5).describe('Share of the jumps that go up');
const meanUp = () =>
  fraction({ min: 0, above: true, max: 1, below: true }).describe('Mean of a jump upwards in the log-price; jumps are exponential');
const meanDown = () =>
  fraction({ min: 0, above: true, max: 1, below: true }).describe('Mean of a jump downwards in the log-price, without its sign');
const around = () =>
  fraction({ min: 0, max: 100 }).default(0).describe('Volatility of a Brownian motion around the course, a square root of a year');
const direction = () => word('down', 'up').default('down').describe('Which way it goes');
const size = () =>
  fraction({ min: 0, above: true, max: 10 }).describe('How far it goes, as a share of the price; below 100% when it goes down');
const endogenous = () =>
  fraction(share)
    .default(0)
    .describe(
      'Share of each fall below the highest price so far that is assumed to be forced selling and taken out of the path first; an assumption, never an estimate',
    );

/** What moves the outside price. */
export const driver = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), price: price().describe('The price, for ever') }).describe('A price that stands still'),
  z
    .strictObject({ kind: z.literal('gbm'), price: start(), drift: drift(), volatility: volatility() })
    .describe('Geometric Brownian motion'),
  z
    .strictObject({
      kind: z.literal('garch'),
      price: start(),
      drift: drift(),
      volatility: longRun(),
      initial: initial(),
      alpha: number({ min: 0, max: 1, below: true }).describe('Weight of the last squared return in the next variance'),
      beta: number({ min: 0, max: 1, below: true }).describe('Weight of the last variance in the next; alpha + beta stays below 1'),
      period: duration({ min: 0.001 }).default(60).describe('Length of a return'),
    })
    .describe('GARCH(1,1): large moves follow large moves'),
  z
    .strictObject({
      kind: z.literal('heston'),
      price: start(),
      drift: drift(),
      volatility: longRun(),
      initial: initial(),
      reversion: number({ min: 0, above: true, max: 1e6 }).describe('Speed with which the variance returns to the long run, a year'),
      variability: number({ min: 0.001, max: 1e4 }).describe(
        'Volatility of the variance; above √(2 × reversion) × volatility (Feller) the variance touches 0 at times, which is allowed',
      ),
      correlation: number({ min: -1, max: 1 }).default(0).describe('Correlation of the moves of price and variance'),
    })
    .describe('Heston: a variance that moves by itself and returns to the long run'),
  z
    .strictObject({
      kind: z.literal('merton'),
      price: start(),
      drift: drift(),
      volatility: volatility(),
      intensity: intensity('Jumps a year'),
      mean: fraction({ min: -3, max: 3 }).default(0).describe('Mean of a jump in the log-price'),
      deviation: fraction({ min: 0, max: 3 }).describe('Standard deviation of a jump in the log-price'),
    })
    .describe('Merton: Brownian motion and normal jumps'),
  z
    .strictObject({
      kind: z.literal('kou'),
      price: start(),
      drift: drift(),
      volatility: volatility(),
      intensity: intensity('Jumps a year'),
      upShare: upShare(),
      meanUp: meanUp(),
      meanDown: meanDown(),
    })
    .describe('Kou: Brownian motion and double exponential jumps'),
  z
    .strictObject({
      kind: z.literal('hawkes'),
      price: start(),
      drift: drift(),
      volatility: volatility(),
      intensity: intensity('Jumps a year that no other jump set off'),
      branching: fraction({ min: 0, max: 1, below: true }).describe('Jumps that a jump sets off on average'),
      halfLife: duration({ min: 0.001 }).describe('Time after which half of the excitement is gone'),
      upShare: upShare(),
      meanUp: meanUp(),
      meanDown: meanDown(),
    })
    .describe('Hawkes: jumps that set off further jumps'),
  z
    .strictObject({
      kind: z.literal('regimes'),
      price: start(),
      regimes: z
        .array(
          z.strictObject({
            drift: drift(),
            volatility: volatility(),
            stay: duration({ min: 1 }).describe('Mean time that the regime rules; stays are exponential'),
            weight: number({ min: 0, above: true, max: 1e6 })
              .default(1)
              .describe('Chance to be the next, in proportion to the other weights'),
          }),
        )
        .min(2)
        .max(20)
        .describe('The regimes; the first one rules at the start'),
    })
    .describe('Markov switching: drift and volatility change with the regime'),
  z
    .strictObject({
      kind: z.literal('shock'),
      price: start(),
      volatility: around(),
      at: duration(positive).describe('Time of the jump'),
      direction: direction(),
      size: size(),
      recovery: z
        .union([
          word('none'),
          z.strictObject({
            halfLife: duration(positive).describe('Time after which half of what comes back is back'),
            share: fraction(share).default(1).describe('Share of the jump that comes back, in the log-price'),
          }),
        ])
        .default('none')
        .describe('Whether the price comes back'),
    })
    .describe('One jump at a stated time'),
  z
    .strictObject({
      kind: z.literal('ramp'),
      price: start(),
      volatility: around(),
      at: duration(nonNegative).default(0).describe('Time at which it begins'),
      length: duration(positive).describe('How long it takes'),
      direction: direction(),
      size: size(),
    })
    .describe('A steady slide to another price'),
  z
    .strictObject({
      kind: z.literal('vee'),
      price: start(),
      volatility: around(),
      at: duration(nonNegative).default(0).describe('Time at which it begins'),
      there: duration(positive).describe('How long the way there takes'),
      back: duration(positive).describe('How long the way back takes'),
      direction: direction(),
      size: size(),
      recovered: fraction(share).default(1).describe('Share of the way that is gone back, in the log-price'),
    })
    .describe('A steady slide and the way back'),
  z
    .strictObject({
      kind: z.literal('waypoints'),
      points: points.describe('[time from the start, price], ascending, the first at 0s'),
      noise: noise(),
    })
    .describe('A path through given points, log-linear between them'),
  z
    .strictObject({
      kind: z.literal('csv'),
      file: file().describe('Price bars: Binance klines with or without header, or ts,open,high,low,close,volume; .gz allowed'),
      from: z
        .union([word('first'), moment()])
        .default('first')
        .describe("The scenario's start within the file, in UTC"),
      noise: noise(),
      endogenous: endogenous(),
    })
    .describe('Bars of a file, each walked open, nearer extreme, other extreme, close'),
  z
    .strictObject({
      kind: z.literal('event'),
      name: text('a name of 1 to 64 characters without [ ] or control characters', /^[^[\]\p{Cc}]{1,64}$/u).describe(
        'Date of the event, e.g. 2025-10-10',
      ),
      noise: noise(),
      endogenous: endogenous(),
    })
    .describe('A dated crash, through stated waypoints'),
  z
    .strictObject({
      kind: z.literal('bootstrap'),
      file: file().describe('Price bars whose closes give the returns, in the formats of csv'),
      price: z
        .union([word('last'), price()])
        .default('last')
        .describe("Price at the start; last: the file's last close"),
      block: duration(positive).default(3600).describe('Length of a block of consecutive returns, a whole number of bars'),
      noise: noise(),
    })
    .describe('Blocks of the returns of a file, drawn anew in every replicate'),
]);

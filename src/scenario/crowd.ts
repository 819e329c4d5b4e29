/** The schema of the background traders of an order book besides makers and noise. All are off unless stated. */
import { z } from 'zod';
import { count, duration, fraction, money, number, size, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
/** Orders or looks a second: more than anybody can send. */
const rate = () => number({ min: 0, max: 10_000 });
const perOrder = () => number({ min: 0, above: true, max: 1000 });
const traders = (usual: number) => count(1, 100_000).default(usual).describe('Number of traders');

/** What fundamentalists and chartists share. */
const forecaster = (expected: string, reaction: number) => ({
  count: traders(50),
  orderRate: rate().default(0.5).describe('Orders a second, all traders together'),
  size: money(positive).default(20_000).describe('Mean notional of an order'),
  reaction: number({ min: 0, max: 100 }).default(reaction).describe(`Mean over the traders of ${expected}`),
  noise: fraction({ min: 0, max: 1 }).default(0.0005).describe('Standard deviation of what chance adds to each expected return'),
  edge: fraction({ min: 0, max: 0.5 }).default(0.0005).describe('Orders stand up to this far on the safe side of the expected price'),
  lifetime: duration(positive).default(60).describe('Time that a limit order rests'),
});

const fundamentalists = z.strictObject(forecaster('the share of the gap to the outside price that they expect to close', 0.5));

const chartists = z.strictObject({
  ...forecaster('how many times the past return they expect again', 0.5),
  horizon: duration(positive).default(600).describe('Longest time that a trader looks back, and ahead'),
});

const momentum = z.strictObject({
  count: traders(50),
  lookRate: rate().default(1).describe('How often a second somebody looks at the market, all traders together'),
  size: money(positive).default(20_000).describe('Largest order, in quote units'),
  limit: money(positive).default(500_000).describe('Largest position of one trader either way, in quote units'),
  threshold: fraction({ min: 0, above: true, max: 10 }).default(0.005).describe('Mean over the traders of the move that makes them follow'),
  horizon: duration(positive).default(1800).describe('Longest time over which a trader measures the move'),
});

const arbitrageurs = z.strictObject({
  count: traders(5),
  capital: money(positive).default(1_000_000).describe('Money of each, in quote units: the most that it ties up'),
  costs: fraction({ min: 0, max: 0.5 }).default(0.0005).describe('Distance from the outside price beyond which they trade'),
  latency: duration(nonNegative).default(2).describe('Mean over the traders of the time from seeing to acting'),
  returnHalfLife: z
    .union([word('never'), duration(positive)])
    .default(600)
    .describe('Half-life with which tied money comes back'),
});

const ticksAway = (usual: number) =>
  count(1, 200_000).default(usual).describe('Limit orders arrive up to this many ticks from the opposite best quote');

const zeroIntelligence = z.strictObject({
  limitRate: rate().default(0.002).describe('α: limit orders a second on each side at each tick'),
  marketRate: rate().default(1).describe('μ: market orders a second, both sides together'),
  cancelRate: perOrder().default(0.02).describe('δ: cancellations a second of each resting order'),
  size: size().describe('σ: quantity of every order'),
  reach: ticksAway(1000),
});

/** Defaults: table 2 and the fit below it of Cont, Stoikov and Talreja (2010), Sky Perfect Communications on the Tokyo exchange. */
const contStoikovTalreja = z.strictObject({
  limitRate: rate()
    .default(1.92)
    .describe('k of λ(i) = k / i^exponent: limit orders a second on each side at i ticks from the opposite best quote'),
  exponent: number({ min: 0, max: 10 }).default(0.52).describe('Exponent of λ(i)'),
  marketRate: rate().default(1.88).describe("Market orders a second, both sides together: twice the paper's μ"),
  cancelRates: z
    .array(perOrder())
    .min(1)
    .max(1000)
    .default([0.71, 0.81, 0.68, 0.56, 0.47])
    .describe('θ(1), θ(2), …: cancellations a second of each order at so many ticks; the last holds beyond'),
  size: size().describe('Quantity of every order'),
  reach: ticksAway(30),
});

const off = <S extends z.ZodType>(schema: S, what: string) =>
  z
    .union([word('off'), schema])
    .default('off')
    .describe(what);

/** Keys of an order-book market. */
export const crowd = {
  fundamentalists: off(fundamentalists, 'Traders who expect the price to come back towards the outside price (Chiarella and Iori 2002)'),
  chartists: off(chartists, 'Traders who expect the past return to go on (Chiarella and Iori 2002)'),
  momentum: off(momentum, 'Trend followers with a threshold and a bounded position'),
  arbitrageurs: off(arbitrageurs, 'Traders between this market and the outside, with capital and latency'),
  zeroIntelligence: off(zeroIntelligence, 'Santa Fe order flow: three rates and one size, no view (Daniels et al. 2003)'),
  contStoikovTalreja: off(contStoikovTalreja, 'Order flow with rates by the distance from the best quote (Cont, Stoikov and Talreja 2010)'),
};

/** Rows of the frame index on a million portfolio accounts with options, against the full scan on the same shared risk arrays. */
import { root, uniform32 } from '../src/core/random.ts';
import { normal } from '../src/core/samplers.ts';
import { evenMoves } from '../src/margin/grid.ts';
import { PortfolioAccounts, typicalMoves } from '../src/margin/portfolio-accounts.ts';
import { PortfolioMargin } from '../src/margin/portfolio.ts';
import type { PortfolioRules } from '../src/margin/portfolio.ts';
import { emptyMarket } from '../src/margin/risk-arrays.ts';
import type { Series } from '../src/margin/risk-arrays.ts';
import { assertEqual } from './harness.ts';
import type { Measure } from './harness.ts';
import { Lockstep, mean } from './lockstep.ts';

const ACCOUNTS = 1_000_000;
const UNITS = 4;
const PRICE = 100_000;
/** A second's standard deviation of price and of relative volatility in a calm market: 60 % and 90 % a year. */
const CALM = 0.6 / Math.sqrt(31_536_000);
const CALM_VOLATILITY = 1.5 * CALM;
const VOLATILITY = 0.6;
const WEEK = 604_800;
const { lo, hi } = root('bench', 'margin portfolio');

/** Eleven price moves up to ±15 %, each with volatility still, up and down: 33 scenarios. */
const RULES: PortfolioRules = {
  scenarios: evenMoves(-0.15, 0.15, 5).flatMap((move) =>
    (['none', 'up', 'down'] as const).map((volatility) => ({ move, volatility, damping: 1 })),
  ),
  volatility: { up: 0.45, down: 0.3, shortPower: 0.3, longPower: 0.3, floor: 86_400, leastUp: 0 },
  skew: null,
  basis: null,
  discounting: false,
  factor: { maintenance: 1, initial: 1.3 },
  chargesScaled: false,
  discount: null,
  gainOffset: 1,
  nakedShort: { maintenance: 0.01, initial: 0 },
  leastPerOption: 0,
  confidence: null,
  peg: null,
  concentration: null,
};

/** A perpetual on each of four underlyings, and calls and puts of six strikes and two expiries. */
const SERIES: readonly Series[] = Array.from({ length: UNITS }, (_, unit) => unit).flatMap((unit) => {
  const plain = { unit, expiry: -1, strike: 0, multiplier: 1, moves: true, maintenance: 0, initial: 0, notional: 'index' } as const;
  const options = [0, 1].flatMap((expiry) =>
    [0.7, 0.85, 0.95, 1.05, 1.2, 1.4].flatMap((strike) =>
      (['call', 'put'] as const).map((kind): Series => ({ ...plain, kind, expiry: 2 * unit + expiry, strike: strike * PRICE })),
    ),
  );
  return [{ ...plain, kind: 'linear' } as Series, ...options];
});
const PER_UNIT = SERIES.length / UNITS;

interface World {
  readonly accounts: PortfolioAccounts;
  /** Feeds a second's prices and volatilities and gives the coordinates. */
  readonly quote: (prices: Float64Array) => Float64Array;
}

/** A perpetual and up to three more positions an account, most of them options; equity 1 to 5 times the maintenance that is demanded. */
function createWorld(): World {
  const market = emptyMarket(UNITS, SERIES.length, 2 * UNITS);
  market.seconds.forEach((_, expiry) => (market.seconds[expiry] = expiry % 2 === 0 ? WEEK : 8 * WEEK));
  const feed = (prices: Float64Array): void => {
    for (let unit = 0; unit < UNITS; unit++) {
      market.spot[unit] = prices[unit]!;
      market.forward[2 * unit] = prices[unit]!;
      market.forward[2 * unit + 1] = prices[unit]!;
      market.price.fill(prices[UNITS + unit]!, unit * PER_UNIT, (unit + 1) * PER_UNIT);
      market.price[unit * PER_UNIT] = prices[unit]!;
    }
  };
  const today = new Float64Array(2 * UNITS).fill(PRICE).fill(VOLATILITY, UNITS);
  feed(today);
  const margin = new PortfolioMargin(RULES, SERIES, market);
  const moves = typicalMoves(margin, 2 * UNITS, (change) => {
    feed(today.map((value, k) => (k !== change - 1 ? value : value * (1 + (k < UNITS ? CALM : CALM_VOLATILITY)))));
  });
  const start = new Int32Array(ACCOUNTS + 1);
  const series = new Int32Array(4 * ACCOUNTS);
  const quantity = new Float64Array(4 * ACCOUNTS);
  const cash = new Float64Array(ACCOUNTS);
  const chosen = new Int32Array(4);
  for (let i = 0; i < ACCOUNTS; i++) {
    let slot = 0;
    const u = (): number => uniform32(lo, hi, 1, i, slot++);
    const wanted = 1 + Math.floor(4 * u());
    const home = Math.floor(UNITS * u());
    for (let k = 0; k < wanted; k++) {
      const unit = k === 0 || u() < 0.8 ? home : Math.floor(UNITS * u());
      chosen[k] = unit * PER_UNIT + (k === 0 || u() < 0.2 ? 0 : 1 + Math.floor((PER_UNIT - 1) * u()));
    }
    const sorted = chosen.subarray(0, wanted).sort();
    let place = start[i]!;
    sorted.forEach((one, k) => {
      if (k > 0 && one === sorted[k - 1]) return;
      series[place] = one;
      quantity[place++] = Math.ceil(10 / Math.cbrt(u() * u())) * (u() < 0.5 ? 1 : -1);
    });
    start[i + 1] = place;
    margin.assessRange(0, 0, series, quantity, start[i]!, place);
    cash[i] = Math.ceil(margin.maintenance * (1 + 4 * u()) - margin.equity);
  }
  const accounts = new PortfolioAccounts({
    margin,
    cash,
    start,
    series: series.slice(0, start[ACCOUNTS]),
    quantity: quantity.slice(0, start[ACCOUNTS]),
    level: 1,
    orEqual: false,
    moves,
  });
  return {
    accounts,
    quote: (prices) => {
      feed(prices);
      return accounts.quote();
    },
  };
}

/** Prices and then volatilities of the underlyings, a row a second; from `crash` on 200 s with 14 times the volatility, −10 % and volatility + 60 %. */
function createPrices(steps: number, crash: number): Float64Array[] {
  const now = new Float64Array(2 * UNITS).fill(PRICE).fill(VOLATILITY, UNITS);
  return Array.from({ length: steps }, (_, t) => {
    const crashing = t >= crash && t < crash + 200;
    const common = normal(lo, hi, 2, t, 2 * UNITS);
    for (let k = 0; k < 2 * UNITS; k++) {
      const shock = (k < UNITS ? 1 : -1) * Math.sqrt(0.7) * common + Math.sqrt(0.3) * normal(lo, hi, 2, t, k);
      const drift = k < UNITS ? -0.1 / 200 : 0.47 / 200;
      now[k]! *= 1 + (k < UNITS ? CALM : CALM_VOLATILITY) * (crashing ? 14 : 1) * shock + (crashing ? drift : 0);
    }
    return now.slice();
  });
}

function measure(steps: number, crash: number, warm: number, every: number): ReturnType<Measure> {
  const { accounts, quote } = createWorld();
  const prices = createPrices(steps, crash);
  const both = new Lockstep(accounts);
  both.settle(quote(prices[0]!));
  both.run(warm, warm, (check) => quote(prices[check]!));
  const { ours, peer, below } = both.run(steps - warm, every, (check) => quote(prices[warm + check]!));
  assertEqual('something is below', below > 0, true);
  return { ours: mean(ours), peer: mean(peer), unit: 'ns/check', bytes: both.bytes };
}

/** Five minutes of a calm market; time a check, the pricing of all series included. */
export const portfolioCalm: Measure = () => measure(400, Infinity, 100, 30);

/** Twenty minutes with a crash of 200 s, the share that it has of a two-hour run with a crash of twenty minutes. */
export const portfolioCrashRun: Measure = () => measure(1250, 600, 50, 60);

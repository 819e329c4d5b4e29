import { describe, expect, test } from 'vitest';
import { evenMoves, STILL } from '../../src/margin/grid.ts';
import type { Scenario } from '../../src/margin/grid.ts';
import { PortfolioAccounts, typicalMoves } from '../../src/margin/portfolio-accounts.ts';
import { PortfolioMargin } from '../../src/margin/portfolio.ts';
import type { PortfolioRules } from '../../src/margin/portfolio.ts';
import { emptyMarket } from '../../src/margin/risk-arrays.ts';
import type { Series } from '../../src/margin/risk-arrays.ts';
import { StandardMargin } from '../../src/margin/standard.ts';
import type { StandardRules } from '../../src/margin/standard.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { Draws, Lockstep } from './index/lockstep.ts';
import type { Tally } from './index/lockstep.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 2000 : 40;
const DAY = 86_400;

/** Rules with each of the mechanisms that a requirement can have, or without it. */
function drawRules(draw: Draws): PortfolioRules {
  const scenarios: Scenario[] = evenMoves(-0.15, 0.15, 2).flatMap((move) =>
    (['none', 'up', 'down'] as const).map((volatility) => ({ move, volatility, damping: 1 })),
  );
  if (draw.chance(0.5))
    scenarios.push({ move: 0.45, volatility: 'none', damping: 0.35 }, { move: -0.45, volatility: 'none', damping: 0.35 });
  const skewed = draw.chance(0.4);
  if (skewed) scenarios.push({ move: 0, volatility: 'linear', damping: 1 }, { move: 0, volatility: 'absolute', damping: 1 });
  return {
    scenarios,
    volatility: draw.chance(0.2) ? STILL : { up: 0.5, down: 0.25, shortPower: 0.3, longPower: 0.5, floor: DAY, leastUp: 0.1 },
    skew: skewed
      ? {
          linear: { base: 0.1, slope: 0.05 },
          absolute: { base: 0.05, slope: 0.02 },
          leastWidth: 0.05,
          widthScale: 2,
          level: 0.6,
          levelSlope: 0.1,
        }
      : null,
    basis: draw.chance(0.4) ? { up: 0.05, down: -0.05, add: 0.5, multiple: 0.2 } : null,
    discounting: draw.chance(0.5),
    factor: { maintenance: draw.pick([1, 1.05]), initial: 1.3 },
    chargesScaled: draw.chance(0.5),
    discount: draw.chance(0.4)
      ? { long: { base: 0.98, multiple: 1, add: 0.02 }, short: draw.chance(0.5) ? { base: 1.01, multiple: 1, add: 0 } : null }
      : null,
    gainOffset: draw.pick([0, 0.5, 1]),
    nakedShort: { maintenance: draw.pick([0, 0.01]), initial: 0 },
    leastPerOption: draw.pick([0, 1]),
    ...(draw.chance(0.3) ? { closing: { rate: 0.05, bands: [{ upTo: 5000, factor: 1 }, { upTo: Infinity, factor: 3 }] } } : {}), // prettier-ignore
    confidence: null,
    peg: null,
    concentration: draw.chance(0.3)
      ? tiersFromRates([
          { floor: 0, rate: 0 },
          { floor: 5e4, rate: 0.05 },
        ])
      : null,
  };
}

/** Standard margin with a limit to what an expiry demands, or without. */
function drawStandard(draw: Draws): StandardRules {
  return {
    option: { most: 0.15, least: 0.1, call: 0.075, put: draw.pick([0.075, 0.2]), putValue: draw.pick([0, 0.075]), putInitial: 1 },
    unpaired: draw.pick([null, { maintenance: 1.1, initial: 1.2 }, { maintenance: 0.05, initial: 0.1 }]),
    confidence: null,
    peg: null,
  };
}

/** One world: two underlyings, each with its collateral, a perpetual and options of two expiries. */
function runWorld(world: number, tally: Tally): void {
  const draw = new Draws('portfolio', world);
  const accounts = draw.pick([30, 250, 500]);
  const units = draw.whole(1, 2);
  const spots = [100, 3000];
  const expiries = 2 * units;
  const series: Series[] = [];
  for (let unit = 0; unit < units; unit++) {
    const plain = { unit, expiry: -1, strike: 0, multiplier: 1, moves: true, maintenance: 0, initial: 0, notional: 'index' as const };
    series.push(
      { ...plain, kind: 'spot' },
      { ...plain, kind: 'linear', maintenance: draw.pick([0, 0.02]), growth: draw.pick([0, 0.0005]) },
    );
    for (let e = 0; e < 2; e++) {
      for (const strike of [0.8, 1, 1.25]) {
        for (const kind of ['call', 'put'] as const) {
          series.push({ ...plain, kind, expiry: 2 * unit + e, strike: strike * spots[unit]! });
        }
      }
    }
  }
  const market = emptyMarket(units, series.length, expiries);
  const volatilities = Float64Array.from({ length: units }, () => 0.4 + 0.6 * draw.real());
  const volatility = volatilities.slice();
  for (let unit = 0; unit < units; unit++) market.spot[unit] = spots[unit]!;
  market.seconds.forEach((_, e) => (market.seconds[e] = (e % 2 === 0 ? 7 : 60) * DAY));
  market.rate.fill(0.03);
  const feed = (): void => {
    for (let e = 0; e < expiries; e++) market.forward[e] = market.spot[e >> 1]! * 1.001;
    series.forEach(({ kind, unit, strike }, s) => {
      const option = kind === 'call' || kind === 'put';
      market.price[s] = option ? volatility[unit]! * (1 + 0.1 * Math.abs(1 - strike / spots[unit]!)) : market.spot[unit]!;
    });
  };
  feed();
  const margin = draw.chance(0.3)
    ? new StandardMargin(drawStandard(draw), series, market)
    : new PortfolioMargin(drawRules(draw), series, market);
  // A single position is where the bound on a portfolio's moves has no slack.
  const held = Array.from({ length: accounts }, () =>
    draw.chance(0.5) ? [draw.whole(0, series.length - 1)] : series.map((_, s) => s).filter(() => draw.chance(0.25)),
  );
  const start = Int32Array.from([0, ...held.map((list) => list.length)]);
  for (let i = 0; i < accounts; i++) start[i + 1]! += start[i]!;
  const places = Int32Array.from(held.flat());
  const quantity = new Float64Array(places.length);
  const cash = new Float64Array(accounts);
  const moves = typicalMoves(margin, 2 * units, (change) => {
    for (let unit = 0; unit < units; unit++) {
      market.spot[unit] = spots[unit]! * (change === 2 * unit + 1 ? 1.0003 : 1);
      volatility[unit] = volatilities[unit]! * (change === 2 * unit + 2 ? 1.0006 : 1);
    }
    feed();
  });
  const level = draw.pick([1, 1, 1.5]);
  const regime = new PortfolioAccounts({ margin, cash, start, series: places, quantity, level, orEqual: draw.chance(0.5), moves });
  const both = new Lockstep(regime, tally);

  /** A new portfolio with 0.98 to 2.5 times the equity that the level asks for. */
  const open = (account: number): void => {
    for (let place = start[account]!; place < start[account + 1]!; place++) {
      quantity[place] = draw.whole(series[places[place]!]!.kind === 'spot' ? 0 : -20, 20);
    }
    margin.assessRange(0, 0, places, quantity, start[account]!, start[account + 1]!);
    cash[account] = Math.ceil(level * margin.maintenance * (0.98 + 1.5 * draw.real() * draw.real() * draw.real()) - margin.equity);
    both.set(account);
  };
  regime.quote();
  for (let account = 0; account < accounts; account++) open(account);
  if (draw.chance(0.7)) both.settle(regime.quote());
  let size = 0.0003;
  for (let step = 0; step < 40; step++) {
    if (draw.chance(0.1)) size = draw.pick([0, 0.0001, 0.0003, 0.001, 0.02, 0.2]);
    for (let unit = 0; unit < units; unit++) {
      market.spot[unit]! *= 1 + size * (2 * draw.real() - 1.05);
      volatility[unit]! *= 1 + 2 * size * (2 * draw.real() - 0.95);
    }
    // Hours pass now and then: a year with discounts ends every certificate, one without does not feel it but through the prices.
    if (draw.chance(0.04)) market.seconds.forEach((left, e) => (market.seconds[e] = Math.max(0, left - 7200)));
    for (let round = 0; round < 3; round++) {
      feed();
      const { found, expected: names } = both.collect(regime.quote());
      expect([world, step, round, ...found]).toEqual([world, step, round, ...names]);
      for (const account of names) {
        const fate = draw.real();
        for (let place = start[account]!; place < start[account + 1]!; place++) {
          const closed = fate < 0.4 ? quantity[place]! : fate < 0.8 ? Math.trunc(quantity[place]! / 2) : 0;
          quantity[place]! -= closed;
          if (series[places[place]!]!.kind === 'linear') market.spot[series[places[place]!]!.unit]! *= 1 - 1e-5 * closed;
        }
        if (fate >= 0.4) both.set(account);
      }
      if (names.length === 0) break;
    }
    for (let i = draw.whole(0, draw.chance(0.05) ? accounts : 3); i > 0; i--) {
      const account = draw.whole(0, accounts - 1);
      if (draw.chance(0.2)) both.remove(account);
      else open(account);
    }
    if (draw.chance(0.05)) both.copy();
  }
}

describe('PortfolioAccounts', () => {
  test('a frame index finds at every check exactly whom a full scan finds, through moves of price, volatility and time', () => {
    const tally: Tally = { triggered: 0, uncertified: 0, certified: 0 };
    for (let world = 0; world < WORLDS; world++) runWorld(world, tally);
    expect(tally.triggered).toBeGreaterThan(20 * WORLDS);
    expect(tally.uncertified).toBeGreaterThan(5 * WORLDS);
    expect(tally.certified).toBeGreaterThan(5 * WORLDS);
  });
});

import { describe, expect, test } from 'vitest';
import { exp, log1p } from '../../src/core/math.ts';
import { halfSpread, reservationPrice, stationaryDistance } from '../../src/traders/avellaneda-stoikov.ts';
import type { AvellanedaStoikovOptions } from '../../src/traders/avellaneda-stoikov.ts';
import type { Leaning, MakerOptions } from '../../src/traders/ladder.ts';
import { FIRST, INDEX, market, money, TAKER, UNIT } from './maker-market.ts';

/** Rungs so near to each other that each stands exactly where it should. */
const FINE: Partial<MakerOptions> = {
  count: 4,
  rungs: 200,
  reach: 0.02,
  halfSpread: 0.00001,
  layOffHalfLife: Infinity,
  volatilityScale: Infinity,
  recovery: 20,
  inventoryCap: money(50_000),
};
const LEANING: Leaning = { riskAversion: 0.2, fill: money(1_000), decay: 2_000, horizon: 300 };
const rule = (volatility: number): AvellanedaStoikovOptions => ({ ...LEANING, volatility, inventoryPenalty: true });

/** A market walked for `seconds` with the taker's orders, and what its makers knew when they looked last. */
function walked(leaning: Leaning, seconds: number, order: (t: number) => number, path: (t: number) => number) {
  const place = market({ ...FINE, leaning });
  const { makers, exchange, ledger, book } = place;
  const mids = [INDEX];
  for (let t = 1; t <= seconds; t++) {
    const lots = order(t);
    if (lots !== 0) exchange.market(lots > 0 ? 0 : 1, Math.abs(lots), TAKER);
    mids.push((book.bestBid + book.bestAsk) / 2);
    makers.act(t, path(t));
  }
  const recent = mids.slice(-61);
  const squares = recent.slice(1).map((mid, i) => (mid / recent[i]! - 1) ** 2);
  const variance = squares.reduce((a, b) => a + b, 0) / squares.length;
  const centre = makers.centre;
  const lots = ledger.lots.slice(FIRST).reduce((a, b) => a + b, 0);
  return { ...place, variance, centre, inventory: (lots * centre * UNIT) / leaning.fill };
}
const wave = (t: number): number => INDEX * (1 + 0.001 * ((t * 7) % 5));

describe('makers that lean against their inventory', () => {
  test('quote a spread around a reservation price by the formulas of Avellaneda and Stoikov, from the mids of the last minute', () => {
    for (const lots of [-4_000, 0, 6_000, 25_000]) {
      // After the last order nobody trades, so that inventory and quotes stand still but for the mids.
      const { book, variance, centre, inventory } = walked(LEANING, 90, (t) => (t === 1 ? -lots : 0), wave);
      if (lots !== 0) expect(inventory * lots).toBeGreaterThan(0);
      const known = rule(Math.sqrt(variance));
      const reservation = centre * (1 + reservationPrice(known, 0, inventory, LEANING.horizon));
      const half = halfSpread(known, LEANING.horizon);
      expect(half).toBeGreaterThan(0.0005);
      expect(book.bestBid, `${lots} lots`).toBe(Math.floor(reservation * (1 - half)));
      expect(book.bestAsk, `${lots} lots`).toBe(Math.ceil(reservation * (1 + half)));
    }
  });

  test('before anything has moved the half-spread is the part that fills alone make', () => {
    const { book } = market({ ...FINE, leaning: LEANING });
    const half = log1p(LEANING.riskAversion / LEANING.decay) / LEANING.riskAversion;
    expect([book.bestBid, book.bestAsk]).toEqual([Math.floor(INDEX * (1 - half)), Math.ceil(INDEX * (1 + half))]);
  });

  test('the stationary form quotes its own distances, whatever moved', () => {
    const leaning = { ...LEANING, horizon: Infinity };
    const most = (4 * money(50_000)) / LEANING.fill;
    const within = (distance: number): number => Math.max(-FINE.reach!, Math.min(FINE.reach!, distance));
    for (const lots of [-4_000, 0, 25_000, 120_000]) {
      const { book, centre, inventory } = walked(leaning, 90, (t) => (t === 1 ? -lots : 0), wave);
      const ask = within(stationaryDistance(rule(0), inventory, most, 1));
      const bid = within(stationaryDistance(rule(0), inventory, most, 0));
      const reservation = centre * (1 + (ask - bid) / 2);
      const half = Math.max(FINE.halfSpread!, (ask + bid) / 2);
      expect(book.bestBid, `${lots} lots`).toBe(Math.floor(reservation * (1 - half)));
      expect(book.bestAsk, `${lots} lots`).toBe(Math.ceil(reservation * (1 + half)));
    }
  });

  test('inventory and spread are bounded by the reach, however large the aversion, and nobody trades with himself', () => {
    const { book, ledger, centre } = walked({ ...LEANING, riskAversion: 1e6 }, 90, (t) => (t === 5 ? -30_000 : 0), wave);
    const lowest = centre * 0.98;
    expect([book.bestBid, book.bestAsk]).toEqual([Math.floor(lowest * (1 - 0.02001)), Math.ceil(lowest * (1 + 0.02001))]);
    expect(ledger.lots.slice(FIRST).reduce((a, b) => a + b, 0)).toBe(30_000);
  });

  test('with the same orders they end with less inventory than makers that do not lean', () => {
    // A taker that goes by price, but would rather sell.
    const flow = (leaning: Leaning | null): number => {
      const { makers, exchange, ledger, book } = market({ ...FINE, recovery: 1, leaning });
      let sum = 0;
      for (let t = 1; t <= 600; t++) {
        const bidAway = INDEX - book.bestBid;
        const askAway = book.bestAsk - INDEX;
        exchange.market(bidAway - 20 < askAway ? 1 : 0, 800, TAKER);
        makers.act(t, INDEX);
        if (t > 300) sum += Math.abs(ledger.lots[TAKER]!);
      }
      return sum / 300;
    };
    expect(flow({ ...LEANING, riskAversion: 2 })).toBeLessThan(0.5 * flow(null));
  });
});

describe('the stationary distances', () => {
  const known: AvellanedaStoikovOptions = { riskAversion: 0.3, volatility: 2, decay: 1.5, inventoryPenalty: true };
  const most = 12;
  /** What cash, lots and price are worth to a maker that only waits: the discount rate that the bound implies. */
  const worth = (cash: number, lots: number, price: number): number => {
    const { riskAversion, volatility } = known;
    const discount = (riskAversion * volatility * (most + 1)) ** 2 / 2;
    return -exp(-riskAversion * (cash + lots * price)) / (discount - (riskAversion * volatility * lots) ** 2 / 2);
  };
  const fills = log1p(known.riskAversion / known.decay) / known.riskAversion;

  test('are the prices at which one lot more or less is worth the same, and the part for fills', () => {
    for (let q = -11; q <= 11; q++) {
      const ask = stationaryDistance(known, q, most, 1) - fills;
      const bid = stationaryDistance(known, q, most, 0) - fills;
      expect(worth(5 + ask, q - 1, 0) / worth(5, q, 0)).toBeCloseTo(1, 12);
      expect(worth(5 + bid, q + 1, 0) / worth(5, q, 0)).toBeCloseTo(1, 12);
      // Both sides move down as the inventory grows.
      expect(ask).toBeLessThan(stationaryDistance(known, q - 1, most, 1) - fills);
      expect(bid).toBeGreaterThan(stationaryDistance(known, q - 1, most, 0) - fills);
    }
  });

  test('at the bound no more is bought, and beyond it nothing changes', () => {
    expect(stationaryDistance(known, most, most, 0)).toBe(Infinity);
    expect(stationaryDistance(known, -most, most, 1)).toBe(Infinity);
    expect(stationaryDistance(known, 40, most, 1)).toBe(stationaryDistance(known, most, most, 1));
  });
});

import { describe, expect, test } from 'vitest';
import { FIRST, INDEX, market, money, OPTIONS, TAKER } from './maker-market.ts';

describe('makers', () => {
  test('quote the depth asked for within 1 % of the centre on both sides, at a flat density, with the spread asked for', () => {
    const { book } = market();
    expect(book.bestBid).toBe(INDEX - 10);
    expect(book.bestAsk).toBe(INDEX + 10);
    for (const [share, tolerance] of [
      [0.0025, 0.15],
      [0.005, 0.1],
      [0.01, 0.06],
      [0.03, 0.05],
    ] as const) {
      const wanted = (100_000 * share) / 0.01;
      expect(Math.abs(book.depth(0, Math.ceil(INDEX * (1 - share))) / wanted - 1), `bids within ${share}`).toBeLessThan(tolerance);
      expect(Math.abs(book.depth(1, Math.floor(INDEX * (1 + share))) / wanted - 1), `asks within ${share}`).toBeLessThan(tolerance);
    }
  });

  test('a sale of V moves the centre down by V / density, and half of that is back after one half-life', () => {
    const { makers, exchange } = market();
    exchange.market(1, 50_000, TAKER);
    const [, notional] = exchange.filled;
    makers.quote(0, INDEX, -Infinity);
    expect(makers.displacement).toBeCloseTo(-notional! / (OPTIONS.depth * 100), 12);
    const before = makers.displacement;
    for (let t = 1; t <= 20; t++) makers.act(t, INDEX);
    // The centre's own move thins the book, which does not touch the displacement.
    expect(makers.displacement / before).toBeCloseTo(0.5, 10);
  });

  test('the permanent share of the peak stays', () => {
    const { makers, exchange } = market({ permanent: 0.3 });
    exchange.market(1, 50_000, TAKER);
    makers.quote(0, INDEX, -Infinity);
    const peak = makers.displacement;
    for (let t = 1; t <= 2000; t++) makers.act(t, INDEX);
    expect(makers.displacement / peak).toBeCloseTo(0.3, 9);
  });

  test('depth falls at once to depth / (1 + move / scale), never below the floor, and returns with its half-life', () => {
    const { makers } = market({ recovery: Infinity });
    makers.act(1, INDEX);
    const moved = INDEX * (1 - 0.004);
    makers.act(2, moved);
    makers.act(3, moved);
    const fallen = makers.depth / OPTIONS.depth;
    expect(fallen).toBeCloseTo(0.5, 2);
    for (let t = 4; t <= 70; t++) makers.act(t, moved);
    const before = 1 - makers.depth / OPTIONS.depth;
    for (let t = 71; t <= 670; t++) makers.act(t, moved);
    expect((1 - makers.depth / OPTIONS.depth) / before).toBeCloseTo(0.5, 6);
    makers.act(671, INDEX * 0.7);
    makers.act(672, INDEX * 0.7);
    expect(makers.depth).toBe(OPTIONS.floor);
  });

  test('no maker ever holds more than its cap, and at the cap only the other side is quoted', () => {
    const cap = 30_000;
    const { makers, exchange, ledger, book } = market({ inventoryCap: money(cap), recovery: 1 });
    for (let t = 1; t <= 60; t++) {
      exchange.market(1, 7_000, TAKER);
      makers.act(t, INDEX);
      for (let m = 0; m < OPTIONS.count; m++) expect(ledger.lots[FIRST + m]).toBeLessThanOrEqual(cap * 1.05);
    }
    expect(book.bestBid).toBe(-1);
    expect(book.bestAsk).toBeGreaterThan(0);
    expect(ledger.recount()).toBe(0);
  });

  test('inventory laid off at the outside price halves every half-life, through the ledger', () => {
    const { makers, exchange, ledger } = market({ layOffHalfLife: 10 });
    exchange.market(1, 40_000, TAKER);
    const held = -ledger.lots[TAKER]!;
    for (let t = 1; t <= 10; t++) makers.act(t, INDEX);
    const rest = ledger.lots.slice(FIRST).reduce((a, b) => a + b, 0);
    expect(Math.abs(rest - -held / -2)).toBeLessThan(50);
    expect(ledger.recount()).toBe(0);
    expect(ledger.runningError()).toBe(0);
  });

  test('moving quotes makes no trades between makers, however the outside price jumps', () => {
    const { makers, ledger } = market();
    for (let t = 1; t <= 200; t++) makers.act(t, INDEX * (1 + 0.03 * Math.sin(t * 1.7)));
    expect(ledger.lots.every((lots) => lots === 0)).toBe(true);
  });

  test('the book follows a price that leaves its window', () => {
    const { makers, book } = market();
    for (let t = 1; t <= 300; t++) makers.act(t, INDEX * (1 + t / 200));
    expect(book.base).toBeGreaterThan(0);
    expect(book.bestBid).toBeGreaterThan(INDEX * 2);
  });
});

test('however thin the book, the makers follow to a hundredth of the outside price and to twice it, and no further', () => {
  const { makers, exchange } = market({ depth: money(10), floor: money(10), recovery: Infinity });
  for (let t = 1; t <= 50; t++) {
    exchange.market(0, 1_000, TAKER);
    makers.act(t, INDEX);
  }
  expect(makers.displacement).toBe(1);
  for (let t = 51; t <= 150; t++) {
    exchange.market(1, 1_000, TAKER);
    makers.act(t, INDEX);
  }
  expect(makers.displacement).toBe(-0.99);
});

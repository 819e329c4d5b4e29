import { describe, expect, test } from 'vitest';
import { root } from '../../src/core/random.ts';
import { Momentum } from '../../src/traders/momentum.ts';
import type { MomentumOptions } from '../../src/traders/momentum.ts';
import { INDEX, TRADERS, money, stage } from './stage.ts';

const OPTIONS: MomentumOptions = {
  kind: 'momentum',
  count: 20,
  lookRate: 40,
  size: money(100),
  limit: money(1_000),
  threshold: 0.01,
  horizon: 60,
};

/** Shows the traders a path of prices; the makers follow the index of the stage. Gives every trader's position after each step. */
function show(path: readonly number[], options = OPTIONS) {
  const { exchange, quote, ledger } = stage(options.count, 16);
  const traders = new Momentum(options, exchange, TRADERS, 1);
  const seed = root('trend', 'momentum');
  traders.open(seed, path[0]!);
  const positions = path.map((price, step) => {
    quote(INDEX);
    if (step > 0) traders.act(seed, step, price);
    return Array.from(ledger.lots.subarray(TRADERS, TRADERS + options.count));
  });
  expect(ledger.recount()).toBe(0);
  expect(ledger.runningError()).toBe(0);
  return { positions, messages: exchange.messages };
}

const line = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, k) => from + ((to - from) * k) / (steps - 1));

describe('momentum traders', () => {
  test('leave a market alone that moves by less than the lowest threshold', () => {
    expect(show([...line(INDEX, INDEX * 1.0049, 60), ...line(INDEX * 1.0049, INDEX * 1.0001, 60)]).messages).toEqual([]);
  });

  test.each([
    ['rise', 1.3, 1],
    ['fall', 0.7, -1],
  ])('follow a %s up to their limit and no further', (_, end, sign) => {
    const path = line(INDEX, INDEX * end, 120);
    const { positions, messages } = show(path);
    positions.forEach((held, step) => {
      for (const lots of held) {
        expect(lots * sign).toBeGreaterThanOrEqual(0);
        // At the prices seen before, a limit in lots was larger on the way up.
        expect(Math.abs(lots) * Math.min(INDEX, path[step]!)).toBeLessThanOrEqual(OPTIONS.limit);
      }
    });
    const reached = positions.at(-1)!.filter((lots) => Math.abs(lots) * path.at(-1)! > 0.9 * OPTIONS.limit);
    expect(reached.length).toBe(OPTIONS.count);
    for (const message of messages) expect(Number(message.split(' ')[1]) * INDEX * 0.7).toBeLessThanOrEqual(OPTIONS.size);
  });

  test('get out when a move turns, and stay out while it is small', () => {
    const { positions } = show([...line(INDEX, INDEX * 1.2, 120), ...line(INDEX * 1.2, INDEX * 1.182, 300)]);
    expect(Math.min(...positions[119]!)).toBeGreaterThan(500);
    expect(positions.at(-1)).toEqual(positions[0]);
  });

  test('turn with a large move, and then go the other way', () => {
    const { positions } = show([...line(INDEX, INDEX * 1.2, 120), ...line(INDEX * 1.2, INDEX * 0.95, 150)]);
    const sum = (step: number): number => positions[step]!.reduce((a, b) => a + b, 0);
    expect(sum(119)).toBeGreaterThan(10_000);
    expect(sum(269)).toBeLessThan(-10_000);
  });
});

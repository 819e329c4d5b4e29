import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { canReplay } from '../../src/simulation/tape.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';
import { withMarket } from '../../src/validation/worlds.ts';

/** The same markets under other margin rules, and with another vault. */
function otherRules(options: RunOptions): RunOptions {
  const { margin } = options.markets[0]!;
  return {
    ...withMarket(options, { margin: { ...margin, threshold: margin.threshold * 0.8, call: margin.call * 0.9 } }),
    liquidation: { ...options.liquidation, backstop: null, queue: 'largest' },
  };
}

describe("a twin on the last twin's prices", () => {
  test('is the twin that its own markets would give', () => {
    let replayed = 0;
    for (let world = 0; world < 60; world++) {
      const options = randomOptions(world);
      const seed = { seed: 'tape', replicate: world };
      const used = new Simulator();
      used.run(options, seed);
      const other = otherRules(options);
      if (canReplay(other)) replayed++;
      expect(used.run(other, seed, { detail: true })).toEqual(new Simulator().run(other, seed, { detail: true }));
    }
    expect(replayed).toBeGreaterThan(15);
  });

  test('is not taken where the outside price, the makers or the draws differ', () => {
    const world = [...Array(20).keys()].find((candidate) => canReplay(randomOptions(candidate)))!;
    const options = randomOptions(world);
    const seed = { seed: 'tape', replicate: 0 };
    const { quotes } = options.markets[0]!;
    if (quotes.kind !== 'makers') throw new Error('want makers');
    const deeper = quotes.groups.map((group) => ({ ...group, depth: group.depth * 2 }));
    const others: [RunOptions, typeof seed][] = [
      [options, { seed: 'other', replicate: 0 }],
      [options, { seed: 'tape', replicate: 1 }],
      [withMarket(options, { quotes: { ...quotes, groups: deeper } }), seed],
      [withMarket(options, { orders: [{ at: 20, lots: -900 }] }), seed],
      [{ ...options, steps: options.steps - 1 }, seed],
    ];
    for (const [other, at] of others) {
      const used = new Simulator();
      used.run(options, seed);
      expect(used.run(other, at, { detail: true })).toEqual(new Simulator().run(other, at, { detail: true }));
    }
  });
});

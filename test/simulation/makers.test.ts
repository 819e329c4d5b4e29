import { describe, expect, test } from 'vitest';
import { derive, hexOf, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { reshape } from '../../src/simulation/shape.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import type { MakerOptions } from '../../src/traders/ladder.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';
import { withMarket } from '../../src/validation/worlds.ts';

/** A random world whose makers are several groups, each with something switched on. */
function withGroups(seed: number): RunOptions {
  const options = randomOptions(seed);
  const { quotes } = options.markets[0]!;
  if (quotes.kind !== 'makers') throw new Error('want makers');
  const [group] = quotes.groups as readonly [MakerOptions];
  const depth = group.depth / 2;
  const groups: MakerOptions[] = [
    { ...group, name: 'slow', depth, reaction: 3, withdrawal: { at: 0.006, returnAt: 0.002, returnAfter: 5 } },
    { ...group, name: 'poor', depth, reaction: 0.5, lossLimit: depth / 500, lossPause: 20, recovery: 15 },
    { ...group, name: 'wary', depth, floor: 0, leaning: { riskAversion: 0.1, fill: depth / 20, decay: 2000, horizon: 60 } },
    { ...group, name: 'bounded', depth, leaning: { riskAversion: 0.1, fill: depth / 20, decay: 2000, horizon: Infinity }, reaction: 7 },
  ];
  return withMarket(options, { quotes: { kind: 'makers', groups } });
}

function opened(options: RunOptions, replicate: number): World {
  const outside = options.markets.map(({ driver }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root('makers', 'driver'), replicate), options.step, options.steps, path);
    return path;
  });
  const starts = outside.map((path) => path[0]!);
  const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(starts[m]!) }));
  const seed = { seed: 'makers', replicate };
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  const world = new World(shapeOf(options, population, starts));
  world.open({ options, population, outside, seed, route: 'book', tapes: null, exactScan: false, recountAlways: true });
  return world;
}

describe('a world with several groups of makers', () => {
  test('broken by snapshot and restore goes on with the same bytes, and the ledger stays whole', () => {
    let liquidated = 0;
    for (let seed = 0; seed < 25; seed++) {
      const options = withGroups(seed);
      const unbroken = opened(options, seed);
      while (unbroken.advance());
      expect(unbroken.ledgerError).toBe(0);
      liquidated += unbroken.engine.liquidated;
      const broken = opened(options, seed);
      while (broken.step < options.steps / 2) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
    }
    expect(liquidated).toBeGreaterThan(100);
  });

  test('does not see the order in which the groups are named', () => {
    for (let seed = 0; seed < 10; seed++) {
      const options = withGroups(seed);
      const { quotes } = options.markets[0]!;
      if (quotes.kind !== 'makers') throw new Error('want makers');
      const turned = withMarket(options, { quotes: { kind: 'makers', groups: quotes.groups.toReversed() } });
      expect(reshape(turned).markets[0]!.quotes).toEqual(reshape(options).markets[0]!.quotes);
      const [one, other] = [options, turned].map((asked) => {
        const world = opened(reshape(asked), seed);
        while (world.advance());
        return hexOf(world.hash);
      });
      expect(other).toBe(one);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { keyHex } from '../../src/core/random.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { withoutGroups } from '../../src/traders/absence.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import type { Population } from '../../src/traders/population.ts';
import type { TraderOptions } from '../../src/traders/group.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';

const seed = { seed: 'absence', replicate: 3 };

/** Two linear markets, isolated groups in both and a cross group over both. */
function twoMarkets(): RunOptions {
  const one = randomOptions(2);
  const other = randomOptions(2);
  const [market] = other.markets;
  const desks: TraderOptions = {
    ...(one.traders[0] as Extract<TraderOptions, { kind: 'drawn' }>),
    name: 'spread desks',
    cross: [{ market: 1, side: -1, notional: 1000 * market!.history.prices[0]! * market!.asset.quantaPerTickLot }],
  };
  const mirror: TraderOptions = {
    ...(desks as Extract<TraderOptions, { kind: 'drawn' }>),
    name: 'spread mirror',
    side: -1,
    cross: [{ ...desks.cross![0]!, side: 1 }] as never,
  };
  return {
    ...one,
    markets: [one.markets[0]!, { ...market!, asset: { ...market!.asset, symbol: 'Y' } }],
    traders: [...one.traders, desks, mirror],
  };
}

function populationOf(options: RunOptions): Population {
  const markets = options.markets.map((market) => ({ ...market, startMark: Math.round(market.history.prices[0]!) }));
  return buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
}

/** What each account is, by its key: all that a population says of it but its place. */
function byKey(population: Population): Map<string, unknown> {
  const accounts = new Map<string, unknown>();
  for (let i = 0; i < population.count; i++) {
    const legs = [...population.legs.account.keys()]
      .filter((k) => population.legs.account[k] === i)
      .map((k) => [population.legs.market[k], population.legs.lots[k], population.legs.entry[k]]);
    accounts.set(keyHex({ hi: population.keyHi[i]!, lo: population.keyLo[i]! }), [
      population.groupNames[population.group[i]!],
      population.market[i],
      population.lots[i],
      population.cash[i],
      population.entry[i],
      legs,
    ]);
  }
  return accounts;
}

describe('a population without some of its groups', () => {
  test('everybody else is who they were, to the bit', () => {
    const everybody = populationOf(twoMarkets());
    expect(everybody.legs.account.length).toBeGreaterThan(10);
    const all = byKey(everybody);
    for (const gone of [['longs'], ['shorts', 'spread desks'], ['desks'], [...everybody.groupNames]]) {
      const left = withoutGroups(everybody, gone);
      const expected = new Map([...all].filter(([, account]) => !gone.includes((account as [string])[0])));
      expect(left.count).toBe(expected.size);
      expect(byKey(left)).toEqual(expected);
      // Cross accounts stay in order, as the margin engine needs them.
      expect([...left.legs.account]).toEqual([...left.legs.account].sort((a, b) => a - b));
    }
    expect(withoutGroups(everybody, [])).toBe(everybody);
    expect(() => withoutGroups(everybody, ['nobody'])).toThrow('found no group "nobody"');
  });
});

describe('a run without a group', () => {
  test('balances: the ledger error is 0, whoever is left out, on books, curves and in coin', () => {
    for (let world = 0; world < 45; world++) {
      const base =
        world % 3 === 0 ? mixedOptions(world) : world % 3 === 1 ? onRandomCurve(randomOptions(world), world) : randomOptions(world);
      const names = base.traders.map(({ name }) => name);
      const without = names.filter((_, k) => ((world + 1) >> k) & 1);
      const { metrics } = new Simulator().run(
        { ...base, without, arms: ['placebo', 'quiet'] },
        { ...seed, replicate: world },
        { recountAlways: true },
      );
      expect(metrics[METRIC_NAMES.indexOf('ledger_error')]).toBe(0);
    }
  });

  test('whoever sends no order can leave: the run is the same, byte for byte', () => {
    for (let world = 0; world < 20; world++) {
      const base = randomOptions(world);
      const idle: TraderOptions[] = ([1, -1] as const).map((side) => ({
        ...(base.traders[0] as Extract<TraderOptions, { kind: 'drawn' }>),
        name: `a idle ${side}`,
        side,
        leverage: { kind: 'constant', value: 0.01 },
      }));
      const crowded = { ...base, traders: [...base.traders, ...idle] };
      const at = { ...seed, replicate: world };
      const full = new Simulator().run(crowded, at, { detail: true });
      const left = new Simulator().run({ ...crowded, without: idle.map(({ name }) => name) }, at, { detail: true });
      expect(full.liquidations!.every(({ group }) => !group.startsWith('a idle'))).toBe(true);
      expect(left.hash).toBe(full.hash);
      expect(left.liquidations).toEqual(full.liquidations);
      expect(left.steps).toEqual(full.steps);
    }
  });

  test('and without anybody nothing is forced', () => {
    const base = randomOptions(5);
    const { metrics } = new Simulator().run({ ...base, without: base.traders.map(({ name }) => name) }, seed, { recountAlways: true });
    for (const [name, value] of [
      ['liquidations', 0],
      ['excess_drawdown', 0],
      ['bad_debt', 0],
      ['ledger_error', 0],
    ] as const)
      expect(metrics[METRIC_NAMES.indexOf(name)]).toBe(value);
  });
});

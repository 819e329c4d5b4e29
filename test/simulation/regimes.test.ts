import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyHigh, keyLow, nameKey } from '../../src/core/random.ts';
import { drawUncertain, resolvePoint, type Experiment } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { withoutGroups } from '../../src/traders/absence.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import { CROSS } from '../../src/traders/population.ts';
import type { Population } from '../../src/traders/population.ts';

const path = new URL('../../experiments/regimes.yaml', import.meta.url);

function read(text: string): Experiment {
  const parsed = parseExperiment(text, { path: 'regimes.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.experiment;
}

const experiment = read(readFileSync(path, 'utf8'));
const REGIMES = ['isolated', 'cross', 'portfolio', 'dynamic'] as const;
const optionsUnder = (regime: (typeof REGIMES)[number]) => resolvePoint(experiment, REGIMES.indexOf(regime), drawUncertain(experiment, 1));

function populationUnder(regime: (typeof REGIMES)[number]): Population {
  const options = optionsUnder(regime);
  const markets = options.markets.map((market) => ({ ...market, startMark: Math.round(market.history.prices[0]!) }));
  return buildPopulation(options.traders, {
    markets,
    portfolio: options.portfolio ?? null,
    seasonThreshold: options.seasonThreshold,
    seed: experiment.seed,
    replicate: 1,
  });
}

/** Everybody by name and number: lots in both assets, and what was put in. */
function peopleOf(population: Population): ReadonlyMap<string, { readonly lots: readonly number[]; readonly money: number }> {
  const { groupNames, keyHi, keyLo, market, lots, entry, cash, legs, count } = population;
  const { markets } = optionsUnder('isolated');
  const owners = new Map<string, string>();
  for (const name of groupNames)
    for (const key of [name, ...markets.map(({ asset }) => `${name}\n${asset.symbol}`)])
      for (let k = 0; k < 300; k++) owners.set(`${keyHigh(nameKey(key), k)} ${keyLow(nameKey(key), k)}`, `${name} ${k}`);
  const people = new Map<string, { lots: number[]; money: number }>();
  for (let i = 0; i < count; i++) {
    const owner = owners.get(`${keyHi[i]} ${keyLo[i]}`)!;
    const person = people.get(owner) ?? { lots: [0, 0], money: 0 };
    people.set(owner, person);
    const held =
      market[i] === CROSS
        ? [...legs.account.keys()]
            .filter((k) => legs.account[k] === i)
            .map((k) => [legs.market[k]!, legs.lots[k]!, legs.entry[k]!] as const)
        : [[market[i]!, lots[i]!, entry[i]!] as const];
    person.money += cash[i]!;
    for (const [m, size, at] of held) {
      person.lots[m]! += size;
      person.money += size * at * markets[m]!.asset.quantaPerTickLot;
    }
  }
  return people;
}

describe('the same people under every regime', () => {
  test('hold the same lots of every asset with the same money', () => {
    const [isolated, ...others] = REGIMES.map((regime) => peopleOf(populationUnder(regime)));
    expect(isolated!.size).toBe(600);
    expect([...isolated!.values()].filter(({ lots }) => lots[0] !== 0 && lots[1] !== 0)).toHaveLength(400);
    for (const people of others) {
      expect(people.size).toBe(600);
      for (const [who, { lots, money }] of people) {
        expect([who, ...lots]).toEqual([who, ...isolated!.get(who)!.lots]);
        // Collateral is rounded to a quantum, once a position or once an account.
        expect(Math.abs(money - isolated!.get(who)!.money)).toBeLessThanOrEqual(1);
      }
    }
  });

  test('positions apart are accounts of their own with keys of their own, and leave together', () => {
    const population = populationUnder('isolated');
    const { count, groupNames, keyHi, keyLo } = population;
    expect(count).toBe(1000);
    expect(groupNames.filter((name) => name === 'pairs')).toHaveLength(2);
    expect(new Set(Array.from({ length: count }, (_, i) => `${keyHi[i]} ${keyLo[i]}`)).size).toBe(count);
    expect(withoutGroups(population, ['pairs']).count).toBe(800);
  });
});

describe('experiments/regimes.yaml', () => {
  const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
  const results = new Map<string, RunResult>();
  test.each(REGIMES)('%s: one replication, the ledger at zero after every step', (regime) => {
    const result = new Simulator().run(
      optionsUnder(regime),
      { seed: experiment.seed, replicate: 1 },
      { detail: true, recountAlways: true },
    );
    results.set(regime, result);
    expect(metric(result, 'ledger_error')).toBe(0);
    expect(result.liquidations!.length).toBeGreaterThan(20);
    const held = result.liquidations!.filter(({ group }) => group === 'pairs').map((one) => one.regime);
    expect(new Set(held)).toEqual(new Set(regime === 'portfolio' ? [] : [regime]));
  });

  test('hedges that are asked less are liquidated less, and margin that follows the market liquidates more', () => {
    const notional = (regime: string): number => metric(results.get(regime)!, 'liquidated_notional');
    expect(notional('dynamic')).toBeGreaterThan(notional('isolated'));
    expect(notional('portfolio')).toBeLessThan(notional('isolated'));
    expect(notional('portfolio')).toBeLessThan(notional('cross'));
    expect(metric(results.get('dynamic')!, 'procyclicality')).toBeGreaterThan(2);
  });
});

const WORLD = `horizon: 1m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: constant, price: 100_000 } }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: constant, price: 4_000 } }
  - { symbol: INV, tick: 1, lot: 1, driver: { kind: constant, price: 100_000 }, contract: { kind: inverse, face: 100, coin: XBT } }
market: { makers: { depth: 5e6 } }
traders:
  - GROUP
  - { name: shorts, count: 1, side: short, notional: 1e6, leverage: 2, also: [{ asset: ETH, side: short, notional: 1e6 }] }
margin: { MARGIN }
`;
const GROUP = '{ name: longs, count: 1, side: long, notional: 1e6, leverage: 2, also: [{ asset: ETH, side: long, notional: 1e6 }] }';
const world = (group: string, margin: string) => () => read(WORLD.replace('GROUP', group).replace('MARGIN', margin));

describe('margin.regime', () => {
  test.each(REGIMES)('%s is what groups are under that state none', (regime) => {
    const terms = 'dynamic: { volatility: 60% }, portfolio: { rules: { down: 15%, up: 15% } }';
    const { traders } = resolvePoint(world(GROUP.replace('side', 'margin: isolated, side'), `regime: ${regime}, ${terms}`)(), 0);
    const [longs, shorts] = traders;
    expect(longs).toMatchObject({ apart: [{ market: 1 }] });
    const shared = regime === 'cross' || regime === 'portfolio';
    expect(shorts).toMatchObject(shared ? { cross: [{ market: 1 }] } : { apart: [{ market: 1 }] });
    expect(shorts!.margin).toBe(regime === 'dynamic' || regime === 'portfolio' ? regime : undefined);
  });

  test('what cannot be is told where it stands', () => {
    expect(world(GROUP, 'regime: joint')).toThrow(/margin\.regime: found joint, want isolated, cross, dynamic, portfolio or standard/);
    expect(world(GROUP, 'regime: dynamic')).toThrow(/traders\[0\]\.margin: found dynamic, want margin\.dynamic too/);
    expect(world(GROUP.replace('leverage: 2', 'leverage: 200'), '')).toThrow(/traders\[0\]\.leverage: found 200, want less than/);
    expect(world(GROUP.replace('ETH', 'INV'), 'regime: cross')).toThrow(
      /found INV, which settles in another currency, want assets that settle in the quote currency/,
    );
    const inCoin = '{ name: longs, count: 1, asset: INV, margin: MODE, side: long, notional: 1e6, leverage: 2 }';
    const terms = 'dynamic: { volatility: 60% }, portfolio: { rules: { down: 15%, up: 15% } }';
    expect(world(inCoin.replace('MODE', 'standard'), terms)).toThrow(
      'found standard on INV, which settles in coin, want isolated, dynamic',
    );
    // Its margin may follow the market, or be shared in coin: all that is wrong is that nobody is short.
    for (const mode of ['dynamic', 'cross', 'portfolio'])
      expect(world(inCoin.replace('MODE', mode), terms)).toThrow(/^(?!.*settles in coin).*same notional on both sides/s);
  });
});

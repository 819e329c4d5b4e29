import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** A perpetual and the coin beside it, which fall together. */
function world(traders: string, rest = '', haircut = '10%', fall = '18%'): RunOptions {
  const driver = `{ kind: ramp, price: 4_000, at: 5m, length: 10m, size: ${fall}, volatility: 40% }`;
  const text = `horizon: 30m
assets:
  - { symbol: ETHP, tick: 0.1, lot: 0.01, driver: ${driver}, mark: last }
  - { symbol: ETH, tick: 0.1, lot: 0.001, contract: { kind: spot, haircut: ${haircut} }, driver: ${driver}, mark: last }
  - { symbol: GOLD, tick: 1, lot: 0.001, contract: { kind: spot, haircut: 3% }, driver: { kind: gbm, price: 3_000, volatility: 10% }, mark: last }
market: { makers: { depth: 5e6 }, noise: { size: 5_000 } }
traders:${traders}
margin: { maintenance: 1%, initial: 2% }
${rest}`;
  const parsed = parseExperiment(text, { path: 'coins.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const seed = { seed: 'coins', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const leverage = '{ kind: lognormal, median: 6, sigma: 0.5, min: 2, max: 15 }';
const longs = (coins: string): string => `
  - { name: longs, count: 150, margin: cross, side: long, notional: 20e6, leverage: ${leverage}, size: { kind: pareto, alpha: 1.3, cap: 2e6 }, coins: ${coins} }
  - { name: shorts, count: 50, side: short, notional: 20e6, leverage: 3 }`;
const BOTH = longs('[{ asset: ETH, share: 60% }, { asset: GOLD, share: 20% }]');

const RULES = [
  '',
  'liquidation: { capacity: 2, latency: 200ms, fee: 0.5%, insurance: 1e5 }',
  'liquidation: { policy: { kind: partial, above: 50_000, fraction: 20%, cooldown: 20s }, backstop: { level: 0.5x, capacity: unlimited } }',
  'liquidation: { mode: batch, queue: largest, adl: pro-rata }',
];

describe('collateral in coins', () => {
  test.each(RULES)('found by index as by a full scan, the ledger at zero after every step: %s', (rules) => {
    const options = world(BOTH, rules);
    const indexed = new Simulator().run(options, seed, { detail: true, recountAlways: true });
    const scanned = new Simulator().run(options, seed, { detail: true, exactScan: true });
    expect(scanned).toEqual(indexed);
    expect(metric(indexed, 'ledger_error')).toBe(0);
    expect(indexed.liquidations!.some(({ asset }) => asset === 'ETHP')).toBe(true);
    const debts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(indexed, name) || 0);
    expect(debts.reduce((sum, debt) => sum + debt, 0)).toBeCloseTo(metric(indexed, 'bad_debt'), 6);
  });

  test('contracts go first, then the coin with the smallest haircut, and no more of it than is owed', () => {
    const { liquidations } = new Simulator().run(world(BOTH), seed, { detail: true });
    const accounts = new Map(liquidations!.map(({ account }) => [account, liquidations!.filter((clip) => clip.account === account)]));
    let gold = 0;
    for (const clips of accounts.values()) {
      const order = clips.map(({ asset }) => ['ETHP', 'GOLD', 'ETH'].indexOf(asset));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(clips.every(({ asset, side }) => asset === 'ETHP' || side === 'long')).toBe(true);
      if (clips.some(({ asset }) => asset === 'GOLD')) gold++;
    }
    expect(gold).toBeGreaterThan(5);
    expect(liquidations!.some(({ asset }) => asset === 'ETH')).toBe(true);
  });

  test('a coin without a haircut that stands still is cash: liquidations at the same steps', () => {
    const still = (coins: string): RunResult => {
      const options = world(longs(coins));
      const [perpetual, ether, gold] = options.markets;
      const constant = {
        ...gold!,
        driver: { kind: 'constant' as const, price: 3000 },
        mark: { kind: 'index' as const, cadence: 1, clamp: null },
      };
      const margin = { ...constant.margin, haircut: 0 };
      return new Simulator().run({ ...options, markets: [perpetual!, ether!, { ...constant, margin }] }, seed, { detail: true });
    };
    const cash = still('[]');
    const coin = still('[{ asset: GOLD, share: 50% }]');
    const first = (result: RunResult): readonly (readonly [string, number])[] => {
      const seen = new Map<string, number>();
      for (const { account, step } of result.liquidations!) if (!seen.has(account)) seen.set(account, step);
      return [...seen];
    };
    expect(metric(cash, 'liquidations')).toBeGreaterThan(20);
    expect(first(coin)).toEqual(first(cash));
    expect(metric(coin, 'excess_drawdown')).toBe(metric(cash, 'excess_drawdown'));
  });

  test('the larger the haircut and the more coin, the more are liquidated', () => {
    const count = (coins: string, haircut: string): number =>
      metric(new Simulator().run(world(longs(coins), '', haircut, '8%'), seed), 'liquidations');
    const cash = count('[]', '5%');
    const some = count('[{ asset: ETH, share: 90% }]', '0%');
    const cut = count('[{ asset: ETH, share: 90% }]', '25%');
    expect(some).toBeGreaterThan(cash);
    expect(cut).toBeGreaterThan(some);
  });

  test('listed accounts hold coins beside their collateral; who is worth more than owed keeps the rest', () => {
    const options = world(
      `
  - { name: one, margin: cross, accounts: [{ side: long, size: 10 ETHP, entry: 4_000, collateral: 1_000, coins: [{ asset: GOLD, size: 1 GOLD }] }] }`,
    );
    const { liquidations, metrics } = new Simulator().run(options, seed, { detail: true });
    expect(liquidations!.map(({ asset }) => asset)).toEqual(['ETHP', 'GOLD']);
    const [, gold] = liquidations!;
    expect(gold!.quantity).toBeLessThan(1);
    expect(metrics[METRIC_NAMES.indexOf('bad_debt')]).toBe(0);
  });

  test('what cannot be is told where it stands', () => {
    const bad = (group: string) => () => world(`\n  - ${group}`);
    expect(bad('{ name: a, count: 1, side: long, notional: 1e6, leverage: 2, coins: [{ asset: ETH, share: 50% }] }')).toThrow(
      'found ETH in a group with isolated margin, want margin: cross',
    );
    expect(
      bad('{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, coins: [{ asset: ETHP, share: 50% }] }'),
    ).toThrow('found ETHP, a contract, want an asset with contract: { kind: spot');
    expect(
      bad(
        '{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, coins: [{ asset: ETH, share: 50% }, { asset: ETH, share: 10% }] }',
      ),
    ).toThrow('found ETH again, want each coin once');
    expect(
      bad(
        '{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, coins: [{ asset: ETH, share: 70% }, { asset: GOLD, share: 40% }] }',
      ),
    ).toThrow('found shares that sum to 1.1, want at most 1');
    expect(bad('{ name: a, count: 1, asset: ETH, side: long, notional: 1e6, leverage: 2 }')).toThrow(
      'found ETH, a spot asset, want a contract',
    );
    expect(
      bad(
        '{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, also: [{ asset: ETH, side: long, notional: 1e6 }] }',
      ),
    ).toThrow('found ETH, a spot asset, want a contract');
  });
});

describe('coins that are owed', () => {
  /** Somebody with a contract that stands still owes 10 of a coin that rises by 1 a second. */
  const owing = (venue: string, collateral: number, rest = ''): RunOptions => {
    const text = `horizon: 60s
assets:
  - { symbol: PERP, tick: 0.01, lot: 0.01, driver: { kind: constant, price: 100 }, mark: index }
  - { symbol: SOL, tick: 0.01, lot: 0.01, contract: { kind: spot, haircut: 5%, debt: 10%, sizeFactor: 0 }, driver: { kind: waypoints, points: [[0s, 100], [60s, 160]] }, mark: index }
  - { symbol: GOLD, tick: 0.01, lot: 0.01, contract: { kind: spot, haircut: 5%, sizeFactor: 0 }, driver: { kind: constant, price: 100 }, mark: index }
market: { makers: { kind: flat, size: 100_000, bid: 99, bidLevels: 1, ask: 140, askLevels: 1 } }
traders:
  - { name: one, margin: cross, accounts: [{ side: long, size: 0.01, entry: 100, collateral: ${collateral}, borrows: [{ asset: SOL, size: 10 }]${rest} }] }
margin: { venue: ${venue}, maintenance: 1%, initial: 20% }`;
    const parsed = parseExperiment(text, { path: 'debts.yaml' });
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    return resolvePoint(parsed.experiment, 0);
  };
  const clips = (options: RunOptions): [string, string, number][] =>
    new Simulator()
      .run(options, seed, { detail: true, recountAlways: true })
      .liquidations!.map(({ asset, side, quantity }) => [asset, side, quantity]);

  test('count against equity in full, and something is demanded of them: liquidated at the price that says so', () => {
    // 300 + 10 × (100 − p) < 10 % of 10 p + a cent: above 118.18, which is after 60 × log(1.1818) / log(1.6) = 21.3 s.
    const { liquidations } = new Simulator().run(owing('generic', 300), seed, { detail: true });
    expect(liquidations!.map(({ step }) => step)).toEqual([22, 22]);
    expect(clips(owing('generic', 300))).toEqual([['PERP', 'long', 0.01], ['SOL', 'short', 10]]); // prettier-ignore
  });

  test('are bought back after the contracts, and coins are sold for what that cost beyond the cash', () => {
    const coins = ', coins: [{ asset: GOLD, size: 5 }]';
    const sold = clips(owing('generic', 0, coins));
    expect([...new Set(sold.map(([asset]) => asset))]).toEqual(['PERP', 'SOL', 'GOLD']);
    // 10 bought at 140 from 1,000 of cash: 400 is owed, and what it is worth at a mark of 100 brings 99; the contract lost a cent.
    expect(sold[2]![2]).toBe(4.01);
    expect(sold.reduce((sum, [asset, , quantity]) => sum + (asset === 'GOLD' ? quantity : 0), 0)).toBeCloseTo(4.04, 1);
  });

  test('liquidators at Drift repay what covers the shortage, for money at the mark and their fee', () => {
    const options = owing('drift', 300);
    const result = new Simulator().run(options, seed, { detail: true, recountAlways: true });
    const debts = result.liquidations!.filter(({ asset }) => asset === 'SOL');
    expect(debts.length).toBeGreaterThan(1);
    for (const { route, fillPrice, triggerPrice, quantity } of debts) {
      expect(route).toBe('backstop');
      expect(quantity).toBeLessThan(10);
      // Of a dollar 98 cents repay.
      expect(fillPrice! / triggerPrice).toBeCloseTo(1 / 0.98, 4);
    }
    expect(metric(result, 'bad_debt')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });
});

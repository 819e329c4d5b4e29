import { describe, expect, test } from 'vitest';
import { bankruptcyPrice, equityAt, liquidationPrice } from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { extentOf } from '../../src/scenario/extent.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const seed = { seed: 'inverse', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;

function resolved(text: string): RunOptions {
  const parsed = parseExperiment(text, { path: 'inverse.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

/** One position of `contracts` of 100 dollars from 10,000 at 10x, a book that stands, and sales or purchases that walk through it. */
function single(side: 'long' | 'short', contracts: number, depth: number, rest = '', sale = depth): RunOptions {
  const [order, size] = side === 'long' ? ['sell', 14] : ['buy', 14];
  return resolved(`
horizon: 20s
assets:
  - symbol: BTCUSD
    tick: 100
    lot: 1
    contract: { kind: inverse, face: 100, coin: BTC }
    driver: { kind: constant, price: 10_000 }
    mark: last
market: { makers: { kind: flat, size: ${depth}, bid: 9_900, bidLevels: 90, ask: 10_100, askLevels: 90 } }
traders:
  - { name: one, accounts: [{ side: ${side}, size: ${contracts}, entry: 10_000, leverage: 10 }] }
orders:
${Array.from({ length: size }, (_, k) => `  - { at: ${k + 1}s, side: ${order}, size: ${sale} }`).join('\n')}
margin: { maintenance: 0.5%, initial: 2%, call: 2 }
liquidation: { ${rest} }
`);
}

describe('one position, end to end', () => {
  test.each(['long', 'short'] as const)('a %s is liquidated at the tick of its closed form, and owes what the closed form says', (side) => {
    const sign = side === 'long' ? 1 : -1;
    const terms: PositionTerms = {
      contract: 'inverse',
      side: sign,
      entry: 10_000,
      size: 1000,
      collateral: 0.01,
      rate: 0.005,
      threshold: 1,
    };
    const result = new Simulator().run(single(side, 10, 10), seed, { detail: true, recountAlways: true });
    const [fill] = result.liquidations!;
    // The book gives the first tick beyond, in steps of 100: 9136.4 → 9,100 and 11055.6 → 11,100.
    const crossing = liquidationPrice(terms);
    expect(fill!.triggerPrice).toBe(sign > 0 ? Math.floor(crossing / 100) * 100 : Math.ceil(crossing / 100) * 100);
    expect(fill!.fillPrice).toBeCloseTo(fill!.triggerPrice - 100 * sign, 9);
    expect(fill!.quantity).toBe(10);
    expect(sign * (bankruptcyPrice(terms) - fill!.fillPrice!)).toBeGreaterThan(0);
    // Debt in coin at the fill, told in dollars at the mark.
    const debt = -equityAt(terms, fill!.fillPrice!) * fill!.triggerPrice;
    expect(Math.abs(fill!.badDebt - debt)).toBeLessThan(1e-8 * fill!.triggerPrice);
    expect(metric(result, 'socialised_loss')).toBe(metric(result, 'bad_debt'));
    expect(metric(result, 'liquidated_notional')).toBeCloseTo(1000, 9);
    expect(metric(result, 'ledger_error')).toBe(0);
    expect(metric(result, 'rounding')).toBeGreaterThan(0);
    expect(metric(result, 'rounding')).toBeLessThan(40 * 1e-8 * 11_100);
  });

  test('fees and the fund are in coin: a fill above bankruptcy pays its share of the value at the fill', () => {
    const paid = new Simulator().run(single('long', 10, 1000, 'fee: 0.1%, insurance: 500', 990), seed, { detail: true });
    // Nine sales leave 90 of the 1,000 contracts at 9,100, where the position is liquidated.
    const [fill] = paid.liquidations!;
    const fee = (0.001 * 1000) / fill!.fillPrice!;
    expect(fill!.fillPrice).toBe(9_100);
    expect(Math.abs(metric(paid, 'fund_income') - fee * fill!.triggerPrice)).toBeLessThan(1e-8 * 9_100);
    expect(metric(paid, 'bad_debt')).toBe(0);
    const insured = new Simulator().run(single('long', 10, 10, 'insurance: 500'), seed);
    expect(metric(insured, 'insurance_used')).toBe(metric(insured, 'bad_debt'));
    expect(metric(insured, 'socialised_loss')).toBe(0);
  });

  test('a backstop takes over at the mark, rounded in its favour', () => {
    const result = new Simulator().run(single('long', 10, 10, 'latency: 3s, backstop: { level: 0.67x }'), seed, { detail: true });
    expect(result.liquidations!.map(({ route }) => route)).toEqual(['backstop']);
    expect(result.liquidations![0]!.fillPrice).toBe(result.steps![0]!.mark[result.liquidations![0]!.step]);
    expect(metric(result, 'backstop_notional')).toBeCloseTo(1000, 9);
    expect(metric(result, 'ledger_error')).toBe(0);
  });
});

const CRASH = 'driver: { kind: ramp, price: 100_000, at: 5m, length: 10m, size: 15%, volatility: 30% }, mark: last';
const LINEAR = `  - { symbol: BTC, tick: 1, lot: 0.001, ${CRASH} }`;
const INVERSE = `  - { symbol: BTCUSD, tick: 1, lot: 1, contract: { kind: inverse, face: 100, coin: BTC }, ${CRASH} }`;
const SMALL = `  - { symbol: BTCMINI, tick: 0.5, lot: 1, contract: { kind: inverse, face: 1, coin: BTC, quantum: 1e-8 }, ${CRASH} }`;

function crowd(assets: readonly string[], names: readonly string[], rest = 'insurance: 1e6, fee: 0.05%'): RunOptions {
  const groups = names.flatMap((name) => [
    `  - { name: ${name} longs, asset: ${name}, count: 300, side: long, notional: 60e6, size: { kind: pareto, alpha: 1.5, cap: 3e6 }, leverage: { kind: lognormal, median: 12, sigma: 0.6, min: 2, max: 40 } }`,
    `  - { name: ${name} shorts, asset: ${name}, count: 200, side: short, notional: 60e6, leverage: 3 }`,
  ]);
  return resolved(`
horizon: 40m
assets:
${assets.join('\n')}
market: { makers: { depth: 20e6, inventoryCap: 5e6 }, noise: { size: 5_000 }, arbitrageurs: { count: 5, capital: 1e6 } }
traders:
${groups.join('\n')}
margin: { maintenance: [{ from: 0, rate: 1% }, { from: 1e6, rate: 2% }], initial: 4% }
liquidation: { ${rest} }
`);
}

describe('a crash', () => {
  test('the same crowd in an inverse market is liquidated about as much as in a linear one, a long sooner and for more', () => {
    const linear = new Simulator().run(crowd([LINEAR], ['BTC']), seed, { detail: true, recountAlways: true });
    const inverse = new Simulator().run(crowd([INVERSE], ['BTCUSD']), seed, { detail: true, recountAlways: true });
    for (const result of [linear, inverse]) {
      expect(metric(result, 'ledger_error')).toBe(0);
      expect(metric(result, 'liquidations')).toBeGreaterThan(50);
    }
    // Longs of coin-margined contracts lose with the coin as well: 1 − 1/(1 + 1/L) of the price to bankruptcy, less than 1/L.
    expect(metric(inverse, 'liquidated_notional') / metric(linear, 'liquidated_notional')).toBeGreaterThan(1);
    expect(metric(inverse, 'liquidated_notional') / metric(linear, 'liquidated_notional')).toBeLessThan(1.5);
    // Makers stand with the same notional, in whole contracts.
    expect(inverse.steps![0]!.bidDepth[0]! / linear.steps![0]!.bidDepth[0]!).toBeCloseTo(1, 2);
    expect(metric(inverse, 'capital_efficiency')).toBeGreaterThan(1);
  });

  test('beside a linear market and another of the same coin each goes as if it were alone, in prices and liquidations', () => {
    const names = ['BTC', 'BTCUSD', 'BTCMINI'];
    const assets = [LINEAR, INVERSE, SMALL];
    const together = new Simulator().run(crowd(assets, names), seed, { detail: true, recountAlways: true });
    expect(metric(together, 'ledger_error')).toBe(0);
    let groups = 0;
    let income = 0;
    assets.forEach((asset, m) => {
      const alone = new Simulator().run(crowd([asset], [names[m]!]), seed, { detail: true });
      expect(together.steps![m]!.last).toEqual(alone.steps![0]!.last);
      expect(together.steps![m]!.mark).toEqual(alone.steps![0]!.mark);
      expect(together.steps![m]!.bidDepth).toEqual(alone.steps![0]!.bidDepth);
      groups += metric(alone, 'liquidations');
      income += metric(alone, 'fund_income');
    });
    expect(metric(together, 'liquidations')).toBe(groups);
    expect(metric(together, 'fund_income') / income).toBeCloseTo(1, 12);
  });

  test("money that is stated in quote units means the same in every market's units", () => {
    const rest = 'policy: { kind: partial, above: 500e3, fraction: 20%, cooldown: 30s }, backstop: { level: 0.67x, capacity: 10e6 }';
    const first = new Simulator().run(crowd([LINEAR, INVERSE], ['BTC', 'BTCUSD'], rest), seed, { detail: true });
    const second = new Simulator().run(crowd([INVERSE, LINEAR], ['BTCUSD', 'BTC'], rest), seed, { detail: true });
    expect(second.liquidations!.length).toBe(first.liquidations!.length);
    for (const name of ['liquidated_notional', 'backstop_notional', 'bad_debt', 'liquidations', 'over_liquidation']) {
      expect(metric(second, name) / metric(first, name), name).toBeCloseTo(1, 9);
    }
  });

  test('the load-time proof bounds the money of each currency', () => {
    const options = crowd([LINEAR, INVERSE, SMALL], ['BTC', 'BTCUSD', 'BTCMINI']);
    const simulator = new Simulator();
    simulator.run(options, seed);
    simulator['world']!.ledger.cash.forEach((cash, currency) => {
      const place = options.markets.findIndex(({ contract }) => contract.currency === currency);
      const { money } = extentOf(options, place);
      const moved = cash.reduce((sum, quanta) => sum + Math.abs(quanta), 0);
      expect(moved).toBeGreaterThan(0);
      expect(moved).toBeLessThan(money);
      expect(money).toBeLessThan(2 ** 53);
    });
  });

  test('funding is paid in coin', () => {
    const paid = INVERSE.replace(
      'mark: last',
      'mark: last, funding: { cadence: 2m, sampling: 10s, interest: 50%, band: unlimited, cap: none }',
    );
    const without = new Simulator().run(crowd([INVERSE], ['BTCUSD']), seed, { recountAlways: true });
    const result = new Simulator().run(crowd([paid], ['BTCUSD']), seed, { recountAlways: true });
    expect(metric(result, 'ledger_error')).toBe(0);
    expect(metric(result, 'liquidations')).toBeGreaterThan(metric(without, 'liquidations'));
  });
});

describe('what does not fit is told where it stands', () => {
  const broken = (contract: string, symbol = 'BTCUSD', more = ''): (() => RunOptions) => {
    return () => crowd([`  - { symbol: ${symbol}, tick: 1, lot: 1, contract: ${contract}, ${CRASH} }${more}`], [symbol]);
  };

  test.each([
    ['{ kind: inverse, face: 100 }', 'scenario.assets[0].contract.coin'],
    ['{ kind: inverse, face: -100, coin: BTC }', 'scenario.assets[0].contract.face'],
    ['{ kind: quanto, face: 100, coin: BTC }', 'inverse'],
    [
      '{ kind: inverse, face: 100, coin: BTC, quantum: 3e-8 }',
      'found 100, of which a lot is 100, want whole multiples of tick × quantum, 3e-8',
    ],
    ['{ kind: inverse, face: 100, coin: BTC, quantum: 1e-18 }', 'want it coarser'],
    ['{ kind: inverse, face: 100, coin: BTC, quantum: 1e-13 }', "make the coin's quantum at least"],
  ])('%s', (contract, message) => {
    expect(broken(contract)).toThrow(message.replace('scenario.', ''));
  });

  test('a symbol that is the coin, and two quanta of one coin', () => {
    expect(broken('{ kind: inverse, face: 100, coin: BTC }', 'BTC')).toThrow("found BTC, want a symbol that is not the coin's");
    expect(() => crowd([INVERSE, SMALL.replace('1e-8', '1e-7')], ['BTCUSD', 'BTCMINI'])).toThrow(
      'found 1e-7, want the 1e-8 of assets[0], which settles in BTC too',
    );
  });
});

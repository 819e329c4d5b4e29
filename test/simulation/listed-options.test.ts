import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../src/core/math.ts';
import type { PortfolioDesk } from '../../src/liquidation/portfolio-desk.ts';
import { parseAccount } from '../../src/scenario/account-reading.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { margin, regimesOf } from '../../src/venues/account-margin.ts';
import { venueNamed } from '../../src/venues/catalogue.ts';
import { optionsOf } from './one-loan.ts';

const seed = { seed: 'listed options', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const DAY = 86_400;
const VOLATILITY = 0.55;
const SKEW = -0.3;
const ELASTICITY = 1.5;

/** An account with perpetuals of two assets and options on both, beside `rest`. */
function world(account: string, rules: string, rest = '', fall = '6%', regime = 'portfolio', other = 'ETH'): RunOptions {
  return optionsOf(`horizon: 30m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 3m, length: 10m, size: ${fall} }, mark: index }
  - { symbol: ${other}, tick: 0.1, lot: 0.01, driver: { kind: ramp, price: 4_000, at: 5m, length: 10m, size: 9% }, mark: index }
market: { makers: { depth: 10e6 } }
traders:
  - { name: one, margin: ${regime}, accounts: [${account.replaceAll('\n', ' ').replaceAll('ETH', other)}] }
${rest}
margin: { venue: ${rules}, ${rules === 'occ-tims' ? 'threshold: 0.9, ' : ''}${regime}: { rules: ${rules}, volatility: ${VOLATILITY}, skew: ${SKEW}, elasticity: ${ELASTICITY} } }
liquidation: { auction: off }`);
}

const ACCOUNT = `{ side: long, size: 2 BTC, entry: 101_000, collateral: 90_000, also: [{ asset: ETH, side: short, size: 10 ETH, entry: 4_050 }], options: [
  { kind: put, strike: 90_000, expiry: 30d, side: short, size: 1.5 BTC },
  { kind: call, strike: 110_000, expiry: 30d, side: long, size: 1 BTC, premium: 1_900 },
  { asset: ETH, kind: call, strike: 4_500, expiry: 60d, side: long, size: 4 ETH } ] }`;

describe.each([
  ['derive-pmrm-v1', 'portfolio', 'ETH'],
  ['derive-pmrm-v2', 'portfolio', 'ETH'],
  ['derive-srm', 'standard', 'ETH'],
  ['deribit', 'standard', 'SOL'],
  ['deribit', 'portfolio', 'SOL'],
  ['cme-span', 'portfolio', 'ETH'],
  ['occ-tims', 'portfolio', 'ETH'],
  ['okx', 'portfolio', 'ETH'],
])('a listed account under %s, %s margin', (rules, regime, other) => {
  test.each([0, 400, 1500])('demands in a run after %d seconds what the calculator says of it', (seconds) => {
    // Rich enough for the strictest.
    const options = world(ACCOUNT.replace('90_000', '300_000'), rules, '', '6%', regime, other);
    const play = new Simulator().begin(options, seed);
    while (play.step < seconds) play.advance();
    const [btc, eth] = options.markets.map(({ asset }) => asset.tick);
    const marks = Float64Array.from(options.markets, (_, m) => play.markOf(m));
    const prices = [marks[0]! * btc!, Number((marks[1]! * eth!).toFixed(1))] as const;
    const { quantum } = options.markets[0]!.asset;
    const desk = play.engine.desks.of(0) as PortfolioDesk;
    const implied = (strike: number, price: number, start: number): number =>
      VOLATILITY * Math.pow(price / start, -ELASTICITY) * (1 + SKEW * Math.log(strike / price));
    const cash = play.ledger.cash[0]![0]! * quantum + 2 * 101_000 - 10 * 4050;
    const text = `venue: ${rules}
${regimesOf(venueNamed(rules)!).length > 1 ? `regime: ${regime}` : ''}
prices: { BTC: ${prices[0]}, ${other}: ${prices[1]} }
cash: ${cash.toFixed(6)}
positions: [{ asset: BTC, size: 2, entry: 101000, contract: linear }, { asset: ${other}, size: -10, entry: 4050, contract: linear }]
options:
  - { asset: BTC, type: put, strike: 90000, expiry: ${30 * DAY - seconds}s, size: -1.5, volatility: ${implied(90_000, prices[0], 100_000).toFixed(14)} }
  - { asset: BTC, type: call, strike: 110000, expiry: ${30 * DAY - seconds}s, size: 1, volatility: ${implied(110_000, prices[0], 100_000).toFixed(14)} }
  - { asset: ${other}, type: call, strike: 4500, expiry: ${60 * DAY - seconds}s, size: 4, volatility: ${implied(4500, prices[1], 4000).toFixed(14)} }
`;
    const parsed = parseAccount(text, { path: 'account.yaml' });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const [group] = margin(parsed.account, parsed.venue).groups;
    expect((desk.maintenance(0, marks) * quantum) / group!.maintenanceMargin).toBeCloseTo(1, 10);
    expect(
      (desk.demanded(0, marks) * quantum) / Math.max(group!.initialMargin, options.markets[0]!.margin.call * group!.maintenanceMargin),
    ).toBeCloseTo(1, 10);
    expect((desk.worth(0, marks) * quantum) / group!.equity).toBeCloseTo(1, 9);
  });
});

describe('options of listed accounts', () => {
  test('are bought at the model’s price, or at the premium stated, against the outside', () => {
    const cashOf = (premium: string): number => {
      const account = `{ side: long, size: 1 BTC, entry: 100_000, collateral: 50_000, options: [{ kind: call, strike: 100_000, expiry: 30d, side: long, size: 2 BTC${premium} }] }`;
      const options = world(account, 'derive-pmrm-v2');
      const play = new Simulator().begin(options, seed);
      const { quantum } = options.markets[0]!.asset;
      expect(play.ledger.recount()).toBe(0);
      expect([...play.ledger.markets[2]!.lots].filter((lots) => lots !== 0)).toEqual([2000, -2000]);
      return play.ledger.cash[0]![0]! * quantum;
    };
    expect(cashOf(', premium: 7_000')).toBeCloseTo(50_000 - 100_000 - 2 * 7000, 6);
    // At the money: price × (2 N(σ √T / 2) − 1).
    const model = (50_000 - 100_000 - cashOf('')) / 2;
    expect(model / 100_000).toBeCloseTo(2 * normalCdf((VOLATILITY * Math.sqrt(30 / 365)) / 2) - 1, 8);
  });

  test('puts held keep an account that the fall would else close, found by index as by a full scan', () => {
    const result = (options: string): RunResult => {
      const account = `{ side: long, size: 2 BTC, entry: 100_000, collateral: 52_000${options} }`;
      const rest = '  - { name: shorts, accounts: [{ side: short, size: 2 BTC, entry: 100_000, leverage: 1 }] }';
      const one = world(account, 'derive-pmrm-v2', rest, '14%');
      const indexed = new Simulator().run(one, seed, { detail: true, recountAlways: true });
      expect(new Simulator().run(one, seed, { detail: true, exactScan: true })).toEqual(indexed);
      expect(metric(indexed, 'ledger_error')).toBe(0);
      return indexed;
    };
    expect(result('').liquidations!.length).toBeGreaterThan(0);
    expect(result(', options: [{ kind: put, strike: 95_000, expiry: 30d, side: long, size: 2 BTC }]').liquidations).toEqual([]);
  });

  test('join the options of drawn groups in one listing', () => {
    const drawn =
      '  - { name: many, count: 5, margin: portfolio, side: long, notional: 1e6, leverage: 2, options: [{ kind: put, strike: 90%, expiry: 30d, side: long, size: 1x }] }\n  - { name: shorts, count: 5, side: short, notional: 1e6, leverage: 1 }';
    const options = world(ACCOUNT, 'derive-pmrm-v2', drawn);
    expect(options.portfolio!.options.map(({ market, call, strike }) => [market, call, strike])).toEqual([
      [0, false, 90_000],
      [0, true, 110_000],
      [1, true, 45_000],
      [0, false, 90_000],
    ]);
    const result = new Simulator().run(options, seed, { recountAlways: true });
    expect(metric(result, 'ledger_error')).toBe(0);
  });
});

describe('risk arrays that an exchange publishes', () => {
  /** SPAN's order: a fall of the whole range and the extreme fall lose most. */
  const GAINS = [0, 0, 3330, 3330, -3330, -3330, 6670, 6670, -6670, -6670, 10_000, 10_000, -10_000, -10_000, 7000, -7000];
  const published = (size: string, gains: readonly number[]): RunOptions =>
    optionsOf(`horizon: 30m
assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 3m, length: 10m, size: 14% }, mark: index }]
market: { makers: { depth: 10e6 } }
traders:
  - { name: one, margin: portfolio, accounts: [{ side: ${size.startsWith('-') ? 'short' : 'long'}, size: ${size.replace('-', '')} BTC, entry: 100_000, collateral: 40_000 }] }
  - { name: other, accounts: [{ side: ${size.startsWith('-') ? 'long' : 'short'}, size: ${size.replace('-', '')} BTC, entry: 100_000, leverage: 1 }] }
margin: { venue: cme-span, portfolio: { arrays: [{ asset: BTC, gains: [${gains.join(', ')}] }] } }`);

  test.each([
    ['2', GAINS, 20_000],
    ['-2', GAINS, 20_000],
    // What counts of an extreme is in its gain already.
    ['2', GAINS.with(15, -11_000), 22_000],
    ['-2', GAINS.with(14, 12_500), 25_000],
  ])('%s BTC demand the worst of them, at any price', (size, gains, worst) => {
    const options = published(size, gains);
    const play = new Simulator().begin(options, seed);
    const { quantum } = options.markets[0]!.asset;
    for (const price of [100_000, 93_000, 120_000])
      expect(play.engine.desks.of(0).maintenance(0, Float64Array.of(price)) * quantum).toBeCloseTo(worst, 6);
  });

  test('decide who is liquidated, by index as by a full scan', () => {
    const times = [GAINS, GAINS.map((gain) => 1.5 * gain)].map((gains) => {
      const indexed = new Simulator().run(published('2', gains), seed, { detail: true, recountAlways: true });
      expect(new Simulator().run(published('2', gains), seed, { detail: true, exactScan: true })).toEqual(indexed);
      return indexed.liquidations![0]!.step;
    });
    expect(times[1]).toBeLessThan(times[0]!);
  });
});

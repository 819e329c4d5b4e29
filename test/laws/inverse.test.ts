import { describe, expect, test } from 'vitest';
import { FundingPayment } from '../../src/market/funding.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { MarketOptions, RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import type { World } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import { dynamicOptions } from '../../src/validation/random-regimes.ts';
import { mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';

const SEED = { seed: 'w', replicate: 0 };

const opened = (options: RunOptions): World => new Simulator().begin(options, SEED, { recountAlways: true });

describe('coin', () => {
  test("every coin's fund opens with the same value at the opening price", () => {
    const base = mixedOptions(1);
    const options = { ...base, liquidation: { ...base.liquidation, insurance: 123_456 } };
    const world = opened(options);
    const fund = world.shape.traders;
    expect(world.ledger.cash[0]![fund]).toBe(123_456);
    const [, inverse] = options.markets;
    const coin = world.ledger.cash[1]![fund]!;
    const start = world.markets[1]!.index;
    expect(Number.isInteger(coin)).toBe(true);
    expect(Math.abs(coin - 123_456 / inverse!.asset.quantum / start)).toBeLessThanOrEqual(0.5);
  });

  test('a wrong posting in one of the currencies is found', () => {
    for (const currency of [0, 1]) {
      const world = opened(mixedOptions(2));
      for (let i = 0; i < 5; i++) world.advance();
      expect(world.ledgerError).toBe(0);
      world.ledger.cash[currency]![0]! += 1;
      world.advance();
      expect(world.ledgerError).toBeGreaterThan(0);
    }
  });

  test('funding is paid by longs to shorts in coin and sums to nothing', () => {
    const world = opened(randomOptions(3, 'inverse'));
    const ledger = world.ledger.markets[0]!;
    const before = ledger.cash.slice();
    const perLot = 0.001 * Math.abs(ledger.lotValue(900));
    const paid = new FundingPayment(ledger.cash.length).pay(ledger, perLot);
    expect(paid).toBeGreaterThan(0);
    let sum = 0;
    ledger.cash.forEach((cash, i) => {
      const moved = cash - before[i]!;
      sum += moved;
      expect(Math.abs(moved + ledger.lots[i]! * perLot)).toBeLessThanOrEqual(1);
    });
    expect(sum).toBe(0);
    expect(ledger.recount()).toBe(0);
  });

  test('the population opens at the leverage that it was given', () => {
    const { markets, traders, seasonThreshold } = randomOptions(4, 'inverse');
    const [{ contract, history }] = markets as [MarketOptions];
    const startMark = Math.round(history.prices[0]!);
    const population = buildPopulation(traders, { markets: [{ ...markets[0]!, startMark }], seasonThreshold, ...SEED });
    const { factor } = contract;
    for (let i = 0; i < population.count; i++) {
      const { lots, entry, cash } = { lots: population.lots[i]!, entry: population.entry[i]!, cash: population.cash[i]! };
      const value = (Math.abs(lots) * factor) / entry;
      const collateral = cash - (lots * factor) / entry;
      expect(Number.isInteger(cash)).toBe(true);
      expect(value / collateral).toBeGreaterThan(0.99);
      expect(value / collateral).toBeLessThan(31);
    }
  });
});

test('margin that follows coin-margined markets: engine ≡ full scan, and the parts of a bad debt are the bad debt', () => {
  const indexed = new Simulator();
  const scanned = new Simulator();
  let inCoin = 0;
  const worlds = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;
  for (let world = 0; world < worlds; world++) {
    const options = dynamicOptions(world % 2 === 0 ? mixedOptions(world) : randomOptions(world, 'inverse'), world);
    const seed = { seed: `rates in coin ${world}`, replicate: 0 };
    const a = indexed.run(options, seed, { detail: true, recountAlways: true });
    const b = scanned.run(options, seed, { detail: true, exactScan: true });
    expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
    expect([a.hash, ...a.metrics], `world ${world}`).toEqual([b.hash, ...b.metrics]);
    const metric = (name: string): number => a.metrics[METRIC_NAMES.indexOf(name)] || 0;
    expect(metric('ledger_error'), `world ${world}`).toBe(0);
    const parts = metric('insurance_used') + metric('backstop_loss') + metric('adl_used') + metric('socialised_loss');
    expect(Math.abs(parts - metric('bad_debt'))).toBeLessThanOrEqual(1e-12 * metric('bad_debt'));
    inCoin += a.liquidations!.filter(({ regime, asset }) => regime === 'dynamic' && (asset !== 'X' || world % 2 === 1)).length;
  }
  expect(inCoin).toBeGreaterThan(5 * worlds);
});

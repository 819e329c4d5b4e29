import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** One run of a packaged experiment with some keys set otherwise, nothing varied. */
async function played(name: string, ...set: string[]) {
  const path = fileURLToPath(new URL(`../../experiments/${name}.yaml`, import.meta.url));
  const experiment = await loadExperiment(path, { set: ['vary={}', 'replications=1', ...set.map((one) => `scenario.${one}`)] });
  const { metrics, adversaries } = new Simulator().run(
    resolvePoint(experiment, 0),
    { seed: experiment.seed, replicate: 0 },
    { detail: true },
  );
  const value = (metric: string): number => metrics[METRIC_NAMES.indexOf(metric)]!;
  expect(value('ledger_error')).toBe(0);
  expect(value('insurance_used') + (value('backstop_loss') || 0) + (value('adl_used') || 0) + value('socialised_loss')).toBeCloseTo(
    value('bad_debt'),
    6,
  );
  return { profit: value('adversary_pnl'), twinProfit: adversaries![0]!.twinProfit, value };
}

describe('a stop hunter', () => {
  test('gains where the book is thin, and loses there too when forced orders do not reach it', async () => {
    const { profit, twinProfit, value } = await played('stop-hunter', 'market.makers.depth=1e6');
    expect(profit).toBeGreaterThan(0);
    expect(twinProfit).toBeLessThan(0);
    expect(value('caused_share')).toBeGreaterThan(0.1);
  });

  test('loses where the book is deep, but no more than it brought', async () => {
    const { profit, value } = await played('stop-hunter', 'market.makers.depth=12e6');
    expect(profit).toBeLessThan(0);
    expect(profit).toBeGreaterThan(-1e6);
    expect(value('liquidations')).toBe(0);
  });

  test('gains less where a vault takes accounts over, and nothing where it has room for all', async () => {
    const off = await played('stop-hunter', 'market.makers.depth=3e6');
    const some = await played('stop-hunter', 'market.makers.depth=3e6', 'liquidation.backstop={ level: 0.99x, capacity: 5e6 }');
    const all = await played('stop-hunter', 'market.makers.depth=3e6', 'liquidation.backstop={ level: 0.999x, capacity: unlimited }');
    expect(some.profit).toBeLessThan(off.profit);
    expect(all.profit).toBeLessThan(0);
  });
});

describe('a fund drainer', () => {
  test('gains what the venue loses where the book is thin', async () => {
    const { profit, value } = await played('fund-drainer', 'market.makers.depth=300_000');
    expect(profit).toBeGreaterThan(1e6);
    expect(value('bad_debt')).toBeGreaterThan(profit);
    expect(value('insurance_used')).toBe(500_000);
  });

  test('loses where the book holds more than its position', async () => {
    const { profit, value } = await played('fund-drainer', 'market.makers.depth=10e6');
    expect(profit).toBeLessThan(0);
    expect(value('bad_debt')).toBe(0);
  });

  test.each(['expire-maker', 'expire-taker', 'expire-both', 'decrement'])(
    'has nothing of it under self-trade prevention (%s)',
    async (rule) => {
      expect((await played('fund-drainer', 'market.makers.depth=300_000', `market.selfTrade=${rule}`)).profit).toBe(0);
    },
  );

  test('gains all the same where the venue does not know whose accounts they are', async () => {
    const set = ['market.makers.depth=300_000', 'market.selfTrade=expire-both', 'adversaries[drainer].linked=false'];
    expect((await played('fund-drainer', ...set)).profit).toBeGreaterThan(1e6);
  });

  test('has to give to the winners it made debts for, is held by a price band, and is held small by tiers of initial margin', async () => {
    const free = await played('fund-drainer', 'market.makers.depth=1e6');
    expect(free.profit).toBeGreaterThan(0);
    expect((await played('fund-drainer', 'market.makers.depth=1e6', 'liquidation.adl=queue')).profit).toBeLessThan(0);
    const band = await played('fund-drainer', 'market.makers.depth=300_000', 'market.session={ band: { width: 3% } }');
    expect(band.profit).toBeLessThanOrEqual(0);
    const tiers = await played(
      'fund-drainer',
      'market.makers.depth=1e6',
      'margin.initial=[{ from: 0, rate: 5% }, { from: 1e6, rate: 95% }]',
    );
    expect(tiers.profit).toBeLessThan(0);
  });
});

describe('an oracle pusher', () => {
  const market = 'adversaries[pusher].push={ on: market, notional: 4e6, capital: 1e6 }';

  test('gains by this market where the mark is its mid, and hardly or not where the mark is an average, clamped or a median', async () => {
    const mid = await played('oracle-pusher', market, 'assets[0].mark=mid');
    expect(mid.profit).toBeGreaterThan(1e6);
    for (const mark of ['{ kind: ema, timeConstant: 150s }', '{ kind: mid, clamp: 5% }', '{ kind: median, premium: 150s, cadence: 3s }']) {
      expect((await played('oracle-pusher', market, `assets[0].mark=${mark}`)).profit, mark).toBeLessThan(0);
    }
  });

  test('gains by a thin market that the oracle reads, and loses where the mark does not read it', async () => {
    expect((await played('oracle-pusher', 'assets[0].mark=index')).profit).toBeGreaterThan(1e6);
    expect((await played('oracle-pusher', 'assets[0].mark=mid')).profit).toBeLessThan(0);
  });

  test('loses where either market is deep', async () => {
    expect((await played('oracle-pusher', market, 'assets[0].mark=mid', 'market.makers.depth=10e6')).profit).toBeLessThan(0);
    expect((await played('oracle-pusher', 'assets[0].mark=index', 'adversaries[pusher].push.depth=5e6')).profit).toBeLessThan(0);
  });

  test('gains less where the venue keeps more of the notional when money is taken out', async () => {
    const free = await played('oracle-pusher', 'assets[0].mark=index');
    expect((await played('oracle-pusher', 'assets[0].mark=index', 'adversaries[pusher].keep=20%')).profit).toBeLessThan(free.profit / 2);
  });
});

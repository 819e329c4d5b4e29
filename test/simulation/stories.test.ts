import { describe, expect, test } from 'vitest';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** The metrics of one replicate at every point of a shipped experiment. */
async function played(name: string, replicate = 1): Promise<readonly ((metric: string) => number)[]> {
  const experiment = await loadExperiment(new URL(`../../experiments/${name}.yaml`, import.meta.url).pathname);
  const simulator = new Simulator();
  return experiment.points.map(({ index }) => {
    const options = resolvePoint(experiment, index, drawUncertain(experiment, replicate));
    const { metrics } = simulator.run(options, { seed: experiment.seed, replicate });
    const of = (metric: string): number => metrics[METRIC_NAMES.indexOf(metric)]!;
    expect(of('ledger_error')).toBe(0);
    expect(of('liquidations')).toBeGreaterThan(0);
    return of;
  });
}

describe('shipped experiments that tell a story', () => {
  test('disposal-speed: fast sales move the price, slow ones leave debts, and a crowd has both', async () => {
    const runs = await played('disposal-speed');
    // Speeds, slowest first, and in each of them the three populations.
    const row = (metric: string, population: number): number[] => [0, 1, 2, 3].map((speed) => runs[3 * speed + population]!(metric));
    for (const population of [0, 1, 2]) {
      const excess = row('excess_drawdown', population);
      expect([...excess].sort((a, b) => a - b)).toEqual(excess);
      expect(excess[3]! / excess[0]!).toBeGreaterThan(10);
    }
    const owed = (population: number): number[] =>
      row('bad_debt', population).map((debt, speed) => debt + row('latent_bad_debt', population)[speed]!);
    for (const population of [0, 1]) expect(owed(population)[0]).toBeGreaterThan(10 * owed(population)[3]!);
    expect(owed(2)[3]).toBeGreaterThan(10 * owed(1)[3]!);
  });

  test('procyclical-spiral: following sells more, a floor spares the debt and not the sales, a cap the sales and not the debt', async () => {
    const [low, high, follows, buffer, stressed, floor, cap] = await played('procyclical-spiral');
    for (const still of [low, high]) expect(still!('procyclicality')).toBe(1);
    for (const remedy of [buffer, stressed, floor, cap]) {
      expect(remedy!('procyclicality')).toBeGreaterThan(1.5);
      expect(remedy!('procyclicality')).toBeLessThan(follows!('procyclicality'));
    }
    for (const moving of [follows, buffer, stressed, floor])
      expect(moving!('liquidated_notional')).toBeGreaterThan(1.5 * low!('liquidated_notional'));
    expect(cap!('liquidated_notional')).toBeLessThan(0.8 * follows!('liquidated_notional'));
    for (const loose of [low, follows, cap]) expect(loose!('bad_debt')).toBeGreaterThan(1e4);
    for (const tight of [high, floor]) expect(tight!('bad_debt')).toBeLessThan(0.1 * follows!('bad_debt'));
    expect(floor!('capital_efficiency')).toBeLessThan(0.5 * low!('capital_efficiency'));
  });

  test('black-thursday: a third goes for nothing where software will not pay, none in a Dutch auction, and an outage spares', async () => {
    const runs = await played('black-thursday');
    const at = (loans: number, ceiling: number, outage: number) => runs[4 * loans + 2 * ceiling + outage]!;
    for (const outage of [0, 1]) {
      const share = at(0, 0, outage)('zero_bid_share');
      expect(share).toBeGreaterThan(0.3);
      expect(share).toBeLessThan(0.4);
      expect(at(0, 0, outage)('bad_debt')).toBeGreaterThan(2 * at(1, 0, outage)('bad_debt'));
      for (const [loans, ceiling] of [[1, 0], [0, 1], [1, 1]] as const) expect(at(loans, ceiling, outage)('zero_bid_share')).toBe(0); // prettier-ignore
    }
    for (const loans of [0, 1])
      for (const ceiling of [0, 1])
        expect(at(loans, ceiling, 0)('liquidated_notional')).toBeLessThan(at(loans, ceiling, 1)('liquidated_notional'));
  });

  test('recovery-mode: other loans take what the pool does not reach', async () => {
    const [none, small, large] = await played('recovery-mode');
    expect(none!('redistributed_debt')).toBeGreaterThan(1e6);
    expect(large!('redistributed_debt')).toBe(0);
    expect(large!('recovery_seconds')).toBeLessThan(none!('recovery_seconds'));
    expect(large!('liquidated_notional')).toBeGreaterThan(small!('liquidated_notional'));
  });
});

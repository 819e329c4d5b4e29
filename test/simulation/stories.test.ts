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

  test('procyclical-spiral: margin that follows volatility liquidates more than margin that stands still', async () => {
    const [still, follows, buffer, stressed, floor, cap] = await played('procyclical-spiral');
    expect(still!('procyclicality')).toBe(1);
    for (const remedy of [buffer, stressed, floor, cap]) {
      expect(remedy!('procyclicality')).toBeGreaterThan(1.5);
      expect(remedy!('procyclicality')).toBeLessThan(follows!('procyclicality'));
    }
    for (const moving of [follows, buffer, stressed, floor, cap])
      expect(moving!('liquidated_notional')).toBeGreaterThan(still!('liquidated_notional'));
  });

  test('black-thursday: collateral goes for nothing where the usual keepers stay away, a Dutch auction waits, an outage spares', async () => {
    const runs = await played('black-thursday');
    const at = (ceiling: number, loans: number, outage: number) => runs[4 * ceiling + 2 * loans + outage]!;
    for (const outage of [0, 1]) {
      expect(at(0, 0, outage)('zero_bid_share')).toBeGreaterThan(0.3);
      expect(at(0, 0, outage)('bad_debt')).toBeGreaterThan(10 * at(0, 1, outage)('bad_debt'));
      for (const [ceiling, loans] of [[0, 1], [1, 0], [1, 1]] as const) expect(at(ceiling, loans, outage)('zero_bid_share')).toBe(0); // prettier-ignore
    }
    for (const ceiling of [0, 1])
      for (const loans of [0, 1])
        expect(at(ceiling, loans, 1)('liquidated_notional')).toBeLessThan(0.98 * at(ceiling, loans, 0)('liquidated_notional'));
  });

  test('recovery-mode: other loans take what the pool does not reach', async () => {
    const [none, small, large] = await played('recovery-mode');
    expect(none!('redistributed_debt')).toBeGreaterThan(1e6);
    expect(large!('redistributed_debt')).toBe(0);
    expect(large!('recovery_seconds')).toBeLessThan(none!('recovery_seconds'));
    expect(large!('liquidated_notional')).toBeGreaterThan(small!('liquidated_notional'));
  });
});

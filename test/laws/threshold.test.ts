import { describe, expect, test } from 'vitest';
import { flatTiers } from '../../src/margin/tiers.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import { readTargets } from '../../src/validation/target.ts';
import { LawPopulation, lawOptions, lawTerms, withMarket } from '../../src/validation/worlds.ts';

interface Sweep {
  readonly i_lo: number;
  readonly m: number;
  readonly lam: number;
  readonly s: number;
  readonly theta: readonly number[];
}
interface Point {
  readonly theta: number;
  readonly x: number;
  readonly A: number;
  readonly liq: number;
  readonly bad_debt: number;
}

/** λ = 19/49, so that one position a tick of the λ-fold price is one lot size a tick of the book. */
const START = 490_000;
const LOTS = 10;

/** Longs whose initial-margin ratio is uniform from i_lo to 1, in a book that impact is linear in. */
function play(sweep: Sweep, theta: number): { readonly x: number; readonly liq: number; readonly debt: number } {
  const { i_lo, m, lam, s } = sweep;
  const count = Math.round(lam * START);
  const population = new LawPopulation(count);
  population.count = count;
  for (let j = 0; j < count; j++) {
    const ratio = i_lo + ((1 - i_lo) * (j + 0.5)) / count;
    population.lots[j] = LOTS;
    population.entry[j] = START;
    population.cash[j] = Math.round(ratio * LOTS * START) - LOTS * START;
  }
  const sale = Math.round(s * START) * LOTS;
  const law = lawOptions({ start: START, lots: LOTS, bidLevels: 160_000, sale, steps: 100, mode: 'batch', route: 'book', mark: 'last' });
  const margin = { ...law.markets[0]!.margin, maintenance: flatTiers(m), initial: flatTiers(2.4 * m), threshold: theta, call: theta };
  const options = withMarket(law, { margin });
  const world = new World(shapeOf(options, population, [START]));
  world.open(lawTerms(options, population));
  while (world.advance());
  expect(world.engine.waiting).toBe(0);
  expect(world.ledgerError).toBe(0);
  const { tally, waterfall } = world.engine.markets[0]!;
  const held = count * LOTS;
  return { x: (START - world.markets[0]!.last) / START, liq: tally.forcedLots / held, debt: waterfall.badDebt / (held * START) };
}

describe('CAS-MCR-SWEEP', () => {
  const target = readTargets().get('CAS-MCR-SWEEP');
  const sweep = target?.parameters as unknown as Sweep;
  const points = target?.expected as unknown as readonly Point[];

  test.each(points)('θ = $theta: drop, amplification and liquidated share to 2e-5', ({ theta, x, A, liq, bad_debt }) => {
    const got = play(sweep, theta);
    expect(Math.abs(got.x - x)).toBeLessThan(2e-5);
    expect(Math.abs(got.x / sweep.s - A)).toBeLessThan(2e-5);
    expect(Math.abs(got.liq - liq)).toBeLessThan(2e-5);
    // The target closes everybody at the last price; a book fills on the way down to it, so that less is owed.
    expect(got.debt).toBeGreaterThan(0);
    expect(got.debt).toBeLessThan(bad_debt);
  });
});

import { World, shapeOf } from '../simulation/world.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';
import { LawPopulation, lawOptions, lawTerms } from './worlds.ts';

/** Lots at every tick of the book. */
const LOTS = 10_000;
/** Opening price in ticks. */
const START = 1_000_000;
/** Generations after which a cascade is over for certain: b^2000 is below one tick for every b that is allowed. */
const STEPS = 2000;

/**
 * A flat book and one position at every tick: impact and density are both uniform. Everything triggered at a step's mark goes out at once,
 * so each step is a generation.
 */
function linear(parameters: Value): Verdict {
  const s = numberOf(parameters, 's', { above: 0, below: 0.5 });
  const b = numberOf(parameters, 'b', { above: 0, below: 0.96 });
  const w = numberOf(parameters, 'w', { above: 0, below: 1 });
  numberOf(parameters, 'OI', { above: 0 });
  const T = Math.round(s * START);
  const reach = s / (1 - b);
  if (T < 100 || T * LOTS > 2 ** 31 - 1 || reach > Math.min(w, 0.4)) {
    throw new ValidationUsageError(
      `parameters s = ${s}, b = ${b}: the shock falls by ${s} and the cascade by ${reach}, want 0.0001 to 0.2 and at most ${Math.min(w, 0.4)}`,
    );
  }
  const lots = Math.max(2, Math.round(b * LOTS));
  const levels = Math.ceil((1.01 * T) / (1 - b)) + 100;
  const options = lawOptions({
    start: START,
    lots: LOTS,
    bidLevels: levels,
    sale: T * LOTS,
    steps: STEPS,
    mode: 'batch',
    route: 'book',
    mark: 'last',
  });
  const population = new LawPopulation(levels);
  for (let k = 1; k <= levels; k++) population.add(START - k, lots);
  const world = new World(shapeOf(options, population, [START]));
  world.open(lawTerms(options, population));
  const sold: number[] = [];
  let before = 0;
  while (world.advance()) {
    const now = world.engine.markets[0]?.tally.forcedLots ?? NaN;
    if (now === before) break;
    sold.push(now - before);
    before = now;
  }
  if (world.ledgerError !== 0) throw new Error(`linear cascade: ledger error ${world.ledgerError}`);
  const x = (START - (world.markets[0]?.last ?? NaN)) / START;
  const expected = { x: reach, A: 1 / (1 - b), gen_ratio: b };
  const measured = { x, A: x / (T / START), gen_ratio: (sold[1] ?? 0) / (sold[0] ?? 1) };
  // The first generation is worth b × T ticks: where that is not whole, the second one is rounded up to a tick.
  const whole = Math.abs(b * T - Math.round(b * T)) < 1e-9 && Math.abs(b * LOTS - lots) < 1e-9;
  const generation = whole ? 1e-6 : 1 / T + 0.5 / LOTS;
  const relative = 2 / T + (whole ? 0 : 0.5 / LOTS / (1 - b));
  const pass =
    agree({ x: expected.x, A: expected.A }, { x: measured.x, A: measured.A }, relative) && Math.abs(measured.gen_ratio - b) <= generation;
  return {
    expected,
    measured,
    tolerance: `relative ${relative.toPrecision(3)} (the shock is ${T} ticks), gen_ratio ${generation.toPrecision(3)}`,
    pass,
  };
}

/** Linear impact and uniform density: the drop as a geometric series of generations. */
export const LINEAR_CHECKS: readonly Check[] = ['CAS-LIN-b0.25', 'CAS-LIN-b0.5', 'CAS-LIN-b0.8'].map((id) => ({ id, run: linear }));

import { World, shapeOf } from '../simulation/world.ts';
import type { BehaviourOptions } from '../traders/conduct.ts';
import type { Population } from '../traders/population.ts';
import type { TraderOptions } from '../traders/group.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';
import { LawPopulation, lawOptions, lawTerms, withMarket } from './worlds.ts';

/** Lots at every tick of the book. */
const LOTS = 10_000;
/** Opening price in ticks. */
const START = 1_000_000;
/** Generations after which a cascade is over for certain. */
const STEPS = 2000;
/** The call reaches everybody whom the cascade could; nobody who tops up to the target is within its reach any more. */
const CALL = 60;
const TARGET = 80;

/** Every call is answered at once, with more money than anybody can need. */
const ANSWERS: BehaviourOptions = {
  absent: 0,
  topUp: { probability: 1, delay: { kind: 'constant', seconds: 0 }, reserve: { kind: 'money', money: LOTS * START }, target: TARGET },
  reduce: null,
  stopLoss: null,
  panic: null,
  reopen: null,
};

/**
 * A flat book and two positions at every tick, one that answers margin calls and one that does not, with the shares φ and 1 − φ of what
 * would be sold there. Everybody is called at step 1; the sale comes at step 2.
 */
function topUp(parameters: Value, effort: Effort): Verdict {
  const b = numberOf(parameters, 'b', { above: 0, below: 1 });
  const phi = numberOf(parameters, 'phi', { above: 0, below: 1 });
  const T = effort.quick ? 5000 : 20_000;
  const expected = { A: 1 / (1 - (1 - phi) * b) };
  const levels = Math.ceil(1.01 * T * expected.A) + 100;
  const answering = Math.round(phi * b * LOTS);
  const silent = Math.round(b * LOTS) - answering;
  if (answering < 2 || silent < 2 || levels > START / 4) {
    throw new ValidationUsageError(
      `parameters b = ${b}, phi = ${phi}: found an amplification of ${expected.A}, want less, and a part of both kinds`,
    );
  }
  const plain = lawOptions({
    start: START,
    lots: LOTS,
    bidLevels: levels,
    sale: 0,
    steps: STEPS,
    mode: 'batch',
    route: 'book',
    mark: 'last',
  });
  const group = (name: string, behaviour?: BehaviourOptions): TraderOptions => {
    return { name, kind: 'listed', market: 0, accounts: [], ...(behaviour === undefined ? {} : { behaviour }) };
  };
  const [market] = plain.markets;
  if (market === undefined) throw new Error('law: found no market');
  const options = {
    ...withMarket(plain, { orders: [{ at: 2, lots: -T * LOTS }], margin: { ...market.margin, call: CALL } }),
    traders: [group('answering', ANSWERS), group('silent')],
  };
  const positions = new LawPopulation(2 * levels);
  for (let k = 1; k <= levels; k++) {
    positions.add(START - k, answering);
    positions.add(START - k, silent);
  }
  positions.group.forEach((_, i, groups) => (groups[i] = i % 2));
  const population: Population = { ...positions.now(), groupNames: ['answering', 'silent'], regimes: ['isolated', 'isolated'] };
  const world = new World(shapeOf(options, population, [START]));
  world.open(lawTerms(options, population));
  for (let before = -1; world.step < 3 || before !== world.engine.liquidated;) {
    before = world.engine.liquidated;
    world.advance();
  }
  if (world.ledgerError !== 0) throw new Error(`top-up: ledger error ${world.ledgerError}`);
  const measured = { A: (START - (world.markets[0]?.last ?? NaN)) / T };
  return {
    expected,
    measured,
    tolerance: `relative ${2 / T}: 2 / ${T} ticks of the shock`,
    pass: agree(expected, measured, 2 / T),
  };
}

/** Margin calls that are answered, through the real traders, engine, book and ledger. */
export const TOP_UP_CHECKS: readonly Check[] = [{ id: 'CAS-TOPUP', run: topUp }];

import { healthFactor } from '../margin/lending.ts';
import { flatTiers } from '../margin/tiers.ts';
import { lasting } from './curve-worlds.ts';
import { LawPopulation, lawOptions, lawTerms, playOut, withMarket } from './worlds.ts';

/** Opening price in ticks. */
const START = 10_000_000;
/** A tick as a fraction of the opening price. */
export const TICK = 1 / START;
/** Lots of the collateral. */
const LOTS = 10_000_000;
/** A lot as a share of the collateral. */
export const LOT = 1 / LOTS;
/** Steps after which a loan that is due was dealt with. */
const STEPS = 5;

/** One loan, and a keeper with any money who takes every bonus. Money as a share of the collateral's opening value. */
export interface LoanWorld {
  readonly debt: number;
  readonly liquidationThreshold: number;
  readonly bonus: number;
  readonly closeFactor: number;
  /** Price from the first step on, in ticks. */
  readonly ticks: number;
}

/** The loan as the run left it. */
export interface LoanEnd {
  readonly repaid: number;
  readonly seized: number;
  /** Of what is left, as the engine values it. */
  readonly health: number;
  readonly badDebt: number;
}

/** Plays it through the whole world: margin index, engine, keepers, ledger, waterfall. */
export function playLoan({ debt, liquidationThreshold, bonus, closeFactor, ticks }: LoanWorld): LoanEnd {
  const population = new LawPopulation(1, ['lending']);
  const owed = Math.round(LOTS * START * debt);
  population.count = 1;
  population.lots[0] = LOTS;
  population.entry[0] = START;
  population.cash[0] = -owed;
  const ladder = flatTiers(1 - liquidationThreshold);
  const sale = { closeFactor, fullCloseHealth: 0, fullCloseBelow: 0, leastLeftover: 0, protocolShare: 0 };
  const loans = {
    margin: { maintenance: ladder, initial: ladder, threshold: 1, call: 1, equalityLiquidates: false },
    liquidationThreshold,
    interest: 0,
    accrual: 1,
    disposal: { kind: 'fixed-spread', bonus, sale },
  } as const;
  // Keepers sell what they take at the mark: the law knows no market.
  const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: STEPS, mode: 'batch', route: 'absorber', mark: 'last' });
  const quotes = { kind: 'curve', impact: lasting({ kind: 'linear', slope: TICK }) } as const;
  const keepers = {
    // Whole lots and quanta may cost it as much as a lot.
    groups: [{ name: 'keeper', count: 1, capital: Infinity, latency: 0, profit: -2 * START, ceiling: Infinity }],
    chain: { block: 1, room: Infinity, cost: 0, move: Infinity, window: 1, crowd: Infinity },
  };
  const options = { ...withMarket(base, { quotes, orders: [], loans }), liquidation: { ...base.liquidation, keepers } };
  const outside = new Float64Array(STEPS + 1).fill(ticks);
  outside[0] = START;
  const world = playOut({ ...lawTerms(options, population), outside: [outside] });
  const [ledger] = world.ledger.markets;
  const [left, held] = [ledger?.cash[0] ?? NaN, ledger?.lots[0] ?? NaN];
  const whole = LOTS * START;
  return {
    repaid: (owed + left) / whole,
    seized: (LOTS - held) / LOTS,
    health: healthFactor(held * ticks * liquidationThreshold, -left),
    badDebt: (world.engine.markets[0]?.waterfall.badDebt ?? NaN) / whole,
  };
}

/** The smallest drop, to half a tick, from which on the loan leaves bad debt when all of it may be repaid at once. */
export function lossBegins(loan: Pick<LoanWorld, 'debt' | 'liquidationThreshold' | 'bonus'>): number {
  let [covered, lost] = [START, 1];
  while (covered - lost > 1) {
    const ticks = Math.floor((covered + lost) / 2);
    if (playLoan({ ...loan, closeFactor: 1, ticks }).badDebt > 0) lost = ticks;
    else covered = ticks;
  }
  return 1 - (covered + lost) / 2 / START;
}

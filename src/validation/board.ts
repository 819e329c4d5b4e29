import { didYouMean, editDistance } from '../scenario/problem.ts';
import { AVERAGE_CHECKS } from './averages.ts';
import { BUSY_PERIOD_CHECKS } from './busy-period.ts';
import { CASCADE_LAW_CHECKS } from './cascade-laws.ts';
import { CURVE_CHECKS } from './curves.ts';
import { ESTIMATE_CHECKS } from './estimates.ts';
import { GOLDEN_CHECKS } from './golden.ts';
import { HAIRCUT_CHECKS } from './haircuts.ts';
import { INTERVAL_CHECKS } from './intervals.ts';
import { INVARIANT_CHECKS } from './invariants.ts';
import { LENDING_CHECKS } from './lending.ts';
import { LATENT_CHECKS } from './latent-book.ts';
import { LINEAR_CHECKS } from './linear.ts';
import { TOP_UP_CHECKS } from './top-up.ts';
import { ORDER_FLOW_CHECKS } from './order-flow.ts';
import { ORACLE_CHECKS } from './oracle.ts';
import { OUTSIDE_CHECKS } from './outside.ts';
import { ValidationUsageError, withSettings } from './parameters.ts';
import { PASSAGE_CHECKS } from './passages.ts';
import { PORTFOLIO_CHECKS } from './portfolio.ts';
import { POSITION_CHECKS } from './position.ts';
import { RARE_CASCADE_CHECKS } from './rare-cascades.ts';
import { RARE_CHECKS } from './rare.ts';
import { RUIN_CHECKS } from './ruin.ts';
import { SENSITIVITY_CHECKS } from './sensitivity.ts';
import { STRATEGY_CHECKS } from './strategies.ts';
import { STYLISED_CHECKS } from './stylised.ts';
import { SWEEP_CHECKS } from './sweeps.ts';
import { readTargets } from './target.ts';
import type { Check, Target, Value } from './target.ts';

/** All targets that the engine is held to, in the order of the board. */
export const CHECKS: readonly Check[] = [
  ...POSITION_CHECKS,
  ...LENDING_CHECKS,
  ...AVERAGE_CHECKS,
  ...ORACLE_CHECKS,
  ...GOLDEN_CHECKS,
  ...LINEAR_CHECKS,
  ...TOP_UP_CHECKS,
  ...CASCADE_LAW_CHECKS,
  ...BUSY_PERIOD_CHECKS,
  ...INVARIANT_CHECKS,
  ...PORTFOLIO_CHECKS,
  ...HAIRCUT_CHECKS,
  ...RUIN_CHECKS,
  ...PASSAGE_CHECKS,
  ...SWEEP_CHECKS,
  ...LATENT_CHECKS,
  ...STRATEGY_CHECKS,
  ...ORDER_FLOW_CHECKS,
  ...INTERVAL_CHECKS,
  ...ESTIMATE_CHECKS,
  ...SENSITIVITY_CHECKS,
  ...RARE_CHECKS,
  ...RARE_CASCADE_CHECKS,
  ...OUTSIDE_CHECKS,
  ...CURVE_CHECKS,
  ...STYLISED_CHECKS,
];

/** One line of the board. */
export interface BoardResult {
  readonly id: string;
  readonly statement: string;
  readonly parameters: Value;
  readonly expected: Value;
  readonly measured: Value;
  readonly tolerance: string;
  readonly pass: boolean;
}

export interface BoardOptions {
  /** `KEY=VALUE`: other parameters for the one id that is named. */
  readonly set?: readonly string[];
  /** Monte Carlo runs of each check instead of its own number. */
  readonly runs?: number | null;
  /** Fewer runs, and tolerances that follow from them. */
  readonly quick?: boolean;
}

/** What a target says, with the check that holds the engine to it. */
export interface BoardEntry {
  readonly check: Check;
  readonly target: Target;
}

/** The board's entries with these ids, or all; an id named twice is there once. */
export function boardEntries(ids: readonly string[] | null): readonly BoardEntry[] {
  const targets = readTargets();
  const checks = new Map(CHECKS.map((check) => [check.id, check]));
  return [...new Set(ids ?? checks.keys())].map((id) => {
    const check = checks.get(id);
    const target = targets.get(id);
    if (check !== undefined && target !== undefined) return { check, target };
    if (check !== undefined) throw new Error(`validation: ${id} is not in reference/targets.json`);
    if (target?.kind === 'empirical')
      throw new ValidationUsageError(`${id} is a published figure, not a law: reference/published.json has it, to compare results with`);
    if (target !== undefined)
      throw new ValidationUsageError(`${id} is a known target, but this version has no mechanism that could be held to it`);
    throw new ValidationUsageError(unknownId(id, [...checks.keys()]));
  });
}

/** Ids that are named when one is unknown. */
const NEAREST = 3;

function unknownId(id: string, known: readonly string[]): string {
  const word = id.toUpperCase();
  const farness = (candidate: string): number =>
    candidate.includes(word)
      ? 0
      : Math.min(...[candidate, ...candidate.split('-')].map((part) => editDistance(word, part) / Math.max(word.length, part.length)));
  const nearest = known.toSorted((a, b) => farness(a) - farness(b)).slice(0, NEAREST);
  const hint = didYouMean(id, known);
  return `found ${id}, want an id of the board${hint} (nearest: ${nearest.join(', ')}; all ${known.length}: marginfall validate --list)`;
}

/**
 * Runs the named checks, or all, one after the other.
 * @param onResult sees each result as soon as it is there.
 * @throws ValidationUsageError before anything runs for an unknown id or a setting that fits no parameter; while a check runs, for a
 *   parameter that its law is not defined at.
 */
export function runBoard(
  ids: readonly string[] | null,
  options: BoardOptions = {},
  onResult: (result: BoardResult) => void = () => {},
): BoardResult[] {
  const entries = boardEntries(ids);
  const settings = options.set ?? [];
  if (settings.length > 0 && (ids === null || entries.length !== 1)) {
    throw new ValidationUsageError(
      `--set: found ${ids === null ? 'no id' : `${entries.length} ids`}, want exactly one to give other parameters to`,
    );
  }
  const effort = { runs: options.runs ?? null, quick: options.quick ?? false };
  const planned = entries.map(({ check, target }) => ({ check, target, parameters: withSettings(target.parameters, settings) }));
  return planned.map(({ check, target, parameters }) => {
    const { expected, measured, tolerance, pass } = check.run(parameters, effort, target.expected);
    const result = { id: target.id, statement: target.statement, parameters, expected, measured, tolerance, pass };
    onResult(result);
    return result;
  });
}

import { resolvePoint } from '../../src/scenario/experiment.ts';
import { compileFormula } from '../../src/scenario/formula.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { RunOptions } from '../../src/simulation/options.ts';

/** Reads a scenario, or says what is wrong with it. */
export function optionsOf(text: string): RunOptions {
  const parsed = parseExperiment(text, { path: 'loans.yaml', formula: compileFormula });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

/** What a scenario with loans states beside them; all but `loans` as YAML flow values. */
export interface LoanWorld {
  readonly price?: number;
  readonly driver?: string;
  readonly horizon?: string;
  /** Members of `loans`, or whole groups when they begin with a dash. */
  readonly loans: string;
  readonly margin: string;
  readonly liquidation?: string;
  readonly market?: string;
  readonly rest?: string;
}

/** Loans against ETH in steps of a second, above a flat and very deep book. */
export function loanWorld({ price = 1000, driver, horizon = '1m', loans, margin, liquidation, market, rest = '' }: LoanWorld): RunOptions {
  const groups = loans.trimStart().startsWith('-') ? loans : `\n  - { name: one, margin: lending, loans: [${loans}] }`;
  return optionsOf(`horizon: ${horizon}
step: 1s
assets:
  - { symbol: ETH, tick: 0.01, lot: 0.001, driver: ${driver ?? `{ kind: constant, price: ${price} }`}, history: { kind: constant, price: ${price} }, mark: index }
market: ${market ?? '{ makers: { depth: 1e7, reaction: 0 } }'}
traders:${groups}
margin: ${margin}
liquidation: ${liquidation ?? '{ capacity: unlimited }'}
${rest}`);
}

import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** Plays a scenario. */
export function run(text: string): RunResult {
  const parsed = parseExperiment(text, { path: 'example.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return new Simulator().run(resolvePoint(parsed.experiment, 0), { seed: 'example', replicate: 0 }, { detail: true, recountAlways: true });
}

/** One account at a venue, in a book that one price fills. */
export interface Example {
  readonly asset: string;
  readonly before: number;
  readonly price: number;
  readonly account: string;
  /** Price at which the book takes all that there is, on the side that a forced order needs. */
  readonly quote: number;
  readonly buys?: boolean;
  /** Best price of the other side, and how much each side holds. */
  readonly away?: number;
  readonly depth?: number;
  readonly margin: string;
  readonly liquidation?: string;
}

/** The outside price jumps from `before` to `price` at three seconds and stays; the mark is it. */
export function example({ asset, before, price, account, quote, buys = false, margin, liquidation = '', ...rest }: Example): RunResult {
  const { away = buys ? Math.floor(quote / 2) : quote * 2, depth = 100_000 } = rest;
  const [bid, ask] = buys ? [away, quote] : [quote, away];
  return run(`
horizon: 8s
assets:
  - symbol: BTC
    ${asset}
    driver: { kind: waypoints, points: [[0s, ${before}], [2s, ${before}], [3s, ${price}], [8s, ${price}]] }
    mark: index
market: { makers: { kind: flat, size: ${depth}, bid: ${bid}, bidLevels: 1, ask: ${ask}, askLevels: 1 } }
traders:
  - { name: one, accounts: [${account}] }
margin: { ${margin} }
liquidation: { ${liquidation} }
`);
}

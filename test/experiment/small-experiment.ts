import type { Experiment, Uncertain, Varied } from '../../src/scenario/experiment.ts';
import { gridOf } from '../../src/scenario/experiment.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';

/** A quick experiment of 3 thresholds × 2 backstops: a constant price, a handful of traders. */
export function smallExperiment(
  change: {
    readonly thresholds?: readonly number[];
    readonly replications?: number;
    readonly seed?: string;
    readonly latency?: number;
    readonly uncertain?: boolean;
  } = {},
): Experiment {
  const { thresholds = [0.5, 1, 1.5], replications = 5, seed = 'october', latency = 0, uncertain = true } = change;
  const scenario = scenarioSchema.parse({
    horizon: 60,
    assets: [{ symbol: 'BTC', tick: 1, lot: 0.001, driver: { kind: 'constant', price: 100_000 } }],
    market: { makers: { depth: 10_000_000 } },
    traders: [
      { name: 'longs', count: 10, side: 'long', notional: 1_000_000, leverage: 5 },
      { name: 'shorts', count: 10, side: 'short', notional: 1_000_000, leverage: 5 },
    ],
    margin: { maintenance: 0.01, initial: 0.02, call: '1.1x' },
    liquidation: { latency, backstop: 'off' },
  });
  const vary: Varied[] = [
    { path: 'margin.threshold', steps: ['margin', 'threshold'], values: thresholds, labels: thresholds.map(String) },
    { path: 'liquidation.mode', steps: ['liquidation', 'mode'], values: ['sequential', 'batch'], labels: ['sequential', 'batch'] },
  ];
  const depth: Uncertain = {
    path: 'market.makers.depth',
    steps: ['market', 'makers', 'depth'],
    from: 1e7,
    to: 1e8,
    log: true,
    whole: false,
  };
  return {
    name: 'small',
    question: 'Does it hold?',
    answer: [],
    scenario,
    vary,
    points: gridOf(vary),
    uncertain: uncertain ? [depth] : [],
    replications,
    seed,
    sources: {},
    formulas: {},
    seasonThreshold: Math.max(...thresholds),
    notes: [],
  };
}

import { mkdirSync } from 'node:fs';
import { writeDetail } from '../../src/experiment/detail.ts';
import { layoutOf, planOf, documentOf, referencePoint } from '../../src/experiment/layout.ts';
import type { KeyValue } from '../../src/results/columns.ts';
import { ResultStore } from '../../src/results/store.ts';
import { summarise, summaryCsv } from '../../src/results/summary.ts';
import type { Experiment, Note, Uncertain, Varied } from '../../src/scenario/experiment.ts';
import { drawUncertain, gridOf } from '../../src/scenario/experiment.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { LiquidationRecord, StepRecord } from '../../src/simulation/result.ts';

/** What a test can change of the fixture. */
export interface FixtureOptions {
  readonly name?: string;
  readonly question?: string;
  readonly answer?: readonly string[];
  readonly seed?: string;
  readonly vary?: readonly { readonly path: string; readonly values: readonly (number | string)[]; readonly labels?: readonly string[] }[];
  readonly uncertain?: boolean;
  readonly replications?: number;
  readonly notes?: readonly Note[];
  /** How the excess drawdown depends on a point's settings; 0.03 everywhere when left out. */
  readonly excess?: (settings: Readonly<Record<string, number | string>>) => number;
  /** Metrics that are undefined in every run. */
  readonly undefinedMetrics?: readonly string[];
  /** false: no example run. */
  readonly example?: boolean;
  /** Sections of the scenario in place of the fixture's own. */
  readonly scenario?: Readonly<Record<string, unknown>>;
  /** Nothing is ever liquidated. */
  readonly quiet?: boolean;
  /** What the placebo's extra lot does to price and groups; left out: no placebo. */
  readonly placebo?: number;
  /** Winners paid for debts, in the wrong order. */
  readonly deleveraged?: boolean;
}

/** The fixture's scenario as a file would have it. */
export const FIXTURE_SCENARIO = {
  horizon: 1800,
  step: 1,
  assets: [{ symbol: 'BTC', tick: 1, lot: 0.0001, driver: { kind: 'event', name: '2025-10-10' } }],
  market: { makers: { depth: 170e6, recovery: 20 } },
  traders: [
    { name: 'longs', count: 10, side: 'long', notional: 1e6, leverage: 5 },
    { name: 'shorts', count: 10, side: 'short', notional: 1e6, leverage: 3 },
  ],
  margin: { venue: 'hyperliquid', call: '1.01x' },
  liquidation: { backstop: 'venue' },
};

const THRESHOLDS = [0.5, 0.75, 1, 1.25, 1.5, 1.9];

/** Numbers in [0, 1) that depend on their arguments alone (the fractional part of a large sine: good enough for a picture). */
export function noise(...places: readonly number[]): number {
  const at = places.reduce((sum, place, i) => sum + place * [12.9898, 78.233, 37.719, 4.581][i % 4]!, 1.7);
  const value = Math.sin(at) * 43758.5453;
  return value - Math.floor(value);
}

export function fixtureExperiment(options: FixtureOptions): Experiment {
  const vary: Varied[] = (
    options.vary ?? [
      { path: 'margin.threshold', values: THRESHOLDS },
      { path: 'liquidation.backstop', values: ['venue', 'off'] },
    ]
  ).map(({ path, values, labels }) => ({ path, steps: path.split('.'), values, labels: labels ?? values.map(String) }));
  const uncertain: Uncertain[] = [
    { path: 'market.makers.depth', steps: ['market', 'makers', 'depth'], from: 45e6, to: 350e6, log: true, whole: false },
    { path: 'market.makers.recovery', steps: ['market', 'makers', 'recovery'], from: 5, to: 120, log: true, whole: false },
  ];
  return {
    name: options.name ?? 'fixture',
    answer: options.answer ?? [],
    question: options.question ?? 'How deep does the cascade run as the liquidation threshold rises?',
    scenario: scenarioSchema.parse({ ...FIXTURE_SCENARIO, ...options.scenario }),
    vary,
    points: gridOf(vary),
    uncertain: options.uncertain === false ? [] : uncertain,
    replications: options.replications ?? 12,
    seed: options.seed ?? 'october',
    sources: {},
    formulas: {},
    seasonThreshold: 1.9,
    notes: options.notes ?? [
      { path: 'horizon', value: '30m', source: 'hypothetical, long enough for a picture', hypothetical: true },
      { path: 'margin.maintenance', value: '1.25%', source: 'https://example.org/margin-tiers, read in October', hypothetical: false },
    ],
  };
}

/** A plausible row: heavy-tailed sizes, bad debt that nobody pays without a backstop. */
function rowOf(
  options: FixtureOptions,
  settings: Readonly<Record<string, number | string>>,
  point: number,
  replicate: number,
  common: number,
): Float64Array {
  const threshold = Number(settings['margin.threshold'] ?? 1);
  const backstop = settings['liquidation.backstop'] !== 'off';
  const own = noise(replicate, point, 2);
  const on = options.quiet === true ? 0 : 1;
  const excess = on * ((options.excess ?? (() => 0.03))(settings) * (0.6 + 0.8 * common) + 0.0005 * own);
  const debt = on * (backstop ? 2e5 : 1.4e7) * (2.2 - threshold) * (0.3 + common * common * 2);
  const liquidated = on * 1.2e9 * (0.8 + 0.2 * threshold) * (0.8 + 0.4 * common);
  const taken = backstop ? liquidated * 0.6 : 0;
  const values: Record<string, number> = {
    drawdown: 0.124 + excess * 0.5,
    drawdown_mark: 0.122 + excess * 0.3,
    drawdown_twin: 0.124,
    excess_drawdown: excess,
    amplification: (0.124 + excess * 0.5) / 0.124,
    liquidations: on * Math.round(900 * threshold),
    liquidated_notional: liquidated,
    liquidated_share: on * 0.1,
    on_book_notional: liquidated - taken,
    off_book_notional: taken,
    caused_share: on * (0.02 + 0.05 * own),
    advanced_share: on * 0.5,
    bad_debt: debt,
    backstop_notional: backstop ? taken : Number.NaN,
    backstop_loss: backstop ? debt : Number.NaN,
    insurance_used: 0,
    socialised_loss: backstop ? 0 : debt,
    min_depth: 2e7,
    placebo_excess: options.placebo ?? Number.NaN,
    placebo_share: options.placebo ?? Number.NaN,
    capital_efficiency: 20,
    ledger_error: 0,
    ...(options.deleveraged === true ? { adl_accounts: 12, adl_hit_share: 0.3, adl_gini: 0.45, adl_gini_all: 0.8, adl_inversions: 3 } : {}),
  };
  return Float64Array.from(METRIC_NAMES, (name) =>
    options.undefinedMetrics?.includes(name) === true ? Number.NaN : (values[name] ?? Number.NaN),
  );
}

/** An example run of half an hour: one fall, forced sales in it, a few takeovers. */
export function fixtureDetail(quiet = false): { steps: StepRecord; liquidations: LiquidationRecord[] } {
  const length = 1801;
  const series = (of: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => of(i));
  const fall = (i: number): number => Math.exp(-(((i - 700) / 240) ** 2));
  const index = series((i) => Math.round(117_000 * (1 - 0.12 * fall(i)) + 20 * noise(i, 3)));
  const twin = series((i) => index[i]! - 10);
  const last = series((i) => Math.round(index[i]! * (1 - (quiet ? 0 : 0.03 * fall(i) ** 2)) - 10));
  const liquidations: LiquidationRecord[] = [];
  const forcedFlow = new Float64Array(length);
  const backstopFlow = new Float64Array(length);
  const counts = new Float64Array(length);
  const end = quiet ? 300 : 1000;
  for (let i = 300; i < end; i += 7) {
    const taken = i % 3 === 0;
    const quantity = 3 * fall(i) + 0.1;
    const price = last[i]!;
    if (taken) backstopFlow[i] = quantity * price;
    else forcedFlow[i] = -quantity * price;
    counts[i] = 1;
    liquidations.push({
      step: i,
      account: i.toString(16).padStart(16, '0'),
      group: 'longs',
      regime: 'isolated',
      side: 'long',
      asset: 'BTC',
      quantity,
      triggerPrice: price,
      fillPrice: price,
      mcr: 0.99,
      generation: 0,
      parent: null,
      cause: i % 5 === 0 ? 'caused' : i % 2 === 0 ? 'advanced' : 'common',
      advanceSeconds: i % 5 === 0 ? null : 3,
      badDebt: 0,
      route: taken ? 'backstop' : 'book',
      notional: quantity * price,
    });
  }
  const steps: StepRecord = {
    asset: 'BTC',
    time: series((i) => i),
    index,
    last,
    mark: last,
    bid: series((i) => last[i]! - 1),
    ask: series((i) => last[i]! + 1),
    twin,
    bidDepth: series(() => 1e8),
    askDepth: series(() => 1e8),
    displacement: series(() => 0),
    forcedFlow,
    backstopFlow,
    liquidations: counts,
    queued: series(() => 0),
  };
  return { steps, liquidations };
}

/** Writes a results folder the way a sweep does, with made-up runs in the place of simulated ones. */
export async function writeFixture(folder: string, options: FixtureOptions = {}): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const experiment = fixtureExperiment(options);
  const layout = layoutOf(experiment);
  const reference = referencePoint(layout);
  const store = await ResultStore.open({
    folder,
    name: experiment.name,
    question: experiment.question,
    experiment: documentOf(experiment),
    source: null,
    version: '0.0.0',
    plan: { ...planOf(experiment), engine: 'f'.repeat(64) },
    layout,
    reference,
    fresh: false,
  });
  for (let replicate = 0; replicate < experiment.replications; replicate++) {
    // What the points of a replicate share: where the first uncertain key lies in its range, or chance.
    const [key] = experiment.uncertain;
    const drawn = key === undefined ? undefined : drawUncertain(experiment, replicate)[key.path];
    const common =
      key === undefined || drawn === undefined ? noise(replicate, 1) : Math.log(drawn / key.from) / Math.log(key.to / key.from);
    experiment.points.forEach(({ values }, point) => {
      const hash = Math.floor(noise(point, replicate) * 2 ** 48)
        .toString(16)
        .padStart(16, '0');
      store.add({
        point,
        replicate,
        hash,
        metrics: rowOf(options, values as Record<string, KeyValue & (number | string)>, point, replicate, common),
      });
    });
  }
  const resultHash = store.writeRuns();
  store.writeSummary(summaryCsv(layout, summarise(layout, store.finished(), reference)));
  const example = options.example === false ? null : { run: reference, point: reference, replicate: 0 };
  if (example !== null) {
    const { steps, liquidations } = fixtureDetail(options.quiet);
    // Further assets have the same run at a tenth of the price, bought back where the first is sold.
    const others = experiment.scenario.assets.slice(1).map(({ symbol }) => symbol);
    const scaled = (asset: string): StepRecord => ({
      ...steps,
      asset,
      last: steps.last.map((price) => price / 10),
      backstopFlow: steps.backstopFlow.map((flow) => flow / 10),
    });
    const theirs = others.flatMap((asset) =>
      liquidations.map((row) => ({ ...row, asset, side: 'short' as const, account: `${asset}${row.account}`.slice(0, 16) })),
    );
    writeDetail(`${folder}/example`, [steps, ...others.map(scaled)], [...liquidations, ...theirs]);
  }
  store.complete({ resultHash, example, redrawnShare: example === null ? null : 0.03 });
}

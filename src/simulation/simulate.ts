import { derive, hexOf, keyHex, root } from '../core/random.ts';
import { fillDriver } from '../market/drivers.ts';
import { causeOf } from '../severity/causality.ts';
import { buildPopulation } from '../traders/population.ts';
import type { Population } from '../traders/population.ts';
import { playArm } from './arm.ts';
import type { Arm } from './arm.ts';
import type { RunOptions, RunSeed } from './options.ts';
import type { LiquidationRecord, RunResult, StepRecord } from './result.ts';
import { reshape } from './shape.ts';
import { compareArms } from './twin.ts';
import { World, shapeOf } from './world.ts';

/** What a run is to return besides its row, and how it is to be checked. */
export interface RunRequest {
  /** Steps and liquidations too. */
  readonly detail?: boolean;
  /** Find crossings by full scans instead of by index: slow, and the same result. */
  readonly exactScan?: boolean;
  /** Recount the ledger at every step instead of every 600. */
  readonly recountAlways?: boolean;
}

/** Keeps arrays, the last population and the last outside path between runs, so that a worker's next run starts at once. */
export class Simulator {
  private world: World | null = null;
  private population: { readonly key: string; readonly value: Population } | null = null;
  private outside: { readonly key: string; readonly value: Float64Array } | null = null;

  /** One run and its twin. Same options and seed: same bytes. */
  run(asked: RunOptions, seed: RunSeed, request: RunRequest = {}): RunResult {
    const options = reshape(asked);
    const outside = this.outsideOf(options, seed);
    const population = this.populationOf(options, seed, outside[0]);
    const world = this.worldFor(options, population, outside[0]);
    const terms = {
      options,
      population,
      outside,
      seed,
      exactScan: request.exactScan ?? false,
      recountAlways: request.recountAlways ?? request.exactScan ?? false,
    };
    const detail = request.detail ?? false;
    const run = playArm(world, { ...terms, route: options.liquidation.route }, true, detail);
    const hash = hexOf(world.hash);
    const twin = playArm(world, { ...terms, route: 'absorber' }, false, false);
    const result: RunResult = {
      metrics: compareArms(run, twin, options, population),
      hash,
      redrawnShare: population.count === 0 ? 0 : population.redrawn / population.count,
    };
    if (!detail) return result;
    return { ...result, steps: stepsOf(run, twin, options), liquidations: liquidationsOf(run, twin, options, population) };
  }

  private outsideOf(options: RunOptions, seed: RunSeed): Float64Array {
    const key = JSON.stringify([options.driver, options.step, options.steps, seed]);
    if (this.outside?.key !== key) {
      const value = new Float64Array(options.steps + 1);
      fillDriver(options.driver, derive(root(seed.seed, 'driver'), seed.replicate), options.step, options.steps, value);
      this.outside = { key, value };
    }
    return this.outside.value;
  }

  private populationOf(options: RunOptions, seed: RunSeed, start: number): Population {
    const { asset, history, margin, seasonThreshold, traders } = options;
    const startMark = Math.round(start);
    // Tiers are typed arrays: spell them out, or the key would not see them.
    const tiers = [...margin.maintenance.floor, ...margin.maintenance.rate, ...margin.maintenance.deduction];
    const key = JSON.stringify([traders, asset, history, tiers, seasonThreshold, startMark, seed]);
    if (this.population?.key !== key) {
      const value = buildPopulation(traders, {
        asset,
        history,
        margin,
        seasonThreshold,
        startMark,
        seed: seed.seed,
        replicate: seed.replicate,
      });
      this.population = { key, value };
    }
    return this.population.value;
  }

  private worldFor(options: RunOptions, population: Population, start: number): World {
    const shape = shapeOf(options, population, start);
    const had = this.world?.shape;
    if (
      this.world === null ||
      had === undefined ||
      had.traders < shape.traders ||
      had.makers < shape.makers ||
      had.levels !== shape.levels ||
      had.orders < shape.orders ||
      had.maxTick < shape.maxTick
    ) {
      this.world = new World(shape);
    }
    return this.world;
  }
}

function stepsOf(run: Arm, twin: Arm, options: RunOptions): StepRecord {
  const { asset } = options;
  const detail = run.recorder.detail;
  if (detail === null) throw new Error('record: the arm was played without detail');
  const scaled = (column: Float64Array, by: number): Float64Array => column.map((value) => value * by);
  const notional = asset.quantaPerTickLot * asset.quantum;
  return {
    time: Float64Array.from(run.last, (_, i) => i * options.step),
    index: scaled(detail.index, asset.tick),
    last: scaled(run.last, asset.tick),
    mark: scaled(run.mark, asset.tick),
    bid: scaled(detail.bid, asset.tick),
    ask: scaled(detail.ask, asset.tick),
    twin: scaled(twin.last, asset.tick),
    bidDepth: scaled(detail.bidDepth, notional),
    askDepth: scaled(detail.askDepth, notional),
    displacement: detail.displacement,
    forcedFlow: scaled(detail.forcedFlow, asset.quantum),
    backstopFlow: scaled(detail.backstopFlow, asset.quantum),
    liquidations: detail.liquidations,
    queued: detail.queued,
  };
}

function liquidationsOf(run: Arm, twin: Arm, options: RunOptions, population: Population): LiquidationRecord[] {
  const { asset } = options;
  const detail = run.recorder.detail;
  if (detail === null) throw new Error('record: the arm was played without detail');
  const name = (account: number): string => keyHex({ hi: population.keyHi[account], lo: population.keyLo[account] });
  return detail.fills.map((fill, i) => {
    const { account } = fill;
    const first = run.firstTime[account];
    const other = twin.firstTime[account];
    const cause = causeOf(first, other, options.step);
    return {
      step: detail.fillStep[i],
      account: name(account),
      group: population.groupNames[population.group[account]],
      regime: 'isolated',
      side: population.lots[account] > 0 ? 'long' : 'short',
      asset: asset.symbol,
      quantity: fill.lots * asset.lot,
      triggerPrice: fill.triggerTick * asset.tick,
      fillPrice: (fill.notional / (fill.lots * asset.quantaPerTickLot)) * asset.tick,
      mcr: fill.mcr,
      generation: fill.generation,
      parent: fill.parent < 0 ? null : name(fill.parent),
      cause: cause === 'caused' || cause === 'advanced' ? cause : 'common',
      advanceSeconds: other < 0 ? null : other - first,
      badDebt: fill.badDebt * asset.quantum,
      route: fill.route,
    };
  });
}

import { derive, hexOf, keyHex, root } from '../core/random.ts';
import { fillDrivers } from '../market/drivers.ts';
import { causeOf } from '../severity/causality.ts';
import { withoutGroups } from '../traders/absence.ts';
import { buildPopulation } from '../traders/drawing.ts';
import type { Population } from '../traders/population.ts';
import { playArm } from './arm.ts';
import type { Arm, MarketArm } from './arm.ts';
import type { RunOptions, RunSeed } from './options.ts';
import type { AdversaryRecord, LiquidationRecord, RunResult, StepRecord } from './result.ts';
import { probeValues } from './probes.ts';
import { reshape } from './shape.ts';
import { canReplay, tapesOf } from './tape.ts';
import type { MarketTape } from './tape.ts';
import { compareArms } from './twin.ts';
import { fits, shapeOf, World } from './world.ts';
import type { RunTerms } from './world.ts';

/** What a run is to return besides its row, and how it is to be checked. */
export interface RunRequest {
  /** Steps and liquidations too. */
  readonly detail?: boolean;
  /** Find crossings by full scans instead of by index: slow, and the same result. */
  readonly exactScan?: boolean;
  /** Recount the ledger at every step instead of every 600. */
  readonly recountAlways?: boolean;
}

/** What a run begins with: its world, and the terms that all of its arms share. */
interface Prepared {
  readonly world: World;
  readonly terms: Omit<RunTerms, 'route'>;
  readonly everybody: Population;
}

/** Keeps arrays, the last population, outside path and twin prices between runs, so that a worker's next run starts at once. */
export class Simulator {
  private world: World | null = null;
  private population: { readonly key: string; readonly value: Population } | null = null;
  private twin: { readonly key: string; readonly tapes: readonly MarketTape[] } | null = null;
  private outside: { readonly key: string; readonly value: readonly Float64Array[] } | null = null;

  /** One run and its twin. Same options and seed: same bytes. */
  run(asked: RunOptions, seed: RunSeed, request: RunRequest = {}): RunResult {
    const { world, terms, everybody } = this.prepare(asked, seed, request);
    const { options, population } = terms;
    const detail = request.detail ?? false;
    const run = playArm(world, { ...terms, route: options.liquidation.route }, true, detail);
    const hash = hexOf(world.hash);
    const tapes = terms.exactScan ? null : this.tapesFor(options, seed);
    const twin = playArm(world, { ...terms, route: 'absorber', tapes }, false, false, run.firstTime);
    if (tapes === null && canReplay(options)) this.twin = { key: this.twinKey(options, seed), tapes: tapesOf(twin.markets) };
    const { arms = [] } = options;
    const quiet = arms.includes('quiet') ? playArm(world, { ...terms, route: 'absorber', quiet: true }, false, false) : null;
    const result: RunResult = {
      metrics: Float64Array.of(
        ...compareArms({ run, twin, quiet, placebo: arms.includes('placebo') ? playPlacebo(world, terms) : null }, options, population),
        ...probeValues(run, options),
      ),
      hash,
      redrawnShare: everybody.count === 0 ? 0 : everybody.redrawn / everybody.count,
    };
    if (!detail) return result;
    return {
      ...result,
      steps: options.markets.map((_, m) => stepsOf(run.markets[m], twin.markets[m], options, m)),
      liquidations: liquidationsOf(run, twin, options, population),
      adversaries: adversariesOf(run, twin, options),
    };
  }

  /**
   * A world at the start of this run, to be advanced step by step; played to its end its hash is the run's.
   * @internal
   */
  begin(asked: RunOptions, seed: RunSeed, request: Omit<RunRequest, 'detail'> = {}): World {
    const { world, terms } = this.prepare(asked, seed, request);
    world.open({ ...terms, route: terms.options.liquidation.route });
    return world;
  }

  /** All that the arms of a run have in common. `everybody`: those too whom the run leaves out. */
  private prepare(asked: RunOptions, seed: RunSeed, { exactScan = false, recountAlways = exactScan }: RunRequest): Prepared {
    const options = reshape(asked);
    const outside = this.outsideOf(options, seed);
    const starts = outside.map((path) => path[0]);
    const everybody = this.populationOf(options, seed, starts);
    const population = withoutGroups(everybody, options.without ?? []);
    const world = this.worldFor(options, population, starts);
    return { world, everybody, terms: { options, population, outside, seed, tapes: null, exactScan, recountAlways } };
  }

  /** The prices of the last twin in the same markets, if this one's are the same. */
  private tapesFor(options: RunOptions, seed: RunSeed): readonly MarketTape[] | null {
    return canReplay(options) && this.twin?.key === this.twinKey(options, seed) ? this.twin.tapes : null;
  }

  /** All that prices depend on in an arm whose forced orders reach no market. */
  private twinKey({ step, steps, markets, correlations }: RunOptions, seed: RunSeed): string {
    const playing = markets.map(({ margin: _, history: __, dynamic: ___, loans: ____, ...market }) => market);
    return JSON.stringify([step, steps, seed, correlations, playing]);
  }

  private outsideOf(options: RunOptions, seed: RunSeed): readonly Float64Array[] {
    const { step, steps, markets } = options;
    const key = JSON.stringify([markets.map(({ driver, asset }) => [driver, asset.symbol]), options.correlations, step, steps, seed]);
    if (this.outside?.key !== key) {
      const value = markets.map(() => new Float64Array(steps + 1));
      // In the order of their names: with correlations a path goes by the draws of those before it, and the file's order must not matter.
      const order = [...markets.keys()].sort((a, b) => (markets[a].asset.symbol < markets[b].asset.symbol ? -1 : 1));
      const paths = order.map((m) => ({
        name: markets[m].asset.symbol,
        options: markets[m].driver,
        root: derive(root(seed.seed, `driver/${markets[m].asset.symbol}`), seed.replicate),
        out: value[m],
      }));
      const { correlations } = options;
      fillDrivers(paths, correlations === null ? null : order.map((a) => order.map((b) => correlations[a][b])), step, steps);
      this.outside = { key, value };
    }
    return this.outside.value;
  }

  private populationOf(options: RunOptions, seed: RunSeed, starts: readonly number[]): Population {
    const { seasonThreshold, traders } = options;
    const markets = options.markets.map(({ asset, contract, history, margin, dynamic, loans }, m) => {
      const lent = loans === undefined ? {} : { loans };
      return { asset, contract, history, margin, dynamic: dynamic ?? null, ...lent, startMark: Math.round(starts[m]) };
    });
    const key = JSON.stringify([
      traders,
      // Tiers are typed arrays: spell them out, or the key would not see them.
      markets.map(({ asset, contract, history, margin: { maintenance, maintenanceOn }, dynamic, startMark, ...more }) => {
        const lent = 'loans' in more ? [...more.loans.margin.maintenance.rate] : [];
        const { floor, rate, deduction } = maintenance;
        return [asset, contract, history, dynamic, startMark, maintenanceOn, ...floor, ...rate, ...deduction, lent];
      }),
      options.portfolio,
      options.standard,
      seasonThreshold,
      seed,
    ]);
    if (this.population?.key !== key) {
      this.population = {
        key,
        value: buildPopulation(traders, {
          markets,
          portfolio: options.portfolio ?? null,
          standard: options.standard ?? null,
          seasonThreshold,
          ...seed,
        }),
      };
    }
    return this.population.value;
  }

  private worldFor(options: RunOptions, population: Population, starts: readonly number[]): World {
    const shape = shapeOf(options, population, starts);
    if (this.world === null || !fits(this.world.shape, shape)) this.world = new World(shape);
    return this.world;
  }
}

/** The run with one extra lot sold; null when nobody was triggered and so none was. */
function playPlacebo(world: World, terms: Omit<RunTerms, 'route'>): Arm | null {
  const arm = playArm(world, { ...terms, route: terms.options.liquidation.route, placebo: true }, false, false);
  return world.isUntouched ? null : arm;
}

function stepsOf(run: MarketArm, twin: MarketArm, options: RunOptions, market: number): StepRecord {
  const { asset } = options.markets[market];
  const { detail, last, mark } = run.recorder;
  if (detail === null) throw new Error('record: the arm was played without detail');
  const scaled = (column: Float64Array, by: number): Float64Array => column.map((value) => value * by);
  const notional = asset.quantaPerTickLot * asset.quantum;
  return {
    asset: asset.symbol,
    time: Float64Array.from(last, (_, i) => i * options.step),
    index: scaled(detail.index, asset.tick),
    last: scaled(last, asset.tick),
    mark: scaled(mark, asset.tick),
    bid: scaled(detail.bid, asset.tick),
    ask: scaled(detail.ask, asset.tick),
    twin: scaled(twin.recorder.last, asset.tick),
    bidDepth: scaled(detail.bidDepth, notional),
    askDepth: scaled(detail.askDepth, notional),
    displacement: detail.displacement,
    forcedFlow: scaled(detail.forcedFlow, asset.quantum),
    backstopFlow: scaled(detail.backstopFlow, asset.quantum),
    liquidations: detail.liquidations,
    queued: detail.queued,
  };
}

function adversariesOf(run: Arm, twin: Arm, options: RunOptions): AdversaryRecord[] {
  return options.markets.flatMap(({ asset: { symbol, quantum } }, m) =>
    run.markets[m].adversaries.map(({ name, kind, capital, profit }, k) => ({
      name,
      kind,
      asset: symbol,
      capital: capital * quantum,
      profit: profit * quantum,
      twinProfit: twin.markets[m].adversaries[k].profit * quantum,
    })),
  );
}

function liquidationsOf(run: Arm, twin: Arm, options: RunOptions, population: Population): LiquidationRecord[] {
  const name = (account: number): string => keyHex({ hi: population.keyHi[account], lo: population.keyLo[account] });
  return run.fills.map((fill, i) => {
    const { account } = fill;
    const { asset } = options.markets[fill.market];
    const first = run.firstTime[account];
    const other = twin.firstTime[account];
    // Trades of bands close nothing: whether their owner is liquidated too is in rows of its own.
    const banded = fill.route === 'bands' || fill.route === 'bands-back';
    const cause = banded ? 'none' : causeOf(first, other, options.step);
    return {
      step: run.fillStep[i],
      account: name(account),
      group: population.groupNames[population.group[account]],
      regime: population.regimes[population.group[account]],
      side: fill.long ? 'long' : 'short',
      asset: asset.symbol,
      quantity: fill.lots * asset.lot,
      triggerPrice: fill.triggerTick * asset.tick,
      fillPrice: fill.fillTick * asset.tick,
      mcr: fill.mcr,
      generation: fill.generation,
      parent: fill.parent < 0 ? null : name(fill.parent),
      cause: cause === 'caused' || cause === 'advanced' || cause === 'none' ? cause : 'common',
      advanceSeconds: banded || other < 0 ? null : other - first,
      badDebt: fill.badDebt * asset.quantum,
      route: fill.route,
      notional: fill.notional * asset.quantum,
    };
  });
}

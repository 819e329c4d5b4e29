import { ASK } from '../market/exchange.ts';
import { METRIC_NAMES } from '../severity/metrics.ts';
import type { RunOptions } from '../simulation/options.ts';
import { Simulator } from '../simulation/simulate.ts';
import { Market } from '../simulation/market.ts';
import { World, shapeOf } from '../simulation/world.ts';
import { flatTiers } from '../margin/tiers.ts';
import { buildPopulation } from '../traders/drawing.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

/** The worked ledger: flat bids of 5 from 99 down to 80; longs of 5 from 100 at 50x, 25x, 20x and 10x; three exogenous sells of 5. */
export function goldenOptions(insurance: number): RunOptions {
  const long = (leverage: number) => ({ lots: 5, entry: 100, collateral: 500 / leverage });
  return {
    step: 1,
    steps: 3,
    markets: [
      {
        asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
        contract: { kind: 'linear', currency: 0, factor: 1 },
        driver: { kind: 'constant', price: 100 },
        history: { ages: [0], prices: [100] },
        mark: { kind: 'last', clamp: null },
        oracle: null,
        funding: null,
        session: null,
        selfTrade: 'none',
        quotes: { kind: 'flat', lots: 5, bestBid: 99, bidLevels: 20, bestAsk: 101, askLevels: 1 },
        noise: null,
        background: [],
        adversaries: [],
        orders: [1, 2, 3].map((at) => ({ at, lots: -5 })),
        margin: { maintenance: flatTiers(0.005), initial: flatTiers(0.01), threshold: 1, call: 2, equalityLiquidates: false },
      },
    ],
    correlations: null,
    traders: [
      { name: 'a', kind: 'listed', market: 0, accounts: [long(50)] },
      { name: 'b', kind: 'listed', market: 0, accounts: [long(25)] },
      { name: 'c', kind: 'listed', market: 0, accounts: [long(20)] },
      { name: 'd', kind: 'listed', market: 0, accounts: [long(10)] },
    ],
    liquidation: {
      policy: { kind: 'full' },
      mode: 'sequential',
      queue: 'trigger-price',
      ordersPerSecond: Infinity,
      latency: 0,
      route: 'book',
      backstop: null,
      insurance,
      fee: 0,
      adl: null,
    },
    seasonThreshold: 1,
  };
}

/** Every sale of the worked ledger in the order in which the book filled it: who sold, and at which tick. */
export function goldenTape(): string[] {
  const options = goldenOptions(0);
  const seed = { seed: 'golden', replicate: 0 };
  const start = 100;
  const markets = options.markets.map(({ asset, contract, history, margin }) => ({ asset, contract, history, margin, startMark: start }));
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  const outside = [new Float64Array(options.steps + 1).fill(start)];
  const world = new World(shapeOf(options, population, [start]));
  world.open({ options, population, outside, seed, route: 'book', tapes: null, exactScan: false, recountAlways: true });
  const [place] = world.markets;
  if (!(place instanceof Market)) throw new Error('worked ledger: found no order book');
  const { exchange, book } = place;
  const market = exchange.market.bind(exchange);
  const tape: string[] = [];
  exchange.market = (side, lots, account) => {
    const filled = market(side, lots, account);
    const group = account < population.count ? population.groupNames[population.group[account] ?? -1] : undefined;
    const ticks = Array.from(book.fillTick.subarray(0, book.fillCount), String).join('+');
    tape.push(`${group?.toUpperCase() ?? 'exo'}@${ticks}${side === ASK && filled === lots ? '' : ' in part'}`);
    return filled;
  };
  while (world.advance());
  return tape;
}

function golden(_parameters: Value, _effort: unknown, published: Value): Verdict {
  const seed = { seed: 'golden', replicate: 0 };
  const simulator = new Simulator();
  const result = simulator.run(goldenOptions(0), seed, { detail: true, recountAlways: true });
  const insured = simulator.run(goldenOptions(10), seed, { recountAlways: true });
  const metric = (name: string, of = result): number => of.metrics[METRIC_NAMES.indexOf(name)] ?? NaN;
  const liquidations = result.liquidations ?? [];
  const debts = Object.fromEntries(liquidations.map((fill) => [fill.group.toUpperCase(), fill.badDebt]));
  const measured = {
    fills: goldenTape(),
    last: result.steps?.[0]?.last.at(-1) ?? null,
    bad_debt: { ...debts, total: metric('bad_debt') },
    exogenous_only_last: result.steps?.[0]?.twin.at(-1) ?? null,
    amplification: metric('amplification'),
    liquidated_OI_share: metric('liquidated_share'),
    D_survives: liquidations.every((fill) => fill.group !== 'd'),
    // Nobody is closed by force here, so that what the fund leaves is socialised.
    insurance_10_residual_to_ADL: metric('socialised_loss', insured),
  };
  return { expected: published, measured, tolerance: 'exact', pass: agree(published, measured, 0) && metric('ledger_error') === 0 };
}

/** The worked ledger, fill by fill. */
export const GOLDEN_CHECKS: readonly Check[] = [{ id: 'CAS-GOLDEN', run: golden }];

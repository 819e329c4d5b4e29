import { describe, expect, test } from 'vitest';
import type { LiquidationOptions } from '../../src/liquidation/options.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { MarketOptions, RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import type { ListedGroupOptions } from '../../src/traders/group.ts';
import { lawOptions, withMarket } from '../../src/validation/worlds.ts';

/** A row of a run whose every number can be worked out by hand. */
function rowOf(options: RunOptions): Record<string, number> {
  const { metrics } = new Simulator().run(options, { seed: 'hand', replicate: 0 }, { recountAlways: true });
  return Object.fromEntries(METRIC_NAMES.map((name, i) => [name, metrics[i]!]));
}

const long = (name: string, lots: number, entry: number, collateral: number): ListedGroupOptions => ({
  name,
  kind: 'listed',
  market: 0,
  accounts: [{ lots, entry, collateral }],
});

/** The outside price falls from 1,000 to 980 in step 2, and to what `after` says in step 40; it is the mark, and the book stands a tick below 980. */
function fallen(
  collateral: number,
  liquidation: Partial<LiquidationOptions> = {},
  margin: Partial<MarketOptions['margin']> = {},
  after = 980,
): RunOptions {
  const law = lawOptions({ start: 980, lots: 100_000, bidLevels: 20, sale: 1, steps: 60, mode: 'sequential', route: 'book', mark: 'last' });
  const market = withMarket(law, {
    driver: { kind: 'waypoints', times: [0, 1, 1.5, 39, 39.5, 60], prices: [1000, 1000, 980, 980, after, after], noise: 0 },
    mark: { kind: 'index', cadence: 1, clamp: null },
    orders: [],
    margin: { ...law.markets[0]!.margin, ...margin },
  });
  return { ...market, traders: [long('one', 100, 1000, collateral)], liquidation: { ...law.liquidation, ...liquidation } };
}

describe('over-liquidation: what is closed beyond what restores the threshold', () => {
  // At 980 the position of 100 lots has lost 2,000 and needs 1 % of 98,000: 980.
  test.each([
    // Equity 490 is half of it: half of the position restores the coverage of 1.
    ['the whole where half would do', 2490, {}, {}, 0.5],
    // (θ − 0.5) / θ = 0.375: 38 lots.
    ['a lower threshold needs less', 2490, {}, { threshold: 0.8 }, 0.62],
    // Closing costs 0.2 of the maintenance it frees: 0.5 / (1 − 0.2) = 0.625, 63 lots.
    ['a fee needs more', 2490, { fee: 0.002 }, {}, 0.37],
    ['bankrupt: all of it was needed', 1900, {}, {}, 0],
    // Twenty lots go first, and 50 are needed: none over. Sold a tick below the mark they cost 20, and equity 470 stands against 784:
    // 0.4005 of the other 80 lots, 33, would do.
    ['a fifth first, then the rest', 2490, { policy: { kind: 'partial', above: 0, fraction: 0.2, cooldown: 10 } }, {}, 0.47],
    // Taken over at two thirds of it, at the mark: as much over as if it had been sold.
    ['a takeover counts too', 2490, { backstop: { level: 2 / 3, capacity: Infinity, stated: null } }, {}, 0.5],
  ] as const)('%s', (_, collateral, liquidation, margin, over) => {
    const row = rowOf(fallen(collateral, liquidation, margin));
    expect(row['liquidations']).toBe(1);
    expect(row['over_liquidation']).toBeCloseTo(over, 12);
  });

  test('is undefined when nothing is forced', () => {
    expect(rowOf(fallen(50_000))['over_liquidation']).toBeNaN();
  });
});

describe("unnecessary liquidations: open and above the threshold at the twin's end", () => {
  /** A sale takes the last price, which is the mark, from 100 to 97; who is sold then is sold at 96 and below. */
  const sale = lawOptions({ start: 100, lots: 10, bidLevels: 60, sale: 30, steps: 3, mode: 'sequential', route: 'book', mark: 'last' });
  /** 10 lots, below maintenance at 97: cash −970, so that equity is 0 there. */
  const first = long('first', 10, 100, 30);

  test('who falls only by the fill of another', () => {
    // At 96 equity is 100 × 96 − 9,550 = 50 against 96; at 97 it is 150 against 97.
    const row = rowOf({ ...sale, traders: [first, long('second', 100, 100, 450)] });
    expect([row['liquidations'], row['caused_share'], row['unnecessary_liquidations']]).toEqual([2, 0.5, 1]);
  });

  test('at the threshold exactly nobody is above it', () => {
    // At 97 equity is 100 × 97 − 9,603 = 97, the maintenance: a coverage of 1, which is not liquidated here.
    const row = rowOf({ ...sale, traders: [first, long('second', 100, 100, 397)] });
    expect([row['liquidations'], row['caused_share'], row['unnecessary_liquidations']]).toEqual([2, 0.5, 0]);
  });

  test('who was sold in part in the twin as well, and is covered since the price came back: not caused, and yet unnecessary', () => {
    const partial = { policy: { kind: 'partial', above: 0, fraction: 0.2, cooldown: 45 } } as const;
    const row = rowOf(fallen(2490, partial, {}, 1000));
    expect([row['liquidations'], row['caused_share'], row['unnecessary_liquidations']]).toEqual([1, 0, 1]);
    expect(row['liquidated_share']).toBeCloseTo(0.2, 12);
  });

  test('who is gone in the twin too, or under its threshold at the end, was not spared by it', () => {
    const row = rowOf(fallen(2490, {}, {}, 1000));
    expect([row['liquidations'], row['caused_share'], row['unnecessary_liquidations']]).toEqual([1, 0, 0]);
    // Sold in part, and the rest still waits at the end with the price where it was.
    const waiting = rowOf(fallen(2490, { policy: { kind: 'partial', above: 0, fraction: 0.2, cooldown: 100 } }));
    expect([waiting['liquidations'], waiting['caused_share'], waiting['unnecessary_liquidations']]).toEqual([1, 0, 0]);
  });
});

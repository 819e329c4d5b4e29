import { flatTiers } from '../margin/tiers.ts';
import type { RunOptions } from '../simulation/options.ts';

/** The worked ledger: flat bids of 5 from 99 down to 80; longs of 5 from 100 at 50x, 25x, 20x and 10x; three exogenous sells of 5. */
export function goldenOptions(insurance: number): RunOptions {
  const long = (leverage: number) => ({ lots: 5, entry: 100, collateral: 500 / leverage });
  return {
    step: 1,
    steps: 3,
    asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
    driver: { kind: 'constant', price: 100 },
    history: { ages: [0], prices: [100] },
    mark: { kind: 'last', clamp: null },
    quotes: { kind: 'flat', lots: 5, bestBid: 99, bidLevels: 20, bestAsk: 101, askLevels: 1 },
    noise: null,
    orders: [1, 2, 3].map((at) => ({ at, lots: -5 })),
    traders: [
      { name: 'a', kind: 'listed', accounts: [long(50)] },
      { name: 'b', kind: 'listed', accounts: [long(25)] },
      { name: 'c', kind: 'listed', accounts: [long(20)] },
      { name: 'd', kind: 'listed', accounts: [long(10)] },
    ],
    margin: { maintenance: flatTiers(0.005), initial: flatTiers(0.01), threshold: 1, call: 2, equalityLiquidates: false },
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
    },
    seasonThreshold: 1,
  };
}

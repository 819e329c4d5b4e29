import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { EMPTY_ACCOUNT, repriced } from '../../src/venues/account.ts';
import type { AccountOption, AccountPosition, VenueAccount } from '../../src/venues/account.ts';
import { margin, regimesOf } from '../../src/venues/account-margin.ts';
import { VENUES, venueNamed } from '../../src/venues/catalogue.ts';
import type { MarginGroup, PriceLevels } from '../../src/venues/margin-group.ts';
import type { Venue } from '../../src/venues/venue.ts';

const POSITION: AccountPosition = {
  asset: 'BTC',
  size: 1,
  entry: 100,
  mark: null,
  contract: 'linear',
  isolated: null,
  maintenance: null,
  initial: null,
  leastMargin: 0,
  skew: null,
};
const OPTION: AccountOption = {
  asset: 'BTC',
  call: false,
  strike: 90,
  seconds: 30 * 86_400,
  size: -1,
  multiplier: 1,
  volatility: 0.6,
  forward: null,
  fixed: 0,
  rate: 0,
};
/** Rates that rise twice. */
const LADDER = tiersFromRates([
  { floor: 0, rate: 0.01 },
  { floor: 150, rate: 0.025 },
  { floor: 400, rate: 0.1 },
]);

const FLAT = tiersFromRates([{ floor: 0, rate: 0.03 }]);
/** Venues whose own arithmetic knows one rate a market. */
const oneRate = (name: string): boolean => ['dydx', 'synthetix'].includes(name);

function venue(name: string): Venue {
  const found = venueNamed(name);
  if (found === null) throw new Error(`no venue ${name}`);
  return found;
}
function groupOf(account: VenueAccount, name: string): MarginGroup {
  return margin(account, venue(name)).groups[0] as MarginGroup;
}
function levelOf(group: MarginGroup, asset = 'BTC'): PriceLevels {
  return group.prices.find((one) => one.asset === asset) as PriceLevels;
}
/** Equity less what liquidates at an asset's price, in parts of the requirement. */
function surplusAt(account: VenueAccount, name: string, asset: string, price: number): number {
  const { equity, maintenanceMargin, threshold } = groupOf(repriced(account, { [asset]: price }), name);
  return (equity - threshold * maintenanceMargin) / (Math.abs(equity) + maintenanceMargin + 1);
}

const size = fc.double({ min: 0.1, max: 20, noNaN: true });
const side = fc.constantFrom(1, -1);
const entry = fc.double({ min: 60, max: 160, noNaN: true });

describe('the liquidation price is where the venue liquidates', () => {
  const account = fc
    .record({
      sizes: fc.tuple(size, size),
      sides: fc.tuple(side, side),
      entries: fc.tuple(entry, entry),
      cash: fc.double({ min: 5, max: 500, noNaN: true }),
      coins: fc.double({ min: 0, max: 3, noNaN: true }),
    })
    .map(({ sizes, sides, entries, cash, coins }): VenueAccount => ({
      ...EMPTY_ACCOUNT,
      prices: { BTC: 100, ETH: 100 },
      cash,
      holdings: coins < 0.1 ? [] : [{ asset: 'BTC', amount: coins, weight: 0.9, initialWeight: null, sizeFactor: 0, moves: true }],
      positions: (['BTC', 'ETH'] as const).map((asset, i) => ({
        ...POSITION,
        asset,
        size: (sides[i] as number) * (sizes[i] as number),
        entry: entries[i] as number,
        mark: i === 0 ? 97 : null,
        maintenance: LADDER,
        initial: LADDER,
      })),
    }));

  test.each(['hyperliquid', 'binance', 'binance-pm', 'bybit', 'okx', 'kucoin', 'paradex', 'drift', 'vertex', 'dydx'])(
    'cross at %s',
    (name) => {
      let found = 0;
      fc.assert(
        fc.property(account, (one) => {
          if (oneRate(name))
            Object.assign(one, { positions: one.positions.map((position) => ({ ...position, maintenance: FLAT, initial: FLAT })) });
          for (const { asset, liquidationPrice } of groupOf(one, name).prices) {
            if (liquidationPrice === null || liquidationPrice < 1e-3 || liquidationPrice > 1e5) continue;
            found++;
            // dYdX rounds to quantums, which moves the price by as much.
            expect(Math.abs(surplusAt(one, name, asset, liquidationPrice))).toBeLessThan(name === 'dydx' ? 1e-5 : 1e-9);
          }
        }),
        { numRuns: 100, seed: 5 },
      );
      expect(found).toBeGreaterThan(60);
    },
  );

  test.each(['hyperliquid', 'bybit', 'kraken', 'gate', 'gmx', 'synthetix'])('isolated at %s', (name) => {
    const contract = venue(name).contract === 'inverse' ? 'inverse' : 'linear';
    let found = 0;
    fc.assert(
      fc.property(size, side, entry, fc.double({ min: 1.5, max: 30, noNaN: true }), (units, sign, paid, leverage) => {
        const position = {
          ...POSITION,
          contract,
          size: sign * units * (contract === 'inverse' ? 1000 : 1),
          entry: paid,
          mark: 102,
          isolated: { leverage },
          maintenance: oneRate(name) ? FLAT : LADDER,
          initial: oneRate(name) ? FLAT : LADDER,
        } as const;
        const one = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, positions: [position] };
        const { liquidationPrice } = levelOf(groupOf(one, name));
        if (liquidationPrice === null || liquidationPrice < 2 || liquidationPrice > 5000) return;
        found++;
        expect(Math.abs(surplusAt(one, name, 'BTC', liquidationPrice))).toBeLessThan(1e-9);
      }),
      { numRuns: 100, seed: 7 },
    );
    expect(found).toBeGreaterThan(30);
  });

  test('coin-margined cross, several positions of a coin', () => {
    const one = {
      ...EMPTY_ACCOUNT,
      prices: { BTC: 100 },
      holdings: [{ asset: 'BTC', amount: 3, weight: null, initialWeight: null, sizeFactor: 0, moves: true }],
      positions: [
        { ...POSITION, contract: 'inverse' as const, size: 900, entry: 105, mark: 101 },
        { ...POSITION, contract: 'inverse' as const, size: -200, entry: 95 },
      ],
    };
    const group = groupOf(one, 'kraken');
    expect(group.currency).toBe('BTC');
    expect(group.equity).toBeCloseTo(3 + 900 / 105 - 900 / 101 - 200 / 95 + 200 / 100, 12);
    const { liquidationPrice, bankruptcyPrice } = levelOf(group);
    expect(surplusAt(one, 'kraken', 'BTC', liquidationPrice ?? NaN)).toBeCloseTo(0, 12);
    expect(groupOf(repriced(one, { BTC: bankruptcyPrice ?? NaN }), 'kraken').equity).toBeCloseTo(0, 12);
  });

  test('portfolios are looked at on both sides, loans of each asset', () => {
    const straddle = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, cash: 60, options: [OPTION, { ...OPTION, call: true, strike: 110 }] };
    const { liquidationPrice, why, either } = levelOf(groupOf(straddle, 'derive-pmrm-v2'));
    expect(liquidationPrice).toBeNull();
    expect(why).toContain('no single liquidation price');
    const { below, above } = either?.liquidation ?? { below: null, above: null };
    for (const price of [below, above]) expect(surplusAt(straddle, 'derive-pmrm-v2', 'BTC', price ?? NaN)).toBeCloseTo(0, 9);
    expect(below).toBeLessThan(100);
    expect(above).toBeGreaterThan(100);

    const loan = {
      collateral: ['BTC', 'ETH'].map((asset) => ({ asset, amount: 2, liquidationThreshold: null, loanToValue: null })),
      debt: 250,
      bands: null,
      system: null,
    };
    const borrowed = { ...EMPTY_ACCOUNT, prices: { BTC: 100, ETH: 100 }, loans: [loan] };
    for (const asset of ['BTC', 'ETH'])
      expect(surplusAt(borrowed, 'aave', asset, levelOf(groupOf(borrowed, 'aave'), asset).liquidationPrice ?? NaN)).toBeCloseTo(0, 12);
  });
});

test('a portfolio of a perpetual alone is a straight line: one price', () => {
  const one = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, cash: 40, positions: [POSITION] };
  // 20 % and 3 % of the price: 40 + p − 100 = 0.23 p.
  expect(levelOf(groupOf(one, 'derive-pmrm-v1')).liquidationPrice).toBeCloseTo(60 / 0.77, 9);
  expect(levelOf(groupOf(one, 'derive-pmrm-v1')).bankruptcyPrice).toBeCloseTo(60, 9);
});

test('isolated positions stand beside the cross account and leave it alone', () => {
  const cross = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, cash: 40, positions: [POSITION] };
  const both = { ...cross, positions: [POSITION, { ...POSITION, size: -3, isolated: { leverage: 10 } }] };
  const { groups } = margin(both, venue('hyperliquid'));
  expect(groups.map((group) => group.name)).toEqual(['cross', 'isolated short BTC']);
  expect(groups[0]).toEqual(groupOf(cross, 'hyperliquid'));
  expect(groups[1]?.equity).toBe(30);
});

test("a venue's own trigger and its ladder", () => {
  const at = (cash: number): MarginGroup =>
    groupOf(
      {
        ...EMPTY_ACCOUNT,
        prices: { BTC: 100 },
        cash,
        positions: [{ ...POSITION, maintenance: tiersFromRates([{ floor: 0, rate: 0.01 }]) }],
      },
      'binance-pm',
    );
  expect([1.6, 1.5, 1.2, 1.05, 1].map((cash) => at(cash).state)).toEqual([
    'healthy',
    'margin call',
    'reduce only',
    'liquidation',
    'liquidation claim',
  ]);
  expect([1.06, 1.05].map((cash) => at(cash).liquidatable)).toEqual([false, true]);
  expect(at(-1).state).toBe('liquidation claim');
  expect(groupOf({ ...EMPTY_ACCOUNT, prices: { BTC: 100 }, cash: -1, positions: [POSITION] }, 'okx').state).toBe('bankrupt');
});

test('requirements of sums: an account of nothing but coins demands nothing', () => {
  const held = {
    ...EMPTY_ACCOUNT,
    prices: { BTC: 100 },
    holdings: [{ asset: 'BTC', amount: 2, weight: 0.9, initialWeight: 0.8, sizeFactor: 0, moves: true }],
  };
  const group = groupOf(held, 'hyperliquid');
  expect(group).toMatchObject({ equity: 180, maintenanceMargin: 0, mcr: Infinity, liquidatable: false });
  expect(group.initialMargin).toBeCloseTo(20, 12);
  expect(levelOf(group).why).toBe('MCR meets the threshold at no price of it');
});

test('repricing moves marks and forwards in proportion, and nothing else', () => {
  const one = {
    ...EMPTY_ACCOUNT,
    prices: { BTC: 100, ETH: 10 },
    positions: [{ ...POSITION, mark: 102 }, POSITION],
    options: [{ ...OPTION, forward: 104, fixed: 3 }],
  };
  const moved = repriced(one, { BTC: 50 });
  expect(moved.prices).toEqual({ BTC: 50, ETH: 10 });
  expect(moved.positions.map((position) => position.mark)).toEqual([51, null]);
  expect(moved.options).toEqual([{ ...OPTION, forward: 52, fixed: 3 }]);
  expect(() => repriced(one, { SOL: 5 })).toThrow('price of SOL: found none, want a number > 0');
});

test('at a venue that settles in coin and in quote units, cash and linear contracts make an account in quote units', () => {
  const deribit = venue('deribit');
  const linear = { ...POSITION, asset: 'BTC', size: 2, entry: null, contract: 'linear' as const };
  const put = { ...OPTION, asset: 'BTC', call: false, strike: 90, size: -3 };
  const account = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, cash: -100, positions: [linear], options: [put] };
  const [group] = margin(account, deribit).groups as [MarginGroup];
  expect([group.currency, group.equity < 100]).toEqual(['quote', true]);
  // A rate of 1 % and 0.005 % a coin on the perpetual, 7.5 % of the price on the option, whose value is a debt already.
  expect(group.maintenanceMargin).toBeCloseTo(2 * 100 * (0.01 + 2 * 0.00005) + 3 * 0.075 * 100, 9);
  const mixed = { ...account, positions: [{ ...linear, contract: 'inverse' as const }] };
  expect(() => margin(mixed, deribit)).toThrow('found an inverse contract, want linear ones');
});

test('every venue answers an account of its kind', () => {
  for (const { name, contract } of VENUES) {
    const [regime] = regimesOf(venue(name));
    const inverse = contract === 'inverse' || name === 'deribit';
    const position = {
      ...POSITION,
      contract: inverse ? ('inverse' as const) : ('linear' as const),
      isolated: regime === 'positions' ? { leverage: 5 } : null,
    };
    const loan = {
      collateral: [{ asset: 'ETH', amount: 3, liquidationThreshold: null, loanToValue: null }],
      debt: 100,
      bands: { count: 10, basePrice: 100 },
      system: null,
    };
    const account = {
      ...EMPTY_ACCOUNT,
      prices: { BTC: 100, ETH: 100 },
      cash: regime === 'positions' || inverse ? 0 : 500,
      holdings: name === 'deribit' ? [{ asset: 'BTC', amount: 1, weight: null, initialWeight: null, sizeFactor: 0, moves: true }] : [],
      ...(regime === 'lending' ? { loans: [loan] } : { positions: [position] }),
    };
    const { groups } = margin(account, venue(name));
    expect(groups).toHaveLength(1);
    const [group] = groups as [MarginGroup];
    expect(group.mcr, name).toBeGreaterThan(1);
    expect(group.initialMargin, name).toBeGreaterThanOrEqual(group.maintenanceMargin);
    expect(group.liquidatable, name).toBe(false);
    expect(group.prices[0]?.liquidationPrice !== null || group.prices[0]?.why !== null, name).toBe(true);
  }
});

describe('what a venue cannot hold', () => {
  const account = { ...EMPTY_ACCOUNT, prices: { BTC: 100 }, positions: [POSITION] };
  const bad: readonly (readonly [string, VenueAccount, string, string])[] = [
    ['a position without a price', { ...account, prices: {} }, 'hyperliquid', 'price of BTC: found none, want a number > 0'],
    [
      'an asset without a table',
      { ...account, prices: { X: 1 }, positions: [{ ...POSITION, asset: 'X' }] },
      'hyperliquid',
      'X: hyperliquid lists no maintenance margin of it (it has BTC, ETH, SOL)',
    ],
    [
      'an option past expiry',
      { ...account, options: [{ ...OPTION, seconds: -1 }] },
      'deribit',
      'option: found -1 s to expiry, which is past',
    ],
    [
      'negative collateral',
      { ...account, holdings: [{ asset: 'BTC', amount: -1, weight: null, initialWeight: null, sizeFactor: 0, moves: true }] },
      'okx',
      'collateral: found -1 BTC, want a number ≥ 0',
    ],
    ['options without a rule', { ...account, options: [OPTION] }, 'okx', 'okx: found 1 options, want a venue of options'],
    [
      'loans without a lender',
      { ...account, loans: [{ collateral: [], debt: 1, bands: null, system: null }] },
      'okx',
      'okx does not lend: found 1 loans, want positions',
    ],
    ['positions at a lender', account, 'aave', 'aave-v3 lends: found 1 positions and 0 options, want loans'],
    [
      'own collateral in a portfolio',
      { ...account, positions: [{ ...POSITION, isolated: { leverage: 2 } }] },
      'pmrm',
      'BTC: found collateral of its own, but portfolio margin is of whole accounts',
    ],
    ['another regime', { ...account, regime: 'portfolio' }, 'bybit', 'bybit: found portfolio, want positions'],
    [
      'coin margin in quote',
      { ...account, positions: [{ ...POSITION, contract: 'inverse' }] },
      'pmrm',
      'BTC: found an inverse contract, want linear ones',
    ],
  ];
  test.each(bad)('%s', (_, one, name, said) => expect(() => margin(one, venue(name))).toThrow(said));

  test('a grid in which nothing stays', () => {
    const pmrm = venue('pmrm');
    const portfolio = {
      ...(pmrm.portfolio as NonNullable<Venue['portfolio']>),
      scenarios: [{ move: 0.1, volatility: 'none' as const, damping: 1 }],
    };
    expect(() => margin(account, { ...pmrm, portfolio })).toThrow('found no scenario in which the price stays');
  });
});

/**
 * What runs under each preset so that its rules come into play: a fall through people who cannot bear it, loans that fall due, accounts that are
 * auctioned. Written as files that a user could run; whatever a scenario does not say is the preset's.
 */

type Keys = Readonly<Record<string, unknown>>;
/** A scenario, of which the reader asks the preset. */
type Written = Keys & { readonly margin: { readonly venue: string } };

/** A fifth down in ten seconds, and most of it back. */
const FALL = { kind: 'waypoints', points: [['0s', 100_000], ['5s', 99_000], ['15s', 80_000], ['40s', 92_000]] }; // prettier-ignore
/** A fiftieth a second would jump over the levels between liquidation and takeover. */
const DECLINE = { kind: 'waypoints', points: [['0s', 100_000], ['20s', 88_000], ['40s', 85_000]] }; // prettier-ignore
/** The mark is what every venue sees of the outside price, so that what falls is not the makers' to decide. */
const BTC = { symbol: 'BTC', tick: 1, lot: 0.001, driver: FALL, mark: 'index' };
const ETH = { ...BTC, symbol: 'ETH' };
/** Coin-margined: a contract is worth 100 USD. */
const COINED = { ...BTC, lot: 1, contract: { kind: 'inverse', face: 100, coin: 'XBT', quantum: 1e-8 } };
/** What collateral may be held in. */
const COIN = { ...BTC, symbol: 'SOL', tick: 0.01, lot: 0.1, contract: { kind: 'spot', haircut: '10%' }, driver: { kind: 'constant', price: 150 } }; // prettier-ignore
/** Rates by size, for a venue of whose table the preset has one tier. */
const TIERS = { maintenance: [{ from: 0, rate: '1%' }, { from: 150_000, rate: '2%' }, { from: 300_000, rate: '3%' }], initial: '10%' }; // prettier-ignore

const longs = { name: 'longs', count: 20, side: 'long', notional: 4e6, leverage: 6, entry: { window: '0s' } };
const shorts = { ...longs, name: 'shorts', side: 'short', leverage: 3 };
/** Large enough for the second tier of a venue that lists two. */
const whales = { ...longs, name: 'whales', count: 2, notional: 400e6, leverage: 7 };
const opposite = { ...shorts, notional: 404e6 };

/** A market that falls below what most longs can bear, in which there is little to sell into. */
function crash(venue: string, { asset = BTC, assets = [asset], depth = 1e6, ...rest }: Keys = {}): Written {
  return {
    horizon: '40s',
    assets,
    market: { makers: { depth } },
    traders: [longs, shorts],
    ...rest,
    margin: { venue, ...(rest['margin'] as Keys | undefined) },
  };
}

/** Under portfolio or standard margin, with options of two expiries. */
function grid(venue: string, leverage: number, margin: Keys = {}, regime = 'portfolio'): Written {
  const option = (kind: string, strike: string, expiry: string, side: string): Keys => ({ kind, strike, expiry, side, size: '0.5x' });
  return crash(venue, {
    traders: [
      {
        ...longs,
        margin: regime,
        leverage,
        options: [option('put', '90%', '30d', 'short'), option('call', '110%', '90d', 'long')],
      },
      { ...shorts, leverage: 1 },
    ],
    margin: { ...margin, [regime]: { rules: 'venue', volatility: '60%' } },
  });
}

/** Borrowers on the edge, and keepers with money. */
function loans(venue: string, median: string, { disposal, ...margin }: Keys = {}): Written {
  const loanToValue = { kind: 'lognormal', median, sigma: 0.05, min: '30%', max: `${Number.parseFloat(median) + 3}%` };
  return crash(venue, {
    asset: ETH,
    depth: 1e7,
    traders: [{ name: 'borrowers', count: 30, margin: 'lending', notional: 6e6, loanToValue }],
    margin,
    liquidation: {
      keepers: [{ name: 'keepers', count: 3, capital: 1e6 }],
      chain: { block: '2s' },
      ...(disposal === undefined ? {} : { loans: disposal }),
    },
  });
}

/** Two assets on one collateral, some of it in a coin. */
function shared(venue: string): Written {
  const both = { also: [{ asset: 'SOL', side: 'long', notional: 4e6 }], coins: [{ asset: 'COIN', share: 0.5 }] };
  return crash(venue, {
    assets: [BTC, { ...BTC, symbol: 'SOL' }, { ...COIN, symbol: 'COIN' }],
    traders: [{ ...longs, ...both, margin: 'cross', leverage: 4 }, shorts, { ...shorts, name: 'others', asset: 'SOL' }],
  });
}

/** Accounts that are auctioned as wholes. */
function auctioned(venue: string): Written {
  return crash(venue, {
    traders: [{ ...longs, margin: 'cross' }, shorts],
    liquidation: { auction: 'venue', keepers: [{ name: 'bidders', count: 2 }], chain: { block: '1s' } },
  });
}

/** Margin that follows volatility. */
const following = crash('generic', {
  probes: [{ name: 'margin_rise', of: 'margin', take: 'rise', over: '10s' }],
  traders: [{ ...longs, margin: 'dynamic', leverage: 3 }, shorts],
  margin: {
    dynamic: {
      volatility: 0.8,
      cadence: '2s',
      halfLife: '20s',
      horizon: '60s',
      floor: '1%',
      buffer: '25%',
      stressed: { rate: '6%', weight: '25%' },
    },
  },
});

/** The scenarios of each preset, and those for vectors of no venue. */
export const SCENARIOS: Readonly<Record<string, readonly Written[]>> = {
  generic: [crash('generic')],
  hyperliquid: [
    crash('hyperliquid', { asset: { ...BTC, driver: DECLINE }, depth: 1e7, traders: [whales, { ...opposite, notional: 400e6 }] }),
    crash('hyperliquid', { asset: { ...BTC, oracle: { exchanges: { dispersion: '5bps' } } }, liquidation: { backstop: 'off' } }),
    shared('hyperliquid'),
  ],
  'aave-v3': [loans('aave-v3', '75%')],
  'binance-coinm': [crash('binance-coinm', { asset: COINED, margin: TIERS })],
  'binance-pm': [crash('binance-pm')],
  'binance-usdm': [crash('binance-usdm', { traders: [longs, whales, opposite] }), shared('binance-usdm')],
  bitmex: [crash('bitmex', { asset: COINED, depth: 1e5 })],
  bybit: [crash('bybit', { margin: TIERS }), crash('bybit', { asset: COINED })],
  'cme-span': [grid('cme-span', 2)],
  'compound-v3': [loans('compound-v3', '75%')],
  crvusd: [loans('crvusd', '80%')],
  deribit: [crash('deribit', { asset: COINED }), grid('deribit', 3), grid('deribit', 6, {}, 'standard')],
  'derive-auction': [auctioned('derive-auction')],
  'derive-pmrm-v1': [grid('derive-pmrm-v1', 3)],
  'derive-pmrm-v2': [grid('derive-pmrm-v2', 3)],
  'derive-srm': [auctioned('derive-srm'), grid('derive-srm', 6, {}, 'standard')],
  drift: [
    crash('drift', { traders: [{ ...longs, leverage: 9 }, shorts] }),
    crash('drift', {
      assets: [BTC, COIN],
      traders: [{ ...longs, leverage: 9, margin: 'cross', coins: [{ asset: 'SOL', share: '80%' }] }, shorts],
    }),
    // Owed by some, held by others, and in a second twice as dear.
    crash('drift', {
      assets: [
        BTC,
        {
          ...COIN,
          driver: {
            kind: 'waypoints',
            points: [
              ['0s', 150],
              ['5s', 180],
              ['10s', 190],
              ['11s', 400],
            ],
          },
        },
      ],
      traders: [
        { ...longs, margin: 'cross', leverage: 2, borrows: [{ asset: 'SOL', share: '100%' }] },
        { ...longs, name: 'savers', margin: 'cross', leverage: 2, coins: [{ asset: 'SOL', share: '80%' }] },
        { ...shorts, notional: 8e6 },
      ],
    }),
  ],
  'dydx-v4': [
    crash('dydx-v4', { asset: { ...BTC, funding: { cadence: '20s', period: '20s', cap: 'venue' } } }),
    shared('dydx-v4'),
    // As much open as lies between the bounds from which initial margin rises, and people who come back.
    crash('dydx-v4', {
      asset: { ...BTC, symbol: 'SOL' },
      depth: 1e7,
      traders: [
        { ...longs, notional: 40e6, reopen: { probability: 1, delay: '1s', leverage: 5 } },
        { ...shorts, notional: 40e6 },
      ],
    }),
  ],
  'gate-okx': [crash('gate-okx')],
  'gmx-v2': [crash('gmx-v2', { liquidation: { profitLimit: { pool: 1e6, largest: '10%', until: '5%' } } })],
  'kraken-futures': [crash('kraken-futures', { asset: COINED })],
  kucoin: [crash('kucoin')],
  'liquity-v1': [
    loans('liquity-v1', '60%', {
      lending: { loanToValue: '65%' },
      disposal: { kind: 'stability-pool', deposits: [1e6, 2e6], criticalRatio: '150%' },
    }),
  ],
  'maker-liq2': [loans('maker-liq2', '55%', { lending: { loanToValue: '60%' } })],
  'occ-tims': [grid('occ-tims', 4, { threshold: 0.9 })],
  okx: [crash('okx', { margin: TIERS }), grid('okx', 4, { maintenance: '1%', initial: '2%' })],
  paradex: [crash('paradex')],
  'synthetix-v3': [
    crash('synthetix-v3'),
    crash('synthetix-v3', { traders: [{ ...longs, margin: 'cross' }, shorts], market: { kind: 'curve', law: 'skew', depth: 1e6 } }),
  ],
  vertex: [crash('vertex')],
  ewma: [following],
  'emir-apc': [following],
  procyclicality: [following],
  'mcr-mapping': [crash('generic'), loans('aave-v3', '75%'), loans('liquity-v1', '60%', { lending: { loanToValue: '65%' } })],
};

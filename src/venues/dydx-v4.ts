import { MILLIONTHS } from '../liquidation/fee.ts';
import { fundingClamp, maintenanceMillionths } from '../margin/quantums.ts';
import type { MarginTier, Venue } from './venue.ts';

const GENESIS = 'https://github.com/dydxprotocol/v4-chain: protocol/testing/mainnet/genesis.json at 84d4664b';
const LIQUIDATIONS = 'https://github.com/dydxprotocol/v4-documentation: pages/concepts-trading/liquidations';
const LOSSES = 'https://github.com/dydxprotocol/v4-documentation: pages/concepts-trading/contract_loss_mechanisms';
const CAPS = 'https://github.com/dydxprotocol/v4-chain: protocol/app/upgrades/v5.0.0/upgrade.go at 0ca03593, initializeOIMFCaps';

/** The widest spread off the oracle price in maintenances of the position, and how fast it is reached (genesis). */
export const DYDX_FILLABLE = { kind: 'fillable', adjustment: 1, spread: 1.5 } as const;

/** Liquidity tiers, in parts per million. */
const LARGE_CAP = { initialMargin: 50_000n, maintenanceFraction: 600_000n };
const MID_CAP = { initialMargin: 100_000n, maintenanceFraction: 500_000n };
/** Largest funding in differences of initial and maintenance margin, parts per million. */
const CLAMP_FACTOR = 6_000_000n;

/** One step for every size. */
function marginTable(tier: typeof LARGE_CAP): readonly MarginTier[] {
  return [{ from: 0, maintenance: rate(maintenanceMillionths(tier)), initial: rate(tier.initialMargin) }];
}

function rate(millionths: bigint): number {
  return Number(millionths) / MILLIONTHS;
}

/** dYdX v4 perpetuals, cross. Its arithmetic is in margin/quantums, liquidation/fillable, liquidation/insurance and liquidation/throttle. */
export const dydxV4: Venue = {
  name: 'dydx-v4',
  aliases: ['dydx'],
  title: 'dYdX v4 perpetuals',
  date: '2023-10-26',
  tiers: { BTC: marginTable(LARGE_CAP), ETH: marginTable(LARGE_CAP), SOL: marginTable(MID_CAP) },
  initialGrowth: { SOL: { from: 20e6, to: 50e6 } },
  fundingCap: {
    BTC: rate(fundingClamp(LARGE_CAP, CLAMP_FACTOR)),
    ETH: rate(fundingClamp(LARGE_CAP, CLAMP_FACTOR)),
    SOL: rate(fundingClamp(MID_CAP, CLAMP_FACTOR)),
  },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  limit: { price: DYDX_FILLABLE, retry: 1, rest: 'wait' },
  throttle: { block: 1, position: { share: 0.1, least: 1000 }, account: 100_000, market: Infinity, window: null },
  backstop: null,
  liquidationFee: { rate: 0.015, cap: 'bankruptcy', venue: 0 },
  adl: { kind: 'unranked', closes: 'bankruptcy' },
  contract: 'mark-notional',
  facts: [
    { what: 'BTC and ETH: initial 5 %, maintenance 60 % of it; SOL: 10 %, 50 % of it', source: GENESIS, hypothetical: false },
    {
      what: 'initial margin of SOL rises from an open interest of 20M USDC to all of the notional at 50M; that of BTC and ETH does not',
      source: CAPS,
      hypothetical: false,
    },
    { what: 'liquidated when maintenance is above equity, not at equality', source: LIQUIDATIONS, hypothetical: false },
    { what: 'funding of 8 hours: at most 6 times the difference of initial and maintenance margin', source: GENESIS, hypothetical: false },
    { what: 'margin is checked at the oracle price', source: LIQUIDATIONS, hypothetical: false },
    { what: 'the oracle price moves once a second', source: 'about the time of a block', hypothetical: true },
    {
      what: 'limit price of a liquidation: up to 1.5 times the maintenance of the position off the oracle price, all of it at bankruptcy',
      source: GENESIS,
      hypothetical: false,
    },
    { what: 'in a block at most 10 % of a position, or 1,000 USDC if that is more', source: GENESIS, hypothetical: false },
    { what: 'in a block at most 100,000 USDC of notional from one account', source: GENESIS, hypothetical: false },
    {
      what: 'fee to the insurance fund: at most 1.5 % of the fill, out of what it brings above bankruptcy',
      source: GENESIS,
      hypothetical: false,
    },
    {
      what: 'what the fund cannot pay is closed against opposite accounts at the bankruptcy price',
      source: LOSSES,
      hypothetical: false,
    },
    { what: 'what finds nobody at the limit is sent again a second later', source: 'about the time of a block', hypothetical: true },
    { what: 'a block takes a second; the whole of what it lets through at once', source: 'about the time of a block', hypothetical: true },
  ],
};

import { chargedRate } from '../margin/isolated.ts';
import { aaveV3 } from './aave-v3.ts';
import { binanceCoinm } from './binance-coinm.ts';
import { binancePm } from './binance-pm.ts';
import { binanceUsdm } from './binance-usdm.ts';
import { bitmex } from './bitmex.ts';
import { bybit } from './bybit.ts';
import { cmeSpan } from './cme-span.ts';
import { compoundV3 } from './compound-v3.ts';
import { crvusd } from './crvusd.ts';
import { deribit } from './deribit.ts';
import { deriveAuction } from './derive-auction.ts';
import { derivePmrmV1 } from './derive-pmrm-v1.ts';
import { derivePmrmV2 } from './derive-pmrm-v2.ts';
import { deriveSrm } from './derive-srm.ts';
import { drift } from './drift.ts';
import { dydxV4 } from './dydx-v4.ts';
import { gateOkx } from './gate-okx.ts';
import { generic } from './generic.ts';
import { gmxV2 } from './gmx-v2.ts';
import { hyperliquid } from './hyperliquid.ts';
import { krakenFutures } from './kraken-futures.ts';
import { kucoin } from './kucoin.ts';
import { liquityV1 } from './liquity-v1.ts';
import { makerLiq2 } from './maker-liq2.ts';
import { occTims } from './occ-tims.ts';
import { okx } from './okx.ts';
import { paradex } from './paradex.ts';
import { synthetixV3 } from './synthetix-v3.ts';
import { vertex } from './vertex.ts';
import type { MarginTier, Venue } from './venue.ts';

/** All venues, by name. */
export const VENUES: readonly Venue[] = [
  generic,
  hyperliquid,
  aaveV3,
  binanceCoinm,
  binancePm,
  binanceUsdm,
  bitmex,
  bybit,
  cmeSpan,
  compoundV3,
  crvusd,
  deribit,
  deriveAuction,
  derivePmrmV1,
  derivePmrmV2,
  deriveSrm,
  drift,
  dydxV4,
  gateOkx,
  gmxV2,
  krakenFutures,
  kucoin,
  liquityV1,
  makerLiq2,
  occTims,
  okx,
  paradex,
  synthetixV3,
  vertex,
];

/** Every word that `venueNamed` understands. */
export const VENUE_WORDS: readonly string[] = VENUES.flatMap((venue) => [venue.name, ...venue.aliases]);

/** A venue by its name or an alias, or null. */
export function venueNamed(name: string): Venue | null {
  const wanted = name.trim().toLowerCase();
  return VENUES.find((venue) => venue.name === wanted || venue.aliases.includes(wanted)) ?? null;
}

/** A venue's margin table of an asset as it is charged, the fee of closing within maintenance, or null when it lists none. */
export function marginTable(venue: Venue, symbol: string): readonly MarginTier[] | null {
  for (const key of [symbol.toUpperCase(), '*']) {
    const table = Object.hasOwn(venue.tiers, key) ? venue.tiers[key] : undefined;
    if (table !== undefined) return table.map((tier) => ({ ...tier, maintenance: chargedRate(tier.maintenance, venue.closingFee ?? 0) }));
  }
  return null;
}

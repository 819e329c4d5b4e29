/** From a market's section to who quotes and trades there, in whole units. */
import type { AssetUnits } from '../core/units.ts';
import type { DepthProfile } from '../traders/grid.ts';
import type { QuoteOptions } from '../traders/makers.ts';
import type { NoiseOptions } from '../traders/noise.ts';
import type { Report } from './context.ts';
import { lots, quanta, someQuanta, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** A scenario's market, or an asset's own. */
export type MarketSection = Scenario['market'];

/** Who quotes; `at`: where the market's section stands. */
export function resolveQuotes({ makers }: MarketSection, units: AssetUnits, inMarket: Steps, report: Report): QuoteOptions {
  const at: Steps = [...inMarket, 'makers'];
  if (makers.kind === 'flat') {
    const bestBid = ticks(makers.bid, units, [...at, 'bid'], report);
    const bestAsk = ticks(makers.ask, units, [...at, 'ask'], report);
    if (bestAsk <= bestBid) report([...at, 'ask'], `found ${makers.ask}, want more than the bid of ${makers.bid}`);
    if (makers.bidLevels > bestBid)
      report([...at, 'bidLevels'], `found ${makers.bidLevels}, want at most ${bestBid}: no price is below one tick`);
    return {
      kind: 'flat',
      lots: lots(makers.size, units, [...at, 'size'], report),
      bestBid,
      bidLevels: makers.bidLevels,
      bestAsk,
      askLevels: makers.askLevels,
    };
  }
  if (makers.floor > makers.depth) report([...at, 'floor'], `found ${makers.floor}, want at most the depth of ${makers.depth}`);
  if (makers.halfSpread >= makers.reach)
    report([...at, 'reach'], `found ${makers.reach}, want more than the half spread of ${makers.halfSpread}`);
  const profile = makers.profile === 'flat' ? null : resolveProfile(makers.profile, makers, at, report);
  return {
    ...(profile === null ? {} : { profile }),
    kind: 'ladder',
    count: makers.count,
    depth: someQuanta(makers.depth, units, [...at, 'depth'], report),
    floor: quanta(makers.floor, units),
    volatilityScale: makers.volatilityScale === 'off' ? Infinity : makers.volatilityScale,
    returnHalfLife: makers.returnHalfLife,
    halfSpread: makers.halfSpread,
    reach: makers.reach,
    rungs: makers.rungs,
    inventoryCap: makers.inventoryCap === 'unlimited' ? Infinity : someQuanta(makers.inventoryCap, units, [...at, 'inventoryCap'], report),
    layOffHalfLife: makers.layOffHalfLife === 'never' ? Infinity : makers.layOffHalfLife,
    recovery: makers.recovery === 'never' ? Infinity : makers.recovery,
    permanent: makers.permanent,
    reaction: makers.reaction,
  };
}

/** A profile whose distances ascend from the half spread to the reach and whose shares never fall. */
function resolveProfile(
  rows: readonly (readonly [distance: number, bids: number, asks: number])[],
  {
    count,
    rungs,
    halfSpread,
    reach,
  }: { readonly count: number; readonly rungs: number; readonly halfSpread: number; readonly reach: number },
  inMakers: Steps,
  report: Report,
): DepthProfile {
  const at: Steps = [...inMakers, 'profile'];
  if (rows.length > count * rungs) report(at, `found ${rows.length} rows, want at most ${count * rungs}: count × rungs`);
  for (const [k, row] of rows.entries()) {
    const last = rows[k - 1] ?? [halfSpread, 0, 0];
    const before = k === 0 ? 'half spread' : 'row before it';
    if (row[0] <= last[0]) report([...at, k, 0], `found ${row[0]}, want more than the ${last[0]} of the ${before}`);
    else if (row[0] > reach) report([...at, k, 0], `found ${row[0]}, want at most the reach of ${reach}`);
    for (const side of [1, 2] as const)
      if (row[side] < last[side]) report([...at, k, side], `found ${row[side]}, want at least the ${last[side]} of the row before it`);
  }
  return { distances: rows.map((row) => row[0]), bids: rows.map((row) => row[1]), asks: rows.map((row) => row[2]) };
}

/** Traders without a view; null: none. */
export function resolveNoise({ noise }: MarketSection, units: AssetUnits, inMarket: Steps, report: Report): NoiseOptions | null {
  return noise === 'off' ? null : { ...noise, size: someQuanta(noise.size, units, [...inMarket, 'noise', 'size'], report) };
}

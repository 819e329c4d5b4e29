/** From a market's section to who quotes and trades there, in whole units. */
import type { AssetUnits } from '../core/units.ts';
import type { DepthProfile } from '../traders/grid.ts';
import type { Leaning, MakerOptions } from '../traders/ladder.ts';
import type { QuoteOptions } from '../traders/makers.ts';
import type { NoiseOptions } from '../traders/noise.ts';
import type { Report } from './context.ts';
import { lots, quanta, someQuanta, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** A scenario's market, or an asset's own, that is an order book. */
export type MarketSection = Extract<Scenario['market'], { readonly kind: 'book' }>;

/** A group of makers of a market's section; only one of several has a name. */
type MakerSection = Exclude<MarketSection['makers'], readonly unknown[] | { readonly kind: 'flat' }> & { readonly name?: string };

/** Who quotes; `at`: where the market's section stands. */
export function resolveQuotes({ makers }: MarketSection, units: AssetUnits, inMarket: Steps, report: Report): QuoteOptions {
  const at: Steps = [...inMarket, 'makers'];
  if (Array.isArray(makers)) {
    const names = new Map<string, number>();
    for (const [k, { name }] of makers.entries()) {
      const before = names.get(name);
      if (before !== undefined) report([...at, k, 'name'], `found "${name}" again, want a name that makers[${before}] does not have`);
      names.set(name, k);
    }
    return { kind: 'makers', groups: makers.map((group, k) => resolveMakers(group, units, [...at, k], report)) };
  }
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
  return { kind: 'makers', groups: [resolveMakers(makers, units, at, report)] };
}

/** One group of makers; `at`: where it stands. */
function resolveMakers(makers: MakerSection, units: AssetUnits, at: Steps, report: Report): MakerOptions {
  const { withdrawal } = makers;
  if (withdrawal !== 'off' && withdrawal.returnAt > withdrawal.at)
    report([...at, 'withdrawal', 'returnAt'], `found ${withdrawal.returnAt}, want at most the ${withdrawal.at} at which the group leaves`);
  if (makers.floor > makers.depth) report([...at, 'floor'], `found ${makers.floor}, want at most the depth of ${makers.depth}`);
  if (makers.halfSpread >= makers.reach)
    report([...at, 'reach'], `found ${makers.reach}, want more than the half spread of ${makers.halfSpread}`);
  const profile = makers.profile === 'flat' ? null : resolveProfile(makers.profile, makers, at, report);
  return {
    ...(profile === null ? {} : { profile }),
    name: makers.name ?? 'makers',
    count: makers.count,
    depth: someQuanta(makers.depth, units, [...at, 'depth'], report),
    floor: quanta(makers.floor, units),
    volatilityScale: makers.volatilityScale === 'off' ? Infinity : makers.volatilityScale,
    returnHalfLife: makers.returnHalfLife,
    withdrawal: withdrawal === 'off' ? null : withdrawal,
    halfSpread: makers.halfSpread,
    reach: makers.reach,
    rungs: makers.rungs,
    leaning: makers.kind === 'ladder' ? null : resolveLeaning(makers, units, at, report),
    inventoryCap: makers.inventoryCap === 'unlimited' ? Infinity : someQuanta(makers.inventoryCap, units, [...at, 'inventoryCap'], report),
    layOffHalfLife: makers.layOffHalfLife === 'never' ? Infinity : makers.layOffHalfLife,
    lossLimit: makers.lossLimit === 'unlimited' ? Infinity : someQuanta(makers.lossLimit, units, [...at, 'lossLimit'], report),
    lossPause: makers.lossPause === 'forever' ? Infinity : makers.lossPause,
    recovery: makers.recovery === 'never' ? Infinity : makers.recovery,
    permanent: makers.permanent,
    reaction: makers.reaction,
  };
}

/** How quotes lean, with one fill as the unit of inventory and the price as the unit of distance. */
function resolveLeaning(
  makers: Extract<MakerSection, { readonly kind: 'avellaneda-stoikov' }>,
  units: AssetUnits,
  at: Steps,
  report: Report,
): Leaning {
  const { riskAversion, fill, fillDistance, horizon, inventoryCap } = makers;
  if (horizon === 'stationary' && inventoryCap === 'unlimited')
    report([...at, 'inventoryCap'], 'found unlimited, want an amount: a stationary horizon is bounded by it');
  return {
    riskAversion: riskAversion * fill,
    fill: someQuanta(fill, units, [...at, 'fill'], report),
    decay: 1 / fillDistance,
    horizon: horizon === 'stationary' ? Infinity : horizon,
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

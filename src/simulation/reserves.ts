import type { GeneralLedger } from '../core/general-ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { BehaviourOptions } from '../traders/conduct.ts';
import { CROSS } from '../traders/population.ts';
import type { Legs, Population } from '../traders/population.ts';
import type { TraderOptions } from '../traders/group.ts';

/** What the traders of each of a population's groups do, by the group's number; null when nobody does anything. */
export function behaviours(traders: readonly TraderOptions[], population: Population): readonly (BehaviourOptions | null)[] | null {
  if (traders.every(({ behaviour }) => behaviour === undefined)) return null;
  const byName = new Map(traders.map(({ name, behaviour }) => [name, behaviour ?? null]));
  return population.groupNames.map((name) => byName.get(name) ?? null);
}

/** Positions of shared accounts in the markets: coins that serve as collateral, and options, which stand after the markets, are nothing that anybody closes. */
export function contractLegs({ legs }: Population, markets: readonly { readonly contract: Contract }[]): Legs {
  const held = [...legs.account.keys()].filter((k) => legs.market[k] < markets.length && markets[legs.market[k]].contract.kind !== 'spot');
  return {
    account: Int32Array.from(held, (k) => legs.account[k]),
    market: Uint8Array.from(held, (k) => legs.market[k]),
    lots: Float64Array.from(held, (k) => legs.lots[k]),
    entry: Float64Array.from(held, (k) => legs.entry[k]),
  };
}

/** Fresh money of those who may come back after their position was closed: the same for each. Isolated accounts only. */
export function freshMoney(population: Population, groups: readonly (BehaviourOptions | null)[], putIn: Float64Array): Float64Array {
  const { count, group, market } = population;
  const fresh = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const reopen = groups[group[i]]?.reopen ?? null;
    if (reopen !== null && market[i] !== CROSS) fresh[i] = Math.max(0, Math.floor(reopen.deposit * putIn[i]));
  }
  return fresh;
}

/**
 * What each trader has left outside when a run begins, in whole quanta of the currency that its account settles in, rounded down.
 * @param putIn what each has put in as collateral, in the same.
 * @param starts opening marks by market, in ticks; @param homes the market in whose currency each settles.
 */
export function reservesOf(
  population: Population,
  groups: readonly (BehaviourOptions | null)[],
  putIn: Float64Array,
  ledger: GeneralLedger,
  starts: readonly number[],
  homes: Uint8Array,
): Float64Array {
  const { count, group } = population;
  const reserves = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const reserve = groups[group[i]]?.topUp?.reserve;
    if (reserve === undefined) continue;
    const home = homes[i];
    const money = reserve.kind === 'share' ? reserve.share * putIn[i] : ledger.markets[home].inQuanta(reserve.money, starts[home]);
    reserves[i] = Math.max(0, Math.floor(money));
  }
  return reserves;
}

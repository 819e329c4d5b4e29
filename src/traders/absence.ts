import type { Population } from './population.ts';

/**
 * The same population without some of its groups. Who stays is who they were: keys, sizes, entries and collateral, to the bit. What those who
 * left had held against others, whoever opens the ledger has to hold.
 * @throws Error when there is no such group.
 */
export function withoutGroups(population: Population, names: readonly string[]): Population {
  if (names.length === 0) return population;
  const { groupNames, regimes, redrawn, legs } = population;
  const gone = new Set(
    names.flatMap((name) => {
      const places = [...groupNames.keys()].filter((g) => groupNames[g] === name);
      if (places.length === 0) throw new Error(`traders: found no group "${name}", want one of ${groupNames.join(', ')}`);
      return places;
    }),
  );
  const stays = Int32Array.from([...Array(population.count).keys()].filter((account) => !gone.has(population.group[account])));
  /** New number of each account; −1 for those who left. */
  const place = new Int32Array(population.count).fill(-1);
  stays.forEach((account, i) => (place[account] = i));
  const held = [...legs.account.keys()].filter((k) => place[legs.account[k]] >= 0);
  return {
    count: stays.length,
    groupNames,
    regimes,
    group: Uint16Array.from(stays, (account) => population.group[account]),
    market: Uint8Array.from(stays, (account) => population.market[account]),
    legs: {
      account: Int32Array.from(held, (k) => place[legs.account[k]]),
      market: Uint8Array.from(held, (k) => legs.market[k]),
      lots: Float64Array.from(held, (k) => legs.lots[k]),
      entry: Float64Array.from(held, (k) => legs.entry[k]),
    },
    keyHi: Uint32Array.from(stays, (account) => population.keyHi[account]),
    keyLo: Uint32Array.from(stays, (account) => population.keyLo[account]),
    lots: Float64Array.from(stays, (account) => population.lots[account]),
    cash: Float64Array.from(stays, (account) => population.cash[account]),
    entry: Float64Array.from(stays, (account) => population.entry[account]),
    redrawn,
  };
}

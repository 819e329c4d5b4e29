import type { MarketOptions, RunOptions } from '../../src/simulation/options.ts';

/** A run's options with those of its first market beside them. */
export function withFirstMarket(options: RunOptions): RunOptions & MarketOptions {
  const [market] = options.markets;
  if (market === undefined) throw new Error('options: found no market');
  return { ...options, ...market };
}

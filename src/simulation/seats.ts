import type { Ledger } from '../core/ledger.ts';
import type { LiquidationEngine } from '../liquidation/engine.ts';
import { costAt, entryDemand, entryLiquidationTick } from '../margin/entry.ts';
import { inverseLiquidationTick, liquidationTick } from '../margin/isolated.ts';
import { Adversaries } from '../traders/adversaries.ts';
import type { Population } from '../traders/population.ts';
import type { Market } from './market.ts';
import type { MarketOptions } from './options.ts';

/** What adversaries of one market are seated in. */
export interface Seating {
  readonly market: Market;
  /** Its place. */
  readonly place: number;
  readonly options: MarketOptions;
  readonly engine: LiquidationEngine;
  readonly population: Population;
  /** The account of the rest of the world. */
  readonly outside: number;
  readonly stepSeconds: number;
  /** Price at the start, in ticks. */
  readonly start: number;
}

/** Seats a market's adversaries in the accounts that the population keeps for them under their names. */
export function seatAdversaries(seating: Seating): Adversaries {
  const { market, options, engine, population, outside, stepSeconds, start } = seating;
  const counter = {
    exchange: market.exchange,
    margin: options.margin,
    outside,
    mark: () => market.look(),
    isFree: (account: number) => engine.isFree(account),
    renew: (account: number, long: boolean) => engine.renew(account, long),
    withdraw: (account: number, amount: number) => engine.withdraw(account, amount),
  };
  const liquidationPrice = (longs: boolean, share: number): number => clusterTick(seating, longs, share);
  const firstAccountOf = (name: string): number => population.group.indexOf(population.groupNames.indexOf(name));
  return new Adversaries(options.adversaries, { counter, stepSeconds, start, liquidationPrice }, firstAccountOf);
}

/**
 * The price past which a share of the lots of a market's isolated longs, or shorts, would be liquidated as they stand; where nobody holds
 * any, one that is never reached. Asked for once a run, at the cost of a sort.
 */
function clusterTick({ market, place, options, population }: Seating, longs: boolean, share: number): number {
  const { ledger } = market.exchange;
  const held: { readonly lots: number; readonly tick: number }[] = [];
  let whole = 0;
  for (let i = 0; i < population.count; i++) {
    const lots = ledger.lots[i];
    if (population.market[i] !== place || lots === 0 || lots > 0 !== longs) continue;
    const lent = population.regimes[population.group[i]] === 'lending' ? options.loans : undefined;
    held.push({ lots: Math.abs(lots), tick: triggerTick(ledger, i, population.entry[i], lent ?? options, market.shape.maxTick) });
    whole += Math.abs(lots);
  }
  // Longs go from the highest price down, shorts from the lowest up.
  held.sort((a, b) => (longs ? b.tick - a.tick : a.tick - b.tick));
  let past = 0;
  for (const { lots, tick } of held) {
    past += lots;
    if (past >= share * whole) return tick;
  }
  return longs ? 0 : Infinity;
}

/** The tick at which an account that holds lots is liquidated. */
function triggerTick(ledger: Ledger, account: number, entry: number, { margin }: Pick<MarketOptions, 'margin'>, maxTick: number): number {
  const { cash, lots, factor, inverse } = ledger;
  if (margin.maintenanceOn === 'entry') {
    const demanded = entryDemand(ledger, lots[account], costAt(ledger, lots[account], entry), margin.maintenance, margin.threshold);
    return entryLiquidationTick(ledger, cash[account], lots[account], demanded, margin.equalityLiquidates, maxTick);
  }
  const tickOf = inverse ? inverseLiquidationTick : liquidationTick;
  return tickOf(cash[account], lots[account], factor, margin.maintenance, margin.threshold, margin.equalityLiquidates, maxTick);
}

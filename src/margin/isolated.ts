import type { Tiers } from './tiers.ts';

/** What the venue demands of an isolated position, and when it acts. All levels are plain MCR numbers (equity / maintenance). */
export interface MarginOptions {
  readonly maintenance: Tiers;
  readonly initial: Tiers;
  /** θ: the MCR at which the engine liquidates. */
  readonly threshold: number;
  /** The MCR below which a margin call goes out. */
  readonly call: number;
  /** Whether a group whose MCR equals the threshold is liquidated (Binance, Bybit) or not yet (Hyperliquid). */
  readonly equalityLiquidates: boolean;
}

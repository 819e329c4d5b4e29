import { isPast, marginCoverageRatio } from '../margin/coverage.ts';
import type { Crossings } from '../margin/crossing.ts';
import { ladderState } from '../margin/ladder.ts';
import type { VolatilityShift } from '../margin/grid.ts';
import type { Venue } from './venue.ts';

/** Prices of one asset at which a group is liquidated and bankrupt, all other prices held. */
export interface PriceLevels {
  readonly asset: string;
  /** Present price. */
  readonly price: number;
  /** The one price at which MCR = θ; null where there is none, or more than one: `why` says it. */
  readonly liquidationPrice: number | null;
  /** The one price at which equity is 0. */
  readonly bankruptcyPrice: number | null;
  /** Where a group may be liquidated on either side: the first such prices from here. */
  readonly either: { readonly liquidation: Crossings; readonly bankruptcy: Crossings } | null;
  /** Reason of a null. */
  readonly why: string | null;
}

/** A position, option or coin of a group. Money in the group's currency. */
export interface GroupItem {
  readonly name: string;
  readonly size: number;
  readonly mark: number;
  /** What it adds to equity. */
  readonly value: number;
  /** Its own requirements; null where only the whole has one. */
  readonly maintenanceMargin: number | null;
  readonly initialMargin: number | null;
  /** What else the venue computes of it. */
  readonly figures: Figures;
}

/** Further figures by name, in words of the venue. */
export type Figures = Readonly<Record<string, number | boolean | string | null>>;

/** One scenario of a grid. */
export interface GridRow {
  /** Relative move of the underlying. */
  readonly move: number;
  readonly volatility: VolatilityShift;
  readonly damping: number;
  /** Profit of the account, and as it counts. */
  readonly profit: number;
  readonly counted: number;
  readonly binds: boolean;
}

/** Why a portfolio demands what it does. */
export interface GridMargin {
  readonly scenarios: readonly GridRow[];
  readonly worstLoss: number;
  /** `scenario` and its number, `basis`, the least charge of `options`, or `none` when nothing loses. */
  readonly binds: 'scenario' | 'basis' | 'options' | 'closing' | 'none';
  readonly binding: number | null;
  readonly basisLoss: number;
  readonly maintenanceCharge: number;
  readonly initialCharge: number;
  readonly concentrationCharge: number;
}

/** What is liquidated together, at its present prices. */
export interface MarginGroup {
  readonly name: string;
  readonly regime: 'isolated' | 'cross' | 'standard' | 'portfolio' | 'lending';
  /** `quote`, or the coin that margin is in. */
  readonly currency: string;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** Equity / maintenance; Infinity when nothing is demanded. */
  readonly mcr: number;
  /** The MCR at which the venue liquidates, and whether equality does. */
  readonly threshold: number;
  readonly equalityLiquidates: boolean;
  readonly liquidatable: boolean;
  /** Where it stands on the venue's ladder. */
  readonly state: string;
  readonly prices: readonly PriceLevels[];
  readonly items: readonly GroupItem[];
  readonly grid: GridMargin | null;
  readonly figures: Figures;
}

/** What a group is made of besides what follows from it. */
export interface GroupParts {
  readonly name: string;
  readonly regime: MarginGroup['regime'];
  readonly currency: string;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly prices: readonly PriceLevels[];
  readonly items: readonly GroupItem[];
  readonly grid?: GridMargin;
  readonly figures?: Figures;
  /** The venue's own word, where it does not follow from the MCR alone. */
  readonly liquidatable?: boolean;
}

/** What a venue with arithmetic of its own says of a leg. */
export type OwnItem = Pick<GroupItem, 'maintenanceMargin' | 'initialMargin' | 'figures'>;

/** What an account with rules of its own demands. */
export type OwnMargin = Pick<GroupParts, 'equity' | 'maintenanceMargin' | 'initialMargin' | 'liquidatable' | 'figures'> & {
  /** By leg, what the venue demands of it and what else it says. */
  readonly legs: readonly OwnItem[];
  /** Whether requirements are linear in the price but for rounding, so that the closed form holds. */
  readonly closedForm: boolean;
};

/** The MCR at which a venue liquidates. */
export function thresholdOf(venue: Venue): number {
  return venue.threshold ?? 1;
}

/** A group with its MCR and its place on the venue's ladder. */
export function groupOf(venue: Venue, parts: GroupParts): MarginGroup {
  const threshold = thresholdOf(venue);
  const { equalityLiquidates } = venue;
  const mcr = marginCoverageRatio(parts.equity, parts.maintenanceMargin);
  const past = parts.maintenanceMargin === 0 ? parts.equity < 0 : isPast(mcr, threshold, equalityLiquidates);
  const liquidatable = parts.liquidatable ?? past;
  const rung = venue.ladder === undefined || parts.maintenanceMargin === 0 ? 'healthy' : ladderState(venue.ladder, mcr);
  const state = parts.equity < 0 && rung === 'healthy' ? 'bankrupt' : rung === 'healthy' && liquidatable ? 'liquidated' : rung;
  return { grid: null, figures: {}, ...parts, mcr, threshold, equalityLiquidates, liquidatable, state };
}

/** Levels of an asset with one price each: 0 and Infinity are no prices. */
export function oneLevel(asset: string, price: number, liquidation: number, bankruptcy: number): PriceLevels {
  const real = (found: number): number | null => (found > 0 && found < Infinity ? found : null);
  const liquidationPrice = real(liquidation);
  return {
    asset,
    price,
    liquidationPrice,
    bankruptcyPrice: real(bankruptcy),
    either: null,
    why: liquidationPrice === null ? 'MCR meets the threshold at no price of it' : null,
  };
}

/** Levels of an asset that may lie on both sides. */
export function twoLevels(asset: string, price: number, liquidation: Crossings, bankruptcy: Crossings, regime: string): PriceLevels {
  return {
    asset,
    price,
    liquidationPrice: null,
    bankruptcyPrice: null,
    either: { liquidation, bankruptcy },
    why: `${regime} margin has no single liquidation price: the first on either side are given, volatilities unchanged`,
  };
}

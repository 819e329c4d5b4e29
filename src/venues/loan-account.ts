import { closeFactor, mostRepayable } from '../liquidation/close-factor.ts';
import { isUnsafe } from '../liquidation/clip.ts';
import { troveLiquidation } from '../liquidation/stability-pool.ts';
import { bandedHealth, loanBands } from '../margin/bands.ts';
import {
  collateralRatio,
  countedCollateral,
  healthFactor,
  isUndercollateralised,
  lendingMaintenance,
  loanLiquidationPrice,
  loanToValue,
} from '../margin/lending.ts';
import type { Collateral } from '../margin/lending.ts';
import { priceOf } from './account.ts';
import type { AccountLoan, VenueAccount } from './account.ts';
import { termsOfRatios } from './lending.ts';
import type { LendingRules, LoanTerms } from './lending.ts';
import { groupOf, oneLevel } from './margin-group.ts';
import type { Figures, MarginGroup } from './margin-group.ts';
import type { Venue } from './venue.ts';

/** Every loan of an account is a group of its own. */
export function loanGroups(account: VenueAccount, venue: Venue, rules: LendingRules): readonly MarginGroup[] {
  return account.loans.map((loan, i) => {
    const name = account.loans.length === 1 ? 'loan' : `loan ${i + 1}`;
    return rules.kind === 'soft' ? bandedGroup(account, venue, rules, loan, name) : loanGroup(account, venue, rules, loan, name);
  });
}

/**
 * What a venue lends against an asset, and what it states otherwise; null when it lends nothing against it.
 */
export function loanTermsOf(rules: LendingRules, asset: string): LoanTerms | null {
  if (rules.kind === 'soft') return null;
  if (rules.kind === 'stability-pool') return termsOfRatios(rules.rules.minimumRatio, rules.rules.criticalRatio);
  const listed = Object.hasOwn(rules.assets, asset) ? rules.assets[asset] : undefined;
  if (listed === undefined) return null;
  return 'liquidationRatio' in listed ? termsOfRatios(listed.liquidationRatio, listed.liquidationRatio) : listed;
}

/** A loan whose counted collateral has to cover its debt. */
function loanGroup(account: VenueAccount, venue: Venue, rules: LendingRules, loan: AccountLoan, name: string): MarginGroup {
  const { debt } = loan;
  const terms = loan.collateral.map((one) => {
    const listed = loanTermsOf(rules, one.asset);
    const threshold = one.liquidationThreshold ?? listed?.liquidationThreshold;
    if (threshold === undefined)
      throw new RangeError(`${one.asset}: ${venue.name} lends nothing against it, state a liquidation threshold`);
    return { threshold, loanToValue: one.loanToValue ?? listed?.loanToValue ?? threshold };
  });
  const collateral = loan.collateral.map(({ asset, amount }, i): Collateral => {
    return { quantity: amount, price: priceOf(account, asset), liquidationThreshold: terms[i].threshold };
  });
  const counted = countedCollateral(collateral);
  const value = valueOf(collateral);
  const health = healthFactor(counted, debt);
  const ratio = collateralRatio(value, debt);
  const figures: Figures = {
    collateral: value,
    debt,
    healthFactor: finite(health),
    collateralRatio: finite(ratio),
    loanToValue: finite(loanToValue(value, debt)),
    ...venueFigures(account, rules, loan, { value, health, ratio }),
  };
  return groupOf(venue, {
    name,
    regime: 'lending',
    currency: 'quote',
    equity: value - debt,
    maintenanceMargin: lendingMaintenance(collateral),
    initialMargin: collateral.reduce((sum, { quantity, price }, i) => sum + quantity * price * (1 - terms[i].loanToValue), 0),
    liquidatable: isLiquidated(account, rules, loan, counted, ratio),
    prices: loan.collateral.map(({ asset, amount }, i) => {
      const others = collateral.filter((_, k) => k !== i);
      const { price, liquidationThreshold } = collateral[i];
      return oneLevel(
        asset,
        price,
        amount === 0 ? 0 : loanLiquidationPrice(debt - countedCollateral(others), amount, liquidationThreshold),
        amount === 0 ? 0 : loanLiquidationPrice(debt - valueOf(others), amount, 1),
      );
    }),
    items: loan.collateral.map(({ asset, amount }, i) => {
      const { price, liquidationThreshold } = collateral[i];
      return {
        name: `${asset} pledged`,
        size: amount,
        mark: price,
        value: amount * price,
        maintenanceMargin: lendingMaintenance([collateral[i]]),
        initialMargin: amount * price * (1 - terms[i].loanToValue),
        figures: { liquidationThreshold },
      };
    }),
    figures,
  });
}

/** Whether the venue liquidates, by its own question. */
function isLiquidated(account: VenueAccount, rules: LendingRules, loan: AccountLoan, counted: number, ratio: number): boolean {
  const [only] = loan.collateral;
  if (
    rules.kind === 'auction' &&
    loan.collateral.length === 1 &&
    only.liquidationThreshold === null &&
    Object.hasOwn(rules.assets, only.asset)
  ) {
    const vault = { collateral: only.amount, normalisedDebt: loan.debt, rate: 1 };
    return isUnsafe(vault, priceOf(account, only.asset), rules.assets[only.asset].liquidationRatio);
  }
  if (rules.kind === 'stability-pool' && loan.system !== null) {
    return troveLiquidation(rules.rules, ratio, loan.system.ratio, loan.system.pool, loan.debt) !== 'none';
  }
  return isUndercollateralised(counted, loan.debt);
}

/** What the venue would do with the loan now. */
function venueFigures(
  account: VenueAccount,
  rules: LendingRules,
  { debt, collateral, system }: AccountLoan,
  now: { readonly value: number; readonly health: number; readonly ratio: number },
): Figures {
  if (rules.kind === 'fixed-spread') {
    if (!(now.health < 1)) return { closeFactor: null, mostRepayable: 0 };
    const factor = closeFactor(rules.sale, now.health, now.value, debt);
    return { closeFactor: factor, mostRepayable: mostRepayable(debt, debt, factor) };
  }
  if (rules.kind === 'stability-pool' && system !== null) {
    return { liquidation: troveLiquidation(rules.rules, now.ratio, system.ratio, system.pool, debt) };
  }
  if (rules.kind === 'auction') {
    const [only] = collateral;
    const own = Object.hasOwn(rules.assets, only.asset) ? rules.assets[only.asset] : undefined;
    return own === undefined ? {} : { auctionOpensAt: priceOf(account, only.asset) * own.buffer, owedInAuction: debt * own.penaltyFactor };
  }
  return {};
}

/** A loan whose collateral lies in price bands: sold band by band between two prices, closed whole below a health of 0. */
function bandedGroup(
  account: VenueAccount,
  venue: Venue,
  rules: Extract<LendingRules, { kind: 'soft' }>,
  loan: AccountLoan,
  name: string,
): MarginGroup {
  const [only, ...others] = loan.collateral;
  if (only === undefined || others.length > 0 || loan.bands === null)
    throw new RangeError(`${venue.name}: want a loan against one asset, with its bands and the market's base price`);
  const { count, basePrice } = loan.bands;
  const { debt } = loan;
  const { asset, amount } = only;
  const price = priceOf(account, asset);
  const ladder = { basePrice, amplification: rules.amplification };
  const bands = loanBands(amount, debt, count, ladder, rules.loanDiscount);
  const health = bandedHealth(amount, debt, count, ladder, bands.first, rules.liquidationDiscount);
  // What the bands bring when they are sold on the way down, before and after the discount, as long as none of them is touched.
  const brought = (1 + health) * debt;
  const value = amount * price;
  const touched = price < bands.top;
  return groupOf(venue, {
    name,
    regime: 'lending',
    currency: 'quote',
    equity: value - debt,
    maintenanceMargin: value - brought,
    initialMargin: value - (brought / (1 - rules.liquidationDiscount)) * (1 - rules.loanDiscount),
    liquidatable: health < 0,
    prices: [
      {
        asset,
        price,
        liquidationPrice: null,
        bankruptcyPrice: null,
        either: null,
        why: `collateral is sold from ${plain(bands.top)} down to ${plain(bands.bottom)}, not at one price; the loan is closed below a health of 0`,
      },
    ],
    items: [{ name: `${asset} pledged`, size: amount, mark: price, value, maintenanceMargin: null, initialMargin: null, figures: {} }],
    figures: {
      collateral: value,
      debt,
      collateralRatio: finite(collateralRatio(value, debt)),
      loanToValue: finite(loanToValue(value, debt)),
      health: touched ? null : health,
      firstBand: bands.first,
      lastBand: bands.last,
      softLiquidationFrom: bands.top,
      softLiquidationTo: bands.bottom,
      softLiquidation: touched,
    },
  });
}

function valueOf(collateral: readonly Collateral[]): number {
  return collateral.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
}

function finite(value: number): number | null {
  return value < Infinity ? value : null;
}

function plain(price: number): string {
  return String(Number(price.toPrecision(6)));
}

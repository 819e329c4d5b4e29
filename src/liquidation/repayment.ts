import { ceilDivide, larger, smaller } from '../core/fixed-point.ts';
import type { Ledger } from '../core/ledger.ts';
import { debtRate } from '../margin/weights.ts';
import type { Haircut } from './deleveraging.ts';
import { proRataHaircuts } from './haircut.ts';
import { spotInsuranceFee } from './insurance.ts';
import type { LimitedPosition } from './limits.ts';
import { assetForLiability, liabilityForAsset, liabilityToCoverShortage } from './shortage.ts';
import type { ExchangeRate } from './shortage.ts';
import { interestForLoss } from './social-loss.ts';

/**
 * Coins that a cross account owes, repaid by liquidators in exchange for its money, in the venue's whole numbers: dollars in millionths, a lot as
 * a unit of the coin with nine decimals, money as an asset whose weight and multiplier are 1.
 */

const MILLION = 1_000_000n;
const UNIT = 1_000_000_000n;
/** An index of deposits in which nothing has been lost. */
const INDEX = 10_000_000_000n;

/** How a debt is looked at. Money in quanta. */
export interface DebtTerms {
  /** What a quantum is in dollars. */
  readonly dollar: number;
  /** Margin that the group lacks. */
  readonly shortage: number;
  /** What it has beside the debt. */
  readonly available: number;
  /** The liquidators' fee and the most that the fund gets, millionths. */
  readonly fee: number;
  readonly largestInsurance: number;
}

/** What liquidators repay, of how much they may, and what they get for it. */
export interface Repayment {
  /** Lots of the coin, whole; 0: the group has nothing to pay for one with. */
  readonly lots: number;
  /** Quanta that the group hands over, and its fee to the fund on top. */
  readonly money: number;
  readonly insurance: number;
}

/** What covers the shortage, or of it the share that may go now, in ten-thousandths, as far as there is money for it. */
export function repayment({ place, account, market, marks }: LimitedPosition, terms: DebtTerms, share: bigint): Repayment {
  const { ledger, margin } = place;
  const owed = BigInt(-ledger.lots[account]);
  const value = ledger.lotValue(marks[market]);
  const inDollars = terms.dollar * Number(MILLION);
  const available = BigInt(Math.max(0, Math.floor(terms.available * inDollars)));
  const rate: ExchangeRate = {
    assetPrice: MILLION,
    assetDecimals: 6,
    assetMultiplier: MILLION,
    liabilityPrice: larger(1n, BigInt(Math.round(value * inDollars))),
    liabilityDecimals: 9,
    liabilityMultiplier: MILLION - BigInt(terms.fee),
  };
  const { assetMultiplier, liabilityMultiplier, liabilityPrice } = rate;
  const weight = BigInt(Math.round((1 + debtRate(-Number(owed), margin)) * 10_000));
  const shortage = BigInt(Math.ceil(terms.shortage * inDollars));
  const insuranceFee = spotInsuranceFee({
    shortage,
    amount: owed * UNIT,
    decimals: 9,
    assetWeight: MILLION,
    assetMultiplier,
    liabilityWeight: weight * 100n,
    liabilityMultiplier,
    liabilityPrice,
    largestFee: BigInt(terms.largestInsurance),
  });
  const cover = liabilityToCoverShortage({
    shortage,
    assetWeight: 10_000n,
    assetMultiplier,
    liabilityWeight: weight,
    liabilityMultiplier,
    liabilityPrice,
    liabilityDecimals: 9,
    insuranceFee,
  });
  const wanted = cover === null ? owed : ceilDivide((cover * share) / 10_000n, UNIT);
  const affordable = liabilityForAsset(available, rate) / UNIT;
  const lots = smaller(smaller(larger(wanted, 1n), owed), affordable);
  if (lots === 0n) return { lots: 0, money: 0, insurance: 0 };
  const paid = Math.ceil(Number(assetForLiability(lots * UNIT, available, rate)) / inDollars);
  return {
    lots: Number(lots),
    money: Math.min(paid, Math.floor(terms.available)),
    insurance: (Number(insuranceFee) / Number(MILLION)) * Number(lots) * value,
  };
}

/**
 * What depositors of a coin lose of their lots for a debt in it that nobody repays, by the step down of their index (`interestForLoss`) and to the
 * lot by largest remainder, in the order of accounts: together the loss, or all that they have.
 */
export function spreadOverDeposits({ lots }: Pick<Ledger, 'lots'>, depositors: readonly number[], loss: number): readonly Haircut[] {
  const deposits = depositors.map((account) => lots[account]);
  const whole = deposits.reduce((sum, held) => sum + held, 0);
  const step = interestForLoss(BigInt(loss), BigInt(whole), INDEX);
  const lost = Math.min(loss, whole, Number(ceilDivide(step * BigInt(whole), INDEX)));
  return proRataHaircuts(lost, deposits)
    .map((amount, i) => ({ account: depositors[i], amount }))
    .filter(({ amount }) => amount > 0);
}

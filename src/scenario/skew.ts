/** Margins that grow with the size of a position, as read, to lots and quanta. */
import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { ratePerUnit } from '../margin/skew.ts';
import type { SkewMargin } from '../margin/skew.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { startPrice } from '../market/drivers/range.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { quanta, round } from './measures.ts';
import type { Scenario } from './schema.ts';

/** Share of what a lot is worth that all which is demanded of it may come to, at the call level: more than that no price would cover. */
const LARGEST_RATE = 0.99;

/** What the file says, else what the venue states; null: margins do not grow with size. */
export function resolveSkew(
  stated: Scenario['margin']['skew'],
  venue: Venue,
  { maintenance, initial, threshold, call }: MarginOptions,
  contract: Contract,
  driver: DriverOptions,
  units: AssetUnits,
  report: Report,
): SkewMargin | null {
  if (stated === 'off' || (stated === 'venue' && venue.skew === undefined)) return null;
  const terms = stated === 'venue' ? venue.skew : { ...stated, reward: { share: stated.reward, largest: largestOf(stated.largestReward) } };
  if (terms === undefined) return null;
  const { scale, fraction, least, reward } = terms;
  const level = Math.max(threshold, call);
  const steepest = Math.max(...maintenance.rate);
  const most = LARGEST_RATE / level - steepest - reward.share;
  const [charged = 0] = maintenance.rate;
  const [opened = charged] = initial.rate;
  if (most <= 0) {
    report(
      ['margin', 'skew', 'reward'],
      `found ${round(reward.share)} beside a maintenance rate of ${round(steepest)}, want less: at the call level both would take all of a position`,
    );
    return null;
  }
  const ratio = (opened + reward.share) / (charged + reward.share);
  if (call > ratio) {
    report(
      ['margin', 'skew', 'reward'],
      `found ${round(reward.share)}, which both margins hold: initial / maintenance is ${round(ratio)}, want at least the call level`,
    );
    return null;
  }
  // A lot at the opening price: an asset's scale is in its units, and stays there.
  const lots = scale / (notionalOf(contract, 1, startPrice(driver)) * units.quantum);
  const rate = ratePerUnit(fraction, lots);
  return {
    initial: rate,
    maintenance: (rate * charged) / opened,
    most,
    least: quanta(least, units),
    reward: { share: reward.share, largest: reward.largest === Infinity ? Infinity : quanta(reward.largest, units) },
  };
}

function largestOf(stated: number | 'unlimited'): number {
  return stated === 'unlimited' ? Infinity : stated;
}

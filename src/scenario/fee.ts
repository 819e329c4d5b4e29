/** From what a forced order costs, as read, to whole units. */
import { MILLIONTHS } from '../liquidation/fee.ts';
import type { LiquidationOptions } from '../liquidation/options.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { round } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** Rate and terms of the fee: what the file says, else what the venue states. */
export function resolveFee(
  stated: Scenario['liquidation']['fee'],
  venue: Venue,
  hasBackstop: boolean,
  report: Report,
): Pick<LiquidationOptions, 'fee' | 'feeTerms'> {
  if (typeof stated === 'number') return { fee: stated };
  if (stated === 'venue') return venueFee(venue);
  const { rate, cap } = stated;
  const at: Steps = ['liquidation', 'fee'];
  const parts = {
    venue: millionths(stated.venue, [...at, 'venue'], report),
    backstop: millionths(stated.backstop, [...at, 'backstop'], report),
  };
  const together = parts.venue + parts.backstop;
  if (together > MILLIONTHS)
    report([...at, 'backstop'], `found ${round(stated.backstop)}, want at most ${round(1 - stated.venue)}, what the venue leaves`);
  if (parts.backstop > 0 && !hasBackstop)
    report([...at, 'backstop'], `found ${round(stated.backstop)}, want 0, or a backstop that takes over`);
  return { fee: rate, feeTerms: { cap, ...parts } };
}

/** What a venue takes: its liquidation fee, or the fee of closing that it sets aside and keeps. */
function venueFee({ liquidationFee, closingFee }: Venue): Pick<LiquidationOptions, 'fee' | 'feeTerms'> {
  const own = liquidationFee ?? (closingFee === undefined ? null : { rate: closingFee, cap: 'left' as const, venue: 1 });
  return own === null ? { fee: 0 } : { fee: own.rate, feeTerms: { cap: own.cap, venue: own.venue * MILLIONTHS, backstop: 0 } };
}

function millionths(part: number, at: Steps, report: Report): number {
  const whole = Math.round(part * MILLIONTHS);
  if (Math.abs(part * MILLIONTHS - whole) > 1e-6) report(at, `found ${part}, want whole millionths: ${round(whole / MILLIONTHS)}`);
  return whole;
}

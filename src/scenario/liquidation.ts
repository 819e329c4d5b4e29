import type { AssetUnits } from '../core/units.ts';
import type {
  LiquidationOptions,
  Policy,
  PriceLimit,
  ProfitLimitOptions,
  ReplenishmentOptions,
  ThrottleOptions,
  UnwindOptions,
} from '../liquidation/options.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { resolveAccountAuction } from './account-auction.ts';
import { resolveFee } from './fee.ts';
import type { Level } from './fields.ts';
import { quanta, round } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

type Liquidation = Scenario['liquidation'];

/** A policy as read. */
type Stated<Kind> = Extract<Liquidation['policy'], { readonly kind: Kind }>;

/** What the venue does with groups below the threshold: what the file says, and where it leaves it to the venue, what that states. */
export function resolveLiquidation(
  liquidation: Liquidation,
  venue: Venue,
  units: AssetUnits,
  threshold: number,
  step: number,
  report: Report,
): LiquidationOptions {
  const backstop = resolveBackstop(liquidation.backstop, venue, units, threshold, report);
  const limit = resolveLimit(liquidation.limit, venue);
  const throttle = resolveThrottle(liquidation.throttle, venue, units);
  const replenishment = resolveReplenishment(liquidation.replenishment, units, step, report);
  const adl = resolveDeleveraging(liquidation.adl, venue);
  const remainder = liquidation.remainder === 'venue' ? venue.remainder : liquidation.remainder;
  const spared = resolveProfitLimit(liquidation.profitLimit, venue, units, report);
  const isSpread = (liquidation.socialised === 'venue' ? venue.socialised : liquidation.socialised) === 'positions';
  if (liquidation.limit !== 'venue') checkRest(limit, backstop, adl, report);
  return {
    policy: resolvePolicy(liquidation.policy, venue, units, threshold, report),
    ...(limit === null ? {} : { limit }),
    mode: liquidation.mode,
    queue: liquidation.queue,
    ordersPerSecond: liquidation.capacity === 'unlimited' ? Infinity : liquidation.capacity,
    ...(throttle === null ? {} : { throttle }),
    latency: liquidation.latency,
    route: liquidation.route,
    backstop,
    insurance: quanta(liquidation.insurance, units),
    ...(replenishment === null ? {} : { replenishment }),
    ...resolveFee(liquidation.fee, venue, backstop !== null, report),
    ...(remainder === 'fund' ? { remainder } : {}),
    adl,
    ...(spared === null ? {} : { profitLimit: spared }),
    ...(isSpread ? { socialised: 'positions' } : {}),
    ...resolveAccountAuction(liquidation.auction, venue, units, report),
  };
}

function checkRest(
  limit: PriceLimit | null,
  backstop: LiquidationOptions['backstop'],
  adl: LiquidationOptions['adl'],
  report: Report,
): void {
  const at: Steps = ['liquidation', 'limit', 'rest'];
  if (limit?.rest === 'backstop' && backstop === null) report(at, 'found backstop, which is off, want wait, or a backstop that takes over');
  if (limit?.rest === 'adl' && adl?.closes === undefined)
    report(at, 'found adl, which closes nobody, want wait, or an adl that closes at bankruptcy, mark or previous');
}

/** A level as a multiple of the threshold. */
function multipleOf(level: Level, threshold: number): number {
  return typeof level === 'number' ? level / threshold : Number(level.slice(0, -1));
}

function resolvePolicy(policy: Liquidation['policy'], venue: Venue, units: AssetUnits, threshold: number, report: Report): Policy {
  const stated = policy === 'venue' ? venue.policy : typeof policy === 'string' ? wordAlone(policy) : policy;
  switch (stated.kind) {
    case 'full':
    case 'step-down':
    case 'takeover':
      return stated;
    case 'shortage':
      return { ...shortageOf(stated), dollar: units.quantum };
    case 'partial':
      return { ...stated, above: quanta(stated.above, units) };
    case 'clips':
      return { ...stated, notional: Math.max(1, quanta(stated.notional, units)) };
    case 'restore': {
      const target = typeof stated.target === 'number' && policy === 'venue' ? stated.target : multipleOf(stated.target, threshold);
      checkTarget(target, ['liquidation', 'policy', 'target'], report);
      return { ...stated, target };
    }
  }
}

/** As a venue states it, or as read. */
function shortageOf(stated: Stated<'shortage'> | Extract<Policy, { kind: 'shortage' }>): Extract<Policy, { kind: 'shortage' }> {
  if (!('feeStep' in stated)) return stated;
  const { kind, fee: base, largestFee, grace, feeStep: step, insurance, initial, over, slot } = stated;
  return { kind, fee: { base, largest: Math.max(base, largestFee ?? base), grace, step }, insurance, initial, over, slot };
}

function wordAlone(policy: 'full' | 'step-down' | 'takeover'): Extract<Policy, { kind: 'full' | 'step-down' | 'takeover' }> {
  return policy === 'step-down' ? { kind: 'step-down', pause: 0 } : { kind: policy };
}

function checkTarget(target: number, at: Steps, report: Report): void {
  if (target < 1) report(at, `found ${round(target)}x the threshold, want at least 1x: what is closed for is to be covered again`);
}

function resolveLimit(limit: Liquidation['limit'], venue: Venue): PriceLimit | null {
  if (limit === 'off') return null;
  if (limit === 'venue') return venue.limit ?? null;
  const { retry, rest } = limit;
  const price =
    limit.kind === 'bankruptcy'
      ? ({ kind: 'bankruptcy' } as const)
      : ({ kind: 'fillable', adjustment: limit.adjustment, spread: limit.spread } as const);
  return { price, retry, rest };
}

function resolveThrottle(throttle: Liquidation['throttle'], venue: Venue, units: AssetUnits): ThrottleOptions | null {
  if (throttle === 'off') return null;
  const amount = (money: number): number => (money === Infinity ? Infinity : Math.max(1, quanta(money, units)));
  const stated = throttle === 'venue' ? venue.throttle : throttleOf(throttle);
  if (stated === undefined) return null;
  const { block, position, account, market, system, window } = stated;
  return {
    block,
    position: position && { share: position.share, least: quanta(position.least, units) },
    account: amount(account),
    market: amount(market),
    ...(system === undefined || system === Infinity ? {} : { system: amount(system) }),
    window: window && { notional: amount(window.notional), seconds: window.seconds },
  };
}

function throttleOf({ block, position, account, market, system, window }: Exclude<Liquidation['throttle'], string>): ThrottleOptions {
  return {
    block,
    position: position === 'off' ? null : position,
    account: account === 'unlimited' ? Infinity : account,
    market: market === 'unlimited' ? Infinity : market,
    system: system === 'unlimited' ? Infinity : system,
    window: window === 'off' ? null : { notional: window.notional, seconds: window.time },
  };
}

function resolveBackstop(
  backstop: Liquidation['backstop'],
  venue: Venue,
  units: AssetUnits,
  threshold: number,
  report: Report,
): LiquidationOptions['backstop'] {
  if (backstop === 'off') return null;
  if (backstop === 'venue') {
    if (venue.backstop === null) return null;
    const { level, capacity, stated } = venue.backstop;
    return {
      level,
      capacity: capacity === Infinity ? Infinity : quanta(capacity, units),
      stated: stated === null ? null : quanta(stated, units),
    };
  }
  const level = multipleOf(backstop.level, threshold);
  if (level >= 1) {
    report(
      ['liquidation', 'backstop', 'level'],
      `found ${round(level)}x the threshold, want less than 1x: backstop < threshold < call ≤ initial / maintenance`,
    );
  }
  return {
    level,
    capacity: backstop.capacity === 'unlimited' ? Infinity : quanta(backstop.capacity, units),
    ...(backstop.unwind === 'never' ? {} : { unwind: resolveUnwind(backstop.unwind, units) }),
    stated: backstop.stated === 'none' ? null : quanta(backstop.stated, units),
  };
}

function resolveUnwind(stated: Exclude<Extract<Liquidation['backstop'], object>['unwind'], 'never'>, units: AssetUnits): UnwindOptions {
  const amount = (money: number | 'unlimited'): number => (money === 'unlimited' ? Infinity : Math.max(1, quanta(money, units)));
  if (typeof stated === 'number') return { rate: amount(stated), share: Infinity, off: Infinity };
  const { rate, share, off } = stated;
  return { rate: amount(rate), share: share === 'unlimited' ? Infinity : share, off: off === 'unlimited' ? Infinity : off };
}

function resolveReplenishment(
  stated: Liquidation['replenishment'],
  units: AssetUnits,
  step: number,
  report: Report,
): ReplenishmentOptions | null {
  if (stated === 'off') return null;
  const { deposit, trades } = stated;
  const every = deposit === 'off' ? step : deposit.every;
  if (Math.abs(every / step - Math.round(every / step)) > 1e-9 || every < step)
    report(['liquidation', 'replenishment', 'deposit', 'every'], `found ${every}s, want a whole number of steps of ${step}s`);
  return { deposit: deposit === 'off' ? null : { amount: Math.max(1, quanta(deposit.amount, units)), every: deposit.every }, trades };
}

/** Most of its equity that a winner gives by the rule `capped`, where nothing is said: the example of arXiv:2512.01112, hypothetical. */
const LARGEST_HAIRCUT = 0.3;

function resolveProfitLimit(
  stated: Liquidation['profitLimit'],
  venue: Venue,
  units: AssetUnits,
  report: Report,
): ProfitLimitOptions | null {
  if (stated === 'off') return null;
  if (stated === 'venue')
    return venue.profitLimit === undefined ? null : { ...venue.profitLimit, pool: quanta(venue.profitLimit.pool, units) };
  const { pool, largest, until = largest } = stated;
  if (until > largest)
    report(['liquidation', 'profitLimit', 'until'], `found ${round(until)}, want at most the largest share of ${round(largest)}`);
  return { pool: quanta(pool, units), largest, until };
}

function resolveDeleveraging(adl: Liquidation['adl'], venue: Venue): LiquidationOptions['adl'] {
  if (adl === 'off') return null;
  if (adl === 'venue') return venue.adl ?? null;
  if (adl === 'capped') return { kind: 'capped', largest: LARGEST_HAIRCUT };
  if (typeof adl === 'string') return { kind: adl };
  if (adl.kind === 'capped') return adl;
  const { closes, ...order } = adl;
  return closes === 'cash' ? order : { ...order, closes };
}

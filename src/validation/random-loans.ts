import { bits, root } from '../core/random.ts';
import type { ClipRules } from '../liquidation/clip.ts';
import type { DisposalOptions, LoanOptions } from '../liquidation/disposal.ts';
import { flatTiers } from '../margin/tiers.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { GroupOptions } from '../traders/group.ts';

/** A random linear world in which others borrow against the asset that leveraged traders hold, with keepers of every kind and every disposal in turn. */
export function withLoans(options: RunOptions, seed: number): RunOptions {
  const from = root('random loans', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  const [market] = options.markets;
  const start = market?.history.prices[0] ?? NaN;
  const money = (lots: number): number => lots * start;
  const liquidationThreshold = pick(0.7, 0.8, 0.9);
  // The same threshold multiplies both requirements: it must leave something of a loan's.
  const threshold = market?.margin.threshold ?? 1;
  const loans: LoanOptions = {
    margin: {
      maintenance: flatTiers(1 - liquidationThreshold),
      initial: flatTiers(2 * (1 - liquidationThreshold)),
      threshold,
      call: threshold * 1.2,
      equalityLiquidates: pick(true, false),
    },
    liquidationThreshold,
    interest: pick(0, 50),
    accrual: pick(1, 5) * options.step,
    disposal: disposalOf(whole, pick, money, liquidationThreshold),
  };
  // Debt over collateral at which nobody may begin.
  const most = 1 - options.seasonThreshold * (1 - liquidationThreshold);
  const borrowers: GroupOptions = {
    name: 'borrowers',
    kind: 'drawn',
    market: 0,
    margin: 'lending',
    count: whole(5, 60),
    side: 1,
    notional: money(whole(2000, 60_000)),
    size: pick<GroupOptions['size']>({ kind: 'equal' }, { kind: 'lognormal', sigma: 1 }),
    leverage: pick<GroupOptions['leverage']>(
      { kind: 'constant', value: 1 / (1 - 0.9 * most) },
      { kind: 'loan-to-value', median: 0.88 * most, sigma: 0.1, min: 0.4 * most, max: 0.98 * most },
    ),
    entry: { window: 7200, halfLife: 1800 },
    resample: pick(true, false),
  };
  return {
    ...options,
    markets: options.markets.map((one, m) => (m === 0 ? { ...one, funding: null, loans } : one)),
    traders: [...options.traders, borrowers],
    liquidation: {
      ...options.liquidation,
      keepers: {
        groups: [
          {
            name: 'fast',
            count: whole(1, 3),
            capital: pick(Infinity, money(200), money(5)),
            latency: 0,
            profit: pick(0, money(1)),
            ceiling: pick(Infinity, money(0.2)),
          },
          { name: 'slow', count: whole(1, 3), capital: money(500), latency: pick(0, 5, 20), profit: 0, ceiling: Infinity },
        ],
        chain: {
          block: pick(1, 3, 12),
          room: pick(Infinity, 2, 10),
          cost: pick(0, money(0.1)),
          move: pick(Infinity, 0.02),
          window: 30,
          crowd: pick(Infinity, 5),
        },
      },
    },
  };
}

function disposalOf(
  whole: (low: number, high: number) => number,
  pick: <T>(...choices: T[]) => T,
  money: (lots: number) => number,
  liquidationThreshold: number,
): DisposalOptions {
  const rules = {
    liquidationRatio: 1.4,
    penaltyFactor: pick(1, 1.13),
    buffer: pick(1, 1.3),
    fall: pick<ClipRules['fall']>(
      { kind: 'stairs', cut: 0.9, step: 3 },
      { kind: 'linear', duration: 30 },
      { kind: 'exponential', cut: 0.97 },
    ),
    longest: pick(20, 60),
    deepest: pick(0, 0.5),
    flatIncentive: Math.round(money(pick(0, 0.5))),
    shareIncentive: pick(0, 0.01),
    leastDebt: money(pick(0, 5)),
    limit: pick(Infinity, money(3000)),
  };
  const kind = whole(0, 7);
  if (kind === 0) return { kind: 'dutch-auction', rules };
  if (kind === 1) return { kind: 'english-auction', rules, bids: { raise: pick(0.03, 0.2), life: pick(2, 12) } };
  if (kind === 2 || kind === 3) {
    const deposits = pick<readonly number[]>(
      [],
      [Math.round(money(500))],
      [100, 700, 33].map((lots) => Math.round(money(lots))),
    );
    return {
      kind: 'stability-pool',
      rules: { minimumRatio: 1 / liquidationThreshold, criticalRatio: pick(1.5, 2), gasShare: 0.005 },
      deposits,
    };
  }
  if (kind === 4) {
    return {
      kind: 'absorb',
      rules: { liquidationFactor: pick(0.9, 0.95), storeFrontFactor: pick(0.5, 1), targetReserves: pick(Infinity, money(200)) },
    };
  }
  if (kind > 5) {
    const liquidationDiscount = pick(0.03, 0.06, 0.2);
    return {
      kind: 'soft-liquidation',
      rules: {
        amplification: pick(20, 100),
        bands: pick(4, 10, 30),
        loanDiscount: liquidationDiscount + pick(0, 0.03),
        liquidationDiscount,
        fee: pick(0, 0.006, 0.02),
      },
    };
  }
  return {
    kind: 'fixed-spread',
    bonus: pick(0, 0.05, 0.15),
    sale: {
      closeFactor: pick(0.25, 0.5, 1),
      fullCloseHealth: pick(0, 0.95),
      fullCloseBelow: money(whole(0, 20)),
      leastLeftover: money(whole(0, 10)),
      protocolShare: pick(0, 0.1),
    },
  };
}

/** From loans as read to whole units: who borrows, on which terms, and who repays. */
import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { BandRules } from '../liquidation/band-pool.ts';
import type { DisposalOptions, LoanOptions } from '../liquidation/disposal.ts';
import type { KeeperOptions } from '../liquidation/keeper-options.ts';
import { flatTiers } from '../margin/tiers.ts';
import type { TraderOptions } from '../traders/group.ts';
import { VENUES, venueNamed } from '../venues/catalogue.ts';
import { remainder, termsOfBands } from '../venues/lending.ts';
import type { LendingRules, LoanTerms } from '../venues/lending.ts';
import { loanTermsOf } from '../venues/loan-account.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { callOf, thresholdOf } from './ladder.ts';
import { lots, quanta, round } from './measures.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import type { Scenario } from './schema.ts';

type Borrowers = Extract<Scenario['traders'][number], { margin: 'lending' }>;
type Liquidation = Scenario['liquidation'];

/** A group of borrowers. */
export function resolveBorrowers(
  group: Borrowers,
  market: number,
  units: AssetUnits,
  contract: Contract,
  at: Steps,
  report: Report,
): TraderOptions {
  if (contract.kind !== 'linear') {
    const what = contract.kind === 'inverse' ? 'which settles in coin' : 'which is held as a coin';
    report([...at, 'margin'], `found lending on ${units.symbol}, ${what}, want a linear asset, into whose book collateral is sold`);
  }
  if ('loans' in group) {
    return {
      name: group.name,
      kind: 'listed',
      market,
      margin: 'lending',
      accounts: group.loans.map(({ collateral, debt }, k) => {
        const held = lots(collateral, units, [...at, 'loans', k, 'collateral'], report);
        // At a price of one tick, which is taken off again: what counts is the debt.
        return { lots: held, entry: 1, collateral: notionalOf(contract, held, 1) - quanta(debt, units) };
      }),
    };
  }
  const { size, loanToValue } = group;
  const sizes = typeof size === 'string' ? { kind: size } : size;
  if (typeof loanToValue === 'object' && loanToValue.kind === 'lognormal') {
    const { min, median, max } = loanToValue;
    if (!(min < max)) report([...at, 'loanToValue', 'min'], `found ${min}, want less than the largest of ${max}`);
    else if (!(median > min && median < max))
      report([...at, 'loanToValue', 'median'], `found ${median}, want more than ${min} and less than ${max}`);
  }
  const shares = typeof loanToValue === 'number' ? { kind: 'constant' as const, value: loanToValue } : loanToValue;
  return {
    name: group.name,
    kind: 'drawn',
    market,
    margin: 'lending',
    count: group.count,
    side: 1,
    notional: quanta(group.notional, units),
    size: sizes.kind === 'pareto' ? { ...sizes, cap: quanta(sizes.cap, units) } : sizes,
    leverage: shares.kind === 'constant' ? { kind: 'constant', value: 1 / (1 - shares.value) } : { ...shares, kind: 'loan-to-value' },
    entry: group.entry,
    resample: group.resample,
  };
}

/** The terms on which an asset is lent against; nothing when they cannot be told. */
export function resolveLoans(
  { margin, liquidation, assets, step = 1 }: Partial<Scenario>,
  market: number,
  units: AssetUnits,
  contract: Contract,
  venue: Venue | null,
  report: Report,
): { readonly loans?: LoanOptions } {
  if (margin === undefined || liquidation === undefined || venue === null || contract.kind !== 'linear') return {};
  if (assets?.[market]?.funding !== undefined)
    report(
      ['assets', market, 'funding'],
      `found funding on ${units.symbol}, want none: its lots are collateral of loans, which pay interest`,
    );
  const { lending } = margin;
  const lender = lending?.venue === undefined ? venue : lenderNamed(lending.venue, report);
  if (lender === null) return {};
  const rules = lender.lending ?? null;
  const listed = rules === null ? null : loanTermsOf(rules, units.symbol);
  const stated = (key: 'liquidationThreshold' | 'loanToValue'): number | null => {
    const own = lending?.[key];
    return typeof own === 'number' ? own : (listed?.[key] ?? null);
  };
  const bands = bandsOf(liquidation.loans, rules);
  if (bands !== null && !checkBands(bands, lending, report)) return {};
  const ofBands = bands === null ? null : termsOfBands(bands, bands.bands);
  const liquidationThreshold = ofBands?.liquidationThreshold ?? stated('liquidationThreshold');
  const loanToValue = ofBands?.loanToValue ?? stated('loanToValue') ?? liquidationThreshold;
  if (liquidationThreshold === null || loanToValue === null) {
    const at: Steps = lending?.venue === undefined ? ['margin', 'venue'] : ['margin', 'lending', 'venue'];
    report(
      at,
      `found ${lender.name}, which lends nothing against ${units.symbol}: name a venue that does, or give margin.lending.liquidationThreshold`,
    );
    return {};
  }
  const disposal = resolveDisposal(liquidation.loans, rules, liquidationThreshold, units, lender.name, report);
  const rates = marginOf({ liquidationThreshold, loanToValue }, margin, lender, report);
  const accrual = lending?.accrual ?? 3600;
  const steps = accrual / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 || steps < 1)
    report(['margin', 'lending', 'accrual'], `found ${accrual}s, want a whole number of steps of ${step}s`);
  if (disposal === null || rates === null) return {};
  return { loans: { margin: rates, liquidationThreshold, interest: lending?.interest ?? 0, accrual, disposal } };
}

/** Terms of loans in price bands; null: they do not lie in any. */
function bandsOf(stated: Liquidation['loans'], rules: LendingRules | null): BandRules | null {
  if (stated !== 'venue') return stated.kind === 'soft-liquidation' ? bandRules(stated) : null;
  return rules?.kind === 'soft' ? bandRules(rules) : null;
}

function bandRules({ amplification, bands, loanDiscount, liquidationDiscount, fee }: BandRules): BandRules {
  return { amplification, bands, loanDiscount, liquidationDiscount, fee };
}

/** Whether bands hold more back at the opening than later, and no terms are stated that follow from them. */
function checkBands({ loanDiscount, liquidationDiscount }: BandRules, lending: Scenario['margin']['lending'], report: Report): boolean {
  for (const key of ['liquidationThreshold', 'loanToValue'] as const) {
    const found = lending?.[key] ?? 'venue';
    if (found !== 'venue')
      report(
        ['margin', 'lending', key],
        `found ${found}, want venue: terms of loans in price bands follow from the bands and their discounts`,
      );
  }
  if (loanDiscount >= liquidationDiscount) return true;
  report(
    ['liquidation', 'loans', 'loanDiscount'],
    `found ${loanDiscount}, want at least the liquidation discount of ${liquidationDiscount}`,
  );
  return false;
}

function lenderNamed(name: string, report: Report): Venue | null {
  const venue = venueNamed(name);
  const words = VENUES.filter(({ lending }) => lending !== undefined).flatMap(({ name: own, aliases }) => [own, ...aliases]);
  if (venue?.lending !== undefined) return venue;
  report(['margin', 'lending', 'venue'], `found ${name}, want a venue that lends: ${words.join(', ')}${didYouMean(name, words)}`);
  return null;
}

/** Loans as positions with margin, the ladder threshold < call ≤ initial / maintenance checked. */
function marginOf(terms: LoanTerms, margin: Scenario['margin'], venue: Venue, report: Report): LoanOptions['margin'] | null {
  const threshold = thresholdOf(margin);
  const maintenance = remainder(terms.liquidationThreshold);
  const initial = remainder(terms.loanToValue);
  const { call, stated: level } = callOf(margin);
  const most = initial / maintenance;
  if (most < 1) {
    report(
      ['margin', 'lending', 'loanToValue'],
      `found ${terms.loanToValue}, want at most the liquidation threshold of ${terms.liquidationThreshold}`,
    );
    return null;
  }
  if (threshold * maintenance >= 1) {
    report(
      ['margin', 'threshold'],
      `found ${threshold}, want less than ${round(1 / maintenance)}: threshold × (1 − liquidation threshold) must stay below 1`,
    );
    return null;
  }
  if (call > most * (1 + 1e-12)) {
    report(
      ['margin', 'call'],
      `found ${level}, which is ${round(call)} at the threshold of ${threshold}, want at most ${round(most)}, (1 − loan to value) / (1 − liquidation threshold) of loans`,
    );
    return null;
  }
  return {
    maintenance: flatTiers(maintenance),
    initial: flatTiers(initial),
    threshold,
    call,
    equalityLiquidates: venue.equalityLiquidates,
  };
}

function resolveDisposal(
  stated: Liquidation['loans'],
  rules: LendingRules | null,
  liquidationThreshold: number,
  units: AssetUnits,
  lender: string,
  report: Report,
): DisposalOptions | null {
  if (stated !== 'venue' && stated.kind !== 'fixed-spread') return statedDisposal(stated, liquidationThreshold, units);
  if (stated !== 'venue') {
    const { bonus, closeFactor, fullCloseHealth, protocolShare } = stated;
    return {
      kind: 'fixed-spread',
      bonus,
      sale: {
        closeFactor,
        fullCloseHealth,
        fullCloseBelow: quanta(stated.fullCloseBelow, units),
        leastLeftover: quanta(stated.leastLeftover, units),
        protocolShare,
      },
    };
  }
  const own = rules === null ? null : disposalOf(rules, units);
  if (own === null) report(['liquidation', 'loans'], `found venue, want what becomes of loans: ${lender} says nothing for ${units.symbol}`);
  return own;
}

/** What a scenario states itself. */
function statedDisposal(
  stated: Exclude<Liquidation['loans'], 'venue' | { kind: 'fixed-spread' }>,
  liquidationThreshold: number,
  units: AssetUnits,
): DisposalOptions {
  const most = (amount: number | 'unlimited'): number => (amount === 'unlimited' ? Infinity : quanta(amount, units));
  switch (stated.kind) {
    case 'stability-pool': {
      const { criticalRatio, gasShare } = stated;
      const deposits = stated.deposits.map((deposit) => quanta(deposit, units));
      return { kind: 'stability-pool', rules: { minimumRatio: 1 / liquidationThreshold, criticalRatio, gasShare }, deposits };
    }
    case 'absorb': {
      const { liquidationFactor, storeFrontFactor, targetReserves } = stated;
      return { kind: 'absorb', rules: { liquidationFactor, storeFrontFactor, targetReserves: most(targetReserves) } };
    }
    case 'soft-liquidation':
      return { kind: 'soft-liquidation', rules: bandRules(stated) };
    default: {
      const dutch = stated.kind === 'dutch-auction' ? stated : null;
      const rules = {
        liquidationRatio: 1 / liquidationThreshold,
        penaltyFactor: 1 + stated.penalty,
        buffer: dutch?.opening ?? 1,
        fall: dutch?.fall ?? { kind: 'linear' as const, duration: stated.longest },
        longest: stated.longest,
        deepest: dutch?.deepest ?? 0,
        flatIncentive: quanta(dutch?.flatIncentive ?? 0, units),
        shareIncentive: dutch?.shareIncentive ?? 0,
        leastDebt: quanta(stated.leastDebt, units),
        limit: most(stated.limit),
      };
      if (stated.kind === 'dutch-auction') return { kind: 'dutch-auction', rules };
      return { kind: 'english-auction', rules, bids: { raise: stated.raise, life: stated.life } };
    }
  }
}

/** A venue's rule for an asset. */
function disposalOf(rules: LendingRules, units: AssetUnits): DisposalOptions | null {
  switch (rules.kind) {
    case 'fixed-spread': {
      const listed = rules.assets[units.symbol];
      const { sale } = rules;
      if (listed === undefined) return null;
      const { fullCloseBelow, leastLeftover } = sale;
      return {
        kind: 'fixed-spread',
        bonus: listed.bonus,
        sale: { ...sale, fullCloseBelow: quanta(fullCloseBelow, units), leastLeftover: quanta(leastLeftover, units) },
      };
    }
    case 'auction': {
      const listed = rules.assets[units.symbol];
      if (listed === undefined) return null;
      const { flatIncentive, leastDebt, limit } = listed;
      return {
        kind: 'dutch-auction',
        rules: { ...listed, flatIncentive: quanta(flatIncentive, units), leastDebt: quanta(leastDebt, units), limit: quanta(limit, units) },
      };
    }
    case 'stability-pool':
      return { kind: 'stability-pool', rules: rules.rules, deposits: [] };
    case 'absorb': {
      const listed = rules.assets[units.symbol];
      if (listed === undefined) return null;
      const { storeFrontFactor, targetReserves } = rules;
      const { liquidationFactor } = listed;
      return { kind: 'absorb', rules: { liquidationFactor, storeFrontFactor, targetReserves: quanta(targetReserves, units) } };
    }
    case 'soft':
      return { kind: 'soft-liquidation', rules: bandRules(rules) };
  }
}

/** Keepers and their chain; `units`: of the first asset. */
export function resolveKeepers(
  { keepers, chain }: Pick<Liquidation, 'keepers' | 'chain'>,
  units: AssetUnits,
  report: Report,
): KeeperOptions {
  keepers.forEach(({ name }, k) => {
    const before = keepers.findIndex((group) => group.name === name);
    if (before < k)
      report(['liquidation', 'keepers', k, 'name'], `found "${name}" again, want a name that liquidation.keepers[${before}] does not have`);
  });
  return {
    groups: keepers.map(({ name, count, capital, latency, profit, ceiling }) => ({
      name,
      count,
      capital: capital === 'borrowed' ? Infinity : quanta(capital, units),
      latency,
      profit: quanta(profit, units),
      ceiling: ceiling === 'none' ? Infinity : quanta(ceiling, units),
    })),
    chain: {
      block: chain.block,
      room: chain.room === 'unlimited' ? Infinity : chain.room,
      cost: quanta(chain.cost, units),
      move: chain.move === 'none' ? Infinity : chain.move,
      window: chain.window,
      crowd: chain.crowd === 'none' ? Infinity : chain.crowd,
    },
  };
}

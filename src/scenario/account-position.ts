/** Positions of an account file. */
import { tiersFromRates } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import type { AccountPosition } from '../venues/account.ts';
import type { AccountRegime } from '../venues/account-margin.ts';
import { marginTable } from '../venues/catalogue.ts';
import { OWN } from '../venues/shared-account.ts';
import type { Venue } from '../venues/venue.ts';
import type { AccountFile, Amount } from './account.ts';
import type { RateStep, Report } from './context.ts';
import type { Tree } from './document.ts';
import { listed } from './fields.ts';
import type { ParseOptions } from './job.ts';
import { isLadder } from './ladder.ts';
import { nodeAt } from './locate.ts';
import { round } from './measures.ts';
import type { Steps } from './path.ts';
import { RATE_NAMES, ratesOf } from './rates.ts';

/** Venues that ask at least so much of a position, or so much on top. */
const LEAST_MARGIN: readonly string[] = ['gmx-v2', 'synthetix-v3'];

/** What reading a position needs besides its own keys. */
export interface Reading {
  readonly tree: Tree;
  readonly options: ParseOptions;
  readonly report: Report;
}

/** A position with its requirements; what does not fit its venue is reported. */
export function readPosition(file: AccountFile, i: number, venue: Venue, regime: AccountRegime, reading: Reading): AccountPosition | null {
  const stated = file.positions[i];
  if (stated === undefined) return null;
  const { report } = reading;
  const at: Steps = ['positions', i];
  const { asset, side, entry, mark, leverage, collateral } = stated;
  const quoted = file.cash !== 0 || file.positions.some((one) => one.contract === 'linear');
  const inCoin = venue.contract === 'inverse' || venue.contract === 'inverse-entry' || (venue.settlesInCoin === true && !quoted);
  const contract = stated.contract === 'venue' ? (inCoin ? 'inverse' : 'linear') : stated.contract;
  const value = contract === 'inverse' ? faceValue(stated.size, venue, at, report) : inUnits(stated.size, asset, [...at, 'size'], report);
  if (side !== undefined && value < 0) report([...at, 'size'], `found ${value} beside side: ${side}, want a size > 0 or no side`);
  const size = side === 'short' ? -Math.abs(value) : value;
  if (leverage !== undefined && collateral !== undefined)
    report([...at, 'leverage'], `found ${leverage} beside a collateral, want one of the two`);
  const isolated = leverage !== undefined || collateral !== undefined;
  const wantsEntry = isolated || venue.contract === 'entry-notional';
  if (entry === 'booked' && wantsEntry)
    report(
      [...at, 'entry'],
      `found booked, want a price: ${isolated ? 'the position is isolated' : `${venue.name} charges the value at entry`}`,
    );
  if (regime === 'standard' || regime === 'portfolio') {
    if (isolated)
      report(
        [...at, leverage === undefined ? 'collateral' : 'leverage'],
        `found collateral of its own, but ${regime} margin is of whole accounts`,
      );
    const wanted = venue.settlesInCoin === true && !quoted ? 'inverse' : 'linear';
    if (contract !== wanted)
      report(
        [...at, 'contract'],
        `found ${contract}, want ${wanted}: ${venue.settlesInCoin === true ? 'an account with cash or linear contracts is in quote units' : `${venue.name} settles so`}`,
      );
    if (regime === 'standard' && contract === 'linear' && file.positions.findIndex((one) => one.asset === asset) !== i)
      report([...at, 'asset'], `found ${asset} again, want one perpetual an asset`);
  }
  const coin = collateral?.unit ?? null;
  if (collateral !== undefined && coin !== null) {
    if (contract === 'inverse' ? coin !== asset : !Object.hasOwn(file.prices, coin))
      report(
        [...at, 'collateral'],
        contract === 'inverse' ? `found ${coin}, want ${asset}, which it is margined in` : `found ${coin}, which has no price under prices`,
      );
  }
  const largest =
    contract === 'inverse' ? Math.abs(size) : Math.abs(size) * Math.max(mark ?? 0, file.prices[asset] ?? 0, entry === 'booked' ? 0 : entry);
  const table = marginTable(venue, asset);
  if (regime === 'positions' && table === null && stated.maintenance === 'venue' && Object.hasOwn(file.prices, asset))
    report(
      [...at, 'asset'],
      `found ${asset}, which has no margin table at ${venue.name} (it has ${Object.keys(venue.tiers).join(', ') || 'none'}): give maintenance`,
    );
  const maintenance = readRequirement(stated.maintenance, [...at, 'maintenance'], largest, reading);
  if (stated.deduction > 0 && typeof stated.maintenance !== 'number')
    report([...at, 'deduction'], `found ${stated.deduction}, want it beside one maintenance rate`);
  if (regime !== 'positions' || Object.hasOwn(OWN, venue.name)) {
    for (const key of ['maintenance', 'initial'] as const) {
      if (stated[key] !== 'venue' && typeof stated[key] !== 'number')
        report([...at, key], `found tiers, want one rate: ${venue.name} has one a market`);
    }
    if (stated.deduction > 0) report([...at, 'deduction'], `found ${stated.deduction}, want none: ${venue.name} has one rate a market`);
  }
  if (stated.leastMargin > 0 && !LEAST_MARGIN.includes(venue.name))
    report([...at, 'leastMargin'], `found ${stated.leastMargin}, but ${venue.name} has none: want it at ${listed(LEAST_MARGIN)}`);
  if (venue.name === 'gmx-v2' && !isolated) report(at, `missing collateral or leverage: positions at ${venue.name} have their own`);
  return {
    asset,
    size,
    entry: entry === 'booked' ? null : entry,
    mark: mark ?? null,
    contract,
    isolated:
      leverage !== undefined
        ? { leverage }
        : collateral === undefined
          ? null
          : { amount: collateral.value, coin: contract === 'inverse' ? null : coin },
    maintenance:
      maintenance === null || stated.deduction === 0 ? maintenance : { ...maintenance, deduction: Float64Array.of(stated.deduction) },
    initial: readRequirement(stated.initial, [...at, 'initial'], largest, reading),
    leastMargin: stated.leastMargin,
    skew: stated.skew ?? null,
  };
}

/** A requirement as tiers in the contract's value; null: the venue's, or a mistake. */
function readRequirement(
  stated: AccountFile['positions'][number]['maintenance'],
  at: Steps,
  largest: number,
  { tree, options, report }: Reading,
): Tiers | null {
  if (stated === 'venue') return null;
  let steps: readonly RateStep[] = typeof stated === 'number' ? [{ from: 0, rate: stated }] : [];
  if (typeof stated === 'object') steps = stated;
  if (typeof stated === 'string') {
    if (options.formula === undefined) {
      report(at, 'found a formula, want a rate or tiers here: formulas cannot be read in this place');
      return null;
    }
    const compiled = options.formula(stated, RATE_NAMES);
    if ('message' in compiled) {
      report(at, `${compiled.message}${compiled.at > 0 ? ` (at "${stated.slice(compiled.at, compiled.at + 20)}")` : ''}`);
      return null;
    }
    const { steps: sampled, fault } = ratesOf(compiled.expression);
    if (sampled.length === 0 || (fault !== null && fault.notional <= largest)) {
      report(at, `${fault?.message ?? 'found no rate'} and the position is worth ${round(largest)}`);
      return null;
    }
    steps = sampled;
  }
  if (!isLadder(steps, typeof stated === 'object', nodeAt(tree, at).exact ? at : at.slice(0, -1), report)) return null;
  return tiersFromRates(steps.map((step) => ({ floor: step.from, rate: step.rate })));
}

/** The size of an inverse contract, which is in quote units: so many coins would be another amount at every price. */
function faceValue({ value, unit }: Amount, venue: Venue, at: Steps, report: Report): number {
  if (unit !== null)
    report(
      [...at, 'size'],
      `found ${value} ${unit}, want a face value in quote units such as 10_000: the contract is inverse at ${venue.name}`,
    );
  return value;
}

/** An amount whose unit, if it has one, is the asset's. */
export function inUnits({ value, unit }: Amount, asset: string, at: Steps, report: Report): number {
  if (unit !== null && unit !== asset) report(at, `found ${value} ${unit}, want ${asset}`);
  return value;
}

/** From the text of an account file to an account and the rules that it is margined by, or to every problem that the text has. */
import { checkPortfolioRules } from '../margin/portfolio.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import { EMPTY_ACCOUNT } from '../venues/account.ts';
import type { AccountOption, VenueAccount } from '../venues/account.ts';
import { margin, regimesOf } from '../venues/account-margin.ts';
import type { AccountRegime } from '../venues/account-margin.ts';
import { VENUE_WORDS, venueNamed } from '../venues/catalogue.ts';
import { loanTermsOf } from '../venues/loan-account.ts';
import type { StandardTerms, Venue } from '../venues/venue.ts';
import { accountSchema } from './account.ts';
import type { AccountFile } from './account.ts';
import { inUnits, readPosition } from './account-position.ts';
import type { Report } from './context.ts';
import { plain, readTree } from './document.ts';
import type { Tree } from './document.ts';
import { listed } from './fields.ts';
import type { ParseOptions } from './job.ts';
import { findings, found, joined, knownKeys, nodeAt, placed, problemAt } from './locate.ts';
import { applyOverrides } from './override.ts';
import { unknownKey } from './path.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import type { Problem } from './problem.ts';

/** An account, and its venue with what the file states in the place of its figures. */
export interface ReadAccount {
  readonly account: VenueAccount;
  readonly venue: Venue;
}

/** Reads an account file. @returns the account, or every mistake in the text, in its order. */
export function parseAccount(text: string, options: ParseOptions): ReadAccount | { readonly problems: readonly Problem[] } {
  const read = readTree(text, options.path);
  if ('problems' in read) return read;
  const { tree, problems: before } = applyOverrides(read.tree, options.set ?? []);
  const problems = [...before];
  if (tree.kind !== 'map') return { problems: [...problems, problemAt(tree.place, '', `found ${found(tree)}, want a map of keys`)] };
  const sections = readKeys(tree, problems);
  const report: Report = (steps, message) => {
    const { node } = nodeAt(tree, steps);
    problems.push(problemAt(node.place, joined('', steps), message));
  };
  const clean = problems.length === 0;
  const resolved = sections === null ? null : resolveAccount(sections, tree, options, report, clean);
  if (problems.length === 0 && resolved !== null) checkWorth(resolved.account, report);
  if (problems.length > 0 || resolved === null) return { problems: inOrder(problems) };
  return resolved;
}

/** What an account may hold of anything, in quote units: sums and products of such amounts are finite. */
const MOST_WORTH = 1e30;

/** Tells of what is worth so much that a requirement would be no number. */
function checkWorth({ cash, prices, positions, holdings, options, loans }: VenueAccount, report: Report): void {
  const check = (steps: Steps, amount: number, ...each: readonly (number | null)[]): void => {
    const worth = Math.abs(amount) * Math.max(...each.map((price) => price ?? 0));
    if (!(worth < MOST_WORTH)) report(steps, `found ${amount}, want less than ${MOST_WORTH} in quote units at its price`);
  };
  check(['cash'], cash, 1);
  positions.forEach(({ asset, size, entry, mark, contract }, i) =>
    check(['positions', i, 'size'], size, ...(contract === 'inverse' ? [1] : [prices[asset] ?? 0, entry, mark])),
  );
  holdings.forEach(({ asset, amount }, i) => check(['collateral', i, 'amount'], amount, prices[asset] ?? 0));
  options.forEach(({ asset, size, multiplier, strike, forward }, i) =>
    check(['options', i, 'size'], size * multiplier, prices[asset] ?? 0, strike, forward),
  );
  loans.forEach(({ collateral, debt }, i) => {
    check(['loans', i, 'debt'], debt, 1);
    collateral.forEach(({ asset, amount }, k) => check(['loans', i, 'collateral', k, 'amount'], amount, prices[asset] ?? 0));
  });
}

/** Reads each key on its own, so that a mistake in one hides none in another; null when one without a default is wrong. */
function readKeys(tree: Extract<Tree, { kind: 'map' }>, problems: Problem[]): AccountFile | null {
  const { shape } = accountSchema;
  const known = Object.keys(shape);
  const strangers = tree.entries.filter((entry) => !known.includes(entry.key));
  for (const entry of strangers) problems.push(problemAt(entry.place, entry.key, unknownKey(entry.key, 'the account', known)));
  const sections: Record<string, unknown> = {};
  let whole = true;
  for (const [key, schema] of Object.entries(shape)) {
    const entry = tree.entries.find((one) => one.key === key);
    const input = entry === undefined ? undefined : plain(entry.value);
    const result = schema.safeParse(input, { error: knownKeys });
    if (result.success) {
      if (result.data !== undefined) sections[key] = result.data;
      continue;
    }
    whole = false;
    if (entry === undefined && strangers.some((one) => unknownKey(one.key, '', known).includes(`"${key}"?`))) continue;
    problems.push(...findings(result.error.issues, input, [key]).map((finding) => placed(finding, tree, '')));
  }
  return whole ? (sections as unknown as AccountFile) : null;
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => Number(a.file === '--set') - Number(b.file === '--set') || a.line - b.line || a.column - b.column);
}

/** Everything that needs the whole: prices, tables, formulas, and what the venue can hold. */
function resolveAccount(file: AccountFile, tree: Tree, options: ParseOptions, report: Report, clean: boolean): ReadAccount | null {
  const named = venueNamed(file.venue);
  if (named === null) {
    report(['venue'], `found ${file.venue}, want a venue that \`marginfall venues\` lists${didYouMean(file.venue, VENUE_WORDS)}`);
    return null;
  }
  let sound = clean;
  const tell: Report = (steps, message) => {
    sound = false;
    report(steps, message);
  };
  const venue = venueWith(named, file.rules, tell);
  const regime = regimeOf(file, venue, tell);
  checkHoldings(file, venue, regime, tell);
  const positions = file.positions.map((_, i) => readPosition(file, i, venue, regime, { tree, options, report: tell }));
  const account: VenueAccount = {
    ...EMPTY_ACCOUNT,
    prices: file.prices,
    stable: file.stablePrice,
    cash: file.cash,
    orders: file.orders,
    regime: file.regime === 'venue' ? null : file.regime,
    reward: file.rules?.reward ?? EMPTY_ACCOUNT.reward,
    holdings: file.collateral.map((one, i) => ({
      asset: one.asset,
      amount: inUnits(one.amount, one.asset, ['collateral', i, 'amount'], tell),
      weight: one.weight ?? null,
      initialWeight: one.initialWeight ?? null,
      sizeFactor: one.sizeFactor,
      moves: one.moves,
    })),
    positions: positions.filter((one) => one !== null),
    options: readOptions(file, (steps) => found(nodeAt(tree, steps).node), tell),
    loans: file.loans.map((one, i) => ({
      collateral: one.collateral.map(({ asset, amount, threshold, loanToValue }, k) => ({
        asset,
        amount: inUnits(amount, asset, ['loans', i, 'collateral', k, 'amount'], tell),
        liquidationThreshold: threshold ?? null,
        loanToValue: loanToValue ?? null,
      })),
      debt: one.debt,
      bands: one.bands ?? null,
      system: one.system ?? null,
    })),
  };
  if (!sound) return null;
  try {
    margin(account, venue, false);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report([], error.message);
    return null;
  }
  return { account, venue };
}

/** The venue with the file's figures in the place of its own. */
function venueWith(venue: Venue, rules: AccountFile['rules'], report: Report): Venue {
  if (rules === undefined) return venue;
  const { threshold, equalityLiquidates, closingFee, charges, portfolio, standard } = rules;
  const ownGrid = portfolio === undefined ? undefined : gridWith(venue, portfolio, report);
  if (standard !== undefined && venue.standard === undefined)
    report(['rules', 'standard'], `found rules of standard margin, but ${venue.name} has none that can be set`);
  return {
    ...venue,
    ...(threshold === undefined ? {} : { threshold }),
    ...(equalityLiquidates === undefined ? {} : { equalityLiquidates }),
    ...(closingFee === undefined ? {} : { closingFee }),
    ...(charges === undefined
      ? {}
      : { charges: { held: { maintenance: 0, initial: 0 }, notional: 'price', ...venue.charges, perpetual: charges } }),
    ...(ownGrid === undefined ? {} : { portfolio: ownGrid }),
    ...(standard === undefined || venue.standard === undefined ? {} : { standard: standardWith(venue.standard, standard) }),
  };
}

function standardWith(terms: StandardTerms, stated: NonNullable<NonNullable<AccountFile['rules']>['standard']>): StandardTerms {
  const { perpetual, collateral, ...rules } = withoutUndefined(stated);
  return {
    ...terms,
    ...(perpetual === undefined ? {} : { perpetual }),
    ...(collateral === undefined ? {} : { collateral }),
    rules: { ...terms.rules, ...rules },
  };
}

function gridWith(
  venue: Venue,
  stated: NonNullable<NonNullable<AccountFile['rules']>['portfolio']>,
  report: Report,
): PortfolioRules | undefined {
  const at: Steps = ['rules', 'portfolio'];
  if (venue.portfolio === undefined) {
    report(at, `found a grid, but ${venue.name} has no portfolio margin`);
    return undefined;
  }
  const { skew, basis, discount, ...rest } = stated;
  const none = <T>(value: T | 'none'): T | null => (value === 'none' ? null : value);
  const grid: PortfolioRules = {
    ...venue.portfolio,
    ...withoutUndefined(rest),
    ...(skew === undefined ? {} : { skew: none(skew) }),
    ...(basis === undefined ? {} : { basis: none(basis) }),
    ...(discount === undefined ? {} : { discount: discount === 'none' ? null : { long: discount.long, short: none(discount.short) } }),
  };
  if (!grid.scenarios.some((scenario) => scenario.move === 0)) {
    report([...at, 'scenarios'], 'found no scenario in which the price stays, want one with move 0');
    return undefined;
  }
  try {
    checkPortfolioRules(grid);
  } catch (error) {
    report(at, (error as Error).message);
    return undefined;
  }
  return grid;
}

/** Keys that a file states; the type of a partial map holds undefined, its values do not. */
function withoutUndefined<T extends object>(stated: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return stated as { [K in keyof T]: Exclude<T[K], undefined> };
}

function regimeOf(file: AccountFile, venue: Venue, report: Report): AccountRegime {
  const [usual = 'positions'] = regimesOf(venue);
  if (file.regime === 'venue') return usual;
  if (regimesOf(venue).includes(file.regime)) return file.regime;
  report(['regime'], `found ${file.regime}, but ${venue.name} has one regime: leave it out`);
  return usual;
}

/** Whether the venue holds what the file lists, and every asset has a price. */
function checkHoldings(file: AccountFile, venue: Venue, regime: AccountRegime, report: Report): void {
  const { positions, options, loans, collateral, prices } = file;
  const priced = (asset: string, steps: Steps): void => {
    if (Object.hasOwn(prices, asset)) return;
    const names = Object.keys(prices);
    report(
      steps,
      `found ${asset}, which has no price, want one of ${listed(names) || 'none'} or a price under prices${didYouMean(asset, names)}`,
    );
  };
  for (const [i, one] of collateral.entries()) priced(one.asset, ['collateral', i, 'asset']);
  for (const [i, one] of positions.entries()) priced(one.asset, ['positions', i, 'asset']);
  for (const [i, one] of options.entries()) priced(one.asset, ['options', i, 'asset']);
  for (const [i, one] of loans.entries()) {
    for (const [k, pledged] of one.collateral.entries()) {
      const at: Steps = ['loans', i, 'collateral', k];
      priced(pledged.asset, [...at, 'asset']);
      const lends = venue.lending !== undefined && venue.lending.kind !== 'soft';
      if (lends && pledged.threshold === undefined && venue.lending !== undefined && loanTermsOf(venue.lending, pledged.asset) === null)
        report([...at, 'asset'], `found ${pledged.asset}, which ${venue.name} does not list: give its threshold`);
    }
    if (venue.lending?.kind !== 'soft') continue;
    if (one.bands === undefined)
      report(['loans', i], `missing bands, want their count and basePrice: ${venue.name} keeps collateral in price bands`);
    if (one.collateral.length > 1)
      report(['loans', i, 'collateral'], `found ${one.collateral.length} assets, want one: ${venue.name} has a market an asset`);
  }
  if (regime === 'lending') {
    if (positions.length > 0) report(['positions'], `found positions, but ${venue.name} lends: want loans`);
    if (options.length > 0) report(['options'], `found options, but ${venue.name} lends: want loans`);
    if (loans.length === 0) report(['loans'], 'missing, want at least one loan');
    return;
  }
  if (loans.length > 0) report(['loans'], `found loans, but ${venue.name} does not lend: want positions`);
  if (options.length > 0 && regime === 'positions')
    report(['options'], `found options, but ${venue.name} has none: want a venue of options`);
  if (positions.length + options.length + collateral.length === 0)
    report([], 'found an account that holds nothing, want positions, options or collateral');
}

/** Options with their time to expiry; one expiry of an asset has one forward, one rate. */
function readOptions(file: AccountFile, shown: (steps: Steps) => string, report: Report): readonly AccountOption[] {
  const now = file.asOf === undefined ? NaN : Date.parse(file.asOf);
  const first = new Map<string, number>();
  return file.options.map((one, i): AccountOption => {
    const at: Steps = ['options', i];
    const dated = typeof one.expiry === 'string';
    if (dated && Number.isNaN(now))
      report([...at, 'expiry'], `found the date ${one.expiry}, want asOf beside it: the moment of the prices`);
    const seconds = typeof one.expiry === 'number' ? one.expiry : Number.isNaN(now) ? 0 : (Date.parse(one.expiry) - now) / 1000;
    if (seconds < 0)
      report(
        [...at, 'expiry'],
        `found ${shown([...at, 'expiry'])}, which is past${dated ? ` at ${file.asOf ?? ''}` : ''}, want a time to come`,
      );
    const key = `${one.asset} ${seconds}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, i);
    else {
      const before = file.options[earlier];
      for (const part of ['forward', 'fixed', 'rate'] as const) {
        if (before !== undefined && before[part] !== one[part])
          report(
            [...at, part],
            `found ${one[part] ?? 'none'}, want the ${before[part] ?? 'none'} of options[${earlier}]: an expiry has one ${part}`,
          );
      }
    }
    const { asset, strike, multiplier, volatility, fixed, rate } = one;
    const size = one.size.unit === null ? one.size.value : inUnits(one.size, asset, [...at, 'size'], report);
    return { asset, call: one.type === 'call', strike, seconds, size, multiplier, volatility, forward: one.forward ?? null, fixed, rate };
  });
}

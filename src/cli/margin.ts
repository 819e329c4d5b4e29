import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CoverageChartInput } from '../charts/coverage.ts';
import type { VenueAccount } from '../venues/account.ts';
import type { AccountMargin } from '../venues/account-margin.ts';
import type { Venue } from '../venues/venue.ts';
import { setFlag, someText } from './flags.ts';

interface MarginFlags {
  readonly venue?: string;
  readonly at: readonly string[];
  readonly sweep?: string;
  readonly out?: string;
  readonly set: readonly string[];
  readonly json?: true;
  readonly quiet?: true;
}

/** The margin of an account at each of many prices of one asset. */
export interface MarginSweep {
  readonly asset: string;
  readonly points: readonly { readonly price: number; readonly margin: AccountMargin }[];
}

/** Most prices of a sweep. */
const MOST_PRICES = 10_000;

/** `marginfall margin ACCOUNT.yaml` */
export function register(program: Command): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  program
    .command('margin')
    .description('margin calculator: equity, requirements, MCR, liquidation and bankruptcy price of an account under any venue')
    .argument('<ACCOUNT.yaml>', 'an account; `marginfall init account` writes one')
    .option('--venue <NAME>', "another venue than the file's: see `marginfall venues`", someText)
    .addOption(
      new Option('--at <PRICE>', 'at this price, or ASSET=PRICE where there are several assets; repeatable')
        .default([], 'none')
        .argParser(collect),
    )
    .option('--sweep <ASSET=PRICES>', 'MCR against a price: BTC=FROM:TO:STEPS or BTC=P1,P2,…; `price` stands for the only asset', someText)
    .option('-o, --out <DIR>', 'write margin.json, and of a sweep sweep.csv and its chart, to this folder', someText)
    .addOption(setFlag())
    .option('--json', 'print one JSON document on stdout, nothing else')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', '\nExample:\n  $ marginfall margin experiments/accounts/perpetuals.yaml --sweep BTC=80_000:120_000:8')
    .action(calculate);
}

async function calculate(path: string, flags: MarginFlags): Promise<void> {
  const { loadAccount } = await import('../scenario/load.ts');
  const { margin } = await import('../venues/account-margin.ts');
  const { repriced } = await import('../venues/account.ts');
  const { describeMargin, marginDocument, sweepTable } = await import('./margin-text.ts');
  if (flags.venue !== undefined) await checkVenue(flags.venue);
  const { account: stated, venue } = await loadAccount(path, {
    set: flags.set,
    ...(flags.venue === undefined ? {} : { venue: flags.venue }),
  });
  const account = repriced(stated, await pricesAt(flags.at, stated));
  const sweep = flags.sweep === undefined ? null : await sweepOf(flags.sweep, account, venue);
  const result = margin(account, venue);
  const document = marginDocument(account, venue, result, sweep);
  const files = flags.out === undefined ? [] : await write(flags.out, document, account, result, venue, sweep);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(document)}\n`);
  else if (flags.quiet !== true) {
    const table = sweep === null ? [] : ['', ...sweepTable(sweep)];
    process.stdout.write(`${[...describeMargin(venue, result), ...table, ...(files.length === 0 ? [] : ['', ...files])].join('\n')}\n`);
  }
}

async function checkVenue(name: string): Promise<void> {
  const { VENUE_WORDS, venueNamed } = await import('../venues/catalogue.ts');
  if (venueNamed(name) !== null) return;
  const { UsageError } = await import('./exit.ts');
  const { didYouMean } = await import('../scenario/problem.ts');
  throw new UsageError(`--venue: found ${name}, want ${VENUE_WORDS.join(', ')}${didYouMean(name, VENUE_WORDS)}`);
}

/** The prices that `--at` states. */
async function pricesAt(stated: readonly string[], account: VenueAccount): Promise<Readonly<Record<string, number>>> {
  const prices: Record<string, number> = {};
  for (const text of stated) {
    const [left, right] = text.includes('=') ? splitOnce(text) : ['price', text];
    const asset = await assetOf('--at', left, account);
    prices[asset] = await priceIn('--at', text, right);
  }
  return prices;
}

async function sweepOf(text: string, account: VenueAccount, venue: Venue): Promise<MarginSweep> {
  const { UsageError } = await import('./exit.ts');
  const { margin } = await import('../venues/account-margin.ts');
  const { repriced } = await import('../venues/account.ts');
  const wanted = 'want ASSET=FROM:TO:STEPS such as BTC=80_000:120_000:40, or ASSET=P1,P2,…';
  if (!text.includes('=')) throw new UsageError(`--sweep: found ${text}, ${wanted}`);
  const [left, right] = splitOnce(text);
  const asset = await assetOf('--sweep', left, account);
  let prices: number[];
  if (right.includes(':')) {
    const [from = '', to = '', steps = '', ...rest] = right.split(':');
    const count = Number(steps.replaceAll('_', ''));
    const [first, last] = [await priceIn('--sweep', text, from), await priceIn('--sweep', text, to)];
    if (rest.length > 0 || !Number.isInteger(count) || count < 1 || count >= MOST_PRICES || !/^[\d_]+$/.test(steps))
      throw new UsageError(`--sweep: found ${text}, ${wanted}, with 1 to ${MOST_PRICES - 1} steps`);
    prices = Array.from({ length: count + 1 }, (_, k) => (k === count ? last : first + ((last - first) * k) / count));
  } else {
    prices = [];
    for (const one of right.split(',')) prices.push(await priceIn('--sweep', text, one));
    if (prices.length > MOST_PRICES) throw new UsageError(`--sweep: found ${prices.length} prices, want at most ${MOST_PRICES}`);
  }
  return { asset, points: prices.map((price) => ({ price, margin: margin(repriced(account, { [asset]: price }), venue, false) })) };
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}

/** The asset that a flag means. */
async function assetOf(flag: string, name: string, account: VenueAccount): Promise<string> {
  const { UsageError } = await import('./exit.ts');
  const { didYouMean } = await import('../scenario/problem.ts');
  const names = Object.keys(account.prices);
  const [only] = names;
  if (name === 'price' && names.length === 1 && only !== undefined) return only;
  if (names.includes(name)) return name;
  const hint = didYouMean(name, names);
  throw new UsageError(`${flag}: found ${name}, want ASSET=… with one of ${names.join(', ')}${hint}`);
}

async function priceIn(flag: string, text: string, price: string): Promise<number> {
  const { UsageError } = await import('./exit.ts');
  const { readDecimal, toNumber } = await import('../scenario/quantity.ts');
  const decimal = readDecimal(price.trim());
  const value = decimal === null ? NaN : toNumber(decimal);
  if (!(value > 0 && value < Infinity)) throw new UsageError(`${flag}: found "${price.trim()}" in ${text}, want a price > 0`);
  return value;
}

/** Writes the document, and of a sweep its table and its chart. Gives the paths. */
async function write(
  folder: string,
  document: Record<string, unknown>,
  account: VenueAccount,
  result: AccountMargin,
  venue: Venue,
  sweep: MarginSweep | null,
): Promise<readonly string[]> {
  const { writeFileSync } = await import('node:fs');
  const { makeFolder } = await import('../results/folder.ts');
  const files: string[] = [];
  makeFolder(folder);
  const save = (name: string, content: string | Buffer): void => {
    writeFileSync(join(folder, name), content);
    files.push(join(folder, name));
  };
  save('margin.json', `${JSON.stringify(document, null, 2)}\n`);
  if (sweep === null) return files;
  const { coverageChart } = await import('../charts/coverage.ts');
  const { renderPng, renderSvg } = await import('../charts/render.ts');
  const { sweepCsv } = await import('./margin-text.ts');
  save('sweep.csv', sweepCsv(sweep));
  const spec = coverageChart(chartOf(account, result, venue, sweep));
  const svg = await renderSvg(spec);
  save('coverage.svg', svg);
  save('coverage.png', renderPng(svg));
  save('coverage.vl.json', `${JSON.stringify(spec, null, 1)}\n`);
  return files;
}

/** A curve for every group that the price moves. */
function chartOf(account: VenueAccount, result: AccountMargin, venue: Venue, { asset, points }: MarginSweep): CoverageChartInput {
  const prices = points.map((point) => point.price);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const moved = result.groups.flatMap((group, g) => (group.prices.some((level) => level.asset === asset) ? [g] : []));
  const curves = (moved.length > 0 ? moved : result.groups.map((_, g) => g)).map((g) => {
    const level = result.groups[g]?.prices.find((one) => one.asset === asset);
    const met = [level?.liquidationPrice, level?.either?.liquidation.below, level?.either?.liquidation.above];
    return {
      name: result.groups[g]?.name ?? '',
      points: points.map(({ price, margin }) => ({ price, mcr: finite(margin.groups[g]?.mcr) })).sort((a, b) => a.price - b.price),
      liquidations: met.filter((price) => price !== null && price !== undefined).filter((price) => price >= low && price <= high),
    };
  });
  const threshold = result.groups[0]?.threshold ?? 1;
  return { venue: venue.name, asset, price: account.prices[asset] ?? NaN, threshold, curves, layout: 'wide' };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

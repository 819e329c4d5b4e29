import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { DataProblem } from '../calibration/problem.ts';
import type { DepthFit } from '../calibration/depth.ts';
import type { Decay, RefillFit } from '../calibration/refill.ts';
import type { PriceFit } from '../calibration/returns.ts';
import type { Snapshot } from '../calibration/snapshot.ts';
import type { StreamReading } from '../calibration/stream.ts';
import { money, percent, plain, seconds } from '../charts/format.ts';
import type { ChartSpec } from '../charts/theme.ts';
import type { Gaps } from '../scenario/csv.ts';
import { makeFolder, tryFolder } from '../results/folder.ts';

interface CalibrateFlags {
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}
interface BookFlags extends CalibrateFlags {
  readonly contract?: number;
}
interface PositionsFlags extends BookFlags {
  readonly asset?: string;
}

/** What a calibration ends with. */
interface Findings {
  readonly summary: readonly string[];
  readonly fragment: string;
  readonly document: Record<string, unknown>;
  readonly charts: Readonly<Record<string, ChartSpec>>;
}

/** Largest file after unpacking, in bytes. */
const LARGEST = 400 * 2 ** 20;
/** Points of a line of a chart. */
const POINTS = 240;

/** `marginfall calibrate book FILE`, `marginfall calibrate prices FILE` and `marginfall calibrate positions FILE` */
export function register(program: Command): void {
  const calibrate = program
    .command('calibrate')
    .description('fit parts of a scenario to data: an order book, prices or positions')
    .helpCommand(false)
    .addHelpText('after', '\nExample:\n  $ marginfall calibrate book experiments/samples/book.csv -o results/book');
  addFlags(calibrate.command('book'))
    .description('fit depth and refill to a snapshot (side, price, qty) or to a recorded exchange stream (.jsonl)')
    .argument('<FILE>', 'a snapshot .csv or a stream .jsonl; .gz allowed')
    .option('--contract <VALUE>', 'quote units that a unit of quantity is worth (inverse contracts)', positive)
    .addHelpText('after', '\nExample:\n  $ marginfall calibrate book experiments/samples/book.csv -o results/book')
    .action(calibrateBook);
  addFlags(calibrate.command('prices'))
    .description('fit volatility, tails, jumps and clustering to price bars')
    .argument('<FILE>', 'Binance klines, or ts,open,high,low,close,volume; .gz allowed')
    .addHelpText('after', '\nExample:\n  $ marginfall calibrate prices experiments/samples/bars.csv -o results/prices')
    .action(calibratePrices);
  addFlags(calibrate.command('positions'))
    .description('fit counts, sizes and leverage of traders to open positions, or to the fills that opened them')
    .argument('<FILE>', 'positions: side, notional (or size and mark), leverage (or margin); or fills; .csv, .gz allowed')
    .option('--asset <SYMBOL>', 'keep positions in this asset; default: the one with the largest notional')
    .option('--contract <VALUE>', 'quote units that a unit of size is worth (inverse contracts)', positive)
    .addHelpText('after', '\nExample:\n  $ marginfall calibrate positions experiments/samples/positions.csv -o results/traders')
    .action(calibratePositions);
}

function addFlags(command: Command): Command {
  return command
    .option('-o, --out <DIR>', 'write fragment.yaml, fit.json and charts to this folder')
    .option('--json', 'print one JSON document on stdout, nothing else')
    .option('--quiet', 'print nothing but errors');
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError(`Found ${text}, want a number > 0.`);
  return value;
}

async function calibrateBook(path: string, flags: BookFlags): Promise<void> {
  const contract = flags.contract ?? null;
  if (flags.out !== undefined) tryFolder(flags.out);
  const text = readText(path);
  const stream = /\.jsonl?(\.gz)?$/i.test(path) || /^\d+ \{/.test(text.slice(0, 200));
  await finish(stream ? await fitStream(path, text, contract) : await fitSnapshot(path, text, contract), flags);
}

async function fitSnapshot(path: string, text: string, contract: number | null): Promise<Findings> {
  const { readSnapshot } = await import('../calibration/snapshot.ts');
  const { snapshot, faults, dropped } = readSnapshot(text, contract);
  if (snapshot === null) return refuse(path, faults);
  const about = [`Read ${dropped.rows} rows, dropped ${dropped.count}.`, ...located(path, dropped.listed, dropped.count)];
  return bookFindings(path, snapshot, null, about, { rows: dropped.rows, dropped: dropped.count, problems: dropped.listed });
}

async function fitStream(path: string, text: string, contract: number | null): Promise<Findings> {
  const { replayStream } = await import('../calibration/stream.ts');
  const { depthOverTime, fitRefill, WATCHED } = await import('../calibration/refill.ts');
  const reading: StreamReading = replayStream(text.split('\n'), contract);
  const { replay, faults, dropped, gap, stale } = reading;
  if (replay === null) return refuse(path, faults);
  const length = replay.mids.length * replay.interval;
  const [low, median, high] = depthOverTime(replay);
  const about = [
    `Replayed ${plain(length)} s: ${replay.updates} updates (${stale} older than the snapshot skipped), ${replay.trades} trades.`,
    `Read ${dropped.lines} lines, dropped ${dropped.count} lines or levels${gap === null ? '' : `, and ${gap.messages} lines after a gap`}.`,
    ...located(path, [...dropped.listed, ...(gap === null ? [] : [gap])], dropped.count + (gap === null ? 0 : 1)),
    `Depth within ${plain(WATCHED * 1e4)} bps over the replay: median ${money(median)} a side, half of the time ${money(low)} to ${money(high)}.`,
  ];
  const document = {
    lines: dropped.lines,
    dropped: dropped.count,
    droppedAfterGap: gap?.messages ?? 0,
    problems: [...dropped.listed, ...(gap === null ? [] : [{ line: gap.line, message: gap.message }])],
    seconds: length,
    depthOverTime: { within: WATCHED, low, median, high },
  };
  return bookFindings(path, replay.snapshot, fitRefill(replay), about, document);
}

async function bookFindings(
  path: string,
  snapshot: Snapshot,
  refill: RefillFit | null,
  about: readonly string[],
  counts: Record<string, unknown>,
): Promise<Findings> {
  const { alongRows, depthWithin, fitDepth } = await import('../calibration/depth.ts');
  const { bookFragment } = await import('../calibration/fragment.ts');
  const { bookChart, refillTitle } = await import('../charts/calibration.ts');
  const source = basename(path);
  const fit = fitDepth(snapshot);
  const fragment = bookFragment(source, fit, refill);
  const goodness = `R² of cumulative depth: flat ${fit.flat.rSquared.toFixed(3)}, power law ${fit.power.rSquared.toFixed(3)}, table ${fit.table.rSquared.toFixed(3)}. The fragment states the ${fit.chosen === 'flat' ? 'flat density' : 'table'}.`;
  const at = Array.from({ length: POINTS + 1 }, (_, i) => (fit.extent * i) / POINTS);
  const real = (side: 'bids' | 'asks') => at.map((x) => ({ x, y: depthWithin(snapshot[side], fit.mid, x) }));
  const flat = at.map((x) => ({ x, y: (fit.flat.depth / 0.01) * Math.max(0, x - fit.halfSpread) }));
  const fitted = (side: 'bids' | 'asks') =>
    fit.chosen === 'flat' ? flat : at.map((x) => ({ x, y: fit.depth * alongRows(fit.table.rows, fit.halfSpread, side, x) }));
  const requoting = refill?.requoting ?? null;
  const chart = bookChart({
    source,
    bids: real('bids'),
    asks: real('asks'),
    fittedBids: fitted('bids'),
    fittedAsks: fitted('asks'),
    flat,
    extent: fit.extent,
    goodness,
    refill:
      requoting === null
        ? null
        : {
            missing: requoting.lags.map((x, k) => ({ x, y: requoting.missing[k] ?? 0 })),
            fitted: requoting.lags.map((x, k) => ({ x, y: requoting.fitted[k] ?? 0 })),
            words: refillTitle(requoting.why === null ? requoting.halfLife : null, requoting.why),
          },
    layout: 'wide',
  });
  return {
    summary: [...about, '', ...describeDepth(fit), goodness, ...(refill === null ? [] : ['', ...describeRefill(refill)])],
    fragment,
    document: { kind: 'book', source, ...counts, depth: fit, refill: refill === null ? null : refillDocument(refill) },
    charts: { book: chart },
  };
}

function describeDepth(fit: DepthFit): string[] {
  const bps = (distance: number): string => `${plain(distance * 1e4)} bps`;
  const sign = (error: number): string => `${error >= 0 ? '+' : '−'}${(Math.abs(error) * 100).toFixed(1)} %`;
  const lines = [
    `Mid ${plain(fit.mid, 8)}, half spread ${bps(fit.halfSpread)}, ${fit.levels.bids} bid and ${fit.levels.asks} ask levels; both sides known up to ${bps(fit.extent)}.`,
    fit.extrapolated
      ? `Depth within 1 % is an extrapolation: the levels span ${bps(fit.extent)}. The outer density carried on makes ${money(fit.depth)}, a power law ${money(fit.powerDepth)}.`
      : `Depth within 1 %: ${money(fit.depth)}, the mean of both sides.`,
    '',
    `${'within'.padEnd(8)}${'bids'.padStart(12)}${'asks'.padStart(12)}   flat density is off by       table is off by`,
  ];
  for (const check of fit.checks) {
    const pair = (errors: { readonly bids: number; readonly asks: number }): string => `${sign(errors.bids)}, ${sign(errors.asks)}`;
    const chosen = `${bps(check.distance).padEnd(8)}${money(check.bids).padStart(12)}${money(check.asks).padStart(12)}`;
    lines.push(`${chosen}   ${pair(check.flat).padEnd(27)} ${pair(check.table)}`);
  }
  for (const distance of [0.0005, 0.001, 0.0025, 0.005])
    if (distance > fit.extent) lines.push(`${bps(distance).padEnd(8)} the snapshot does not reach that far`);
  lines.push('', `Halfway between its rows the table is off by ${percent(fit.table.midway, 2)} at most, from 5 bps on.`);
  return lines;
}

function describeRefill(refill: RefillFit): string[] {
  if (refill.why !== null) return [`Refill: no fit, ${refill.why}.`];
  const words = (name: string, decay: Decay | null): string =>
    decay === null
      ? ''
      : decay.why === null
        ? `${name}: half-life ${seconds(decay.halfLife)} (${seconds(decay.interval[0])} to ${seconds(decay.interval[1])}), R² ${decay.rSquared.toFixed(2)}.`
        : `${name}: these data cannot support a half-life: ${decay.why}.`;
  return [
    `Refill after ${refill.events} large trades of ${money(refill.size)} on average:`,
    words('  around the mid of the moment (how soon makers quote again)', refill.requoting),
    words('  at the prices of before (how soon the price comes back)', refill.displacement),
  ];
}

/** A refill without its curves. */
function refillDocument({ events, size, requoting, displacement, why }: RefillFit): Record<string, unknown> {
  const short = (decay: Decay | null): Record<string, unknown> | null =>
    decay === null
      ? null
      : {
          supported: decay.why === null,
          why: decay.why,
          halfLife: decay.halfLife,
          interval: decay.interval,
          rest: decay.rest,
          rSquared: decay.rSquared,
        };
  return { events, size, why, requoting: short(requoting), displacement: short(displacement) };
}

async function calibratePrices(path: string, flags: CalibrateFlags): Promise<void> {
  const { readBars } = await import('../scenario/csv.ts');
  const { fitPrices } = await import('../calibration/returns.ts');
  const { pricesFragment } = await import('../calibration/fragment.ts');
  const { pricesChart } = await import('../charts/calibration.ts');
  const { normalCdf } = await import('../core/math.ts');
  if (flags.out !== undefined) tryFolder(flags.out);
  const read = readBars(readText(path), 'longest');
  if ('problems' in read) return refuse(path, read.problems);
  const { bars, gaps } = read;
  const fit = fitPrices(bars.open[0] ?? 0, bars.close, bars.seconds);
  if (!('bars' in fit)) return refuse(path, [{ line: 1, message: fit.why }]);
  const source = basename(path);
  const n = fit.sizes.length;
  const { tail, clustering } = fit;
  const curve = fit.sizes.map((x, k) => ({ x, y: (k + 1) / n })).filter((_, k) => k < 200 || k % Math.ceil(n / POINTS) === 0);
  const from = tail === null ? Infinity : tail.from / fit.rootMeanSquare;
  const chart = pricesChart({
    source,
    volatility: fit.volatility,
    exceedance: curve,
    normal: Array.from({ length: POINTS }, (_, k) => ({ x: 0.5 + k * 0.03, y: 2 * normalCdf(-(0.5 + k * 0.03)) })),
    tail:
      tail === null ? [] : curve.filter(({ x }) => x >= from).map(({ x }) => ({ x, y: (tail.count / n) * (x / from) ** -tail.exponent })),
    exponent: tail?.exponent ?? null,
    autocorrelation: (clustering?.autocorrelation ?? []).map((y, k) => ({ x: ((k + 1) * fit.seconds) / 3600, y })),
    bound: clustering?.bound ?? 0,
    notes: [`${plain(n, 9)} bars of ${seconds(fit.seconds)} from ${source}.`, ...fit.why.map((reason) => `Not fitted: ${reason}.`)],
    layout: 'wide',
  });
  const { sizes: _, ...document } = fit;
  await finish(
    {
      summary: describePrices(fit, path, gaps),
      fragment: pricesFragment(source, fit),
      document: {
        kind: 'prices',
        source,
        dropped: gaps?.dropped ?? 0,
        gaps: gaps?.gaps ?? 0,
        ...document,
        clustering: clustering === null ? null : clusteringDocument(clustering),
      },
      charts: { prices: chart },
    },
    flags,
  );
}

function describePrices(fit: PriceFit, path: string, gaps: Gaps | null): string[] {
  const { tail, jumps, clustering } = fit;
  const range = ([low, high]: readonly [number, number], of: (value: number) => string): string => `${of(low)} to ${of(high)}`;
  const lines = [
    `${plain(fit.bars, 9)} bars of ${seconds(fit.seconds)}, dropped ${plain(gaps?.dropped ?? 0, 9)}; ${fit.zeros} without a move.`,
    ...(gaps === null ? [] : [`Only the longest stretch without a gap is used. ${path}:${gaps.line}  ${gaps.message}.`]),
    '',
    `Volatility ${percent(fit.volatility)} a square root of a year (${range(fit.volatilityInterval, percent)} if returns were independent), kurtosis ${plain(fit.kurtosis)}.`,
  ];
  if (tail !== null)
    lines.push(
      `Tail exponent ${plain(tail.exponent)} (${range(tail.interval, plain)}) from the upper ${tail.count} returns; largest distance from a power law ${tail.distance.toFixed(3)};`,
      `  ${tail.others.map((other) => `${plain(other.exponent)} with ${other.count}`).join(', ')}.`,
    );
  if (jumps !== null)
    lines.push(
      `Jumps: ${percent(jumps.share)} of the variance (z ${plain(jumps.statistic)}${jumps.statistic < 1.64 ? ': none that the whole file shows at 5 %' : ''}); ${jumps.count} found, ${plain(jumps.aDay)} a day, log size ${percent(jumps.mean)} ± ${percent(jumps.deviation)}.`,
    );
  if (clustering !== null) {
    const { garch, autocorrelation, bound } = clustering;
    const until = autocorrelation.findIndex((rho) => rho < bound);
    const halves = garch.halves.map((half) => `${plain(half.alpha)} + ${plain(half.beta)}`).join(' and ');
    lines.push(
      `Clustering: autocorrelation of absolute returns ${plain(autocorrelation[0] ?? 0)} at one bar, above its bound of ${plain(bound)} ${until < 0 ? `at all ${autocorrelation.length} lags` : `for ${until} bars`}.`,
      `GARCH(1,1): alpha ${plain(garch.alpha)} + beta ${plain(garch.beta)}; halves of the file ${halves}; likelihood ratio ${plain(garch.likelihoodRatio)}; p of clustering left ${plain(clustering.residualP, 2)}.`,
    );
  }
  for (const reason of fit.why) lines.push(`These data cannot support a fit of ${reason}.`);
  return lines;
}

/** Clustering without the variance of every bar. */
function clusteringDocument({ garch, autocorrelation, bound, residualP }: NonNullable<PriceFit['clustering']>): Record<string, unknown> {
  const { variances: _, halfLife, ...estimate } = garch;
  return { garch: { ...estimate, halfLife: halfLife === Infinity ? null : halfLife }, autocorrelation, bound, residualP };
}

async function calibratePositions(path: string, flags: PositionsFlags): Promise<void> {
  const { readPositions } = await import('../calibration/positions.ts');
  const { fitPopulation } = await import('../calibration/population.ts');
  const { populationFragment } = await import('../calibration/fragment.ts');
  const { positionsChart } = await import('../charts/calibration.ts');
  const { describePopulation, describeReading, populationChartInput, populationDocument } = await import('./population-text.ts');
  if (flags.out !== undefined) tryFolder(flags.out);
  const reading = readPositions(readText(path), { asset: flags.asset ?? null, contract: flags.contract ?? null });
  if (reading.positions === null) return refuse(path, reading.faults);
  const fit = fitPopulation(reading.positions);
  if (!('sides' in fit)) return refuse(path, [{ line: 1, message: fit.why }]);
  const source = basename(path);
  const { dropped, asset } = reading;
  await finish(
    {
      summary: [...describeReading(reading, located(path, dropped.listed, dropped.count)), '', ...describePopulation(fit)],
      fragment: populationFragment(source, asset, fit),
      document: { kind: 'positions', source, ...populationDocument(reading, fit) },
      charts: { positions: positionsChart(populationChartInput(source, asset, fit, POINTS)) },
    },
    flags,
  );
}

/** Writes and prints what was found. */
async function finish({ summary, fragment, document, charts }: Findings, { out, json, quiet }: CalibrateFlags): Promise<void> {
  const files: string[] = [];
  if (out !== undefined) {
    const { renderPng, renderSvg } = await import('../charts/render.ts');
    makeFolder(out);
    const save = (name: string, content: string | Buffer): void => {
      writeFileSync(join(out, name), content);
      files.push(join(out, name));
    };
    save('fragment.yaml', fragment);
    save('fit.json', `${JSON.stringify(document, null, 2)}\n`);
    for (const [name, spec] of Object.entries(charts)) {
      const svg = await renderSvg(spec);
      save(`${name}.svg`, svg);
      save(`${name}.png`, renderPng(svg));
    }
  }
  if (json === true) process.stdout.write(`${JSON.stringify({ ...document, fragment, files })}\n`);
  else if (quiet !== true) process.stdout.write(`${[...summary, '', ...(out === undefined ? [fragment.trimEnd()] : files)].join('\n')}\n`);
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes).toString('utf8');
}

/** Places of a file, and how many more there are. */
function located(path: string, problems: readonly DataProblem[], count: number): string[] {
  const lines = problems.map(({ line, message }) => `  ${path}:${line}  ${message}`);
  return count > problems.length ? [...lines, `  and ${count - problems.length} more`] : lines;
}

/** Ends the command: the file cannot be used. */
async function refuse(path: string, problems: readonly DataProblem[]): Promise<never> {
  const { UsageError } = await import('./exit.ts');
  throw new UsageError(`${path} cannot be used\n${located(path, problems, problems.length).join('\n')}`);
}

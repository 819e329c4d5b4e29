import type { DepthFit } from './depth.ts';
import type { LeverageFit } from './leverage.ts';
import type { PopulationFit, SideFit, SizeGroup } from './population.ts';
import type { RefillFit } from './refill.ts';
import type { PriceFit } from './returns.ts';

/** Chi-square with two degrees of freedom at 1 %: what a likelihood ratio must pass to say that returns cluster. */
const CLUSTERED = 9.21;
/** Most figures of a value that a fit writes. */
const FIGURES = 4;

/** A number with few figures and no exponent, as a scenario is read. */
const figure = (value: number, figures = FIGURES): string => {
  const rounded = Number(value.toPrecision(figures));
  return /e/.test(String(rounded)) ? rounded.toFixed(12).replace(/0+$/, '').replace(/\.$/, '') : String(rounded);
};
const money = (value: number): string => `${figure(value / 1e6)}e6`;
const percent = (value: number): string => `${figure(100 * value)} %`;
const bps = (distance: number): string => `${figure(distance * 1e4)}bps`;

/**
 * The part of a scenario that a book was fitted to, as YAML.
 * @param source name of the file, as the user gave it without its folders.
 */
export function bookFragment(source: string, fit: DepthFit, refill: RefillFit | null): string {
  const { table, flat, extent } = fit;
  const lines = [
    `# Calibrated by \`marginfall calibrate book\` from ${comment(source)}: one moment of one book, mid ${figure(fit.mid, 8)}.`,
    `# Prices stand ${figure(fit.tick)} apart at the closest (assets[0].tick).`,
    `# Both sides are known up to ${bps(extent)} (${fit.levels.bids} bid and ${fit.levels.asks} ask levels).`,
    `# Cumulative depth: flat density R² ${flat.rSquared.toFixed(3)}, power ${fit.power.exponent.toFixed(2)} R² ${fit.power.rSquared.toFixed(3)}, table R² ${table.rSquared.toFixed(3)}.`,
    'market:',
    '  makers:',
    '    kind: ladder',
    `    depth: ${money(fit.depth)} # ${fit.extrapolated ? `extrapolated: the density of the outer half carried from ${bps(extent)} to 1 %; a power law says ${money(fit.powerDepth)}` : 'fitted: within 1 %, mean of both sides'}`,
    `    halfSpread: ${bps(fit.halfSpread)} # fitted`,
    `    reach: ${figure(fit.reach * 100)}% # assumed: no snapshot tells how far a book goes`,
  ];
  if (fit.chosen === 'table') {
    lines.push(
      '    count: 5',
      '    rungs: 20 # fine enough that depth between the rows is near the line',
      '    profile: # distance, bids, asks: multiples of the depth',
    );
    for (const row of table.rows)
      lines.push(`      - [${bps(row.distance)}, ${figure(row.bids)}, ${figure(row.asks)}] # ${row.measured ? 'fitted' : 'extrapolated'}`);
  }
  const requoting = refill?.requoting ?? null;
  if (requoting !== null && requoting.why === null) {
    lines.push(
      `    reaction: ${figure(2 * requoting.halfLife, 2)}s # fitted: missing depth halves in ${seconds(requoting.halfLife)} (${seconds(requoting.interval[0])} to ${seconds(requoting.interval[1])}), R² ${requoting.rSquared.toFixed(2)}; twice that, because quotes come evenly within it`,
    );
  } else lines.push(`    # reaction: not fitted: ${refill === null ? 'a snapshot has no time' : (requoting?.why ?? refill.why ?? '')}`);
  const displacement = refill?.displacement ?? null;
  if (displacement !== null && displacement.why === null) {
    const peak = displacement.amplitude + displacement.rest;
    const permanent = Math.min(1, Math.max(0, displacement.rest / peak));
    lines.push(
      `    recovery: ${figure(displacement.halfLife, 2)}s # fitted: ${seconds(displacement.interval[0])} to ${seconds(displacement.interval[1])}, R² ${displacement.rSquared.toFixed(2)}`,
      `    permanent: ${figure(permanent, 2)} # fitted`,
    );
  } else lines.push(`    # recovery: not fitted: ${refill === null ? 'a snapshot has no time' : (displacement?.why ?? refill.why ?? '')}`);
  return `${lines.join('\n')}\n`;
}

/** The part of a scenario that prices were fitted to, as YAML. */
export function pricesFragment(source: string, fit: PriceFit): string {
  const { tail, jumps, clustering } = fit;
  return `${[
    `# Calibrated by \`marginfall calibrate prices\` from ${comment(source)}: ${fit.bars} bars of ${fit.seconds} s.`,
    ...(tail === null
      ? []
      : [
          `# Tail exponent ${figure(tail.exponent, 3)} (${figure(tail.interval[0], 3)} to ${figure(tail.interval[1], 3)}), Hill, upper ${tail.count} returns. # fitted`,
        ]),
    ...(jumps === null
      ? []
      : [
          `# Jumps: ${percent(jumps.share)} of the variance (z ${figure(jumps.statistic, 3)}), ${figure(jumps.aDay, 3)} a day, log size ${percent(jumps.mean)} ± ${percent(jumps.deviation)}. # fitted`,
        ]),
    ...(clustering === null
      ? []
      : [
          `# GARCH(1,1) a bar: alpha ${figure(clustering.garch.alpha, 3)}, beta ${figure(clustering.garch.beta, 3)}; an excess of variance halves in ${clustering.garch.halfLife === Infinity ? 'no time that the file shows' : seconds(clustering.garch.halfLife * fit.seconds)}. # fitted`,
        ]),
    ...fit.why.map((reason) => `# Not fitted: ${reason}.`),
    ...driverLines(fit),
  ].join('\n')}\n`;
}

/** Traders that stand in for whoever holds the other side, and their leverage: so little that they are liquidated last. */
const OTHERS = { count: 10, leverage: 0.5 } as const;
/** Leverage of a file that has none. */
const UNKNOWN_LEVERAGE = 5;

/** The part of a scenario that positions were fitted to, as YAML: both sides of the same notional, as a scenario wants them. */
export function populationFragment(source: string, asset: string | null, fit: PopulationFit): string {
  const { sides, lacking } = fit;
  // Where the sides are even but for less than a hundredth, both take the mean of the two.
  const mean = Math.round(sides.reduce((sum, { notional }) => sum + notional, 0) / 2);
  const stated = sides.map((side) => {
    const whole = Math.max(side.groups.length, lacking === null ? mean : Math.round(side.notional));
    // The last group takes what rounding leaves, so that the sides are equal to the unit.
    const first = Math.max(1, Math.min(whole - 1, Math.round((whole * side.groups[0].notional) / side.notional)));
    return { ...side, whole, parts: side.groups.length === 1 ? [whole] : [first, whole - first] };
  });
  const lines = [
    `# Calibrated by \`marginfall calibrate positions\` from ${comment(source)}: ${fit.positions} open positions${asset === null ? '' : ` in ${comment(asset)}`}.`,
    ...fit.why.map((reason) => `# Not fitted: ${reason}.`),
    'traders:',
    ...stated.flatMap((side) =>
      side.groups.flatMap((group, k) => [
        `  - name: ${group.name}`,
        `    side: ${side.side}`,
        `    count: ${group.count} # fitted`,
        `    notional: ${side.parts[k]} # fitted${lacking === null ? ': the mean of both sides' : ''}`,
        `    size: ${sizeLine(side, group)}`,
        `    leverage: ${leverageLine(side.leverage)}`,
      ]),
    ),
  ];
  const whole = (side: 'long' | 'short'): number => stated.find((other) => other.side === side)?.whole ?? 0;
  const rest = Math.abs(whole('long') - whole('short'));
  if (lacking !== null && rest > 0)
    lines.push(
      '  - name: others # assumed: the file has nobody who holds the other end of these lots',
      `    side: ${lacking.side}`,
      `    count: ${OTHERS.count} # assumed`,
      `    notional: ${rest} # what the other side holds more`,
      `    leverage: ${OTHERS.leverage} # assumed: so little that they are liquidated last`,
    );
  return `${lines.join('\n')}\n`;
}

function sizeLine({ size, of, count, groups, distance }: SideFit, group: SizeGroup): string {
  const { chosen, sigmaInterval, tail } = size;
  const goodness = `KS distance ${figure(distance, 2)}, n ${count}${of === 'both' ? '; of both sides together' : groups.length > 1 ? ', with the other group' : ''}`;
  if (group.size.kind === 'equal') return `equal # fitted: all are the same; ${goodness}`;
  if (group.size.kind === 'lognormal') {
    const interval =
      chosen === 'lognormal' ? `${figure(sigmaInterval[0], 3)} to ${figure(sigmaInterval[1], 3)}` : 'what lies below the tail';
    return `{ kind: lognormal, sigma: ${figure(group.size.sigma)} } # fitted: ${interval}; ${goodness}`;
  }
  const interval =
    tail === null ? '' : `alpha ${figure(tail.interval[0], 3)} to ${figure(tail.interval[1], 3)} from the upper ${tail.count}, `;
  return `{ kind: pareto, alpha: ${figure(group.size.alpha)}, cap: ${Math.ceil(group.size.cap)} } # fitted: ${interval}cap the largest position; ${goodness}`;
}

function leverageLine(fit: LeverageFit | null): string {
  if (fit === null) return `${UNKNOWN_LEVERAGE} # assumed: the file has no leverage`;
  const { chosen, median, medianInterval, sigma, sigmaInterval, min, max, distance, count, why } = fit;
  const around = `median ${figure(medianInterval[0], 3)} to ${figure(medianInterval[1], 3)}`;
  if (chosen === 'constant') return `${figure(median)} # fitted: ${around}, n ${count}${why === null ? '' : '; its spread is not fitted'}`;
  return `{ kind: lognormal, median: ${figure(median)}, sigma: ${figure(sigma)}, min: ${figure(min)}, max: ${figure(max)} } # fitted: ${around}, sigma ${figure(sigmaInterval[0], 3)} to ${figure(sigmaInterval[1], 3)}; KS distance ${figure(distance ?? 0, 2)}, n ${count}`;
}

/** GARCH where the file shows clusters whose excess halves in a time, else Brownian motion: the volatility alone. */
function driverLines({ last, volatility, volatilityInterval: [low, high], clustering, seconds }: PriceFit): string[] {
  const path = `price: ${figure(last, 8)}, volatility: ${figure(100 * volatility)}%`;
  const interval = `# fitted: ${percent(low)} to ${percent(high)} a square root of a year`;
  const { alpha, beta, halfLife, likelihoodRatio } = clustering?.garch ?? { alpha: 0, beta: 0, halfLife: Infinity, likelihoodRatio: 0 };
  if (halfLife === Infinity || likelihoodRatio < CLUSTERED)
    return [
      '# The driver has the volatility alone: no fat tails, jumps or clusters. To keep them, drive by the bars: { kind: csv, file: … }.',
      'assets:',
      `  - driver: { kind: gbm, ${path} } ${interval}`,
    ];
  return [
    "# The driver has volatility and clusters; its tails are thinner than the file's. To keep all, drive by the bars: { kind: csv, file: … }.",
    'assets:',
    `  - driver: { kind: garch, ${path}, alpha: ${figure(alpha, 3)}, beta: ${figure(beta)}, period: ${seconds}s } ${interval}`,
  ];
}

/** A text that stays on its comment's line. */
const comment = (text: string): string => text.replace(/[\r\n]+/g, ' ');

function seconds(value: number): string {
  if (value < 120) return `${figure(value, 2)} s`;
  return value < 7200 ? `${figure(value / 60, 2)} min` : `${figure(value / 3600, 2)} h`;
}

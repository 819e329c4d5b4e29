import type { PopulationFit, SideFit } from '../calibration/population.ts';
import type { PositionsReading } from '../calibration/positions.ts';
import type { PositionsChartInput } from '../charts/calibration.ts';
import { counted, money, percent, plain } from '../charts/format.ts';

/** Assets left aside that are named. */
const NAMED = 8;

/** What was read and what was left out. */
export function describeReading(reading: PositionsReading, places: readonly string[]): string[] {
  const { kind, dropped, closed, repeated, aside, asset } = reading;
  const named = (other: string): string => (other === '' ? 'rows without a name' : other);
  const lines = [
    `Read ${counted(dropped.rows, kind === 'fills' ? 'fill' : 'row')}, dropped ${dropped.count}; ${closed} ${kind === 'fills' ? 'accounts ended flat in an asset' : 'closed positions'}.`,
    ...places,
  ];
  if (kind === 'fills')
    lines.push('Positions are the net of fills at the end of the file, from flat: a liquidation that is no fill in it is still open here.');
  if (aside.length > 0)
    lines.push(
      `Positions in ${asset ?? 'no named asset'}; left aside: ${[...aside.slice(0, NAMED).map((other) => `${named(other.asset)} (${other.positions})`), ...(aside.length > NAMED ? [`${aside.length - NAMED} more`] : [])].join(', ')}. --asset keeps another.`,
    );
  if (repeated > 0)
    lines.push(`${counted(repeated, 'account')} with more than one position: rows of several days would make each count too often.`);
  return lines;
}

/** The fit in words. */
export function describePopulation(fit: PopulationFit): string[] {
  const lines = fit.sides.flatMap((side) => [...describeSide(side), '']);
  const { lacking } = fit;
  if (lacking !== null)
    lines.push(
      `The ${lacking.side}s hold ${money(lacking.notional)} less: the file has nobody with the other end. The fragment gives it to a group "others" of little leverage, which is assumed.`,
    );
  for (const reason of fit.why) lines.push(`These data cannot support ${reason}.`);
  lines.push('Open positions are those that were not liquidated before: the fit has none of the others.');
  return lines;
}

function describeSide({ side, count, notional, largest, of, size, groups, leverage, distance }: SideFit): string[] {
  const to = ([low, high]: readonly [number, number]): string => `${plain(low)} to ${plain(high)}`;
  const lines = [
    `${side === 'long' ? 'Longs' : 'Shorts'}: ${count} positions of ${money(notional)}, the largest ${percent(largest / notional)} of it.`,
    `  Sizes${of === 'both' ? ' (fitted to both sides)' : ''}: log-normal sigma ${plain(size.sigma)} (${to(size.sigmaInterval)}).`,
  ];
  const { tail, evidence } = size;
  if (tail !== null && evidence !== null)
    lines.push(
      `  Power tail ${plain(tail.exponent)} (${to(tail.interval)}) from ${money(tail.from)}, the upper ${tail.count}; distance ${tail.distance.toFixed(3)}; ${tail.others.map((other) => `${plain(other.exponent)} with ${other.count}`).join(', ')}.`,
      `  Log-likelihood of the tail over the log-normal's, less its two parameters: ${plain(evidence)}.`,
    );
  lines.push(`  The fragment states ${stated(groups)}; as a scenario draws it, KS distance ${distance.toFixed(3)}, n ${count}.`);
  if (leverage !== null) {
    const { chosen, weight, median, medianInterval, sigma, sigmaInterval, min, max, heap, effective } = leverage;
    const by =
      weight === 'notional'
        ? `weighted by notional, as much as ${plain(effective)} even positions`
        : 'a position a vote, because few hold nearly all notional';
    lines.push(
      chosen === 'constant'
        ? `  Leverage: median ${plain(median)} (${to(medianInterval)}), n ${leverage.count}.`
        : `  Leverage: median ${plain(median)} (${to(medianInterval)}), sigma ${plain(sigma)} (${to(sigmaInterval)}), cut to ${plain(min)} to ${plain(max)}; ${by}; KS distance ${(leverage.distance ?? 0).toFixed(3)}, n ${leverage.count}.`,
    );
    if (chosen === 'lognormal' && heap >= 0.05)
      lines.push(`  ${percent(heap)} stand at the largest leverage; a cut log-normal has no such heap.`);
  }
  return lines;
}

/** The groups of a side in words. */
function stated(groups: SideFit['groups']): string {
  return groups
    .map(({ size, count, notional }) => {
      const law =
        size.kind === 'pareto'
          ? `Pareto, exponent ${plain(size.alpha)}`
          : size.kind === 'lognormal'
            ? `log-normal, sigma ${plain(size.sigma)}`
            : 'equal sizes';
      return groups.length === 1 ? law : `${law} for ${count} of ${money(notional)}`;
    })
    .join(' and ');
}

/** The fit as JSON has it: no curves. */
export function populationDocument(reading: PositionsReading, fit: PopulationFit): Record<string, unknown> {
  const { dropped, closed, repeated, asset, aside, kind } = reading;
  return {
    from: kind,
    asset,
    aside,
    rows: dropped.rows,
    dropped: dropped.count,
    closed,
    repeated,
    problems: dropped.listed,
    positions: fit.positions,
    sides: fit.sides.map(({ drawn: _, notionals: __, leverage, ...side }) => ({
      ...side,
      leverage: leverage === null ? null : withoutCurves(leverage),
    })),
    lacking: fit.lacking,
    why: fit.why,
  };
}

function withoutCurves({ law: _, leverages: __, shares: ___, ...rest }: NonNullable<SideFit['leverage']>): Record<string, unknown> {
  return rest;
}

/** Curves of the file and of the fit, of so many points at most. */
export function populationChartInput(source: string, asset: string | null, fit: PopulationFit, points: number): PositionsChartInput {
  const sizes = fit.sides.map(({ side, notionals, drawn, count }) => {
    const every = Math.max(1, Math.floor(count / points));
    // The largest are drawn one by one: they are the tail.
    const file = [...notionals].map((x, i) => ({ x, y: 1 - i / count })).filter((_, i) => i % every === 0 || i >= count - points);
    const [low, high] = [notionals[0] ?? 1, (notionals.at(-1) ?? 1) * 1.1];
    const at = Array.from({ length: points + 1 }, (_, k) => low * (high / low) ** (k / points));
    return { side, file, fitted: at.map((x) => ({ x, y: 1 - drawn(x) })) };
  });
  const leverages = fit.sides.flatMap(({ side, leverage }) => {
    if (leverage === null || leverage.chosen === 'constant') return [];
    const { leverages: values, shares, law } = leverage;
    const every = Math.max(1, Math.floor(values.length / points));
    const file = values.map((x, i) => ({ x, y: shares[i] ?? 1 })).filter((_, i) => i % every === 0 || i === values.length - 1);
    const [low, high] = [values[0] ?? 1, values.at(-1) ?? 1];
    const at = Array.from({ length: points + 1 }, (_, k) => low * (high / low) ** (k / points));
    return [{ side, file, fitted: at.map((x) => ({ x, y: law(x) })) }];
  });
  const counts = fit.sides.map(({ side, count, notional }) => `${counted(count, side)} of ${money(notional)}`).join(', ');
  return {
    source,
    title: `${counts}${asset === null ? '' : ` in ${asset}`}`,
    sizes,
    leverages,
    notes: [
      ...fit.sides.map(
        ({ side, distance, count, groups }) => `Fitted ${side}s: ${stated(groups)}; largest distance ${distance.toFixed(3)}, n ${count}.`,
      ),
      ...fit.why.map((reason) => `Not fitted: ${reason}.`),
    ],
    layout: 'wide',
  };
}

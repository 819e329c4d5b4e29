import { percent } from '../charts/format.ts';
import type { VenueAccount } from '../venues/account.ts';
import type { AccountMargin } from '../venues/account-margin.ts';
import type { Figures, GridMargin, MarginGroup, PriceLevels } from '../venues/margin-group.ts';
import type { Venue } from '../venues/venue.ts';
import type { MarginSweep } from './margin.ts';

const MISSING = '–';
/** Widths of a label and of a figure. */
const [LABEL, FIGURE] = [22, 16];

/** The calculator's answer as JSON has it: no infinities, a reason beside each null that has one. */
export function marginDocument(
  account: VenueAccount,
  venue: Venue,
  result: AccountMargin,
  sweep: MarginSweep | null,
): Record<string, unknown> {
  return {
    venue: { name: venue.name, title: venue.title, date: venue.date },
    prices: account.prices,
    regime: result.regime,
    groups: result.groups.map(groupDocument),
    ...(sweep === null
      ? {}
      : {
          sweep: {
            asset: sweep.asset,
            points: sweep.points.map(({ price, margin }) => ({ price, groups: margin.groups.map(shortDocument) })),
          },
        }),
  };
}

function groupDocument(group: MarginGroup): Record<string, unknown> {
  const { regime, currency, threshold, equalityLiquidates, state, prices, items, grid, figures } = group;
  return {
    ...shortDocument(group),
    regime,
    currency,
    excess: group.equity - group.maintenanceMargin,
    threshold,
    equalityLiquidates,
    state,
    prices,
    positions: items,
    grid,
    figures,
  };
}

function shortDocument({ name, equity, initialMargin, maintenanceMargin, mcr, liquidatable }: MarginGroup): Record<string, unknown> {
  return { name, equity, initialMargin, maintenanceMargin, mcr: Number.isFinite(mcr) ? mcr : null, liquidatable };
}

/** The calculator's answer for people. */
export function describeMargin(venue: Venue, result: AccountMargin): string[] {
  return [`${venue.title} (${venue.name}), rules as of ${venue.date}`, ...result.groups.flatMap((group) => ['', ...describeGroup(group)])];
}

function describeGroup(group: MarginGroup): string[] {
  const { name, currency, equity, initialMargin, maintenanceMargin, mcr, threshold, equalityLiquidates, state } = group;
  const unit = currency === 'quote' ? '' : ` ${currency}`;
  const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text.padStart(FIGURE)}`;
  const sum = (value: number): string => figure(value) + unit;
  return [
    `${name} (${group.regime} margin)`,
    row('equity', sum(equity)),
    row('initial margin', sum(initialMargin)),
    row('maintenance margin', sum(maintenanceMargin)),
    `${row('MCR', mcr === Infinity ? 'unlimited' : figure(mcr))}   ${state}; liquidated ${equalityLiquidates ? 'at' : 'below'} ${figure(threshold)}`,
    ...figuresRows(group.figures).map(([label, text]) => row(label, text)),
    ...group.prices.flatMap(describeLevels),
    ...itemTable(group),
    ...(group.grid === null ? [] : gridTable(group.grid)),
  ];
}

function describeLevels({ asset, price, liquidationPrice, bankruptcyPrice, either, why }: PriceLevels): string[] {
  const one = (found: number | null): string => (found === null ? 'none' : `${figure(found)} (${move(found / price - 1)})`);
  const two = (pair: { readonly below: number | null; readonly above: number | null }): string =>
    pair.below === price ? 'past it already' : `below ${one(pair.below)}, above ${one(pair.above)}`;
  const lines =
    either === null
      ? [`liquidation ${one(liquidationPrice)}`, `bankruptcy ${one(bankruptcyPrice)}`]
      : [`liquidation ${two(either.liquidation)}`, `bankruptcy ${two(either.bankruptcy)}`];
  return [`  ${asset} at ${figure(price)}: ${lines.join('; ')}`, ...(why === null ? [] : [`    ${why}`])];
}

/** A change with its sign. */
function move(change: number): string {
  return `${change >= 0 ? '+' : '−'}${percent(Math.abs(change))}`;
}

function itemTable({ items }: MarginGroup): string[] {
  if (items.length === 0) return [];
  const wide = Math.max(...items.map((item) => item.name.length), 4) + 2;
  const cells = (texts: readonly string[]): string => texts.map((text) => text.padStart(FIGURE)).join('');
  const own = items.some((item) => item.maintenanceMargin !== null);
  return [
    `  ${'holds'.padEnd(wide)}${cells(['size', 'mark', 'in equity', ...(own ? ['maintenance', 'initial'] : [])])}`,
    ...items.flatMap(({ name, size, mark, value, maintenanceMargin, initialMargin, figures }) => [
      `  ${name.padEnd(wide)}${cells([size, mark, value, ...(own ? [maintenanceMargin, initialMargin] : [])].map(figure))}`,
      ...figuresRows(figures).map(([label, text]) => `    ${label} ${text}`),
    ]),
  ];
}

function gridTable(grid: GridMargin): string[] {
  const binding = {
    scenario: `scenario ${(grid.binding ?? 0) + 1} binds`,
    basis: 'the basis between expiries binds',
    options: 'the least charge for options binds',
    closing: 'what closing costs binds',
    none: 'no scenario loses',
  }[grid.binds];
  const head = `  ${'scenario'.padEnd(10)}${'price'.padStart(9)}  ${'volatility'.padEnd(12)}${'damping'.padStart(9)}${'profit'.padStart(FIGURE)}${'counts as'.padStart(FIGURE)}`;
  return [
    `  worst loss ${figure(grid.worstLoss)}: ${binding}; charges ${figure(grid.maintenanceCharge)}, for initial margin ${figure(grid.initialCharge)} more${grid.basisLoss < 0 ? `; basis ${figure(grid.basisLoss)}` : ''}`,
    head,
    ...grid.scenarios.map(({ move: by, volatility, damping, profit, counted, binds }, s) => {
      const change = by === 0 ? 'stays' : move(by);
      return `  ${String(s + 1).padEnd(10)}${change.padStart(9)}  ${volatility.padEnd(12)}${figure(damping).padStart(9)}${figure(profit).padStart(FIGURE)}${figure(counted).padStart(FIGURE)}${binds ? '  binds' : ''}`;
    }),
  ];
}

/** Further figures with their names in words. */
function figuresRows(figures: Figures): readonly (readonly [string, string])[] {
  return Object.entries(figures).map(([name, value]) => {
    const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return [
      words,
      typeof value === 'number' ? figure(value) : value === null ? MISSING : value === true ? 'yes' : value === false ? 'no' : value,
    ];
  });
}

/** The sweep as a table for people: the MCR of each group, and whether it is liquidated there. */
export function sweepTable({ asset, points }: MarginSweep): string[] {
  const groups = points[0]?.margin.groups ?? [];
  const widths = groups.map((group) => Math.max(group.name.length + 6, 12));
  const head = `${`${asset} at`.padStart(14)}${groups.map((group, g) => `MCR ${group.name}`.padStart((widths[g] ?? 0) + 2)).join('')}`;
  return [
    head,
    ...points.map(({ price, margin }) => {
      const cells = margin.groups.map(({ mcr, liquidatable }, g) =>
        `${mcr === Infinity ? 'unlimited' : figure(Number(mcr.toPrecision(5)))}${liquidatable ? ' !' : '  '}`.padStart(
          (widths[g] ?? 0) + 2,
        ),
      );
      return `${figure(price).padStart(14)}${cells.join('')}`.trimEnd();
    }),
    ...(points.some((point) => point.margin.groups.some((group) => group.liquidatable)) ? ['! liquidated'] : []),
  ];
}

/** The sweep as CSV, a row a price and group; money in full. */
export function sweepCsv({ asset, points }: MarginSweep): string {
  const cell = (value: string | number | boolean): string =>
    typeof value === 'number' && !Number.isFinite(value)
      ? ''
      : /[",\n]/.test(String(value))
        ? `"${String(value).replaceAll('"', '""')}"`
        : String(value);
  const rows = points.flatMap(({ price, margin }) =>
    margin.groups.map(({ name, equity, initialMargin, maintenanceMargin, mcr, liquidatable }) =>
      [asset, price, name, equity, initialMargin, maintenanceMargin, mcr, liquidatable].map(cell).join(','),
    ),
  );
  return `asset,price,group,equity,initial_margin,maintenance_margin,mcr,liquidatable\n${rows.join('\n')}\n`;
}

/** A figure for people: cents of large sums, seven digits of small ones. */
function figure(value: number | null): string {
  if (value === null) return MISSING;
  const text = Math.abs(value) >= 1000 ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(Number(value.toPrecision(7)));
  return text.replace('-', '−');
}

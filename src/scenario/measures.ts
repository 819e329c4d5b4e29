import type { AssetUnits } from '../core/units.ts';
import type { Report } from './context.ts';
import type { Level, Size } from './fields.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import { decimalOf, measure, multiply, toNumber } from './quantity.ts';

/** Money in whole quanta, to the nearest: a limit or a total, not a price. */
export function quanta(amount: number, units: AssetUnits): number {
  return Math.round(amount / units.quantum);
}

/** Money above 0 in whole quanta, to the nearest, or a report when that would be none. */
export function someQuanta(amount: number, units: AssetUnits, steps: Steps, report: Report): number {
  const whole = quanta(amount, units);
  if (whole < 1) report(steps, `found ${amount}, want at least ${units.quantum}: one tick of one lot`);
  return whole;
}

/** A written price in whole ticks, or a report with its two neighbours. */
export function ticks(price: number, units: AssetUnits, steps: Steps, report: Report): number {
  const measured = measure(price, units.tick);
  if (measured.whole) return measured.count;
  report(steps, `found ${price}, want whole ticks of ${units.tick}: ${measured.below} or ${measured.above}`);
  return Number.NaN;
}

/** A written size in whole lots, or a report with its two neighbours. */
export function lots(size: Size, units: AssetUnits, steps: Steps, report: Report): number {
  const [amount = '', symbol] = String(size).split(' ');
  if (symbol !== undefined && symbol !== units.symbol) {
    report(steps, `found a size in ${symbol}, want ${units.symbol}${didYouMean(symbol, [units.symbol])}`);
    return Number.NaN;
  }
  const measured = measure(Number(amount), units.lot);
  if (measured.whole) return measured.count;
  report(steps, `found ${amount}, want whole lots of ${units.lot}: ${measured.below} or ${measured.above}`);
  return Number.NaN;
}

/** A level as a plain coverage ratio. */
export function levelAt(level: Level, threshold: number): number {
  return typeof level === 'number' ? level : toNumber(multiply(decimalOf(Number(level.slice(0, -1))), decimalOf(threshold)));
}

/** Six digits, for people. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** The place of the asset that a symbol names; the first when none is named, and when the name is wrong, which is told. */
export function placeOf(symbol: string | undefined, units: readonly AssetUnits[], at: Steps, report: Report): number {
  if (symbol === undefined) return 0;
  const place = units.findIndex((asset) => asset.symbol === symbol);
  if (place >= 0) return place;
  const symbols = units.map((asset) => asset.symbol);
  report(at, `found ${symbol}, want an asset of the scenario: ${symbols.join(', ')}${didYouMean(symbol, symbols)}`);
  return 0;
}

/**
 * Formulas after their text has been read: plain data that survives JSON, and closures over numbers made of it. Nothing is evaluated that is
 * not listed here, and no name leads anywhere but to a value. Runs without the parser.
 */
import { exp, log, pow } from '../core/math.ts';

/** A number, a name, or what is done to parts. */
export type Expression = number | string | Operation;

/** An operator, a function, `?:` or `negative`, and its arguments. */
export interface Operation {
  readonly what: string;
  readonly parts: readonly Expression[];
}

/** A formula as a function of the values of its names, in the order of their list. */
export type Evaluator = (values: ArrayLike<number>) => number;

/** Functions, with the number of arguments that each takes. */
export const FUNCTIONS: Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly of: (values: readonly number[]) => number }>
> = {
  min: { least: 1, most: 20, of: (values) => Math.min(...values) },
  max: { least: 1, most: 20, of: (values) => Math.max(...values) },
  sqrt: { least: 1, most: 1, of: ([x = 0]) => Math.sqrt(x) },
  exp: { least: 1, most: 1, of: ([x = 0]) => exp(x) },
  log: { least: 1, most: 1, of: ([x = 0]) => log(x) },
  abs: { least: 1, most: 1, of: ([x = 0]) => Math.abs(x) },
};

/** Operators between two terms. */
export const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': pow,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};

/** The same expression as closures. @throws Error for one that no compiler has made. */
export function evaluator(expression: Expression, names: readonly string[]): Evaluator {
  if (typeof expression === 'number') return () => expression;
  if (typeof expression === 'string') {
    const place = names.indexOf(expression);
    if (place < 0) throw new Error(`formula: found the name ${expression}, want ${names.join(', ')}`);
    return (values) => values[place] ?? NaN;
  }
  const { what } = expression;
  const parts = expression.parts.map((part) => evaluator(part, names));
  const [a, b, c] = parts;
  if (Object.hasOwn(FUNCTIONS, what)) {
    const known = FUNCTIONS[what];
    if (known !== undefined) return (values) => known.of(parts.map((part) => part(values)));
  }
  if (a !== undefined && what === 'negative') return (values) => -a(values);
  if (a !== undefined && b !== undefined && c !== undefined && what === '?:') return (values) => (a(values) === 0 ? c(values) : b(values));
  const apply = Object.hasOwn(OPERATORS, what) ? OPERATORS[what] : undefined;
  if (apply === undefined || a === undefined || b === undefined) throw new Error(`formula: found ${what}, want what a formula may do`);
  return (values) => apply(a(values), b(values));
}

/** Whether a name stands anywhere in an expression. */
export function mentions(expression: Expression, name: string): boolean {
  if (typeof expression === 'number') return false;
  if (typeof expression === 'string') return expression === name;
  return expression.parts.some((part) => mentions(part, name));
}

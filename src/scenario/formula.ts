/**
 * Margin rates as formulas in `notional`. The text goes through mathjs' parser; its tree is then compiled, node by node, into closures
 * over numbers. Only what is listed here is understood: nothing is evaluated by mathjs, and no name leads anywhere else.
 */
import { parse } from 'mathjs/number';
import type { MathNode } from 'mathjs';
import { exp, log, pow } from '../core/math.ts';
import type { Formula, RateStep } from './context.ts';
import { listed } from './fields.ts';
import { didYouMean } from './problem.ts';
import { readFraction, toNumber } from './quantity.ts';

/** Longest formula, in characters. */
export const MAX_LENGTH = 500;
/** Most nodes of its tree, and its deepest nesting. */
const MAX_NODES = 200;
const MAX_DEPTH = 30;

/** Notionals, in quote units, between which a formula is sampled, and knots per doubling. */
const FIRST_KNOT = 1;
const LAST_KNOT = 1e12;
const KNOTS_PER_DOUBLING = 8;

type Compiled = (notional: number) => number;

/** What is wrong with a formula, and at which of its characters (from 0). */
export class FormulaError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'FormulaError';
    this.at = at;
  }
}

/**
 * A rate formula as marginal rates between geometric knots. The requirement rate(n) × n is met exactly at every knot and by its chord in
 * between: at 8 knots a doubling, within 0.1 % of a smooth power law, and of the slope's jump × 1/44 at a kink.
 */
export function compileFormula(text: string): Formula | { readonly message: string; readonly at: number } {
  let rate: Compiled;
  try {
    rate = readFormula(text);
  } catch (error) {
    if (error instanceof FormulaError) return { message: error.message, at: error.at };
    throw error;
  }
  const formula = sampled(rate);
  return formula.steps.length === 0 ? { message: formula.fault?.message ?? 'found no rate', at: 0 } : formula;
}

/** A formula as a function of the notional. @throws FormulaError */
export function readFormula(text: string): Compiled {
  if (text.length > MAX_LENGTH) throw new FormulaError(`found a formula of ${text.length} characters, want at most ${MAX_LENGTH}`, 0);
  const { bare, origin } = withoutPercent(text);
  let tree: MathNode;
  try {
    tree = parse(bare);
  } catch (error) {
    const char = (error as { readonly char?: number }).char ?? 1;
    const reason = error instanceof Error ? error.message.replace(/\s*\(char \d+\)$/, '') : 'unknown reason';
    throw new FormulaError(`not readable as a formula: ${reason}`, origin[Math.min(char - 1, origin.length - 1)] ?? 0);
  }
  return compiler(text).compile(tree, 0);
}

/** `0.5%` becomes `0.005`; mathjs would take a per cent after + or − for a share of what stands before it. */
function withoutPercent(text: string): { readonly bare: string; readonly origin: readonly number[] } {
  let bare = '';
  const origin: number[] = [];
  const append = (piece: string, from: number, moves: boolean): void => {
    for (let k = 0; k < piece.length; k++) origin.push(moves ? from + k : from);
    bare += piece;
  };
  let last = 0;
  for (const match of text.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?\s*%(?!\s*[\w.(])/gi)) {
    append(text.slice(last, match.index), last, true);
    const fraction = readFraction(match[0].replaceAll(/\s/g, ''));
    append(fraction === null ? match[0] : String(toNumber(fraction)), match.index, false);
    last = match.index + match[0].length;
  }
  append(text.slice(last), last, true);
  origin.push(text.length);
  return { bare, origin };
}

const FUNCTIONS: Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly of: (values: readonly number[]) => number }>
> = {
  min: { least: 1, most: 20, of: (values) => Math.min(...values) },
  max: { least: 1, most: 20, of: (values) => Math.max(...values) },
  sqrt: { least: 1, most: 1, of: ([x = 0]) => Math.sqrt(x) },
  exp: { least: 1, most: 1, of: ([x = 0]) => exp(x) },
  log: { least: 1, most: 1, of: ([x = 0]) => log(x) },
  abs: { least: 1, most: 1, of: ([x = 0]) => Math.abs(x) },
};

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
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

const NAMES: readonly string[] = ['notional', ...Object.keys(FUNCTIONS)];

function compiler(text: string): { readonly compile: (node: MathNode, depth: number) => Compiled } {
  let nodes = 0;
  const refuse = (what: string, token: string, want: string): never => {
    throw new FormulaError(`found ${what}, want ${want}`, Math.max(0, text.indexOf(token)));
  };
  const compile = (node: MathNode, depth: number): Compiled => {
    if (++nodes > MAX_NODES) throw new FormulaError(`found more than ${MAX_NODES} terms, want fewer`, 0);
    if (depth > MAX_DEPTH) throw new FormulaError(`found more than ${MAX_DEPTH} levels of nesting, want fewer`, 0);
    const kind: string = node.type;
    // A switch on the node's own class: the parser makes plain nodes only, and anything else is refused below.
    switch (node.type) {
      case 'ConstantNode': {
        const { value } = node as unknown as { readonly value: unknown };
        if (typeof value !== 'number' || !Number.isFinite(value))
          return refuse(
            value === undefined ? 'an empty formula' : typeof value === 'number' ? String(value) : JSON.stringify(value),
            '',
            'a finite number',
          );
        return () => value;
      }
      case 'SymbolNode': {
        const { name } = node as unknown as { readonly name: string };
        if (name === 'notional') return (notional) => notional;
        return refuse(`the name ${name}`, name, `${listed(NAMES)}${didYouMean(name, NAMES)}`);
      }
      case 'ParenthesisNode':
        return compile((node as unknown as { readonly content: MathNode }).content, depth + 1);
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as unknown as Readonly<Record<'condition' | 'trueExpr' | 'falseExpr', MathNode>>;
        const test = compile(condition, depth + 1);
        const then = compile(trueExpr, depth + 1);
        const otherwise = compile(falseExpr, depth + 1);
        return (notional) => (test(notional) === 0 ? otherwise(notional) : then(notional));
      }
      case 'OperatorNode': {
        const { op, args, implicit } = node as unknown as {
          readonly op: string;
          readonly args: readonly MathNode[];
          readonly implicit: boolean;
        };
        if (implicit) throw new FormulaError('found two terms side by side, want an operator between them', 0);
        const values = args.map((arg) => compile(arg, depth + 1));
        const [a, b] = values;
        if (values.length === 1 && a !== undefined && (op === '-' || op === '+')) return op === '-' ? (notional) => -a(notional) : a;
        const apply = Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
        if (apply === undefined || a === undefined || b === undefined || values.length !== 2) {
          return refuse(`the operator ${op}`, op, listed([...Object.keys(OPERATORS), '? :']));
        }
        return (notional) => apply(a(notional), b(notional));
      }
      case 'FunctionNode': {
        const { fn, args } = node as unknown as {
          readonly fn: { readonly type: string; readonly name?: string };
          readonly args: readonly MathNode[];
        };
        const name = fn.type === 'SymbolNode' ? (fn.name ?? '') : '';
        const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
        if (known === undefined)
          return refuse(`the function ${name}`, name, `${listed(Object.keys(FUNCTIONS))}${didYouMean(name, Object.keys(FUNCTIONS))}`);
        if (args.length < known.least || args.length > known.most) {
          return refuse(
            `${name} with ${args.length} arguments`,
            name,
            known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`,
          );
        }
        const values = args.map((arg) => compile(arg, depth + 1));
        return (notional) => known.of(values.map((value) => value(notional)));
      }
      default:
        throw new FormulaError(`found ${KINDS[kind] ?? 'something else'}, want numbers, notional, operators and functions`, 0);
    }
  };
  return { compile };
}

const KINDS: Readonly<Record<string, string>> = {
  AssignmentNode: 'an assignment',
  FunctionAssignmentNode: 'the definition of a function',
  BlockNode: 'more than one expression',
  ArrayNode: 'a list',
  AccessorNode: 'a property',
  IndexNode: 'an index',
  ObjectNode: 'an object',
  RangeNode: 'a range',
  RelationalNode: 'a chain of comparisons',
};

/** Knots up to the first notional at which the formula is no margin rate; that is kept as its fault. */
function sampled(rate: Compiled): Formula {
  const steps: RateStep[] = [];
  const growth = exp(log(2) / KNOTS_PER_DOUBLING);
  let from = 0;
  let required = 0;
  for (let notional = FIRST_KNOT; notional <= LAST_KNOT; notional *= growth) {
    const value = rate(notional);
    const fault = (message: string): Formula => ({
      steps,
      fault: { notional: from === 0 ? 0 : notional, message: `${message} at a notional of ${Number(notional.toPrecision(4))}` },
    });
    if (!(value > 0 && value < 1))
      return fault(
        `found a rate of ${Number.isFinite(value) ? Number(value.toPrecision(4)) : String(value)}, want more than 0 and less than 1,`,
      );
    const marginal = (value * notional - required) / (notional - from);
    if (marginal < 0) return fault('found a requirement that falls as the notional grows, want one that does not,');
    if (marginal >= 1) return fault('found a requirement that grows faster than the notional, want a slope below 1,');
    // Equal slopes are one tier: a constant rate is not three hundred of them.
    const last = steps.at(-1)?.rate ?? -1;
    if (Math.abs(marginal - last) > 1e-12 * last) steps.push({ from, rate: marginal });
    from = notional;
    required = value * notional;
  }
  return { steps, fault: null };
}

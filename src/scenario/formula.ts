/**
 * From the text of a formula to an expression. The text goes through mathjs' parser; its tree is then gone through, node by node. Only what
 * expression.ts lists and the names that are passed in are understood: nothing is evaluated by mathjs, and no name leads anywhere else.
 */
import { parse } from 'mathjs/number';
import type { MathNode } from 'mathjs';
import { FUNCTIONS, OPERATORS } from './expression.ts';
import type { Expression } from './expression.ts';
import { listed } from './fields.ts';
import { didYouMean } from './problem.ts';
import { readFraction, toNumber } from './quantity.ts';

/** Longest formula, in characters. */
export const MAX_LENGTH = 500;
/** Most nodes of its tree, and its deepest nesting. */
const MAX_NODES = 200;
const MAX_DEPTH = 30;

/** What is wrong with a formula, and at which of its characters (from 0). */
export class FormulaError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'FormulaError';
    this.at = at;
  }
}

/** A formula over a closed list of names as an expression, or what is wrong with it and at which of its characters (from 0). */
export function compileFormula(
  text: string,
  names: readonly string[],
): { readonly expression: Expression } | { readonly message: string; readonly at: number } {
  try {
    return { expression: readFormula(text, names) };
  } catch (error) {
    if (error instanceof FormulaError) return { message: error.message, at: error.at };
    throw error;
  }
}

/** A formula over a closed list of names. @throws FormulaError */
export function readFormula(text: string, names: readonly string[]): Expression {
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
  return compiler(text, names).compile(tree, 0);
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

function compiler(text: string, names: readonly string[]): { readonly compile: (node: MathNode, depth: number) => Expression } {
  const known = [...names, ...Object.keys(FUNCTIONS)];
  let nodes = 0;
  const refuse = (what: string, token: string, want: string): never => {
    throw new FormulaError(`found ${what}, want ${want}`, Math.max(0, text.indexOf(token)));
  };
  const compile = (node: MathNode, depth: number): Expression => {
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
        return value;
      }
      case 'SymbolNode': {
        const { name } = node as unknown as { readonly name: string };
        if (names.includes(name)) return name;
        return refuse(`the name ${name}`, name, `${listed(known)}${didYouMean(name, known)}`);
      }
      case 'ParenthesisNode':
        return compile((node as unknown as { readonly content: MathNode }).content, depth + 1);
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as unknown as Readonly<Record<'condition' | 'trueExpr' | 'falseExpr', MathNode>>;
        return { what: '?:', parts: [condition, trueExpr, falseExpr].map((part) => compile(part, depth + 1)) };
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
        if (values.length === 1 && a !== undefined && (op === '-' || op === '+')) return op === '-' ? { what: 'negative', parts: [a] } : a;
        if (!Object.hasOwn(OPERATORS, op) || a === undefined || b === undefined || values.length !== 2) {
          return refuse(`the operator ${op}`, op, listed([...Object.keys(OPERATORS), '? :']));
        }
        return { what: op, parts: [a, b] };
      }
      case 'FunctionNode': {
        const { fn, args } = node as unknown as {
          readonly fn: { readonly type: string; readonly name?: string };
          readonly args: readonly MathNode[];
        };
        const name = fn.type === 'SymbolNode' ? (fn.name ?? '') : '';
        const of = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
        if (of === undefined)
          return refuse(`the function ${name}`, name, `${listed(Object.keys(FUNCTIONS))}${didYouMean(name, Object.keys(FUNCTIONS))}`);
        if (args.length < of.least || args.length > of.most) {
          return refuse(`${name} with ${args.length} arguments`, name, of.least === of.most ? `${of.least}` : `${of.least} to ${of.most}`);
        }
        return { what: name, parts: args.map((arg) => compile(arg, depth + 1)) };
      }
      default:
        throw new FormulaError(`found ${KINDS[kind] ?? 'something else'}, want numbers, ${listed(names)}, operators and functions`, 0);
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

import type { Report } from './context.ts';
import type { Tree } from './document.ts';
import type { Expression } from './expression.ts';
import type { Problem } from './problem.ts';
import type { Scenario } from './schema.ts';

/** Turns a formula over a list of names into an expression, or says what is wrong with it and at which character (from 0). */
export type FormulaCompiler = (
  text: string,
  names: readonly string[],
) => { readonly expression: Expression } | { readonly message: string; readonly at: number };

/** How a file is read. */
export interface ParseOptions {
  /** The file as the user named it, for messages. */
  readonly path: string;
  /** `PATH=VALUE`, laid over the file. */
  readonly set?: readonly string[];
  /**
   * Text of a file named in this one, by its path relative to this one, or to the working directory when it was given with `set`;
   * throws an Error that says why it cannot (`does not exist`).
   */
  readonly read?: (path: string, from: 'file' | 'command-line') => string;
  /** Compiler of formulas; without it a formula is a problem. It is passed in because it brings a parser along that few files need. */
  readonly formula?: FormulaCompiler;
  /** What the caller asks of a scenario besides that it can be run; what does not hold is told like any other mistake. */
  readonly check?: (scenario: Scenario, report: Report) => void;
}

/** A file on its way: where its scenario stands, and what was found so far. */
export interface Job {
  readonly options: ParseOptions;
  readonly problems: Problem[];
  /** The scenario's tree. */
  readonly root: Tree;
  /** What stands before a scenario's keys in the file: `scenario`, or nothing. */
  readonly prefix: string;
  /** Folder of the scenario's own file, relative to this one: empty, or ending in a slash. */
  readonly folder: string;
}

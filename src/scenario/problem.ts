/** One mistake in what a user wrote: where, what was found, what is allowed. */
export interface Problem {
  /** As the user named it; `--set` for a value given on the command line. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** Key path from the root of the file, e.g. `scenario.traders[0].count`; empty for the file itself. */
  readonly path: string;
  /** E.g. `found -3, want a whole number ≥ 1`. */
  readonly message: string;
  /** The line of the file, for the caret. */
  readonly source: string;
}

/** A problem as the command line prints it: place, key, message, then the line with a caret under it. */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const head = problem.path === '' ? `${place}  ${problem.message}` : `${place}  ${problem.path}: ${problem.message}`;
  if (problem.source.trim() === '') return visible(head);
  const { text, column } = excerpt(problem.source, problem.column);
  return `${visible(head)}\n    ${visible(text)}\n    ${' '.repeat(column - 1)}^`;
}

/** Control characters of a hostile file replaced one for one: a terminal would obey them. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}

/** A line short enough for a terminal, and where the column is in it. */
function excerpt(source: string, column: number): { readonly text: string; readonly column: number } {
  const clean = source.replaceAll('\t', ' ').trimEnd();
  const width = 120;
  if (clean.length <= width) return { text: clean, column };
  const start = Math.max(0, Math.min(column - 1 - width / 2, clean.length - width));
  const text = (start > 0 ? '…' : '') + clean.slice(start, start + width) + (start + width < clean.length ? '…' : '');
  return { text, column: column - start + (start > 0 ? 1 : 0) };
}

/** Most problems that a message spells out. */
const SPELT_OUT = 100;

/** A file that cannot be run; `problems` holds every mistake found in it. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const more = problems.length - SPELT_OUT;
    const lines = problems.slice(0, SPELT_OUT).map(formatProblem);
    super([...lines, ...(more > 0 ? [`and ${more} more ${more === 1 ? 'problem' : 'problems'}`] : [])].join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** `; did you mean "x"?` for the candidate nearest to a misspelt word, or nothing when none is near: one that shares no letter never is. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least && distance < Math.max(word.length, candidate.length)) {
      least = distance;
      best = candidate;
    }
  }
  return best === null ? '' : `; did you mean "${best}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other; stops counting at `limit`. */
export function editDistance(from: string, to: string, limit = Infinity): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { Problem } from './problem.ts';

/** Where a piece of YAML came from: a file, or a value given with `--set`. */
export interface Source {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Where a node stands in its source; line and column from 1. */
export interface Place {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** A YAML file as a tree of texts: scalars keep the digits that the user wrote, and every node knows its place. */
export type Tree =
  /** `text` is what the user wrote, without quotes. `note`: the comment after it. */
  | { readonly kind: 'scalar'; readonly text: string; readonly place: Place; readonly note: string | null }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly place: Place; readonly note: string | null }
  | { readonly kind: 'map'; readonly entries: readonly Entry[]; readonly place: Place; readonly note: string | null };

/** One key of a map. */
export interface Entry {
  readonly key: string;
  readonly place: Place;
  readonly value: Tree;
}

/** Largest file that is read, in characters. */
export const MAX_FILE = 1_000_000;
/** Most nodes of a file, aliases counted where they are used. */
export const MAX_NODES = 200_000;
/** Deepest nesting. */
const MAX_DEPTH = 40;

/** Reads YAML into a tree, or says everything that is wrong with it as YAML. `prefix` stands before the text on its first line. */
export function readTree(
  text: string,
  name: string,
  prefix = '',
): { readonly tree: Tree; readonly source: Source } | { readonly problems: Problem[] } {
  const source: Source = { name, lines: (prefix + text.slice(0, MAX_FILE)).split(/\r?\n/) };
  const problems: Problem[] = [];
  const report = (line: number, column: number, message: string): void => {
    problems.push({ file: name, line, column, path: '', message, source: source.lines[line - 1] ?? '' });
  };
  if (text.length > MAX_FILE) {
    report(1, 1, `found a file of ${text.length} characters, want at most ${MAX_FILE}`);
    return { problems };
  }
  const lineCounter = new LineCounter();
  const position = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) + (line <= 1 ? prefix.length : 0) };
  };
  // The failsafe schema makes every scalar a text: numbers are read later, from their digits.
  const document = parseDocument(text, { lineCounter, schema: 'failsafe', prettyErrors: false, uniqueKeys: false, merge: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, column } = position(error.pos[0]);
    const several = error.code === 'MULTIPLE_DOCS';
    report(line, column, several ? 'found a second document, want one' : `not readable as YAML: ${firstSentence(error.message)}`);
  }
  if (problems.length > 0) return { problems };
  if (document.contents === null) {
    report(1, 1, 'found an empty file, want a map of keys');
    return { problems };
  }

  let nodes = 0;
  const placeOf = (node: Node): Place => {
    return { source, ...position(node.range?.[0] ?? 0) };
  };
  const convert = (node: unknown, fallback: Place, depth: number): Tree => {
    if (++nodes > MAX_NODES) throw new Excess(fallback, `found more than ${MAX_NODES} values, want fewer`);
    if (depth > MAX_DEPTH) throw new Excess(fallback, `found more than ${MAX_DEPTH} levels of nesting, want fewer`);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) throw new Excess(placeOf(node), `found *${node.source}, want an anchor that stands before it`);
      return convert(target, placeOf(node), depth + 1);
    }
    if (isScalar(node)) {
      const place = placeOf(node);
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str')
        throw new Excess(place, `found the tag ${node.tag}, want a value without a tag`);
      return { kind: 'scalar', text: typeof node.value === 'string' ? node.value : '', place, note: node.comment?.trim() ?? null };
    }
    if (isSeq(node)) {
      const place = placeOf(node);
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:seq')
        throw new Excess(place, `found the tag ${node.tag}, want a value without a tag`);
      return { kind: 'list', items: node.items.map((item) => convert(item, place, depth + 1)), place, note: node.comment?.trim() ?? null };
    }
    if (isMap(node)) {
      const place = placeOf(node);
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:map')
        throw new Excess(place, `found the tag ${node.tag}, want a value without a tag`);
      const seen = new Set<string>();
      const entries = node.items.map((pair): Entry => {
        if (!isScalar(pair.key)) throw new Excess(place, 'found a key that is not a word, want a word');
        const at = placeOf(pair.key);
        const key = String(pair.key.value);
        if (seen.has(key)) report(at.line, at.column, `found the key "${key}" again, want each key once`);
        seen.add(key);
        return { key, place: at, value: noted(convert(pair.value, at, depth + 1), at) };
      });
      return { kind: 'map', entries, place, note: node.comment?.trim() ?? null };
    }
    // A key with nothing after it.
    return { kind: 'scalar', text: '', place: fallback, note: null };
  };
  try {
    const tree = convert(document.contents, { source, line: 1, column: 1 + prefix.length }, 0);
    return problems.length > 0 ? { problems } : { tree, source };
  } catch (error) {
    if (!(error instanceof Excess)) throw error;
    report(error.place.line, error.place.column, error.message);
    return { problems };
  }
}

/** A block's own comment stands on the line of its key, before its first line. */
function noted(tree: Tree, key: Place): Tree {
  if (tree.kind === 'scalar' || tree.note !== null || tree.place.line === key.line) return tree;
  const note = /^[^:#]*:\s+#(.*)$/.exec((key.source.lines[key.line - 1] ?? '').slice(key.column - 1))?.[1]?.trim();
  return note === undefined || tree.place.source !== key.source ? tree : { ...tree, note };
}

class Excess extends Error {
  readonly place: Place;
  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+.*$/, '').replace(/:$/, '');
}

/** The plain value of a tree: texts, lists and maps without a prototype's keys. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.text;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries(tree.entries.map((entry) => [entry.key, plain(entry.value)]));
}

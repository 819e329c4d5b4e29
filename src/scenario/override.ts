import { readTree } from './document.ts';
import type { Entry, Place, Tree } from './document.ts';
import { problemAt } from './locate.ts';
import { readPath } from './path.ts';
import type { Segment } from './path.ts';
import type { Problem } from './problem.ts';

/** Lays `--set PATH=VALUE` over a file's tree; values keep their place on the command line. */
export function applyOverrides(tree: Tree, overrides: readonly string[]): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  // What is no map of keys is refused as such: nothing can be laid over it.
  if (tree.kind !== 'map') return { tree, problems };
  let result: Tree = tree;
  for (const override of overrides) {
    const place: Place = { source: { name: '--set', lines: [override] }, line: 1, column: 1 };
    const split = /^((?:[^=[\]]|\[[^\]]*\])+)=(.*)$/s.exec(override);
    if (split === null) {
      problems.push(problemAt(place, '', `found "${override}", want PATH=VALUE`));
      continue;
    }
    const [, path = '', value = ''] = split;
    if (value.trim() === '') {
      problems.push(problemAt({ ...place, column: path.length + 2 }, path, 'found nothing, want a value after ='));
      continue;
    }
    const read = readTree(value, '--set', `${path}=`);
    if ('problems' in read) {
      problems.push(...read.problems.map((problem) => ({ ...problem, path })));
      continue;
    }
    const segments = segmentsOf(path.trim(), result);
    if (typeof segments === 'string') {
      problems.push(problemAt(place, path, segments));
      continue;
    }
    const next = setIn(result, segments, read.tree, place);
    if (typeof next === 'string') problems.push(problemAt(place, path, next));
    else result = next;
  }
  return { tree: result, problems };
}

/** The segments of a path from the root of a file. What stands under `vary` and `uncertain` is one key with dots in it. */
function segmentsOf(path: string, root: Tree): readonly Segment[] | string {
  const section = /^(vary|uncertain)\.(.+)$/.exec(path);
  if (section === null) return readPath(path);
  const [, name = '', rest = ''] = section;
  const map = root.kind === 'map' ? root.entries.find((entry) => entry.key === name)?.value : undefined;
  const keys = map?.kind === 'map' ? map.entries.map((entry) => entry.key) : [];
  const known = keys
    .filter((key) => rest === key || rest.startsWith(`${key}.`) || rest.startsWith(`${key}[`))
    .sort((a, b) => b.length - a.length)[0];
  const head: Segment[] = [
    { kind: 'key', key: name },
    { kind: 'key', key: known ?? rest },
  ];
  if (known === undefined || known === rest) return head;
  const tail = readPath(`root${rest.slice(known.length)}`);
  return typeof tail === 'string' ? tail : [...head, ...tail.slice(1)];
}

function setIn(tree: Tree, segments: readonly Segment[], value: Tree, place: Place): Tree | string {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (segment.kind === 'key') {
    const map = tree.kind === 'map' ? tree : { kind: 'map' as const, entries: [], place, note: null };
    const old = map.entries.find((entry) => entry.key === segment.key);
    const next = setIn(old?.value ?? { kind: 'map', entries: [], place, note: null }, rest, value, place);
    if (typeof next === 'string') return next;
    const entry: Entry = { key: segment.key, place: old?.place ?? place, value: next };
    return { ...map, entries: old === undefined ? [...map.entries, entry] : map.entries.map((one) => (one === old ? entry : one)) };
  }
  const items = tree.kind === 'list' ? tree.items : [];
  const wanted = segment.kind === 'index' ? segment.index : items.findIndex((item) => nameOf(item) === segment.name);
  const old = items[wanted];
  if (old === undefined) {
    const names = items.map(nameOf).filter((name) => name !== null);
    const has =
      tree.kind === 'list'
        ? `the list has ${items.length} members${names.length > 0 ? `: ${names.join(', ')}` : ''}`
        : 'this is not a list';
    return `[${segment.kind === 'index' ? segment.index : segment.name}] names nothing: ${has}`;
  }
  const next = setIn(old, rest, value, place);
  return typeof next === 'string' || tree.kind !== 'list' ? next : { ...tree, items: items.map((item, k) => (k === wanted ? next : item)) };
}

function nameOf(tree: Tree): string | null {
  if (tree.kind !== 'map') return null;
  const value = tree.entries.find((entry) => entry.key === 'name' || entry.key === 'symbol')?.value;
  return value?.kind === 'scalar' ? value.text : null;
}

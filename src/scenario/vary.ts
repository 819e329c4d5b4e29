import { plain } from './document.ts';
import type { Entry, Tree } from './document.ts';
import type { PointValue, Uncertain, Varied } from './experiment.ts';
import { flag } from './fields.ts';
import { findings, found, knownKeys, placed, problemAt } from './locate.ts';
import { follow, formatSteps, isRecord, readPath, unknownKey, valueAt, withValue } from './path.ts';
import type { Steps } from './path.ts';
import type { Problem } from './problem.ts';
import { scenarioSchema } from './schema.ts';
import type { Scenario } from './schema.ts';

/** Most combinations of a sweep. */
export const MAX_POINTS = 10_000;

type Sections = Partial<Scenario> | null;

/** Reads `vary`: each path found in the scenario, each value read by the schema of its place. */
export function readVary(
  tree: Tree | undefined,
  sections: Sections,
  root: Tree | null,
  problems: Problem[],
): (Varied & { readonly trees: readonly Tree[] })[] {
  const varied: (Varied & { readonly trees: readonly Tree[] })[] = [];
  let points = 1;
  for (const entry of entriesOf(tree, 'vary', problems)) {
    const prefix = `vary.${entry.key}`;
    const list = entry.value;
    if (list.kind !== 'list' || list.items.length === 0) {
      problems.push(
        problemAt(list.place, prefix, `found ${list.kind === 'list' ? 'an empty list' : found(list)}, want a list of at least one value`),
      );
      pathIn(entry, prefix, sections, root, problems);
      continue;
    }
    const steps = pathIn(entry, prefix, sections, root, problems);
    if (steps === null) continue;
    const clash = varied.find((other) => overlap(other.steps, steps));
    if (clash !== undefined) {
      problems.push(problemAt(entry.place, prefix, `found a path that meets ${clash.path}, want paths that do not overlap`));
      continue;
    }
    const values: PointValue[] = [];
    const seen = new Map<string, number>();
    let sound = true;
    for (const [k, item] of list.items.entries()) {
      const value = valueIn(item, steps, `${prefix}[${k}]`, entry, sections, root, problems);
      if (value === undefined) {
        sound = false;
        continue;
      }
      const key = JSON.stringify(value);
      const before = seen.get(key);
      if (before !== undefined)
        problems.push(problemAt(item.place, `${prefix}[${k}]`, `found ${found(item)} again (as in [${before}]), want each value once`));
      seen.set(key, k);
      values.push(value as PointValue);
    }
    if (!sound) continue;
    points *= values.length;
    varied.push({ path: entry.key, steps, values, labels: labelsOf(list.items), trees: list.items });
  }
  if (points > MAX_POINTS && tree !== undefined) {
    problems.push(problemAt(tree.place, 'vary', `found ${points} combinations, want at most ${MAX_POINTS}`));
    return [];
  }
  return varied;
}

const logFlag = flag();

/** Reads `uncertain`: ranges of numbers, both ends read by the schema of their place. */
export function readUncertain(
  tree: Tree | undefined,
  sections: Sections,
  root: Tree | null,
  problems: Problem[],
  vary: readonly Varied[],
): (Uncertain & { readonly tree: Tree })[] {
  const uncertain: (Uncertain & { readonly tree: Tree })[] = [];
  for (const entry of entriesOf(tree, 'uncertain', problems)) {
    const prefix = `uncertain.${entry.key}`;
    const range = entry.value;
    const steps = pathIn(entry, prefix, sections, root, problems);
    if (range.kind !== 'map') {
      problems.push(problemAt(range.place, prefix, `found ${found(range)}, want a range such as { from: 5s, to: 120s, log: true }`));
      continue;
    }
    const keys = new Map(range.entries.map((one) => [one.key, one]));
    for (const one of range.entries) {
      if (!['from', 'to', 'log'].includes(one.key))
        problems.push(problemAt(one.place, `${prefix}.${one.key}`, unknownKey(one.key, prefix, ['from', 'to', 'log'])));
    }
    const log = keys.get('log');
    const logarithmic = log === undefined ? false : logFlag.safeParse(plain(log.value)).data;
    if (logarithmic === undefined && log !== undefined)
      problems.push(problemAt(log.value.place, `${prefix}.log`, `found ${found(log.value)}, want true or false`));
    let drawable = true;
    const ends = (['from', 'to'] as const).map((key) => {
      const end = keys.get(key);
      if (end === undefined) {
        const misspelt = range.entries.some((one) => unknownKey(one.key, prefix, ['from', 'to', 'log']).includes(`"${key}"?`));
        if (!misspelt)
          problems.push(problemAt(range.place, `${prefix}.${key}`, `missing, want the ${key === 'from' ? 'smallest' : 'largest'} value`));
        return undefined;
      }
      if (steps === null || !drawable) return undefined;
      const value = valueIn(end.value, steps, `${prefix}.${key}`, entry, sections, root, problems);
      if (value === undefined || typeof value === 'number') return value;
      drawable = false;
      problems.push(problemAt(end.value.place, `${prefix}.${key}`, `found ${found(end.value)}, want a number that can be drawn`));
      return undefined;
    });
    const [from, to] = ends;
    if (steps === null || from === undefined || to === undefined || logarithmic === undefined) continue;
    const place = keys.get('to')?.value.place ?? range.place;
    if (from >= to) {
      problems.push(problemAt(place, `${prefix}.to`, `found ${to}, want more than the ${from} of from`));
      continue;
    }
    if (logarithmic && from <= 0) {
      problems.push(
        problemAt(
          keys.get('from')?.value.place ?? range.place,
          `${prefix}.from`,
          `found ${from}, want more than 0 for a logarithmic range`,
        ),
      );
      continue;
    }
    const clash = [...vary, ...uncertain].find((other) => overlap(other.steps, steps));
    if (clash !== undefined) {
      problems.push(problemAt(entry.place, prefix, `found a path that meets ${clash.path}, want each key varied or uncertain, once`));
      continue;
    }
    const whole = !accepts(sections, steps, from + (to - from) * 0.123_456_7);
    uncertain.push({ path: entry.key, steps, from, to, log: logarithmic, whole, tree: range });
  }
  return uncertain;
}

function entriesOf(tree: Tree | undefined, name: string, problems: Problem[]): readonly Entry[] {
  if (tree === undefined) return [];
  if (tree.kind === 'map') return tree.entries;
  problems.push(problemAt(tree.place, name, `found ${found(tree)}, want a map from key paths to values`));
  return [];
}

/** Where a path leads, or a problem at the path itself. */
function pathIn(entry: Entry, prefix: string, sections: Sections, root: Tree | null, problems: Problem[]): Steps | null {
  const fail = (message: string): null => {
    problems.push(problemAt(entry.place, prefix, message));
    return null;
  };
  const segments = readPath(entry.key);
  if (typeof segments === 'string') return fail(segments);
  const [first] = segments;
  const known = Object.keys(scenarioSchema.shape);
  if (entry.key.startsWith('scenario.'))
    return fail(`found "${entry.key}", want a path that starts at the scenario: ${entry.key.slice(9)}`);
  if (first?.kind !== 'key' || !known.includes(first.key))
    return fail(unknownKey(first?.kind === 'key' ? first.key : '', 'the scenario', known));
  // A section with mistakes in it has no defaults to walk through: its own text must do.
  const whole = sections !== null && Object.hasOwn(sections, first.key);
  const base = whole ? sections : root === null ? null : plain(root);
  if (!isRecord(base) || !Object.hasOwn(base, first.key)) return null;
  const steps = follow(base, segments);
  return typeof steps === 'string' ? (whole ? fail(steps) : null) : steps;
}

/** A value read by the schema of its place, or undefined and a problem. */
function valueIn(
  item: Tree,
  steps: Steps,
  prefix: string,
  entry: Entry,
  sections: Sections,
  root: Tree | null,
  problems: Problem[],
): unknown {
  const section = String(steps[0]);
  const base = sections !== null && Object.hasOwn(sections, section) ? sections : root === null ? {} : plain(root);
  const changed = withValue(base, steps, plain(item));
  const input = (changed as Record<string, unknown>)[section];
  const schema = scenarioSchema.shape[section as keyof Scenario];
  const result = schema.safeParse(input, { error: knownKeys });
  if (result.success) return valueAt({ [section]: result.data }, steps);
  const whole = base === sections;
  for (const finding of findings(result.error.issues, input, [section])) {
    const full = finding.key === undefined ? finding.steps : [...finding.steps, finding.key];
    const inside = steps.every((step, k) => full[k] === step);
    if (inside && !(finding.key !== undefined && full.length === steps.length)) {
      problems.push(placed({ ...finding, steps: finding.steps.slice(steps.length) }, item, prefix));
    } else if (inside) {
      // The path's own last key is what the schema does not know.
      problems.push(problemAt(entry.place, prefix.replace(/\[\d+\]$|\.(from|to)$/, ''), finding.message('')));
    } else if (whole) {
      problems.push(problemAt(item.place, prefix, `${formatSteps(finding.steps)}: ${finding.message('this')}`));
    }
  }
  // In a section with mistakes of its own the value cannot be read; those are told already.
  return undefined;
}

function accepts(sections: Sections, steps: Steps, value: number): boolean {
  const section = String(steps[0]);
  // Of a section with mistakes of its own nothing more is said.
  if (sections === null || !Object.hasOwn(sections, section)) return true;
  const changed = withValue(sections, steps, value) as Record<string, unknown>;
  return scenarioSchema.shape[section as keyof Scenario].safeParse(changed[section]).success;
}

function overlap(a: Steps, b: Steps): boolean {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** What to call the values of a key: each as the file has it, of maps only what tells them apart, of lists of one or none what is in them. */
function labelsOf(items: readonly Tree[]): readonly string[] {
  const whole = items.map(labelOf);
  const maps = items.filter((item) => item.kind === 'map').map(leavesOf);
  const single = items.every((item) => item.kind === 'list' && item.items.length <= 1);
  const short = items.map((item, k) => {
    const [inner] = single && item.kind === 'list' ? item.items : [item];
    if (inner === undefined) return 'none';
    if (inner.kind !== 'map') return inner === item ? (whole[k] ?? '') : labelOf(inner);
    return toldApart(leavesOf(inner), inner === item ? maps : []);
  });
  return new Set(short).size === items.length && !short.includes('') ? short : whole;
}

/** What tells one map from the others: its name or kind where each has another, else the keys in which not all agree. */
function toldApart(own: ReadonlyMap<string, string>, maps: readonly ReadonlyMap<string, string>[]): string {
  for (const key of ['name', 'kind']) {
    const word = own.get(key);
    if (word !== undefined && new Set(maps.map((leaves) => leaves.get(key))).size === maps.length) return word;
  }
  const told = [...own].flatMap(([path, text]) => {
    if (maps.length > 1 && maps.every((leaves) => leaves.get(path) === text)) return [];
    const [section = '', ...inside] = path.split('.');
    // A section that no other has needs no details.
    const holders = maps.filter((leaves) => [...leaves.keys()].some((one) => one.startsWith(`${section}.`)));
    if (inside.length > 0 && maps.length > 1 && holders.length === 1) return [section];
    return [path === 'kind' ? text : `${path} ${text}`];
  });
  return [...new Set(told)].join(', ');
}

/** The values inside a map by their path, as the file has them. */
function leavesOf(tree: Tree): ReadonlyMap<string, string> {
  if (tree.kind !== 'map') return new Map([['', labelOf(tree)]]);
  return new Map(
    tree.entries.flatMap(({ key, value }) =>
      [...leavesOf(value)].map(([path, text]): [string, string] => [path === '' ? key : `${key}.${path}`, text]),
    ),
  );
}

/** A value as the file has it, on one line. */
function labelOf(tree: Tree): string {
  if (tree.kind === 'scalar') return tree.text;
  if (tree.kind === 'list') return `[${tree.items.map(labelOf).join(', ')}]`;
  return `{ ${tree.entries.map((entry) => `${entry.key}: ${labelOf(entry.value)}`).join(', ')} }`;
}

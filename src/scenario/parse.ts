/** From the text of a file to an experiment, or to every problem that the text has. */
import type { z } from 'zod';
import type { Report } from './context.ts';
import { readBars } from './csv.ts';
import type { Bars } from './csv.ts';
import { plain, readTree } from './document.ts';
import type { Entry, Tree } from './document.ts';
import type { Expression } from './expression.ts';
import { gridOf, scenarioAt } from './experiment.ts';
import type { Experiment, Note, Uncertain, Varied } from './experiment.ts';
import type { FormulaCompiler, Job, ParseOptions } from './job.ts';
import { thresholdOf } from './ladder.ts';
import { findings, found, joined, knownKeys, nodeAt, placed, problemAt } from './locate.ts';
import { applyOverrides } from './override.ts';
import { formatSteps, unknownKey } from './path.ts';
import type { Steps } from './path.ts';
import type { Problem } from './problem.ts';
import { moveFormulas } from './curve.ts';
import { RATE_NAMES, ratesOf } from './rates.ts';
import { strangeAnswers } from './record.ts';
import { resolveScenario } from './resolve.ts';
import { experimentSchema, NAME, scenarioSchema } from './schema.ts';
import type { Scenario } from './schema.ts';
import { checkPoints } from './sweep.ts';
import { readUncertain, readVary } from './vary.ts';

export type { FormulaCompiler, ParseOptions } from './job.ts';

/** A file that can be run, or all that is wrong with it. */
export type Parsed = { readonly experiment: Experiment } | { readonly problems: readonly Problem[] };

/** Reads an experiment; a plain scenario is an experiment of one point and one replication. */
export function parseExperiment(text: string, options: ParseOptions): Parsed {
  const read = readTree(text, options.path);
  if ('problems' in read) return read;
  const { tree, problems } = applyOverrides(read.tree, options.set ?? []);
  return isScenario(tree) ? fromScenario(tree, problems, options) : fromExperiment(tree, problems, options);
}

/** Reads a scenario: the scenario itself, and the experiment of one point and one replication that runs it. */
export function parseScenario(
  text: string,
  options: ParseOptions,
): { readonly scenario: Scenario; readonly experiment: Experiment } | { readonly problems: readonly Problem[] } {
  const read = readTree(text, options.path);
  if ('problems' in read) return read;
  const { tree, problems } = applyOverrides(read.tree, options.set ?? []);
  const parsed = fromScenario(tree, problems, options);
  return 'problems' in parsed ? parsed : { scenario: parsed.experiment.scenario, experiment: parsed.experiment };
}

/** A file with a scenario's sections at its root and none of an experiment's own keys. */
function isScenario(tree: Tree): boolean {
  if (tree.kind !== 'map') return false;
  const keys = tree.entries.map((entry) => entry.key);
  if (keys.some((key) => ['scenario', 'vary', 'uncertain', 'replications'].includes(key))) return false;
  return keys.some((key) => ['horizon', 'assets', 'market', 'traders', 'margin', 'liquidation'].includes(key));
}

function fromScenario(tree: Tree, before: readonly Problem[], options: ParseOptions): Parsed {
  const job: Job = { options, problems: [...before], root: tree, prefix: '', folder: '' };
  const sections = readSections(tree, job);
  const given = sections?.['name'];
  const name = typeof given === 'string' ? given : nameOfFile(options.path);
  return finish(job, sections, { name, question: '', answer: [], vary: [], uncertain: [], replications: 1, seed: 'marginfall' });
}

interface Frame {
  readonly name: string;
  readonly question: string;
  readonly answer: readonly string[];
  readonly vary: readonly (Varied & { readonly trees: readonly Tree[] })[];
  readonly uncertain: readonly (Uncertain & { readonly tree: Tree })[];
  readonly replications: number;
  readonly seed: string;
}

function fromExperiment(tree: Tree, before: readonly Problem[], options: ParseOptions): Parsed {
  const problems = [...before];
  if (tree.kind !== 'map') return { problems: [...problems, problemAt(tree.place, '', `found ${found(tree)}, want a map of keys`)] };
  const { shape } = experimentSchema;
  const known = Object.keys(shape);
  const entries = new Map(tree.entries.map((entry) => [entry.key, entry]));
  const strangers = tree.entries.filter((entry) => !known.includes(entry.key));
  for (const entry of strangers) {
    const moved = Object.hasOwn(scenarioSchema.shape, entry.key);
    const message = moved
      ? `unknown key "${entry.key}" in the experiment; did you mean "scenario.${entry.key}"?`
      : unknownKey(entry.key, 'the experiment', known);
    problems.push(problemAt(entry.place, entry.key, message));
  }

  const read = <T>(key: 'name' | 'question' | 'answer' | 'replications' | 'seed', schema: z.ZodType<T>): T | null => {
    const entry = entries.get(key);
    const result = schema.safeParse(entry === undefined ? undefined : plain(entry.value), { error: knownKeys });
    if (result.success) return result.data;
    if (entry === undefined && strangers.some((one) => unknownKey(one.key, '', known).includes(`"${key}"?`))) return null;
    for (const finding of findings(result.error.issues, entry === undefined ? undefined : plain(entry.value))) {
      problems.push(placed(finding, entry?.value ?? tree, key));
    }
    return null;
  };
  const name = read('name', shape.name) ?? '';
  const question = read('question', shape.question) ?? '';
  const replications = read('replications', shape.replications) ?? 1;
  const seed = read('seed', shape.seed) ?? '';

  const scenario = scenarioTree(entries.get('scenario'), tree, problems, strangers, known, options);
  const job: Job = { options, problems, root: scenario?.root ?? tree, prefix: scenario?.prefix ?? '', folder: scenario?.folder ?? '' };
  const sections = scenario === null ? null : readSections(scenario.root, job);
  const answer = read('answer', shape.answer) ?? [];
  if (sections !== null) problems.push(...strangeAnswers(answer, entries.get('answer')?.value, sections.probes ?? []));
  const vary = readVary(entries.get('vary')?.value, sections, scenario?.root ?? null, problems);
  const uncertain = readUncertain(entries.get('uncertain')?.value, sections, scenario?.root ?? null, problems, vary);
  return finish(job, sections, { name, question, answer, vary, uncertain, replications, seed });
}

/** The tree of an experiment's scenario: written in place, or in a file of its own. */
function scenarioTree(
  entry: Entry | undefined,
  root: Tree,
  problems: Problem[],
  strangers: readonly Entry[],
  known: readonly string[],
  options: ParseOptions,
): { readonly root: Tree; readonly prefix: string; readonly folder: string } | null {
  if (entry === undefined) {
    if (!strangers.some((one) => unknownKey(one.key, '', known).includes('"scenario"?'))) {
      problems.push(problemAt(root.place, 'scenario', 'missing, want a scenario, or the path of one'));
    }
    return null;
  }
  const { value } = entry;
  if (value.kind === 'map') return { root: value, prefix: 'scenario', folder: '' };
  if (value.kind === 'list' || value.text === '') {
    problems.push(problemAt(value.place, 'scenario', `found ${found(value)}, want a scenario, or the path of one`));
    return null;
  }
  const text = readNamed(value.text, value, 'scenario', problems, options);
  if (text === null) return null;
  const read = readTree(text, beside(options.path, value.text));
  if ('tree' in read) return { root: read.tree, prefix: '', folder: folderOf(value.text) };
  problems.push(...read.problems);
  return null;
}

function readNamed(name: string, node: Tree, path: string, problems: Problem[], options: ParseOptions, folder = ''): string | null {
  if (options.read === undefined) {
    problems.push(problemAt(node.place, path, `found the file ${name}, want no file here: files cannot be read in this place`));
    return null;
  }
  try {
    const { name: source } = node.place.source;
    if (source === '--set') return options.read(name, 'command-line');
    return options.read(source === options.path ? name : folder + name, 'file');
  } catch (error) {
    problems.push(problemAt(node.place, path, `found ${name}, which ${error instanceof Error ? error.message : 'cannot be read'}`));
    return null;
  }
}

/** A file's path beside another one, with forward slashes. */
export function beside(path: string, relative: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(relative) ? relative : folderOf(path) + relative;
}

function folderOf(path: string): string {
  return /^(.*[/\\])[^/\\]*$/.exec(path)?.[1] ?? '';
}

function nameOfFile(path: string): string {
  const stem = (path.split(/[/\\]/).at(-1) ?? '').replace(/\.[a-z0-9]+$/i, '').toLowerCase();
  const name = stem
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  return NAME.test(name) ? name : 'scenario';
}

/** Reads each section of a scenario on its own, so that a mistake in one hides none in another. Sections that failed are left out. */
function readSections(tree: Tree, job: Job): Partial<Scenario> | null {
  const { problems, prefix } = job;
  if (tree.kind !== 'map') {
    problems.push(problemAt(tree.place, prefix, `found ${found(tree)}, want a map of keys`));
    return null;
  }
  const { shape } = scenarioSchema;
  const known = Object.keys(shape);
  const sections: Record<string, unknown> = {};
  const strangers = tree.entries.filter((entry) => !known.includes(entry.key));
  for (const entry of strangers) {
    problems.push(problemAt(entry.place, joined(prefix, [entry.key]), unknownKey(entry.key, 'the scenario', known)));
  }
  for (const [key, schema] of Object.entries(shape)) {
    const entry = tree.entries.find((one) => one.key === key);
    const input = entry === undefined ? undefined : plain(entry.value);
    const result = schema.safeParse(input, { error: knownKeys });
    if (result.success) {
      if (result.data !== undefined) sections[key] = result.data;
      continue;
    }
    if (entry === undefined && strangers.some((one) => unknownKey(one.key, '', known).includes(`"${key}"?`))) continue;
    problems.push(...findings(result.error.issues, input, [key]).map((finding) => placed(finding, tree, prefix)));
  }
  return sections as Partial<Scenario>;
}

/** Everything that needs the whole: files, formulas, and every point of the sweep. */
function finish(job: Job, sections: Partial<Scenario> | null, frame: Frame): Parsed {
  const { problems } = job;
  if (sections === null) return { problems };
  const vary = frame.vary.map(({ path, steps, values, labels }): Varied => ({ path, steps, values, labels }));
  const uncertain = frame.uncertain.map(({ tree: _tree, ...rest }): Uncertain => rest);
  const points = gridOf(vary);
  const partial = { scenario: sections as Scenario, vary, uncertain };
  // With mistakes in it the file's own values are checked alone: what the sweep would change may not be there.
  const clean = problems.length === 0;
  const worlds = clean ? points.map((point) => scenarioAt(partial, point)) : [sections];
  const sources = readSources(worlds, job, frame);
  const formulas = readFormulas(worlds, job, frame);
  const thresholds = worlds.map((world) => (world.margin === undefined ? 0 : thresholdOf(world.margin)));
  for (const { steps, to } of uncertain) if (formatSteps(steps) === 'margin.threshold') thresholds.push(to);
  const seasonThreshold = Math.max(...thresholds);
  const context = { bars: sources, formulas, seasonThreshold };
  const report: Report = (steps, message) => {
    const { node } = nodeAt(job.root, steps);
    problems.push(problemAt(node.place, joined(job.prefix, steps), message));
  };
  if (clean && problems.length === 0) {
    checkPoints({ job, vary: frame.vary, uncertain: frame.uncertain, points, partial, context, seed: frame.seed });
  } else {
    resolveScenario(sections, { ...context, seasonThreshold: null }, report);
  }
  if (problems.length === 0) job.options.check?.(sections as Scenario, report);
  if (problems.length > 0) return { problems: inOrder(problems) };
  const experiment: Experiment = {
    name: frame.name,
    question: frame.question,
    answer: frame.answer,
    scenario: sections as Scenario,
    vary,
    points,
    uncertain,
    replications: frame.replications,
    seed: frame.seed,
    sources,
    formulas,
    seasonThreshold,
    notes: notesOf(job.root, []),
  };
  return { experiment };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const unique = problems.filter((problem) => {
    const key = `${problem.file}:${problem.line}:${problem.column} ${problem.path} ${problem.message}`;
    return !seen.has(key) && seen.add(key) !== null;
  });
  // Values on the command line share a name, but each is a source of its own.
  const sourceOf = (problem: Problem): string => (problem.file === '--set' ? `--set ${problem.source}` : problem.file);
  const sources = [...new Set(unique.map(sourceOf))];
  return unique.sort((a, b) => sources.indexOf(sourceOf(a)) - sources.indexOf(sourceOf(b)) || a.line - b.line || a.column - b.column);
}

/** Reads the bar files that any world of the sweep names. */
function readSources(worlds: readonly Partial<Scenario>[], job: Job, frame: Frame): Record<string, Bars> {
  const sources: Record<string, Bars> = {};
  const asked = new Set<string>();
  for (const world of worlds) {
    const parts = (world.assets ?? []).flatMap((asset, place) => [
      { stated: asset.driver, steps: ['assets', place, 'driver', 'file'] satisfies Steps },
      { stated: asset.history, steps: ['assets', place, 'history', 'file'] satisfies Steps },
    ]);
    for (const { stated, steps } of parts) {
      if (!('file' in stated) || asked.has(stated.file)) continue;
      asked.add(stated.file);
      const node = nodeOfText(stated.file, steps, job, frame);
      const text = readNamed(stated.file, node, joined(job.prefix, steps), job.problems, job.options, job.folder);
      if (text === null) continue;
      const read = readBars(text);
      if ('bars' in read) {
        sources[stated.file] = read.bars;
        continue;
      }
      const file = node.place.source.name === '--set' ? stated.file : beside(node.place.source.name, stated.file);
      for (const { line, column, message, source } of read.problems) job.problems.push({ file, line, column, path: '', message, source });
    }
  }
  return sources;
}

/** Compiles the formulas that any world of the sweep holds. */
function readFormulas(worlds: readonly Partial<Scenario>[], job: Job, frame: Frame): Record<string, Expression> {
  const formulas: Record<string, Expression> = {};
  const asked = new Set<string>();
  for (const { text, steps, names } of worlds.flatMap(formulasIn)) {
    const question = `${names.join(' ')}: ${text}`;
    if (asked.has(question)) continue;
    asked.add(question);
    const node = nodeOfText(text, steps, job, frame);
    const read = readFormula(text, names, job.options);
    if ('expression' in read) {
      formulas[text] = read.expression;
      continue;
    }
    const line = node.place.source.lines[node.place.line - 1] ?? '';
    const inside = line.indexOf(text, node.place.column - 1);
    const column = inside < 0 ? node.place.column : inside + 1 + read.at;
    job.problems.push(problemAt({ ...node.place, column }, joined(job.prefix, steps), read.message));
  }
  return formulas;
}

/** A formula as an expression, or what is wrong with it; one that is a margin rate at no notional is wrong. */
function readFormula(text: string, names: readonly string[], { formula }: ParseOptions): ReturnType<FormulaCompiler> {
  const compiled = formula?.(text, names) ?? { message: 'found a formula, want none: no compiler was passed', at: 0 };
  if (!('expression' in compiled) || names !== RATE_NAMES) return compiled;
  const { steps, fault } = ratesOf(compiled.expression);
  return steps.length === 0 && fault !== null ? { message: fault.message, at: 0 } : compiled;
}

/** A formula of a scenario: where it stands, and what it may name. */
interface Stated {
  readonly text: string;
  readonly steps: Steps;
  readonly names: readonly string[];
}

function formulasIn({ margin, market, assets }: Partial<Scenario>): Stated[] {
  const rates = (['maintenance', 'initial'] as const).flatMap((part): Stated[] => {
    const stated = margin?.[part];
    return typeof stated === 'string' && stated !== 'venue' ? [{ text: stated, steps: ['margin', part], names: RATE_NAMES }] : [];
  });
  const own = (assets ?? []).flatMap((asset, place) => moveFormulas(asset.market, ['assets', place, 'market']));
  return [...rates, ...moveFormulas(market, ['market']), ...own];
}

/** The node that holds a text: in the scenario itself, or among the values that vary. */
function nodeOfText(text: string, steps: Steps, job: Job, frame: Frame): Tree {
  const { node, exact } = nodeAt(job.root, steps);
  if (exact && node.kind === 'scalar' && node.text === text) return node;
  for (const { trees } of frame.vary) {
    for (const tree of trees) {
      const inside = scalarWith(tree, text);
      if (inside !== null) return inside;
    }
  }
  return node;
}

function scalarWith(tree: Tree, text: string): Tree | null {
  if (tree.kind === 'scalar') return tree.text === text ? tree : null;
  for (const child of tree.kind === 'list' ? tree.items : tree.entries.map((entry) => entry.value)) {
    const inside = scalarWith(child, text);
    if (inside !== null) return inside;
  }
  return null;
}

/** Values with a comment after them, and values of the command line, which none of the file's comments speaks of. */
function notesOf(tree: Tree, steps: Steps): Note[] {
  if (steps.length > 0 && tree.place.source.name === '--set')
    return [{ ...noteOf(tree, steps), source: 'set on the command line', hypothetical: true }];
  const own = tree.note === null || tree.note === '' ? [] : [noteOf(tree, steps)];
  if (tree.kind === 'list') return [...own, ...tree.items.flatMap((item, k) => notesOf(item, [...steps, k]))];
  if (tree.kind === 'map') return [...own, ...tree.entries.flatMap((entry) => notesOf(entry.value, [...steps, entry.key]))];
  return own;
}

function noteOf(tree: Tree, steps: Steps): Note {
  const text = (tree.note ?? '').replaceAll(/\s*\n\s*#?\s*/g, ' ').trim();
  const { line, column, source } = tree.place;
  const written = (source.lines[line - 1] ?? '')
    .slice(column - 1)
    .replace(/\s+#.*$/, '')
    .trim();
  return {
    path: formatSteps(steps),
    value: tree.kind === 'scalar' ? tree.text : /^[[{]/.test(written) ? written : `${written.replace(/^- /, '')} …`,
    source: text.replace(/^source:?\s*/i, ''),
    hypothetical: /^hypothetical/i.test(text),
  };
}

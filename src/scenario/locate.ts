import type { z } from 'zod';
import type { Place, Tree } from './document.ts';
import type { Refusal } from './fields.ts';
import { listed } from './fields.ts';
import { formatSteps, unknownKey } from './path.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import type { Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** The node that steps lead to, or the last one on the way that exists. */
export function nodeAt(tree: Tree, steps: Steps): { readonly node: Tree; readonly exact: boolean } {
  let node = tree;
  for (const step of steps) {
    const next =
      typeof step === 'number'
        ? node.kind === 'list'
          ? node.items[step]
          : undefined
        : node.kind === 'map'
          ? node.entries.find((entry) => entry.key === step)?.value
          : undefined;
    if (next === undefined) return { node, exact: false };
    node = next;
  }
  return { node, exact: true };
}

/** A problem at a place. */
export function problemAt(place: Place, path: string, message: string): Problem {
  const { source, line, column } = place;
  return { file: source.name, line, column, path, message, source: source.lines[line - 1] ?? '' };
}

/** A node as a message names it. */
export function found(node: Tree): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.text === '') return 'nothing';
  return node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text.replaceAll(/\s+/g, ' ');
}

/** What zod's error hook hands on for an unknown key: the keys that are known there. */
export function knownKeys(issue: { readonly code?: string | undefined; readonly inst?: unknown }): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const shape = (issue.inst as { readonly _zod?: { readonly def?: { readonly shape?: object } } } | undefined)?._zod?.def?.shape;
  return shape === undefined ? undefined : JSON.stringify(Object.keys(shape));
}

/** One mistake before it has a place: where in the value, which key of a map if it is about a key, and what to say. */
export interface Finding {
  readonly steps: Steps;
  /** An unknown key of the map at `steps`. */
  readonly key?: string;
  /** Given the text found there. */
  readonly message: (found: string) => string;
  /** The key is missing altogether. */
  readonly missing: boolean;
}

/**
 * The findings of a failed parse. A union that failed in every branch speaks for the branch that the value was meant for: the one whose
 * own shape fits, with the fewest mistakes inside; if none fits, for what all of them want.
 */
export function findings(issues: readonly Issue[], input: unknown, base: Steps = []): Finding[] {
  const all = issues.flatMap((issue) => findingsOf(issue, input, base));
  // A required key that is missing because it is misspelt is one mistake, not two.
  const misspelt = new Set(
    all.flatMap((one) => {
      const hint = one.key === undefined ? null : /did you mean "(.*)"\?$/.exec(one.message(''));
      return hint === null ? [] : [formatSteps([...one.steps, hint[1] ?? ''])];
    }),
  );
  return all.filter((one) => !(one.missing && misspelt.has(formatSteps(one.steps))));
}

function findingsOf(issue: Issue, input: unknown, base: Steps): Finding[] {
  const steps: Steps = [...base, ...(issue.path as (string | number)[])];
  const value = valueIn(input, issue.path as (string | number)[]);
  const missing = value === undefined;
  const plainly = (want: string, words: readonly string[] = []): Finding[] => [
    {
      steps,
      missing,
      message: (text) => (missing ? `missing, want ${want}` : `found ${text}, want ${want}${didYouMean(text, words)}`),
    },
  ];
  switch (issue.code) {
    case 'custom': {
      const refusal = issue.params as (Refusal & { readonly found?: string }) | undefined;
      if (refusal?.found !== undefined) return [{ steps, missing: false, message: () => `found ${refusal.found}, want ${refusal.want}` }];
      return plainly(refusal?.want ?? issue.message, refusal?.words);
    }
    case 'unrecognized_keys': {
      const known = JSON.parse(issue.message) as string[];
      const where = steps.length === 0 ? 'the scenario' : formatSteps(steps);
      return issue.keys.map((key) => ({ steps, key, missing: false, message: () => unknownKey(key, where, known) }));
    }
    case 'invalid_type':
      return plainly(
        issue.expected === 'array' ? 'a list' : issue.expected === 'object' || issue.expected === 'record' ? 'a map' : issue.expected,
      );
    case 'invalid_value':
      return plainly(listed(issue.values.map(String)), issue.values.map(String));
    case 'too_small':
      return [
        {
          steps,
          missing: false,
          message: (text) =>
            `found ${text === 'a list' ? membersOf(value) : text}, want at least ${issue.minimum} member${issue.minimum === 1 ? '' : 's'}`,
        },
      ];
    case 'too_big':
      return [{ steps, missing: false, message: () => `found ${lengthOf(value)} members, want at most ${issue.maximum}` }];
    case 'invalid_union': {
      const options = (issue as { readonly options?: readonly unknown[] }).options;
      if (options !== undefined && issue.errors.length === 0) return plainly(listed(options.map(String)), options.map(String));
      return branchOf(issue.errors, value, steps, plainly);
    }
    default:
      return plainly(issue.message);
  }
}

function branchOf(
  branches: readonly (readonly Issue[])[],
  value: unknown,
  steps: Steps,
  plainly: (want: string, words?: readonly string[]) => Finding[],
): Finding[] {
  const meant = branches
    .filter((branch) => !branch.some((issue) => issue.path.length === 0 && refusesShape(issue)))
    .map((branch) => ({ branch, weight: weightOf(branch) }))
    .sort((a, b) => a.weight - b.weight)[0];
  if (meant !== undefined) return findings(meant.branch, value, steps);
  const wants: string[] = [];
  const words: string[] = [];
  for (const branch of branches) {
    for (const issue of branch) {
      if (issue.path.length > 0) continue;
      if (issue.code === 'custom') {
        const refusal = issue.params as Refusal | undefined;
        wants.push(refusal?.want ?? issue.message);
        words.push(...(refusal?.words ?? []));
      } else if (issue.code === 'invalid_type') {
        wants.push(issue.expected === 'array' ? 'a list' : 'a map');
      }
    }
  }
  // What another says in more words is said.
  const told = [...new Set(wants)].filter((want, _, all) => !all.some((other) => other !== want && other.includes(want)));
  return plainly(told.join(', or '), words);
}

/** Whether an issue at a branch's own root says that the value is of another shape altogether. */
function refusesShape(issue: Issue): boolean {
  return (
    issue.code === 'invalid_type' ||
    issue.code === 'invalid_value' ||
    (issue.code === 'custom' && (issue.params as { found?: string } | undefined)?.found === undefined)
  );
}

/** A branch that misses keys or does not know many is further away than one with a wrong value. */
function weightOf(branch: readonly Issue[]): number {
  let weight = 0;
  for (const issue of branch) weight += issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1;
  return weight;
}

function valueIn(root: unknown, steps: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** How long a list that is too short is. */
function membersOf(value: unknown): string {
  const length = lengthOf(value);
  return length === 0 ? 'an empty list' : length === 1 ? '1 member' : `${length} members`;
}

/** Gives a finding its place in a tree whose root is `root` steps deep in the file. */
export function placed(finding: Finding, tree: Tree, prefix: string): Problem {
  const { node, exact } = nodeAt(tree, finding.steps);
  const path = joined(prefix, finding.key === undefined ? finding.steps : [...finding.steps, finding.key]);
  if (finding.key !== undefined && node.kind === 'map') {
    const entry = node.entries.find((one) => one.key === finding.key);
    if (entry !== undefined) return problemAt(entry.place, path, finding.message(found(entry.value)));
  }
  return problemAt(node.place, path, finding.message(exact ? found(node) : 'nothing'));
}

/** A key path under a prefix. */
export function joined(prefix: string, steps: Steps): string {
  const rest = formatSteps(steps);
  if (prefix === '' || rest === '') return prefix + rest;
  return rest.startsWith('[') ? prefix + rest : `${prefix}.${rest}`;
}

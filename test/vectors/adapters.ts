import { readFileSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Place } from './execution.ts';
import type { Mechanisms } from './inputs.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const files = readdirSync(HERE).filter((file) => file.endsWith('.ts'));

/** A venue's formulas. */
export async function mechanismsOf(venue: string): Promise<Mechanisms> {
  if (!files.includes(`${venue}.ts`)) throw new Error(`venue ${venue}: found no test/vectors/${venue}.ts`);
  const { mechanisms } = (await import(`./${venue}.ts`)) as { readonly mechanisms?: Mechanisms };
  if (mechanisms === undefined) throw new Error(`test/vectors/${venue}.ts: found no mechanisms, want export const mechanisms`);
  return mechanisms;
}

/** What the adapters name of src/: everything that they import but types. */
export function namedByAdapters(): ReadonlySet<Place> {
  return new Set(files.flatMap((file) => importsOf(HERE + file)));
}

function importsOf(path: string): readonly Place[] {
  const { statements } = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || statement.importClause?.isTypeOnly === true) return [];
    const from = resolve(HERE, (statement.moduleSpecifier as ts.StringLiteral).text);
    const names = statement.importClause?.namedBindings;
    if (!from.startsWith(SRC) || names === undefined || !ts.isNamedImports(names)) return [];
    return names.elements.map(({ name, propertyName }) => `${relative(SRC, from)}#${(propertyName ?? name).text}`);
  });
}

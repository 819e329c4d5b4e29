import { readFileSync, readdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A function or class of src/, as `margin/tiers.ts#requirement`. */
export type Place = string;

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** What a module says at its top level. */
interface Module {
  /** Names that it declares: whether each is a function or class, and the statement. */
  readonly declared: ReadonlyMap<string, { readonly callable: boolean; readonly node: ts.Node }>;
  /** Names that it imports from src/, as places. Types are left out. */
  readonly imported: ReadonlyMap<string, Place>;
}

function parse(path: string): Module {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const declared = new Map<string, { readonly callable: boolean; readonly node: ts.Node }>();
  const imported = new Map<string, Place>();
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      declared.set(statement.name?.text ?? '', { callable: true, node: statement });
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) declared.set(name.getText(), { callable: false, node: statement });
    if (!ts.isImportDeclaration(statement) || statement.importClause?.isTypeOnly === true) continue;
    const from = resolve(dirname(path), (statement.moduleSpecifier as ts.StringLiteral).text);
    const names = statement.importClause?.namedBindings;
    if (!from.startsWith(SRC) || names === undefined || !ts.isNamedImports(names)) continue;
    for (const { name, propertyName } of names.elements) imported.set(name.text, `${relative(SRC, from)}#${(propertyName ?? name).text}`);
  }
  return { declared, imported };
}

/** Every module of src/, by its path in there. */
export function sources(): ReadonlyMap<string, Module> {
  const files = (readdirSync(SRC, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));
  return new Map(files.map((file) => [file, parse(SRC + file)]));
}

/**
 * Everything that code which begins in some modules can call, by the names that stand in what is called already: too much where a name is
 * shadowed, never too little.
 */
export function reachedFrom(modules: ReadonlyMap<string, Module>, roots: readonly string[]): ReadonlySet<Place> {
  const reached = new Set<Place>();
  const open: Place[] = roots.flatMap((root) => [...(modules.get(root)?.declared.keys() ?? [])].map((name) => `${root}#${name}`));
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    const [file = '', name = ''] = place.split('#');
    const module = modules.get(file);
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isIdentifier(node)) {
        const other = module?.imported.get(node.text);
        if (other !== undefined) open.push(other);
        else if (module?.declared.has(node.text)) open.push(`${file}#${node.text}`);
      }
      ts.forEachChild(node, visit);
    };
    const node = module?.declared.get(name)?.node;
    if (node !== undefined) visit(node);
  }
  return reached;
}

/** The functions and classes that the adapters of a folder call, each with the adapters that do. */
export function called(folder: string, modules: ReadonlyMap<string, Module>): ReadonlyMap<Place, readonly string[]> {
  const found = new Map<Place, string[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    for (const place of parse(resolve(folder, file)).imported.values()) {
      const [module = '', name = ''] = place.split('#');
      if (modules.get(module)?.declared.get(name)?.callable !== true) continue;
      found.set(place, [...(found.get(place) ?? []), file.replace('.ts', '')]);
    }
  }
  return found;
}

// Room edges: who imports whom under src/, against the plan in rooms.json.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** Every TypeScript file under `folder`, sorted, as paths relative to it with forward slashes. */
function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** Places of a source file that name another module: static, type-only and dynamic imports, re-exports, worker URLs. */
function references(file) {
  const found = [];
  const note = (kind, literal) => found.push({ kind, name: literal.text, line: lineOf(file, literal) });
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      note('import', node.moduleSpecifier);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      note('import', node.argument.literal);
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteralLike(node.arguments[0])
    ) {
      note('import', node.arguments[0]);
    } else if (ts.isNewExpression(node) && node.expression.getText(file) === 'URL' && node.arguments?.length === 2) {
      const [path] = node.arguments;
      if (ts.isStringLiteralLike(path) && /\.[jt]s$/.test(path.text)) note('url', path);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function powers(file) {
  const lines = [];
  const visit = (node) => {
    const kind = ts.isBinaryExpression(node) ? node.operatorToken.kind : undefined;
    if (kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) lines.push(lineOf(file, node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}

const lineOf = (file, node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

const packageOf = (name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** Faults of the plan itself: a room that names a later one would allow a circle. */
function planFaults(rooms) {
  const faults = [];
  rooms.forEach((room, index) => {
    const below = rooms.slice(0, index).map((other) => other.room);
    for (const name of room.imports) {
      if (!below.includes(name)) faults.push(`scripts/rooms.json: ${room.room} names ${name}, which is not listed before it`);
    }
  });
  return faults;
}

/** The linter's list of engine rooms repeats the plan's: they must agree. */
function lintFaults(root, rooms) {
  const path = join(root, '.oxlintrc.json');
  if (!existsSync(path)) return [];
  const override = JSON.parse(readFileSync(path, 'utf8')).overrides?.find((part) => part.rules['no-restricted-globals'] !== undefined);
  const linted = (override?.files ?? []).map((glob) => glob.replace(/^src\/(.*)\/\*\*\/\*\.ts$/, '$1')).sort();
  const planned = rooms
    .filter((room) => room.kind === 'engine')
    .map((room) => room.room)
    .sort();
  if (linted.join() === planned.join()) return [];
  return [`.oxlintrc.json: engine rooms are linted as [${linted.join(', ')}], scripts/rooms.json says [${planned.join(', ')}]`];
}

/** All that is wrong with the imports under root/src, one line each: `file:line  what was found, what is allowed`. */
export function roomFaults(root, plan) {
  const { rooms } = plan;
  const byLength = [...rooms].sort((a, b) => b.room.length - a.room.length || (a.room < b.room ? -1 : 1));
  const roomOf = (path) => byLength.find(({ room }) => path === `${room}.ts` || path.startsWith(`${room}/`));
  const source = join(root, 'src');
  const faults = [...planFaults(rooms), ...lintFaults(root, rooms)];
  for (const path of sources(source)) {
    const home = roomOf(path);
    if (home === undefined) {
      faults.push(`src/${path}:1  is in no room of scripts/rooms.json`);
      continue;
    }
    const file = ts.createSourceFile(path, readFileSync(join(source, path), 'utf8'), ts.ScriptTarget.Latest, true);
    for (const { kind, name, line } of references(file)) {
      const at = `src/${path}:${line}  `;
      if (name.startsWith('node:')) {
        if (home.kind !== 'node') faults.push(`${at}${home.room} imports ${name}, but must run in a browser`);
      } else if (!name.startsWith('.')) {
        const found = packageOf(name);
        if (!home.packages.includes(found)) {
          faults.push(`${at}${home.room} imports the package ${found}; it may import ${home.packages.join(', ') || 'none'}`);
        }
      } else {
        const target = relative(source, resolve(dirname(join(source, path)), name))
          .split(sep)
          .join('/');
        const room = roomOf(target.replace(/\.js$/, '.ts'));
        if (target.startsWith('../')) {
          if (kind === 'import') faults.push(`${at}imports ${name}, which is outside src/`);
        } else if (room === undefined) {
          faults.push(`${at}imports ${name}, which is in no room of scripts/rooms.json`);
        } else if (room !== home && !home.imports.includes(room.room)) {
          faults.push(`${at}${home.room} imports ${room.room} (${name}); it may import ${home.imports.join(', ') || 'no other room'}`);
        }
      }
    }
    if (home.kind === 'engine') {
      for (const line of powers(file)) faults.push(`src/${path}:${line}  ** differs in its last bit between engines: use src/core/math.ts`);
    }
  }
  return faults;
}

// Rewrites the generated blocks of the documents from the sources: `npm run docs`.
// A block stands between <!-- generated:NAME --> and <!-- /generated -->.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { committedFiles } from './committed.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Fields of an exported interface with their doc comments, in the order of the source. */
function fields(path, name) {
  const file = ts.createSourceFile(path, readFileSync(join(here, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found === undefined) throw new Error(`${path}: found no interface ${name}`);
  return found.members.map((member) => ({
    name: member.name.getText(file),
    meaning: ts
      .getJSDocCommentsAndTags(member)
      .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '')
      .join(' '),
  }));
}

const generators = {
  /** The main job's chart, once there is one. */
  async chart() {
    const path = 'docs/images/mcr-threshold.png';
    return existsSync(join(here, path)) ? `![Severity of the cascade against the liquidation threshold](${path})` : '';
  },
  /** The columns of a run's row. */
  async metrics() {
    const { tsImport } = await import('tsx/esm/api');
    const { METRICS } = await tsImport('../src/severity/metrics.ts', import.meta.url);
    return table(
      ['column', 'unit', 'meaning'],
      METRICS.map((metric) => [`\`${metric.name}\``, metric.unit, metric.meaning]),
    );
  },
  /** The commands that exist, as they describe themselves. */
  async commands() {
    const { tsImport } = await import('tsx/esm/api');
    const { createProgram } = await tsImport('../src/cli/program.ts', import.meta.url);
    return table(
      ['command', 'does'],
      createProgram().commands.map((command) => [
        `\`${[command.name(), ...command.registeredArguments.map(argumentText)].join(' ')}\``,
        command.description(),
      ]),
    );
  },
  /** What `marginfall validate` compares. */
  async targets() {
    const { tsImport } = await import('tsx/esm/api');
    const { boardEntries } = await tsImport('../src/validation/board.ts', import.meta.url);
    return table(
      ['target', 'statement', 'tolerance'],
      boardEntries(null).map(({ target }) => [`\`${target.id}\``, target.statement, target.tolerance]),
    );
  },
  /** What each room is and may import from node_modules. */
  async rooms() {
    const { rooms } = JSON.parse(readFileSync(join(here, 'scripts/rooms.json'), 'utf8'));
    return table(
      ['room', 'kind', 'packages'],
      rooms.toReversed().map((room) => [`\`${room.room}\``, room.kind, room.packages.join(', ') || '–']),
    );
  },
  /** The columns of steps.parquet. */
  async steps() {
    return columns('StepRecord');
  },
  /** The columns of liquidations.parquet. */
  async liquidations() {
    return columns('LiquidationRecord');
  },
};

function argumentText(argument) {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? name : `[${name}]`;
}

/** Columns carry the names of the record's fields, written with underscores. */
function columns(record) {
  return table(
    ['column', 'meaning'],
    fields('src/simulation/result.ts', record).map(({ name, meaning }) => [
      `\`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}\``,
      meaning,
    ]),
  );
}

const BLOCK = /^<!-- generated:([a-z-]+) -->\n[\s\S]*?^<!-- \/generated -->$/gm;

/** The document with every block made anew. */
async function renewed(path, text) {
  const made = new Map();
  for (const [, name] of text.matchAll(BLOCK)) {
    if (!Object.hasOwn(generators, name)) {
      throw new Error(`${path}: found generated:${name}, want one of ${Object.keys(generators).join(', ')}`);
    }
    if (!made.has(name)) made.set(name, await generators[name]());
  }
  return text.replaceAll(BLOCK, (_, name) =>
    [`<!-- generated:${name} -->`, made.get(name), '<!-- /generated -->'].filter((part) => part !== '').join('\n'),
  );
}

/** The documents that have generated blocks, as they are and as they should be. */
async function documents(root) {
  const found = [];
  for (const path of committedFiles(root)) {
    if (!path.endsWith('.md')) continue;
    const text = readFileSync(join(root, path), 'utf8');
    if (text.includes('<!-- generated:')) found.push({ path, text, fresh: await renewed(path, text) });
  }
  return found;
}

/** Documents whose generated blocks differ from the sources, one line each. */
export async function staleBlocks(root) {
  try {
    const stale = (await documents(root)).filter(({ text, fresh }) => text !== fresh);
    return stale.map(({ path }) => `${path}:1  a generated block is out of date: npm run docs`);
  } catch (error) {
    return [`generated blocks cannot be made: ${error.message}`];
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const { path, text, fresh } of await documents(here)) {
    if (text === fresh) continue;
    writeFileSync(join(here, path), fresh);
    console.log(`rewrote ${path}`);
  }
}

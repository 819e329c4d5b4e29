// Everything that must hold besides the tests. `node scripts/check.mjs [PART…] [--root DIR]`; without parts, all of them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { committedFaults } from './committed.mjs';
import { documentFaults } from './documents.mjs';
import { roomFaults } from './rooms.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** Runs a tool of node_modules at the repository's root; its output, if it fails, is the fault. */
function tool(name, script, args) {
  const manifest = require.resolve(`${name}/package.json`);
  const bin = JSON.parse(readFileSync(manifest, 'utf8')).bin;
  const path = join(dirname(manifest), typeof bin === 'string' ? bin : bin[script]);
  const run = spawnSync(process.execPath, [path, ...args], { cwd: here, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status === 0) return [];
  return [`${script} ${args.join(' ')}: exit status ${run.status}\n${run.error?.message ?? ''}${run.stdout}${run.stderr}`.trim()];
}

const parts = {
  types: {
    title: 'Types',
    run: () => [...tool('typescript', 'tsc', ['-b', 'tsconfig.json']), ...tool('typescript', 'tsc', ['-p', 'tsconfig.test.json'])],
  },
  lint: { title: 'Lint', run: () => tool('oxlint', 'oxlint', ['--format', 'unix']) },
  format: { title: 'Format (npm run format mends it)', run: () => tool('oxfmt', 'oxfmt', ['--list-different']) },
  rooms: {
    title: 'Room edges',
    run: (root) => roomFaults(root, JSON.parse(readFileSync(join(here, 'scripts/rooms.json'), 'utf8'))),
  },
  committed: { title: 'Committed files', run: (root) => committedFaults(root) },
  documents: { title: 'Documents', run: (root) => documentFaults(root) },
  api: {
    title: 'Documentation of the library',
    run: () => tool('typedoc', 'typedoc', []),
  },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { root: { type: 'string', default: here } } });
for (const name of positionals) {
  if (!Object.hasOwn(parts, name)) {
    console.error(`check: found ${name}, want one of ${Object.keys(parts).join(', ')}`);
    process.exit(2);
  }
}
const failed = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const faults = await parts[name].run(resolve(values.root));
  console.log(`== ${parts[name].title}: ${faults.length === 0 ? 'ok' : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`}`);
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) failed.push(name);
}
if (failed.length > 0) {
  console.log(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}

// Builds dist/: the three TypeScript projects, then the engine fingerprint, then the browser bundles.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

compile();
removeStale();
chmodSync(join(dist, 'cli', 'main.js'), 0o755);
await writeFingerprint();
await bundlePages();

function compile() {
  let tsc;
  try {
    tsc = require.resolve('typescript/bin/tsc');
  } catch {
    console.error('marginfall: building needs the development packages; run `npm ci` without --omit=dev');
    process.exit(1);
  }
  try {
    execFileSync(process.execPath, [tsc, '-b', 'tsconfig.json'], { stdio: 'inherit', cwd: root });
  } catch {
    process.exit(1); // tsc has said why
  }
}

/** Compiled files whose source is gone would still be packed and counted in the fingerprint. */
function removeStale() {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(name);
    if (source !== null && !name.startsWith('pages') && !existsSync(join(root, 'src', `${source[1]}.ts`))) rmSync(join(dist, name));
  }
}

/** dist/engine.json: SHA-256 over the compiled engine rooms; a results folder belongs to one of them. */
async function writeFingerprint() {
  const { computeFingerprint } = await import(pathToFileURL(join(dist, 'experiment', 'fingerprint.js')).href);
  writeFileSync(join(dist, 'engine.json'), `${JSON.stringify({ fingerprint: computeFingerprint(dist, '.js') }, null, 2)}\n`);
}

/** The pages that a report embeds, bundled for the browser into dist/pages/. */
async function bundlePages() {
  const pages = await import('./pages.mjs');
  await pages.bundlePages(join(dist, 'pages'));
}

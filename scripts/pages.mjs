// The pages that a report embeds, bundled for the browser: one script each, nothing left to load.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Pages of src/report/pages/. */
const PAGES = ['strip'];

/** One page as a script. */
export async function bundleText(page) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src', 'report', 'pages', `${page}.ts`)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    tsconfigRaw: '{}',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** Writes every page's script into a folder. */
export async function bundlePages(folder) {
  mkdirSync(folder, { recursive: true });
  for (const page of PAGES) writeFileSync(join(folder, `${page}.js`), await bundleText(page));
}

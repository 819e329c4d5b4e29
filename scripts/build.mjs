// Builds dist/: the three TypeScript projects, then the browser bundles, then the engine fingerprint.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let tsc;
try {
  tsc = require.resolve('typescript/bin/tsc');
} catch {
  console.error('marginfall: building needs the development packages; run `npm ci` without --omit=dev');
  process.exit(1);
}
execFileSync(process.execPath, [tsc, '-b', 'tsconfig.json'], { stdio: 'inherit' });

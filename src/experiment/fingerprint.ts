import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rooms whose code decides what a run's numbers are. */
export const ENGINE_ROOMS = [
  'core',
  'statistics',
  'severity',
  'market',
  'margin',
  'liquidation',
  'traders',
  'venues',
  'simulation',
  'scenario',
] as const;

/**
 * SHA-256 over the engine rooms' files: name, length and bytes of each, in order of name. `.js` under dist/, written to
 * dist/engine.json at build; `.ts` under src/ when the program runs from source.
 */
export function computeFingerprint(root: string, extension: '.js' | '.ts'): string {
  const hash = createHash('sha256');
  for (const room of ENGINE_ROOMS) {
    const folder = join(root, room);
    if (!existsSync(folder)) continue;
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(extension) && !name.endsWith('.d.ts'))
      .map((name) => name.replaceAll('\\', '/'));
    for (const name of names.sort()) {
      const bytes = readFileSync(join(folder, name));
      hash.update(`${room}/${name.slice(0, -extension.length)} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest('hex');
}

/** The fingerprint of the engine that this process runs. */
export function engineFingerprint(): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (import.meta.url.endsWith('.ts')) return computeFingerprint(root, '.ts');
  return (JSON.parse(readFileSync(join(root, 'engine.json'), 'utf8')) as { fingerprint: string }).fingerprint;
}

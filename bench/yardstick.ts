/** How slow this machine is right now, told by work that every machine can repeat: draws of seedrandom's generators. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measure } from './harness.ts';

/** Nanoseconds a draw of alea, ARC4 and xor128 on the machine on which the targets of whole runs were set: two x64 cores, Node 20. */
const STATED = [5.6, 23, 1.6];
const DRAWS = fileURLToPath(new URL('draws.mjs', import.meta.url));

/** Mean over the generators of a draw's time here, as a multiple of the stated one: 2 is half as fast. Takes half a second; knows nothing of shared caches. */
export function slowness(): number {
  const found = JSON.parse(execFileSync(process.execPath, [DRAWS], { encoding: 'utf8' })) as number[];
  return found.reduce((sum, nanoseconds, i) => sum + nanoseconds / STATED[i]!, 0) / STATED.length;
}

/** This machine against that one; a ratio below 1 is slower. */
export const yardstick: Measure = () => ({ ours: slowness(), peer: 1, unit: '× its time' });

import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeAll } from './file.ts';
import { ResultsProblem } from './problem.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's clock ticks; null where the system does not say. Tells a reused pid from the holder. */
  readonly began: string | null;
}

const NAME = 'lock';
const PATIENCE_MS = 50;
const ATTEMPTS = 10;
// The folders this process holds: a lock with our own pid that is not among them was left by a process of the same number.
const held = new Set<string>();

/** A folder belongs to one process at a time. */
export interface Lock {
  release(): void;
}

/**
 * Takes a folder for this process. The lock of a dead process of this machine is taken over.
 * @throws ResultsProblem when a live process (or one of another machine, which cannot be asked) holds it.
 */
export function acquireLock(folder: string): Lock {
  const path = join(folder, NAME);
  for (let attempt = 0; ; attempt++) {
    if (create(path)) break;
    const text = read(path);
    if (text === null) continue; // released between the two looks
    const holder = parse(text);
    if (holder !== null && alive(holder, path)) throw occupied(folder, path, holder);
    if (holder !== null || attempt >= ATTEMPTS) removeExactly(path, text);
    else pause(PATIENCE_MS); // its writer may be between creating the file and filling it
  }
  held.add(path);
  return {
    release(): void {
      if (held.delete(path)) rmSync(path, { force: true });
    },
  };
}

function create(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  const holder: Holder = { pid: process.pid, host: hostname(), began: beginning(process.pid) };
  writeAll(descriptor, new TextEncoder().encode(`${JSON.stringify(holder)}\n`));
  closeSync(descriptor);
  return true;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    if (typeof value.pid !== 'number' || typeof value.host !== 'string') return null;
    return { pid: value.pid, host: value.host, began: value.began ?? null };
  } catch {
    return null;
  }
}

function alive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(path);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const began = beginning(holder.pid);
  return holder.began === null || began === null || began === holder.began;
}

/** Start time of a process from /proc (field 22 of stat, counted behind the command name in brackets); null elsewhere. */
function beginning(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

/** Removes the lock only if it is still the one that was judged dead: another process may have taken it over meanwhile. */
function removeExactly(path: string, judged: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== judged) {
    try {
      writeFileSync(path, read(aside) ?? '', { flag: 'wx' }); // fails when a third one has come in between, whose lock then stands
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function occupied(folder: string, path: string, holder: Holder): ResultsProblem {
  const elsewhere =
    holder.host === hostname() ? '' : ' of another machine, which cannot be asked from here; if it is dead, delete that file';
  return new ResultsProblem(`${folder} is in use: ${path} names process ${holder.pid} on ${holder.host}${elsewhere}`);
}

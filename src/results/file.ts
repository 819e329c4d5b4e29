import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes all of `bytes`, however many writes that takes. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

/** Replaces a file in one step (tmp → fsync → rename → fsync of the folder): a reader sees the old bytes or the new, never a part. */
export function replaceFile(path: string, content: Uint8Array | string): void {
  const tmp = `${path}.tmp`;
  const descriptor = openSync(tmp, 'w');
  try {
    writeAll(descriptor, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(tmp, { force: true });
    // A write knows its file by number alone.
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  } finally {
    closeSync(descriptor);
  }
  renameSync(tmp, path);
  syncFolder(dirname(path));
}

/** Makes a rename in the folder survive a power cut; on systems that cannot open a folder the rename is as durable as they make it. */
function syncFolder(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(descriptor);
  }
}

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { replaceFile, writeAll } from './file.ts';

/** A finished run as the journal keeps it: named by its point's values, so that it survives a change of the numbering. */
export interface FinishedRun {
  readonly kind: 'finished';
  /** The point's values as JSON, in the order of `vary`. */
  readonly point: string;
  readonly replicate: number;
  /** 16 hex digits. */
  readonly hash: string;
  /** In column order; NaN where undefined. */
  readonly metrics: Float64Array;
}

/** A run that threw. */
export interface FailedRun {
  readonly kind: 'failed';
  readonly point: string;
  readonly replicate: number;
  readonly reason: string;
}

export type JournalEntry = FinishedRun | FailedRun;

// The file: 8 bytes of magic, then records of length (u32), CRC-32 of the payload (u32), payload; all little-endian.
// A payload: kind (u8), replicate (u32), hash (8 bytes), length of the point (u32), the point (UTF-8), then metrics (f64 …) or reason (UTF-8).
const MAGIC = new TextEncoder().encode('MFJRNL1\n');
const FRAME = 8;
const FIXED = 17;

/** One record as bytes, frame included. */
export function encodeEntry(entry: JournalEntry): Uint8Array {
  const point = new TextEncoder().encode(entry.point);
  const reason = entry.kind === 'failed' ? new TextEncoder().encode(entry.reason) : null;
  const tail = entry.kind === 'finished' ? entry.metrics.length * 8 : (reason as Uint8Array).length;
  const bytes = new Uint8Array(FRAME + FIXED + point.length + tail);
  const view = new DataView(bytes.buffer);
  view.setUint8(FRAME, entry.kind === 'finished' ? 0 : 1);
  view.setUint32(FRAME + 1, entry.replicate, true);
  if (entry.kind === 'finished') view.setBigUint64(FRAME + 5, BigInt(`0x${entry.hash}`), true);
  view.setUint32(FRAME + 13, point.length, true);
  bytes.set(point, FRAME + FIXED);
  const at = FRAME + FIXED + point.length;
  if (entry.kind === 'finished') entry.metrics.forEach((value, i) => view.setFloat64(at + 8 * i, value, true));
  else bytes.set(reason as Uint8Array, at);
  view.setUint32(0, bytes.length - FRAME, true);
  view.setUint32(4, crc32(bytes.subarray(FRAME)), true);
  return bytes;
}

/** The entries of a journal's bytes up to the first record that is cut short or whose checksum disagrees, and where that is. */
export function decodeJournal(bytes: Uint8Array): { entries: JournalEntry[]; end: number } {
  const entries: JournalEntry[] = [];
  if (bytes.length < MAGIC.length || MAGIC.some((byte, i) => bytes[i] !== byte)) return { entries, end: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC.length;
  while (at + FRAME <= bytes.length) {
    const length = view.getUint32(at, true);
    if (length < FIXED || at + FRAME + length > bytes.length) break;
    const payload = bytes.subarray(at + FRAME, at + FRAME + length);
    if (crc32(payload) !== view.getUint32(at + 4, true)) break;
    entries.push(decodePayload(payload));
    at += FRAME + length;
  }
  return { entries, end: at };
}

function decodePayload(payload: Uint8Array): JournalEntry {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const replicate = view.getUint32(1, true);
  const pointEnd = FIXED + view.getUint32(13, true);
  const point = new TextDecoder().decode(payload.subarray(FIXED, pointEnd));
  if (view.getUint8(0) === 1) return { kind: 'failed', point, replicate, reason: new TextDecoder().decode(payload.subarray(pointEnd)) };
  const metrics = new Float64Array((payload.length - pointEnd) / 8);
  for (let i = 0; i < metrics.length; i++) metrics[i] = view.getFloat64(pointEnd + 8 * i, true);
  return { kind: 'finished', point, replicate, hash: view.getBigUint64(5, true).toString(16).padStart(16, '0'), metrics };
}

/** What a journal holds; nothing when there is none. */
export function readJournal(path: string): JournalEntry[] {
  return existsSync(path) ? decodeJournal(readFileSync(path)).entries : [];
}

/** The append-only file of finished runs. Each append is one write, so a killed process leaves whole records and at most one torn tail. */
export class Journal {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** A new journal that begins with the given entries, in place of whatever stood there. */
  static create(path: string, entries: readonly JournalEntry[]): Journal {
    const parts = [MAGIC, ...entries.map(encodeEntry)];
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    replaceFile(path, bytes);
    return new Journal(openSync(path, 'a'));
  }

  /** An existing journal, cut behind its last whole record, ready to go on. */
  static open(path: string): Journal {
    const { end } = decodeJournal(readFileSync(path));
    if (end === 0) return Journal.create(path, []);
    const descriptor = openSync(path, 'a');
    ftruncateSync(descriptor, end);
    return new Journal(descriptor);
  }

  append(entry: JournalEntry): void {
    writeAll(this.#descriptor, encodeEntry(entry));
  }

  /** Until the disk has it. */
  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/results/journal.ts';
import { decodeJournal, encodeEntry, Journal, readJournal } from '../../src/results/journal.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'journal.bin');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entries: JournalEntry[] = [
  { kind: 'finished', point: '[0.5,"venue"]', replicate: 0, hash: '00ff00ff12345678', metrics: Float64Array.of(0.25, Number.NaN, -0) },
  { kind: 'failed', point: '[1,"öff"]', replicate: 7, reason: 'ledger: 1 quantum too many – “ß”' },
  { kind: 'finished', point: '[]', replicate: 4_000_000_000, hash: 'ffffffffffffffff', metrics: new Float64Array(0) },
];

describe('journal', () => {
  test('gives back what was appended, every bit of it', () => {
    const journal = Journal.create(path, entries.slice(0, 1));
    for (const entry of entries.slice(1)) journal.append(entry);
    journal.close();
    expect(readJournal(path)).toEqual(entries);
  });

  test('a file that was never begun holds nothing', () => {
    expect(readJournal(path)).toEqual([]);
  });

  test('cut at every byte, it holds exactly the records that are whole, and can go on from there', () => {
    Journal.create(path, entries).close();
    const whole = readFileSync(path);
    const ends = [8];
    for (const entry of entries) ends.push((ends.at(-1) as number) + encodeEntry(entry).length);
    expect(ends.at(-1)).toBe(whole.length);
    for (let cut = 0; cut <= whole.length; cut++) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const kept = entries.slice(0, Math.max(0, ends.filter((end) => end <= cut).length - 1));
      expect(readJournal(path)).toEqual(kept);
      const journal = Journal.open(path);
      journal.append(entries[1] as JournalEntry);
      journal.close();
      expect(readJournal(path)).toEqual([...kept, entries[1]]);
    }
  });

  test('one flipped bit anywhere never yields a record that was not written', () => {
    Journal.create(path, entries).close();
    const whole = readFileSync(path);
    for (let bit = 0; bit < whole.length * 8; bit += 3) {
      const bytes = Uint8Array.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      const { entries: read } = decodeJournal(bytes);
      expect(read).toEqual(entries.slice(0, read.length));
      expect(read.length).toBeLessThan(entries.length);
    }
  });
});

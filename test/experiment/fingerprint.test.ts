import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { computeFingerprint, engineFingerprint } from '../../src/experiment/fingerprint.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-'));
  mkdirSync(join(root, 'margin', 'index'), { recursive: true });
  mkdirSync(join(root, 'cli'));
  writeFileSync(join(root, 'margin', 'isolated.js'), 'a');
  writeFileSync(join(root, 'margin', 'index', 'ticks.js'), 'b');
  writeFileSync(join(root, 'cli', 'main.js'), 'c');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('follows every byte and name of the engine rooms, and nothing else', () => {
  const first = computeFingerprint(root, '.js');
  writeFileSync(join(root, 'cli', 'main.js'), 'changed');
  writeFileSync(join(root, 'margin', 'isolated.js.map'), 'map');
  writeFileSync(join(root, 'margin', 'isolated.d.ts'), 'types');
  expect(computeFingerprint(root, '.js')).toBe(first);
  writeFileSync(join(root, 'margin', 'index', 'ticks.js'), 'B');
  const second = computeFingerprint(root, '.js');
  expect(second).not.toBe(first);
  writeFileSync(join(root, 'margin', 'index', 'frames.js'), '');
  expect(computeFingerprint(root, '.js')).not.toBe(second);
});

test('from source it is the one of the sources', () => {
  expect(engineFingerprint()).toMatch(/^[0-9a-f]{64}$/);
  expect(engineFingerprint()).toBe(engineFingerprint());
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VENUES } from '../../src/venues/catalogue.ts';
import { called, reachedFrom, sources } from './reach.ts';
import { UNREACHED } from './unreached.ts';

// A vector counts only through a function that runs call, or one that is named with the reason why none does.

const modules = sources();
const reached = reachedFrom(modules, ['simulation/simulate.ts', 'scenario/resolve.ts']);
const uses = called(fileURLToPath(new URL('.', import.meta.url)), modules);
const named = UNREACHED.flatMap(({ functions }) =>
  Object.entries(functions).flatMap(([module, names]) => names.split(' ').map((name) => `${module}#${name}`)),
);

test('every function that a vector is held against is called by runs, or named with a reason', () => {
  const silent = [...uses].filter(([place]) => !reached.has(place) && !named.includes(place));
  expect(silent).toEqual([]);
  expect(uses.size).toBeGreaterThan(100);
});

test('no reason has outlived its function: all that are named are held against vectors, once, and called by no run', () => {
  expect(named.filter((place) => !uses.has(place))).toEqual([]);
  expect(named.filter((place) => reached.has(place))).toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});

test('the way from a run is followed: what it surely calls is found, what only the calculator calls is not', () => {
  for (const place of ['margin/tiers.ts#requirement', 'liquidation/shortage.ts#baseToCoverShortage', 'core/ledger.ts#Ledger'])
    expect(reached.has(place), place).toBe(true);
  expect(reached.has('liquidation/throttle.ts#rampedShare')).toBe(true);
  expect(reached.has('venues/account-margin.ts#margin')).toBe(false);
});

test('docs/margin.md says of every preset what a run under it applies', () => {
  const text = readFileSync(new URL('../../docs/margin.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('## What a run under a preset applies'));
  const named = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) => cell.match(/[a-z0-9-]{3,}/g) ?? []);
  expect(VENUES.filter(({ name }) => !named.includes(name)).map(({ name }) => name)).toEqual([]);
});

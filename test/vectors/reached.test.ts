import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { VENUES } from '../../src/venues/catalogue.ts';
import { run } from '../venues/example.ts';
import { mechanismsOf, namedByAdapters } from './adapters.ts';
import { Execution } from './execution.ts';
import type { Place } from './execution.ts';
import { readVectors } from './file.ts';
import { Inputs } from './inputs.ts';
import { SCENARIOS } from './scenarios.ts';
import { UNREACHED } from './unreached.ts';

// A vector counts only through a function that a simulation under its venue's preset calls: V8 counts what vectors and runs execute.

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));
const venues = [...new Set(vectors.map(({ venue }) => venue))];
const presets = VENUES.map(({ name }) => name);
const named = namedByAdapters();

const execution = new Execution();
afterAll(() => execution.close());

/** What the venue's vectors are held against: of all that they execute, what an adapter calls by name. */
async function heldAgainst(venue: string): Promise<ReadonlySet<Place>> {
  const mechanisms = await mechanismsOf(venue);
  execution.take();
  for (const { mechanism, inputs, name, verified_keys: keys } of vectors.filter((vector) => vector.venue === venue)) {
    if (keys.length > 0) mechanisms[mechanism]!(new Inputs(inputs, 'inputs', name));
  }
  return new Set([...execution.take()].filter((place) => named.has(place)));
}

/** What simulations under a preset execute, and the making of its figures before them. */
async function executedUnder(venue: string): Promise<ReadonlySet<Place>> {
  const scenarios = SCENARIOS[venue]!;
  execution.take();
  vi.resetModules();
  for (const name of new Set(scenarios.map(({ margin }) => margin.venue))) await import(`../../src/venues/${name}.ts`);
  for (const scenario of scenarios) run(JSON.stringify(scenario));
  return execution.take();
}

/** What the list of reasons says of a venue. */
function excusedFor(venue: string): readonly Place[] {
  return UNREACHED.flatMap(({ functions }) =>
    Object.entries(functions).flatMap(([module, names]) =>
      Object.entries(names).flatMap(([name, where]) => (where.split(' ').includes(venue) ? [`${module}#${name}`] : [])),
    ),
  );
}

test('every preset has runs, and so have the vectors of no venue', () => {
  expect(Object.keys(SCENARIOS).toSorted()).toEqual([...new Set([...presets, ...venues])].toSorted());
});

describe.each(venues)('%s', (venue) => {
  test('runs call every function that its vectors are held against, but for those that are named with a reason', async () => {
    const held = await heldAgainst(venue);
    const executed = await executedUnder(venue);
    expect(held.size).toBeGreaterThan(0);
    expect([...held].filter((place) => !executed.has(place)).toSorted()).toEqual(excusedFor(venue).toSorted());
  });
});

test('no reason is for a venue without vectors, and no function is named twice', () => {
  const wheres = UNREACHED.flatMap(({ functions }) => Object.values(functions).flatMap((names) => Object.values(names)));
  expect(wheres.flatMap((where) => where.split(' ')).filter((venue) => !venues.includes(venue))).toEqual([]);
  const places = UNREACHED.flatMap(({ functions }) =>
    Object.entries(functions).flatMap(([module, names]) => Object.keys(names).map((name) => `${module}#${name}`)),
  );
  expect(places.length).toBe(new Set(places).size);
});

describe('the count', () => {
  test('is of what was executed since the last, and of nothing else', () => {
    const tiers = tiersFromRates([{ floor: 0, rate: 0.01 }, { floor: 500, rate: 0.02 }]); // prettier-ignore
    execution.take();
    requirement(tiers, 1000);
    expect([...execution.take()].filter((place) => place.startsWith('margin/tiers'))).toEqual(['margin/tiers.ts#tierOf', 'margin/tiers.ts#requirement']); // prettier-ignore
    expect([...execution.take()].filter((place) => place.startsWith('margin/'))).toEqual([]);
  });

  test('tells one preset from another, and classes from functions that are not called', async () => {
    const [taken, plain] = [await executedUnder('vertex'), await executedUnder('generic')];
    expect([taken.has('liquidation/fillable.ts#takeoverPrice'), plain.has('liquidation/fillable.ts#takeoverPrice')]).toEqual([true, false]);
    expect([plain.has('core/ledger.ts#Ledger'), plain.has('venues/account-margin.ts#margin')]).toEqual([true, false]);
  });
});

test('docs/margin.md says of every preset what a run under it applies', () => {
  const text = readFileSync(new URL('../../docs/margin.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('## What a run under a preset applies'));
  const found = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) => cell.match(/[a-z0-9-]{3,}/g) ?? []);
  expect(presets.filter((name) => !found.includes(name))).toEqual([]);
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mechanismsOf } from './adapters.ts';
import { differences } from './comparison.ts';
import { readVectors } from './file.ts';
import type { Vector } from './file.ts';
import { Inputs } from './inputs.ts';

const path = process.env['MARGINFALL_VECTORS'] || fileURLToPath(new URL('../../reference/vectors.json', import.meta.url));
const vectors = readVectors(path);

/** What departs from the vector. */
async function departures(vector: Vector): Promise<readonly string[]> {
  const mechanisms = await mechanismsOf(vector.venue);
  const mechanism = Object.hasOwn(mechanisms, vector.mechanism) ? mechanisms[vector.mechanism] : undefined;
  if (mechanism === undefined) {
    throw new Error(`mechanism ${vector.mechanism}: test/vectors/${vector.venue}.ts knows ${Object.keys(mechanisms).join(', ')}`);
  }
  const actual = mechanism(new Inputs(vector.inputs, 'inputs', vector.name));
  return vector.verified_keys.flatMap((key) =>
    Object.hasOwn(actual, key) ? differences(vector.expected[key], actual[key], vector.tolerance, key) : [`${key}: found nothing`],
  );
}

describe(`venues' worked examples, ${path}`, () => {
  for (const vector of vectors) {
    // Nothing of such a vector was checked against the venue.
    const unverified = vector.verified_keys.length === 0;
    test.skipIf(unverified)(`${vector.id}${unverified ? ': no verified keys' : ''}`, async () => {
      expect(await departures(vector)).toEqual([]);
    });
  }
});

describe('the runner', () => {
  const sample: Vector = {
    id: 'mcr-mapping/convention/x',
    venue: 'mcr-mapping',
    mechanism: 'convention',
    inputs: { equity: 1500, maintenance_margin: 1000 },
    expected: { mcr: 1.5 },
    tolerance: 'exact',
    verified_keys: ['mcr'],
  };

  test('sees a wrong value, a missing key, an unknown venue and an unknown mechanism', async () => {
    expect(await departures(sample)).toEqual([]);
    expect(await departures({ ...sample, expected: { mcr: 1.5000001 } })).toEqual([
      expect.stringContaining('mcr: found 1.5, want 1.5000001'),
    ]);
    expect(await departures({ ...sample, expected: { size: 1 }, verified_keys: ['size'] })).toEqual(['size: found nothing']);
    await expect(departures({ ...sample, venue: 'nowhere' })).rejects.toThrow('venue nowhere: found no test/vectors/nowhere.ts');
    await expect(departures({ ...sample, mechanism: 'toString' })).rejects.toThrow(
      'mechanism toString: test/vectors/mcr-mapping.ts knows convention',
    );
  });
});

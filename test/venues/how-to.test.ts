import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { describeMargin } from '../../src/cli/margin-text.ts';
import { parseAccount } from '../../src/scenario/account-reading.ts';
import { margin } from '../../src/venues/account-margin.ts';
import { VENUES, VENUE_WORDS, venueNamed } from '../../src/venues/catalogue.ts';
import type { Venue } from '../../src/venues/venue.ts';
import { example } from './example.ts';

// What docs/how-to/add-a-venue.md tells a reader to write is written here, and must do what it says there.

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('docs/how-to/add-a-venue.md');

/** The first block of a language. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/how-to/add-a-venue.md: found no block of ${language}`);
  return found;
}

/** The venue of the page, in the catalogue for as long as the tests of this file run. */
async function written(): Promise<Venue> {
  const known = venueNamed('harbour');
  if (known !== null) return known;
  const { outputText } = ts.transpileModule(block('ts'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const { harbour } = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`)) as { harbour: Venue };
  (VENUES as Venue[]).push(harbour);
  (VENUE_WORDS as string[]).push(harbour.name);
  return harbour;
}

test('the calculator answers as the page shows', async () => {
  await written();
  const parsed = parseAccount(read('experiments/accounts/perpetuals.yaml'), { path: 'perpetuals.yaml', set: ['venue=harbour'] });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { account, venue } = parsed;
  expect(`${describeMargin(venue, margin(account, venue)).join('\n')}\n`.replaceAll('\u00a0', ' ')).toBe(block('text'));
});

test.each([
  ['a quarter of a large position first, which is enough', 800, [[50, 'book']]],
  ['the vault below 0.6 of maintenance', 500, [[200, 'backstop']]],
] as const)('a run plays by its rules: %s', async (_, equity, taken) => {
  await written();
  const result = example({
    asset: 'tick: 1\n    lot: 1',
    before: 1000,
    price: 940,
    // Of 188,000 at the mark 940 is maintenance.
    account: `{ side: long, size: 200, entry: 1000, collateral: ${200 * 60 + equity} }`,
    quote: 940,
    margin: 'venue: harbour',
  });
  expect(result.liquidations!.map(({ quantity, route }) => [quantity, route])).toEqual(taken);
});

import type { Command } from 'commander';
import { percent, plain } from '../charts/format.ts';
import type { Venue } from '../venues/venue.ts';
import { rulesOf } from './rulebook.ts';

/** `marginfall venues [NAME]` */
export function register(program: Command): void {
  program
    .command('venues')
    .description('the venues whose rules are known, with their date and sources')
    .argument('[NAME]', 'one venue, with every figure')
    .option('--json', 'print one JSON document on stdout, nothing else')
    .addHelpText('after', '\nExample:\n  $ marginfall venues hyperliquid')
    .action(printVenues);
}

async function printVenues(name: string | undefined, flags: { readonly json?: true }): Promise<void> {
  const { VENUES, VENUE_WORDS, venueNamed } = await import('../venues/catalogue.ts');
  if (name === undefined) {
    if (flags.json === true) return print(JSON.stringify(VENUES.map(documentOf)));
    const width = Math.max(...VENUES.map((venue) => venue.name.length));
    return print(VENUES.map((venue) => `${venue.name.padEnd(width)}  ${venue.date}  ${venue.title}`).join('\n'));
  }
  const venue = venueNamed(name);
  if (venue === null) {
    const { UsageError } = await import('./exit.ts');
    const { didYouMean } = await import('../scenario/problem.ts');
    throw new UsageError(`venues: found ${name}, want ${VENUE_WORDS.join(', ')}${didYouMean(name, VENUE_WORDS)}`);
  }
  print(flags.json === true ? JSON.stringify(documentOf(venue)) : describeVenue(venue));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A venue as JSON has it: every field, and a word where a number is infinite. */
function documentOf(venue: Venue): unknown {
  return JSON.parse(
    JSON.stringify(venue, (_, value: unknown) => (value === Infinity ? 'unlimited' : value === -Infinity ? 'never' : value)),
  );
}

/** A venue in words: its margin tables, its rules, and where each figure comes from. */
export function describeVenue(venue: Venue): string {
  const lines = [`${venue.title} (${[venue.name, ...venue.aliases].join(', ')}), as of ${venue.date}`, ''];
  for (const [asset, tiers] of Object.entries(venue.tiers)) {
    lines.push(`margin of ${asset !== '*' ? asset : Object.keys(venue.tiers).length > 1 ? 'any other asset' : 'any asset'}`);
    for (const { from, maintenance, initial } of tiers)
      lines.push(`  from ${plain(from, 12)}: maintenance ${percent(maintenance, 6)}, initial ${percent(initial, 6)}`);
  }
  for (const { heading, rules } of rulesOf(venue)) lines.push('', heading, ...rules.map((rule) => `  - ${rule}`));
  lines.push('', `figures and where they come from`);
  for (const fact of venue.facts) lines.push(`  - ${fact.what}`, `    ${fact.hypothetical ? 'hypothetical: ' : ''}${fact.source}`);
  return lines.join('\n');
}

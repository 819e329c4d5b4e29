import type { Command } from 'commander';
import type { Venue } from '../venues/venue.ts';

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
  print(flags.json === true ? JSON.stringify(documentOf(venue)) : describe(venue));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A venue as JSON has it: no infinities. */
function documentOf(venue: Venue): unknown {
  const { backstop } = venue;
  return {
    ...venue,
    backstop: backstop === null ? null : { ...backstop, capacity: backstop.capacity === Infinity ? 'unlimited' : backstop.capacity },
  };
}

function describe(venue: Venue): string {
  const percent = (rate: number): string => `${Number((rate * 100).toPrecision(6))} %`;
  const lines = [`${venue.title} (${[venue.name, ...venue.aliases].join(', ')}), as of ${venue.date}`, ''];
  for (const [asset, tiers] of Object.entries(venue.tiers)) {
    lines.push(`margin of ${asset === '*' ? 'any asset' : asset}`);
    for (const tier of tiers) {
      lines.push(`  from ${tier.from.toLocaleString('en-US')}: maintenance ${percent(tier.maintenance)}, initial ${percent(tier.initial)}`);
    }
  }
  lines.push('', `figures and where they come from`);
  for (const fact of venue.facts) lines.push(`  - ${fact.what}`, `    ${fact.hypothetical ? 'hypothetical: ' : ''}${fact.source}`);
  return lines.join('\n');
}

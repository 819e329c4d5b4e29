import type { Command } from 'commander';

/** `marginfall schema [scenario|experiment]` */
export function register(program: Command): void {
  program
    .command('schema')
    .description('JSON Schema of the files that you write, for editors')
    .argument('[KIND]', 'scenario or experiment', 'experiment')
    .option('--json', 'as always here: one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ marginfall schema experiment > marginfall.schema.json')
    .action(printSchema);
}

async function printSchema(kind: string): Promise<void> {
  const { UsageError } = await import('./exit.ts');
  const { didYouMean } = await import('../scenario/problem.ts');
  if (kind !== 'scenario' && kind !== 'experiment') {
    throw new UsageError(`schema: found ${kind}, want scenario or experiment${didYouMean(kind, ['scenario', 'experiment'])}`);
  }
  const { jsonSchema } = await import('../scenario/schema.ts');
  process.stdout.write(`${JSON.stringify(jsonSchema(kind), null, 2)}\n`);
}

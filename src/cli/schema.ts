import type { Command } from 'commander';

/** `marginfall schema [scenario|experiment|account]` */
export function register(program: Command): void {
  program
    .command('schema')
    .description('JSON Schema of the files that you write, for editors')
    .argument('[KIND]', 'scenario, experiment or account', 'experiment')
    .option('--json', 'as always here: one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ marginfall schema experiment > marginfall.schema.json')
    .action(printSchema);
}

async function printSchema(kind: string): Promise<void> {
  const { UsageError } = await import('./exit.ts');
  const { didYouMean } = await import('../scenario/problem.ts');
  if (kind === 'account') {
    const { accountJsonSchema } = await import('../scenario/account.ts');
    return print(accountJsonSchema());
  }
  if (kind !== 'scenario' && kind !== 'experiment') {
    const kinds = ['scenario', 'experiment', 'account'];
    throw new UsageError(`schema: found ${kind}, want scenario, experiment or account${didYouMean(kind, kinds)}`);
  }
  const { jsonSchema } = await import('../scenario/schema.ts');
  print(jsonSchema(kind));
}

function print(schema: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
}

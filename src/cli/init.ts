import { basename } from 'node:path';
import type { Command } from 'commander';
import { someText } from './flags.ts';

/** What each template is for. */
const TEMPLATES = {
  scenario: 'one world, for `marginfall run`',
  experiment: 'a small sweep that takes seconds, for `marginfall sweep`',
  crash: 'the crash of 10 October 2025 under six thresholds',
  account: 'an account at a venue, for `marginfall margin`',
} as const;

type Template = keyof typeof TEMPLATES;

/** The shipped file that a template is. */
const FILES = { experiment: 'small-cascade.yaml', crash: 'mcr-threshold.yaml', account: 'accounts/perpetuals.yaml' } as const;

/** The command that a template is for. */
const NEXT = { scenario: 'run', experiment: 'sweep', crash: 'sweep', account: 'margin' } as const satisfies Record<Template, string>;

/** `marginfall init [TEMPLATE]` */
export function register(program: Command): void {
  program
    .command('init')
    .description('write a commented file to start from')
    .argument(
      '[TEMPLATE]',
      Object.entries(TEMPLATES)
        .map(([name, purpose]) => `${name}: ${purpose}`)
        .join('; '),
      'experiment',
    )
    .option('-o, --out <FILE>', 'write to this file (default: my-TEMPLATE.yaml)', someText)
    .option('--json', 'print one JSON document on stdout, nothing else')
    .addHelpText('after', '\nExample:\n  $ marginfall init scenario -o first.yaml')
    .action(writeStarter);
}

async function writeStarter(template: string, flags: { readonly out?: string; readonly json?: true }): Promise<void> {
  const { UsageError } = await import('./exit.ts');
  const names = Object.keys(TEMPLATES);
  if (!isTemplate(template)) {
    const { didYouMean } = await import('../scenario/problem.ts');
    throw new UsageError(`init: found ${template}, want ${names.join(', ')}${didYouMean(template, names)}`);
  }
  const { rm, writeFile } = await import('node:fs/promises');
  const path = flags.out ?? `my-${template}.yaml`;
  const stem = basename(path)
    .replace(/\.[a-z0-9]+$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  const text = await starterText(template, stem === '' ? `my-${template}` : stem);
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`init: ${path} is there already and is left as it is; -o FILE writes another`);
    // Half a file would keep the next try from writing.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') await rm(path, { force: true });
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  }
  const next = `marginfall ${NEXT[template]} ${path}`;
  process.stdout.write(flags.json === true ? `${JSON.stringify({ file: path, template, next })}\n` : `${path} written. Next:\n  ${next}\n`);
}

function isTemplate(name: string): name is Template {
  return Object.hasOwn(TEMPLATES, name);
}

/** A template under a name of its own, so that its results do not meet those of the shipped experiment. */
async function starterText(template: Template, name: string): Promise<string> {
  if (template === 'scenario') {
    const { SCENARIO_STARTER } = await import('./starter.ts');
    return SCENARIO_STARTER.replace('name: NAME', `name: ${name}`);
  }
  const { readFile } = await import('node:fs/promises');
  const file = FILES[template];
  const text = await readFile(new URL(`../../experiments/${file}`, import.meta.url), 'utf8');
  return text.replace(/^name: .*$/m, `name: ${name}`);
}

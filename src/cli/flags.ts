import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

/** Where results go, and how the command speaks. */
export interface CommonFlags {
  readonly out?: string;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly allowOutside?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** Adds the flags of commands that read an experiment and write a folder. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('-o, --out <DIR>', 'write to this folder (default: results/NAME)', someText)
    .option('--seed <S>', "another seed than the file's")
    .addOption(setFlag())
    .option('--allow-outside', "open files that lie above the file's folder")
    .option('--json', 'print one JSON document on stdout, nothing else')
    .option('--quiet', 'print nothing but errors');
}

/** `--set PATH=VALUE`, repeatable. */
export function setFlag(): Option {
  return new Option('--set <PATH=VALUE>', 'replace the value at a key path of the file, e.g. --set scenario.horizon=1h; repeatable')
    .default([], 'none')
    .argParser((value: string, before: readonly string[]) => [...before, value]);
}

/** A text that is not empty. */
export function someText(text: string): string {
  if (text === '') throw new InvalidArgumentError('Found nothing, want a name.');
  return text;
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Found ${text}, want a whole number ≥ ${least}.`);
    return value;
  };
}

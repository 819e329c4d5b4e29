#!/usr/bin/env node
import { inlineFurther } from './compiler.ts';
import { runCommandLine } from './program.ts';

// Whoever reads our output may stop reading, as `| head` does: that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
inlineFurther();
process.exitCode = await runCommandLine(process.argv.slice(2));

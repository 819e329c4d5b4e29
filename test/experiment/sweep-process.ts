// A process of its own that sweeps the small experiment with the toy engine: `sweep-process.ts OUT SEED`. Writes a dot for each run done.
import { sweep } from '../../src/experiment/sweep.ts';
import { smallExperiment } from './small-experiment.ts';

const [out = '', seed = ''] = process.argv.slice(2);
let written = 0;
await sweep(smallExperiment({ seed, replications: 20 }), {
  out,
  workers: 2,
  engine: new URL('./toy-engine.ts', import.meta.url),
  onProgress: ({ done }) => {
    process.stdout.write('.'.repeat(done - written));
    written = done;
  },
});

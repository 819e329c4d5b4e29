import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Chunk } from './design.ts';
import type { Outcome, Setup, Task } from './task.ts';

/** Worker threads that run chunks of one experiment. */
export class Pool {
  readonly #piscina: Piscina<Parameters<Task>[0], Outcome[]>;

  constructor(setup: Setup, workers: number) {
    const source = import.meta.url.endsWith('.ts');
    this.#piscina = new Piscina({
      filename: new URL(source ? './worker.ts' : './worker.js', import.meta.url).href,
      minThreads: workers,
      maxThreads: workers,
      // Waiting on shared memory would keep a worker from ending at once when the pool is destroyed.
      atomics: 'disabled',
      workerData: setup,
      ...(source ? { execArgv: ['--import', typescriptLoader()] } : {}),
    });
    // A dying worker rejects the chunk it had; the event says the same again, and unheard it would end the process.
    this.#piscina.on('error', () => undefined);
  }

  /** What became of the chunk's runs. Rejects when the worker itself died. */
  run(chunk: Chunk, detail = false): Promise<Outcome[]> {
    return this.#piscina.run({ chunk, detail });
  }

  /** Ends all workers now; what they were doing is lost. */
  destroy(): Promise<void> {
    return this.#piscina.destroy();
  }
}

/** Workers when nobody says otherwise: one a core. */
export function defaultWorkers(): number {
  return availableParallelism();
}

/** A module that lets a worker import TypeScript, for running from source; `--import tsx` reaches the main thread alone. */
function typescriptLoader(): string {
  const api = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return `data:text/javascript,${encodeURIComponent(`import { register } from ${api}; register();`)}`;
}

import { Session } from 'node:inspector';
import type { Debugger, Profiler } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** A function or class of src/, as `margin/tiers.ts#requirement`. */
export type Place = string;

/** Counts what this process executes, by V8’s own counters: functions and constructors that stand at the top level of a module of src/. */
export class Execution {
  readonly #session = new Session();
  /** By script and first character, what stands there; null for what is no declaration. */
  readonly #places = new Map<string, Place | null>();

  constructor() {
    this.#session.connect();
    this.#ask('Profiler.enable');
    // Counts, because a mere yes or no is told once and never again.
    this.#ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }

  /** What has been executed since the last call, or since the beginning. */
  take(): ReadonlySet<Place> {
    const { result } = this.#ask('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    const scripts = result.filter(({ url }) => pathOf(url) !== null);
    this.#identify(scripts);
    const executed = new Set<Place>();
    for (const { scriptId, functions } of scripts) {
      for (const { ranges } of functions) {
        const place = this.#places.get(`${scriptId} ${ranges[0].startOffset}`);
        if (ranges[0].count > 0 && place != null) executed.add(place);
      }
    }
    return executed;
  }

  close(): void {
    this.#session.disconnect();
  }

  /** Names what has not been seen before, by the text that V8 compiled. */
  #identify(scripts: readonly Profiler.ScriptCoverage[]): void {
    const fresh = scripts.filter(({ scriptId, functions }) => functions.some(({ ranges }) => !this.#places.has(`${scriptId} ${ranges[0].startOffset}`))); // prettier-ignore
    if (fresh.length === 0) return;
    this.#ask('Debugger.enable');
    for (const { scriptId, url, functions } of fresh) {
      const { scriptSource } = this.#ask('Debugger.getScriptSource', { scriptId }) as Debugger.GetScriptSourceReturnType;
      for (const { functionName, ranges } of functions) {
        const text = scriptSource.slice(ranges[0].startOffset, ranges[0].startOffset + 200);
        const declared = new RegExp(`^(async )?function\\*? ${functionName}\\b|^class ${functionName}\\b|^constructor\\b`).test(text);
        this.#places.set(`${scriptId} ${ranges[0].startOffset}`, functionName !== '' && declared ? `${pathOf(url)}#${functionName}` : null);
      }
    }
    this.#ask('Debugger.disable');
  }

  /** The session answers before it returns, being in this thread. */
  #ask(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** A script's path in src/; null for any other. */
function pathOf(url: string): string | null {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.startsWith(SRC) ? relative(SRC, path) : null;
}

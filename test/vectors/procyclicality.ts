import { peakToTrough, widenRange } from '../../src/margin/procyclicality.ts';
import { largestRise } from '../../src/severity/paths.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  peak_to_trough: (inputs) => {
    const path = inputs.numbers('margin_path');
    const range = new Float64Array(2).fill(path[0]!);
    for (const margin of path) widenRange(range, margin);
    return { peak_to_trough: peakToTrough(range), max_1step_increase: largestRise(path, 1), max_2step_increase: largestRise(path, 2) };
  },
};

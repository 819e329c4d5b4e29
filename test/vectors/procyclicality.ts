import { largestRise, peakToTrough } from '../../src/margin/procyclicality.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  peak_to_trough: (inputs) => {
    const path = inputs.numbers('margin_path');
    return { peak_to_trough: peakToTrough(path), max_1step_increase: largestRise(path, 1), max_2step_increase: largestRise(path, 2) };
  },
};

import { measureProbe } from '../severity/probes.ts';
import type { ProbeSeries } from '../severity/probes.ts';
import type { Arm } from './arm.ts';
import type { RunOptions } from './options.ts';
import type { Detail } from './recorder.ts';

/** Values of a run's probes, in their order; the arm must have been played with detail when there are any. */
export function probeValues(arm: Arm, options: RunOptions): readonly number[] {
  const known = new Map<ProbeSeries, Float64Array>();
  const series = (name: ProbeSeries): Float64Array => {
    const values = known.get(name) ?? seriesOf(name, arm, options);
    known.set(name, values);
    return values;
  };
  return (options.probes ?? []).map((probe) => measureProbe(probe, series, options.step));
}

function seriesOf(name: ProbeSeries, arm: Arm, options: RunOptions): Float64Array {
  const details = arm.markets.map(({ recorder }) => {
    if (recorder.detail === null) throw new Error('probes: the arm was played without detail');
    return recorder.detail;
  });
  const [first] = details;
  const { asset } = options.markets[0];
  const { last, mark } = arm.markets[0].recorder;
  const open = first.index[0];
  const notional = asset.quantaPerTickLot * asset.quantum;
  const moved = (prices: Float64Array): Float64Array => prices.map((price) => price / open - 1);
  /** What was added in each step to sums over the markets, in quote units. */
  const flow = (of: (detail: Detail) => readonly Float64Array[]): Float64Array =>
    last.map((_, i) => {
      let sum = 0;
      if (i > 0)
        details.forEach((detail, m) =>
          of(detail).forEach((column) => (sum += (column[i] - column[i - 1]) * options.markets[m].asset.quantum)),
        );
      return sum;
    });
  switch (name) {
    case 'price':
      return moved(last);
    case 'mark':
      return moved(mark);
    case 'index':
      return moved(first.index);
    case 'gap':
      return last.map((price, i) => price / first.index[i] - 1);
    case 'bids':
      return first.bidDepth.map((depth) => depth * notional);
    case 'asks':
      return first.askDepth.map((depth) => depth * notional);
    case 'depth':
      return first.bidDepth.map((depth, i) => Math.min(depth, first.askDepth[i]) * notional);
    case 'forced':
      return flow(({ onBook, offBook }) => [onBook, offBook]);
    case 'on-book':
      return flow(({ onBook }) => [onBook]);
    case 'off-book':
      return flow(({ offBook }) => [offBook]);
    case 'adl':
      return flow(({ deleveraged }) => [deleveraged]);
    case 'margin':
      return first.marginRate;
    case 'liquidations':
      return last.map((_, i) => details.reduce((sum, { liquidations }) => sum + liquidations[i], 0));
  }
}

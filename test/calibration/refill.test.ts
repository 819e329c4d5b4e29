import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { depthOverTime, fitDecay, fitRefill } from '../../src/calibration/refill.ts';
import { replayStream } from '../../src/calibration/stream.ts';
import type { Replay } from '../../src/calibration/stream.ts';

const BINS = 480;
const MID = 240;
/** A book of 10 a bin; every so often a trade takes from it, and what is missing halves every `halfLife` seconds down to `rest`. */
function replayOf(halfLife: number, rest: number, samples: number): Replay {
  const taken = { bids: Array.from({ length: samples }, () => 0), asks: Array.from({ length: samples }, () => 0) };
  const missing = { bids: new Float64Array(samples), asks: new Float64Array(samples) };
  for (const [which, side] of (['bids', 'asks'] as const).entries()) {
    for (let event = 20 + 37 * which; event < samples; event += 83 + ((event * 7919) % 61)) {
      const size = 5 + (event % 5);
      taken[side][event] = size;
      for (let k = event; k < samples; k++) missing[side][k] += size * (rest + (1 - rest) * 2 ** (-(k - event) / 10 / halfLife));
    }
    for (let k = 3; k < samples; k++) if (taken[side][k] === 0 && k % 97 === 0) taken[side][k] = 0.01;
  }
  const bins = Array.from({ length: samples }, (_, k) => {
    const side = (which: 'bids' | 'asks'): Float32Array => {
      const values = new Float32Array(BINS).fill(10);
      values[which === 'bids' ? MID - 1 : MID] -= missing[which][k] - (missing[which].at(-1) ?? 0) * rest;
      return values;
    };
    return { bids: side('bids'), asks: side('asks') };
  });
  return {
    snapshot: { bids: { prices: [], notionals: [] }, asks: { prices: [], notionals: [] } },
    interval: 0.1,
    mids: Array.from({ length: samples }, () => 1),
    bins,
    taken,
    binOf: (price) => Math.floor(MID + ((price - 1) / 0.006) * MID),
    trades: 0,
    updates: 0,
  };
}

describe('refill', () => {
  test('a decay of known half-life, amplitude and rest is found', () => {
    const lags = Array.from({ length: 100 }, (_, k) => 0.1 * (k + 1));
    const fit = fitDecay(
      lags,
      lags.map((lag) => 0.8 * 2 ** (-lag / 1.7) + 0.3),
    );
    expect(fit.halfLife / 1.7).toBeCloseTo(1, 1);
    expect(fit.amplitude).toBeCloseTo(0.8, 1);
    expect(fit.rest).toBeCloseTo(0.3, 1);
    expect(fit.rSquared).toBeGreaterThan(0.999);
  });

  test('a book that refills with a half-life of 1.5 s is found to, with its interval', () => {
    const { requoting, events } = fitRefill(replayOf(1.5, 0, 20_000));
    expect(events).toBeGreaterThan(40);
    expect(requoting?.why).toBeNull();
    expect(Math.abs((requoting?.halfLife ?? 0) / 1.5 - 1)).toBeLessThan(0.25);
    expect(requoting?.interval[0]).toBeLessThan(1.5 * 1.25);
    expect(requoting?.interval[1]).toBeGreaterThan(1.5 * 0.75);
  });

  test('too few trades are no ground for a fit, and that is said', () => {
    const { requoting, why } = fitRefill(replayOf(1.5, 0, 2000));
    expect(requoting).toBeNull();
    expect(why).toMatch(/^\d+ large trades in 200 s, want at least 40$/);
  });

  test('depth over time is a median with its quartiles', () => {
    const [low, median, high] = depthOverTime(replayOf(1.5, 0, 500));
    expect(low).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(high);
    // 0.1 % of ±0.6 % in 480 bins: 40 bins of 10, and the one the edge falls into.
    expect(median).toBeGreaterThan(380);
    expect(median).toBeLessThan(420);
  });
});

const data = process.env['MARGINFALL_DATA'];
describe('real streams', () => {
  const read = (name: string): ReturnType<typeof replayStream> =>
    replayStream(
      gunzipSync(readFileSync(join(data ?? '', 'lob_binance_hftbacktest_2024-08-08', `raw_ws_${name}_20240808.jsonl.gz`)))
        .toString()
        .split('\n'),
      null,
    );
  test.skipIf(!data)('spot BTC replays without a gap, and its quotes stand again within seconds', () => {
    const { replay, dropped, gap } = read('spot_BTCUSDT');
    expect([dropped.count, gap]).toEqual([0, null]);
    if (replay === null) throw new Error('want a replay');
    const { requoting } = fitRefill(replay);
    expect(requoting?.why).toBeNull();
    expect(requoting?.halfLife).toBeGreaterThan(0.2);
    expect(requoting?.halfLife).toBeLessThan(2);
  });

  test.skipIf(!data)('the futures of BTC replay without a gap, and are too short for a half-life', () => {
    const { replay, dropped, gap } = read('usdm_BTCUSDT');
    expect([dropped.count, gap]).toEqual([0, null]);
    if (replay === null) throw new Error('want a replay');
    expect(fitRefill(replay).requoting?.why).not.toBeNull();
  });
});

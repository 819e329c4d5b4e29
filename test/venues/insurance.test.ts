import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { readVectors } from '../vectors/file.ts';
import { example } from './example.ts';

// What passes between a liquidated account and the insurance fund, replayed by runs under the venue's preset.

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;

/** The largest fee that a file may state. */
const LARGEST = 0.5;

describe('dydx-v4: a fill above bankruptcy pays the fund up to the largest fee, one below is made good by it', () => {
  const deltas = vectors.filter(({ mechanism, inputs }) => {
    return mechanism === 'insurance_fund_delta' && Number(inputs['max_liquidation_fee']) <= LARGEST;
  });

  test.each(deltas.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const [position] = inputs['positions'] as Readonly<Record<string, number>>[];
    const { size = 0, oracle_price: mark = 0, mmf = 0, imf = 0 } = position!;
    const long = size > 0;
    const before = mark * (long ? 1.4 : 0.6);
    const fill = Number(inputs['fill_price']);
    const result = example({
      asset: 'tick: 1\n    lot: 0.001',
      before,
      price: mark,
      account: `{ side: ${long ? 'long' : 'short'}, size: ${Math.abs(size)}, entry: ${before}, collateral: ${Number(inputs['usdc_balance']) + size * before} }`,
      quote: fill,
      buys: !long,
      margin: `venue: dydx-v4, maintenance: ${mmf}, initial: ${imf}`,
      liquidation: `limit: off, throttle: off, insurance: 1_000, fee: { rate: ${String(inputs['max_liquidation_fee'])}, cap: bankruptcy }`,
    });
    expect(result.liquidations!.map(({ quantity, fillPrice }) => [quantity, fillPrice])).toEqual([[Number(inputs['fill_size']), fill]]);
    const delta = Number(expected['insurance_delta_quantums']) / 1e6;
    expect(metric(result, 'fund_income') - metric(result, 'insurance_used')).toBeCloseTo(delta, 9);
    expect([metric(result, 'bad_debt'), metric(result, 'ledger_error')]).toEqual([Math.max(0, -delta), 0]);
  });

  test('they are most of the venue’s, and on both sides', () => {
    expect(deltas.length).toBeGreaterThan(7);
    expect(new Set(deltas.map(({ inputs }) => inputs['is_buy']))).toEqual(new Set([true, false]));
  });

  test('a part of a position is made good by its part: the rest is as well covered as before', () => {
    // 100 lots of −100 in all at the mark; half of them fill at it.
    const result = example({
      asset: 'tick: 1\n    lot: 1',
      before: 120,
      price: 100,
      account: '{ side: long, size: 100, entry: 120, collateral: 1_900 }',
      quote: 100,
      depth: 50,
      margin: 'venue: dydx-v4',
      liquidation:
        'limit: { kind: bankruptcy, rest: wait }, throttle: off, insurance: 1_000, policy: { kind: clips, notional: 5_000, pause: 20s }',
    });
    // Nothing sells below bankruptcy, which lies above the mark.
    expect(result.liquidations).toEqual([]);
    const open = example({
      asset: 'tick: 1\n    lot: 1',
      before: 120,
      price: 100,
      account: '{ side: long, size: 100, entry: 120, collateral: 1_900 }',
      quote: 100,
      depth: 50,
      margin: 'venue: dydx-v4',
      liquidation: 'limit: off, throttle: off, insurance: 1_000, policy: { kind: clips, notional: 5_000, pause: 20s }',
    });
    expect([metric(open, 'insurance_used'), metric(open, 'latent_bad_debt')]).toEqual([50, 50]);
  });
});

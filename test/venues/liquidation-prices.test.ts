import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { chargedRate } from '../../src/margin/isolated.ts';
import { marginTable, venueNamed } from '../../src/venues/catalogue.ts';
import { readVectors } from '../vectors/file.ts';
import type { Vector } from '../vectors/file.ts';
import { example } from './example.ts';

// A venue's liquidation prices, replayed by runs under its preset: the same account lives on one side of the price and goes on the other.

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));

const MECHANISMS = ['isolated_liquidation_price', 'liquidation_price', 'inverse_isolated_liquidation_price', 'inverse_liquidation_price'];
/** Share of a price by which a run is tried on either side of it: more than the venues round by. */
const BESIDE = 2e-4;

interface Replay {
  readonly side: 'long' | 'short';
  readonly entry: number;
  readonly size: number;
  readonly collateral: number;
  readonly rate: number;
  readonly deduction: number;
  readonly inverse: boolean;
}

function replayOf({ venue, inputs }: Vector): Replay {
  const number = (...keys: string[]): number => Number(inputs[keys.find((key) => key in inputs) ?? ''] ?? NaN);
  const inverse = 'qty_usd' in inputs;
  const entry = number('entry', 'entry_price');
  const size = number('size', 'qty_usd') || 1;
  const coin = number('margin_btc') * entry;
  const own = number('wallet_balance', 'isolated_margin');
  const worth = inverse ? size : size * entry;
  const collateral = coin || own || worth / number('leverage');
  const fee = venueNamed(venue)?.closingFee ?? 0;
  return {
    side: inputs['side'] === 'short' ? 'short' : 'long',
    entry,
    size,
    collateral,
    rate: chargedRate(number('mmr', 'maintenance_rate', 'mm_rate'), fee),
    deduction: number('cum') || 0,
    inverse,
  };
}

/** The finest power of ten that spans both prices, and quotes at twice them, in the ticks that a book has. */
function tickFor(entry: number, price: number): number {
  return 10 ** Math.ceil(Math.log10(Math.max(entry, price) / 4e5));
}

/** Whether the account is liquidated at a price under the venue's preset. */
function goes(venue: string, replay: Replay, price: number): boolean {
  const { side, entry, size, collateral, rate, deduction, inverse } = replay;
  const tick = tickFor(entry, price);
  const on = (exact: number): string => (Math.round(exact / tick) * tick).toFixed(10);
  const lot = inverse ? 1 : 10 ** -(String(size).split('.')[1]?.length ?? 0);
  const contract = inverse ? '\n    contract: { kind: inverse, face: 1, coin: XBT }' : '';
  // A ladder whose upper tier takes the stated amount off its rate × notional.
  const tiers = deduction === 0 ? String(rate) : `[{ from: 0, rate: ${rate / 2} }, { from: ${(2 * deduction) / rate}, rate: ${rate} }]`;
  const quantum = tick * lot;
  const margin = inverse ? collateral : Math.round(collateral / quantum) * quantum;
  return (
    example({
      asset: `tick: ${tick.toFixed(10)}\n    lot: ${lot.toFixed(10)}${contract}`,
      before: Number(on(entry)),
      price: Number(on(price)),
      account: `{ side: ${side}, size: ${size}, entry: ${on(entry)}, collateral: ${margin.toFixed(10)} }`,
      quote: Number(on(price)),
      buys: side === 'short',
      away: side === 'short' ? Number(on(price / 2)) : Number(on(price * 2)),
      depth: size,
      margin: `venue: ${venue}, maintenance: ${tiers}, initial: ${2 * rate}`,
      liquidation: 'limit: off',
    }).liquidations!.length > 0
  );
}

const priced = vectors.filter((vector) => {
  const { mechanism, inputs, verified_keys } = vector;
  return MECHANISMS.includes(mechanism) && verified_keys.includes('liquidation_price') && ('entry' in inputs || 'entry_price' in inputs);
});

describe('liquidation prices', () => {
  test.each(priced.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const replay = replayOf(vector);
    const price = Number(vector.expected['liquidation_price']);
    const away = replay.side === 'long' ? -1 : 1;
    const beside = Math.max(BESIDE, (1.5 * tickFor(replay.entry, price)) / price);
    expect(goes(vector.venue, replay, price * (1 + away * beside)), 'beyond').toBe(true);
    expect(goes(vector.venue, replay, price * (1 - away * beside)), 'before').toBe(false);
  });

  test('venues that charge the value at entry are among them, and would fail at the mark', () => {
    const [one] = priced.filter(({ id }) => id === 'bybit/isolated_liquidation_price/02');
    const replay = replayOf(one!);
    const price = Number(one!.expected['liquidation_price']);
    expect(priced.length).toBeGreaterThan(35);
    // At the mark the same rate asks for less of a long that has fallen.
    expect(goes('bybit, maintenanceOn: mark', replay, price * (1 - BESIDE))).toBe(false);
    expect(goes('generic, maintenanceOn: entry', replay, price * (1 - BESIDE))).toBe(true);
  });
});

describe('gmx-v2: below 1 % of the size at entry', () => {
  const cases = vectors.filter(({ venue, mechanism }) => venue === 'gmx-v2' && mechanism === 'liquidatable');

  test.each(cases.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const number = (key: string): number => Number(inputs[key] ?? NaN);
    const entry = number('entry') || number('entry_price');
    const price = number('price');
    const collateral = number('collateral_value') || number('collateral_eth') * price;
    const size = number('size_usd') / entry;
    const side = inputs['side'] === 'short' ? 'short' : 'long';
    const run = (to: number): boolean =>
      example({
        asset: `tick: ${entry > 1000 ? 0.1 : 0.001}\n    lot: 1`,
        // Before the jump nobody is near any level.
        before: side === 'long' ? entry * 2 : entry / 2,
        price: to,
        account: `{ side: ${side}, size: ${size}, entry: ${entry}, collateral: ${collateral} }`,
        quote: to,
        buys: side === 'short',
        margin: 'venue: gmx-v2',
      }).liquidations!.length > 0;
    expect(marginTable(venueNamed('gmx-v2')!, 'BTC')![0]!.maintenance).toBe(number('min_collateral_factor'));
    expect(run(price)).toBe(expected['liquidatable']);
  });
});

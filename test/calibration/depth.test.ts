import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECKED, depthWithin, fitDepth } from '../../src/calibration/depth.ts';
import { bookFragment } from '../../src/calibration/fragment.ts';
import { readSnapshot } from '../../src/calibration/snapshot.ts';
import type { Side, Snapshot } from '../../src/calibration/snapshot.ts';
import { quotedDepth, scenarioOf } from './book.ts';

const MID = 50_000;
/** A side whose depth within x is `total` × (x / reach)^exponent. */
function side(sign: number, total: number, exponent: number, reach: number, count = 2000): Side {
  const distances = Array.from({ length: count }, (_, i) => (reach * (i + 1)) / count);
  const within = (x: number): number => total * (x / reach) ** exponent;
  return {
    prices: distances.map((x) => MID * (1 + sign * x)),
    notionals: distances.map((x, i) => within(x) - (i === 0 ? 0 : within(distances[i - 1] ?? 0))),
  };
}
const book = (total: number, exponent: number, reach: number, skew = 1): Snapshot => ({
  bids: side(-1, total, exponent, reach),
  asks: side(1, total * skew, exponent, reach),
});

describe('depth of a snapshot', () => {
  test('a flat book is fitted by its density, and its depth within 1 % is found', () => {
    const fit = fitDepth(book(40e6, 1, 0.02));
    expect(fit.chosen).toBe('flat');
    expect(fit.extrapolated).toBe(false);
    expect(fit.depth / 20e6).toBeCloseTo(1, 2);
    expect(fit.flat.rSquared).toBeGreaterThan(0.999);
    expect(fit.power.exponent).toBeCloseTo(1, 1);
    for (const { flat } of fit.checks) expect(Math.abs(flat.bids)).toBeLessThan(0.06);
  });

  test('a convex book needs the table; the power law names its exponent', () => {
    const fit = fitDepth(book(40e6, 1.6, 0.02));
    expect(fit.chosen).toBe('table');
    expect(fit.power.exponent).toBeCloseTo(1.6, 1);
    expect(fit.power.rSquared).toBeGreaterThan(0.999);
    expect(fit.table.rSquared).toBeGreaterThan(fit.flat.rSquared);
    expect(fit.table.rows.at(-1)).toMatchObject({ distance: 0.05, measured: false });
  });

  test('a book that ends before 1 % is extrapolated by its outer density, and the fit says so', () => {
    const fit = fitDepth(book(4e6, 1, 0.002));
    expect(fit.extrapolated).toBe(true);
    expect(fit.depth / 20e6).toBeCloseTo(1, 2);
    expect(fit.checks.map((check) => check.distance)).toEqual([0.0005, 0.001]);
    expect(bookFragment('book.csv', fit, null)).toMatch(/depth: \S+ # extrapolated: .* from 20bps to 1 %/);
  });

  test('depth within a distance includes a level that stands on it', () => {
    const bids = { prices: [99, 98], notionals: [10, 20] };
    expect([0.005, 0.01, 0.015, 0.02].map((x) => depthWithin(bids, 100, x))).toEqual([0, 10, 10, 30]);
  });

  test('makers with the fragment quote the book it was fitted to, each side for itself', () => {
    const snapshot = book(40e6, 1.6, 0.006, 0.7);
    const fit = fitDepth(snapshot);
    const quoted = quotedDepth(scenarioOf(bookFragment('book.csv', fit, null), MID, 0.1));
    for (const distance of CHECKED) {
      const [bids, asks] = quoted(distance);
      expect(bids / depthWithin(snapshot.bids, MID, distance)).toBeCloseTo(1, 1.4);
      expect(asks / depthWithin(snapshot.asks, MID, distance)).toBeCloseTo(1, 1.4);
    }
  });
});

const data = process.env['MARGINFALL_DATA'];
describe('real books', () => {
  for (const [name, contract, tick] of [
    ['usdm_BTCUSDT', null, 0.1],
    ['usdm_ETHUSDT', null, 0.01],
    ['spot_BTCUSDT', null, 0.1],
    ['spot_ETHUSDT', null, 0.01],
    ['coinm_BTCUSD_PERP', 100, 0.1],
  ] as const) {
    test.skipIf(!data)(`${name}: the calibrated book has the real depth at 5, 10, 25 and 50 bps, where it reaches, within 10 %`, () => {
      const path = join(data ?? '', 'lob_binance_hftbacktest_2024-08-08', `snapshot1000_${name}.csv`);
      const { snapshot, dropped } = readSnapshot(readFileSync(path, 'utf8'), contract);
      if (snapshot === null) throw new Error('want a snapshot');
      expect(dropped.count).toBe(0);
      const fit = fitDepth(snapshot);
      const mid = Math.round(fit.mid / tick) * tick;
      const quoted = quotedDepth(scenarioOf(bookFragment(name, fit, null), Number(mid.toFixed(2)), tick));
      const reached = CHECKED.filter((distance) => distance <= fit.extent);
      expect(reached.length).toBeGreaterThanOrEqual(2);
      for (const distance of reached) {
        const [bids, asks] = quoted(distance);
        expect(Math.abs(bids / depthWithin(snapshot.bids, fit.mid, distance) - 1), `bids ${distance}`).toBeLessThan(0.1);
        expect(Math.abs(asks / depthWithin(snapshot.asks, fit.mid, distance) - 1), `asks ${distance}`).toBeLessThan(0.1);
      }
    });
  }
});

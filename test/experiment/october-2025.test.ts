import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { compileFormula } from '../../src/scenario/formula.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const text = readFileSync(new URL('../../experiments/october-2025.yaml', import.meta.url), 'utf8');

function experimentOf(source: string) {
  const found = parseExperiment(source, { path: 'october-2025.yaml', formula: compileFormula });
  if (!('experiment' in found)) throw new Error(JSON.stringify(found));
  return found.experiment;
}

describe('the tenth of October', () => {
  const experiment = experimentOf(text);
  const { scenario, uncertain, notes } = experiment;
  const pathsOf = (kind: RegExp): readonly string[] => notes.filter(({ source }) => kind.test(source)).map(({ path }) => path);

  test('every value is set before the event, fitted on it, not identifiable, or hypothetical', () => {
    const unnamed = notes.filter(({ source }) => !/^(set before|fitted on the event|not identifiable|hypothetical)/.test(source));
    expect(unnamed).toEqual([]);
    for (const path of ['assets[0].driver', 'margin.maintenance', 'liquidation.policy', 'liquidation.adl', 'market.makers.depth'])
      expect(
        pathsOf(/^set before/).some((known) => known.startsWith(path)),
        path,
      ).toBe(true);
  });

  test('leverage alone is fitted, to one number', () => {
    expect(pathsOf(/^fitted/)).toEqual(['traders[0].leverage', 'traders[1].leverage']);
    const [longs, shorts] = resolvePoint(experiment, 0).traders;
    if (longs?.kind !== 'drawn' || shorts?.kind !== 'drawn') throw new Error('want drawn groups');
    expect(longs.leverage).toEqual(shorts.leverage);
    expect(scenario.facts.filter(({ standing }) => standing === 'fitted').map(({ of }) => of)).toEqual(['forced_twelve_minutes']);
  });

  test('everything else that is compared is predicted', () => {
    expect(scenario.facts.filter(({ standing }) => standing === 'predicted').map(({ of }) => of)).toEqual([
      'forced_half_hour',
      'off_book_notional / liquidated_notional',
      'adl_notional / liquidated_notional',
      'first_adl_time',
      'first_adl_index',
      'lowest_gap',
      'depth_before_low',
      'depth_at_ten',
      'bad_debt',
    ]);
  });

  test('what nothing identifies is varied, and nothing else is', () => {
    expect(uncertain.map(({ path }) => path).sort()).toEqual([
      'liquidation.backstop.capacity',
      'market.makers.recovery',
      'market.makers.returnHalfLife',
      'market.makers.volatilityScale',
      'traders[retail longs].topUp.probability',
      'traders[retail longs].topUp.reserve',
    ]);
  });

  test('a replication with a tenth of the accounts measures every probe, with a ledger that is exact after every step', () => {
    const small = experimentOf(text.replace(/count: 20_000/, 'count: 2000').replace(/count: 11_500/, 'count: 1150'));
    const options = resolvePoint(small, 0, drawUncertain(small, 0));
    const { metrics } = new Simulator().run(options, { seed: small.seed, replicate: 0 }, { recountAlways: true });
    const value = (name: string): number => metrics[METRIC_NAMES.indexOf(name)]!;
    expect(value('ledger_error')).toBe(0);
    expect(value('liquidated_notional')).toBeGreaterThan(0.5e9);
    expect(value('off_book_notional') + value('on_book_notional')).toBeCloseTo(value('liquidated_notional'), 0);
    for (const probe of metrics.subarray(METRIC_NAMES.length)) expect(probe).not.toBeNaN();
  });
});

const folder = join(process.env['MARGINFALL_DATA'] ?? '', 'oct10_2025');
const bands = join(folder, 'binance_usdm_BTCUSDT_bookDepth_2025-10-10.csv.gz');
const bars = join(folder, 'binance_coinm_BTCUSD_PERP_markprice_1m_2025-10-09_10.csv');

describe.skipIf(process.env['MARGINFALL_DATA'] === undefined || !existsSync(bands) || !existsSync(bars))(
  'depth before the event (needs MARGINFALL_DATA)',
  () => {
    const rowsOf = (csv: string): string[][] =>
      csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(','));
    interface Minute {
      readonly ts: number;
      readonly open: number;
      readonly close: number;
    }
    const priceAt = (minutes: readonly Minute[], time: number): number => {
      const minute = minutes[Math.floor((time - minutes[0]!.ts) / 60_000)]!;
      return minute.open + ((minute.close - minute.open) * (time - minute.ts)) / 60_000;
    };
    /** From half past three on a stale bid of 17.7 BTC stands in the published book, and its mid is halfway up to it. */
    const STALE = { from: '15:29', price: 121_363, size: 17.7 };

    /** Bids within one percent of the price, and by how much that moved in the minute before; snapshots of 00:00 to 20:45. */
    function readBids(): readonly { clock: string; time: number; bids: number; move: number }[] {
      const minutes = rowsOf(readFileSync(bars, 'utf8')).map(([ts, open, , , close]): Minute => ({
        ts: Number(ts),
        open: Number(open),
        close: Number(close),
      }));
      const snapshots = new Map<string, Map<number, number>>();
      for (const [stamp = '', band, , notional] of rowsOf(gunzipSync(readFileSync(bands)).toString())) {
        const known = snapshots.get(stamp) ?? new Map<number, number>();
        snapshots.set(stamp, known.set(Number(band), Number(notional)));
      }
      return [...snapshots].flatMap(([stamp, known]) => {
        const clock = stamp.slice(11, 19);
        const time = Date.parse(`${stamp.replace(' ', 'T')}Z`);
        const price = priceAt(minutes, time);
        const stale = clock >= STALE.from;
        const mid = stale ? (STALE.price + price) / 2 : price;
        const points = [-1, -2, -3, -4, -5].flatMap((band) => {
          const distance = (price - mid * (1 + band / 100)) / price;
          const notional = known.get(band);
          if (notional === undefined || distance < 0.0002) return [];
          return [{ distance, notional: Math.max(0, notional - (stale ? STALE.size * STALE.price : 0)) }];
        });
        const k = points.findIndex(({ distance }) => distance >= 0.01 - 1e-9);
        const [near, far] = [points[k - 1] ?? { distance: 0, notional: 0 }, points[k]];
        if (clock >= '20:46' || far === undefined) return [];
        const bids = near.notional + ((far.notional - near.notional) * (0.01 - near.distance)) / (far.distance - near.distance);
        return bids > 0 ? [{ clock, time, bids, move: Math.abs(price / priceAt(minutes, time - 60_000) - 1) }] : [];
      });
    }
    test('the level is what stood within one percent at a quarter to nine', () => {
      const last = readBids()
        .filter(({ clock }) => clock >= '20:44')
        .map((one) => one.bids);
      const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
      expect(Math.abs(mean / 165e6 - 1)).toBeLessThan(0.05);
      const { makers } = experimentOf(text).scenario.market as { makers: { depth: number } };
      expect(Math.abs(makers.depth / mean - 1)).toBeLessThan(0.06);
    });

    test('no minute moved by more than a third of a percent, and no fall with volatility is identified', () => {
      const before = readBids().filter(({ clock }) => clock < '20:45');
      type Rows = typeof before;
      expect(before.length).toBeGreaterThan(2400);
      expect(Math.max(...before.map(({ move }) => move))).toBeLessThan(1 / 300);
      /** Mean absolute deviation of the logarithms from one level, when the depth falls as the makers' does. */
      const lossOf = (rows: Rows, scale: number): number => {
        const logs = rows.map((one) => Math.log(one.bids * (1 + one.move / scale)));
        const level = logs.toSorted((a, b) => a - b)[logs.length >> 1]!;
        return logs.reduce((sum, value) => sum + Math.abs(value - level), 0) / rows.length;
      };
      const scales = [0.0035, 0.005, 0.0075, 0.01, 0.013, 0.017, 0.03, 0.1, Infinity];
      const bestOf = (rows: Rows): number => scales.toSorted((a, b) => lossOf(rows, a) - lossOf(rows, b))[0]!;
      // No fall fits the whole day best, and the hours with a sound book are fitted as well to half a percent by any of the scales.
      expect(bestOf(before)).toBe(Infinity);
      const sound = before.filter(({ clock }) => clock < STALE.from);
      const losses = scales.map((scale) => lossOf(sound, scale));
      expect(bestOf(sound)).toBe(0.013);
      expect(Math.max(...losses) / Math.min(...losses)).toBeLessThan(1.03);
    });
  },
);

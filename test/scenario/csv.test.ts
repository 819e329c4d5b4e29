import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { barPath, closesBefore, driverStart } from '../../src/scenario/bars.ts';
import type { Bars } from '../../src/scenario/csv.ts';
import { readBars } from '../../src/scenario/csv.ts';

function bars(text: string): Bars {
  const read = readBars(text);
  if ('problems' in read) throw new Error(read.problems.map((one) => `${one.line}:${one.column} ${one.message}`).join('\n'));
  return read.bars;
}

const plain = [
  [1_700_000_000, 100, 104, 99, 103],
  [1_700_000_060, 103, 105, 90, 91],
  [1_700_000_120, 91, 95, 91, 95],
] as const;

function file(scale: number, header: string | null, tail = ',1'): string {
  const rows = plain.map(([stamp, ...prices]) => `${stamp * scale},${prices.join(',')}${tail}`);
  return `${header === null ? '' : `${header}\n`}${rows.join('\n')}\n`;
}

describe('formats', () => {
  const expected = {
    seconds: 60,
    stamps: plain.map((row) => row[0]),
    open: [100, 103, 91],
    high: [104, 105, 95],
    low: [99, 90, 91],
    close: [103, 91, 95],
  };
  const kline = ',12.5,1700000059999,1250000.1,300,6.1,610000.2,0';

  test.each([
    ['ts,open,high,low,close,volume in seconds', file(1, 'ts,open,high,low,close,volume')],
    ['the same in milliseconds', file(1000, 'ts,open,high,low,close,volume')],
    ['Binance klines without header, ms', file(1000, null, kline)],
    ['Binance klines without header, µs', file(1_000_000, null, kline)],
    [
      'Binance klines with header',
      file(
        1000,
        'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore',
        kline,
      ),
    ],
    ['Windows line ends and a byte order mark', `\uFEFF${file(1, 'ts,open,high,low,close,volume').replaceAll('\n', '\r\n')}`],
  ])('%s', (_, text) => expect(bars(text)).toEqual(expected));

  test('columns are found by their names', () => {
    const text = 'close,time,low,high,open\n103,1700000000,99,104,100\n91,1700000060,90,105,103\n95,1700000120,91,95,91\n';
    expect(bars(text)).toEqual(expected);
  });
});

describe('mistakes', () => {
  const text = file(1, 'ts,open,high,low,close,volume');
  test.each([
    ['not a number', text.replace('105', 'NaN'), 3, 16, 'high: found NaN, want a price > 0'],
    ['nothing', text.replace(',105', ','), 3, 16, 'high: found nothing'],
    ['a price of 0', text.replace(',90,', ',0,'), 3, 20, 'low: found 0, want a price > 0'],
    ['a negative price', text.replace(',90,', ',-90,'), 3, 20, 'low: found -90'],
    ['stamps in two units', text.replace('1700000060', '1700000060000'), 3, 1, 'want the unit of the rows before it'],
    ['a stamp of another age', text.replace('1700000000', '17'), 2, 1, 'found the stamp 17, want seconds, milliseconds or microseconds'],
    ['a high below the close', text.replace('104', '102'), 2, 1, 'found high 102'],
    ['a low above the open', text.replace(',99,', ',101,'), 2, 1, 'found low 101'],
    ['a short row', text.replace(',90,91,1', ''), 3, 20, 'low: found nothing'],
    ['one bar', file(1, null).split('\n')[0] ?? '', 1, 1, 'found one bar, want at least two'],
  ])('%s', (_, broken, line, column, says) => {
    const read = readBars(broken);
    expect('problems' in read && read.problems[0]).toMatchObject({ line, column });
    expect('problems' in read ? read.problems[0]?.message : '').toContain(says);
  });

  test('the longest stretch without a gap, where that is asked for; one odd bar does not set the spacing', () => {
    const stamps = [0, 60, 120, 151, 180, 240, 300, 360, 420, 600, 660];
    const rows = stamps.map((stamp, k) => `${1_700_000_000 + stamp},${100 + k},${101 + k},${99 + k},${100 + k},1`);
    const text = `ts,open,high,low,close,volume\n${rows.join('\n')}\n`;
    const read = readBars(text, 'longest');
    if ('problems' in read) throw new Error('want bars');
    expect(read.bars.seconds).toBe(60);
    expect(read.bars.open).toEqual([104, 105, 106, 107, 108]);
    expect(read.gaps).toMatchObject({ gaps: 3, dropped: 6, line: 5 });
    expect(readBars(text)).toHaveProperty('problems');
  });

  test('the first gap is named and all are counted', () => {
    const stamps = [0, 60, 180, 240, 420];
    const rows = stamps.map((stamp) => `${1_700_000_000 + stamp},1,1,1,1`);
    const read = readBars(rows.join('\n'));
    const message = 'problems' in read ? read.problems[0]?.message : '';
    expect(message).toContain('found a gap after 2023-11-14T22:14:20.000Z: the next bar comes 120s later');
    expect(message).toContain('2 gaps, about 3 bars missing');
  });

  test('a file of nonsense does not list a million mistakes', () => {
    const read = readBars(Array.from({ length: 1000 }, () => '1,x,x,x,x').join('\n'));
    expect('problems' in read ? read.problems.length : 0).toBe(20);
  });
});

describe('a path through bars', () => {
  const three = bars(file(1, null));
  const start = driverStart(three, 'first');

  test('open, nearer extreme, other extreme, close', () => {
    const { times, prices } = barPath(three, start, 180);
    expect(prices).toEqual([100, 99, 104, 103, 103, 105, 90, 91, 91, 91, 95, 95]);
    expect(times.slice(0, 5)).toEqual([0, 20, 40, 59.94, 60]);
    expect(times.every((time, k) => k === 0 || time > (times[k - 1] ?? 0))).toBe(true);
  });

  test('every bar keeps its range', () => {
    const { times, prices } = barPath(three, start, 180);
    for (const [k, stamp] of three.stamps.entries()) {
      const inside = prices.filter((_, i) => Math.floor((times[i] ?? 0) / 60) === (stamp - start) / 60);
      expect([Math.max(...inside), Math.min(...inside)]).toEqual([three.high[k], three.low[k]]);
    }
  });

  test('a start inside a bar begins on its line', () => {
    const { times, prices } = barPath(three, start + 10, 60);
    expect([times[0], prices[0]]).toEqual([0, 99.5]);
    expect([times[1], prices[1]]).toEqual([10, 99]);
  });

  test('no more bars than the horizon asks for', () => expect(barPath(three, start, 60).times.at(-1)).toBeCloseTo(59.94, 9));

  test('closes before a moment', () => {
    expect(closesBefore(three, start + 120)).toEqual({ ages: [0, 60], prices: [91, 103] });
    expect(closesBefore(three, Infinity)).toEqual({ ages: [0, 60, 120], prices: [95, 91, 103] });
    expect(closesBefore(three, start)).toEqual({ ages: [], prices: [] });
  });
});

const data = process.env['MARGINFALL_DATA'];

test.skipIf(data === undefined)('real price files are read whole', () => {
  for (const folder of ['events', 'prices_1h']) {
    for (const name of readdirSync(join(data ?? '', folder)).filter((one) => /^(\d|binance_spot_BTC).*\.csv(\.gz)?$/.test(one))) {
      const raw = readFileSync(join(data ?? '', folder, name));
      const read = readBars((name.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8'));
      // Windows around crashes have no missing bar; years of hours have some, and then the message names the first.
      if (folder === 'events') expect('bars' in read ? read.bars.stamps.length : read.problems).toBeGreaterThan(100);
      else expect('bars' in read ? '' : read.problems[0]?.message).toMatch(/^$|found a gap after \d{4}-/);
    }
  }
});

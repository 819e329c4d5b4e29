import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture } from './capture.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'calibrate-'));
  const level = (side: string, sign: number) => (_: unknown, k: number) =>
    `${side},${k + 1},${(50_000 * (1 + sign * 2e-6 * (k + 1) ** 1.2)).toFixed(2)},${0.2 + k / 500}`;
  const rows = [...Array.from({ length: 400 }, level('bid', -1)), ...Array.from({ length: 400 }, level('ask', 1))];
  writeFileSync(join(root, 'book.csv'), ['side,level,price,qty', ...rows, 'ask,401,60000,0'].join('\n'));
  writeFileSync(join(root, 'crossed.csv'), 'side,level,price,qty\nbid,1,102,1\nbid,2,98,1\nask,1,101,1\nask,2,103,1\n');
  let price = 100;
  const bars = Array.from({ length: 1500 }, (_, k) => {
    const open = price;
    price *= 1 + 0.002 * Math.sin(k * k) * (1 + Math.sin(k / 60));
    return `${1_700_000_000 + 300 * k},${open},${Math.max(open, price) * 1.0001},${Math.min(open, price) * 0.9999},${price},1`;
  });
  writeFileSync(join(root, 'bars.csv'), ['ts,open,high,low,close,volume', ...bars].join('\n'));
  writeFileSync(join(root, 'few.csv'), ['ts,open,high,low,close,volume', ...bars.slice(0, 100)].join('\n'));
  const say = (t: number, message: object): string => `${1_700_000_000 + t}${'0'.repeat(9)} ${JSON.stringify(message)}`;
  const sides = (sign: number): string[][] => Array.from({ length: 20 }, (_, k) => [String(100 + sign * (k + 1) * 0.01), '1']);
  writeFileSync(
    join(root, 'stream.jsonl'),
    [
      say(0, { lastUpdateId: 5, bids: sides(-1), asks: sides(1) }),
      say(1, { data: { e: 'depthUpdate', U: 6, u: 7, pu: 5, b: [], a: [] } }),
      say(2, { data: { e: 'depthUpdate', U: 9, u: 9, pu: 8, b: [], a: [] } }),
    ].join('\n'),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('calibrate book', () => {
  test('summary, fragment and counts on the terminal; nothing is written without --out', async () => {
    const before = readdirSync(root);
    const { status, out, err } = await capture('calibrate', 'book', join(root, 'book.csv'));
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('Read 801 rows, dropped 1.');
    expect(out).toContain(`${join(root, 'book.csv')}:802  qty: found 0, want a number > 0`);
    expect(out).toMatch(/^5 bps /m);
    expect(out).toMatch(/R² of cumulative depth: flat 0\.\d+, power law 0\.\d+, table [01]\.\d+/);
    expect(out).toContain('Depth within 1 % is an extrapolation: the levels span');
    expect(out).toMatch(/^market:\n {2}makers:\n {4}kind: ladder\n {4}depth: \S+ # extrapolated/m);
    expect(readdirSync(root)).toEqual(before);
  });

  test('--out writes fragment, figures and the chart as SVG and PNG', async () => {
    const folder = join(root, 'book');
    const { status, out } = await capture('calibrate', 'book', join(root, 'book.csv'), '-o', folder);
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['book.png', 'book.svg', 'fit.json', 'fragment.yaml']);
    expect(out).toContain(join(folder, 'fragment.yaml'));
    expect(readFileSync(join(folder, 'book.svg'), 'utf8')).toContain('Distance from the mid');
    expect(JSON.parse(readFileSync(join(folder, 'fit.json'), 'utf8'))).toMatchObject({
      kind: 'book',
      source: 'book.csv',
      dropped: 1,
      refill: null,
    });
  });

  test('a stream with a gap: what follows it is counted, and refill is not fitted', async () => {
    const { status, out } = await capture('calibrate', 'book', join(root, 'stream.jsonl'));
    expect(status).toBe(0);
    expect(out).toContain('dropped 0 lines or levels, and 1 lines after a gap.');
    expect(out).toContain('stream.jsonl:3  found a gap in the updates: pu 8, want 7, the u before it');
    expect(out).toMatch(/Refill: no fit, 0 large trades in \d+ s, want at least 40\./);
  });

  test('a crossed book is refused with its place', async () => {
    const { status, out, err } = await capture('calibrate', 'book', join(root, 'crossed.csv'));
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(`crossed.csv:4  found a crossed book: best bid 102 (line 2) and best ask 101`);
  });

  test('a file that is not there, and a contract that is no number', async () => {
    expect((await capture('calibrate', 'book', join(root, 'none.csv'))).status).toBe(2);
    const { status, err } = await capture('calibrate', 'book', join(root, 'book.csv'), '--contract', 'x');
    expect(status).toBe(2);
    expect(err).toContain('Found x, want a number > 0.');
  });
});

describe('calibrate prices', () => {
  test('one JSON document with the fit and the fragment', async () => {
    const { status, out } = await capture('calibrate', 'prices', join(root, 'bars.csv'), '--json');
    expect(status).toBe(0);
    const document = JSON.parse(out) as Record<string, unknown>;
    expect(document).toMatchObject({ kind: 'prices', source: 'bars.csv', bars: 1500, seconds: 300, why: [], files: [] });
    expect(document['fragment']).toMatch(/- driver: \{ kind: \w+, price: \S+, volatility: [^}]+\} # fitted/);
  });

  test('the chart is drawn, and too few bars are said to be too few', async () => {
    const folder = join(root, 'few');
    const { status, out } = await capture('calibrate', 'prices', join(root, 'few.csv'), '-o', folder);
    expect(status).toBe(0);
    expect(out).toContain('These data cannot support a fit of tail: found 100 bars, want at least 1000.');
    expect(readdirSync(folder).sort()).toEqual(['fit.json', 'fragment.yaml', 'prices.png', 'prices.svg']);
  });
});

describe('calibrate positions', () => {
  const spread = (k: number): number => 1000 * Math.exp(2 * Math.sin(k * k));
  const rows = Array.from({ length: 150 }, (_, k) => `a${k},ETH,${k % 3 === 0 ? 'short' : 'long'},${spread(k)},${6 + 4 * Math.sin(k)}`);
  const csv = (...more: string[]): string => ['account,asset,side,notional,leverage', ...rows, ...more].join('\n');

  test('summary, fragment and counts on the terminal; nothing is written without --out', async () => {
    const path = join(root, 'positions.csv');
    writeFileSync(path, csv('b,ETH,up,5,2', 'b,ETH,long,0,2', 'b,BTC,long,5,2'));
    const before = readdirSync(root);
    const { status, out, err } = await capture('calibrate', 'positions', path);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('Read 153 rows, dropped 1; 1 closed positions.');
    expect(out).toContain(`${path}:152  side: found up, want long or short`);
    expect(out).toContain('Positions in ETH; left aside: BTC (1). --asset keeps another.');
    expect(out).toMatch(/^Longs: 100 positions of \$/m);
    expect(out).toMatch(/^traders:\n {2}- name: longs\n {4}side: long\n {4}count: 100 # fitted/m);
    expect(out).toContain('KS distance');
    expect(readdirSync(root)).toEqual(before);
  });

  test('--out writes fragment, figures and the chart as SVG and PNG; --json the same in one document', async () => {
    const path = join(root, 'positions.csv');
    writeFileSync(path, csv());
    const folder = join(root, 'positions');
    const { status, out } = await capture('calibrate', 'positions', path, '-o', folder, '--json');
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['fit.json', 'fragment.yaml', 'positions.png', 'positions.svg']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'positions', from: 'positions', asset: 'ETH', dropped: 0, positions: 150 });
    expect(readFileSync(join(folder, 'positions.svg'), 'utf8')).toContain('Notional of a position');
    expect(readFileSync(join(folder, 'positions.svg'), 'utf8')).not.toContain('NaN');
  });

  test('fills are netted, and what they cannot say is said', async () => {
    const path = join(root, 'fills.csv');
    writeFileSync(
      path,
      ['time,user,coin,side,px,sz', ...Array.from({ length: 40 }, (_, k) => `${k},u${k},ETH,Bid,1000,${1 + (k % 7)}`)].join('\n'),
    );
    const { status, out } = await capture('calibrate', 'positions', path);
    expect(status).toBe(0);
    expect(out).toContain('These data cannot support leverage: the file has none.');
    expect(out).toContain('These data cannot support shorts: the file has none.');
    expect(out).toContain('leverage: 5 # assumed: the file has no leverage');
  });

  test('winners of auto-deleveraging, too few positions and an asset that is not there are refused', async () => {
    const path = join(root, 'adl.csv');
    writeFileSync(path, 'user,adl_notional,closed_pnl\na,5,6\n');
    const refused = await capture('calibrate', 'positions', path);
    expect([refused.status, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('adl.csv:1  found positions closed by auto-deleveraging: only winners are among them');
    writeFileSync(path, 'side,notional\nlong,5\nshort,5\n');
    const few = await capture('calibrate', 'positions', path);
    expect([few.status, few.err.includes('found 2 positions, want at least 30')]).toEqual([2, true]);
    writeFileSync(path, csv());
    expect((await capture('calibrate', 'positions', path, '--asset', 'SOL')).err).toContain(
      'found no open position in SOL, want one of ETH',
    );
  });
});

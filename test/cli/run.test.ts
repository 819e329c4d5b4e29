import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fullMoney } from '../../src/charts/format.ts';
import { sweep } from '../../src/experiment/sweep.ts';
import { readRows } from '../../src/results/parquet.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { capture } from './capture.ts';

const small = fileURLToPath(new URL('../../experiments/small-cascade.yaml', import.meta.url));

const SCENARIO = `
name: one-sale
horizon: 2m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: constant, price: 100_000 }, mark: last }
market: { makers: { depth: 5e6 } }
traders:
  - name: longs
    accounts:
      - { side: long, size: 5 BTC, entry: 100_000, leverage: 40 }
orders:
  - { at: 10s, side: sell, size: 120 BTC }
margin: { maintenance: 1%, initial: 2% }
`;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'run-'));
  writeFileSync(join(root, 'one-sale.yaml'), SCENARIO);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('run', () => {
  test('a run that cannot be carried to its end: status 1, the reason in a line, nothing written', async () => {
    const blown = vi.spyOn(Simulator.prototype, 'run').mockImplementation(() => {
      throw new RangeError('mark: found 76135538 ticks,\n want fewer');
    });
    const file = join(root, 'one-sale.yaml');
    const out = join(root, 'blow-up');
    const { status, out: text, err } = await capture('run', file, '-o', out);
    blown.mockRestore();
    expect([status, text]).toEqual([1, '']);
    expect(err).toBe(
      `marginfall: point 0, replicate 0 of ${file} failed, nothing was written: RangeError: mark: found 76135538 ticks, want fewer\n`,
    );
    expect(existsSync(out)).toBe(false);
  });

  test('an empty name for the folder is a mistake', async () => {
    const { status, err } = await capture('run', join(root, 'one-sale.yaml'), '-o', '');
    expect(status).toBe(2);
    expect(err).toContain('Found nothing, want a name.');
  });

  test('a scenario: three files, the three numbers, a row a step', async () => {
    const out = join(root, 'one');
    const { status, out: text, err } = await capture('run', join(root, 'one-sale.yaml'), '-o', out);
    expect([status, err]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(['charts', 'liquidations.parquet', 'run.json', 'steps.parquet']);
    expect(readdirSync(join(out, 'charts')).sort()).toEqual(['cascade.png', 'cascade.svg', 'cascade.vl.json']);
    expect(readFileSync(join(out, 'charts', 'cascade.svg'), 'utf8')).toContain('No fill triggers anybody: 1 liquidated account, no chain');
    expect(text).toMatch(/^excess drawdown {2}[\d.]+\s%\nbad debt {9}\$[\d.]+.*; no backstop\ncaused share {5}/u);
    const document = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as {
      hash: string;
      metrics: Record<string, unknown>;
      keys: unknown;
    };
    expect(Object.keys(document.metrics)).toEqual([...METRIC_NAMES]);
    expect(document).toMatchObject({
      name: 'one-sale',
      run: 0,
      point: 0,
      replicate: 0,
      seed: 'marginfall',
      keys: {},
      metrics: { liquidations: 1, ledger_error: 0 },
    });
    expect(text).toContain(`Hash ${document.hash}`);
    expect(text).not.toMatch(/\$\d{4}|\.\d{7}/);
    const notional = Number(document.metrics['liquidated_notional']);
    expect(text).toContain(`liquidated_notional       ${fullMoney(notional)}\n`);
    expect(fullMoney(notional)).toMatch(/^\$\d{3},\d{3}(\.\d\d)?$/);
    expect(readFileSync(join(out, 'run.json'), 'utf8')).not.toContain(root);
    expect(await readRows(join(out, 'steps.parquet'))).toHaveLength(121);
    const liquidations = await readRows(join(out, 'liquidations.parquet'));
    expect(Object.keys(liquidations[0] ?? {})).toEqual(
      'step account group regime side asset quantity trigger_price fill_price mcr generation parent cause advance_seconds bad_debt route notional'.split(
        ' ',
      ),
    );
    expect(liquidations[0]).toMatchObject({ group: 'longs', side: 'long', asset: 'BTC', generation: 0, parent: null, route: 'book' });
  });

  test('a row of a sweep again: every cell the same', async () => {
    const experiment = await loadExperiment(small, { set: ['replications=2'] });
    const folder = join(root, 'swept');
    await sweep(experiment, { out: folder, workers: 1 });
    const rows = await readRows(join(folder, 'runs.parquet'));
    const { status, out, err } = await capture(
      'run',
      small,
      '--set',
      'replications=2',
      '--point',
      '2',
      '--replicate',
      '1',
      '--json',
      '-o',
      join(root, 'again'),
    );
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({ folder: join(root, 'again'), ...rows[5] });
    expect(rows[5]).toMatchObject({ run: 5, point: 2, replicate: 1, 'margin.threshold': 1.5 });
  });

  test('arms on request: an effect that one extra lot matches is not resolved', async () => {
    // The sale takes the price to 98,000, under the first long's trigger; its lot takes it to 97,800, and one lot more under the second's.
    const text = SCENARIO.replace('lot: 0.001', 'lot: 10')
      .replace('{ makers: { depth: 5e6 } }', '{ kind: curve, law: linear, depth: 5e6 }')
      .replace(
        'size: 5 BTC, entry: 100_000, leverage: 40 }',
        'size: 10 BTC, entry: 100_000, collateral: 29_305 }\n      - { side: long, size: 10 BTC, entry: 100_000, collateral: 32_770 }',
      )
      .replace('size: 120 BTC', 'size: 100 BTC');
    writeFileSync(join(root, 'brink.yaml'), `${text}arms: [quiet, placebo]\n`);
    const { status, out, err } = await capture('run', join(root, 'brink.yaml'), '-o', join(root, 'arms'));
    expect([status, err]).toEqual([0, '']);
    const told = out.replaceAll('\u00a0', ' ');
    expect(told).toMatch(/^excess drawdown {2}not resolved: 0.204 % is no more than the 0.411 % of one extra lot \(placebo\)\n/);
    expect(told).toMatch(/\ncaused share {5}not resolved: 0 % is no more than the 100 % of one extra lot \(placebo\)\n/);
    expect(told).toMatch(/\nquiet_excess +0.2041 %\n/);
    const alone = (await capture('run', join(root, 'brink.yaml'), '-o', join(root, 'alone'), '--set', 'arms=[]')).out.replaceAll(
      '\u00a0',
      ' ',
    );
    expect(alone).toMatch(/^excess drawdown {2}0.204 %\n/);
    expect(alone).toMatch(/\nplacebo_excess +–\n/);
  });

  test('without a group, and attributed to groups: the same world, a table, a file and a chart', async () => {
    const more = '  - name: bystanders\n    accounts:\n      - { side: long, size: 1 BTC, entry: 100_000, leverage: 2 }\n';
    const file = join(root, 'groups.yaml');
    writeFileSync(file, SCENARIO.replace('orders:', `${more}orders:`));
    const out = join(root, 'attributed');
    const { status, out: text, err } = await capture('run', file, '-o', out, '--attribute', 'shapley');
    expect([status, err]).toEqual([0, '']);
    expect(text).toMatch(
      /^Shapley values: .* \(4 runs of the same seed\)\.\n +excess drawdown +bad debt +caused notional\nbystanders +0\s% +\$0 +\$0\nlongs +/u,
    );
    expect(readdirSync(join(out, 'charts'))).toEqual(expect.arrayContaining(['attribution.png', 'attribution.svg', 'attribution.vl.json']));
    const stored = JSON.parse(readFileSync(join(out, 'attribution.json'), 'utf8')) as {
      effects: Record<string, { whole: number; parts: object }>;
    };
    const { attribution, ...row } = JSON.parse((await capture('run', file, '-o', out, '--attribute', 'shapley', '--json')).out) as Record<
      string,
      unknown
    >;
    expect(attribution).toEqual(stored);
    expect(stored.effects['excess_drawdown']).toEqual({
      whole: row['excess_drawdown'],
      nobody: 0,
      parts: { bystanders: 0, longs: row['excess_drawdown'] },
    });

    const hashOf = async (...flags: string[]): Promise<unknown> =>
      (JSON.parse((await capture('run', file, '-o', join(root, 'left'), '--json', ...flags)).out) as { hash: string }).hash;
    expect(await hashOf('--without', 'bystanders')).toBe(row['hash']);
    expect(await hashOf('--set', 'without=[bystanders]')).toBe(row['hash']);
    expect(await hashOf('--without', 'longs')).not.toBe(row['hash']);
    expect(JSON.parse(readFileSync(join(root, 'left', 'run.json'), 'utf8'))).toMatchObject({
      without: ['longs'],
      metrics: { liquidations: 0 },
    });
    const wrong = await capture('run', file, '--without', 'bystander');
    expect(wrong.status).toBe(2);
    expect(wrong.err).toContain('--without: found "bystander", want a group of traders of');
    expect(wrong.err).toContain('did you mean "bystanders"?');
  });

  test('Shapley values of more than six groups are a mistake where the groups stand; fewer, or knock-outs, are none', async () => {
    const group = (k: number): string => `  - { name: group ${k}, accounts: [{ side: long, size: 1 BTC, entry: 100_000, leverage: 5 }] }\n`;
    const file = join(root, 'many.yaml');
    writeFileSync(file, SCENARIO.replace('orders:', `${[1, 2, 3, 4, 5, 6].map(group).join('')}orders:`));
    const out = join(root, 'many');
    const { status, err } = await capture('run', file, '-o', out, '--attribute', 'shapley');
    expect(status).toBe(2);
    expect(err).toMatch(/many\.yaml:8:3 {2}traders: found 7 groups, want at most 6 for Shapley values, [^]*\^/);
    expect(existsSync(out)).toBe(false);
    const runs = async (...flags: string[]): Promise<unknown> =>
      (JSON.parse((await capture('run', file, '-o', out, '--json', ...flags)).out) as { attribution: { runs: number } }).attribution.runs;
    expect(await runs('--attribute', 'shapley', '--without', 'longs', '--without', 'group 3')).toBe(32);
    expect(await runs('--attribute', 'knock-out')).toBe(8);
    expect((await capture('run', file, '--attribute', 'banzhaf')).status).toBe(2);
  });

  test('by full scans: every file the same', async () => {
    const file = join(root, 'one-sale.yaml');
    const asked = vi.spyOn(Simulator.prototype, 'run');
    await capture('run', file, '-o', join(root, 'indexed'));
    expect(asked.mock.lastCall?.[2]).toMatchObject({ exactScan: false });
    await capture('run', file, '-o', join(root, 'scanned'), '--exact-scan');
    expect(asked.mock.lastCall?.[2]).toMatchObject({ exactScan: true });
    asked.mockRestore();
    for (const name of ['steps.parquet', 'liquidations.parquet'])
      expect(readFileSync(join(root, 'scanned', name)).equals(readFileSync(join(root, 'indexed', name)))).toBe(true);
    const row = (folder: string): unknown => (JSON.parse(readFileSync(join(root, folder, 'run.json'), 'utf8')) as { hash: string }).hash;
    expect(row('scanned')).toBe(row('indexed'));
  });

  test('another seed is another run; the file may be the seed’s only place too', async () => {
    const hash = async (...more: string[]): Promise<unknown> =>
      (JSON.parse((await capture('run', small, '--json', '-o', join(root, 'seeds'), ...more)).out) as { hash: string }).hash;
    const first = await hash();
    expect(await hash('--seed', 'other')).not.toBe(first);
    expect(await hash('--seed', 'small')).toBe(first);
    expect(await hash('--set', 'seed=other')).toBe(await hash('--seed', 'other'));
  });

  test('a broken scenario leaves nothing behind', async () => {
    const out = join(root, 'never');
    writeFileSync(join(root, 'broken.yaml'), SCENARIO.replace('count', 'cuont').replace('tick: 1', 'tick: 0'));
    const { status, err } = await capture('run', join(root, 'broken.yaml'), '-o', out);
    expect(status).toBe(2);
    expect(err).toMatch(/broken\.yaml:5:\d+ {2}assets\[0\]\.tick: found 0, want a price step > 0[^]*\^/);
    expect(existsSync(out)).toBe(false);
  });
});

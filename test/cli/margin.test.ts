import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture } from './capture.ts';

let folder = '';
let perpetual = '';
let portfolio = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginfall-calculator-'));
  perpetual = join(folder, 'perpetual.yaml');
  portfolio = join(folder, 'portfolio.yaml');
  writeFileSync(perpetual, 'venue: generic\nprices: { BTC: 100 }\npositions: [{ asset: BTC, size: 10, entry: 100, collateral: 100 }]\n');
  writeFileSync(
    portfolio,
    'venue: derive-pmrm-v2\nprices: { ETH: 3000, BTC: 100_000 }\ncash: 2000\noptions: [{ asset: ETH, type: put, strike: 2800, expiry: 30d, size: -5, volatility: 65% }]\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { status, out, err } = await capture('margin', ...args, '--json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

describe('margin', () => {
  test('a breakdown for people', async () => {
    const { status, out } = await capture('margin', perpetual);
    expect(status).toBe(0);
    expect(out).toContain('A textbook venue (generic), rules as of 2025-01-01');
    expect(out).toMatch(/^ {2}equity +100$/m);
    expect(out).toMatch(/^ {2}initial margin +20$/m);
    expect(out).toMatch(/^ {2}maintenance margin +10$/m);
    expect(out).toMatch(/^ {2}MCR +10 {3}healthy; liquidated below 1$/m);
    // 100 + 10 (p − 100) = 1 % × 10 p
    expect(out.replaceAll('\u00a0', ' ')).toContain('BTC at 100: liquidation 90.90909 (−9.09 %); bankruptcy 90 (−10 %)');
  });

  test('of a grid every scenario, and which one binds', async () => {
    const { out } = await capture('margin', portfolio);
    expect(out).toMatch(/^ {2}worst loss 1,815\.29: scenario 23 binds; charges /m);
    expect(out.match(/^ {2}\d+ .*\d$/gm)?.length ?? 0).toBe(30);
    expect(out.match(/binds$/gm)).toHaveLength(1);
    expect(out).toContain('portfolio margin has no single liquidation price');
  });

  test('one JSON document: full figures, null where there is none', async () => {
    const document = await json(perpetual);
    expect(document).toMatchObject({
      venue: { name: 'generic', date: '2025-01-01' },
      prices: { BTC: 100 },
      regime: 'positions',
      groups: [
        {
          name: 'isolated long BTC',
          equity: 100,
          initialMargin: 20,
          maintenanceMargin: 10,
          mcr: 10,
          excess: 90,
          threshold: 1,
          liquidatable: false,
          prices: [{ asset: 'BTC', price: 100, bankruptcyPrice: 90, why: null }],
          grid: null,
        },
      ],
    });
    const held = join(folder, 'held.yaml');
    writeFileSync(held, 'venue: hyperliquid\nprices: { BTC: 100 }\ncollateral: [{ asset: BTC, amount: 1 }]\n');
    expect(await json(held)).toMatchObject({
      groups: [{ mcr: null, prices: [{ liquidationPrice: null, why: 'MCR meets the threshold at no price of it' }] }],
    });
  });

  test('another venue, and another value', async () => {
    const of = (document: Record<string, unknown>): unknown =>
      (document['groups'] as readonly { readonly maintenanceMargin: number }[])[0]?.maintenanceMargin;
    expect(of(await json(perpetual, '--venue', 'vertex'))).toBe(50);
    expect(of(await json(perpetual, '--set', 'positions[0].size=20'))).toBe(20);
    const { status, err } = await capture('margin', perpetual, '--venue', 'vretex');
    expect(status).toBe(2);
    expect(err).toMatch(/^marginfall: --venue: found vretex, want generic, .*; did you mean "vertex"\?$/m);
  });

  test('at another price', async () => {
    expect(await json(perpetual, '--at', '91')).toMatchObject({ prices: { BTC: 91 }, groups: [{ equity: 10, liquidatable: false }] });
    expect(await json(perpetual, '--at', 'BTC=90')).toMatchObject({ groups: [{ equity: 0, mcr: 0, liquidatable: true }] });
    const several = await capture('margin', portfolio, '--at', '2000');
    expect([several.status, several.err]).toEqual([2, 'marginfall: --at: found price, want ASSET=… with one of ETH, BTC\n']);
    expect((await capture('margin', perpetual, '--at', 'BCT=90')).err).toContain('did you mean "BTC"?');
    expect((await capture('margin', perpetual, '--at=-5')).err).toContain('--at: found "-5" in -5, want a price > 0');
  });

  test('a sweep is the account at each of its prices', async () => {
    const { groups: _, sweep } = (await json(perpetual, '--sweep', 'price=80:120:4')) as {
      readonly groups: unknown;
      readonly sweep: {
        readonly asset: string;
        readonly points: readonly { readonly price: number; readonly groups: readonly { readonly mcr: number }[] }[];
      };
    };
    expect(sweep.asset).toBe('BTC');
    expect(sweep.points.map(({ price, groups }) => [price, groups[0]?.mcr])).toEqual(
      [80, 90, 100, 110, 120].map((price) => [price, (100 + 10 * (price - 100)) / (0.1 * price)]),
    );
    const { out } = await capture('margin', perpetual, '--sweep', 'BTC=90,1_00');
    expect(out).toMatch(/^ +90 +0 !$/m);
    expect(out).toMatch(/^ +100 +10$/m);
  });

  test.each([
    ['80:120', '--sweep: found 80:120, want ASSET=FROM:TO:STEPS'],
    ['price=80:120', '--sweep: found price=80:120, want ASSET=FROM:TO:STEPS'],
    ['price=80:120:0', 'with 1 to 9999 steps'],
    ['price=80:120:2.5', 'with 1 to 9999 steps'],
    ['price=80,x', '--sweep: found "x" in price=80,x, want a price > 0'],
    ['price=80:0:4', '--sweep: found "0" in price=80:0:4, want a price > 0'],
    ['ETH=80:120:4', '--sweep: found ETH, want ASSET=… with one of BTC'],
  ])('a sweep that is none: %s', async (text, said) => {
    const { status, out, err } = await capture('margin', perpetual, '--sweep', text);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });

  test('--out writes the document, the table and the chart', async () => {
    const out = join(folder, 'out');
    const { status, out: printed } = await capture('margin', perpetual, '--sweep', 'price=80:120:8', '-o', out, '--quiet');
    expect([status, printed]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(['coverage.png', 'coverage.svg', 'coverage.vl.json', 'margin.json', 'sweep.csv']);
    expect(readFileSync(join(out, 'coverage.svg'), 'utf8')).toContain('liquidated at 90.9091');
    const [head, first, ...rest] = readFileSync(join(out, 'sweep.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('asset,price,group,equity,initial_margin,maintenance_margin,mcr,liquidatable');
    expect(first).toBe('BTC,80,isolated long BTC,-100,16,8,-12.5,true');
    expect(rest).toHaveLength(8);
    const bare = join(folder, 'bare');
    expect((await capture('margin', perpetual, '-o', bare)).status).toBe(0);
    expect(readdirSync(bare)).toEqual(['margin.json']);
  });

  test('a broken file is status 2, every mistake with its place, and nothing is written', async () => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, 'venue: generic\nprices: { BTC: 0 }\npositons: []\n');
    const out = join(folder, 'none');
    const { status, out: printed, err } = await capture('margin', path, '-o', out);
    expect([status, printed]).toEqual([2, '']);
    expect(err).toContain('broken.yaml:2:16  prices.BTC: found 0, want a price > 0');
    expect(err).toContain('broken.yaml:3:1  positons: unknown key "positons" in the account; did you mean "positions"?');
    expect(readdirSync(folder)).not.toContain('none');
    expect((await capture('margin', join(folder, 'nowhere.yaml'))).err).toContain('this file does not exist');
  });

  test('a formula in the file', async () => {
    const path = join(folder, 'formula.yaml');
    writeFileSync(
      path,
      'venue: generic\nprices: { BTC: 100 }\ncash: 50\npositions: [{ asset: BTC, size: 10, entry: 100, maintenance: "max(1%, 2% * sqrt(notional / 1e6))" }]\n',
    );
    expect(await json(path)).toMatchObject({ groups: [{ maintenanceMargin: 10 }] });
  });

  test("the documents' example prints what it prints", async () => {
    const document = readFileSync(new URL('../../docs/margin.md', import.meta.url), 'utf8');
    const shown = /```text\n([\s\S]*?)```/.exec(document)?.[1];
    const { out } = await capture('margin', fileURLToPath(new URL('../../experiments/accounts/perpetuals.yaml', import.meta.url)));
    expect(out).toBe(shown);
  });

  test('the starter file runs as it stands, and its schema is printed', async () => {
    const path = join(folder, 'my-account.yaml');
    const { status, out } = await capture('init', 'account', '-o', path);
    expect([status, out]).toEqual([0, `${path} written. Next:\n  marginfall margin ${path}\n`]);
    expect(readFileSync(path, 'utf8').match(/#/g)?.length ?? 0).toBeGreaterThan(8);
    const names = ((await json(path))['groups'] as readonly { readonly name: string }[]).map((group) => group.name);
    expect(names).toEqual(['cross', 'isolated long ETH']);
    const schema = JSON.parse((await capture('schema', 'account')).out) as { readonly title: string; readonly properties: object };
    expect(schema.title).toBe('Marginfall account');
    expect(Object.keys(schema.properties)).toContain('positions');
  });
});

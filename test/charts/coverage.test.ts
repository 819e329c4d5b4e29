import { describe, expect, test } from 'vitest';
import { coverageChart, coverageTitle } from '../../src/charts/coverage.ts';
import type { CoverageChartInput } from '../../src/charts/coverage.ts';
import { renderPng, renderSvg } from '../../src/charts/render.ts';

const prices = Array.from({ length: 41 }, (_, k) => 80 + k);
/** A long and a short of 10 with 100 of collateral at a rate of 1 %. */
const input: CoverageChartInput = {
  venue: 'generic',
  asset: 'BTC',
  price: 100,
  threshold: 1,
  curves: [1, -1].map((side) => ({
    name: side > 0 ? 'isolated long BTC' : 'isolated short BTC',
    points: prices.map((price) => ({ price, mcr: (100 + side * 10 * (price - 100)) / (0.1 * price) })),
    liquidations: [(1000 - side * 100) / (10 - side * 0.1)],
  })),
  layout: 'wide',
};

describe('MCR against a price', () => {
  test.each(['wide', 'narrow'] as const)('looks as it is kept, %s', async (layout) => {
    const svg = await renderSvg(coverageChart({ ...input, layout }));
    await expect(svg).toMatchFileSnapshot(`__snapshots__/coverage-${layout}.svg`);
    expect(renderPng(svg).subarray(1, 4).toString()).toBe('PNG');
  });

  test('the title says where it ends', () => {
    expect(coverageTitle(input)).toBe('MCR against the price of BTC at generic: liquidated at 90.9091 and 108.911');
    const safe = { ...input, curves: input.curves.map((curve) => ({ ...curve, liquidations: [] })) };
    expect(coverageTitle(safe)).toBe('MCR against the price of BTC at generic: no liquidation in this range');
  });

  test('a coverage without limit leaves a gap, one price is drawn', async () => {
    const curve = { name: 'cross', liquidations: [], points: prices.map((price) => ({ price, mcr: price < 95 ? null : price / 40 })) };
    expect(await renderSvg(coverageChart({ ...input, curves: [curve] }))).toContain('MCR, cross');
    const single = { ...curve, points: [{ price: 100, mcr: 2 }] };
    expect(await renderSvg(coverageChart({ ...input, curves: [single] }))).toContain('MCR, cross');
    const none = { ...curve, points: prices.map((price) => ({ price, mcr: null })) };
    expect(await renderSvg(coverageChart({ ...input, curves: [none] }))).toContain('MCR, cross');
  });
});

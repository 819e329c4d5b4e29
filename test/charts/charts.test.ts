import { describe, expect, test } from 'vitest';
import { attributionChart, attributionTitle, type AttributionInput } from '../../src/charts/attribution.ts';
import { cascadeChart, cascadeNodes, cascadeTitle, type CascadeInput, type CascadeNode } from '../../src/charts/cascade.ts';
import type { AxisKey, CurvePoint } from '../../src/charts/curve.ts';
import { quantity } from '../../src/charts/format.ts';
import { renderPng, renderSvg } from '../../src/charts/render.ts';
import { severityChart, type SeverityInput } from '../../src/charts/severity.ts';
import { exceedance, logTicks, sizesChart, type SizesInput } from '../../src/charts/sizes.ts';
import type { ChartSpec } from '../../src/charts/theme.ts';
import { thin, timelineChart, type TimelineInput } from '../../src/charts/timeline.ts';
import { waterfallChart, type WaterfallInput } from '../../src/charts/waterfall.ts';

const source = 'Marginfall, experiment fixture, 30 runs a point, seed october.';
const axis: AxisKey = { path: 'margin.threshold', label: 'Liquidation threshold θ', short: 'θ', rate: 0.0125, texts: {} };
const thresholds = [0.5, 1, 1.9];
const settings = ['with backstop', 'without backstop'];

const point = (x: number | string, series: string, median: number, change: number, half: number | null): CurvePoint => ({
  x,
  series,
  runs: 30,
  median,
  interval: half === null ? null : { low: median - half, high: median + 1.5 * half },
  assumption: { low: median * 0.5, high: median * 1.8 },
  pairedMedian: change,
  pairedInterval: half === null ? null : { low: change - half / 4, high: change + half / 4 },
  change,
  changeInterval: half === null ? null : { low: change - half / 4, high: change + half / 4 },
  withinPlacebo: null,
});

const severity: SeverityInput = {
  axis,
  curves: [
    {
      label: 'Excess drawdown',
      unit: 'fraction',
      points: settings.flatMap((series, i) => thresholds.map((x) => point(x, series, 0.02 + i * 0.03 * x, i * 0.03 * (x - 0.5), 0.004))),
    },
  ],
  reference: 'θ = 0.5, with backstop',
  uncertain: ['depth of the book'],
  source,
  layout: 'wide',
};
const sizes: SizesInput = {
  label: 'Liquidated notional',
  unit: 'quote',
  samples: settings.flatMap((series, i) =>
    thresholds.map((x) => ({
      label: `θ = ${x}`,
      series,
      sizes: Array.from({ length: 12 }, (_, k) => (k === 0 && x === 0.5 ? 0 : (1 + i) * x * 1e8 * 1.3 ** k)),
    })),
  ),
  source,
  layout: 'wide',
};
const length = 121;
const series = (of: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => of(i));
const timeline: TimelineInput = {
  symbol: 'BTC',
  run: 'θ = 1, replicate 0',
  steps: {
    time: series((i) => 10 * i),
    index: series((i) => 100_000 - 100 * Math.min(i, 60)),
    twin: series((i) => 99_990 - 100 * Math.min(i, 60)),
    last: series((i) => 99_990 - 120 * Math.min(i, 60)),
    forcedFlow: series((i) => (i > 20 && i < 60 && i % 3 === 0 ? -1e6 * i : i === 80 ? 2e6 : 0)),
    offBook: {
      backstop: { long: series((i) => (i === 40 ? -9e7 : 0)), short: series(() => 0) },
      winners: { long: series(() => 0), short: series(() => 0) },
      others: { long: series(() => 0), short: series(() => 0) },
    },
  },
  source,
  layout: 'wide',
};
const waterfall: WaterfallInput = {
  axis,
  rows: settings.flatMap((name, i) =>
    thresholds.map((x) => ({
      x,
      series: name,
      insurance: 1e6,
      backstop: i === 0 ? 2e6 * (2 - x) : 0,
      deleveraged: 0,
      socialised: i === 1 ? 8e6 * (2 - x) : 0,
      medianBadDebt: (1 + i) * 1e6,
      takenOver: i === 0 ? 3e8 * x : 0,
    })),
  ),
  stated: 250e6,
  source,
  layout: 'wide',
};

const attribution: AttributionInput = {
  rule: 'shapley',
  groups: ['basis desks', 'funds that are long of many things', 'retail longs', 'retail shorts'],
  effects: [
    { label: 'Excess drawdown', unit: 'fraction', whole: 0.0421, parts: [0, 0.009, 0.0386, -0.0055] },
    { label: 'Bad debt', unit: 'quote', whole: 1.33e6, parts: [0, 3.6e5, 9.7e5, 0] },
    { label: 'Caused notional', unit: 'quote', whole: 0, parts: [0, 0, 0, 0] },
  ],
  run: 'θ = 1, replicate 0',
  source,
  layout: 'wide',
};

/** A chain of five generations, a fan of forty, and accounts that stand alone. */
const cascade: CascadeInput = {
  nodes: [
    ...Array.from({ length: 5 }, (_, k): CascadeNode => ({
      account: `chain ${k}`,
      parent: k === 0 ? null : `chain ${k - 1}`,
      generation: k,
      cause: k > 2 ? 'caused' : 'advanced',
      notional: 1e5 * (k + 1),
    })),
    { account: 'fan', parent: null, generation: 0, cause: 'common', notional: 3e6 },
    ...Array.from({ length: 40 }, (_, k): CascadeNode => ({
      account: `fan ${k}`,
      parent: 'fan',
      generation: 1,
      cause: k % 3 === 0 ? 'caused' : 'advanced',
      notional: 1e4 * (1 + k * k),
    })),
    ...Array.from({ length: 30 }, (_, k): CascadeNode => ({
      account: `alone ${k}`,
      parent: null,
      generation: 0,
      cause: 'common',
      notional: 2e5,
    })),
  ],
  run: 'θ = 1, replicate 0',
  source,
  layout: 'wide',
};

const charts: readonly (readonly [string, ChartSpec])[] = (['wide', 'narrow'] as const).flatMap((layout) => [
  [`severity-${layout}`, severityChart({ ...severity, layout })] as const,
  [`sizes-${layout}`, sizesChart({ ...sizes, layout })] as const,
  [`timeline-${layout}`, timelineChart({ ...timeline, layout })] as const,
  [`waterfall-${layout}`, waterfallChart({ ...waterfall, layout })] as const,
  [`cascade-${layout}`, cascadeChart({ ...cascade, layout })] as const,
  [`attribution-${layout}`, attributionChart({ ...attribution, layout })] as const,
]);

/** All text of an SVG, in its order. */
const words = (svg: string): string =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)]
    .map((match) => (match[1] ?? '').replace(/<[^>]*>/g, ' '))
    .join(' ')
    .replace(/\s+/g, ' ');

describe('every chart', () => {
  test.each(charts)('%s is drawn as it was looked at, within its width', async (name, spec) => {
    const svg = await renderSvg(spec);
    await expect(svg).toMatchFileSnapshot(`__snapshots__/${name}.svg`);
    expect(Number(/width="(\d+)/.exec(svg)?.[1])).toBeLessThanOrEqual(name.endsWith('wide') ? 920 : 400);
    expect(words(svg)).toContain('seed october');
    expect(svg).not.toMatch(/ style=|<style|href=/);
  });

  test.each(charts.slice(0, 4))('%s gives the same bytes again after another chart, as SVG and as PNG', async (_name, spec) => {
    const first = await renderSvg(spec);
    await renderSvg(sizesChart(sizes));
    const second = await renderSvg(JSON.parse(JSON.stringify(spec)) as ChartSpec);
    expect(second).toBe(first);
    const [a, b] = [renderPng(first), renderPng(second)];
    expect(a.equals(b)).toBe(true);
    expect(a.readUInt32BE(16)).toBe(2 * Number(/width="(\d+)/.exec(first)?.[1]));
  });
});

describe('severity', () => {
  test('prints the equivalent rate under the threshold, and both bands with what they mean', async () => {
    const text = words(await renderSvg(severityChart(severity)));
    expect(text).toContain('0.5 0.63 %');
    expect(text).toContain('1.9 2.38 %');
    expect(text).toContain('m = 1.25 %');
    expect(text).toMatch(/Whiskers, Monte Carlo.*More runs shrink it/);
    expect(text).toMatch(/Pale band, assumptions.*depth of the book.*More runs do not/);
    expect(text).toContain('with backstop flat, within 0.2 points');
    expect(text).toMatch(/without backstop\s+rises by 4.2 points/);
  });

  test('leaves out intervals that do not exist, and says so', async () => {
    const curves = severity.curves.map((curve) => ({
      ...curve,
      points: curve.points.map((p) => ({ ...p, interval: null, pairedInterval: null, changeInterval: null })),
    }));
    const spec = severityChart({ ...severity, curves });
    const text = words(await renderSvg(spec));
    expect(text).toContain('No interval is drawn at all points');
    expect(text).not.toContain('Whiskers');
    expect(JSON.stringify(spec)).not.toContain('"low":0.0');
  });

  test('draws no assumption band when nothing is uncertain', async () => {
    const curves = severity.curves.map((curve) => ({ ...curve, points: curve.points.map((p) => ({ ...p, assumption: null })) }));
    expect(words(await renderSvg(severityChart({ ...severity, uncertain: [], curves })))).not.toContain('Pale band');
  });

  test('one point, categories, a logarithmic axis and undefined values are drawn too', async () => {
    const of = (points: CurvePoint[], change: Partial<AxisKey> = {}): ChartSpec =>
      severityChart({
        ...severity,
        axis: { ...axis, rate: null, ...change },
        curves: [{ label: 'Excess drawdown', unit: 'fraction', points }],
      });
    expect(words(await renderSvg(of([point('', '', 0.03, 0, 0.004)])))).toContain('Excess drawdown, median: 3 %');
    expect(words(await renderSvg(of(['worst-first', 'largest'].map((x) => point(x, '', 0.03, 0, 0.0004)))))).toContain('worst-first');
    const latencies = of(
      [0.05, 0.5, 30].map((x) => point(x, '', 0.03, 0, 0.0004)),
      { texts: { '0.05': '50ms', '0.5': '500ms', '30': '30s' } },
    );
    expect(JSON.stringify(latencies)).toContain('"type":"log"');
    expect(words(await renderSvg(latencies))).toContain('500ms');
    const undefinedEverywhere = thresholds.map((x) => ({
      ...point(x, '', 0, 0, null),
      median: null,
      pairedMedian: null,
      change: null,
      assumption: null,
    }));
    expect(words(await renderSvg(of(undefinedEverywhere)))).toContain('No run defines a value here.');
  });

  test('names of values are text, never an expression', async () => {
    const name = `x'] + warn("\u2028") + ['`;
    const text = words(await renderSvg(severityChart({ ...severity, axis: { ...axis, texts: { '1': name } } })));
    expect(text).toContain('warn(');
  });
});

describe('sizes', () => {
  test('the complementary distribution counts runs at least as large, ties once', () => {
    expect(exceedance([3, 1, 2, 2])).toEqual([
      { size: 1, share: 1 },
      { size: 2, share: 0.75 },
      { size: 3, share: 0.25 },
    ]);
    expect(exceedance([0, 0, 5, 7])).toEqual([
      { size: 5, share: 0.5 },
      { size: 7, share: 0.25 },
    ]);
    expect(exceedance([])).toEqual([]);
  });

  test('says how many runs a logarithmic axis cannot show, and what this many runs can', async () => {
    const text = words(await renderSvg(sizesChart(sizes)));
    expect(text).toContain('θ = 0.5, with backstop: 1 of 12 runs');
    expect(text).toContain('1 in 10');
    expect(text).toContain('nothing rarer than 1 in 12');
  });

  test.each([
    [4e9, 4.1e9],
    [1.27e9, 1.33e9],
    [9.6e7, 1.04e8],
    [1.05, 4.2],
    [7.05e5, 2.83e6],
    [3, 11.9],
    [2.1e8, 1.9e10],
    [1.5, 600],
  ])('ticks from %d to %d: at least two inside, four in a narrow range, in order, none written like another', (low, high) => {
    const ticks = logTicks(low, high);
    expect(ticks.length).toBeGreaterThanOrEqual(high / low < 4 ? 4 : 2);
    expect(ticks.length).toBeLessThanOrEqual(16);
    expect(ticks.every((tick, i) => tick >= low && tick <= high && (i === 0 || tick > (ticks[i - 1] ?? 0)))).toBe(true);
    expect(new Set(ticks.map((tick) => quantity(tick, 'quote', 4))).size).toBe(ticks.length);
  });

  test('a narrow range has labels under its axis, one run a point', async () => {
    const narrow = sizes.samples.map((sample, i) => ({ ...sample, sizes: [1.271e9 + i * 1e7, 1.268e9 + i * 1e7] }));
    expect(words(await renderSvg(sizesChart({ ...sizes, samples: narrow })))).toMatch(/\$1\.28\sB.*\$1\.3\sB/);
    const [one] = sizes.samples;
    const single = await renderSvg(sizesChart({ ...sizes, samples: [{ ...one!, series: '', sizes: [5e6] }] }));
    expect(words(single)).toContain('$5 M in the only run');
    expect(words(single)).toContain('A dot is the one run of a point');
    expect(single).toContain('mark-symbol');
  });

  test('no run had any; all runs the same', async () => {
    const none = sizes.samples.map((sample) => ({ ...sample, sizes: [0, 0, 0] }));
    expect(words(await renderSvg(sizesChart({ ...sizes, samples: none })))).toContain('no run had any');
    const same = sizes.samples.map((sample) => ({ ...sample, sizes: [5e6, 5e6] }));
    expect(words(await renderSvg(sizesChart({ ...sizes, samples: same })))).toContain('$5 M');
  });
});

describe('timeline', () => {
  test('a thinned line keeps both extremes and both ends', () => {
    const time = Float64Array.from({ length: 1000 }, (_, i) => i);
    const values = time.map((i) => (i === 517 ? -50 : i === 700 ? 90 : Math.sin(i / 40)));
    const kept = thin(time, values, 20);
    expect(kept.length).toBeLessThanOrEqual(42);
    expect(kept).toContainEqual({ time: 517, value: -50 });
    expect(kept).toContainEqual({ time: 700, value: 90 });
    expect([kept[0]?.time, kept.at(-1)?.time]).toEqual([0, 999]);
    expect(thin([0, 1], [Number.NaN, 3], 5)).toEqual([{ time: 1, value: 3 }]);
  });

  test('names the largest excess and the totals of both routes', async () => {
    const text = words(await renderSvg(timelineChart(timeline)));
    expect(text).toContain('below its twin, 10 min into the run');
    expect(text).toContain('Taken over by the backstop, off the book, $90 M in all');
    expect(text).not.toContain('winners');
    const winners = { long: series((i) => (i === 41 ? -3e7 : 0)), short: series(() => 0) };
    const steps = { ...timeline.steps, offBook: { ...timeline.steps.offBook, winners } };
    const deleveraged = words(await renderSvg(timelineChart({ ...timeline, steps })));
    expect(deleveraged).toContain('Closed against winners (auto-deleveraging), off the book, $30 M in all');
  });

  test('a run without forced orders', async () => {
    const none = series(() => 0);
    const nothing = { long: none, short: none };
    const steps = {
      ...timeline.steps,
      twin: timeline.steps.last,
      forcedFlow: none,
      offBook: { backstop: nothing, winners: nothing, others: nothing },
    };
    expect(words(await renderSvg(timelineChart({ ...timeline, steps })))).toContain('never falls below its twin');
  });
});

describe('waterfall', () => {
  test('the bars of a point stack up to its bad debt', () => {
    const bars = JSON.stringify(waterfallChart(waterfall)).match(/\{"label":"0.5","part":"[a-z]+","low":[\d.]+,"high":[\d.]+\}/g) ?? [];
    const parsed = bars.map((bar) => JSON.parse(bar) as { part: string; low: number; high: number });
    expect(parsed).toContainEqual({ label: '0.5', part: 'backstop', low: 1e6, high: 4e6 });
    expect(parsed).toContainEqual({ label: '0.5', part: 'socialised', low: 1e6, high: 13e6 });
  });

  test('compares takeovers with the stated size, and says when there is no bad debt', async () => {
    const text = words(await renderSvg(waterfallChart(waterfall)));
    expect(text).toContain('Stated size of the backstop, $250 M');
    expect(text).toMatch(/takeovers pass\s+the backstop/);
    const nothing = waterfall.rows.map((row) => ({ ...row, insurance: 0, backstop: 0, socialised: 0, medianBadDebt: 0, takenOver: null }));
    expect(words(await renderSvg(waterfallChart({ ...waterfall, rows: nothing })))).toContain('No bad debt at any point');
  });
});

test('ids within an SVG do not count on from picture to picture', async () => {
  const spec = {
    data: { values: [{ x: 1 }, { x: 2 }] },
    mark: { type: 'line', clip: true },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  };
  const first = await renderSvg(spec as unknown as ChartSpec);
  expect(first).toContain('id="clip');
  expect(await renderSvg(spec as unknown as ChartSpec)).toBe(first);
});

test('a specification that Vega warns about is not drawn', async () => {
  const spec = {
    data: { values: [] },
    mark: 'point',
    encoding: { x: { field: 'x', type: 'quantitative', scale: { type: 'log', zero: true } } },
  };
  await expect(renderSvg(spec as unknown as ChartSpec)).rejects.toThrow('renderSvg:');
});

describe('attribution', () => {
  test('says who has the largest part, and what is left without it', () => {
    const text = (input: AttributionInput): string => attributionTitle(input).replaceAll('\u00a0', ' ');
    expect(text(attribution)).toBe('Of an excess drawdown of 4.21 %, 3.86 % is the part of retail longs');
    expect(text({ ...attribution, rule: 'knock-out' })).toBe('Without retail longs an excess drawdown of 4.21 % would be 0.35 %');
    const nothing = attribution.effects.map((effect) => ({ ...effect, whole: 0, parts: [0, 0, 0, 0] }));
    expect(text({ ...attribution, effects: nothing })).toBe('There is no excess drawdown to put down to anybody');
  });

  test('names each group with its part, and what the parts mean', async () => {
    const shapley = words(await renderSvg(attributionChart(attribution))).replaceAll('\u00a0', ' ');
    expect(shapley).toContain('retail shorts: −0.55 %');
    expect(shapley).toContain('The parts of a panel add up to the whole');
    const knocked = words(await renderSvg(attributionChart({ ...attribution, rule: 'knock-out' })));
    expect(knocked).toContain('the parts need not add up');
  });
});

describe('cascade', () => {
  test('one account a node: the tags of its first fill, the notional of all', () => {
    const fill = { account: 'a', parent: 'b', generation: 3, cause: 'caused', notional: 10 } as const;
    expect(cascadeNodes([fill, { ...fill, account: 'c' }, { ...fill, notional: 5 }])).toEqual([
      { ...fill, notional: 15 },
      { ...fill, account: 'c' },
    ]);
  });

  test('the title says how many a fill triggered, and how many of these the twin liquidates as well', () => {
    const text = (nodes: readonly CascadeNode[]): string => cascadeTitle({ ...cascade, nodes }).replaceAll('\u00a0', ' ');
    expect(text(cascade.nodes)).toBe(
      "44 of 76 liquidated accounts are triggered by another's fill, yet in the twin 63.6 % of these are liquidated as well",
    );
    expect(text(cascade.nodes.filter(({ parent }) => parent === null))).toBe('No fill triggers anybody: 32 liquidated accounts, no chain');
    expect(text([])).toBe('Nobody is liquidated');
  });

  test('says that tags are no causes, what is drawn and what is not', async () => {
    const all = words(await renderSvg(cascadeChart(cascade))).replaceAll('\u00a0', ' ');
    expect(all).toContain('They are not causes unless nothing but forced orders moves the price');
    expect(all).toContain('Drawn are all 2 chains; 30 accounts set nobody off');
    const crowd = Array.from({ length: 400 }, (_, k): CascadeNode => ({
      account: `more ${k}`,
      parent: k === 0 ? null : `more ${Math.floor((k - 1) / 2)}`,
      generation: Math.floor(Math.log2(k + 1)),
      cause: 'common',
      notional: 1e6 + k,
    }));
    const spec = cascadeChart({ ...cascade, nodes: [...cascade.nodes, ...crowd] });
    expect(words(await renderSvg(spec)).replaceAll('\u00a0', ' ')).toContain(
      'Drawn are the 130 accounts with most notional in and below them, of 446 in 3 chains',
    );
    // Whoever is drawn has its parent drawn: as many lines as accounts that have one.
    const rows = (
      spec as unknown as {
        vconcat: { layer?: { mark: { type: string }; data: { values: { fromRow: number; row: number; generation: number }[] } }[] }[];
      }
    ).vconcat
      .flatMap(({ layer = [] }) => layer)
      .find(({ mark }) => mark.type === 'rule')!.data.values;
    expect(rows.length).toBeGreaterThan(120);
    for (const { fromRow, row, generation } of rows)
      expect([generation > 0, Number.isFinite(fromRow), Number.isFinite(row)]).toEqual([true, true, true]);
  });

  test('draws a run in which nobody triggers anybody, or nobody is liquidated', async () => {
    const alone = cascade.nodes.filter(({ parent }) => parent === null);
    expect(words(await renderSvg(cascadeChart({ ...cascade, nodes: alone })))).toContain('Accounts by generation');
    expect(words(await renderSvg(cascadeChart({ ...cascade, nodes: [] })))).toContain('Nobody is liquidated');
  });
});

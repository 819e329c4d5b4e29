import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeAssumptions, drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { compileFormula } from '../../src/scenario/formula.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { withFirstMarket } from './only-market.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';

const folder = new URL('../../experiments/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function accepts(text: string): boolean {
  return 'experiment' in parseExperiment(text, { path: 'experiment.yaml', formula: compileFormula });
}

/** Every place of a match outside comments, as [offset, text]. */
function places(text: string, pattern: RegExp): readonly (readonly [number, string])[] {
  const found: [number, string][] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const code = line.replace(/(^|\s)#.*$/, (comment) => ' '.repeat(comment.length));
    for (const match of code.matchAll(pattern)) found.push([offset + match.index, match[0]]);
    offset += line.length + 1;
  }
  return found;
}

/** A word before a colon; and in a path, each of its words. */
function keysOf(text: string): readonly (readonly [number, string])[] {
  return places(text, /[A-Za-z][\w.]*(?=:(\s|$))/g).flatMap(([offset, key]) => {
    const parts: [number, string][] = [];
    let at = 0;
    for (const part of key.split('.')) {
      parts.push([offset + at, part]);
      at += part.length + 1;
    }
    return parts;
  });
}

/** A number, with or without a unit, that is a value of its own. */
const NUMBER = /(?<=[\s[{,])\d[\w.%]*(?=\s*([,\]}]|$))/g;

const misspellings: readonly ((word: string) => string)[] = [
  (word) => `${word}x`,
  (word) => word.slice(0, -1),
  (word) => word.slice(1),
  (word) => word[0] + word.slice(0),
  (word) => word.slice(0, -2) + word.slice(-1) + word.slice(-2, -1),
  (word) => word.toUpperCase(),
];

describe.each(files)('experiments/%s', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');

  test('is sound', () => {
    expect(accepts(text)).toBe(true);
    expect(keysOf(text).length).toBeGreaterThan(40);
    expect(places(text, NUMBER).length).toBeGreaterThan(20);
  });

  test('every misspelt key is a mistake', () => {
    const missed: string[] = [];
    const kinds = LONG ? misspellings : misspellings.slice(0, 1);
    for (const [offset, key] of keysOf(text)) {
      for (const misspell of kinds) {
        const wrong = misspell(key);
        if (wrong === key) continue;
        if (accepts(text.slice(0, offset) + wrong + text.slice(offset + key.length))) missed.push(`${key} → ${wrong} at ${offset}`);
      }
    }
    expect(missed).toEqual([]);
  });

  test.skipIf(LONG)('every negated number is a mistake', () => {
    // A published value may have either sign.
    const published = /\b(low|high): $/;
    const missed = places(text, NUMBER)
      .filter(([offset]) => !published.test(text.slice(0, offset)))
      .filter(([offset]) => accepts(`${text.slice(0, offset)}-${text.slice(offset)}`));
    expect(missed).toEqual([]);
  });

  test('no line of prose begins as a key does', () => {
    for (const line of text.split('\n').filter((one) => one.trimStart().startsWith('#'))) expect(line).not.toMatch(/^\s*#\s*\w+:/);
  });

  test.skipIf(LONG)('every point resolves, with every draw of the first replicates', async () => {
    const experiment = await loadExperiment(new URL(name, folder).pathname);
    for (const point of experiment.points) {
      for (let replicate = 0; replicate < 4; replicate++) {
        const draws = drawUncertain(experiment, replicate);
        const options = resolvePoint(experiment, point.index, draws);
        expect(options.seasonThreshold).toBe(experiment.seasonThreshold);
        expect(Object.isFrozen(options.liquidation)).toBe(true);
      }
    }
  });

  test.skipIf(LONG)('every value says where it comes from', async () => {
    const experiment = await loadExperiment(new URL(name, folder).pathname);
    const notes = describeAssumptions(experiment);
    expect(notes.length).toBeGreaterThan(15);
    expect(notes.every((note) => note.source.length > 3)).toBe(true);
    expect(notes.some((note) => note.hypothetical)).toBe(true);
    // The figures of the presets stand behind those of the file.
    expect(notes.at(-1)?.path).toBe('margin.venue');
    expect(notes.length).toBeGreaterThan(experiment.notes.length);
  });
});

test('the main job is the one that was promised', async () => {
  const experiment = await loadExperiment(new URL('mcr-threshold.yaml', folder).pathname);
  expect(experiment.points).toHaveLength(12);
  expect(experiment.replications).toBe(64);
  expect(experiment.points.map((point) => point.values['margin.threshold'])).toEqual([
    0.5, 0.5, 0.75, 0.75, 1, 1, 1.25, 1.25, 1.5, 1.5, 1.9, 1.9,
  ]);
  expect(experiment.points.map((point) => point.values['liquidation.backstop']).slice(0, 3)).toEqual(['venue', 'off', 'venue']);
  const { asset, traders, liquidation, margin, quotes, mark, history, driver, steps } = withFirstMarket(resolvePoint(experiment, 8));
  expect(steps).toBe(7200);
  const dollars = (quanta: number): number => quanta * asset.quantum;
  const [longs, shorts, desks] = traders;
  if (longs?.kind !== 'drawn' || shorts?.kind !== 'drawn' || desks?.kind !== 'drawn') throw new Error('want drawn groups');
  expect(dollars(longs.notional)).toBeCloseTo(4.5e9, 0);
  expect(shorts.notional + desks.notional).toBe(longs.notional);
  expect(shorts.notional / longs.notional).toBeCloseTo(0.35, 12);
  expect([longs.count, shorts.count + desks.count]).toEqual([20_000, 12_000]);
  expect([...margin.maintenance.rate]).toEqual([0.0125, 0.025]);
  expect([...margin.initial.rate]).toEqual([0.025, 0.05]);
  expect([...margin.maintenance.floor].map(dollars)).toEqual([0, 150e6]);
  expect(margin).toMatchObject({ threshold: 1.5, call: 1.575, equalityLiquidates: false });
  expect(experiment.seasonThreshold).toBe(1.9);
  expect(liquidation).toMatchObject({
    ordersPerSecond: 200,
    latency: 0.05,
    insurance: 0,
    policy: { kind: 'partial', fraction: 0.2, cooldown: 30 },
  });
  expect(liquidation.backstop?.level).toBeCloseTo(2 / 3, 15);
  expect(liquidation.backstop?.capacity).toBe(Infinity);
  expect(dollars(liquidation.backstop?.stated ?? 0)).toBeCloseTo(250e6, 3);
  expect(resolvePoint(experiment, 9).liquidation.backstop).toBeNull();
  expect(quotes).toMatchObject({
    kind: 'makers',
    groups: [{ count: 5, recovery: 20, returnHalfLife: 2700, volatilityScale: 0.004, permanent: 0 }],
  });
  expect(mark).toEqual({ kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null });
  expect([history.ages.length, history.ages[0], history.ages.at(-1), history.prices[0]]).toEqual([73, 0, 259_200, 116_982]);
  if (driver.kind !== 'waypoints') throw new Error('want waypoints');
  expect([driver.times[0], driver.times.at(-1), driver.prices[0]]).toEqual([0, 7200, 116_982]);
});

test('uncertain keys are drawn once per replicate, in their range, apart from each other', async () => {
  const experiment = await loadExperiment(new URL('mcr-threshold.yaml', folder).pathname);
  const draws = Array.from({ length: 4000 }, (_, replicate) => drawUncertain(experiment, replicate));
  const depths = draws.map((draw) => draw['market.makers.depth'] ?? 0);
  const recoveries = draws.map((draw) => draw['market.makers.recovery'] ?? 0);
  expect(Math.min(...depths)).toBeGreaterThanOrEqual(45e6);
  expect(Math.max(...depths)).toBeLessThanOrEqual(350e6);
  expect(new Set(depths).size).toBe(4000);
  // Log-uniform: the mean of the logarithm is the middle of its range, within four standard errors.
  const logs = depths.map((depth) => (Math.log(depth) - Math.log(45e6)) / Math.log(350 / 45));
  const mean = logs.reduce((sum, u) => sum + u, 0) / logs.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / logs.length));
  const others = recoveries.map((recovery) => (Math.log(recovery) - Math.log(5)) / Math.log(24));
  const correlation = logs.reduce((sum, u, k) => sum + (u - 0.5) * ((others[k] ?? 0) - 0.5), 0) / logs.length / (1 / 12);
  expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(logs.length));
  expect(drawUncertain(experiment, 7)).toEqual(draws[7]);
  // Another key does not move the draw of this one.
  expect(drawUncertain({ ...experiment, uncertain: experiment.uncertain.slice(1) }, 7)['market.makers.recovery']).toBe(recoveries[7]);
});

test('an experiment survives JSON', async () => {
  const experiment = await loadExperiment(new URL('mcr-threshold.yaml', folder).pathname);
  const copy = JSON.parse(JSON.stringify(experiment)) as typeof experiment;
  expect(copy).toEqual(experiment);
  expect(resolvePoint(copy, 3, drawUncertain(copy, 5))).toEqual(resolvePoint(experiment, 3, drawUncertain(experiment, 5)));
});

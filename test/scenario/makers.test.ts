import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { extentOf } from '../../src/scenario/extent.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { jsonSchema } from '../../src/scenario/schema.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { canReplay } from '../../src/simulation/tape.ts';
import type { MakerOptions } from '../../src/traders/ladder.ts';
import { withFirstMarket } from './only-market.ts';

function parse(makers: string, frame = ''): ReturnType<typeof parseExperiment> {
  return parseExperiment(
    `name: makers
scenario:
  horizon: 20m
  assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 2m, length: 6m, size: 12%, volatility: 40% } }]
  market: { makers: ${makers}, noise: { size: 5_000 } }
  traders:
    - { name: longs, count: 200, side: long, notional: 60e6, leverage: { kind: lognormal, median: 12, sigma: 0.6, min: 2, max: 40 } }
    - { name: shorts, count: 150, side: short, notional: 60e6, leverage: 3 }
  margin: { maintenance: 1%, initial: 2% }
  liquidation: { capacity: 20, latency: 50ms }
${frame}`,
    { path: 'makers.yaml' },
  );
}
function sound(makers: string, frame = '') {
  const parsed = parse(makers, frame);
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.experiment;
}
function groupsOf(makers: string): readonly MakerOptions[] {
  const { quotes } = withFirstMarket(resolvePoint(sound(makers), 0));
  if (quotes.kind !== 'makers') throw new Error('want makers');
  return quotes.groups;
}
const faults = (makers: string, frame = ''): string[] => {
  const parsed = parse(makers, frame);
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};

const FAST = '{ name: fast, depth: 10e6, reaction: 200ms, count: 2, lossLimit: 2e6, lossPause: 5m }';
const SLOW = '{ name: slow, depth: 15e6, reaction: 5s, halfSpread: 5bps, withdrawal: { at: 2%, returnAt: 50bps, returnAfter: 45s } }';
const WARY =
  '{ name: wary, kind: avellaneda-stoikov, depth: 8e6, riskAversion: 5e-6, fill: 10_000, fillDistance: 2bps, horizon: 2m, inventoryCap: 5e6 }';

describe('makers of a scenario', () => {
  test('one group without a name, none of whose options is on', () => {
    expect(groupsOf('{ depth: 5e6 }')).toMatchObject([
      { name: 'makers', depth: 5e9, withdrawal: null, leaning: null, lossLimit: Infinity, lossPause: Infinity, reaction: 1 },
    ]);
  });

  test('several groups, each with all of its own', () => {
    expect(groupsOf(`[${FAST}, ${SLOW}, ${WARY}]`)).toMatchObject([
      { name: 'fast', reaction: 0.2, count: 2, lossLimit: 2e9, lossPause: 300, withdrawal: null, leaning: null },
      { name: 'slow', reaction: 5, halfSpread: 0.0005, withdrawal: { at: 0.02, returnAt: 0.005, returnAfter: 45 } },
      { name: 'wary', leaning: { riskAversion: 0.05, fill: 1e7, decay: 5000, horizon: 120 } },
    ]);
  });

  test('a stationary horizon is without end', () => {
    const [group] = groupsOf('{ kind: avellaneda-stoikov, depth: 5e6, riskAversion: 1e-6, horizon: stationary, inventoryCap: 1e6 }');
    expect(group!.leaning!.horizon).toBe(Infinity);
  });

  test.each([
    [`[${FAST}, ${FAST}]`, 'scenario.market.makers[1].name: found "fast" again, want a name that makers[0] does not have'],
    ['[{ depth: 5e6 }]', 'scenario.market.makers[0].name: missing, want a name'],
    ['[]', 'scenario.market.makers: found an empty list, want at least 1 member'],
    ['{ name: fast, depth: 5e6 }', 'scenario.market.makers.name: unknown key "name"'],
    ['[{ name: a, kind: flat, size: 1, bid: 1, ask: 2, bidLevels: 1, askLevels: 1 }]', 'scenario.market.makers[0].kind: found flat, want'],
    [`[${FAST}, { name: b, depth: 1e6, floor: 2e6 }]`, 'scenario.market.makers[1].floor: found 2000000, want at most the depth of 1000000'],
    ['{ depth: 5e6, lossLimit: 0 }', 'scenario.market.makers.lossLimit: found 0, want unlimited, or an amount > 0'],
    ['{ depth: 5e6, lossPause: 0s }', 'scenario.market.makers.lossPause: found 0s, want forever, or a duration'],
    [
      '{ depth: 5e6, withdrawal: { at: 1%, returnAt: 2% } }',
      'scenario.market.makers.withdrawal.returnAt: found 0.02, want at most the 0.01',
    ],
    ['{ depth: 5e6, withdrawal: { at: 1% } }', 'scenario.market.makers.withdrawal.returnAt: missing, want a fraction'],
    ['{ depth: 5e6, riskAversion: 1e-6 }', 'scenario.market.makers.riskAversion: unknown key "riskAversion"'],
    ['{ kind: avellaneda-stoikov, depth: 5e6 }', 'scenario.market.makers.riskAversion: missing, want a number > 0'],
    [
      '{ kind: avellaneda-stoikov, depth: 5e6, riskAversion: 1e-6, horizon: stationary }',
      'scenario.market.makers.inventoryCap: found unlimited, want an amount: a stationary horizon is bounded by it',
    ],
  ])('%s', (makers, says) => {
    const found = faults(makers);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
  });

  test('the shapes and members of the list are in the JSON Schema', () => {
    const text = JSON.stringify(jsonSchema('scenario'));
    for (const key of ['riskAversion', 'fillDistance', 'lossPause', 'returnAfter', 'avellaneda-stoikov'])
      expect(text).toContain(`"${key}"`);
  });
});

describe('paths into makers', () => {
  const frame = (path: string): string => `vary:
  ${path}.reaction: [100ms, 2s]
uncertain:
  ${path}.depth: { from: 4e6, to: 9e6 }
`;

  test.each([
    ['{ depth: 5e6 }', 'market.makers', 0],
    [`[${SLOW}, ${FAST}]`, 'market.makers[fast]', 1],
    [`[${SLOW}, ${FAST}]`, 'market.makers[0]', 0],
  ])('%s: %s', (makers, path, place) => {
    const experiment = sound(makers, frame(path));
    for (const point of experiment.points) {
      const draws = drawUncertain(experiment, 3);
      const { quotes } = withFirstMarket(resolvePoint(experiment, point.index, draws));
      if (quotes.kind !== 'makers') throw new Error('want makers');
      expect(quotes.groups[place]).toMatchObject({
        reaction: point.values[`${path}.reaction`],
        depth: Math.round(draws[`${path}.depth`]! * 1000),
      });
      for (const [k, group] of quotes.groups.entries()) if (k !== place) expect([0.2, 5]).toContain(group.reaction);
    }
  });

  test('a group that is not there, and a value that does not fit', () => {
    expect(faults(`[${SLOW}, ${FAST}]`, 'vary:\n  market.makers[fist].depth: [1e6]\n')).toEqual([
      'vary.market.makers[fist].depth: [fist] names no member of market.makers; did you mean "fast"? (it has slow, fast)',
    ]);
    expect(faults(`[${SLOW}, ${FAST}]`, 'vary:\n  market.makers[fast].reaction: [1s, -1s]\n')[0]).toContain(
      'vary.market.makers[fast].reaction[1]',
    );
    expect(faults(`[${SLOW}, ${FAST}]`, 'vary:\n  market.makers[fast].withdrawal: [off, { at: 1%, returnAt: 2% }]\n')[0]).toContain(
      'vary.market.makers[fast].withdrawal[1].returnAt: found 0.02, want at most the 0.01',
    );
  });
});

describe('a run with several groups', () => {
  const seed = { seed: 'makers', replicate: 0 };
  const metric = (result: { readonly metrics: ArrayLike<number> }, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
  const play = (makers: string, exactScan = false) =>
    new Simulator().run(resolvePoint(sound(makers), 0), seed, { detail: true, exactScan, recountAlways: true });

  test('keeps the ledger whole, finds what a full scan finds, and does not see the order of the list', () => {
    const one = play(`[${FAST}, ${SLOW}, ${WARY}]`);
    expect(metric(one, 'ledger_error')).toBe(0);
    expect(metric(one, 'liquidations')).toBeGreaterThan(10);
    expect(play(`[${FAST}, ${SLOW}, ${WARY}]`, true)).toEqual(one);
    expect(play(`[${WARY}, ${FAST}, ${SLOW}]`)).toEqual(one);
    expect(play(`[${FAST}, ${SLOW}]`).hash).not.toBe(one.hash);
  });

  test('a list of one is the group alone', () => {
    expect(play('[{ name: alone, depth: 20e6 }]')).toEqual(play('{ depth: 20e6 }'));
  });

  test("a twin's prices can be played again only if every group looks at whole steps", () => {
    const replays = (makers: string): boolean => canReplay(resolvePoint(sound(makers), 0));
    expect(replays(`[${SLOW}, ${WARY}]`)).toBe(true);
    expect(replays(`[${SLOW}, ${FAST}]`)).toBe(false);
  });

  test('its bounds grow with every group, and by what groups take from each other', () => {
    const extent = (makers: string) => extentOf(resolvePoint(sound(makers), 0), 0);
    const alone = extent('{ depth: 20e6 }');
    const two = extent('[{ name: a, depth: 10e6 }, { name: b, depth: 10e6 }]');
    expect(two.money).toBeGreaterThan(alone.money);
    expect(two.position).toBeGreaterThan(alone.position);
    expect(two.level).toBeCloseTo(alone.level, 3);
    expect(extent(`[${WARY}]`).window / extent('{ depth: 20e6 }').window).toBeCloseTo(7 / 5, 12);
    expect(extent('[{ name: a, depth: 10e6, reach: 1% }, { name: b, depth: 10e6, reach: 8% }]').window).toBeCloseTo(1.6 * alone.window, 3);
  });
});

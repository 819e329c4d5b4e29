import { describe, expect, test } from 'vitest';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { withFirstMarket } from './only-market.ts';

function parse(makers: string): ReturnType<typeof parseExperiment> {
  return parseExperiment(
    `horizon: 1m
assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: constant, price: 100_000 } }]
market: { makers: { depth: 5e6, ${makers} } }
traders: [{ name: longs, count: 5, side: long, notional: 1e6, leverage: 5 }, { name: shorts, count: 5, side: short, notional: 1e6, leverage: 5 }]
`,
    { path: 'profile.yaml' },
  );
}
const faults = (makers: string): string[] => {
  const parsed = parse(makers);
  return 'problems' in parsed ? parsed.problems.map((problem) => problem.message) : [];
};

describe("a profile of the makers' depth", () => {
  test('rows resolve to distances and shares a side', () => {
    const parsed = parse('profile: [[10bps, 0.1, 0.2], [1%, 1, 1.5]]');
    if ('problems' in parsed) throw new Error(parsed.problems.map((problem) => problem.message).join('\n'));
    expect(withFirstMarket(resolvePoint(parsed.experiment, 0)).quotes).toMatchObject({
      groups: [{ profile: { distances: [0.001, 0.01], bids: [0.1, 1], asks: [0.2, 1.5] } }],
    });
  });

  test('left out, or flat, there is none', () => {
    for (const makers of ['rungs: 10', 'profile: flat']) {
      const parsed = parse(makers);
      if ('problems' in parsed) throw new Error('want a scenario');
      expect(withFirstMarket(resolvePoint(parsed.experiment, 0)).quotes).not.toHaveProperty('groups[0].profile');
    }
  });

  test.each([
    ['profile: [[2bps, 0.1, 0.1], [1bps, 1, 1]]', 'found 0.0001, want more than the 0.0002 of the row before it'],
    ['halfSpread: 5bps, profile: [[2bps, 0.1, 0.1]]', 'found 0.0002, want more than the 0.0005 of the half spread'],
    ['reach: 1%, profile: [[2%, 1, 1]]', 'found 0.02, want at most the reach of 0.01'],
    ['profile: [[2bps, 0.1, 0.2], [1%, 1, 0.1]]', 'found 0.1, want at least the 0.2 of the row before it'],
    ['count: 1, rungs: 1, profile: [[2bps, 0.1, 0.2], [1%, 1, 1]]', 'found 2 rows, want at most 1: count × rungs'],
  ])('%s: %s', (makers, message) => {
    expect(faults(makers).some((found) => found.includes(message))).toBe(true);
  });
});

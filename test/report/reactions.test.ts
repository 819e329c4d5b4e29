import { expect, test } from 'vitest';
import { reactionsOf } from '../../src/report/reactions.ts';
import { parseScenario } from '../../src/scenario/parse.ts';

/** The group as a scenario file states it, with all defaults. */
function groupOf(keys: string) {
  const text = `horizon: 10m
assets: [{ symbol: BTC, tick: 1, lot: 0.0001, driver: { kind: constant, price: 100_000 } }]
market: { makers: { depth: 5e6 } }
traders:
  - { name: longs, count: 10, side: long, notional: 1e6, leverage: 2${keys} }
  - { name: shorts, count: 10, side: short, notional: 1e6, leverage: 2 }
`;
  const parsed = parseScenario(text, { path: 'scenario.yaml' });
  if (!('scenario' in parsed)) throw new Error(JSON.stringify(parsed));
  const group = parsed.scenario.traders[0]!;
  if (group.margin === 'lending') throw new Error('found borrowers, want traders');
  return group;
}

test('nothing is said of a group that does nothing', () => expect(reactionsOf(groupOf(''))).toEqual([]));

test('each reaction is told in a sentence with its figures', () => {
  const all = groupOf(
    ', absent: 15%, topUp: { probability: 60%, delay: { kind: lognormal, median: 4m, sigma: 1 }, reserve: 50% }, reduce: { delay: 10m, share: 25% }, stopLoss: { share: 40%, distance: 5% }, panic: { move: 4%, within: 10m, share: 20% }, reopen: { probability: 30%, delay: { kind: exponential, mean: 1h }, leverage: 5 }',
  );
  const sentences = reactionsOf(all);
  expect(sentences.map(({ key }) => key)).toEqual(['topUp', 'reduce', 'stopLoss', 'panic', 'reopen']);
  const figures = [
    ['60%', 'a median of 4', '50%', '1.5x', '15%'],
    ['after 10', '25%', '15%'],
    ['40%', '5%'],
    ['4%', '10', '20%', 'at once'],
    ['30%', 'on average', '100%', '5x'],
  ];
  sentences.forEach(({ sentence }, i) => {
    expect(sentence).toContain('“longs”');
    for (const figure of figures[i]!) expect(sentence.replaceAll(/\s%/g, '%')).toContain(figure);
  });
});

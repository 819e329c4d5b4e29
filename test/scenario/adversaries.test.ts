import { describe, expect, test } from 'vitest';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

const HUNTER = 'name: hunter, kind: stop-hunter, at: 2m, capital: 1e6, rate: 50_000, target: { kind: cluster, share: 10% }';
const DRAINER = 'name: drainer, kind: fund-drainer, at: 1m, capital: 1e5, leverage: 20x, off: 30%';
const PUSHER =
  'name: pusher, kind: oracle-pusher, at: 1m, capital: 1e5, leverage: 5, over: 1m, push: { on: market, notional: 2e6, capital: 4e5 }';
const OUTSIDE = PUSHER.replace('on: market', 'on: outside, depth: 50_000');
const TEXT = `horizon: 10m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: constant, price: 100_000 } }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: constant, price: 4_000 }, market: { kind: curve, law: linear, depth: 1e6 } }
  - { symbol: INV, tick: 1, lot: 1, driver: { kind: constant, price: 100_000 }, contract: { kind: inverse, face: 100, coin: XBT } }
market: { makers: { depth: 5e6 } }
traders:
  - { name: longs, count: 50, side: long, notional: 1e6, leverage: 20x }
  - { name: shorts, count: 50, side: short, notional: 1e6, leverage: 20x }
adversaries:
  - { LINE }
`;

function read(...lines: string[]) {
  return parseExperiment(
    TEXT.replace('  - { LINE }', () => lines.map((line) => `  - { ${line} }`).join('\n')),
    { path: 'foes.yaml' },
  );
}

function resolved(...lines: string[]) {
  const parsed = read(...lines);
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

describe('adversaries of a file', () => {
  test('there are none unless they are stated', () => {
    const parsed = parseExperiment(TEXT.slice(0, TEXT.indexOf('adversaries:')), { path: 'calm.yaml' });
    if ('problems' in parsed) throw new Error('want no problems');
    const { markets, traders } = resolvePoint(parsed.experiment, 0);
    expect(markets.map(({ adversaries }) => adversaries)).toEqual([[], [], []]);
    expect(traders).toHaveLength(2);
  });

  test('each kind in whole units, with its defaults, and a group with its accounts', () => {
    const { markets, traders } = resolved(HUNTER, DRAINER, PUSHER, OUTSIDE.replace('pusher', 'other'));
    const anybody = { latency: 1, fee: 0.0005 };
    const pusher = { kind: 'oracle-pusher', ...anybody, at: 60, capital: 1e8, leverage: 5, direction: 1, over: 60, keep: 0, linked: true };
    expect(markets.map(({ adversaries }) => adversaries.length)).toEqual([4, 0, 0]);
    expect(markets[0]?.adversaries).toEqual([
      {
        kind: 'stop-hunter',
        ...anybody,
        name: 'hunter',
        at: 120,
        capital: 1e9,
        leverage: 10,
        direction: -1,
        rate: 5e7,
        target: { kind: 'cluster', share: 0.1 },
        patience: 600,
        rest: 60,
        before: null,
      },
      { kind: 'fund-drainer', ...anybody, name: 'drainer', at: 60, capital: 1e8, leverage: 20, hold: 60, off: 0.3, linked: true },
      { ...pusher, name: 'pusher', push: { notional: 2e9, capital: 4e8, outside: null } },
      { ...pusher, name: 'other', push: { notional: 2e9, capital: 4e8, outside: { depth: 5e7, recovery: 60 } } },
    ]);
    const money = (name: string): number[] => {
      const group = traders.find((one) => one.name === name);
      if (group?.kind !== 'listed') throw new Error('want a listed group');
      expect(group.accounts.every(({ lots }) => lots === 0)).toBe(true);
      return group.accounts.map(({ collateral }) => collateral);
    };
    expect(['hunter', 'drainer', 'pusher', 'other'].map(money)).toEqual([[1e9], [1e8, 1e8], [0, 1e8, 1e8, 4e8], [4e8, 1e8, 1e8]]);
  });

  test('words, prices and a position built before', () => {
    const [hunter] = resolved(
      `${HUNTER.replace('{ kind: cluster, share: 10% }', '{ kind: price, price: 110_000 }')}, direction: up, before: { notional: 2e5, over: 1m }`,
    ).markets[0]!.adversaries;
    expect(hunter).toMatchObject({ direction: 1, target: { kind: 'price', tick: 110_000 }, before: { notional: 2e8, over: 60 } });
    const [pusher] = resolved(OUTSIDE.replace('depth: 50_000', 'depth: 50_000, recovery: never')).markets[0]!.adversaries;
    expect(pusher).toMatchObject({ push: { outside: { recovery: Infinity } } });
  });
});

describe('one mistake, one located problem', () => {
  test.each([
    [`${HUNTER}, patienc: 3m`, 'adversaries[0].patienc', 'did you mean "patience"?'],
    [HUNTER.replace('stop-hunter', 'stop-hunt'), 'adversaries[0].kind', 'found stop-hunt, want stop-hunter, fund-drainer or oracle-pusher'],
    [HUNTER.replace('1e6', '-1'), 'adversaries[0].capital', 'found -1'],
    [HUNTER.replace('at: 2m', 'at: 10m'), 'adversaries[0].at', 'found 600s, want less than the horizon of 600s'],
    [HUNTER.replace('hunter', 'longs'), 'adversaries[0].name', 'found "longs" again, want a name that a group of traders does not have'],
    [HUNTER.replace('share: 10%', 'share: 0'), 'adversaries[0].target.share', 'found 0'],
    [
      HUNTER.replace('{ kind: cluster, share: 10% }', '{ kind: price, price: 0.5 }'),
      'adversaries[0].target.price',
      'found 0.5, want whole ticks of 1',
    ],
    [`${HUNTER}, before: { notional: 1e5, over: 3m }`, 'adversaries[0].before.over', 'found 180s, want at most the 120s'],
    [`${HUNTER}, asset: DOGE`, 'adversaries[0].asset', 'found DOGE, want an asset of the scenario: BTC, ETH, INV'],
    [`${HUNTER}, asset: ETH`, 'adversaries[0].asset', 'found a stop-hunter of ETH, which has no order book'],
    [`${HUNTER}, asset: INV`, 'adversaries[0].asset', 'found a stop-hunter of INV, which settles in coin'],
    [DRAINER.replace('off: 30%', 'off: 100%'), 'adversaries[0].off', 'found 100%'],
    [DRAINER.replace('20x', '-20x'), 'adversaries[0].leverage', 'found -20x, want a leverage > 0'],
    [PUSHER.replace('on: market', 'on: moon'), 'adversaries[0].push.on', 'found moon, want market or outside'],
    [PUSHER.replace('on: market', 'on: outside'), 'adversaries[0].push.on', 'found outside without a depth'],
    [
      OUTSIDE.replace('depth: 50_000', 'depth: 400'),
      'adversaries[0].push.notional',
      'found 2000000, which moves the outside price to 11 times itself, want at most 9 times',
    ],
  ])('%s', (line, path, says) => {
    const parsed = read(line);
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map(formatProblem)).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.message).toContain(says);
  });

  test('the same name twice', () => {
    const parsed = read(HUNTER, DRAINER.replace('drainer', 'hunter'));
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'adversaries[1].name: found "hunter" again, want a name that adversaries[0] does not have',
    ]);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { Deleveraging } from '../../src/liquidation/deleveraging.ts';
import { WinnerRanking } from '../../src/liquidation/winner-ranking.ts';
import type { WinnerParts } from '../../src/liquidation/winners.ts';
import { positionLimits } from '../../src/liquidation/throttle.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { hyperliquid } from '../../src/venues/hyperliquid.ts';
import { synthetixV3 } from '../../src/venues/synthetix-v3.ts';
import { readVectors } from '../vectors/file.ts';
import { example, run } from './example.ts';

// A venue's worked example, replayed by a run under the venue's preset: one account, one book, the preset's own rules.

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));

/** Numbers, by name. */
type Figures = Readonly<Record<string, number>>;

const quantities = (result: RunResult): number[] => result.liquidations!.map(({ quantity }) => quantity);

/** From 110 to 100 in the third second, with bids there for everybody. */
const FALL = `horizon: 20s
assets:
  - symbol: BTC
    tick: 1
    lot: 1
    driver: { kind: waypoints, points: [[0s, 110], [2s, 110], [3s, 100], [20s, 100]] }
    mark: index
market: { makers: { kind: flat, size: 100_000, bid: 100, bidLevels: 1, ask: 200, askLevels: 1 } }
`;

describe('dydx-v4: a forced order takes the fillable price and nothing worse', () => {
  const single = vectors.filter(({ venue, mechanism, inputs }) => {
    return venue === 'dydx-v4' && mechanism === 'fillable_price' && (inputs['positions'] as unknown[]).length === 1;
  });

  test.each(single.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const [position] = inputs['positions'] as Figures[];
    const size = position!['size']!;
    const mark = position!['oracle_price']!;
    const limit = Number(expected['fillable_price_usd']);
    const before = mark * (size > 0 ? 1.4 : 0.6);
    const collateral = Number(inputs['usdc_balance']) + size * before;
    const forced = (quote: number): number[] =>
      quantities(
        example({
          asset: 'tick: 1\n    lot: 0.001',
          before,
          price: mark,
          account: `{ side: ${size > 0 ? 'long' : 'short'}, size: ${Math.abs(size)}, entry: ${before}, collateral: ${collateral} }`,
          quote,
          buys: size < 0,
          margin: `venue: dydx-v4, maintenance: ${position!['mmf']}, initial: ${position!['imf']}`,
          liquidation: `limit: { kind: fillable, spread: ${String(inputs['spread_to_mmr_ratio'])}, adjustment: ${String(inputs['bankruptcy_adjustment'])} }, throttle: off`,
        }),
      );
    expect(forced(limit)).toEqual([Math.abs(size)]);
    expect(forced(limit - Math.sign(size))).toEqual([]);
  });

  test('the preset has the spread of the genesis: 1.5 maintenances at bankruptcy', () => {
    expect(single.length).toBeGreaterThan(5);
    const forced = (quote: number): number[] =>
      quantities(
        example({
          asset: 'tick: 1\n    lot: 0.001',
          before: 55_000,
          price: 50_000,
          account: '{ side: long, size: 0.1, entry: 55_000, collateral: 500 }',
          quote,
          margin: 'venue: dydx-v4',
          liquidation: 'throttle: off',
        }),
      );
    // 50,000 × (1 − 1.5 × 3 %).
    expect(forced(47_750)).toEqual([0.1]);
    expect(forced(47_749)).toEqual([]);
  });
});

describe('dydx-v4: the fee to the fund is what the fill brought above bankruptcy, at most the rate', () => {
  const cases = vectors.filter(
    ({ mechanism, inputs, expected }) =>
      mechanism === 'insurance_fund_delta' && Number(expected['insurance_delta_usd']) >= 0 && Number(inputs['max_liquidation_fee']) <= 0.5,
  );

  test.each(cases.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const [position] = inputs['positions'] as Figures[];
    const size = position!['size']!;
    const mark = position!['oracle_price']!;
    const before = mark * (size > 0 ? 1.4 : 0.6);
    const result = example({
      asset: 'tick: 1\n    lot: 0.001',
      before,
      price: mark,
      account: `{ side: ${size > 0 ? 'long' : 'short'}, size: ${Math.abs(size)}, entry: ${before}, collateral: ${Number(inputs['usdc_balance']) + size * before} }`,
      quote: Number(inputs['fill_price']),
      buys: size < 0,
      margin: `venue: dydx-v4, maintenance: ${position!['mmf']}, initial: ${position!['imf']}`,
      liquidation: `limit: off, throttle: off, adl: off, fee: { rate: ${String(inputs['max_liquidation_fee'])}, cap: bankruptcy }`,
    });
    expect(quantities(result)).toEqual([Math.abs(size)]);
    const paid = METRIC_NAMES.flatMap((name, k) => (name === 'fund_income' || name === 'liquidation_fees' ? [result.metrics[k]] : []));
    for (const amount of paid) expect(amount).toBeCloseTo(Number(expected['insurance_delta_usd']), 9);
  });

  test('the preset takes the 1.5 % of the genesis, and OKX the fee of closing that it sets aside', () => {
    expect(cases.length).toBeGreaterThan(5);
    const feeOf = (venue: string): (number | undefined)[] => {
      const result = example({
        asset: 'tick: 1\n    lot: 1',
        before: 110,
        price: 100,
        account: '{ side: long, size: 1_000, entry: 110, collateral: 10_900 }',
        quote: 100,
        margin: `venue: ${venue}, maintenance: 1%, initial: 10%`,
        liquidation: 'limit: off, throttle: off',
      });
      return ['liquidation_fees', 'venue_income', 'fund_income'].map((name) => result.metrics[METRIC_NAMES.indexOf(name)]);
    };
    // 900 left: 1.5 % of 100,000 would be 1,500.
    expect(feeOf('dydx-v4')).toEqual([900, 0, 900]);
    expect(feeOf('okx')).toEqual([60, 60, 0]);
    expect(feeOf('generic')).toEqual([0, 0, 0]);
  });
});

test('okx/partial_liquidation/01: from tier 3 a position is cut by two tiers, the rest in tier 1 is closed', () => {
  const { inputs, expected } = vectors.find(({ id }) => id === 'okx/partial_liquidation/01')!;
  const contracts = Number(inputs['contracts']);
  const first = Number(inputs['tier1_max']);
  const result = example({
    asset: 'tick: 1\n    lot: 1',
    before: 110,
    price: 100,
    account: `{ side: long, size: ${contracts}, entry: 110, collateral: ${contracts * 10 + 1000} }`,
    quote: 100,
    margin: `venue: okx, maintenance: [{ from: 0, rate: 1% }, { from: ${first * 100}, rate: 2% }, { from: ${first * 200}, rate: 3% }], initial: 10%`,
  });
  expect(quantities(result)).toEqual([Number(expected['contracts_closed']), Number(expected['contracts_left'])]);
});

test('kraken-futures/inverse_liquidation_price/01: nothing is sold below the bankruptcy price of the page', () => {
  const { inputs, expected } = vectors.find(({ id }) => id === 'kraken-futures/inverse_liquidation_price/01')!;
  const entry = Number(inputs['entry']);
  const forced = (quote: number): RunResult =>
    example({
      asset: 'tick: 1\n    lot: 1\n    contract: { kind: inverse, face: 1, coin: XBT }',
      before: entry,
      price: Number(expected['liquidation_price']) - 1,
      // 0.01 coin at the price of entry.
      account: `{ side: long, size: ${String(inputs['qty_usd'])}, entry: ${entry}, collateral: ${Number(inputs['margin_btc']) * entry} }`,
      quote,
      margin: 'venue: kraken-futures, call: 1.1x',
    });
  const at = Number(expected['bankruptcy_price']);
  // The page rounds 7,407.4 down.
  expect(quantities(forced(at + 1))).toEqual([Number(inputs['qty_usd'])]);
  expect(quantities(forced(at))).toEqual([]);
});

test('deribit: clips, one a second, until the position is covered again', () => {
  const result = example({
    asset: 'tick: 1\n    lot: 1',
    before: 110,
    price: 100,
    account: '{ side: long, size: 5_000, entry: 110, collateral: 54_900 }',
    quote: 100,
    margin: 'venue: deribit',
  });
  // Equity 4,900 on a maintenance of 5,000: one clip of 100,000 leaves 4,000 to hold.
  expect(quantities(result)).toEqual([1_000]);
});

test('binance-pm: liquidated at a uniMMR of 1.05, unless the file says otherwise', () => {
  const forced = (margin: string): number =>
    example({
      asset: 'tick: 1\n    lot: 1',
      before: 110,
      price: 100,
      // Equity 515 on a maintenance of 500: 1.03.
      account: '{ side: long, size: 1_000, entry: 110, collateral: 10_515 }',
      quote: 100,
      margin,
    }).liquidations!.length;
  expect(forced('venue: binance-pm')).toBe(1);
  expect(forced('venue: binance-pm, threshold: 1')).toBe(0);
});

describe('how fast', () => {
  const at = (result: RunResult): [number, number][] => result.liquidations!.map(({ step, quantity }) => [step, quantity]);

  test('dydx-v4: a tenth of a position in a block, or 1,000 if that is more, as position_block_limits has it', () => {
    const result = example({
      asset: 'tick: 1\n    lot: 1',
      before: 110,
      price: 100,
      // 50,000 on 500: equity 200 on a maintenance of 1,500, below it all the way.
      account: '{ side: long, size: 500, entry: 110, collateral: 5_200 }',
      quote: 100,
      margin: 'venue: dydx-v4',
      liquidation: 'limit: off',
    });
    const sent: number[] = [];
    for (let left = 500; sent.length < 6;) {
      const { most } = positionLimits(BigInt(left * 100), 1000n, 100_000n);
      sent.push(Math.floor(Number(most) / 100));
      left -= sent.at(-1)!;
    }
    expect(at(result)).toEqual(sent.map((size, k) => [k + 3, size]));
  });

  test('dydx-v4: no more than 100,000 of an account in a block', () => {
    const result = example({
      asset: 'tick: 1\n    lot: 1',
      before: 110,
      price: 100,
      account: '{ side: long, size: 50_000, entry: 110, collateral: 520_000 }',
      quote: 100,
      margin: 'venue: dydx-v4',
      liquidation: 'limit: off',
    });
    expect(at(result).slice(0, 2)).toEqual([
      [3, 1000],
      [4, 1000],
    ]);
  });

  test('so much at a time over everybody: others begin as those who have begun have less left', () => {
    const sold = (throttle: string): [number, string, number][] =>
      run(`${FALL}traders:
  - { name: a, accounts: [{ side: long, size: 100, entry: 110, collateral: 1001 }] }
  - { name: b, accounts: [{ side: long, size: 100, entry: 110, collateral: 1002 }] }
  - { name: c, accounts: [{ side: long, size: 100, entry: 110, collateral: 1003 }] }
margin: { venue: generic, maintenance: 5%, initial: 10% }
liquidation: { policy: { kind: clips, notional: 2_500, pause: 1s }, throttle: ${throttle} }
`).liquidations!.map(({ step, group, quantity }) => [step, group, quantity]);
    const everybody = (step: number): [number, string, number][] => [[step, 'a', 25], [step, 'b', 25], [step, 'c', 25]]; // prettier-ignore
    expect(sold('off')).toEqual([3, 4, 5, 6].flatMap(everybody));
    // 10,000: a has 7,500 left once its first clip is gone, b gets the 2,500 that this leaves, and c nothing before a has sold again.
    const limited = sold('{ system: 10_000 }');
    expect(limited.filter(([step]) => step === 3)).toEqual([[3, 'a', 25], [3, 'b', 25]]); // prettier-ignore
    expect(limited.find(([, group]) => group === 'c')).toEqual([4, 'c', 25]);
    // One at a time from the first clip to the last.
    expect(sold('{ system: 7_500 }').slice(0, 2)).toEqual([[3, 'a', 25], [4, 'a', 25]]); // prettier-ignore
    const all = (throttle: string): number => sold(throttle).reduce((sum, [, , quantity]) => sum + quantity, 0);
    // Less than a clip: 10 lots a block, for 18 blocks.
    expect(['{ system: 10_000 }', '{ system: 7_500 }', '{ system: 1_000 }'].map(all)).toEqual([300, 300, 180]);
  });

  test('synthetix-v3/liquidation_throttle/04: what a window of the tests leaves', () => {
    const { inputs, expected } = vectors.find(({ id }) => id === 'synthetix-v3/liquidation_throttle/04')!;
    const [size, cap, seconds] = ['size', 'cap', 'window_seconds'].map((name) => Number(inputs[name]));
    const result = run(`${FALL}traders:
  - { name: one, accounts: [{ side: long, size: ${size}, entry: 110, collateral: ${size! * 10 + 10} }] }
margin: { venue: synthetix-v3, maintenance: 5%, initial: 10% }
liquidation: { throttle: { window: { notional: ${cap! * 100}, time: ${seconds}s } } }
`);
    const left = (time: number): number => at(result).reduce((sum, [step, sold]) => sum - (step - 3 <= time ? sold : 0), size!);
    expect((inputs['calls'] as number[]).map(left)).toEqual(expected['size_after']);
    expect(synthetixV3.throttle!.window).toEqual({ notional: 10e6, seconds: 10 });
  });
});

describe('winners closed against debtors', () => {
  const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;

  /** Shorts that owe after a jump, longs that gained, and nobody in the book at the price. */
  const jump = (traders: string, before: number, price: number, margin: string, liquidation = ''): RunResult =>
    run(`
horizon: 8s
assets:
  - symbol: BTC
    tick: 0.01
    lot: 1
    driver: { kind: waypoints, points: [[0s, ${before}], [2s, ${before}], [3s, ${price}], [8s, ${price}]] }
    mark: index
market: { makers: { kind: flat, size: 1, bid: 0.01, bidLevels: 1, ask: ${price * 10}, askLevels: 1 } }
traders:
${traders}
margin: { ${margin} }
liquidation: { ${liquidation} }
`);

  test('dydx-v4/deleveraging/01: against the short at its bankruptcy price, which leaves it nothing and the long its part', () => {
    const { inputs, expected } = vectors.find(({ id }) => id === 'dydx-v4/deleveraging/01')!;
    const [size, entry, collateral, price] = ['size', 'entry', 'collateral_each', 'price'].map((name) => Number(inputs[name]));
    const one = (name: string, side: string): string =>
      `  - { name: ${name}, accounts: [{ side: ${side}, size: ${size}, entry: ${entry}, collateral: ${collateral} }] }`;
    const result = jump(`${one('A', 'long')}\n${one('B', 'short')}`, entry!, price!, 'venue: dydx-v4');
    expect(result.liquidations!.map(({ group, quantity, route }) => [group, quantity, route])).toEqual([['B', size, 'adl']]);
    const owed = -Number(expected['equity_B_before']);
    expect([metric(result, 'bad_debt'), metric(result, 'adl_used'), metric(result, 'latent_bad_debt')]).toEqual([owed, owed, 0]);
    // What the long has at the mark, less what it gave, is its equity at the closing price.
    expect(collateral! + size! * (price! - entry!) - metric(result, 'adl_used')).toBe(Number(expected['equity_A_after']));
    expect(price! - metric(result, 'adl_used') / size!).toBeCloseTo(Number(expected['bankruptcy_price']), 12);
    expect([metric(result, 'adl_notional'), metric(result, 'adl_accounts'), metric(result, 'off_book_notional')]).toEqual([1000, 1, 1000]);
  });

  test('hyperliquid/adl_ranking/01: by mark / entry × notional / equity, the highest first', () => {
    const { inputs, expected } = vectors.find(({ id }) => id === 'hyperliquid/adl_ranking/01')!;
    const candidates = inputs['candidates'] as (Figures & { readonly id: string })[];
    const mark = candidates[0]!['mark']!;
    const ledger = new GeneralLedger(candidates.length, [{ kind: 'linear', currency: 0, factor: 1 }]);
    const lots = candidates.map((one) => one['notional']! / mark);
    candidates.forEach((one, i) => ledger.markets[0]!.deposit(i, one['account_value']! - one['notional']!, lots[i]!));
    const parts: WinnerParts = {
      rule: hyperliquid.adl!,
      ledger,
      traders: candidates.length,
      isCross: () => false,
      worthOf: () => 0,
      isHealthy: () => true,
      stakes: {
        putIn: Float64Array.from(candidates, (one, i) => one['account_value']! - lots[i]! * (mark - one['entry']!)),
        entryValue: Float64Array.from(candidates, (one, i) => lots[i]! * one['entry']!),
      },
      keyHi: new Uint32Array(candidates.length),
      keyLo: Uint32Array.from(candidates, (_, i) => i),
    };
    const deleveraging = new Deleveraging(parts, new WinnerRanking(parts));
    const called = deleveraging.counterparties(0, false, 2500, Float64Array.of(mark));
    expect(called.map(({ account }) => candidates[account]!.id)).toEqual(expected['order']);
    expect(called.map((one) => one.lots)).toEqual([1000, 1000, 500]);
    expect([deleveraging.accounts, deleveraging.notional[0]]).toEqual([3, 2500 * mark]);
  });
});

describe('drift: of a coin that is held in size less counts', () => {
  const cases = vectors.filter(({ venue, mechanism }) => venue === 'drift' && mechanism === 'size_discount_asset_weight');

  test.each(cases.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const [size, factor, weight] = ['size', 'imf_factor', 'asset_weight'].map((name) => Number(inputs[name]));
    const lots = size! / 10;
    const counted = (Number(expected['asset_weight_1e4']) * size!) / 10_000;
    // 10 a lot is lost, 5 is asked for; coins cover it but for what is beside them.
    const forced = (beside: number): number =>
      run(`
horizon: 6s
assets:
  - { symbol: PERP, tick: 0.01, lot: 1, driver: { kind: waypoints, points: [[0s, 110], [2s, 110], [3s, 100], [6s, 100]] }, mark: index }
  - { symbol: SOL, tick: 0.01, lot: 1, contract: { kind: spot, haircut: ${Math.round((1 - weight!) * 100)}%, sizeFactor: ${factor} }, driver: { kind: constant, price: 1 }, mark: index }
market: { makers: { kind: flat, size: 100_000, bid: 0.5, bidLevels: 1, ask: 500, askLevels: 1 } }
traders:
  - { name: one, margin: cross, accounts: [{ side: long, size: ${lots}, entry: 110, collateral: ${(15 * lots - counted + beside).toFixed(2)}, coins: [{ asset: SOL, size: ${size} }] }] }
margin: { venue: drift, maintenance: 5%, initial: 10% }
`).liquidations!.length;
    expect([forced(0) > 0, forced(-0.01) > 0]).toEqual([false, true]);
  });

  test('there are such', () => expect(cases.length).toBe(3));
});

test('synthetix-v3/required_margins/01: a position is asked for its size, its least margin and what keepers earn, and they earn it', () => {
  const { inputs } = vectors.find(({ id }) => id === 'synthetix-v3/required_margins/01')!;
  const [, position] = inputs['positions'] as Figures[];
  const { size, price, skew_scale: scale, initial_margin_fraction: fraction, min_position_margin: least } = position as Figures;
  const { min_initial_margin_ratio: ratio, maintenance_scalar: scalar } = position as Figures;
  const notional = size! * price!;
  const reward = Math.min(notional * Number(inputs['liquidation_reward_ratio']), Number(inputs['max_liquidation_reward']));
  // The test states both positions together: this one's part of 4,000 is 1,500.
  const asked = 1500 + reward;
  const before = price! * 1.05;
  const forced = (beside: number): RunResult =>
    example({
      asset: 'tick: 0.01\n    lot: 1',
      before,
      price: price!,
      account: `{ side: long, size: ${size}, entry: ${before}, collateral: ${size! * (before - price!) + asked + beside} }`,
      quote: price!,
      // The scale in USD at the opening price.
      margin: `venue: synthetix-v3, maintenance: ${ratio! * scalar!}, initial: ${ratio}, skew: { scale: ${scale! * before}, fraction: ${fraction}, least: ${least}, reward: ${String(inputs['liquidation_reward_ratio'])}, largestReward: ${String(inputs['max_liquidation_reward'])} }`,
      liquidation: 'throttle: off',
    });
  expect(quantities(forced(0))).toEqual([]);
  const result = forced(-0.01);
  expect(quantities(result)).toEqual([size]);
  expect(['liquidation_fees', 'venue_income', 'fund_income'].map((name) => result.metrics[METRIC_NAMES.indexOf(name)])).toEqual([
    reward,
    reward,
    0,
  ]);
});

describe('drift: of a coin that is owed in size more is demanded', () => {
  // No debt can ask for less than what it is worth.
  const cases = vectors.filter(
    ({ venue, mechanism, inputs }) =>
      venue === 'drift' && mechanism === 'size_premium_liability_weight' && Number(inputs['liability_weight']) >= 1,
  );

  test.each(cases.map((vector) => [vector.id, vector] as const))('%s', (_, { inputs, expected }) => {
    const [size, factor, weight] = ['size', 'imf_factor', 'liability_weight'].map((name) => Number(inputs[name]));
    const asked = (Number(expected['liability_weight_1e4']) / 10_000 - 1) * size!;
    // 1,000 is lost, 500 is asked for the contracts; the coins owed were sold for what they are worth.
    const forced = (beside: number): number =>
      run(`
horizon: 6s
assets:
  - { symbol: PERP, tick: 0.01, lot: 1, driver: { kind: waypoints, points: [[0s, 110], [2s, 110], [3s, 100], [6s, 100]] }, mark: index }
  - { symbol: SOL, tick: 0.01, lot: 1, contract: { kind: spot, haircut: 10%, debt: ${Math.round((weight! - 1) * 100)}%, sizeFactor: ${factor} }, driver: { kind: constant, price: 1 }, mark: index }
market: { makers: { kind: flat, size: 100_000, bid: 0.5, bidLevels: 1, ask: 500, askLevels: 1 } }
traders:
  - { name: one, margin: cross, accounts: [{ side: long, size: 100, entry: 110, collateral: ${(1500 + asked + beside).toFixed(2)}, borrows: [{ asset: SOL, size: ${size} }] }] }
margin: { venue: drift, maintenance: 5%, initial: 10% }
`).liquidations!.length;
    expect([forced(0) > 0, forced(-0.01) > 0]).toEqual([false, true]);
  });

  test('there are such', () => expect(cases.length).toBe(2));
});

test('drift/spot_bankruptcy_social_loss/01: what nobody repays of a coin comes off every deposit in it', () => {
  const { inputs, expected } = vectors.find(({ id }) => id === 'drift/spot_bankruptcy_social_loss/01')!;
  const [loss, deposits] = [Number(inputs['loss']), Number(inputs['deposits'])];
  const saved = [deposits / 4, (3 * deposits) / 4];
  const text = `
horizon: 100s
assets:
  - { symbol: PERP, tick: 0.01, lot: 1, driver: { kind: waypoints, points: [[0s, 110], [2s, 110], [3s, 80], [100s, 80]] }, mark: index }
  - { symbol: SOL, tick: 0.01, lot: 0.001, contract: { kind: spot, haircut: 10% }, driver: { kind: constant, price: 10 }, mark: index }
market: { makers: { kind: flat, size: 100_000, bid: 0.5, bidLevels: 1, ask: 500, askLevels: 1 } }
traders:
  - { name: borrower, margin: cross, accounts: [{ side: long, size: 100, entry: 110, collateral: 1_200, borrows: [{ asset: SOL, size: ${loss} }] }] }
  - { name: depositors, margin: cross, accounts: [${saved.map((size) => `{ side: long, size: 1, entry: 110, collateral: 1_000, coins: [{ asset: SOL, size: ${size} }] }`).join(', ')}] }
margin: { venue: drift, maintenance: 5%, initial: 10% }
liquidation: { socialised: claim }
`;
  const parsed = parseExperiment(text, { path: 'social-loss.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const world = new Simulator().begin(resolvePoint(parsed.experiment, 0), { seed: 'social loss', replicate: 0 });
  while (world.advance());
  // The first account owes nothing any more; of the others each has its part of what the index is then.
  const { lots } = world.ledger.markets[1]!;
  const held = [...lots.subarray(0, 3)].map((count) => count / 1000).toSorted((a, b) => a - b);
  const left = 1 - Number(expected['cumulative_deposit_interest_delta_1e10']) / 1e10;
  expect(held[0]).toBe(0);
  saved.forEach((size, k) => expect(Math.abs(held[k + 1]! - size * left)).toBeLessThanOrEqual(0.001));
  expect(held[1]! + held[2]!).toBeCloseTo(deposits - loss, 9);
  expect(world.ledgerError).toBe(0);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { PlainHolding, PortfolioAccount } from '../../src/margin/portfolio-account.ts';
import type { PortfolioMargin } from '../../src/margin/portfolio.ts';
import { cmeSpan, spanRules, spanScenarios } from '../../src/venues/cme-span.ts';
import { deribit } from '../../src/venues/deribit.ts';
import { derivePmrmV1 } from '../../src/venues/derive-pmrm-v1.ts';
import { derivePmrmV2 } from '../../src/venues/derive-pmrm-v2.ts';
import { occTims, timsRules } from '../../src/venues/occ-tims.ts';
import type { Venue } from '../../src/venues/venue.ts';

function assess({ name, portfolio }: Venue, account: PortfolioAccount): PortfolioMargin {
  if (portfolio === undefined) throw new Error(`want portfolio rules of ${name}`);
  return assessAccount(portfolio, account);
}
const account = (plain: readonly PlainHolding[], more: Partial<PortfolioAccount['units'][number]> = {}): PortfolioAccount => ({
  cash: 0,
  reserved: 0,
  stable: 1,
  units: [{ spot: 100, confidence: 1, plain, expiries: [], ...more }],
});

describe.each([
  [derivePmrmV1, 0.03, 0],
  [derivePmrmV2, 0.015, 0.005],
  [cmeSpan, 0, 0],
  [occTims, 0, 0],
] as const)('%o', (venue, maintenance, initial) => {
  test('a lone contract demands what the table of the venue says', () => {
    const margin = assess(venue, account([{ ...PLAIN, size: -3, price: 100, maintenance, initial, notional: 'index' }]));
    expect(margin.maintenance / 300).toBeCloseTo(venue.tiers['*']?.[0]?.maintenance ?? NaN, 12);
    expect(margin.initial / 300).toBeCloseTo(venue.tiers['*']?.[0]?.initial ?? NaN, 12);
  });
});

describe('Derive', () => {
  test("the second manager's scenarios are those its own cases start from", () => {
    const line = readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')
      .split('\n')
      .find((one) => one.includes('"id":"derive-pmrm-v2/portfolio_margin/test_1_collateral_cash_only"'));
    const vector = JSON.parse((line ?? '').replace(/,\s*$/, '')) as {
      readonly inputs: { readonly parameters: { readonly scenarios: readonly (readonly [number, string, number])[] } };
    };
    const names = { Up: 'up', Down: 'down', None: 'none', Linear: 'linear', Abs: 'absolute' } as const;
    const listed = derivePmrmV2.portfolio?.scenarios ?? [];
    expect(listed.map((one) => one.volatility)).toEqual(
      vector.inputs.parameters.scenarios.map(([, shift]) => names[shift as keyof typeof names]),
    );
    for (const [i, [spot, , damping]] of vector.inputs.parameters.scenarios.entries()) {
      expect(listed[i]?.move).toBeCloseTo(spot - 1, 14);
      expect(listed[i]?.damping).toBeCloseTo(damping, 14);
    }
  });

  // derivexyz/v2-core, PMRM_2/portfolio_cases/test_16_risk_cancelling_general_covered_call.json
  test('the second manager, a portfolio of five assets and three expiries under the parameters of the preset', () => {
    const held = (size: number, price: number, maintenance: number, initial: number, moves: boolean): PlainHolding => ({
      ...PLAIN,
      kind: 'spot',
      size,
      price,
      maintenance,
      initial,
      moves,
    });
    const sold = (seconds: number, forward: number, rate: number, call: boolean, strike: number, size: number, volatility: number) => ({
      seconds,
      forward,
      fixed: 0,
      rate,
      confidence: 0.95,
      options: [{ call, strike, size, multiplier: 1, volatility }],
    });
    const plain = [
      held(0.4, 95569.65243595604, 0.03, 0.015, true),
      held(2, 95663.50604855, 0.02, 0.01, true),
      held(0.8, 95621.88912023272, 0.04, 0.015, true),
      held(100_000, 0.99984231175, 0.02, 0.03, false),
      held(5, 2681.6029850999994, 0.15, 0.05, false),
    ];
    const expiries = [
      sold(3_214_052, 96248.76561417685, 0.21, true, 120_000, -2, 0.5654200442695773),
      sold(18_938_852, 100374.61000117072, 0.29, false, 100_000, -3.2, 0.5543377511787965),
      sold(11_076_452, 98198.07812501276, 0.27, false, 105_000, -12.2, 0.5435708270461805),
    ];
    const whole = { ...account(plain, { spot: 95663.50604855, expiries }), cash: -320_000, stable: 1.00019088635 };
    const margin = assess(derivePmrmV2, whole);
    expect(margin.equity).toBeCloseTo(-133052.46372094782, 6);
    expect(margin.equity - margin.maintenance).toBeCloseTo(-398180.9181436086, 6);
    expect(margin.equity - margin.initial).toBeCloseTo(-470835.93122017954, 6);
    expect(margin.basisLoss).toBeCloseTo(-42111.41668820672, 6);
  });
});

describe('Deribit', () => {
  test('resting orders are demanded by initial margin alone', () => {
    const position: PlainHolding = { ...PLAIN, kind: 'inverse', size: 1, price: 100, maintenance: 0.01 };
    const bare = assess(deribit, account([position]));
    const orders = assess(deribit, { ...account([position]), reserved: 0.5 });
    expect(orders.maintenance).toBe(bare.maintenance);
    expect(orders.initial - bare.initial).toBeCloseTo(0.5, 15);
  });
});

describe('SPAN', () => {
  test('sixteen scenarios, of which the last two are the extremes', () => {
    const scenarios = spanScenarios(0.1, { multiple: 3, cover: 0.33 });
    expect(scenarios).toHaveLength(16);
    expect(scenarios.slice(-2)).toEqual([
      { move: 3 * 0.1, volatility: 'none', damping: 0.33 },
      { move: -3 * 0.1, volatility: 'none', damping: 0.33 },
    ]);
  });

  test('published arrays add up by lots, and agree with the future priced here', () => {
    const risk = (...plain: readonly Partial<PlainHolding>[]): PortfolioMargin =>
      assessAccount(spanRules(1, 0), account(plain.map((one) => ({ ...PLAIN, ...one }))));
    const { profit } = risk({ size: 1, price: 10_000 });
    // What is published has the share of the extremes that counts in it.
    const gains = [...profit].map((gain, s) => (s < 14 ? gain : gain / 0.33));
    const array = (size: number): Partial<PlainHolding> => ({ kind: 'array', size, gains });
    const published = risk(array(-2));
    published.profit.forEach((gain, s) => expect(gain).toBeCloseTo(-2 * (profit[s] ?? NaN), 9));
    expect(published.worstLoss).toBeCloseTo(20_000, 9);
    expect(risk(array(1), array(-1)).worstLoss).toBe(0);
  });
});

test('OCC: five points on each side, and every option at least its minimum', () => {
  const rules = timsRules({ down: -0.08, up: 0.06, points: 10, leastPerOption: 0.375 });
  expect(rules.scenarios.map(({ move }) => Math.round(move * 1000) / 10)).toEqual([-8, -6.4, -4.8, -3.2, -1.6, 0, 1.2, 2.4, 3.6, 4.8, 6]);
  const far = { call: true, strike: 1000, size: -10, multiplier: 100, volatility: 0.2 };
  const expiry = { seconds: 86_400, forward: 100, fixed: 0, rate: 0, confidence: 1, options: [far] };
  expect(assessAccount(rules, account([], { expiries: [expiry] })).maintenance).toBe(375);
});

import { describe, expect, test } from 'vitest';
import { assessAccount, atIndexPrice, bankruptcyPrices, liquidationPrices, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { OptionHolding, PlainHolding, PortfolioAccount } from '../../src/margin/portfolio-account.ts';
import type { PortfolioRules } from '../../src/margin/portfolio.ts';
import { deribit } from '../../src/venues/deribit.ts';
import { derivePmrmV2 } from '../../src/venues/derive-pmrm-v2.ts';

function rulesOf({ portfolio }: { readonly portfolio?: PortfolioRules }): PortfolioRules {
  if (portfolio === undefined) throw new Error('want rules');
  return portfolio;
}
const rules = rulesOf(derivePmrmV2);
const account = (cash: number, plain: readonly PlainHolding[], options: readonly OptionHolding[] = []): PortfolioAccount => ({
  cash,
  reserved: 0,
  stable: 1,
  units: [
    {
      spot: 1000,
      confidence: 1,
      plain,
      expiries: options.length === 0 ? [] : [{ seconds: 2_592_000, forward: 1000, fixed: 0, rate: 0, confidence: 1, options }],
    },
  ],
});
const perpetual = (size: number): PlainHolding => ({ ...PLAIN, size, price: 1000, maintenance: 0.015, initial: 0.005, notional: 'index' });
const option = (call: boolean, strike: number, size: number): OptionHolding => ({ call, strike, size, multiplier: 1, volatility: 0.6 });

describe('a lone perpetual has the prices of its closed form', () => {
  /** What a coin of it demands as a share of the price: 80 % of the worst move, and the charge. */
  const rate = 0.8 * 0.18 + 0.015;
  test.each([
    [1, 300],
    [-2, 900],
  ])('%d coins with %d in cash', (size, cash) => {
    const held = account(cash, [perpetual(size)]);
    const { below, above } = liquidationPrices(rules, held, 0, 1);
    const liquidation = (size * 1000 - cash) / (size - Math.abs(size) * rate);
    expect(size > 0 ? below : above).toBeCloseTo(liquidation, 7);
    expect(size > 0 ? above : below).toBeNull();
    const bankruptcy = bankruptcyPrices(rules, held, 0);
    expect(size > 0 ? bankruptcy.below : bankruptcy.above).toBeCloseTo(1000 - cash / size, 7);
  });

  test('and moves with the level', () => {
    const at = (level: number): number => liquidationPrices(rules, account(300, [perpetual(1)]), 0, level).below ?? NaN;
    expect(at(0)).toBeCloseTo(700, 7);
    expect(at(1.5)).toBeCloseTo(700 / (1 - 1.5 * rate), 7);
  });
});

test('a short straddle is liquidated on both sides, a spread held has no price that bankrupts it', () => {
  const straddle = liquidationPrices(rules, account(500, [], [option(true, 1000, -1), option(false, 1000, -1)]), 0, 1);
  expect(straddle.below).toBeLessThan(1000);
  expect(straddle.above).toBeGreaterThan(1000);
  const spread = account(10, [], [option(true, 1000, 1), option(true, 1200, -1)]);
  expect(bankruptcyPrices(rules, spread, 0)).toEqual({ below: null, above: null });
});

test('an account already below its requirement is liquidated here', () => {
  expect(liquidationPrices(rules, account(10, [perpetual(1)]), 0, 1)).toEqual({ below: 1000, above: 1000 });
});

test('moving there and back is where it was; a coin-margined long is bankrupt where its coin is lost', () => {
  const mixed = account(500, [perpetual(2), { ...PLAIN, kind: 'spot', size: 1, price: 1000 }], [option(false, 900, -1)]);
  const back = assessAccount(rules, atIndexPrice(atIndexPrice(mixed, 0, 700), 0, 1000));
  const here = assessAccount(rules, mixed);
  expect(back.equity).toBeCloseTo(here.equity, 8);
  expect(back.maintenance).toBeCloseTo(here.maintenance, 8);
  // Two coins' worth held against one coin: 1 + 2 × (1 − 1000 / p) = 0.
  const inverse = account(1, [{ ...PLAIN, kind: 'inverse', size: 2, price: 1000 }]);
  expect(bankruptcyPrices(rulesOf(deribit), inverse, 0).below).toBeCloseTo(2000 / 3, 7);
});

import { expect, test } from 'vitest';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { OptionHolding, PortfolioAccount } from '../../src/margin/portfolio-account.ts';
import { deribit } from '../../src/venues/deribit.ts';
import { derivePmrmV2 } from '../../src/venues/derive-pmrm-v2.ts';

const RULES = [derivePmrmV2.portfolio!, deribit.standard!.rules];
const option = (call: boolean, strike: number, size: number): OptionHolding => ({ call, strike, size, multiplier: 1, volatility: 0.6 });
const account = (cash: number, profit: number | null, options: readonly OptionHolding[] = []): PortfolioAccount => ({
  cash,
  reserved: 0,
  stable: 1,
  units: [
    {
      spot: 1000,
      confidence: 1,
      plain: [{ ...PLAIN, size: -2, price: 1000, profit, maintenance: 0.015, initial: 0.005, growth: 0.001 }],
      expiries: [{ seconds: 2_592_000, forward: 1000, fixed: 0, rate: 0, confidence: 1, options }],
    },
  ],
});

test.each(RULES)('what a position cost may stand in the cash, or its profit beside it', (rules) => {
  // Sold at 1,050: 2,100 came in, and 2,000 of it is owed now.
  const [inCash, apart] = [account(500 + 2100, null), account(500, 100)].map((held) => assessAccount(rules, held));
  expect(inCash.equity).toBe(600);
  expect(apart.equity).toBe(600);
  expect(inCash.maintenance).toBeCloseTo(apart.maintenance, 9);
  expect(inCash.initial).toBeCloseTo(apart.initial, 9);
});

test.each(RULES)('options may be listed in any order, and in contracts of any size', (rules) => {
  const listed = [option(true, 1100, -1), option(false, 900, 2), option(true, 1000, 3), option(false, 1000, -4)];
  const sized = listed.map((one) => ({ ...one, size: one.size / 8, multiplier: 8 }));
  const [one, turned, others] = [listed, listed.toReversed(), sized].map((options) => assessAccount(rules, account(5000, null, options)));
  expect([turned.equity, turned.maintenance, turned.initial]).toEqual([one.equity, one.maintenance, one.initial]);
  expect(others.equity).toBeCloseTo(one.equity, 9);
  expect(others.maintenance).toBeCloseTo(one.maintenance, 9);
});

import { describe, expect, test } from 'vitest';
import { EMPTY_ACCOUNT } from '../../src/venues/account.ts';
import type { AccountOption, AccountPosition, VenueAccount } from '../../src/venues/account.ts';
import { margin } from '../../src/venues/account-margin.ts';
import { deribit } from '../../src/venues/deribit.ts';
import { derivePmrmV2 } from '../../src/venues/derive-pmrm-v2.ts';
import type { PriceLevels } from '../../src/venues/margin-group.ts';
import type { Venue } from '../../src/venues/venue.ts';

const perpetual = (size: number): AccountPosition => ({
  asset: 'BTC',
  size,
  entry: 1000,
  mark: null,
  contract: 'linear',
  isolated: null,
  maintenance: null,
  initial: null,
  leastMargin: 0,
  skew: null,
});
const option = (call: boolean, strike: number, size: number): AccountOption => ({
  asset: 'BTC',
  call,
  strike,
  seconds: 2_592_000,
  size,
  multiplier: 1,
  volatility: 0.6,
  forward: null,
  fixed: 0,
  rate: 0,
});
const account = (cash: number, positions: readonly AccountPosition[], options: readonly AccountOption[] = []): VenueAccount => ({
  ...EMPTY_ACCOUNT,
  prices: { BTC: 1000 },
  cash,
  positions,
  options,
});

function levels(held: VenueAccount, venue: Venue = derivePmrmV2): PriceLevels {
  const [group] = margin(held, venue).groups;
  return group!.prices[0]!;
}

describe('a lone perpetual has the prices of its closed form', () => {
  /** What a coin of it demands as a share of the price: 80 % of the worst move, and the charge. */
  const rate = 0.8 * 0.18 + 0.015;
  test.each([
    [1, 300],
    [-2, 900],
  ])('%d coins with %d in cash', (size, cash) => {
    const { liquidationPrice, bankruptcyPrice } = levels(account(cash, [perpetual(size)]));
    expect(liquidationPrice).toBeCloseTo((size * 1000 - cash) / (size - Math.abs(size) * rate), 6);
    expect(bankruptcyPrice).toBeCloseTo(1000 - cash / size, 6);
  });

  test('and moves with the level', () => {
    const at = (threshold: number): number => levels(account(300, [perpetual(1)]), { ...derivePmrmV2, threshold }).liquidationPrice ?? NaN;
    expect(at(1.5)).toBeCloseTo(700 / (1 - 1.5 * rate), 6);
  });
});

test('a short straddle is liquidated on both sides, a spread held has no price that bankrupts it', () => {
  const straddle = levels(account(500, [], [option(true, 1000, -1), option(false, 1000, -1)])).either!;
  expect(straddle.liquidation.below).toBeLessThan(1000);
  expect(straddle.liquidation.above).toBeGreaterThan(1000);
  const spread = levels(account(10, [], [option(true, 1000, 1), option(true, 1200, -1)])).either!;
  expect(spread.bankruptcy).toEqual({ below: null, above: null });
});

test('an account already below its requirement is liquidated here', () => {
  expect(levels(account(10, [perpetual(1)])).either!.liquidation).toEqual({ below: 1000, above: 1000 });
});

test('a coin-margined long is bankrupt where its coin is lost', () => {
  // Two coins' worth held against one coin: 1 + 2 × (1 − 1000 / p) = 0.
  const coins = { asset: 'BTC', amount: 1, weight: null, initialWeight: null, sizeFactor: 0, moves: true };
  const inverse = { ...account(0, [{ ...perpetual(2000), contract: 'inverse' as const }]), holdings: [coins] };
  for (const regime of ['standard', 'portfolio'] as const)
    expect(levels({ ...inverse, regime }, deribit).bankruptcyPrice).toBeCloseTo(2000 / 3, 6);
});

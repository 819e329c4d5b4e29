import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bankruptcyPrice,
  contractValue,
  equityAt,
  liquidationPrice,
  maintenanceAt,
  openingCollateral,
  chargedRate,
} from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import { ladderState } from '../../src/margin/ladder.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { binancePm } from '../../src/venues/binance-pm.ts';
import { binanceUsdm } from '../../src/venues/binance-usdm.ts';
import { bybit, inverseCrossPrices } from '../../src/venues/bybit.ts';
import { marginTable, VENUES } from '../../src/venues/catalogue.ts';
import { gateOkx } from '../../src/venues/gate-okx.ts';
import { gmxV2, isLiquidatable, remainingCollateral } from '../../src/venues/gmx-v2.ts';
import { hyperliquid, leverageTiers } from '../../src/venues/hyperliquid.ts';
import { scaledByBands } from '../../src/margin/scaling.ts';
import type { Venue } from '../../src/venues/venue.ts';
import { optionsOf } from '../simulation/one-loan.ts';

const perpetuals = VENUES.filter((venue) => venue.contract !== undefined);
const price = fc.double({ min: 0.01, max: 1e5, noNaN: true });
const side = fc.constantFrom<1 | -1>(1, -1);

/** A position of a venue in its first tier, opened at a leverage that its initial margin allows. */
function opened(venue: Venue, symbol: string, of: { side: 1 | -1; entry: number; size: number; part: number }): PositionTerms {
  const contract = venue.contract ?? 'mark-notional';
  const [tier] = marginTable(venue, symbol) ?? [];
  if (tier === undefined) throw new Error(`${venue.name}: want a table for ${symbol}`);
  const { entry, size, part } = of;
  const leverage = 1 + (1 / tier.initial - 1) * part;
  const collateral = openingCollateral(contract, size, entry, leverage);
  return { contract, side: of.side, entry, size, collateral, rate: tier.maintenance, threshold: 1 };
}

const terms = fc.record({
  side,
  entry: price,
  size: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe.each(perpetuals.map((venue) => [venue.name, venue] as const))('%s', (_, venue) => {
  const [symbol = 'BTC'] = Object.keys(venue.tiers);

  test('liquidates where equity = maintenance by its own rule, before bankruptcy', () =>
    fc.assert(
      fc.property(terms, (of) => {
        const position = opened(venue, symbol, of);
        const at = liquidationPrice(position);
        const bankrupt = bankruptcyPrice(position);
        if (at === 0 || at === Infinity) return;
        const value = contractValue(position.contract, position.size, at) + contractValue(position.contract, position.size, of.entry);
        expect(Math.abs(equityAt(position, at) - maintenanceAt(position, at)) / value).toBeLessThan(1e-9);
        expect(of.side > 0 ? at >= bankrupt : at <= bankrupt).toBe(true);
        if (bankrupt > 0 && bankrupt < Infinity) expect(Math.abs(equityAt(position, bankrupt)) / value).toBeLessThan(1e-9);
      }),
    ));

  test('a position opened at the largest leverage is not liquidated at its entry', () =>
    fc.assert(
      fc.property(terms, (of) => {
        const position = opened(venue, symbol, { ...of, part: 1 });
        expect(equityAt(position, of.entry)).toBeGreaterThan(maintenanceAt(position, of.entry));
        const at = liquidationPrice(position);
        expect(of.side > 0 ? at < of.entry : at > of.entry).toBe(true);
      }),
    ));

  test('its ladder falls from level to level', () => {
    const levels = (venue.ladder ?? []).map((one) => one.level);
    expect(levels.toSorted((a, b) => b - a)).toEqual(levels);
    expect(new Set(levels).size).toBe(levels.length);
  });
});

describe('conventions of one position', () => {
  const of = { contract: 'mark-notional', side: 1, entry: 100, size: 3, collateral: 30, rate: 0.01, threshold: 1 } as const;

  test('a deduction is worth as much as collateral, at the threshold', () =>
    fc.assert(
      fc.property(
        fc.constantFrom<PositionTerms['contract']>('mark-notional', 'entry-notional', 'inverse', 'inverse-entry'),
        side,
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 1.9, noNaN: true }),
        (contract, direction, deduction, threshold) => {
          const collateral = openingCollateral(contract, 3, 100, 10);
          const scale = contractValue(contract, 3, 100) / 300;
          const plain = { ...of, contract, side: direction, threshold };
          const deducted = liquidationPrice({ ...plain, collateral, deduction: deduction * scale });
          expect(deducted / liquidationPrice({ ...plain, collateral: collateral + threshold * deduction * scale })).toBeCloseTo(1, 12);
        },
      ),
    ));

  test('maintenance on entry and on the mark meet where entry is the mark', () => {
    for (const [atMark, atEntry] of [
      ['mark-notional', 'entry-notional'],
      ['inverse', 'inverse-entry'],
    ] as const) {
      expect(maintenanceAt({ ...of, contract: atMark }, 100)).toBe(maintenanceAt({ ...of, contract: atEntry }, 100));
      // A long's maintenance on the mark shrinks as a linear contract falls and grows as a coin-margined one does.
      const [mark, entry] = [atMark, atEntry].map((contract) =>
        liquidationPrice({ ...of, contract, collateral: openingCollateral(contract, 3, 100, 10) }),
      );
      if (mark === undefined || entry === undefined) throw new Error('want prices');
      expect(atMark === 'mark-notional' ? mark < entry : mark > entry).toBe(true);
    }
  });

  test('a closing fee is part of what the preset charges, and raises a long’s liquidation price', () => {
    const fee = gateOkx.closingFee ?? 0;
    expect(marginTable(gateOkx, 'BTC')).toEqual([{ from: 0, maintenance: chargedRate(0.01, fee), initial: 0.02 }]);
    expect(liquidationPrice({ ...of, rate: chargedRate(of.rate, fee) })).toBeGreaterThan(liquidationPrice(of));
  });
});

describe('Binance', () => {
  test('publishes the deductions that make its brackets continuous', () => {
    const table = marginTable(binanceUsdm, 'BTC') ?? [];
    const { deduction } = tiersFromRates(table.map((tier) => ({ floor: tier.from, rate: tier.maintenance })));
    expect([...deduction].map((one) => Math.round(one))).toEqual([
      0, 50, 950, 11_450, 131_450, 481_450, 2_981_450, 14_481_450, 26_481_450, 41_481_450, 121_481_450, 421_481_450,
    ]);
  });

  test('portfolio margin liquidates at 1.05', () => {
    const state = (coverage: number): string => ladderState(binancePm.ladder ?? [], coverage);
    expect([2, 1.5, 1.2, 1.1, 1.05, 1.01, 1, 0.5].map(state)).toEqual([
      'healthy',
      'margin call',
      'reduce only',
      'reduce only',
      'liquidation',
      'liquidation',
      'liquidation claim',
      'liquidation claim',
    ]);
  });
});

describe('Bybit', () => {
  test('legacy coin-margined cross: what is left is the fee at bankruptcy, maintenance at entry and the fee at liquidation', () =>
    fc.assert(
      fc.property(side, price, fc.double({ min: 0.02, max: 0.9, noNaN: true }), (direction, entry, margin) => {
        const held = {
          side: direction,
          size: 1000,
          entry,
          balance: (1000 / entry) * margin,
          orderMargin: 0,
          rate: 0.005,
          takerFee: 0.00075,
        };
        const { bankruptcy, liquidation, displayed } = inverseCrossPrices(held, entry / 1000);
        const position = {
          contract: 'inverse',
          side: direction,
          entry,
          size: 1000,
          collateral: held.balance,
          rate: 0,
          threshold: 1,
        } as const;
        const value = 1000 / entry;
        const fee = (0.00075 * 1000) / bankruptcy;
        expect(Math.abs(equityAt(position, bankruptcy) - fee) / value).toBeLessThan(1e-9);
        expect(Math.abs(equityAt(position, liquidation) - 0.005 * value - fee) / value).toBeLessThan(1e-9);
        expect(direction > 0 ? displayed >= liquidation * (1 - 1e-12) : displayed <= liquidation * (1 + 1e-12)).toBe(true);
        expect(Math.abs(displayed - liquidation)).toBeLessThan((entry / 1000) * 1.000001);
      }),
    ));

  test('what open orders hold brings the liquidation nearer and leaves bankruptcy alone', () => {
    const held = { side: 1, size: 1000, entry: 8000, balance: 0.05, orderMargin: 0, rate: 0.005, takerFee: 0.00075 } as const;
    const [free, bound] = [held, { ...held, orderMargin: 0.01 }].map((one) => inverseCrossPrices(one, 0.5));
    expect(bound?.bankruptcy).toBe(free?.bankruptcy);
    expect(bound?.liquidation).toBeGreaterThan(free?.liquidation ?? Infinity);
  });

  test('charges maintenance on the entry', () => expect(bybit.contract).toBe('entry-notional'));
});

describe('GMX', () => {
  test('liquidates below the least collateral, not at it', () => {
    expect(isLiquidatable(4500, 450_000, 0.01, 1)).toBe(false);
    expect(isLiquidatable(4499.99, 450_000, 0.01, 1)).toBe(true);
    expect(isLiquidatable(0.99, 10, 0.01, 1)).toBe(true);
    expect(isLiquidatable(0, 0, 0.01, 0)).toBe(true);
  });

  test('agrees with the preset’s convention: maintenance on the value at entry', () =>
    fc.assert(
      fc.property(terms, (of) => {
        const position = opened(gmxV2, 'ETH', of);
        const at = liquidationPrice(position);
        if (at === 0) return;
        const pool = { side: of.side, sizeUsd: of.size * of.entry, entry: of.entry };
        const remaining = remainingCollateral(position.collateral, pool, at);
        expect(Math.abs(remaining / pool.sizeUsd - 0.01)).toBeLessThan(1e-9);
        expect(isLiquidatable(remainingCollateral(position.collateral, pool, at * (1 - of.side * 1e-6)), pool.sizeUsd, 0.01, 0)).toBe(true);
        expect(isLiquidatable(remainingCollateral(position.collateral, pool, at * (1 + of.side * 1e-6)), pool.sizeUsd, 0.01, 0)).toBe(
          false,
        );
      }),
    ));

  test('books profit and loss', () => expect(remainingCollateral(2500, { side: -1, sizeUsd: 450_000, entry: 15 }, 14)).toBe(32_500));
});

test('dYdX caps funding of 8 hours at six times what initial margin is above maintenance, of other periods in proportion', () => {
  const capOf = (symbol: string, period: string): number | undefined =>
    optionsOf(
      `horizon: 1m\nassets:\n  - { symbol: ${symbol}, tick: 1, lot: 1, driver: { kind: constant, price: 100 }, funding: { period: ${period}, cap: venue } }\nmarket: { makers: { depth: 1e5 } }\ntraders: [{ name: one, accounts: [{ side: long, size: 1, entry: 100, collateral: 50 }] }]\nmargin: { venue: dydx-v4 }`,
    ).markets[0]!.funding?.cap;
  expect(capOf('BTC', '8h')).toBeCloseTo(6 * (0.05 - 0.03), 12);
  expect(capOf('SOL', '8h')).toBeCloseTo(6 * (0.1 - 0.05), 12);
  expect(capOf('SOL', '1h')).toBeCloseTo((6 * (0.1 - 0.05)) / 8, 12);
});

describe('OKX', () => {
  const bands = [
    { upTo: 10_000, factor: 1 },
    { upTo: 70_000, factor: 2 },
    { upTo: Infinity, factor: 4 },
  ];

  test('scales each band by its own factor: continuous, and steeper from band to band', () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2e5, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (raw, more) => {
        const scaled = scaledByBands(raw, bands);
        const rise = scaledByBands(raw + more, bands) - scaled;
        expect(scaled).toBeGreaterThanOrEqual(raw);
        expect(rise).toBeGreaterThanOrEqual(more * (1 - 1e-9) - 1e-9);
        expect(rise).toBeLessThanOrEqual(4 * more + 1e-6);
      }),
    ));

  test('goes on with the last factor, and without bands scales nothing', () => {
    expect(scaledByBands(80_000, bands.slice(0, 2))).toBe(150_000);
    expect(scaledByBands(80_000, [])).toBe(80_000);
  });
});

test('Hyperliquid’s table holds half of the initial margin', () => {
  for (const tier of Object.values(hyperliquid.tiers).flat()) expect(tier.maintenance).toBe(tier.initial / 2);
  expect(leverageTiers([{ from: 0, leverage: 3 }])).toEqual([{ from: 0, maintenance: 1 / 6, initial: 1 / 3 }]);
});

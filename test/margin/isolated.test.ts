import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  bankruptcyPrice,
  checkLevel,
  equityAt,
  isBelow,
  liquidationPrice,
  liquidationTick,
  maintenanceAt,
} from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import { flatTiers, tiersFromRates } from '../../src/margin/tiers.ts';

const LONG_RUN = process.env['MARGINFALL_LONG'] === '1';
const TARGETS = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
  id: string;
  parameters: any;
  expected: any;
}[];

function target(id: string): { parameters: any; expected: any } {
  const found = TARGETS.find((t) => t.id === id);
  if (found === undefined) throw new Error(`no target ${id}`);
  return found;
}

/** An isolated position opened with leverage L: collateral = entry × size / L. */
function opened(
  side: 1 | -1,
  p: { entry: number; leverage: number; m: number; threshold?: number },
  contract: PositionTerms['contract'] = 'mark-notional',
): PositionTerms {
  const size = contract === 'inverse' ? 1000 : 7;
  const collateral = contract === 'inverse' ? size / p.entry / p.leverage : (size * p.entry) / p.leverage;
  return { contract, side, entry: p.entry, size, collateral, rate: p.m, threshold: p.threshold ?? 1 };
}

function near(measured: number, expected: number): void {
  expect(Math.abs(measured / expected - 1)).toBeLessThanOrEqual(1e-9);
}

describe('closed forms against the published targets', () => {
  test.each(['POS-LIQ-L3', 'POS-LIQ-L10', 'POS-LIQ-L20', 'POS-LIQ-L100'])('%s: mark-notional liquidation and bankruptcy', (id) => {
    const { parameters, expected } = target(id);
    const long = opened(1, parameters);
    const short = opened(-1, parameters);
    near(liquidationPrice(long), expected.p_liq_long);
    near(liquidationPrice(short), expected.p_liq_short);
    near(1 - liquidationPrice(long), expected.d_long);
    near(liquidationPrice(short) - 1, expected.d_short);
    near(bankruptcyPrice(long), expected.p_bk_long);
    near(bankruptcyPrice(short), expected.p_bk_short);
  });

  test('POS-LIQ-ENTRYCONV: maintenance on entry notional', () => {
    const { parameters, expected } = target('POS-LIQ-ENTRYCONV');
    near(liquidationPrice(opened(1, parameters, 'entry-notional')), expected.long);
    near(liquidationPrice(opened(-1, parameters, 'entry-notional')), expected.short);
  });

  test("POS-LIQ-HL: Hyperliquid's documented formula is the mark-notional closed form", () => {
    const { parameters, expected } = target('POS-LIQ-HL');
    const { price, size, isolated_margin: collateral, max_leverage } = parameters;
    const rate = 1 / (2 * max_leverage);
    for (const side of [1, -1] as const) {
      const position: PositionTerms = { contract: 'mark-notional', side, entry: price, size, collateral, rate, threshold: 1 };
      const available = equityAt(position, price) - maintenanceAt(position, price);
      near(price - (side * available) / size / (1 - rate * side), side === 1 ? expected.long : expected.short);
      near(liquidationPrice(position), side === 1 ? expected.long : expected.short);
    }
  });

  test('POS-LIQ-INVERSE: coin-margined', () => {
    const { parameters, expected } = target('POS-LIQ-INVERSE');
    near(liquidationPrice(opened(1, parameters, 'inverse')), expected.long_liq);
    near(bankruptcyPrice(opened(1, parameters, 'inverse')), expected.long_bk);
    near(liquidationPrice(opened(-1, parameters, 'inverse')), expected.short_liq);
    near(bankruptcyPrice(opened(-1, parameters, 'inverse')), expected.short_bk);
  });

  test('POS-MCR-THETA: the threshold multiplies the requirement', () => {
    const { parameters, expected } = target('POS-MCR-THETA');
    parameters.theta.forEach((threshold: number, i: number) =>
      near(liquidationPrice(opened(1, { ...parameters, threshold })), expected[i]),
    );
  });

  test('POS-GAP-BADDEBT: the maintenance rate is the gap that costs nobody', () => {
    const { parameters, expected } = target('POS-GAP-BADDEBT');
    parameters.forEach(({ L, m, d }: { L: number; m: number; d: number }, i: number) => {
      for (const side of [1, -1] as const) {
        const position = opened(side, { entry: 100, leverage: L, m });
        const debt = Math.max(0, -equityAt(position, liquidationPrice(position) * (1 - side * d))) / (position.size * position.entry);
        expect(Math.abs(debt - (side === 1 ? expected[i].long : expected[i].short))).toBeLessThanOrEqual(1e-9 * expected[i].long + 1e-15);
      }
    });
  });

  test('POS-GAP-FROM-ENTRY: a gap from the entry', () => {
    const { parameters, expected } = target('POS-GAP-FROM-ENTRY');
    parameters.g.forEach((g: number, i: number) => {
      const position = opened(1, { entry: 1, leverage: parameters.L, m: 0.005 });
      expect(Math.abs(Math.max(0, -equityAt(position, 1 - g)) / position.size - expected[i])).toBeLessThanOrEqual(1e-12);
    });
  });
});

describe('closed forms', () => {
  const terms: fc.Arbitrary<PositionTerms> = fc.record({
    contract: fc.constantFrom('mark-notional' as const, 'entry-notional' as const, 'inverse' as const),
    side: fc.constantFrom(1 as const, -1 as const),
    entry: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    size: fc.double({ min: 0.001, max: 1e4, noNaN: true }),
    collateral: fc.double({ min: 0, max: 1e4, noNaN: true }),
    rate: fc.double({ min: 0, max: 0.3, noNaN: true }),
    threshold: fc.double({ min: 0, max: 2, noNaN: true }),
  });

  test('at the liquidation price equity is θ × maintenance, at the bankruptcy price it is 0', () => {
    fc.assert(
      fc.property(terms, (position) => {
        for (const [price, level] of [
          [liquidationPrice(position), position.threshold],
          [bankruptcyPrice(position), 0],
        ] as const) {
          if (price === 0 || price === Infinity) continue;
          const scale =
            position.collateral +
            position.size * (position.contract === 'inverse' ? 1 / position.entry + 1 / price : position.entry + price);
          expect(Math.abs(equityAt(position, price) - level * maintenanceAt(position, price)) / scale).toBeLessThan(1e-12);
        }
      }),
    );
  });

  test('positions that no price liquidates', () => {
    const covered = { contract: 'inverse', side: -1, entry: 100, size: 100, collateral: 1, rate: 0.01, threshold: 1 } as const;
    expect(liquidationPrice(covered)).toBe(Infinity);
    expect(bankruptcyPrice(covered)).toBe(Infinity);
    expect(liquidationPrice({ ...covered, contract: 'mark-notional', side: 1, collateral: 20_000 })).toBe(0);
    expect(liquidationPrice({ ...covered, contract: 'entry-notional', side: 1, collateral: 20_000 })).toBe(0);
  });
});

/** A ladder with 1–4 tiers whose rates need not rise. */
const ladder = fc
  .array(fc.record({ width: fc.integer({ min: 1, max: 200_000 }), rate: fc.double({ min: 0, max: 0.45, noNaN: true }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => {
    let floor = 0;
    return tiersFromRates(
      parts.map(({ width, rate }) => {
        const step = { floor, rate };
        floor += width;
        return step;
      }),
    );
  });

describe('liquidationTick', () => {
  test('is what asking the predicate at every tick gives, and the predicate changes once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -300_000, max: 300_000 }),
        fc.integer({ min: -60, max: 60 }).filter((lots) => lots !== 0),
        fc.integer({ min: 1, max: 20 }),
        ladder,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        (cash, lots, c, tiers, level, orEqual, maxTick) => {
          checkLevel(tiers, level, maxTick);
          let expected = lots > 0 ? 0 : maxTick + 1;
          let changes = 0;
          let before = lots > 0;
          for (let tick = 1; tick <= maxTick; tick++) {
            const below = isBelow(cash, lots, tick, c, tiers, level, orEqual);
            if (below !== before) changes++;
            before = below;
            if (lots > 0 && below) expected = tick;
            if (lots < 0 && below && expected > tick) expected = tick;
          }
          expect(changes).toBeLessThanOrEqual(1);
          expect(liquidationTick(cash, lots, c, tiers, level, orEqual, maxTick)).toBe(expected);
        },
      ),
      { numRuns: LONG_RUN ? 50_000 : 3000 },
    );
  });

  test('stays the only crossing near 2^53 quanta, where every operation rounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 20 }),
        fc.integer({ min: 1, max: 2 ** 12 }),
        fc.constantFrom(1, -1),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.boolean(),
        (size, c, side, rate, where, orEqual) => {
          const maxTick = 2 ** 20;
          const tiers = flatTiers(rate);
          checkLevel(tiers, 1, maxTick);
          const lots = side * size;
          const cash = Math.round(where * size * c * maxTick);
          const at = liquidationTick(cash, lots, c, tiers, 1, orEqual, maxTick);
          const below = (tick: number): boolean => isBelow(cash, lots, tick, c, tiers, 1, orEqual);
          for (let d = 1; d <= 50; d++) {
            const down = side === 1 ? at + 1 - d : at - d;
            const up = down + 2 * d - 1;
            if (down >= 1 && down <= maxTick) expect(below(down)).toBe(side === 1);
            if (up <= maxTick && up >= 1) expect(below(up)).toBe(side === -1);
          }
        },
      ),
      { numRuns: LONG_RUN ? 20_000 : 1000 },
    );
  });

  test('agrees with the real-number closed form to a tick', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100 }),
        fc.constantFrom(1 as const, -1 as const),
        fc.integer({ min: 1, max: 1e6 }),
        (leverage, side, size) => {
          const entry = 50_000;
          const rate = 0.4 / leverage;
          const collateral = Math.floor((size * entry) / leverage);
          const price = liquidationPrice({ contract: 'mark-notional', side, entry, size, collateral, rate, threshold: 1 });
          const tick = liquidationTick(collateral - side * size * entry, side * size, 1, flatTiers(rate), 1, false, 200_000);
          expect(side * (price - tick)).toBeGreaterThan(-1e-6);
          expect(side * (price - tick)).toBeLessThanOrEqual(1 + 1e-6);
        },
      ),
    );
  });

  test('equality is decided by the rule: entry 100, 1 lot, 10 of margin, no maintenance', () => {
    expect(liquidationTick(-90, 1, 1, flatTiers(0), 1, true, 200)).toBe(90);
    expect(liquidationTick(-90, 1, 1, flatTiers(0), 1, false, 200)).toBe(89);
    expect(liquidationTick(110, -1, 1, flatTiers(0), 1, true, 200)).toBe(110);
    expect(liquidationTick(110, -1, 1, flatTiers(0), 1, false, 200)).toBe(111);
  });
});

test('checkLevel refuses what would leave a long without a single crossing', () => {
  checkLevel(flatTiers(0.5), 1.9, 1e6);
  expect(() => checkLevel(flatTiers(0.5), 2, 1e6)).toThrow('margin level 2 × rate 0.5 of tier 0: found 1, want less than');
  expect(() => checkLevel(flatTiers(0.5), NaN, 1e6)).toThrow('margin level: found NaN');
});

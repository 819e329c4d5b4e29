import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { TickIndex } from '../../../src/margin/index/ticks.ts';
import { ScanIndex } from '../../../src/margin/index/scan.ts';
import { checkLevel, liquidationTick } from '../../../src/margin/isolated.ts';
import { tiersFromRates } from '../../../src/margin/tiers.ts';

const LONG_RUN = process.env['MARGINFALL_LONG'] === '1';

/** One thing that happens in a world: a position is given, taken, or the mark moves. */
const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('position' as const),
      account: fc.nat(29),
      lots: fc.integer({ min: -40, max: 40 }),
      away: fc.integer({ min: -30, max: 60 }),
      margin: fc.integer({ min: 0, max: 99 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('out' as const), account: fc.nat(29) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mark' as const), move: fc.integer({ min: -25, max: 25 }), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), place: fc.double({ min: 0, max: 1, noNaN: true }) }) },
);

const world = fc.record({
  /** Below 2^15 ticks a bucket is one tick wide; 2^20 puts thirty-two into each, 2^24 five hundred and twelve. */
  maxTick: fc.constantFrom(120, 1000, 2 ** 17 - 1, 2 ** 17, 2 ** 20, 2 ** 24 + 7),
  c: fc.integer({ min: 1, max: 9 }),
  rates: fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 3 }),
  level: fc.constantFrom(0, 0.5, 1, 1.25, 2),
  orEqual: fc.boolean(),
  events: fc.array(event, { minLength: 30, maxLength: 90 }),
});

/** Collected accounts in order of number. */
function collected(index: { collect(mark: number, out: Int32Array): number }, mark: number): number[] {
  const out = new Int32Array(30);
  return [...out.subarray(0, index.collect(mark, out))].sort((a, b) => a - b);
}

describe('TickIndex', () => {
  test('finds at every mark exactly whom a full scan finds, through position changes', () => {
    let triggered = 0;
    fc.assert(
      fc.property(world, ({ maxTick, c, rates, level, orEqual, events }) => {
        const tiers = tiersFromRates(rates.map((rate, k) => ({ floor: k * maxTick * c * 10, rate })));
        checkLevel(tiers, level, maxTick);
        const cash = new Float64Array(30);
        const lots = new Float64Array(30);
        const index = new TickIndex({ accounts: 30, maxTick });
        const scan = new ScanIndex({ accounts: 30, cash, lots, quantaPerTickLot: c, inverse: false, tiers, level, orEqual });
        const place = (account: number): void => {
          const tick = liquidationTick(cash[account], lots[account], c, tiers, level, orEqual, maxTick);
          const side = lots[account] > 0 ? 1 : -1;
          index.set(account, side, tick);
          scan.set(account, side, tick);
        };
        let mark = maxTick >> 1;
        for (const e of events) {
          if (e.kind === 'position' && e.lots !== 0) {
            lots[e.account] = e.lots;
            // an entry near the mark and a margin of up to 99 % of one tick lot each: crossings fall among the marks visited
            cash[e.account] = -e.lots * c * Math.min(maxTick, Math.max(1, mark + e.away)) + Math.abs(e.lots) * e.margin;
            place(e.account);
          } else if (e.kind === 'out') {
            lots[e.account] = 0;
            index.remove(e.account);
            scan.remove(e.account);
          } else if (e.kind === 'mark' || e.kind === 'jump') {
            const target = e.kind === 'mark' ? mark + e.move : Math.round(e.place * maxTick);
            mark = Math.min(maxTick, Math.max(1, target));
            const found = collected(index, mark);
            expect(found).toEqual(collected(scan, mark));
            triggered += found.length;
            // collected accounts are out until put back
            expect(collected(index, mark)).toEqual([]);
            if (e.kind === 'mark' && e.again) {
              for (const account of found) {
                cash[account] += Math.abs(lots[account]) * c * 20;
                place(account);
              }
            }
          }
        }
      }),
      { numRuns: LONG_RUN ? 60_000 : 3000 },
    );
    expect(triggered).toBeGreaterThan(4000);
  });

  test('state copied into another index answers as the first would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(29), fc.boolean(), fc.integer({ min: 1, max: 900_000 })), { maxLength: 40 }),
        fc.integer({ min: 1, max: 900_000 }),
        (placed, mark) => {
          const first = new TickIndex({ accounts: 30, maxTick: 900_000 });
          for (const [account, long, tick] of placed) first.set(account, long ? 1 : -1, tick);
          const second = new TickIndex({ accounts: 30, maxTick: 900_000 });
          second.set(3, 1, 5);
          const source = first.state();
          second.state().forEach((array, i) => array.set(source[i]));
          expect(collected(second, mark)).toEqual(collected(first, mark));
          second
            .state()
            .forEach((array, i) => expect(Buffer.compare(new Uint8Array(array.buffer), new Uint8Array(first.state()[i].buffer))).toBe(0));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('reset leaves nobody and the same bytes of a new index where they are read', () => {
    const index = new TickIndex({ accounts: 5, maxTick: 1000 });
    for (let a = 0; a < 5; a++) index.set(a, a % 2 === 0 ? 1 : -1, 100 * (a + 1));
    index.reset();
    for (const mark of [1, 500, 1000]) expect(collected(index, mark)).toEqual([]);
    index.set(2, 1, 400);
    index.set(2, -1, 600);
    expect(collected(index, 400)).toEqual([]);
    expect(collected(index, 600)).toEqual([2]);
  });

  test('who never crosses is left out, and what cannot be is refused', () => {
    const index = new TickIndex({ accounts: 2, maxTick: 100 });
    index.set(0, 1, 0);
    index.set(1, -1, 101);
    expect(collected(index, 1)).toEqual([]);
    expect(collected(index, 100)).toEqual([]);
    expect(() => index.set(0, 1, 102)).toThrow('found tick 102 for account 0');
    expect(() => index.set(0, -1, -3)).toThrow('found tick -3');
    expect(() => index.set(0, 1, NaN)).toThrow('found tick NaN');
    expect(() => index.collect(0, new Int32Array(2))).toThrow('found a mark of 0 ticks');
    expect(() => index.collect(101, new Int32Array(2))).toThrow('found a mark of 101 ticks');
    expect(() => new TickIndex({ accounts: 2, maxTick: 0 })).toThrow('found a highest tick of 0');
  });
});

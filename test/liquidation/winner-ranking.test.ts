import { describe, expect, test } from 'vitest';
import { openingCash } from '../../src/core/ledger.ts';
import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { bits, root } from '../../src/core/random.ts';
import type { DeleveragingRule } from '../../src/liquidation/options.ts';
import { WinnerRanking } from '../../src/liquidation/winner-ranking.ts';
import { WinnerScan } from '../../src/liquidation/winners.ts';
import type { Winner, WinnerParts } from '../../src/liquidation/winners.ts';

const WORLDS = 60;
const TURNS = 150;
const TRADERS = 200;
/** Whoever pays and trades with traders in these tests. */
const OTHER = TRADERS;

const RULES: readonly [string, DeleveragingRule][] = [
  ['profit × leverage', { kind: 'queue' }],
  ['mark / entry × notional / equity', { kind: 'queue', rank: 'mark' }],
  ['profit × leverage, closed at the mark before', { kind: 'queue', rank: 'profit', closes: 'previous' }],
];

/** A ledger with three markets in two currencies, some accounts across the first two, scores in which many are equal. */
function worldOf(world: number) {
  const from = root('winner ranking', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, world, slot++) % (high - low + 1));
  const contracts = [
    { kind: 'linear', currency: 0, factor: 1 },
    { kind: 'linear', currency: 0, factor: 3 },
    { kind: 'inverse', currency: 1, factor: 1_000_000 },
  ] as const;
  const ledger = new GeneralLedger(TRADERS + 1, contracts);
  const marks = Float64Array.of(1000, 500, 2000);
  const crossed = world % 2 === 0;
  const cross = Uint8Array.from({ length: TRADERS }, () => (crossed && whole(0, 5) === 0 ? 1 : 0));
  const putIn = new Float64Array(TRADERS);
  const entryValue = new Float64Array(TRADERS);
  const status = new Uint8Array(TRADERS);
  const keyHi = new Uint32Array(TRADERS);
  const keyLo = new Uint32Array(TRADERS);
  const held = [0, 0, 0];
  for (let account = 0; account < TRADERS; account++) {
    keyHi[account] = whole(0, 3);
    keyLo[account] = bits(from.lo, from.hi, 1, world, account);
    const own = whole(0, 2);
    for (const market of cross[account] === 1 ? [0, 1] : [own]) {
      const lots = whole(1, 4) * (whole(0, 2) === 0 ? 1 : -1) * 10;
      const entry = marks[market]! + 10 * whole(-2, 2);
      const cash = openingCash(contracts[market]!, lots, entry);
      const margin = Math.ceil(Math.abs(cash) / whole(2, 5));
      ledger.markets[market]!.deposit(account, cash + margin, lots);
      putIn[account]! += margin;
      entryValue[account]! += Math.abs(cash);
      held[market]! += lots;
    }
  }
  held.forEach((lots, market) => ledger.markets[market]!.deposit(OTHER, 0, -lots));
  ledger.open();
  const partsOf = (rule: DeleveragingRule): WinnerParts => ({
    rule,
    ledger,
    traders: TRADERS,
    isCross: (account) => cross[account] === 1,
    worthOf: (account, at) => ledger.equity(account, 0, at),
    isHealthy: (account) => status[account] === 0,
    stakes: { putIn, entryValue },
    keyHi,
    keyLo,
  });
  return { ledger, marks, putIn, entryValue, status, cross, whole, partsOf };
}

describe.each(RULES)('the ranking calls the same winners in the same order as a look at everybody: %s', (_, rule) => {
  test('whatever is posted, at the same marks and at others', () => {
    let called = 0;
    let kept = 0;
    for (let world = 0; world < WORLDS; world++) {
      const { ledger, marks, putIn, entryValue, status, cross, whole, partsOf } = worldOf(world);
      const parts = partsOf(rule);
      const ranking = new WinnerRanking(parts);
      const scan = new WinnerScan(parts);
      for (let turn = 0; turn < TURNS; turn++) {
        const market = whole(0, 9) === 0 ? whole(0, 2) : 0;
        const books = ledger.markets[market]!;
        const long = whole(0, 4) > 0;
        const gives = turn % 2 === 0 ? ({ profit }: Winner) => profit : ({ account }: Winner) => Math.abs(books.lots[account]!);
        const wanted = whole(0, 20) === 0 ? Infinity : whole(1, 200);
        const found = ranking.call(market, long, marks, wanted, gives);
        expect(found, `world ${world}, turn ${turn}`).toEqual(scan.call(market, long, marks, wanted, gives));
        called += found.length;
        switch (whole(0, 9)) {
          case 0:
            marks[whole(0, 2)]! += whole(-5, 5);
            break;
          case 1: {
            const account = whole(0, TRADERS - 1);
            status[account] = 1 - status[account]!;
            break;
          }
          case 2:
            ledger.markets[whole(0, 2)]!.transfer(OTHER, whole(0, TRADERS - 1), whole(-3000, 3000));
            break;
          case 3: {
            // A position that was opened anew belongs to other stakes.
            const account = whole(0, TRADERS - 1);
            if (cross[account] === 1) break;
            putIn[account] = whole(0, 5000);
            entryValue[account] = whole(1, 50_000);
            ranking.forget();
            break;
          }
          case 4:
            // A count of all balances has a time of its own.
            books.recount();
            break;
          default:
            // The debtor's lots go to whoever was called.
            for (const { account } of found.slice(0, 4)) {
              const lots = Math.min(Math.abs(books.lots[account]!), whole(1, 40));
              if (long) books.tradeFor(OTHER, account, OTHER, lots, marks[market]!);
              else books.tradeFor(OTHER, OTHER, account, lots, marks[market]!);
            }
            kept++;
        }
      }
      expect(ledger.recount()).toBe(0);
    }
    // Most turns go on at the marks of the one before.
    expect(called).toBeGreaterThan(10 * WORLDS);
    expect(kept).toBeGreaterThan((WORLDS * TURNS) / 3);
  });
});

test('a winner that is being liquidated keeps its place and is passed over', () => {
  const { marks, status, partsOf } = worldOf(1);
  const ranking = new WinnerRanking(partsOf({ kind: 'queue' }));
  marks[0] = 900;
  const [first, second] = ranking.call(0, true, marks, Infinity, () => 1);
  status[first!.account] = 1;
  expect(ranking.call(0, true, marks, 1, () => 1)).toEqual([second]);
  status[first!.account] = 0;
  expect(ranking.call(0, true, marks, 1, () => 1)).toEqual([first]);
});

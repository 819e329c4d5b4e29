/** Row of auto-deleveraging: winners called from a ranking against a look at everybody for each debt. */
import { GeneralLedger } from '../src/core/general-ledger.ts';
import { root, uniform32 } from '../src/core/random.ts';
import { WinnerRanking } from '../src/liquidation/winner-ranking.ts';
import { WinnerScan } from '../src/liquidation/winners.ts';
import type { WinnerParts, Winners } from '../src/liquidation/winners.ts';
import { interleave } from './harness.ts';
import type { Measure, Pass } from './harness.ts';

const TRADERS = 32_000;
/** Whoever the winners' lots go to. */
const OTHER = TRADERS;
const ENTRY = 100_000;
/** Debts while the mark stays, and how often it moves. */
const DEBTS = 8;
const MARKS = 25;
const CONTRACT = { kind: 'linear', currency: 0, factor: 1 } as const;

/** Half longs, half shorts, from one price with 1 to 25 times leverage, heavy-tailed sizes; the mark falls by 5 % and more. */
class Crash {
  private readonly ledger = new GeneralLedger(TRADERS + 1, [CONTRACT]);
  private readonly putIn = new Float64Array(TRADERS);
  private readonly entryValue = new Float64Array(TRADERS);
  private winners: Winners | null = null;
  private readonly open: (parts: WinnerParts) => Winners;

  constructor(open: (parts: WinnerParts) => Winners) {
    this.open = open;
  }

  prepare(): void {
    const { ledger, putIn, entryValue } = this;
    const { lo, hi } = root('bench', 'adl');
    ledger.reset([CONTRACT]);
    const [books] = ledger.markets;
    let held = 0;
    for (let i = 0; i < TRADERS; i++) {
      const size = Math.ceil(10 / uniform32(lo, hi, 0, 0, i));
      const lots = i % 2 === 0 ? size : -size;
      entryValue[i] = size * ENTRY;
      putIn[i] = Math.ceil(entryValue[i]! / (1 + 24 * uniform32(lo, hi, 0, 1, i)));
      books!.deposit(i, putIn[i]! - lots * ENTRY, lots);
      held += lots;
    }
    books!.deposit(OTHER, 0, -held);
    ledger.open();
    this.winners = this.open({
      rule: { kind: 'queue', rank: 'mark', closes: 'previous' },
      ledger,
      traders: TRADERS,
      isCross: () => false,
      worthOf: () => 0,
      isHealthy: () => true,
      stakes: { putIn, entryValue },
      keyHi: Uint32Array.from({ length: TRADERS }, (_, i) => uniform32(lo, hi, 1, 0, i) * 2 ** 32),
      keyLo: new Uint32Array(TRADERS),
    });
  }

  /** Closes winners against every debt and returns a checksum of whom, in which order. */
  run(): number {
    const { winners } = this;
    const [books] = this.ledger.markets;
    const marks = new Float64Array(1);
    let checksum = 0;
    for (let move = 0; move < MARKS; move++) {
      marks[0] = 0.95 * ENTRY - 10 * move;
      for (let debt = 0; debt < DEBTS; debt++) {
        let left = 1 + ((move * DEBTS + debt) % 500);
        for (const { account } of winners!.call(0, true, marks, left, (winner) => -books!.lots[winner.account]!)) {
          const lots = Math.min(left, -books!.lots[account]!);
          books!.tradeFor(OTHER, account, OTHER, lots, marks[0]);
          left -= lots;
          checksum = (31 * checksum + account) % 1_000_003;
        }
      }
    }
    return checksum;
  }

  get pass(): Pass {
    return { prepare: () => this.prepare(), run: () => this.run(), iterations: MARKS * DEBTS, passes: 1 };
  }
}

/** 32,000 accounts, half of them winners, 8 debts at each of 25 marks: time a debt. */
export const adl32k: Measure = () => {
  const ranked = new Crash((parts) => new WinnerRanking(parts));
  const scanned = new Crash((parts) => new WinnerScan(parts));
  return { ...interleave(7, ranked.pass, scanned.pass), unit: 'ns/debt' };
};

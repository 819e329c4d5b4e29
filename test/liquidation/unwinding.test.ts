import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { createLanes } from '../../src/core/random.ts';
import { EngineMarket } from '../../src/liquidation/engine-market.ts';
import type { UnwindOptions } from '../../src/liquidation/options.ts';
import { Unwinding } from '../../src/liquidation/unwinding.ts';
import { flatTiers } from '../../src/margin/tiers.ts';
import { OrderBook } from '../../src/market/book.ts';
import { ASK, BID, Exchange } from '../../src/market/exchange.ts';

const [FUND, VAULT, ABSORBER, MAKER, OTHER] = [0, 1, 2, 3, 4] as const;
const MARK = 1000;

/** A vault with so many lots in front of bids and asks of 500 lots a tick off the mark, and of 500 more five off. */
function vault(lots: number, options: Partial<UnwindOptions>, route: 'book' | 'absorber' = 'book') {
  const ledger = new Ledger(5, 1);
  ledger.deposit(VAULT, 1e6, lots);
  ledger.deposit(MAKER, 1e7, -lots);
  ledger.open();
  const exchange = new Exchange(new OrderBook({ base: 0, levels: 4096, capacity: 64 }), ledger);
  for (const off of [1, 5]) {
    exchange.limit(BID, MARK - off, 500, MAKER, 0);
    exchange.limit(ASK, MARK + off, 500, MAKER, 0);
  }
  const market = new EngineMarket();
  const margin = { maintenance: flatTiers(0.01), initial: flatTiers(0.02), threshold: 1, call: 1.5, equalityLiquidates: false };
  const accounts = { fund: FUND, backstop: VAULT, socialised: FUND, venue: FUND, absorber: ABSORBER, outside: OTHER };
  market.open({ exchange, margin, dynamic: null, depth: 0, scale: 1, startMark: MARK, spot: false, accounts });
  const unwinding = new Unwinding({ rate: Infinity, share: Infinity, off: Infinity, ...options }, route, [market], createLanes());
  return {
    exchange,
    held: () => ledger.lots[VAULT],
    act: (seconds = 1): number => {
      const before = Math.abs(ledger.lots[VAULT]!);
      const traded = unwinding.act(0, MARK, seconds);
      const sent = before - Math.abs(ledger.lots[VAULT]!);
      expect(traded).toBe(sent > 0);
      expect([ledger.runningError(), ledger.recount()]).toEqual([0, 0]);
      return sent;
    },
  };
}

describe('how a vault works off what it took over', () => {
  test('so much a second; the part of a lot is kept for the next', () => {
    const { act } = vault(100, { rate: 1500 });
    expect([act(), act(), act(2), act(0.5)]).toEqual([1, 2, 3, 0]);
  });

  test('without a pace all at once, on either side', () => {
    expect(vault(700, {}).act()).toBe(700);
    expect(vault(-700, {}).act()).toBe(700);
    expect(vault(700, {}, 'absorber').act()).toBe(700);
  });

  test('a share of what others have traded since its last order, and none of its own', () => {
    const { act, exchange } = vault(100, { share: 0.5 });
    expect(act()).toBe(0);
    // 40 lots at 1,001: half of 40,040 is 20 lots of 1,000.
    exchange.market(BID, 40, OTHER);
    expect([act(), act()]).toEqual([20, 0]);
    exchange.market(BID, 10, OTHER);
    exchange.market(ASK, 10, OTHER);
    expect([act(), act()]).toEqual([10, 0]);
  });

  test('whichever of pace and share is less', () => {
    const { act, exchange } = vault(100, { share: 1, rate: 5000 });
    exchange.market(BID, 40, OTHER);
    expect(act()).toBe(5);
    exchange.market(BID, 2, OTHER);
    expect(act()).toBe(2);
  });

  test('no further off the mark than it may', () => {
    // 500 lots stand a thousandth off, 500 more five.
    expect(vault(700, { off: 0.0005 }).act()).toBe(0);
    expect(vault(700, { off: 0.001 }).act()).toBe(500);
    expect(vault(-700, { off: 0.001 }).act()).toBe(500);
    expect(vault(-700, { off: 0.005 }).act()).toBe(700);
    expect(vault(700, { off: 0.0005 }, 'absorber').act()).toBe(700);
  });
});

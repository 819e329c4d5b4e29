import { expect, test } from 'vitest';
import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { createLanes, root } from '../../src/core/random.ts';
import { LiquidationEngine } from '../../src/liquidation/engine.ts';
import { flatTiers } from '../../src/margin/tiers.ts';
import { OrderBook } from '../../src/market/book.ts';
import { BID, Exchange } from '../../src/market/exchange.ts';
import { HALTED, OPEN, Session } from '../../src/market/session.ts';

const TRADERS = 2;
const [FUND, BACKSTOP, SOCIALISED, ABSORBER, OUTSIDE, MAKER, ACCOUNTS] = [2, 3, 4, 5, 6, 7, 8];
const MARK = 900;

test('while the market is halted nobody is liquidated on the book: groups wait in the queue and go out when it opens', () => {
  const books = new GeneralLedger(ACCOUNTS, [{ kind: 'linear', currency: 0, factor: 1 }]);
  const ledger = books.markets[0]!;
  // Two longs of 10 and 20 from 1,000 with 2 % of collateral: bankrupt at 980.
  ledger.deposit(0, -10 * 1000 + 200, 10);
  ledger.deposit(1, -20 * 1000 + 400, 20);
  ledger.deposit(OUTSIDE, 30 * 1000, -30);
  ledger.open();
  const session = new Session({ band: null, breaker: { move: 0.05, window: 60, halt: 3 }, auction: null }, 1);
  session.reset(1000, 1000);
  const book = new OrderBook({ base: 0, levels: 2048, capacity: 64 });
  const exchange = new Exchange(book, ledger, session);
  exchange.limit(BID, MARK, 25, MAKER, 0);
  const engine = new LiquidationEngine({ traders: TRADERS, maxTicks: [4096] });
  const margin = { maintenance: flatTiers(0.01), initial: flatTiers(0.02), threshold: 1, call: 1.5, equalityLiquidates: false };
  engine.open({
    markets: [
      {
        exchange,
        margin,
        scale: 1,
        dynamic: null,
        depth: 0,
        startMark: 1000,
        spot: false,
        accounts: { fund: FUND, backstop: BACKSTOP, socialised: SOCIALISED, venue: FUND, absorber: ABSORBER, outside: ABSORBER },
      },
    ],
    options: {
      policy: { kind: 'full' },
      mode: 'sequential',
      queue: 'largest',
      ordersPerSecond: Infinity,
      latency: 0,
      route: 'book',
      backstop: null,
      insurance: 0,
      fee: 0,
      adl: null,
    },
    traders: TRADERS,
    marketOf: new Uint8Array(TRADERS),
    entry: new Float64Array(TRADERS),
    lending: null,
    bidders: null,
    cross: { account: new Int32Array(0), market: new Uint8Array(0) },
    dynamic: new Int32Array(0),
    optioned: [],
    ledger: books,
    keyHi: Uint32Array.of(1, 2),
    keyLo: Uint32Array.of(1, 2),
    root: root('halted test', 'queue'),
    exactScan: false,
    people: {},
    stakes: null,
    hash: createLanes(),
  });
  const waiting: number[] = [];
  const held: number[][] = [];
  for (let step = 1; step <= 5; step++) {
    exchange.beginStep(step, MARK, 1000);
    engine.evaluate(0, MARK, step, -1);
    // Makers look every second and have nothing to say.
    let next = step;
    engine.work(step, step + 1, {
      mark: () => MARK,
      react: (_, time) => time >= next && ((next = time + 0.5), true),
      nextLook: () => next,
      depth: () => 0,
    });
    expect(session.phase).toBe(step < 4 ? HALTED : OPEN);
    waiting.push(engine.waiting);
    held.push([...ledger.lots.subarray(0, TRADERS)]);
    expect(ledger.recount()).toBe(0);
  }
  // From step 4 on the book takes 25 lots: the larger long whole, five of the other, whose rest waits for bids.
  expect(waiting).toEqual([2, 2, 2, 1, 1]);
  expect(held).toEqual([
    [10, 20],
    [10, 20],
    [10, 20],
    [5, 0],
    [5, 0],
  ]);
});

import { describe, expect, test, vi } from 'vitest';
import type * as random from '../../src/core/random.ts';
import type { MarginOptions } from '../../src/margin/isolated.ts';
import { flatTiers, requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { Adversaries, capitalsOf } from '../../src/traders/adversaries.ts';
import type { AdversaryOptions } from '../../src/traders/adversaries.ts';
import { MarginAccount } from '../../src/traders/margin-account.ts';
import { INDEX, money, OUTSIDE, stage, TAKER, TRADERS } from './stage.ts';

/** How often anybody draws. */
const drawn = vi.hoisted(() => ({ draws: 0 }));
vi.mock('../../src/core/random.ts', async (original) => {
  const real = await original<typeof random>();
  const uniform: typeof real.uniform = (...slot) => {
    drawn.draws++;
    return real.uniform(...slot);
  };
  return { ...real, uniform };
});

const MARGIN: MarginOptions = {
  maintenance: flatTiers(0.05),
  initial: flatTiers(0.1),
  threshold: 1,
  call: 1.05,
  equalityLiquidates: false,
};
/** Price in ticks past which the stage says that a share of the longs would be liquidated. */
const CLUSTER = INDEX * 0.97;

/** A market with adversaries and a venue whose mark is the mid unless it is set; nobody is ever liquidated. */
function market(adversaries: readonly AdversaryOptions[], margin = MARGIN) {
  const accounts = adversaries.reduce((sum, one) => sum + capitalsOf(one).length, 0);
  const place = stage(Math.max(2, accounts), 8);
  const { exchange, ledger, book, quote } = place;
  const venue = { mark: null as number | null, busy: new Set<number>(), renewed: [] as string[] };
  const counter = {
    exchange,
    margin,
    outside: OUTSIDE,
    mark: () => venue.mark ?? Math.round(place.mid()),
    isFree: (account: number) => !venue.busy.has(account),
    renew: (account: number, long: boolean) => void venue.renewed.push(`${account} ${long ? 'long' : 'short'}`),
    withdraw: () => undefined,
  };
  const firsts = new Map<string, number>();
  let account = TRADERS;
  for (const one of adversaries) {
    firsts.set(one.name, account);
    for (const capital of capitalsOf(one)) ledger.cash[account++] = capital;
  }
  ledger.open();
  const seat = { counter, stepSeconds: 1, start: INDEX, liquidationPrice: () => CLUSTER };
  const foes = new Adversaries(adversaries, seat, (name) => firsts.get(name) ?? NaN);
  const step = (k: number, index = INDEX): void => {
    quote(index);
    foes.act(k, index, place.mid());
    expect(ledger.runningError()).toBe(0);
  };
  const profit = (): number => foes.results(counter.mark(), INDEX).reduce((sum, one) => sum + one.profit, 0);
  return { ...place, venue, counter, foes, step, profit, book, ledger };
}

const HUNTER: AdversaryOptions = {
  kind: 'stop-hunter',
  name: 'hunter',
  capital: money(100_000),
  leverage: 8,
  direction: -1,
  at: 10,
  rate: money(50_000),
  target: { kind: 'cluster', share: 0.1 },
  patience: 100,
  rest: 5,
  before: null,
  latency: 0,
  fee: 0,
};
const DRAINER: AdversaryOptions = {
  kind: 'fund-drainer',
  name: 'drainer',
  capital: money(30_000),
  leverage: 9,
  at: 5,
  hold: 3,
  off: 0.04,
  linked: true,
  latency: 0,
  fee: 0,
};
const PUSHER: AdversaryOptions = {
  kind: 'oracle-pusher',
  name: 'pusher',
  capital: money(20_000),
  leverage: 8,
  direction: 1,
  at: 5,
  over: 10,
  push: { notional: money(100_000), capital: money(120_000), outside: { depth: money(2_000), recovery: 30 } },
  keep: 0,
  linked: true,
  latency: 0,
  fee: 0,
};

describe('a margin account of somebody who trades as he likes', () => {
  const opened = (margin = MARGIN) => {
    const place = market([{ ...HUNTER, at: 1e9 }], margin);
    place.quote(INDEX);
    return { ...place, account: new MarginAccount(TRADERS, place.counter, 0) };
  };

  test.each([0, 1] as const)('opens with side %i as much as initial margin allows and not a lot more', (side) => {
    const { account, counter, book } = opened();
    const lots = account.take(side, 10_000_000);
    expect(lots).toBeGreaterThan(500_000);
    // The order is checked at the mark and the best price, before it is known what it costs.
    const best = side === 0 ? book.bestAsk : book.bestBid;
    expect(best).toBeGreaterThan(0);
    const at = INDEX;
    const loss = Math.abs(INDEX - (INDEX + (side === 0 ? 10 : -10)));
    const left = (held: number): number => HUNTER.capital - held * loss - requirement(counter.margin.initial, held * at);
    expect(left(lots)).toBeGreaterThanOrEqual(0);
    expect(left(lots + 1)).toBeLessThan(0);
  });

  test('is capped by the tiers of initial margin', () => {
    const tiers = tiersFromRates([
      { floor: 0, rate: 0.1 },
      { floor: money(100_000), rate: 0.95 },
    ]);
    const { account } = opened({ ...MARGIN, initial: tiers });
    // 10 % of the first 100,000 lots leaves 90,000 of the capital, 95 % of the rest uses it up.
    expect(account.take(0, 10_000_000) / (100_000 + 90_000 / 0.95)).toBeCloseTo(1, 2);
  });

  test('may always reduce, and does not turn in one order', () => {
    const { account, venue } = opened();
    account.take(0, 500_000);
    venue.mark = INDEX * 0.75;
    expect(account.equity(venue.mark)).toBeLessThan(0);
    expect(account.take(0, 1)).toBe(0);
    expect(account.take(1, 700_000)).toBe(500_000);
    expect(account.lots).toBe(0);
    expect(venue.renewed.at(-1)).toBe(`${TRADERS} long`);
  });

  test('pays its fee out of what is left and never below nothing', () => {
    const { counter, ledger, venue } = opened();
    const account = new MarginAccount(TRADERS, counter, 0.001);
    account.take(0, 100_000);
    const paid = ledger.cash[OUTSIDE]!;
    expect(paid).toBe(Math.ceil((HUNTER.capital - ledger.cash[TRADERS]! - paid) * 0.001));
    venue.mark = 1;
    account.take(1, 100_000);
    expect(ledger.cash[OUTSIDE]! - paid).toBeLessThanOrEqual(Math.max(0, ledger.cash[TRADERS]!) + money(100_000));
  });

  test('cannot be traded from while it is being liquidated', () => {
    const { account, venue } = opened();
    venue.busy.add(TRADERS);
    expect(account.take(0, 100)).toBe(0);
    expect(account.withdraw(OUTSIDE, 0)).toBe(0);
  });

  test.each([0, 0.2])('lets go what is above initial margin, or above a share of %f of the notional', (keep) => {
    const { account, venue, ledger } = opened();
    account.take(0, 500_000);
    venue.mark = INDEX * 1.3;
    const before = account.equity(venue.mark);
    const taken = account.withdraw(OUTSIDE, keep);
    expect(taken).toBe(Math.floor(before - Math.max(0.1, keep) * 500_000 * venue.mark));
    expect(ledger.cash[OUTSIDE]).toBe(taken);
    expect(account.withdraw(OUTSIDE, keep)).toBe(0);
  });

  test('is asked for the initial margin of what is open at that moment, his own position included', () => {
    const mark = INDEX * 1.3;
    const open = 500_000 * mark;
    const { account, venue } = opened({ ...MARGIN, growth: { from: 0, to: 10 * open } });
    account.take(0, 500_000);
    venue.mark = mark;
    const before = account.equity(mark);
    expect(account.allowed(0, 10_000_000, mark)).toBe(Math.floor((before / 0.19 - open) / mark));
    expect(account.withdraw(OUTSIDE, 0)).toBe(Math.floor(before - 0.19 * open));
  });
});

describe('a stop hunter', () => {
  test('sells at its pace until it sees the target, rests, and buys back to nothing', () => {
    const { step, ledger, mid } = market([HUNTER]);
    const held: number[] = [];
    const mids: number[] = [];
    for (let k = 1; k <= 60; k++) {
      step(k);
      held.push(ledger.lots[TRADERS]!);
      mids.push(mid());
    }
    expect(held.slice(0, 9).every((lots) => lots === 0)).toBe(true);
    const deepest = held.indexOf(Math.min(...held));
    expect(held[deepest]).toBeLessThan(-200_000);
    // It sells while what it sees stands above the target, the last time one step before it sees it there.
    expect(mids[deepest - 1]).toBeGreaterThan(CLUSTER);
    const turn = held.findIndex((lots, k) => k > deepest && lots > held[deepest]!);
    expect(turn - deepest).toBe(1 + HUNTER.rest);
    expect(held.at(-1)).toBe(0);
    for (let k = 1; k < held.length; k++) expect(Math.abs(held[k]! - held[k - 1]!) * INDEX * 0.95).toBeLessThanOrEqual(HUNTER.rate);
  });

  test('pays its fees for its own push where nobody follows', () => {
    const { step, profit } = market([{ ...HUNTER, fee: 0.001 }]);
    for (let k = 1; k <= 60; k++) step(k);
    expect(profit()).toBeLessThan(0);
    expect(profit()).toBeGreaterThan(-HUNTER.capital);
  });

  test('gives up when its leverage or its patience ends, and hunts shorts the other way', () => {
    const small = market([{ ...HUNTER, leverage: 1 }]);
    for (let k = 1; k <= 12; k++) small.step(k);
    expect(small.ledger.lots[TRADERS]).toBeLessThanOrEqual(-99_000);
    expect(small.ledger.lots[TRADERS]! * INDEX * 0.97).toBeGreaterThanOrEqual(-HUNTER.capital);
    const hasty = market([{ ...HUNTER, patience: 2, direction: 1, target: { kind: 'price', tick: 2 * INDEX } }]);
    for (let k = 1; k <= 13; k++) hasty.step(k);
    expect(hasty.ledger.lots[TRADERS]! / 100_000).toBeCloseTo(1, 1);
    for (let k = 14; k <= 40; k++) hasty.step(k);
    expect(hasty.ledger.lots[TRADERS]).toBe(0);
  });

  test('builds a position before, at an even pace', () => {
    const { step, ledger } = market([{ ...HUNTER, before: { notional: money(40_000), over: 4 } }]);
    const held = Array.from({ length: 9 }, (_, k) => {
      step(k + 1);
      return ledger.lots[TRADERS]!;
    });
    expect(held.slice(0, 5).every((lots) => lots === 0)).toBe(true);
    expect(held.slice(5).map((lots) => Math.round(lots / 1000))).toEqual([-10, -20, -30, -40]);
  });
});

describe('a fund drainer', () => {
  test('opens both sides inside the spread, which costs nothing', () => {
    const { step, ledger, profit } = market([DRAINER]);
    for (let k = 1; k <= 5; k++) step(k);
    expect(ledger.lots[TRADERS]).toBe(270_000);
    expect(ledger.lots[TRADERS + 1]).toBe(-270_000);
    expect(profit()).toBe(0);
  });

  test('loses to itself through all bids above its own, and more than the loser has', () => {
    // Off by less than the quotes reach: makers take part of it. The stage keeps 100 bids of 50,000 lots, 50 ticks apart.
    const { step, ledger } = market([{ ...DRAINER, off: 0.001 }]);
    for (let k = 1; k <= 8; k++) step(k);
    // Bids at −10 and −60 stand above −100.
    expect(ledger.lots[TRADERS]).toBe(0);
    expect(ledger.lots[TRADERS + 1]).toBe(-100_000);
    const far = market([{ ...DRAINER, off: 0.3 }], MARGIN);
    far.quote(INDEX);
    for (let k = 1; k <= 7; k++) far.step(k);
    // An empty book: all of it passes between the two.
    for (let slot = 0; slot < far.book.capacity; slot++) far.book.cancel(slot);
    far.foes.act(8, INDEX, INDEX);
    expect(far.ledger.lots[TRADERS]).toBe(0);
    expect(far.ledger.lots[TRADERS + 1]).toBe(0);
    expect(far.ledger.cash[TRADERS]).toBe(DRAINER.capital - 270_000 * INDEX * 0.3);
    expect(far.ledger.cash[TRADERS]).toBeLessThan(0);
    expect(far.profit()).toBe(270_000 * INDEX * 0.3 - DRAINER.capital);
  });

  test.each(['expire-maker', 'expire-taker', 'expire-both', 'decrement'] as const)('is stopped by self-trade prevention (%s)', (rule) => {
    const place = market([DRAINER]);
    place.book.selfTrade = rule;
    for (let k = 1; k <= 20; k++) place.step(k);
    expect(place.profit()).toBe(0);
    expect(place.ledger.postings).toBe(0);
  });

  test('is not stopped by it where the venue does not know whose the accounts are', () => {
    const place = market([{ ...DRAINER, linked: false }]);
    place.book.selfTrade = 'expire-both';
    for (let k = 1; k <= 6; k++) place.step(k);
    expect(place.ledger.lots[TRADERS]).toBe(270_000);
  });
});

describe('an oracle pusher', () => {
  test('moves the price that the feed shows, linearly in what it buys, and takes out what the mark lets go', () => {
    const { step, foes, venue, ledger } = market([PUSHER]);
    for (let k = 1; k <= 6; k++) step(k);
    // A tenth of 100,000 lots against 2,000 for 1 %: 5 % for the first part at the price before.
    expect(foes.displacement).toBeCloseTo(0.05, 3);
    for (let k = 7; k <= 14; k++) step(k);
    expect(foes.displacement).toBeGreaterThan(0.2);
    const wallet = ledger.cash[TRADERS]!;
    venue.mark = Math.round(INDEX * (1 + foes.displacement));
    step(15);
    const taken = ledger.cash[TRADERS]! - wallet;
    expect(taken).toBeGreaterThan(0);
    expect(ledger.equity(TRADERS + 1, venue.mark) / (0.1 * ledger.lots[TRADERS + 1]! * venue.mark)).toBeCloseTo(1, 3);
    for (let k = 16; k <= 40; k++) step(k);
    expect(foes.displacement).toBeLessThan(0.01);
  });

  test('gets back what its push cost but for the way down, and no more than it had', () => {
    const { step, profit, venue } = market([PUSHER]);
    venue.mark = INDEX;
    for (let k = 1; k <= 60; k++) step(k);
    expect(profit()).toBeLessThan(0);
    expect(profit()).toBeGreaterThan(-money(160_000));
  });

  test('spends no more than it has', () => {
    const { step, ledger, foes } = market([{ ...PUSHER, push: { ...PUSHER.push, capital: money(5_000) } }]);
    for (let k = 1; k <= 14; k++) step(k);
    expect(ledger.cash[TRADERS]).toBeGreaterThanOrEqual(0);
    expect(foes.displacement).toBeGreaterThan(0.01);
    expect(foes.displacement).toBeLessThan(0.05);
  });

  test('pushes down as well, on borrowed units that its money secures', () => {
    const { step, ledger, foes } = market([{ ...PUSHER, direction: -1 }]);
    for (let k = 1; k <= 14; k++) step(k);
    expect(foes.displacement).toBeLessThan(-0.1);
    expect(ledger.cash[TRADERS]).toBeGreaterThan(PUSHER.push.capital);
    for (let k = 15; k <= 300; k++) step(k);
    expect(Math.abs(foes.displacement)).toBeLessThan(0.001);
  });

  test('pushes this market from an account of its own', () => {
    const here = { notional: money(400_000), capital: money(60_000), outside: null };
    const { step, foes, mid, ledger } = market([{ ...PUSHER, push: here }]);
    for (let k = 1; k <= 15; k++) step(k);
    expect(foes.displacement).toBe(0);
    expect(mid() / INDEX - 1).toBeGreaterThan(0.002);
    expect(ledger.lots[TRADERS + 3]).toBeGreaterThan(300_000);
  });
});

test('adversaries draw nothing, so that one extra lot sold by somebody else moves no draw of theirs', () => {
  const orders = (extra: number): readonly string[] => {
    const place = market([HUNTER, { ...DRAINER, off: 0.001 }, PUSHER]);
    for (let k = 1; k <= 60; k++) {
      if (extra > 0 && k === 3) place.exchange.market(1, extra, TAKER);
      place.step(k);
    }
    return place.exchange.messages.filter((message) => !message.endsWith(` ${TAKER}`)).map((message) => message.replace(/ \d+ /, ' '));
  };
  drawn.draws = 0;
  const without = orders(0);
  expect(without.length).toBeGreaterThan(20);
  expect(orders(1)).toEqual(without);
  expect(drawn.draws).toBe(0);
});

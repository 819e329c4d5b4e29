import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';

function opened(): Ledger {
  const ledger = new Ledger(4, 3);
  ledger.deposit(0, 1000, 5);
  ledger.deposit(1, 500, -5);
  ledger.open();
  return ledger;
}

describe('ledger', () => {
  test('a trade moves lots and lots × tick × quanta between its two parties', () => {
    const ledger = opened();
    ledger.trade(2, 0, 4, 10);
    expect([...ledger.cash]).toEqual([1120, 500, -120, 0]);
    expect([...ledger.lots]).toEqual([1, -5, 4, 0]);
    expect(ledger.equity(2, 11)).toBe(-120 + 4 * 11 * 3);
    expect(ledger.runningError()).toBe(0);
    expect(ledger.recount()).toBe(0);
    expect(ledger.postings).toBe(2);
  });

  test('a transfer moves cash alone', () => {
    const ledger = opened();
    ledger.transfer(0, 3, 7);
    expect([...ledger.cash]).toEqual([993, 500, 0, 7]);
    expect(ledger.recount()).toBe(0);
  });

  test('one quantum posted wrongly is caught by the running totals and by the recount', () => {
    const ledger = opened();
    ledger.post(1, 1, 0);
    expect(ledger.runningError()).toBe(1);
    expect(ledger.recount()).toBe(1);
  });

  test('one lot posted wrongly is caught by both', () => {
    const ledger = opened();
    ledger.post(1, 0, -1);
    expect(ledger.runningError()).toBe(1);
    expect(ledger.recount()).toBe(1);
  });

  test('a balance changed without a posting is caught by the recount', () => {
    const ledger = opened();
    ledger.cash[2] += 2;
    expect(ledger.runningError()).toBe(0);
    expect(ledger.recount()).toBe(2);
  });

  test('the recount of what was posted finds a wrong leg as the whole one does, whoever had been counted before', () => {
    const ledger = new Ledger(5000, 1);
    for (let i = 0; i < 5000; i++) ledger.deposit(i, 1000 + i, i % 2 === 0 ? 3 : -3);
    ledger.open();
    expect(ledger.recountPosted()).toBe(0);
    for (let round = 0; round < 20; round++) {
      for (let k = 0; k < 3; k++) ledger.trade((round * 977 + k) % 5000, (round * 1733 + 7) % 5000, 1 + k, 10);
      expect(ledger.recountPosted()).toBe(0);
      expect(ledger.recount()).toBe(0);
      ledger.post(4999 - round * 200, 2, -1);
      expect(ledger.recountPosted()).toBe(3);
      ledger.post(round * 200, -2, 1);
      expect(ledger.recountPosted()).toBe(0);
    }
  });

  test('a balance changed without a posting is caught by the recount of what was posted once its neighbours are posted to', () => {
    const ledger = new Ledger(5000, 1);
    ledger.open();
    expect(ledger.recountPosted()).toBe(0);
    ledger.cash[4000] += 2;
    ledger.transfer(1, 2, 5);
    expect(ledger.recountPosted()).toBe(0);
    ledger.transfer(4001, 2, 5);
    expect(ledger.recountPosted()).toBe(2);
    ledger.cash[0] = 0.5;
    ledger.cash[1] -= 0.5;
    expect(ledger.recount()).toBe(3);
  });

  test('a balance that is no whole number is caught by the recount', () => {
    const ledger = opened();
    ledger.cash[0] += 0.5;
    ledger.cash[1] -= 0.5;
    expect(ledger.recount()).toBe(1);
    ledger.cash[2] = NaN;
    expect(ledger.recount()).toBe(Infinity);
  });

  test('a recount of sums finds a balance changed without a posting, and looks closely where something was posted', () => {
    const ledger = opened();
    expect(ledger.recount()).toBe(0);
    expect(ledger.recount(false)).toBe(0);
    ledger.cash[1] += 2;
    expect(ledger.recount(false)).toBe(2);
    ledger.cash[1] -= 2;
    expect(ledger.recount(false)).toBe(0);
    ledger.transfer(0, 1, 0.5);
    expect(ledger.recount(false)).toBe(1);
    ledger.cash[1] = NaN;
    expect(ledger.recount(false)).toBe(Infinity);
  });

  test('opening balances must be whole and positions must sum to zero', () => {
    const fractional = new Ledger(2, 1);
    fractional.deposit(0, 0.5, 0);
    expect(() => fractional.open()).toThrow(/account 0 opens with 0.5 quanta/);
    const open = new Ledger(2, 1);
    open.deposit(0, 0, 3);
    expect(() => open.open()).toThrow(/sum of 3 lots/);
  });
});

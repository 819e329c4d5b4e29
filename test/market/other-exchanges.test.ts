import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derive, root } from '../../src/core/random.ts';
import type { Root } from '../../src/core/random.ts';
import { Oracle } from '../../src/market/oracle.ts';
import type { OracleOptions } from '../../src/market/oracle.ts';
import { OtherExchanges } from '../../src/market/other-exchanges.ts';
import type { OtherExchange } from '../../src/market/other-exchanges.ts';

const rootOf = (component: string): Root => derive(root('elsewhere', component), 0);
const exchange = (name: string, weight = 1, dispersion = 0, failures: OtherExchange['failures'] = []): OtherExchange => ({
  name,
  weight,
  dispersion,
  failures,
});
const always = (off: number | null): OtherExchange['failures'] => [{ from: 0, until: 1e9, off }];

/** The weighted median at each of the steps 1 … n of a second, with the outside price at 100. */
function watch(exchanges: readonly OtherExchange[], steps: number, halfLife = 0): number[] {
  const others = new OtherExchanges({ exchanges, halfLife }, 1, rootOf);
  others.reset(100);
  return Array.from({ length: steps }, (_, i) => others.advance(i + 1, 100));
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('other exchanges', () => {
  test('that do not deviate are at the outside price', () => {
    expect(watch([exchange('a', 3), exchange('b', 0.5)], 3)).toEqual([100, 100, 100]);
  });

  test('less than half of the weight moves nothing, more moves the median all the way', () => {
    const off = always(-0.3);
    expect(watch([exchange('a', 3, 0, off), exchange('b', 2), exchange('c', 2)], 2)).toEqual([100, 100]);
    expect(watch([exchange('a', 3), exchange('b', 2, 0, off), exchange('c', 2, 0, off)], 2)).toEqual([70, 70]);
  });

  test('a failure holds between two times; a frozen exchange stays where it was', () => {
    const others = new OtherExchanges({ exchanges: [exchange('a', 1, 0, [{ from: 2, until: 4, off: null }])], halfLife: 0 }, 1, rootOf);
    others.reset(100);
    expect([101, 102, 103, 104].map((price, i) => others.advance(i + 1, price))).toEqual([101, 101, 101, 104]);
    expect(watch([exchange('a', 1, 0, [{ from: 2, until: 3, off: 0.5 }])], 3)).toEqual([100, 150, 100]);
  });

  test('the median stays within the prices of the sound ones while the others hold less than half', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ weight: fc.integer({ min: 1, max: 4 }), isSound: fc.boolean() }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(-0.9, 5),
        fc.constantFrom(0, 3),
        (drawn, off, halfLife) => {
          const weigh = (which: boolean): number => drawn.reduce((sum, one) => sum + (one.isSound === which ? one.weight : 0), 0);
          fc.pre(weigh(false) < weigh(true));
          const named = drawn.map(({ weight, isSound }, i) => exchange(`${i}`, weight, 0.01, isSound ? [] : always(off)));
          const sound = named.filter((_, i) => drawn[i]!.isSound);
          const each = sound.map((one) => watch([one], 20, halfLife));
          watch(named, 20, halfLife).forEach((price, k) => {
            const prices = each.map((path) => path[k]!);
            expect(price).toBeGreaterThanOrEqual(Math.min(...prices));
            expect(price).toBeLessThanOrEqual(Math.max(...prices));
          });
        },
      ),
      { numRuns: 100 },
    ));

  // Variance of the median of three standard normals: 1 − √3/π (order statistics, e.g. David and Nagaraja 2003, table of n = 3).
  test('the median of three of equal weight spreads as the middle of three normals does', () => {
    const steps = 40_000;
    const spread = mean(watch([exchange('a', 1, 0.01), exchange('b', 1, 0.01), exchange('c', 1, 0.01)], steps).map((p) => (p - 100) ** 2));
    const variance = 1 - Math.sqrt(3) / Math.PI;
    // Four standard errors of a mean square; a kurtosis below 3.3.
    expect(Math.abs(spread / variance - 1)).toBeLessThan(4 * Math.sqrt(2.3 / steps));
  });

  test('a deviation has its size from the start on, and half of it is gone after the half-life', () => {
    const halfLife = 4;
    const paths = Array.from({ length: 20_000 }, (_, i) => watch([exchange(`${i}`, 1, 0.01)], 1 + halfLife, halfLife).map((p) => p - 100));
    const product = (k: number, l: number): number => mean(paths.map((path) => path[k]! * path[l]!));
    const error = 4 / Math.sqrt(paths.length);
    expect(Math.abs(product(0, 0) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(product(halfLife, halfLife) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(product(0, halfLife) - 0.5)).toBeLessThan(error * Math.sqrt(1.25));
  });

  test('nobody’s deviations depend on who else is there', () => {
    const alone = watch([exchange('a', 1, 0.01)], 20);
    expect(watch([exchange('b', 1, 0.01), exchange('a', 3, 0.01)], 20)).toEqual(alone);
    expect(watch([exchange('b', 1, 0.01)], 20)).not.toEqual(alone);
  });

  test('their state is all there is', () => {
    const options = { exchanges: [exchange('a', 1, 0.01), exchange('b', 1, 0.01, [{ from: 5, until: 15, off: null }])], halfLife: 7 };
    const first = new OtherExchanges(options, 1, rootOf);
    const copy = new OtherExchanges(options, 1, rootOf);
    first.reset(100);
    copy.reset(1);
    for (let k = 1; k <= 20; k++) {
      const price = first.advance(k, 100 + k);
      if (k > 1) expect(copy.advance(k, 100 + k)).toBe(price);
      copy.state().forEach((array, i) => array.set(first.state()[i]!));
    }
  });

  test.each<[Partial<OtherExchange>, number, string]>([
    [{ weight: 0 }, 0, 'exchange a: found weight 0, want a number above 0'],
    [{ dispersion: 0.06 }, 0, 'exchange a: found dispersion 0.06, want a number from 0 to 0.05'],
    [{ failures: [{ from: 3, until: 3, off: null }] }, 0, 'exchange a: found end of failure 0 3'],
    [{}, -1, 'found half-life -1'],
  ])('%o with half-life %s is refused', (one, halfLife, message) => {
    expect(() => new OtherExchanges({ exchanges: [{ ...exchange('a'), ...one }], halfLife }, 1, rootOf)).toThrow(message);
    expect(() => new OtherExchanges({ exchanges: [], halfLife: 0 }, 1, rootOf)).toThrow('found none');
  });
});

describe('an oracle of other exchanges', () => {
  const PLAIN: OracleOptions = {
    lag: 0,
    cadence: 1,
    deviation: 0,
    heartbeat: Infinity,
    ageLimit: Infinity,
    whenStale: 'hold',
    failures: [],
    exchanges: null,
  };

  test('sees their median as late as it sees the outside price, and publishes by the same rules', () => {
    const exchanges = { exchanges: [exchange('a', 1, 0, always(0.1)), exchange('b', 2, 0, always(1))], halfLife: 0 };
    const plain = new Oracle(PLAIN, 1, rootOf);
    const oracle = new Oracle({ ...PLAIN, lag: 2, deviation: 0.02, exchanges }, 1, rootOf);
    oracle.reset(100);
    const seen = Array.from({ length: 9 }, (_, i) => oracle.advance(i + 1, 101 + i, 7));
    // Before the start all stood at the outside price; then the median is twice it.
    expect(seen).toEqual([100, 100, 202, 202, 202, 208, 208, 208, 214]);
    expect(oracle.state()).toHaveLength(4);
    expect(plain.state()).toHaveLength(2);
  });
});

import { describe, expect, test } from 'vitest';
import {
  bits,
  createLanes,
  derive,
  hexOf,
  keyHex,
  keyHigh,
  keyLow,
  keyOf,
  mix,
  nameKey,
  root,
  uniform,
  uniform32,
} from '../../src/core/random.ts';
import { chiSquareUpper } from '../../src/statistics/goodness.ts';

const long = process.env['MARGINFALL_LONG'] === '1';
const { lo, hi } = root('test', 'random');

describe('roots', () => {
  test('depend on the seed and on the name, and on where one ends and the other begins', () => {
    const roots = [root('a', 'b'), root('a', 'c'), root('b', 'b'), root('ab', ''), root('', 'ab'), root('a', 'b')];
    const texts = roots.map((r) => `${r.lo}:${r.hi}`);
    expect(new Set(texts.slice(0, 5)).size).toBe(5);
    expect(texts[5]).toBe(texts[0]);
    for (const r of roots) expect([r.lo | 0, r.hi | 0]).toEqual([r.lo, r.hi]);
  });

  test('derive gives unrelated roots to neighbouring numbers', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const d = derive({ lo, hi }, i);
      seen.add(`${d.lo}:${d.hi}`);
    }
    expect(seen.size).toBe(10_000);
    expect(derive({ lo, hi }, 2 ** 32)).not.toEqual(derive({ lo, hi }, 0));
  });

  test('are the same bytes on every machine', () => {
    expect(root('october', 'driver')).toEqual({ lo: GOLDEN.root[0], hi: GOLDEN.root[1] });
    expect([bits(1, 2, 3, 4, 5), bits(0, 0, 0, 0, 0), bits(-1, -1, -1, -1, -1)]).toEqual(GOLDEN.bits);
    expect(uniform(1, 2, 3, 4, 5)).toBe(GOLDEN.uniform);
  });
});

/** Chi-square z-score of pairs of 32-bit words sorted into 64 × 64 cells by the given shift. */
function pairScore(count: number, shift: number, pair: (i: number) => readonly [number, number]): number {
  const cells = new Float64Array(4096);
  for (let i = 0; i < count; i++) {
    const [x, y] = pair(i);
    cells[((x >>> shift) & 63) * 64 + ((y >>> shift) & 63)]++;
  }
  let statistic = 0;
  for (const seen of cells) statistic += (seen - count / 4096) ** 2 / (count / 4096);
  return (statistic - 4095) / Math.sqrt(2 * 4095);
}

describe('counter hash', () => {
  test('every input bit flips every output bit in half of the cases', () => {
    const samples = long ? 40_000 : 4_000;
    const flips = new Float64Array(5 * 32 * 32);
    for (let i = 0; i < samples; i++) {
      // Counters as a run uses them: few streams, rising steps, low slots, roots of any value.
      const counter = [bits(lo, 1, 1, 1, i) | 0, bits(hi, 1, 1, 2, i) | 0, i % 7, i >>> 5, i & 31];
      const plain = bits(counter[0], counter[1], counter[2], counter[3], counter[4]);
      for (let input = 0; input < 160; input++) {
        counter[input >>> 5] ^= 1 << (input & 31);
        const difference = plain ^ bits(counter[0], counter[1], counter[2], counter[3], counter[4]);
        counter[input >>> 5] ^= 1 << (input & 31);
        for (let output = 0; output < 32; output++) flips[input * 32 + output] += (difference >>> output) & 1;
      }
    }
    // 5,120 pairs: the largest of as many normal deviations is above 5.5 once in five thousand tries.
    let worst = 0;
    for (const count of flips) worst = Math.max(worst, Math.abs(count - samples / 2) / Math.sqrt(samples / 4));
    expect(worst).toBeLessThan(5.5);
  });

  const count = long ? 8_000_000 : 800_000;
  for (const shift of [26, 0]) {
    const part = shift === 26 ? 'high bits' : 'low bits';
    test(`neighbouring slots, steps, streams and roots are independent: ${part}`, () => {
      const scores = {
        slots: pairScore(count, shift, (i) => [bits(lo, hi, 1, i >>> 8, i & 255), bits(lo, hi, 1, i >>> 8, (i & 255) + 1)]),
        steps: pairScore(count, shift, (i) => [bits(lo, hi, 1, i >>> 3, i & 7), bits(lo, hi, 1, (i >>> 3) + 1, i & 7)]),
        streams: pairScore(count, shift, (i) => [bits(lo, hi, 1, i >>> 3, i & 7), bits(lo, hi, 2, i >>> 3, i & 7)]),
        swapped: pairScore(count, shift, (i) => [bits(lo, hi, 1, i >>> 10, i & 1023), bits(lo, hi, 1, i & 1023, i >>> 10)]),
        roots: pairScore(count, shift, (i) => [bits(lo, hi, 1, i >>> 3, i & 7), bits(lo ^ 1, hi, 1, i >>> 3, i & 7)]),
      };
      for (const score of Object.values(scores)) expect(Math.abs(score)).toBeLessThan(4.5);
    });
  }

  test('different counters collide as often as chance has it', () => {
    const n = 1 << 18;
    const words = new Uint32Array(n);
    for (let i = 0; i < n; i++) words[i] = bits(lo, hi, i & 15, (i >>> 4) & 1023, i >>> 14);
    words.sort();
    let collisions = 0;
    for (let i = 1; i < n; i++) collisions += words[i] === words[i - 1] ? 1 : 0;
    // Poisson with mean n²/2^33 = 8.
    expect(collisions).toBeLessThan(24);
  });
});

describe('uniforms', () => {
  test('fill the open interval evenly, in halves of both words', () => {
    const n = 400_000;
    const cells = new Float64Array(200);
    let sum = 0;
    const low = new Float64Array(64);
    let outside = 0;
    for (let i = 0; i < n; i++) {
      const u = uniform(lo, hi, 4, i >>> 6, i & 63);
      outside += u > 0 && u < 1 ? 0 : 1;
      cells[Math.floor(u * 200)]++;
      low[Math.floor(u * 2 ** 52) % 64]++;
      sum += u;
    }
    expect(outside).toBe(0);
    const score = (counts: Float64Array): number =>
      counts.reduce((total, seen) => total + (seen - n / counts.length) ** 2 / (n / counts.length), 0);
    expect(chiSquareUpper(score(cells), 199)).toBeGreaterThan(1e-5);
    expect(chiSquareUpper(score(low), 63)).toBeGreaterThan(1e-5);
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
  });

  test('are odd multiples of 2^-53, so that 1 − u is exact and the ends are out of reach', () => {
    for (let i = 0; i < 1000; i++) {
      const u = uniform(lo, hi, 5, 0, i);
      expect((u * 2 ** 53) % 2).toBe(1);
      expect(1 - (1 - u)).toBe(u);
    }
    // The formula at both ends of its words.
    expect(0.5 * 2 ** -52).toBeGreaterThan(0);
    expect((2 ** 52 - 1 + 0.5) * 2 ** -52).toBeLessThan(1);
  });

  test('agree with bits in their leading digits', () => {
    for (let i = 0; i < 1000; i++) {
      expect(Math.floor(uniform(lo, hi, 6, 7, i) * 2 ** 26)).toBe(bits(lo, hi, 6, 7, i) >>> 6);
      expect(uniform32(lo, hi, 6, 7, i)).toBe((bits(lo, hi, 6, 7, i) + 0.5) / 2 ** 32);
    }
  });
});

describe('account keys', () => {
  test('are 53-bit hashes of name and ordinal', () => {
    const seen = new Set<number>();
    let widest = 0;
    for (const name of ['longs', 'shorts', 'sgnol', 'longs ', '', 'ünïcode']) {
      for (let ordinal = 0; ordinal < 20_000; ordinal++) {
        const key = keyOf(name, ordinal);
        widest = Math.max(widest, key.hi);
        seen.add(key.hi * 2 ** 32 + key.lo);
      }
    }
    expect(seen.size).toBe(120_000);
    expect(widest).toBeLessThan(2 ** 21);
  });

  test('are the words that a group hands out, and read as 14 hex digits', () => {
    const group = nameKey('longs');
    const key = keyOf('longs', 17);
    expect(key).toEqual({ lo: keyLow(group, 17), hi: keyHigh(group, 17) });
    expect(keyHex(key)).toMatch(/^[0-9a-f]{14}$/);
    expect(Number.parseInt(keyHex(key), 16)).toBe(key.hi * 2 ** 32 + key.lo);
    expect(keyHex({ lo: 1, hi: 0 })).toBe('00000000000001');
  });
});

describe('run hash', () => {
  const hashOf = (...values: number[]): string => {
    const lanes = createLanes();
    for (const value of values) mix(lanes, value);
    return hexOf(lanes);
  };

  test('tells apart order, length, sign of zero and the last bit', () => {
    const texts = [
      hashOf(),
      hashOf(0),
      hashOf(-0),
      hashOf(0, 0),
      hashOf(1, 2),
      hashOf(2, 1),
      hashOf(1),
      hashOf(1 + 2 ** -52),
      hashOf(Infinity),
      hashOf(NaN),
    ];
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).toMatch(/^[0-9a-f]{16}$/);
  });

  test('reading does not change it, and every NaN is one', () => {
    const lanes = createLanes();
    mix(lanes, 3.5);
    expect(hexOf(lanes)).toBe(hexOf(lanes));
    const strange = new Float64Array(new Uint32Array([7, 0x7ff80001, 7, 0x7ff80001]).buffer)[0];
    expect(hashOf(strange)).toBe(hashOf(NaN));
  });

  test('a long stream keeps its memory of the first value', () => {
    const tail = Array.from({ length: 5000 }, (_, i) => i * 0.37);
    const seen = new Set<string>();
    for (let first = 0; first < 200; first++) seen.add(hashOf(first, ...tail));
    expect(seen.size).toBe(200);
  });

  test('is the same on every machine', () => {
    expect(hashOf(1, -2.5, 1e300, 0)).toBe(GOLDEN.hash);
  });
});

/** Outputs written down once: results stored by users name runs by them. */
const GOLDEN = {
  root: [-1670395577, -2003970412],
  bits: [2262893154, 0, 1739083085],
  uniform: 0.5268708670151835,
  hash: 'e556d56ea06bcede',
};

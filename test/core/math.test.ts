import { describe, expect, test } from 'vitest';
import { exp, expm1, log, log1p, normalCdf, normalQuantile, pow } from '../../src/core/math.ts';
import { root, uniform } from '../../src/core/random.ts';

const count = process.env['MARGINFALL_LONG'] === '1' ? 1_000_000 : 50_000;
const { lo, hi } = root('test', 'math');
const draw = (stream: number, i: number): number => uniform(lo, hi, stream, 0, i);

const words = new BigInt64Array(1);
const float = new Float64Array(words.buffer);
/** Place of a double in their order, so that a difference counts ulps. */
function place(x: number): bigint {
  float[0] = x;
  return words[0] < 0n ? -(words[0] & 0x7fffffffffffffffn) : words[0];
}
function ulps(a: number, b: number): number {
  return a === b ? 0 : Math.abs(Number(place(a) - place(b)));
}

// Values by 200-bit arithmetic (mpmath), the arguments being the doubles that the decimals stand for.
const NORMAL_CDF = [
  [-37.5, 4.605353009581955e-308],
  [-30, 4.906713927148187e-198],
  [-20, 2.7536241186062337e-89],
  [-10, 7.619853024160525e-24],
  [-6, 9.86587645037698e-10],
  [-5.66, 7.568649751997714e-9],
  [-5.5, 1.8989562465887718e-8],
  [-3, 0.0013498980316300946],
  [-1.96, 0.024997895148220435],
  [-0.7, 0.24196365222307303],
  [-0.67, 0.2514288950953101],
  [-0.25, 0.4012936743170763],
  [-1e-8, 0.4999999960105772],
  [0.3, 0.6179114221889527],
  [0.68, 0.7517477695464295],
  [1, 0.8413447460685429],
  [2.5, 0.9937903346742238],
  [5, 0.9999997133484281],
  [8, 0.9999999999999993],
] as const;
const NORMAL_QUANTILE = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1.1102230246251565e-16, -8.209536151601387],
  [1e-10, -6.361340902404057],
  [1e-6, -4.753424308822899],
  [0.001, -3.0902323061678136],
  [0.025, -1.9599639845400543],
  [0.074, -1.4466320671589785],
  [0.0751, -1.43882539275254],
  [0.25, -0.6744897501960817],
  [0.49999, -2.5066282748960008e-5],
  [0.5000001, 2.506628273311648e-7],
  [0.6, 0.2533471031357997],
  [0.9, 1.2815515655446006],
  [0.975, 1.9599639845400538],
  [0.9999, 3.7190164854557084],
] as const;
const POW = [
  [1.470413857930186, -987.25, 4.957556371139115e-166],
  [0.9997420252720798, -148008.5, 3.842091695105628e16],
  [5829.5, 23.65, 1.140723535288205e89],
  [2.5, 0.1, 1.0959582263852172],
  [1e-310, 0.5, 9.999999999999986e-156],
  [1e300, -1.07, 1e-321],
  [1.0000001, 1e9, 2.6881038582144647e43],
  [0.5, 1074, 5e-324],
  [3, -0.9090909090909091, 0.3683438344654889],
] as const;
const EXPM1 = [
  [-40, -1],
  [-1, -0.6321205588285577],
  [-0.2676, -0.23478619458391253],
  [-1e-5, -9.999950000166666e-6],
  [1e-10, 1.00000000005e-10],
  [1e-300, 1e-300],
  [0.5, 0.6487212707001282],
  [30, 10686474581523.463],
] as const;
const LOG1P = [
  [-0.999, -6.907755278982136],
  [-0.3, -0.35667494393873234],
  [-1e-9, -1.0000000005000001e-9],
  [1e-15, 9.999999999999995e-16],
  [1e-5, 9.999950000333332e-6],
  [0.62, 0.4824261492442927],
  [100, 4.61512051684126],
] as const;

describe('exp', () => {
  test('is within an ulp of the machine’s over the whole range, near 0 and below the normal numbers', () => {
    let worst = 0;
    for (let i = 0; i < count; i++) {
      for (const x of [(draw(1, i) - 0.5) * 1480, (draw(2, i) - 0.5) * 4, (draw(3, i) - 0.5) * 1e-3, -700 - draw(4, i) * 45.1]) {
        worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('is exact where it can be', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(1e-17)).toBe(1);
    expect(exp(709.782712893384)).toBe(Math.exp(709.782712893384));
    expect(exp(709.7827128933841)).toBe(Infinity);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect(exp(-745.1332191019412)).toBe(0);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(NaN)).toBeNaN();
  });

  test('rises with its argument', () => {
    let falls = 0;
    for (let i = 0; i < count; i++) {
      const x = (draw(5, i) - 0.5) * 100;
      falls += exp(x) <= exp(x + Math.abs(x) * 1e-15 + 1e-15) ? 0 : 1;
    }
    expect(falls).toBe(0);
  });
});

describe('log', () => {
  test('is within an ulp of the machine’s over the whole range and around 1', () => {
    let worst = 0;
    for (let i = 0; i < count; i++) {
      for (const x of [
        Math.exp((draw(6, i) - 0.5) * 1480),
        0.5 + 1.5 * draw(7, i),
        1 + (draw(8, i) - 0.5) * 1e-4,
        1 + (draw(9, i) - 0.5) * 1e-12,
      ]) {
        if (x > 0) worst = Math.max(worst, ulps(log(x), Math.log(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('is exact where it can be', () => {
    expect(log(1)).toBe(0);
    expect(log(Math.E)).toBe(1);
    expect(log(2)).toBe(Math.LN2);
    expect(log(5e-324)).toBe(Math.log(5e-324));
    expect(log(Number.MAX_VALUE)).toBe(Math.log(Number.MAX_VALUE));
    expect(log(0)).toBe(-Infinity);
    expect(log(-0)).toBe(-Infinity);
    expect(log(-1)).toBeNaN();
    expect(log(-Infinity)).toBeNaN();
    expect(log(NaN)).toBeNaN();
    expect(log(Infinity)).toBe(Infinity);
  });
});

describe('pow', () => {
  test('agrees with 200-bit arithmetic to an ulp', () => {
    for (const [x, y, value] of POW) expect(ulps(pow(x, y), value)).toBeLessThanOrEqual(1);
  });

  test('is within two ulps of the machine’s, which itself is good to one', () => {
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const x = Math.exp((draw(10, i) - 0.5) * 30);
      const y = (draw(11, i) - 0.5) * 40;
      worst = Math.max(worst, ulps(pow(x, y), Math.pow(x, y)));
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('gives whole powers and roots to an ulp, and powers of 0, 1 and to the first exactly', () => {
    for (let x = 0; x <= 30; x++) {
      expect(pow(x, 1)).toBe(x);
      expect(pow(1, x)).toBe(1);
      for (const [y, value] of [
        [2, x * x],
        [3, x * x * x],
        [0.5, Math.sqrt(x)],
        [-1, 1 / x],
      ] as const) {
        expect(ulps(pow(x, y), value)).toBeLessThanOrEqual(1);
      }
    }
    for (let k = -1074; k < 1024; k++) expect(ulps(pow(2, k), 2 ** k)).toBeLessThanOrEqual(1);
  });

  test('follows the language’s rules at the edges, for x ≥ 0', () => {
    const edges = [0, 5e-324, 0.5, 1, 2, 1e308, Infinity];
    const powers = [-Infinity, -1e300, -2, -0.5, 0, 0.5, 2, 1e300, Infinity, NaN];
    for (const x of edges) {
      for (const y of powers) {
        // Here the language differs from IEEE 754, which this follows: 1 to any power is 1.
        if (x === 1) expect(pow(x, y)).toBe(1);
        else if (y !== y) expect(pow(x, y)).toBeNaN();
        else expect(ulps(pow(x, y), Math.pow(x, y))).toBeLessThanOrEqual(1);
      }
    }
    expect(pow(-2, 2)).toBeNaN();
    expect(pow(NaN, 2)).toBeNaN();
    expect(pow(NaN, 0)).toBe(1);
  });
});

describe('expm1 and log1p', () => {
  test('keep their digits near 0', () => {
    for (const [x, value] of EXPM1) expect(ulps(expm1(x), value)).toBeLessThanOrEqual(3);
    for (const [x, value] of LOG1P) expect(ulps(log1p(x), value)).toBeLessThanOrEqual(3);
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const x = (draw(12, i) - 0.5) * 10 ** (-8 * draw(13, i));
      worst = Math.max(worst, ulps(expm1(x), Math.expm1(x)), ulps(log1p(x), Math.log1p(x)));
    }
    expect(worst).toBeLessThanOrEqual(4);
  });

  test('have the limits of their functions', () => {
    expect([expm1(0), expm1(Infinity), expm1(-Infinity)]).toEqual([0, Infinity, -1]);
    expect([log1p(0), log1p(Infinity), log1p(-1)]).toEqual([0, Infinity, -Infinity]);
  });
});

describe('normal law', () => {
  test('cdf: absolute error below 1e-15, relative error below 2e-15 down to 4.6e-308', () => {
    for (const [x, value] of NORMAL_CDF) {
      expect(Math.abs(normalCdf(x) - value)).toBeLessThan(4e-16);
      expect(Math.abs(normalCdf(x) / value - 1)).toBeLessThan(2e-15);
    }
  });

  test('cdf: 0 and 1 far out, symmetric, never falling', () => {
    expect([normalCdf(0), normalCdf(-39), normalCdf(9), normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0.5, 0, 1, 0, 1]);
    expect(normalCdf(NaN)).toBeNaN();
    let last = 0;
    let falls = 0;
    let skew = 0;
    for (let x = -9; x <= 9; x += 1e-3) {
      const p = normalCdf(x);
      falls += p >= last ? 0 : 1;
      skew = Math.max(skew, Math.abs(p + normalCdf(-x) - 1));
      last = p;
    }
    expect(falls).toBe(0);
    expect(skew).toBeLessThan(3e-16);
  });

  test('quantile: relative error below 1e-14', () => {
    for (const [p, value] of NORMAL_QUANTILE) expect(Math.abs(normalQuantile(p) / value - 1)).toBeLessThan(1e-14);
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN)]).toEqual([NaN, NaN, NaN]);
  });

  test('quantile undoes the cdf', () => {
    let absolute = 0;
    let relative = 0;
    for (let i = 0; i < 20_000; i++) {
      const p = draw(14, i);
      absolute = Math.max(absolute, Math.abs(normalCdf(normalQuantile(p)) - p));
      const small = exp(-700 * p);
      relative = Math.max(relative, Math.abs(normalCdf(normalQuantile(small)) / small - 1));
    }
    expect(absolute).toBeLessThan(4e-16);
    // An ulp of the quantile at 37 is worth 37² ulps of the probability.
    expect(relative).toBeLessThan(1e-12);
  });
});

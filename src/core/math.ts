/**
 * Elementary functions from + − × ÷ sqrt, floor and the bits of a float64 alone. IEEE 754 fixes each of these operations, so a result
 * is the same on every machine and in every version of every engine, which the language does not promise of Math.exp and its kin.
 * exp and log follow the algorithms of fdlibm (Sun Microsystems 1993: exp by a rational function on a reduced argument, log by the
 * series of artanh); errors are below 1 ulp.
 */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
float[0] = 1;
/** Which word of a float64 holds its sign and exponent on this machine. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

/** log 2 split so that k × LN2_HIGH is exact for |k| < 2^11. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.442695040888963387;
const TWO_54 = 18014398509481984;
const TWO_MINUS_1000 = 9.3326361850321887899e-302;

/** 2^(k − OFFSET) at index k: reading it is cheaper than writing an exponent's word and waiting for it as a float. */
const OFFSET = 1074;
const POWERS = new Float64Array(OFFSET + 1024);
for (let i = 0, power = 5e-324; i < POWERS.length; i++, power *= 2) POWERS[i] = power;

/** e^x, within 1 ulp. Infinity above 709.78, 0 below −745.13. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > 709.782712893383973096) return Infinity;
  if (x < -745.13321910194110842) return 0;
  let high = x;
  let low = 0;
  let k = 0;
  if (x > 0.34657359027997264 || x < -0.34657359027997264) {
    k = Math.floor(INVERSE_LN2 * x + 0.5);
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  }
  return exponential(high, low, k);
}

/** e^(high − low) × 2^k for a reduced argument. */
function exponential(high: number, low: number, k: number): number {
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k === 0) return y;
  if (k >= -1021) return k === 1024 ? y * 2 * POWERS[1023 + OFFSET] : y * POWERS[k + OFFSET];
  // Below the normal range the last multiplication alone must round.
  return y * POWERS[k + 1000 + OFFSET] * TWO_MINUS_1000;
}

/** Natural logarithm, within 1 ulp. −Infinity at 0, NaN below. */
export function log(x: number): number {
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    if (x === 0) return -Infinity;
    if (x < 0) return NaN;
    k = -54;
    x *= TWO_54;
  }
  if (!(x < Infinity)) return x;
  float[0] = x;
  // The mantissa goes to [√½, √2): adding to the exponent's word carries one more power of two when it is above √2.
  const j = ((words[HIGH] + 0x95f64) >>> 20) - 1023;
  const f = x * POWERS[OFFSET - j] - 1;
  k += j;
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const even = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const r = even + odd;
  const half = 0.5 * f * f;
  if (k === 0) return f - (half - s * (half + r));
  return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
}

/** e^x − 1 without loss near 0 (Kahan's correction of exp by its own rounding). A few ulp. */
export function expm1(x: number): number {
  const u = exp(x);
  if (u === 1) return x;
  const v = u - 1;
  if (v === -1 || u === Infinity) return v;
  return (v * x) / log(u);
}

/** log(1 + x) without loss near 0 (Kahan). A few ulp. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1 || u === Infinity) return x;
  return (log(u) * x) / (u - 1);
}

/** Splits a double into two halves whose products are exact (Dekker). */
const SPLITTER = 134217729;

/**
 * x^y for x ≥ 0, within 1 ulp: the logarithm is carried in two doubles, so that its error times y stays below half an ulp.
 * NaN for x < 0 unless y = 0.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (!(x >= 0) || y !== y) return NaN;
  if (x === 0) return y > 0 ? 0 : Infinity;
  if (x === Infinity) return y > 0 ? Infinity : 0;
  if (y === 1) return x;
  if (y === Infinity || y === -Infinity) return x > 1 === y > 0 ? Infinity : 0;

  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54;
    x *= TWO_54;
  }
  float[0] = x;
  const exponent = ((words[HIGH] + 0x95f64) >>> 20) - 1023;
  const m = x * POWERS[OFFSET - exponent];
  k += exponent;

  // s + sLow = (m − 1)/(m + 1); the numerator is exact, the denominator is n + nLow.
  const f = m - 1;
  const n = m + 1;
  const nLow = m - (n - 1);
  const s = f / n;
  let p = SPLITTER * s;
  const s1 = p - (p - s);
  const s2 = s - s1;
  p = SPLITTER * n;
  const n1 = p - (p - n);
  const n2 = n - n1;
  const sLow = (f - s1 * n1 - s1 * n2 - s2 * n1 - s2 * n2 - s * nLow) / n;

  // q + qLow = (s + sLow)².
  const q = s * s;
  const qLow = s1 * s1 - q + 2 * s1 * s2 + s2 * s2 + 2 * s * sLow;

  // log m = 2s(1 + q/3 + q²/5 + …): the term in q/3 in two doubles, the rest in one.
  const rest =
    q *
    q *
    (0.2 +
      q *
        (0.14285714285714285 +
          q *
            (0.1111111111111111 +
              q *
                (0.09090909090909091 +
                  q *
                    (0.07692307692307693 +
                      q *
                        (0.06666666666666667 +
                          q *
                            (0.058823529411764705 +
                              q * (0.05263157894736842 + q * (0.047619047619047616 + q * 0.043478260869565216)))))))));
  const third = q / 3;
  p = SPLITTER * third;
  const t1 = p - (p - third);
  const t2 = third - t1;
  const thirdLow = (q - t1 - t1 - t1 - (t2 + t2 + t2) + qLow) / 3;
  const g = third + rest;
  const gLow = third - g + rest + thirdLow;

  // 2s × (1 + g + gLow), in two doubles.
  const a = 2 * s;
  const h = 1 + g;
  const hLow = 1 - h + g + gLow;
  p = SPLITTER * h;
  const h1 = p - (p - h);
  const h2 = h - h1;
  const a1 = 2 * s1;
  const a2 = 2 * s2;
  const l = a * h;
  const lLow = a1 * h1 - l + a1 * h2 + a2 * h1 + a2 * h2 + (a * hLow + 2 * sLow * h);

  // + k log 2, LN2_HIGH being exact in k.
  const c = k * LN2_HIGH;
  const sum = c + l;
  const back = sum - c;
  const sumLow = c - (sum - back) + (l - back) + (lLow + k * LN2_LOW);
  const logarithm = sum + sumLow;
  const logarithmLow = sum - logarithm + sumLow;

  // × y.
  const product = logarithm * y;
  if (product > 710) return Infinity;
  if (product < -746) return 0;
  if (y > 1e300 || y < -1e300) return exp(product);
  p = SPLITTER * logarithm;
  const g1 = p - (p - logarithm);
  const g2 = logarithm - g1;
  p = SPLITTER * y;
  const y1 = p - (p - y);
  const y2 = y - y1;
  const productLow = g1 * y1 - product + g1 * y2 + g2 * y1 + g2 * y2 + logarithmLow * y;
  const j = Math.floor(INVERSE_LN2 * product + 0.5);
  return exponential(product - j * LN2_HIGH, j * LN2_LOW - productLow, j);
}

/**
 * P(Z ≤ x) for a standard normal Z: absolute error below 1e-15, relative error of a few ulp down to the smallest normal number.
 * Rational approximations of Cody (Mathematics of Computation 23, 1969).
 */
export function normalCdf(x: number): number {
  const y = x < 0 ? -x : x;
  if (y <= 0.67448975) {
    const z = y > 1.1e-16 ? x * x : 0;
    const top =
      (((6.5682337918207449113e-2 * z + 2.2352520354606839287) * z + 1.6102823106855587881e2) * z + 1.0676894854603709582e3) * z +
      1.8154981253343561249e4;
    const bottom =
      (((z + 4.720258190468824187e1) * z + 9.7609855173777669322e2) * z + 1.0260932208618978205e4) * z + 4.5507789335026729956e4;
    return 0.5 + (x * top) / bottom;
  }
  if (!(y < 38.6)) return x < 0 ? 0 : x > 0 ? 1 : NaN;
  let ratio: number;
  if (y <= 5.656854249492380195) {
    const top =
      (((((((1.0765576773720192317e-8 * y + 3.9894151208813466764e-1) * y + 8.8831497943883759412) * y + 9.3506656132177855979e1) * y +
        5.9727027639480026226e2) *
        y +
        2.4945375852903726711e3) *
        y +
        6.8481904505362823326e3) *
        y +
        1.1602651437647350124e4) *
        y +
      9.8427148383839780218e3;
    const bottom =
      (((((((y + 2.2266688044328115691e1) * y + 2.3538790178262499861e2) * y + 1.519377599407554805e3) * y + 6.485558298266760755e3) * y +
        1.8615571640885098091e4) *
        y +
        3.4900952721145977266e4) *
        y +
        3.8912003286093271411e4) *
        y +
      1.9685429676859990727e4;
    ratio = top / bottom;
  } else {
    const z = 1 / (y * y);
    const top =
      z *
      (((((2.307344176494017303e-2 * z + 2.1589853405795699e-1) * z + 1.274011611602473639e-1) * z + 2.2235277870649807e-2) * z +
        1.421619193227893466e-3) *
        z +
        2.9112874951168792e-5);
    const bottom =
      ((((z + 1.28426009614491121) * z + 4.68238212480865118e-1) * z + 6.59881378689285515e-2) * z + 3.78239633202758244e-3) * z +
      7.29751555083966205e-5;
    ratio = (3.9894228040143267794e-1 - top / bottom) / y;
  }
  // exp(−y²/2) in two factors: the square of y cut to sixteenths is exact.
  const cut = Math.floor(y * 16) / 16;
  const tail = exp(-0.5 * cut * cut) * exp(-0.5 * (y - cut) * (y + cut)) * ratio;
  return x < 0 ? tail : 1 - tail;
}

/** x with P(Z ≤ x) = p, relative error below 1e-14; −Infinity at 0, Infinity at 1, NaN outside. Wichura's AS 241 (Applied Statistics 37, 1988). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    const top =
      ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r +
        1.3731693765509461125e4) *
        r +
        1.9715909503065514427e3) *
        r +
        1.3314166789178437745e2) *
        r +
      3.387132872796366608;
    const bottom =
      ((((((5.226495278852854561e3 * r + 2.8729085735721942674e4) * r + 3.930789580009271061e4) * r + 2.1213794301586595867e4) * r +
        5.3941960214247511077e3) *
        r +
        6.871870074920579083e2) *
        r +
        4.2313330701600911252e1) *
        r +
      1;
    return (q * top) / bottom;
  }
  return tailQuantile(q < 0 ? p : 1 - p, q < 0);
}

/** The same for a tail of mass p < 0.075, in a function of its own so that the centre's is small enough to be inlined. */
function tailQuantile(p: number, lower: boolean): number {
  let r = Math.sqrt(-log(p));
  let top: number;
  let bottom: number;
  if (r <= 5) {
    r -= 1.6;
    top =
      ((((((7.7454501427834140764e-4 * r + 2.27238449892691845833e-2) * r + 2.4178072517745061177e-1) * r + 1.27045825245236838258) * r +
        3.64784832476320460504) *
        r +
        5.7694972214606914055) *
        r +
        4.6303378461565452959) *
        r +
      1.42343711074968357734;
    bottom =
      ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 1.51986665636164571966e-2) * r + 1.4810397642748007459e-1) * r +
        6.8976733498510000455e-1) *
        r +
        1.6763848301838038494) *
        r +
        2.05319162663775882187) *
        r +
      1;
  } else {
    r -= 5;
    top =
      ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.2426609473880784386e-3) * r + 2.6532189526576123093e-2) * r +
        2.9656057182850489123e-1) *
        r +
        1.7848265399172913358) *
        r +
        5.4637849111641143699) *
        r +
      6.6579046435011037772;
    bottom =
      ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r +
        1.48753612908506148525e-2) *
        r +
        1.3692988092273580531e-1) *
        r +
        5.9983220655588793769e-1) *
        r +
      1;
  }
  const x = top / bottom;
  return lower ? -x : x;
}

/**
 * Whole numbers of a unit of 10^−decimals, for the rules of venues that compute in integers beyond 2^53. A bigint operation costs about
 * 20 ns: for what happens once a liquidation, not once an account.
 */

/**
 * A number as a whole count of units of 10^−decimals, read from its decimal text and not through its binary fraction: 5.05 is 5.05 to any
 * number of decimals. What the text has beyond them is rounded to the nearest, halves away from 0.
 * @throws RangeError for a number that is not finite.
 */
export function fixedPoint(value: number, decimals: number): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (parts === null) throw new RangeError(`fixed point: found ${value}, want a finite number`);
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + decimals;
  const magnitude = shift >= 0 ? digits * powerOfTen(shift) : (2n * digits + powerOfTen(-shift)) / (2n * powerOfTen(-shift));
  return sign === '-' ? -magnitude : magnitude;
}

/** 10 to a whole power ≥ 0. */
export function powerOfTen(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`);
}

/** The number nearest to a whole count of units of 10^−decimals. */
export function fromFixedPoint(units: bigint, decimals: number): number {
  return Number(`${units}e-${decimals}`);
}

/** The largest whole number ≤ dividend / divisor. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor !== dividend && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

/** The smallest whole number ≥ dividend / divisor. */
export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return -floorDivide(-dividend, divisor);
}

/**
 * The largest whole number whose square is at most `value`.
 * @throws RangeError below 0.
 */
export function squareRoot(value: bigint): bigint {
  if (value < 0n) throw new RangeError(`square root: found ${value}, want at least 0`);
  if (value < 2n) return value;
  // Newton from above falls strictly until it is there.
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

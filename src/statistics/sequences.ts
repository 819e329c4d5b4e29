/**
 * Sobol points and how evenly points lie.
 *
 * The direction numbers below are the first of new-joe-kuo-6.21201 (S. Joe and F. Y. Kuo, SIAM Journal on Scientific Computing 30, 2008),
 * under this licence:
 *
 * Copyright (c) 2008, Frances Y. Kuo and Stephen Joe. All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions
 * are met: Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
 * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the
 * documentation and/or other materials provided with the distribution. Neither the names of the copyright holders nor the names of the
 * University of New South Wales and the University of Waikato and its contributors may be used to endorse or promote products derived from
 * this software without specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
 * IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDERS BE
 * LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
 * SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
 * WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE,
 * EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */

/** Inner coefficients of a dimension's primitive polynomial as bits, and its first direction numbers, one a degree. */
type Directions = readonly [inner: number, first: readonly number[]];

/** Of the second dimension on; the first is the van der Corput sequence. */
const DIRECTIONS: readonly Directions[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
  [19, [1, 1, 1, 15, 7, 5]],
  [22, [1, 3, 1, 15, 13, 25]],
  [25, [1, 1, 5, 5, 19, 61]],
  [1, [1, 3, 7, 11, 23, 15, 103]],
  [4, [1, 3, 7, 13, 13, 15, 69]],
];

/** Most dimensions of a point. */
export const MOST_DIMENSIONS = DIRECTIONS.length + 1;

/** Bits of a coordinate, and so the logarithm of how many points there are. */
const BITS = 30;
/** 2^30. */
const SCALE = 1073741824;
/** 2^30. */
const MOST_POINTS = 1073741824;

/**
 * The first `count` points of the Sobol sequence in Gray-code order, unscrambled, the origin first: coordinates in [0, 1), point after
 * point. The first 2^k points fill every elementary interval of their net evenly.
 * @param dimensions 1 to 21.
 * @param count 1 to 2^30.
 * @throws RangeError when either is out of bounds.
 */
export function sobolPoints(dimensions: number, count: number): Float64Array {
  if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= MOST_DIMENSIONS))
    throw new RangeError(`sobol points: found ${dimensions} dimensions, want a whole number from 1 to ${MOST_DIMENSIONS}`);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_POINTS))
    throw new RangeError(`sobol points: found ${count} points, want a whole number from 1 to 2^30`);
  const points = new Float64Array(dimensions * count);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const steps = directionNumbers(dimension);
    let x = 0;
    for (let i = 1; i < count; i++) {
      // The place of the lowest zero bit of i − 1.
      const place = 31 - Math.clz32(i & -i);
      x ^= steps[place];
      points[i * dimensions + dimension] = x / SCALE;
    }
  }
  return points;
}

/** By bit: what is added, bit by bit, when that bit of the Gray code changes. */
function directionNumbers(dimension: number): Int32Array {
  const steps = new Int32Array(BITS);
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) steps[i] = 1 << (BITS - 1 - i);
    return steps;
  }
  const [inner, first] = DIRECTIONS[dimension - 1];
  const degree = first.length;
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      steps[i] = first[i] << (BITS - 1 - i);
      continue;
    }
    let step = steps[i - degree] ^ (steps[i - degree] >>> degree);
    for (let k = 1; k < degree; k++) if (((inner >> (degree - 1 - k)) & 1) === 1) step ^= steps[i - k];
    steps[i] = step;
  }
  return steps;
}

/** Squared centred L2 discrepancy of points laid out as `sobolPoints` does (Hickernell, Mathematics of Computation 67, 1998). O(count²). */
export function centredDiscrepancy(points: Float64Array, dimensions: number): number {
  const n = points.length / dimensions;
  let single = 0;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    let product = 1;
    for (let k = 0; k < dimensions; k++) {
      const away = Math.abs(points[i * dimensions + k] - 0.5);
      product *= 1 + (away - away * away) / 2;
    }
    single += product;
    for (let j = 0; j < n; j++) {
      let both = 1;
      for (let k = 0; k < dimensions; k++) {
        const x = points[i * dimensions + k];
        const y = points[j * dimensions + k];
        both *= 1 + (Math.abs(x - 0.5) + Math.abs(y - 0.5) - Math.abs(x - y)) / 2;
      }
      pairs += both;
    }
  }
  let whole = 1;
  for (let k = 0; k < dimensions; k++) whole *= 13 / 12;
  return whole - (2 * single) / n + pairs / (n * n);
}

/** L2 star discrepancy of points laid out as `sobolPoints` does (Warnock's formula). O(count²). */
export function starDiscrepancy(points: Float64Array, dimensions: number): number {
  const n = points.length / dimensions;
  let single = 0;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    let product = 1;
    for (let k = 0; k < dimensions; k++) {
      const x = points[i * dimensions + k];
      product *= (1 - x * x) / 2;
    }
    single += product;
    for (let j = 0; j < n; j++) {
      let both = 1;
      for (let k = 0; k < dimensions; k++) both *= 1 - Math.max(points[i * dimensions + k], points[j * dimensions + k]);
      pairs += both;
    }
  }
  let whole = 1;
  for (let k = 0; k < dimensions; k++) whole /= 3;
  return Math.sqrt(whole - (2 * single) / n + pairs / (n * n));
}

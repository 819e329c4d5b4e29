/**
 * Randomness without a sequence. A component's root comes from the user's seed and the component's name, once; inside a run each
 * draw is a hash of (root, stream, step, slot), so no draw depends on how many were taken before it. 32-bit integer arithmetic only.
 */
import seedrandom from 'seedrandom';

/** Two int32 words that key all draws of one component. */
export interface Root {
  readonly lo: number;
  readonly hi: number;
}

/** The root of a named component under the user's seed, through seedrandom's alea. About 2 µs: call it once a run, not once a draw. */
export function root(seed: string, component: string): Root {
  const generator = seedrandom.alea(seed + '\u0000' + component);
  // The first outputs of alea are close for close seeds: pass them through the hash.
  const lo = generator.int32();
  const hi = generator.int32();
  return { lo: bits(lo, hi, 0, 0, 0) | 0, hi: bits(lo, hi, 0, 0, 1) | 0 };
}

/** A root that differs for every whole number (e.g. the replicate) and is unrelated to the one it came from. */
export function derive(from: Root, index: number): Root {
  const high = Math.floor(index / 4294967296);
  return { lo: bits(from.lo, from.hi, -1, index, high) | 0, hi: bits(from.lo, from.hi, -2, index, high) | 0 };
}

/**
 * Uniform uint32 of a counter. All five arguments are taken modulo 2^32. The state is two lanes (step and slot, stream in both), so
 * that two (stream, step) never share a row of slots; each lane passes a xor-multiply round before and after they meet.
 */
export function bits(lo: number, hi: number, stream: number, step: number, slot: number): number {
  let a = (step + lo + Math.imul(stream, 0x9e3779b1)) | 0;
  let b = (slot + hi + Math.imul(stream, 0x85ebca77)) | 0;
  a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b = Math.imul(b ^ (b >>> 16), 0x7feb352d);
  a = (a ^ (a >>> 15)) + Math.imul(b ^ (b >>> 15), 0x9e3779b1);
  a = Math.imul(a ^ (a >>> 16), 0x735a2d97);
  a = Math.imul(a ^ (a >>> 15) ^ b, 0x846ca68b);
  return (a ^ (a >>> 16)) >>> 0;
}

/**
 * Uniform double in the open interval (0, 1): an odd multiple of 2^-53, never 0 or 1, and 1 − u is on the same grid. Its first 26 bits
 * are those of `bits`; the rest is a second finish of the same state.
 */
export function uniform(lo: number, hi: number, stream: number, step: number, slot: number): number {
  let a = (step + lo + Math.imul(stream, 0x9e3779b1)) | 0;
  let b = (slot + hi + Math.imul(stream, 0x85ebca77)) | 0;
  a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b = Math.imul(b ^ (b >>> 16), 0x7feb352d);
  a = (a ^ (a >>> 15)) + Math.imul(b ^ (b >>> 15), 0x9e3779b1);
  a = Math.imul(a ^ (a >>> 16), 0x735a2d97);
  let c = Math.imul(b ^ (b >>> 13) ^ a, 0x2c1b3c6d);
  a = Math.imul(a ^ (a >>> 15) ^ b, 0x846ca68b);
  a ^= a >>> 16;
  c = Math.imul(c ^ (c >>> 15), 0x297a2d39);
  c ^= c >>> 15;
  return ((a >>> 6) * 67108864 + (c >>> 6) + 0.5) * 2.220446049250313e-16;
}

/** Uniform double in (0, 1) with 32 bits: an odd multiple of 2^-33. For where a probability below 2^-32 does not matter. */
export function uniform32(lo: number, hi: number, stream: number, step: number, slot: number): number {
  return (bits(lo, hi, stream, step, slot) + 0.5) * 2.3283064365386963e-10;
}

/** Hash of a text to two words; the keys of all accounts of a group stand under that of its name. */
export function nameKey(name: string): Root {
  let a = 0x243f6a88 ^ name.length;
  let b = 0x85a308d3;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  return { lo: bits(a, b, 0, 0, 0) | 0, hi: bits(a, b, 0, 0, 1) | 0 };
}

/** Low word (uint32) of the key of the account `ordinal` (≥ 0) of a group with the given name key. */
export function keyLow(name: Root, ordinal: number): number {
  return bits(name.lo, name.hi, 1, 0, ordinal);
}

/** High word of that key: 21 bits, so that high × 2^32 + low is a safe integer. */
export function keyHigh(name: Root, ordinal: number): number {
  return bits(name.lo, name.hi, 2, 0, ordinal) >>> 11;
}

/** Account key: a 53-bit hash of group name and ordinal, as uint32 `lo` and 21-bit `hi`. Keys order accounts where a rule leaves a tie. */
export function keyOf(name: string, ordinal: number): Root {
  const group = nameKey(name);
  return { lo: keyLow(group, ordinal), hi: keyHigh(group, ordinal) };
}

/** A key as 14 hex digits. */
export function keyHex(key: Root): string {
  return hexWord(key.hi).slice(2) + hexWord(key.lo);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
float[0] = 1;
/** Which word of a float64 holds its sign and exponent on this machine. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** Start of a 64-bit run hash: two uint32 lanes. */
export function createLanes(): Uint32Array {
  return new Uint32Array([0x243f6a88, 0x85a308d3]);
}

/** Folds a float64 into the lanes by its bits: −0 and 0 differ, every NaN is the same. Order matters. About 4 ns. */
export function mix(lanes: Uint32Array, value: number): void {
  float[0] = value;
  let low = words[LOW];
  let high = words[HIGH];
  if (value !== value) {
    low = 0;
    high = 0x7ff80000;
  }
  let a = lanes[0] ^ Math.imul(low, 0xcc9e2d51);
  let b = lanes[1] ^ Math.imul(high, 0x1b873593);
  a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b = Math.imul(b ^ (b >>> 15), 0x735a2d97);
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  lanes[0] = Math.imul(a ^ (a >>> 15), 0x7feb352d) + 0x9e3779b9;
  lanes[1] = Math.imul(b ^ (b >>> 16), 0x846ca68b) + 0x7f4a7c15;
}

/** The hash so far as 16 hex digits; the lanes stay as they are. */
export function hexOf(lanes: Uint32Array): string {
  return hexWord(bits(lanes[0], lanes[1], 1, 0, 0)) + hexWord(bits(lanes[0], lanes[1], 2, 0, 0));
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

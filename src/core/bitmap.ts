/** Most bits that a bitmap can hold: 32 words at the top, each over 32 × 32 × 32 bits. */
export const MAX_BITS = 1_048_576;

/**
 * A set of whole numbers in [0, size), kept as three levels of 32-bit words: a bit of a word says that the word
 * below it is not zero. Neighbours of a number are found with at most two words a level and `Math.clz32`, whatever the
 * distance; only above 2^15 bits may the search step over top words (at most 32).
 *
 * Callers pass numbers inside [0, size); a set or clear outside is not checked here, because the owner of
 * the set checks once for all its arrays. Searches accept any number.
 */
export class Bitmap {
  /** Bits it holds. */
  readonly size: number;
  /** Level 0: bit i of the set is bit `i & 31` of word `i >> 5`. */
  readonly words: Int32Array;
  /** Level 1: which words are not zero. */
  readonly groups: Int32Array;
  /** Level 2: which groups are not zero. */
  readonly tops: Int32Array;

  /**
   * An empty set.
   * @param size bits, 1 to 2^20.
   * @throws RangeError for any other size.
   */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_BITS) {
      throw new RangeError(`bitmap: found a size of ${size} bits, want a whole number from 1 to ${MAX_BITS}`);
    }
    this.size = size;
    const words = Math.ceil(size / 32);
    const groups = Math.ceil(words / 32);
    this.words = new Int32Array(words);
    this.groups = new Int32Array(groups);
    this.tops = new Int32Array(Math.ceil(groups / 32));
  }

  /** Puts `i` into the set. About 1 ns. */
  set(i: number): void {
    const word = i >> 5;
    const group = i >> 10;
    // Shifts take their count modulo 32, so `1 << i` is the bit of i inside its word.
    this.words[word] |= 1 << i;
    this.groups[group] |= 1 << word;
    this.tops[i >> 15] |= 1 << group;
  }

  /** Takes `i` out of the set. About 1 ns. */
  clear(i: number): void {
    const word = i >> 5;
    if ((this.words[word] &= ~(1 << i)) !== 0) return;
    const group = i >> 10;
    if ((this.groups[group] &= ~(1 << word)) !== 0) return;
    this.tops[i >> 15] &= ~(1 << group);
  }

  /** Whether `i` is in the set. */
  has(i: number): boolean {
    return i >= 0 && i < this.size && (this.words[i >> 5] & (1 << i)) !== 0;
  }

  /** The largest member ≤ `i`, or −1 when there is none. 1–3 ns. */
  highestAtOrBelow(i: number): number {
    if (i < 0) return -1;
    if (i >= this.size) i = this.size - 1;
    const words = this.words;
    let word = i >> 5;
    // (2 << b) − 1 keeps bits 0 to b; at b = 31 the shift gives 0, so all bits stay.
    let bits = words[word] & ((2 << i) - 1);
    if (bits !== 0) return (word << 5) | (31 - Math.clz32(bits));
    let group = i >> 10;
    bits = this.groups[group] & ((1 << word) - 1);
    if (bits === 0) {
      let top = i >> 15;
      bits = this.tops[top] & ((1 << group) - 1);
      while (bits === 0) {
        if (--top < 0) return -1;
        bits = this.tops[top];
      }
      group = (top << 5) | (31 - Math.clz32(bits));
      bits = this.groups[group];
    }
    word = (group << 5) | (31 - Math.clz32(bits));
    return (word << 5) | (31 - Math.clz32(words[word]));
  }

  /** The smallest member ≥ `i`, or −1 when there is none. 1–3 ns. */
  lowestAtOrAbove(i: number): number {
    if (i >= this.size) return -1;
    if (i < 0) i = 0;
    const words = this.words;
    let word = i >> 5;
    let bits = words[word] & (-1 << i);
    // x & −x leaves the lowest set bit, whose leading zeros tell its place.
    if (bits !== 0) return (word << 5) | (31 - Math.clz32(bits & -bits));
    let group = i >> 10;
    // −2 << b keeps the bits above b; at b = 31 the shift gives 0, so none stay.
    bits = this.groups[group] & (-2 << word);
    if (bits === 0) {
      const tops = this.tops;
      let top = i >> 15;
      bits = tops[top] & (-2 << group);
      while (bits === 0) {
        if (++top >= tops.length) return -1;
        bits = tops[top];
      }
      group = (top << 5) | (31 - Math.clz32(bits & -bits));
      bits = this.groups[group];
    }
    word = (group << 5) | (31 - Math.clz32(bits & -bits));
    bits = words[word];
    return (word << 5) | (31 - Math.clz32(bits & -bits));
  }

  /** The arrays that hold the whole state; copying them copies the set. */
  state(): readonly Int32Array[] {
    return [this.words, this.groups, this.tops];
  }
}

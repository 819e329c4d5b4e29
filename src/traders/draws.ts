import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';

/** One reaction's draws: each a hash of the reaction's root, an account's key and a slot, so that nobody's draws depend on who else is there. */
export class Draws {
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  private readonly root: Root;

  constructor(root: Root, keyHi: Uint32Array, keyLo: Uint32Array) {
    this.root = root;
    this.keyHi = keyHi;
    this.keyLo = keyLo;
  }

  /** Uniform in (0, 1). */
  uniform(account: number, slot: number): number {
    return uniform(this.root.lo, this.root.hi, this.keyHi[account], this.keyLo[account], slot);
  }
}

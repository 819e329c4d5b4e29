/** Probabilities too small for plain simulation, by particles that are split on their way to the event. */

/** A world that a particle can be drawn from. Particles are numbered; how each is kept is the world's own affair. */
export interface SplittingWorld {
  /** Draws particle `i` anew and returns how far it gets. */
  readonly draw: (i: number) => number;
  /**
   * Draws particle `i` again from particle `parent`, given that it gets farther than `level`, and returns how far it gets. `call` counts
   * the calls, so that each can have draws of its own.
   */
  readonly branch: (i: number, parent: number, level: number, call: number) => number;
  /** A whole number in [0, most), each as likely, for the parent of a call. */
  readonly choose: (most: number, call: number) => number;
}

/** What a splitting run found. */
export interface SplittingEstimate {
  /** Unbiased estimate of the chance to get farther than the target; 0 when every particle stopped at one level. */
  readonly probability: number;
  /** Particles that were drawn again: what it cost beyond the first draws. */
  readonly branches: number;
}

/**
 * Adaptive multilevel splitting: the particles that got least far, one unless several stopped at the same level, are drawn again beyond
 * that level, until all are past the target. Unbiased; where levels are continuous and branches independent its relative variance is
 * p^(−1/n) − 1. O(log particles) a branch.
 *
 * Sources: F. Cérou and A. Guyader, Stochastic Analysis and Applications 25 (2007); C.-E. Bréhier et al., Annals of Applied Probability
 * 26 (2016), for ties.
 * @throws RangeError for fewer than 2 particles.
 */
export function adaptiveSplitting(world: SplittingWorld, particles: number, target: number): SplittingEstimate {
  if (!(Number.isInteger(particles) && particles >= 2))
    throw new RangeError(`splitting: found ${particles} particles, want a whole number from 2`);
  const heap = new Heap(particles);
  for (let i = 0; i < particles; i++) heap.push(i, world.draw(i));
  let probability = 1;
  let branches = 0;
  const last: number[] = [];
  const parents: number[] = [];
  for (;;) {
    const level = heap.least;
    if (level > target) return { probability, branches };
    last.length = 0;
    while (heap.size > 0 && heap.least === level) last.push(heap.pop());
    if (heap.size === 0) return { probability: 0, branches };
    probability *= heap.size / particles;
    // All parents before any branch, which would be a parent too.
    parents.length = 0;
    for (let k = 0; k < last.length; k++) parents.push(heap.members[world.choose(heap.size, branches + k)]);
    for (const [k, particle] of last.entries()) {
      heap.push(particle, world.branch(particle, parents[k], level, branches));
      branches++;
    }
  }
}

/** Particles with the one that got least far on top. */
class Heap {
  /** The first `size` are those in the heap. */
  readonly members: Int32Array;
  size = 0;
  private readonly reach: Float64Array;

  constructor(capacity: number) {
    this.members = new Int32Array(capacity);
    this.reach = new Float64Array(capacity);
  }

  /** How far the one on top got. */
  get least(): number {
    return this.reach[this.members[0]];
  }

  push(particle: number, reached: number): void {
    const { members, reach } = this;
    reach[particle] = reached;
    let at = this.size++;
    for (let above = (at - 1) >> 1; at > 0 && reach[members[above]] > reached; above = (at - 1) >> 1) {
      members[at] = members[above];
      at = above;
    }
    members[at] = particle;
  }

  /** Takes the one on top out. */
  pop(): number {
    const { members, reach } = this;
    const top = members[0];
    const size = --this.size;
    const moved = members[size];
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && reach[members[child + 1]] < reach[members[child]]) child++;
      if (reach[members[child]] >= reach[moved]) break;
      members[at] = members[child];
      at = child;
    }
    members[at] = moved;
    return top;
  }
}

import { derive, root, uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { poisson } from '../core/samplers.ts';
import { FlatBook } from './flat-book.ts';
import type { LawMarket } from './worlds.ts';

/** The acceptance law's world: T ticks of exogenous selling, b liquidation prices a tick on average. */
export interface PoissonCascade {
  readonly T: number;
  readonly b: number;
  /** Mean number of liquidation prices inside the ticks that the sale eats; T × b when left out. */
  readonly a?: number;
  readonly runs: number;
  /** Liquidations at which a run counts as a runaway and its book ends. */
  readonly most: number;
  readonly seed: string;
  /** Rule of the mark; `last`, under which the law holds, when left out. */
  readonly mark?: LawMarket['mark'];
}

/** How much further a book reaches than the one before it. */
const LONGER = 4;

/**
 * Plays the cascade through the real book, index, queue and engine; returns the number of liquidations of each run (`most` for one
 * that ate the whole book). Throws when a run's price is not exactly T + N ticks below the start.
 *
 * A run is played in a book just long enough: what lies below the last trade has no part in it, and liquidation prices are draws of
 * (run, depth), so a run that comes to the end of a short book is played again, the same, in a longer one.
 */
export function cascadeSizes(cascade: PoissonCascade): Int32Array {
  const { b, runs, most } = cascade;
  const markets: CascadeMarket[] = [];
  let reach = Math.min(most, firstReach(cascade));
  for (;;) {
    markets.push(new CascadeMarket(cascade, reach));
    if (reach === most) break;
    // Above b = 1 what outlives a short book mostly never ends.
    reach = b < 1 ? Math.min(most, reach * LONGER) : most;
  }
  const sizes = new Int32Array(runs);
  for (let run = 0; run < runs; run++) {
    let size = ENDED;
    for (let i = 0; size === ENDED && i < markets.length; i++) size = markets[i]!.play(run);
    sizes[run] = size === ENDED ? most : size;
  }
  return sizes;
}

/** Liquidations that most runs stay below: mean and two standard deviations of the law. */
function firstReach({ T, b, a = T * b }: PoissonCascade): number {
  const spare = 1 - Math.min(b, 0.9);
  return Math.ceil(a / spare + 2 * Math.sqrt(a / (spare * spare * spare))) + 8;
}

/** What a run returns whose book ended before the cascade did. */
const ENDED = -1;

/** A book that ends after `reach` liquidations, laid and populated anew for each run. */
class CascadeMarket {
  private readonly cascade: PoissonCascade;
  private readonly reach: number;
  private readonly from: Root;
  private readonly book: FlatBook;

  constructor(cascade: PoissonCascade, reach: number) {
    const { T, b, a = T * b, mark = 'last' } = cascade;
    const mean = a + reach * b;
    this.cascade = cascade;
    this.reach = reach;
    this.from = root(cascade.seed, 'liquidation prices');
    this.book = new FlatBook({ sale: T, ticks: T + reach, positions: Math.ceil(mean + 12 * Math.sqrt(mean) + 64), mark });
  }

  /** Liquidations of a run, or `ENDED`. */
  play(run: number): number {
    const { reach, book } = this;
    const { T, b, a = T * b } = this.cascade;
    const { lo, hi } = derive(this.from, run);
    const first = a / T;
    book.clear();
    for (let depth = 1; depth <= T + reach; depth++) {
      const here = poisson(depth <= T ? first : b, uniform(lo, hi, 0, 0, depth));
      for (let i = 0; i < here; i++) book.add(depth, 1);
    }
    const { liquidated, ended } = book.play();
    return ended ? ENDED : liquidated;
  }
}

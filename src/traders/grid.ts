import { exp, log } from '../core/math.ts';

/**
 * How a book's depth lies over distance, each side for itself: the notional within `distances[i]` of the centre (a fraction, ascending) is
 * `bids[i]` and `asks[i]` times the makers' depth. Both ascend or stay; linear between rows and from nothing at the half spread, and nothing
 * beyond the last row.
 */
export interface DepthProfile {
  readonly distances: readonly number[];
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/** What a grid is laid from. Distances are fractions of the price. */
export interface GridOptions {
  readonly cells: number;
  readonly halfSpread: number;
  readonly reach: number;
  readonly profile?: DepthProfile;
}

/** The cells that rungs stand in, the nearest first. */
export interface Grid {
  /** Where each rung stands: the middle of its cell, the first at the half spread itself. */
  readonly distance: Float64Array;
  /** Half of each cell: how far a rung may stray before it is moved. */
  readonly slack: Float64Array;
  /** Share of the makers' depth that a cell holds, [cell × 2 + side]. */
  readonly share: Float64Array;
}

/** Share of the reach up to which the cells of the grid are about evenly wide. */
const EVEN_SHARE = 0.04;
/** Depth is stated within this distance when no profile says otherwise. */
const DEPTH_WITHIN = 0.01;

/**
 * Cells that widen with distance, about evenly near the half spread and geometrically further out. Without a profile the density is flat;
 * with one, its distances are edges of cells, so that the depth within each of them is exact.
 * @throws RangeError when a profile has more rows than there are cells.
 */
export function layGrid(options: GridOptions): Grid {
  const { cells, profile, halfSpread } = options;
  const edges = profile === undefined ? evenEdges(options) : edgesThrough(profile.distances, options);
  const distance = new Float64Array(cells);
  const slack = new Float64Array(cells);
  const share = new Float64Array(2 * cells);
  let row = 0;
  for (let j = 0; j < cells; j++) {
    const near = edges[j];
    const far = edges[j + 1];
    distance[j] = j === 0 ? halfSpread : (near + far) / 2;
    slack[j] = (far - near) / 2;
    if (profile === undefined) {
      share[2 * j] = share[2 * j + 1] = (far - near) / DEPTH_WITHIN;
      continue;
    }
    const { distances, bids, asks } = profile;
    while (distances[row] < far) row++;
    const width = distances[row] - (row === 0 ? halfSpread : distances[row - 1]);
    share[2 * j] = ((bids[row] - (row === 0 ? 0 : bids[row - 1])) * (far - near)) / width;
    share[2 * j + 1] = ((asks[row] - (row === 0 ? 0 : asks[row - 1])) * (far - near)) / width;
  }
  return { distance, slack, share };
}

/** Edges of the cells of a flat density, the half spread first and the reach last. */
function evenEdges({ cells, halfSpread, reach }: GridOptions): Float64Array {
  const even = reach * EVEN_SHARE;
  const ratio = exp(log((reach - halfSpread) / even + 1) / cells);
  const edges = new Float64Array(cells + 1);
  let near = halfSpread;
  let width = even * (ratio - 1);
  for (let j = 0; j < cells; j++) {
    edges[j] = near;
    near = j === cells - 1 ? reach : near + width;
    width *= ratio;
  }
  edges[cells] = near;
  return edges;
}

/** Edges that include every row: each stretch gets one cell, and every further cell goes where cells are widest for their distance. */
function edgesThrough(distances: readonly number[], { cells, halfSpread, reach }: GridOptions): Float64Array {
  if (distances.length > cells)
    throw new RangeError(`profile: found ${distances.length} rows, want at most the ${cells} rungs of all makers`);
  const pieces = new Int32Array(distances.length).fill(1);
  const start = (row: number): number => (row === 0 ? halfSpread : distances[row - 1]);
  for (let spare = cells - distances.length; spare > 0; spare--) {
    let widest = 0;
    let most = -1;
    for (let row = 0; row < distances.length; row++) {
      const wide = (distances[row] - start(row)) / (pieces[row] * (start(row) + distances[row] + 2 * EVEN_SHARE * reach));
      if (wide > most) {
        most = wide;
        widest = row;
      }
    }
    pieces[widest]++;
  }
  const edges = new Float64Array(cells + 1);
  edges[0] = halfSpread;
  let at = 0;
  for (let row = 0; row < distances.length; row++) {
    const near = start(row);
    for (let piece = 1; piece <= pieces[row]; piece++) {
      edges[++at] = piece === pieces[row] ? distances[row] : near + ((distances[row] - near) * piece) / pieces[row];
    }
  }
  return edges;
}

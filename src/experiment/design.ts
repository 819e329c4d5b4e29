/** Runs that go to a worker together: some points of one replicate, so that the worker builds that population once. */
export interface Chunk {
  readonly replicate: number;
  readonly points: readonly number[];
}

/** Most points of a chunk: more would only delay the journal. */
const LARGEST = 16;

/**
 * How many points go into a chunk while `left` runs are to be handed out: a replicate as a whole, so that its population is built once, or an
 * even share of it; towards the end less and less, so that no worker is left waiting for another's last chunk.
 */
export function chunkSize(points: number, left: number, workers: number): number {
  const most = Math.max(1, Math.min(LARGEST, Math.floor(left / (4 * workers))));
  return Math.ceil(points / Math.ceil(points / most));
}

/** The runs that are not there yet, replicate by replicate, in chunks for so many workers. */
export function* chunks(
  points: number,
  replications: number,
  workers: number,
  has: (point: number, replicate: number) => boolean,
): Generator<Chunk> {
  let left = 0;
  for (let run = 0; run < points * replications; run++) if (!has(run % points, Math.floor(run / points))) left++;
  for (let replicate = 0; replicate < replications; replicate++) {
    const open: number[] = [];
    for (let point = 0; point < points; point++) if (!has(point, replicate)) open.push(point);
    const size = open.length === 0 ? 1 : chunkSize(open.length, left, workers);
    for (let first = 0; first < open.length; first += size) yield { replicate, points: open.slice(first, first + size) };
    left -= open.length;
  }
}

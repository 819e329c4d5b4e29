/** Runs that go to a worker together: some points of one replicate, so that the worker builds that population once. */
export interface Chunk {
  readonly replicate: number;
  readonly points: readonly number[];
}

/** Most points of a chunk: more would only delay the journal. */
const LARGEST = 8;

/** How many points go into a chunk: an even share of a replicate, and small enough that every worker gets several chunks. */
export function chunkSize(points: number, missing: number, workers: number): number {
  const even = Math.ceil(points / Math.ceil(points / LARGEST));
  return Math.max(1, Math.min(even, Math.floor(missing / (4 * workers))));
}

/** The runs that are not there yet, replicate by replicate, in chunks. */
export function* chunks(
  points: number,
  replications: number,
  size: number,
  has: (point: number, replicate: number) => boolean,
): Generator<Chunk> {
  for (let replicate = 0; replicate < replications; replicate++) {
    let open: number[] = [];
    for (let point = 0; point < points; point++) {
      if (has(point, replicate)) continue;
      open.push(point);
      if (open.length < size) continue;
      yield { replicate, points: open };
      open = [];
    }
    if (open.length > 0) yield { replicate, points: open };
  }
}

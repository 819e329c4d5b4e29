/** A place of a file that cannot be used as it stands; the line counts from 1. */
export interface DataProblem {
  readonly line: number;
  /** What was found and what is wanted. */
  readonly message: string;
}

/** Places that are listed one by one; the rest are counted. */
const MOST_LISTED = 20;

/** Collects places in the order they are met: all are counted, the first ones kept. */
export class Problems {
  readonly listed: DataProblem[] = [];
  count = 0;

  add(line: number, message: string): void {
    this.count++;
    if (this.listed.length < MOST_LISTED) this.listed.push({ line, message });
  }
}

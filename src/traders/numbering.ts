/** Classes of distance that are told apart. */
const CLASSES = 4096;

/** Columns of traders in one market. */
export interface NumberedTraders {
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  readonly lots: Float64Array;
  readonly cash: Float64Array;
  readonly entry: Float64Array;
}

/**
 * Numbers `count` traders from `start` on by how far the opening mark is from where they have lost everything, the nearest first, so that
 * those who are liquidated in one crash lie together in memory. Who they are and what they hold stays theirs.
 * @param factor of the contract; @param inverse whether it settles in coin; @param startMark in ticks.
 */
export function numberByDistance(
  { keyHi, keyLo, lots, cash, entry }: NumberedTraders,
  start: number,
  count: number,
  { factor, inverse }: { readonly factor: number; readonly inverse: boolean },
  startMark: number,
): void {
  const place = new Int32Array(count);
  const next = new Int32Array(CLASSES + 1);
  for (let i = 0; i < count; i++) {
    const held = lots[start + i] * factor;
    const bankruptcy = inverse ? held / cash[start + i] : -cash[start + i] / held;
    const away = Math.abs(bankruptcy / startMark - 1);
    place[i] = away < 1 ? Math.floor(away * (CLASSES - 1)) : CLASSES - 1;
    next[place[i] + 1]++;
  }
  for (let c = 0; c < CLASSES; c++) next[c + 1] += next[c];
  for (let i = 0; i < count; i++) place[i] = next[place[i]]++;
  for (const column of [lots, cash, entry]) move(column, start, place);
  for (const column of [keyHi, keyLo]) moveKeys(column, start, place);
}

function move(column: Float64Array, start: number, place: Int32Array): void {
  const before = column.slice(start, start + place.length);
  for (let i = 0; i < place.length; i++) column[start + place[i]] = before[i];
}

function moveKeys(column: Uint32Array, start: number, place: Int32Array): void {
  const before = column.slice(start, start + place.length);
  for (let i = 0; i < place.length; i++) column[start + place[i]] = before[i];
}

import { describe, expect, test } from 'vitest';
import { chunks, chunkSize } from '../../src/experiment/design.ts';

describe('design', () => {
  test('every missing run is in exactly one chunk, replicate by replicate', () => {
    const has = (point: number, replicate: number): boolean => (point + replicate) % 3 === 0;
    const seen: string[] = [];
    let last = 0;
    for (const { replicate, points } of chunks(7, 5, 2, has)) {
      expect(replicate).toBeGreaterThanOrEqual(last);
      expect(points.length).toBeLessThanOrEqual(7);
      last = replicate;
      for (const point of points) seen.push(`${point} ${replicate}`);
    }
    const missing = Array.from({ length: 35 }, (_, run) => [run % 7, Math.floor(run / 7)] as const).filter(
      ([point, replicate]) => !has(point, replicate),
    );
    expect(seen).toEqual(missing.map(([point, replicate]) => `${point} ${replicate}`));
  });

  test('chunks share a replicate evenly and leave several for every worker', () => {
    expect(chunkSize(12, 768, 2)).toBe(12);
    expect(chunkSize(36, 768, 2)).toBe(12);
    expect(chunkSize(12, 80, 2)).toBe(6);
    expect(chunkSize(9, 10_000, 2)).toBe(9);
    expect(chunkSize(12, 12, 8)).toBe(1);
    expect(chunkSize(1, 1, 1)).toBe(1);
  });
});

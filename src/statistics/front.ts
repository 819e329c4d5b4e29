/** What points that trade two aims off against each other are worth together. */

/**
 * Area that points dominate up to a reference point, both aims to be made small. Points beyond the reference count for nothing.
 */
export function hypervolume(points: readonly (readonly [number, number])[], reference: readonly [number, number]): number {
  const inside = points.filter(([x, y]) => x < reference[0] && y < reference[1]).toSorted(([a, b], [c, d]) => a - c || b - d);
  let area = 0;
  let low = reference[1];
  for (const [x, y] of inside) {
    if (y >= low) continue;
    area += (reference[0] - x) * (low - y);
    low = y;
  }
  return area;
}

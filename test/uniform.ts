import fc from 'fast-check';

/** Numbers spread evenly over [min, max] in a million steps; fc.double spreads evenly over bit patterns, so mostly next to 0. */
export function uniform(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000_000 }).map((k) => min + ((max - min) * k) / 1_000_000);
}

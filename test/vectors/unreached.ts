/**
 * Functions that vectors are held against and no run under the venue’s preset calls, with the reason: everything else that a vector is held
 * against is called by runs. By module and function, the venues.
 */
export const UNREACHED: readonly {
  readonly why: string;
  readonly functions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}[] = [
  {
    why: 'a form that the venue has given up: a cross account in coin sets aside its fee of closing at its own bankruptcy price; those of a run keep all of their coin as collateral',
    functions: {
      'margin/isolated.ts': { liquidationPrice: 'bybit' },
      'venues/bybit.ts': { inverseCrossPrices: 'bybit' },
    },
  },
];

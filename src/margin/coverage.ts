/**
 * The margin coverage ratio: equity over maintenance requirement, both in one unit. Nothing demanded is covered without limit, so a
 * requirement of 0 gives Infinity whatever the equity.
 */
export function marginCoverageRatio(equity: number, maintenance: number): number {
  return maintenance === 0 ? Infinity : equity / maintenance;
}

/** Whether a group at this coverage is past a level: below it, or at it too where the venue's rule says so. */
export function isPast(coverage: number, level: number, equalityCounts: boolean): boolean {
  return equalityCounts ? coverage <= level : coverage < level;
}

/**
 * How a venue prints the safety of a margin group. coverage: E/MM. utilisation: `scale` × MM/E (Binance 1, Bybit 100), Infinity without
 * equity and negative below it. The other three are those of a loan with collateral C, debt D and liquidation threshold LT in (0, 1):
 * LT·C/D, C/D and D/C. Each has one trigger, and there the MCR is 1; away from it their numbers are not the MCR.
 */
export type Convention =
  | { readonly kind: 'coverage' }
  | { readonly kind: 'utilisation'; readonly scale: number }
  | { readonly kind: 'health-factor' | 'collateral-ratio' | 'loan-to-value'; readonly liquidationThreshold: number };

/** The MCR that a printed figure stands for; of a loan it is (C − D) / (C(1 − LT)). */
export function coverageFrom(convention: Convention, figure: number): number {
  switch (convention.kind) {
    case 'coverage':
      return figure;
    case 'utilisation':
      return convention.scale / figure;
    case 'health-factor':
      return (1 - convention.liquidationThreshold / figure) / (1 - convention.liquidationThreshold);
    case 'collateral-ratio':
      return (1 - 1 / figure) / (1 - convention.liquidationThreshold);
    case 'loan-to-value':
      return (1 - figure) / (1 - convention.liquidationThreshold);
  }
}

/** How the venue prints an MCR, the inverse of `coverageFrom`. A coverage that no debt can give, ≥ 1 / (1 − LT), is that of a loan without debt. */
export function coverageTo(convention: Convention, coverage: number): number {
  switch (convention.kind) {
    case 'coverage':
      return coverage;
    case 'utilisation':
      return convention.scale / coverage;
    case 'health-factor':
      return convention.liquidationThreshold / loanToValueAt(coverage, convention.liquidationThreshold);
    case 'collateral-ratio':
      return 1 / loanToValueAt(coverage, convention.liquidationThreshold);
    case 'loan-to-value':
      return loanToValueAt(coverage, convention.liquidationThreshold);
  }
}

/** The figure at which the venue's threshold of 1 stands in its own convention. */
export function triggerIn(convention: Convention): number {
  return coverageTo(convention, 1);
}

function loanToValueAt(coverage: number, liquidationThreshold: number): number {
  const share = 1 - coverage * (1 - liquidationThreshold);
  return share > 0 ? share : 0;
}

import { exp, log } from '../core/math.ts';
import { numberOf, numbersOf, recordOf, ValidationUsageError } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Cells of the grid over the width √(D·time) of diffusion. */
const CELLS = { full: 100, quick: 50 } as const;
/** Share of a cell's stability limit that a time step takes. */
const STABLE = 0.4;
/** Diffusion widths beyond the price at which the book is as it was. */
const CALM = 6;
/** Part of the run over which the exponent is fitted: from a tenth on. */
const FROM = 0.1;

/** How a metaorder at a constant rate moved the price. */
interface Metaorder {
  /** Price at the end in units of √(D·time). */
  readonly distance: number;
  /** Exponent of the price in the volume traded so far. */
  readonly exponent: number;
}

/**
 * A latent order book whose orders diffuse, eaten by a metaorder at a constant rate, on a grid (Donier, Bonart, Mastromatteo and Bouchaud,
 * Quantitative Finance 15, 2015). Time, diffusion and the book's slope are 1; `rate` is in units of the flow J that the book itself trades.
 * The metaorder adds its lots to the bids at the price, and the price is where bids less asks change their sign.
 */
function eatLatentBook(rate: number, farthest: number, cells: number): Metaorder {
  const dx = 1 / cells;
  const zero = Math.ceil(CALM * cells);
  const size = zero + Math.ceil((farthest + CALM) * cells) + 2;
  const steps = Math.ceil(1 / (STABLE * dx * dx));
  const dt = 1 / steps;
  const spread = dt / (dx * dx);
  // What the metaorder has added to a book that would be −x without it.
  let added = new Float64Array(size);
  let next = new Float64Array(size);
  let cell = zero;
  let price = 0;
  const sums = { n: 0, t: 0, y: 0, tt: 0, ty: 0 };
  for (let step = 1; step <= steps; step++) {
    // Half of what is traded before the book diffuses and half after it, which is right to the second order.
    const within = price / dx - (cell - zero);
    const near = ((rate * dt) / (2 * dx)) * (1 - within);
    const far = ((rate * dt) / (2 * dx)) * within;
    added[cell] = (added[cell] ?? 0) + near;
    added[cell + 1] = (added[cell + 1] ?? 0) + far;
    for (let i = 1; i < size - 1; i++) {
      const here = added[i] ?? 0;
      next[i] = here + spread * ((added[i - 1] ?? 0) - 2 * here + (added[i + 1] ?? 0));
    }
    [added, next] = [next, added];
    added[cell] = (added[cell] ?? 0) + near;
    added[cell + 1] = (added[cell + 1] ?? 0) + far;
    const book = (i: number): number => (added[i] ?? 0) - (i - zero) * dx;
    while (book(cell + 1) > 0) cell++;
    while (book(cell) < 0) cell--;
    price = (cell - zero + crossing(book(cell), book(cell + 1), rate * dx)) * dx;
    const time = step * dt;
    if (time < FROM) continue;
    const t = log(time);
    const y = log(price);
    sums.n++;
    sums.t += t;
    sums.y += y;
    sums.tt += t * t;
    sums.ty += t * y;
  }
  const { n, t, y, tt, ty } = sums;
  return { distance: price, exponent: (n * ty - t * y) / (n * tt - t * t) };
}

/** Where in a cell the book changes its sign: the line between its ends, and the kink above it where lots are added, bend × w(1 − w) at w. */
function crossing(here: number, there: number, bend: number): number {
  const linear = there - here + bend;
  const root = Math.sqrt(linear * linear + 4 * bend * here);
  // The branch that subtracts nothing.
  return linear < 0 ? (2 * here) / (root - linear) : (linear + root) / (2 * bend);
}

/** A of y = A·√(D·time): the root of the self-consistent equation, whose right side falls with A. */
function latentDistance(rate: number): number {
  const right = (A: number): number => {
    // u = cos²θ takes the singularity away; Simpson's rule.
    const panels = 2000;
    const step = Math.PI / 2 / panels;
    let sum = 0;
    for (let i = 0; i <= panels; i++) {
      const tangent = Math.tan((i * step) / 2);
      const value = 2 * Math.cos(i * step) * exp((-A * A * tangent * tangent) / 4);
      sum += (i === 0 || i === panels ? 1 : i % 2 === 1 ? 4 : 2) * value;
    }
    return ((rate / (2 * Math.sqrt(Math.PI))) * sum * step) / 3;
  };
  let low = 0;
  let high = right(0);
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (right(middle) > middle) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function cellsOf(effort: Effort): number {
  return effort.quick ? CELLS.quick : CELLS.full;
}

/** What a grid may be off in A and in the exponent. */
const GRID = { distance: 0.03, exponent: 0.015 } as const;

function latent(parameters: Value, effort: Effort): Verdict {
  const rates = numbersOf(parameters, 'm0_over_J', { above: 0.001, below: 1000 });
  const expected = rates.map(latentDistance);
  const cells = cellsOf(effort);
  const found = rates.map((rate, i) => eatLatentBook(rate, expected[i] ?? NaN, cells));
  const measured = found.map(({ distance }) => distance);
  const worst = Math.max(...found.map(({ exponent }) => Math.abs(exponent - 0.5)));
  return {
    expected,
    measured,
    tolerance: `relative ${GRID.distance} on a grid of ${cells} cells a diffusion width; exponents ±${GRID.exponent}, the worst is off by ${worst.toPrecision(2)}`,
    pass: agree(expected, measured, GRID.distance) && worst <= GRID.exponent,
  };
}

/** Rates of metaorders from near the book's own flow to far above. */
const RATES = [2, 5, 10, 20, 50, 100] as const;

function squareRootLaw(parameters: Value, effort: Effort): Verdict {
  const delta = numberOf(parameters, 'delta', { above: 0, below: 1 });
  const band = recordOf(parameters)['Y'];
  const [, least, most] = /^([\d.]+)-([\d.]+)$/.exec(typeof band === 'string' ? band : '') ?? [];
  if (least === undefined || most === undefined)
    throw new ValidationUsageError(`parameter Y: found ${JSON.stringify(band)}, want a band as "0.5-1.5"`);
  const found = RATES.map((rate) => eatLatentBook(rate, latentDistance(rate), cellsOf(effort)));
  // σ = √(2D) and V = J·time: Y is what the price moved in units of σ √(Q/V).
  const factors = found.map(({ distance }, i) => distance / Math.sqrt(2 * (RATES[i] ?? NaN)));
  const measured = found.reduce((sum, { exponent }) => sum + exponent / found.length, 0);
  const worst = Math.max(...found.map(({ exponent }) => Math.abs(exponent - delta)));
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  return {
    expected: String(delta),
    measured,
    tolerance: `±0.05 for each of ${RATES.length} rates of trading, the worst is off by ${worst.toPrecision(2)}; Y from ${low.toPrecision(3)} to ${high.toPrecision(3)}, want ${band as string}`,
    pass: worst <= 0.05 && low >= Number(least) && high <= Number(most),
  };
}

/** What a metaorder does to a book whose orders come and go. */
export const LATENT_CHECKS: readonly Check[] = [
  { id: 'IMP-LLOB-A', run: latent },
  { id: 'IMP-EXPONENT', run: squareRootLaw },
];

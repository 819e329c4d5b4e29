import { exp, log } from '../core/math.ts';

/** The real branches of w e^w = y, by Halley's iteration: principal (w ≥ −1) or lower (w ≤ −1, −1/e ≤ y < 0). NaN outside their domain. */
export function lambertW(y: number, branch: 'principal' | 'lower'): number {
  const beyond = 1 + 2.718281828459045 * y;
  if (beyond < -1e-15 || (branch === 'lower' && !(y < 0))) return NaN;
  const root = Math.sqrt(2 * Math.max(0, beyond));
  let w = branch === 'principal' ? (y < 1 ? -1 + root : log(y)) : y > -0.1 ? log(-y) - log(-log(-y)) : -1 - root;
  for (let i = 0; i < 60; i++) {
    const power = exp(w);
    const f = w * power - y;
    if (f === 0 || w === -1) break;
    const step = f / (power * (w + 1) - ((w + 2) * f) / (2 * w + 2));
    w -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(w)) break;
  }
  return w;
}

import { bits, root } from '../core/random.ts';
import type { ImpactOptions } from '../market/impact.ts';
import type { RunOptions } from '../simulation/options.ts';
import { withMarket } from './worlds.ts';

/** The same small random market with an impact curve in place of its book: every law, with and without resilience, in turn. */
export function onRandomCurve(options: RunOptions, seed: number): RunOptions {
  const from = root('random curves', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  // Lots that move the price by 1 %.
  const lots = whole(2_000, 40_000);
  const window = pick(Infinity, 5, 60);
  const resilience = { recovery: pick(Infinity, 5, 60), permanent: pick(0, 0.3, 1) };
  const impact = pick<ImpactOptions>(
    { kind: 'linear', slope: 0.01 / lots, ...resilience },
    { kind: 'square-root', coefficient: 0.01 / Math.sqrt(lots), window, ...resilience },
    { kind: 'power', coefficient: 1e-4 / lots, exponent: 1.1, ...resilience },
    { kind: 'exponential', depth: 100 * lots, decay: pick(10, 60, -5), ...resilience },
    { kind: 'constant-product', reserve: 200 * lots, fee: pick(0, 0.003), ...resilience },
    { kind: 'latent', slope: 20_000 * lots, ...resilience },
    { kind: 'table', lots: [lots / 2, lots, 3 * lots], moves: [0.002, 0.01, 0.05], window, ...resilience },
    { kind: 'obizhaeva-wang', depth: 100 * lots, ...resilience },
    { kind: 'skew', scale: 100 * lots, ...resilience },
    { kind: 'propagator', slope: 0.01 / lots, scale: pick(0.5, 5), exponent: pick(0, 0.4, 0.8), memory: options.step * options.steps },
  );
  const orders = pick(
    [],
    [
      { at: 10, lots: -whole(100, 5000) },
      { at: 20.25, lots: whole(100, 5000) },
    ],
  );
  return withMarket(options, {
    quotes: { kind: 'curve', impact },
    noise: null,
    background: [],
    adversaries: [],
    session: null,
    selfTrade: 'none',
    orders,
  });
}

/** Laws by their names. */
export const LAW_WORDS = [
  'linear',
  'skew',
  'square-root',
  'power',
  'exponential',
  'constant-product',
  'latent',
  'obizhaeva-wang',
  'propagator',
  'formula',
] as const;

/**
 * What a law takes when it is called by its name alone. Exponent: Almgren and others 2005; a window of a day, the time over which volume and
 * volatility of the square-root law are usually stated; fee: the usual tier of Uniswap pools; decay, scale and memory are hypothetical.
 */
export const LAW_DEFAULTS = { window: 86_400, exponent: 0.6, decay: 10, fee: 0.003, scale: 1, memory: 0.5 } as const;

/** What a move's formula may name. */
export const MOVE_NAMES: readonly string[] = ['notional', 'quantity', 'depth', 'volume', 'volatility'];

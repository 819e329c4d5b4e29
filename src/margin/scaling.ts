/** A band of a requirement: up to this much of it (Infinity: the rest) is multiplied by the factor. */
export interface ScalingBand {
  readonly upTo: number;
  readonly factor: number;
}

/** A requirement after scaling: each band multiplies only the part that lies in it. Beyond the last band its factor goes on. */
export function scaledByBands(raw: number, bands: readonly ScalingBand[]): number {
  let scaled = 0;
  let from = 0;
  let factor = 1;
  for (let k = 0; k < bands.length; k++) {
    const band = bands[k];
    factor = band.factor;
    if (raw <= band.upTo) break;
    scaled += factor * (band.upTo - from);
    from = band.upTo;
  }
  return scaled + factor * (raw - from);
}

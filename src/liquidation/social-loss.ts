import { ceilDivide, smaller } from '../core/fixed-point.ts';

/**
 * A loss spread over every open lot of a perpetual, long and short, as a step of cumulative funding: loss / (|long| + |short|), rounded up
 * to 10^−6 USD a unit of base and written in 10^−9. Loss in 10^−6 USD, base in 10^−9 units.
 * @throws RangeError when nobody holds a position.
 * Source: drift-labs/protocol-v2, math/liquidation (perpetual bankruptcy).
 */
export function fundingForLoss(loss: bigint, long: bigint, short: bigint): bigint {
  const base = magnitude(long) + magnitude(short);
  if (base === 0n) throw new RangeError('social loss: found no open positions, want at least one to bear it');
  return ceilDivide(magnitude(loss) * 1_000_000_000n, base) * 1000n;
}

/**
 * A loss spread over the depositors of a token, as what their cumulative interest index falls by: index × loss / deposits, rounded up, at
 * most the index; 0 without deposits. Loss and deposits in the same unit.
 * Source: drift-labs/protocol-v2, math/liquidation (spot bankruptcy).
 */
export function interestForLoss(loss: bigint, deposits: bigint, index: bigint): bigint {
  return deposits === 0n ? 0n : smaller(ceilDivide(index * loss, deposits), index);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

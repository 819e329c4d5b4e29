import { ceilDivide, smaller } from '../core/fixed-point.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Haircut } from './deleveraging.ts';
import { proRataHaircuts } from './haircut.ts';

const MILLION = 1_000_000n;
const BILLION = 1_000_000_000n;

/**
 * What every account with lots of a market pays of a loss in whole quanta, by `fundingForLoss` and to the quantum by largest remainder, in the
 * order of accounts: together the loss, or more by what rounding the rate up to a millionth of a quantum a lot makes. Nobody where nobody
 * holds any.
 * @param exempt accounts that bear none.
 */
export function spreadLoss({ lots }: Pick<Ledger, 'lots'>, exempt: readonly number[], loss: number): readonly Haircut[] {
  const bearers: number[] = [];
  const sizes: number[] = [];
  let long = 0;
  let short = 0;
  for (let account = 0; account < lots.length; account++) {
    const held = lots[account];
    if (held === 0 || exempt.includes(account)) continue;
    bearers.push(account);
    sizes.push(Math.abs(held));
    if (held > 0) long += held;
    else short -= held;
  }
  if (bearers.length === 0) return [];
  // A quantum stands for a dollar, a lot for a unit of base.
  const rate = fundingForLoss(BigInt(loss) * MILLION, BigInt(long) * BILLION, BigInt(short) * BILLION);
  const owed = Number((rate * BigInt(long + short)) / BILLION);
  const parts = sharesOf(owed, sizes);
  return bearers.map((account, i) => ({ account, amount: parts[i] })).filter(({ amount }) => amount > 0);
}

/** A sum by sizes, however many quanta there are to a lot. */
function sharesOf(owed: number, sizes: readonly number[]): readonly number[] {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const perLot = Math.floor(owed / whole);
  const rest = proRataHaircuts(owed - perLot * whole, sizes);
  return sizes.map((size, i) => size * perLot + rest[i]);
}

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

import { fixedPoint, fromFixedPoint } from '../../src/core/fixed-point.ts';
import { LiquidationWindow, windowCapacity } from '../../src/liquidation/throttle.ts';
import { fillPrice, isSkewLiquidatable, keeperReward, skewAccount, withdrawable } from '../../src/margin/skew.ts';
import type { SkewPosition } from '../../src/margin/skew.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Decimals of the venue's numbers. */
const DECIMALS = 18;

export const mechanisms: Mechanisms = {
  cross_margin_account(inputs) {
    const prices = inputs.numbers('prices');
    const positions = inputs
      .records('positions')
      .map((one, i) => position(one, exact(one, 'entry_oracle'), fixedPoint(prices[i], DECIMALS)));
    const account = skewAccount(exact(inputs, 'collateral'), positions);
    return { pnl: account.profits.map(usd), available_margin: usd(account.available), can_liquidate: isSkewLiquidatable(account, 0n) };
  },

  /** The test's events, a call a second: the first two meet its full skew, then another trader has sold 25 units. */
  liquidation_max_pd(inputs) {
    const window = new LiquidationWindow({
      capacity: inputs.number('cap'),
      seconds: 10,
      largestPremium: inputs.number('max_pd'),
      skewScale: inputs.number('skew_scale'),
    });
    let size = inputs.number('size');
    return { sizes: [0, 0, 25, 25, 25].map((sold, second) => (size -= window.take(second, size, size - sold))) };
  },

  liquidation_throttle(inputs) {
    const seconds = inputs.number('window_seconds');
    if (!inputs.has('calls')) {
      const multiplier = inputs.number('accumulation_multiplier');
      const [maker, taker, skewScale] = [inputs.number('maker_fee'), inputs.number('taker_fee'), inputs.number('skew_scale')];
      return { max_amount: windowCapacity(maker, taker, skewScale, multiplier, seconds) };
    }
    const window = new LiquidationWindow({ capacity: inputs.number('cap'), seconds, largestPremium: 0, skewScale: 1 });
    let size = inputs.number('size');
    return { size_after: inputs.numbers('calls').map((time) => (size -= window.take(time, size, size))) };
  },

  open_interest(inputs) {
    const positions = inputs.records('positions').map((one) => position(one, exact(one, 'entry_oracle'), exact(one, 'entry_oracle')));
    return { total_open_interest: usd(skewAccount(0n, positions).openInterest) };
  },

  required_margins(inputs) {
    const positions = inputs.records('positions').map((one) => position(one, exact(one, 'price'), exact(one, 'price')));
    const account = skewAccount(exact(inputs, 'collateral'), positions);
    const reward = keeperReward(account.openInterest, exact(inputs, 'liquidation_reward_ratio'), exact(inputs, 'max_liquidation_reward'));
    return {
      initial_margin_ex_reward: usd(account.initial),
      maintenance_margin_ex_reward: usd(account.maintenance),
      max_liquidation_reward: usd(reward),
      available_margin: usd(account.available),
      withdrawable_margin: usd(withdrawable(account, reward)),
    };
  },
};

/** A position opened at an oracle price in a market without skew. */
function position(inputs: Inputs, oracle: bigint, mark: bigint): SkewPosition {
  const [size, skewScale] = [exact(inputs, 'size'), exact(inputs, 'skew_scale')];
  return {
    market: {
      skewScale,
      initialFraction: exact(inputs, 'initial_margin_fraction'),
      leastInitialRatio: exact(inputs, 'min_initial_margin_ratio'),
      maintenanceScalar: exact(inputs, 'maintenance_scalar'),
      leastMargin: fixedPoint(inputs.number('min_position_margin', 0), DECIMALS),
    },
    size,
    entry: fillPrice(oracle, 0n, size, skewScale),
    mark,
  };
}

function exact(inputs: Inputs, key: string): bigint {
  return fixedPoint(inputs.number(key), DECIMALS);
}

function usd(units: bigint): number {
  return fromFixedPoint(units, DECIMALS);
}

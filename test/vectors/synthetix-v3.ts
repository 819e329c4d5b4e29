import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { LiquidationWindow, windowCapacity } from '../../src/liquidation/throttle.ts';
import { createHoldings, setLots } from '../../src/margin/cross.ts';
import { createTerms, SizedCrossMargin } from '../../src/margin/sized-cross.ts';
import { initialBySize, keeperReward, maintenanceBySize, NO_REWARD, ratePerUnit } from '../../src/margin/skew.ts';
import type { SkewMargin } from '../../src/margin/skew.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { CurveExchange } from '../../src/market/curve-exchange.ts';
import type { Tiers } from '../../src/margin/tiers.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Ticks and quanta of a cent, lots of a unit. */
const CENT = 100;
/** In each market's ledger. */
const TRADER = 0;
const MARKET = 1;

export const mechanisms: Mechanisms = {
  /** Positions are opened as a run opens them: by orders in markets without skew, whose fills the ledger books. */
  cross_margin_account(inputs) {
    const positions = inputs.records('positions');
    const marks = inputs.numbers('prices').map((price) => price * CENT);
    const books = opened(positions);
    const [cash] = books.cash;
    const pnl = positions.map((one, m) => opened([one]).equity(TRADER, 0, [marks[m]!]));
    cash![TRADER]! += inputs.number('collateral') * CENT;
    const holdings = createHoldings([positions.map((_, m) => m), []], positions.length);
    const terms = createTerms(holdings);
    positions.forEach((one, m) => {
      const size = one.number('size');
      setLots(holdings, TRADER, m, size);
      terms.weight[m] = 1;
      terms.rate[m] = skewOf(one).maintenance * Math.abs(size);
    });
    const margin = new SizedCrossMargin({
      cash: cash!,
      holdings,
      terms,
      assets: positions.map((one) => ({ quantaPerTickLot: 1, weight: 1, maintenance: oneRate(leastRatio(one) * scalar(one)) })),
      contract: positions.map(() => true),
      reward: NO_REWARD,
      level: 1,
      orEqual: false,
      moves: new Float64Array(positions.length).fill(1),
    });
    margin.move(Float64Array.from(marks));
    return { pnl: pnl.map(usd), available_margin: usd(books.equity(TRADER, 0, marks)), can_liquidate: margin.isBelow(TRADER) };
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
    const positions = inputs.records('positions');
    const books = opened(positions);
    const each = positions.map((one, m) => books.markets[m]!.notional(Math.abs(one.number('size')), one.number('entry_oracle') * CENT));
    return { total_open_interest: usd(each.reduce((sum, notional) => sum + notional, 0)) };
  },

  required_margins(inputs) {
    const positions = inputs.records('positions');
    const books = opened(positions);
    books.cash[0]![TRADER]! += inputs.number('collateral') * CENT;
    const notional = (one: Inputs): number => Math.abs(one.number('size')) * one.number('price');
    const sum = (of: (one: Inputs) => number): number => positions.reduce((whole, one) => whole + of(one), 0);
    const initial = sum((one) =>
      initialBySize(oneRate(leastRatio(one)), skewOf(one), NO_REWARD).requirement(one.number('size'), notional(one)),
    );
    const maintenance = sum((one) =>
      maintenanceBySize(oneRate(leastRatio(one) * scalar(one)), skewOf(one), NO_REWARD).requirement(one.number('size'), notional(one)),
    );
    const reward = keeperReward(sum(notional), {
      share: inputs.number('liquidation_reward_ratio'),
      largest: inputs.number('max_liquidation_reward'),
    });
    const available = usd(
      books.equity(
        TRADER,
        0,
        positions.map((one) => one.number('price') * CENT),
      ),
    );
    return {
      initial_margin_ex_reward: initial,
      maintenance_margin_ex_reward: maintenance,
      max_liquidation_reward: reward,
      available_margin: available,
      withdrawable_margin: Math.max(0, available - initial - reward),
    };
  },
};

/** Positions that an account has bought and sold in markets that had no skew. */
function opened(positions: readonly Inputs[]): GeneralLedger {
  const books = new GeneralLedger(
    2,
    positions.map(() => ({ kind: 'linear', currency: 0, factor: 1 })),
  );
  positions.forEach((one, m) => {
    const size = one.number('size');
    const curve = { kind: 'skew', scale: one.number('skew_scale'), recovery: Infinity, permanent: 0 } as const;
    const oracle = one.number(one.has('entry_oracle') ? 'entry_oracle' : 'price') * CENT;
    new CurveExchange(curve, books.markets[m]!, MARKET, oracle).market(size > 0 ? 0 : 1, Math.abs(size), TRADER);
  });
  return books;
}

function skewOf(position: Inputs): SkewMargin {
  const rate = ratePerUnit(position.number('initial_margin_fraction'), position.number('skew_scale'));
  const least = position.number('min_position_margin', 0);
  return { initial: rate, maintenance: rate * scalar(position), most: Infinity, least, reward: NO_REWARD };
}

function oneRate(rate: number): Tiers {
  return tiersFromRates([{ floor: 0, rate }]);
}

function leastRatio(position: Inputs): number {
  return position.number('min_initial_margin_ratio');
}

function scalar(position: Inputs): number {
  return position.number('maintenance_scalar');
}

function usd(cents: number): number {
  return cents / CENT;
}

import { markLeverageScore, queueOrder } from '../../src/liquidation/adl.ts';
import { shareToSend } from '../../src/liquidation/policies.ts';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { weightedMedian } from '../../src/market/weighted-median.ts';
import { hyperliquid, leverageTiers } from '../../src/venues/hyperliquid.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { accountOf } from './mcr-mapping.ts';
import { contractOf, sideOf } from './position.ts';

const BACKSTOP = hyperliquid.backstop!.level;

export const mechanisms: Mechanisms = {
  adl_ranking(inputs) {
    const candidates = inputs.records('candidates');
    const index = candidates.map((one) =>
      markLeverageScore(one.number('mark'), one.number('entry'), one.number('notional'), one.number('account_value')),
    );
    const order = queueOrder(index);
    return { order: order.map((i) => candidates[i].text('id')), index: order.map((i) => index[i]) };
  },

  liquidation_price: (inputs) => ({
    liquidation_price: new EngineAccount(
      [
        {
          contract: contractOf(hyperliquid),
          size: sideOf(inputs) * inputs.number('size'),
          entry: inputs.number('entry_price'),
          rate: inputs.number('maintenance_rate'),
        },
      ],
      inputs.number('isolated_margin'),
    ).liquidationPrice(),
  }),

  /** Winners are asked once nothing is left, the vault before that, the book first. */
  liquidation_state(inputs) {
    const account = accountOf(inputs.number('equity'), inputs.number('maintenance_margin'), hyperliquid.equalityLiquidates, BACKSTOP);
    if (account.equity() < 0) return { state: 'adl' };
    if (account.isTakenOver()) return { state: 'backstop' };
    return { state: account.isDue() ? 'book_liquidation' : 'healthy' };
  },

  oracle_weighted_median(inputs) {
    const rows = inputs.rows('prices_weights');
    const column = (place: number): Float64Array => Float64Array.from(rows, (row) => Number(row[place]));
    return { oracle: weightedMedian(column(1), column(2)) };
  },

  partial_liquidation_fraction: (inputs) => ({
    fraction_sent_to_book: shareToSend(hyperliquid.policy, inputs.number('position_notional'), !inputs.flag('in_cooldown_30s')),
  }),

  portfolio_margin_ltv(inputs) {
    const price = inputs.number('price');
    const coins = { contract: 'spot', size: inputs.number('token_amount'), entry: price, rate: 0 } as const;
    return { borrowable: new EngineAccount([{ ...coins, haircut: 1 - inputs.number('ltv') }], 0).equity(price) };
  },

  tiered_maintenance_margin(inputs) {
    const table = leverageTiers(
      inputs.records('tiers').map((tier) => ({ from: tier.number('lower_bound'), leverage: tier.number('max_leverage') })),
    );
    const tiers = tiersFromRates(table.map((tier) => ({ floor: tier.from, rate: tier.maintenance })));
    return { maintenance_margin: requirement(tiers, inputs.number('notional')), deduction_top_tier: tiers.deduction.at(-1) };
  },
};

import { offset, troveLiquidation } from '../../src/liquidation/stability-pool.ts';
import type { TroveLiquidation } from '../../src/liquidation/stability-pool.ts';
import { liquityV1 } from '../../src/venues/liquity-v1.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';

const { rules } = liquityV1.lending;

/** The file's words for what happens to a trove. */
const MODES: Readonly<Record<TroveLiquidation, string>> = {
  none: 'none',
  offset: 'offset',
  'offset-and-redistribute': 'offset+redistribute',
  redistribute: 'redistribute',
  'capped-offset': 'capped_offset',
};

export const mechanisms: Mechanisms = {
  liquidation_mode: (inputs) => {
    const stated = { minimumRatio: inputs.number('mcr', rules.minimumRatio), criticalRatio: inputs.number('ccr', rules.criticalRatio) };
    const how = troveLiquidation(
      stated,
      inputs.number('icr'),
      inputs.number('tcr'),
      inputs.number('stability_pool'),
      inputs.number('debt'),
    );
    return { mode: MODES[how] };
  },

  stability_pool: (inputs) => {
    const deposits = inputs.numbers('deposits');
    const gains = inputs.numbers(
      'eth',
      deposits.map(() => 0),
    );
    const after = offset({ deposits, gains }, inputs.number('debt'), inputs.number('collateral'));
    const price = inputs.number('price', 100);
    const values = after.deposits.map((deposit, i) => new EngineAccount([{ contract: 'spot', size: after.gains[i]!, entry: price, rate: 0 }], deposit).equity()); // prettier-ignore
    return { deposits_after: after.deposits, eth_gain: after.gains, value_at_100: values };
  },
};

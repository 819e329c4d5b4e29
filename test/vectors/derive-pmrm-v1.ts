import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import { pmrmRules } from '../../src/venues/derive-pmrm.ts';
import type { PmrmParameters } from '../../src/venues/derive-pmrm.ts';
import type { Mechanisms } from './inputs.ts';

/** Parameter sets that the vectors name. The first is scripts/config-local.sol of derivexyz/v2-core, which its tests run on. */
const PARAMETERS: Readonly<Record<string, PmrmParameters>> = {
  'derive-pmrm-v1-test': {
    scenarios: [1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85].flatMap((spotShock) =>
      (['up', 'none', 'down'] as const).map((volShock) => ({ spotShock, volShock, dampeningFactor: 1 })),
    ),
    basis: { scenarioSpotUp: 1.05, scenarioSpotDown: 0.95, basisContAddFactor: 0.25, basisContMultFactor: 0.01 },
    other: {
      pegLossThreshold: 0.98,
      pegLossFactor: 2,
      confThreshold: 0.6,
      confMargin: 0.5,
      basePercent: 0.02,
      perpPercent: 0.02,
      optionPercent: 0.01,
    },
    margin: { imFactor: 1.3, baseStaticDiscount: 0.95, rateMultScale: 4, rateAddScale: 0.05 },
    volShock: { volRangeUp: 0.45, volRangeDown: 0.3, shortTermPower: 0.3, longTermPower: 0.13, dteFloor: 86_400 },
  },
};

export const mechanisms: Mechanisms = {
  portfolio_margin: (inputs) => {
    const parameters = PARAMETERS[inputs.text('parameters')];
    const confidence = inputs.number('min_conf');
    const result = assessAccount(pmrmRules(parameters), {
      cash: inputs.number('cash'),
      reserved: 0,
      stable: inputs.number('stable'),
      units: [
        {
          spot: inputs.number('spot'),
          confidence,
          plain: [
            {
              ...PLAIN,
              kind: 'linear',
              size: inputs.number('perp_size'),
              price: inputs.number('perp_price'),
              profit: inputs.number('perp_value'),
              maintenance: parameters.other.perpPercent,
              initial: 0,
              notional: 'index',
              confidence,
              moves: true,
            },
            {
              ...PLAIN,
              kind: 'spot',
              size: inputs.number('base'),
              price: inputs.number('spot'),
              profit: 0,
              maintenance: parameters.other.basePercent,
              initial: 0,
              notional: 'index',
              confidence,
              moves: true,
            },
          ],
          expiries: inputs.records('expiries').map((one) => ({
            seconds: one.number('sec'),
            forward: one.number('fv'),
            fixed: one.number('ff'),
            rate: one.number('rate'),
            confidence: one.number('conf'),
            options: one.records('options').map((option) => ({
              call: option.flag('is_call'),
              strike: option.number('strike'),
              size: option.number('amount'),
              multiplier: 1,
              volatility: option.number('vol'),
            })),
          })),
        },
      ],
    });
    return {
      mark_to_market: result.equity,
      maintenance_margin: result.equity - result.maintenance,
      initial_margin: result.equity - result.initial,
    };
  },
};

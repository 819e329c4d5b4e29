import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import { pmrm2Rules } from '../../src/venues/derive-pmrm.ts';
import type { Pmrm2Parameters } from '../../src/venues/derive-pmrm.ts';
import type { VolatilityShift } from '../../src/margin/grid.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

const SHIFTS: Readonly<Record<string, VolatilityShift>> = { None: 'none', Up: 'up', Down: 'down', Linear: 'linear', Abs: 'absolute' };

function parameters(given: Inputs): Pmrm2Parameters {
  const [shock, margin, basis, other, skew] = ['vol_shock', 'margin', 'basis', 'other', 'skew'].map((key) => given.record(key));
  return {
    scenarios: given.rows('scenarios').map(([spot, shift, damping]) => ({
      spotShock: Number(spot),
      volShock: SHIFTS[String(shift)],
      dampeningFactor: Number(damping),
    })),
    volShock: {
      volRangeUp: shock.number('up'),
      volRangeDown: shock.number('down'),
      shortTermPower: shock.number('sp'),
      longTermPower: shock.number('lp'),
      dteFloor: shock.number('floor'),
      minVolUpShock: shock.number('minVolUp'),
    },
    margin: {
      imFactor: margin.number('im'),
      mmFactor: margin.number('mm'),
      shortRateMultScale: margin.number('shortMult'),
      longRateMultScale: margin.number('longMult'),
      shortRateAddScale: margin.number('shortAdd'),
      longRateAddScale: margin.number('longAdd'),
      shortBaseStaticDiscount: margin.number('shortBase'),
      longBaseStaticDiscount: margin.number('longBase'),
    },
    basis: {
      scenarioSpotUp: basis.number('up'),
      scenarioSpotDown: basis.number('down'),
      basisContAddFactor: basis.number('add'),
      basisContMultFactor: basis.number('mult'),
    },
    other: {
      pegLossThreshold: other.number('pegThr'),
      pegLossFactor: other.number('pegFactor'),
      confThreshold: other.number('confThreshold'),
      confMargin: other.number('confMargin'),
      MMPerpPercent: other.number('MMPerp'),
      IMPerpPercent: other.number('IMPerp'),
      MMOptionPercent: other.number('MMOpt'),
      IMOptionPercent: other.number('IMOpt'),
    },
    skew: {
      linearBaseCap: skew.number('linCap'),
      linearCBase: skew.number('linCBase'),
      absBaseCap: skew.number('absCap'),
      absCBase: skew.number('absCBase'),
      minKStar: skew.number('minK'),
      widthScale: skew.number('width'),
      volParamStatic: skew.number('vps'),
      volParamScale: skew.number('vpk'),
    },
  };
}

export const mechanisms: Mechanisms = {
  portfolio_margin: (inputs) => {
    const rules = parameters(inputs.record('parameters'));
    const result = assessAccount(pmrm2Rules(rules), {
      cash: inputs.number('cash'),
      reserved: 0,
      stable: inputs.number('stable_price'),
      units: [
        {
          spot: inputs.number('spot'),
          confidence: inputs.number('spot_confidence'),
          plain: [
            {
              ...PLAIN,
              kind: 'linear',
              size: inputs.number('perp_size'),
              price: inputs.number('perp_price'),
              profit: inputs.number('perp_unrealised_plus_funding'),
              maintenance: rules.other.MMPerpPercent,
              initial: rules.other.IMPerpPercent,
              notional: 'index',
              confidence: inputs.number('min_confidence'),
              moves: true,
            },
            ...inputs.records('collaterals').map((one) => ({
              ...PLAIN,
              kind: 'spot' as const,
              size: one.number('amount'),
              price: one.number('price'),
              profit: 0,
              maintenance: one.number('mm_haircut'),
              initial: one.number('im_haircut'),
              notional: 'price' as const,
              confidence: one.number('confidence'),
              moves: one.flag('risk_cancelling'),
            })),
          ],
          expiries: inputs.records('expiries').map((one) => ({
            seconds: one.number('seconds'),
            forward: one.number('forward_variable'),
            fixed: one.number('forward_fixed'),
            rate: one.number('rate'),
            confidence: one.number('min_confidence'),
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
      basis_contingency: result.basisLoss,
      scenario_pnls: [...result.profit],
    };
  },
};

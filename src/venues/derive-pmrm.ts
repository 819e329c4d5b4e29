import type { GridRules, VolatilityShift } from '../margin/grid.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';

/** A scenario as Derive's contracts list it: the spot as a multiple, a volatility shock, and the share that counts. */
export interface SpotScenario {
  readonly spotShock: number;
  readonly volShock: VolatilityShift;
  readonly dampeningFactor: number;
}

/**
 * Parameters of PMRM, the first portfolio risk manager (derivexyz/v2-core, src/risk-managers/PMRMLib.sol), by the contract's names.
 * All 18-decimal figures as plain numbers, times in seconds.
 */
export interface PmrmParameters {
  readonly scenarios: readonly SpotScenario[];
  readonly basis: {
    readonly scenarioSpotUp: number;
    readonly scenarioSpotDown: number;
    readonly basisContAddFactor: number;
    readonly basisContMultFactor: number;
  };
  readonly other: {
    readonly pegLossThreshold: number;
    readonly pegLossFactor: number;
    readonly confThreshold: number;
    readonly confMargin: number;
    readonly basePercent: number;
    readonly perpPercent: number;
    readonly optionPercent: number;
  };
  readonly margin: {
    readonly imFactor: number;
    readonly baseStaticDiscount: number;
    readonly rateMultScale: number;
    readonly rateAddScale: number;
  };
  readonly volShock: VolShockParameters;
}

export interface VolShockParameters {
  readonly volRangeUp: number;
  readonly volRangeDown: number;
  readonly shortTermPower: number;
  readonly longTermPower: number;
  readonly dteFloor: number;
  /** Second manager only: least volatility after a shock up. */
  readonly minVolUpShock?: number;
}

/** Parameters of PMRM_2, the second portfolio risk manager (src/risk-managers/PMRMLib_2.sol), by the contract's names. */
export interface Pmrm2Parameters {
  readonly scenarios: readonly SpotScenario[];
  readonly basis: PmrmParameters['basis'];
  readonly other: {
    readonly pegLossThreshold: number;
    readonly pegLossFactor: number;
    readonly confThreshold: number;
    readonly confMargin: number;
    readonly MMPerpPercent: number;
    readonly IMPerpPercent: number;
    readonly MMOptionPercent: number;
    readonly IMOptionPercent: number;
  };
  readonly margin: {
    readonly imFactor: number;
    readonly mmFactor: number;
    readonly shortRateMultScale: number;
    readonly longRateMultScale: number;
    readonly shortRateAddScale: number;
    readonly longRateAddScale: number;
    readonly shortBaseStaticDiscount: number;
    readonly longBaseStaticDiscount: number;
  };
  readonly volShock: VolShockParameters;
  readonly skew: {
    readonly linearBaseCap: number;
    readonly linearCBase: number;
    readonly absBaseCap: number;
    readonly absCBase: number;
    readonly minKStar: number;
    readonly widthScale: number;
    readonly volParamStatic: number;
    readonly volParamScale: number;
  };
}

/** PMRM's rules. Charges count inside the initial factor, what is owed is not discounted further, and options carry no interest. */
export function pmrmRules(parameters: PmrmParameters): PortfolioRules {
  const { margin, other } = parameters;
  return {
    ...grid(parameters),
    skew: null,
    discounting: false,
    factor: { maintenance: 1, initial: margin.imFactor },
    chargesScaled: true,
    discount: { long: { base: margin.baseStaticDiscount, multiple: margin.rateMultScale, add: margin.rateAddScale }, short: null },
    nakedShort: { maintenance: other.optionPercent, initial: 0 },
    ...oracle(other),
  };
}

/** PMRM_2's rules. Charges stand beside the factors, gains are discounted and debts grown by the rate, options carry interest. */
export function pmrm2Rules(parameters: Pmrm2Parameters): PortfolioRules {
  const { margin, other, skew } = parameters;
  return {
    ...grid(parameters),
    skew: {
      linear: { base: skew.linearBaseCap, slope: skew.linearCBase },
      absolute: { base: skew.absBaseCap, slope: skew.absCBase },
      leastWidth: skew.minKStar,
      widthScale: skew.widthScale,
      level: skew.volParamStatic,
      levelSlope: skew.volParamScale,
    },
    discounting: true,
    factor: { maintenance: margin.mmFactor, initial: margin.imFactor },
    chargesScaled: false,
    discount: {
      long: { base: margin.longBaseStaticDiscount, multiple: margin.longRateMultScale, add: margin.longRateAddScale },
      short: { base: margin.shortBaseStaticDiscount, multiple: margin.shortRateMultScale, add: margin.shortRateAddScale },
    },
    nakedShort: { maintenance: other.MMOptionPercent, initial: other.IMOptionPercent },
    ...oracle(other),
  };
}

function grid({ scenarios, volShock, basis }: Pick<PmrmParameters, 'scenarios' | 'volShock' | 'basis'>): Pick<
  GridRules,
  'scenarios' | 'volatility'
> & {
  readonly basis: PortfolioRules['basis'];
} {
  return {
    scenarios: scenarios.map((one) => ({ move: one.spotShock - 1, volatility: one.volShock, damping: one.dampeningFactor })),
    volatility: {
      up: volShock.volRangeUp,
      down: volShock.volRangeDown,
      shortPower: volShock.shortTermPower,
      longPower: volShock.longTermPower,
      floor: volShock.dteFloor,
      leastUp: volShock.minVolUpShock ?? 0,
    },
    basis: {
      up: basis.scenarioSpotUp - 1,
      down: basis.scenarioSpotDown - 1,
      add: basis.basisContAddFactor,
      multiple: basis.basisContMultFactor,
    },
  };
}

function oracle(other: {
  readonly pegLossThreshold: number;
  readonly pegLossFactor: number;
  readonly confThreshold: number;
  readonly confMargin: number;
}): Pick<PortfolioRules, 'confidence' | 'peg' | 'gainOffset' | 'leastPerOption' | 'concentration'> {
  return {
    confidence: { threshold: other.confThreshold, factor: other.confMargin },
    peg: { threshold: other.pegLossThreshold, factor: other.pegLossFactor },
    gainOffset: 1,
    leastPerOption: 0,
    concentration: null,
  };
}

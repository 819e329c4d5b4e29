import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { black76 } from '../../src/margin/black76.ts';
import { skewMultiplier, skewWidth, volatilityShock, YEAR } from '../../src/margin/grid.ts';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { OptionHolding, PortfolioAccount } from '../../src/margin/portfolio-account.ts';
import { PortfolioMargin, worstLoss } from '../../src/margin/portfolio.ts';
import type { PortfolioRules } from '../../src/margin/portfolio.ts';
import { emptyMarket, RiskArrays } from '../../src/margin/risk-arrays.ts';
import type { Series } from '../../src/margin/risk-arrays.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { deribit } from '../../src/venues/deribit.ts';
import { derivePmrmV1 } from '../../src/venues/derive-pmrm-v1.ts';
import { derivePmrmV2 } from '../../src/venues/derive-pmrm-v2.ts';
import { occTims } from '../../src/venues/occ-tims.ts';
import type { Venue } from '../../src/venues/venue.ts';

const DAY = 86_400;
const rulesOf = ({ portfolio, name }: Venue): PortfolioRules => {
  if (portfolio === undefined) throw new Error(`want rules of ${name}`);
  return portfolio;
};
const v2 = rulesOf(derivePmrmV2);
const RULES = [rulesOf(derivePmrmV1), v2, rulesOf(deribit), rulesOf(occTims)] as const;

const linear: Series = {
  kind: 'linear',
  unit: 0,
  expiry: -1,
  strike: 0,
  multiplier: 1,
  moves: true,
  maintenance: 0.015,
  initial: 0.005,
  notional: 'index',
};
const option = (call: boolean, strike: number, expiry = 0): Series => ({
  ...linear,
  kind: call ? 'call' : 'put',
  expiry,
  strike,
  maintenance: 0,
  initial: 0,
});

/** Two units: a perpetual and collateral each, options of three expiries. */
const SERIES: readonly Series[] = [
  linear,
  { ...linear, kind: 'spot', notional: 'price', maintenance: 0.02, initial: 0.01 },
  option(true, 1400),
  option(false, 1400),
  option(true, 1600),
  option(false, 1500, 1),
  option(true, 1700, 1),
  { ...linear, unit: 1 },
  { ...linear, unit: 1, kind: 'spot', notional: 'price', maintenance: 0.3, initial: 0.05, moves: false },
  { ...option(true, 30_000, 2), unit: 1 },
  { ...option(false, 30_000, 2), unit: 1, multiplier: 0.1 },
];

function market(): ReturnType<typeof emptyMarket> {
  const made = emptyMarket(2, SERIES.length, 3);
  made.spot.set([1500, 28_000]);
  made.price.set([1505, 1500, 0.9, 0.92, 0.88, 0.8, 0.85, 27_990, 28_000, 0.6, 0.61]);
  made.reference.set([1505, 0, 0, 0, 0, 0, 0, 27_990, 0, 0, 0]);
  made.seconds.set([7 * DAY, 60 * DAY, 200 * DAY]);
  made.forward.set([1501, 1512, 28_900]);
  made.rate.set([0.03, 0.05, 0.1]);
  return made;
}

type Holding = readonly [series: number, lots: number];
function hold(margin: PortfolioMargin, holdings: readonly Holding[], cash = 0): PortfolioMargin {
  const sorted = [...holdings].sort((a, b) => a[0] - b[0]);
  margin.assess({
    cash,
    reserved: 0,
    series: Int32Array.from(sorted, ([series]) => series),
    quantity: Float64Array.from(sorted, ([, lots]) => lots),
  });
  return margin;
}

const lots = fc.integer({ min: -20, max: 20 }).filter((n) => n !== 0);
const holdings = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: SERIES.length - 1 }), lots), {
  selector: ([series]) => series,
  maxLength: SERIES.length,
});

/** The requirement by its definition: every scenario priced by itself for this account, nothing shared. */
function naive(
  rules: PortfolioRules,
  held: readonly Holding[],
): { readonly outcomes: readonly number[]; readonly loss: number; readonly equity: number } {
  const { spot, price, reference, seconds, forward, fixed, rate, stable } = market();
  const years = (e: number): number => seconds[e] / YEAR;
  const paid = (e: number): number => Math.max(0, rate[e]);
  const value = (i: number, move: number, shift: string): number => {
    const one = SERIES[i];
    const by = one.moves ? 1 + move : 1;
    if (one.kind === 'spot') return (price[i] * by) / stable;
    if (one.kind === 'linear') return price[i] * by - reference[i];
    const e = one.expiry;
    const root = Math.sqrt(years(e));
    const ahead = forward[e] * (1 + move) + fixed[e];
    let volatility = price[i];
    if (shift === 'up')
      volatility = Math.max(
        rules.volatility.leastUp,
        volatility * (1 + volatilityShock(rules.volatility.up, seconds[e], rules.volatility)),
      );
    if (shift === 'down') volatility *= Math.max(0, 1 - volatilityShock(rules.volatility.down, seconds[e], rules.volatility));
    if (rules.skew !== null && (shift === 'linear' || shift === 'absolute')) {
      const k = Math.log(one.strike / ahead);
      const { base, slope } = rules.skew[shift];
      volatility *= skewMultiplier(shift === 'linear' ? k : Math.abs(k), base + slope * root, skewWidth(rules.skew, root));
    }
    const discount = rules.discounting ? Math.exp(-paid(e) * years(e)) : 1;
    return one.multiplier * black76(one.kind === 'call', ahead, one.strike, volatility * root, discount);
  };
  const sum = (of: readonly Holding[], move: number, shift: string): number =>
    of.reduce((total, [i, n]) => total + n * value(i, move, shift), 0);
  const expiryOf = (e: number): readonly Holding[] => held.filter(([i]) => SERIES[i].expiry === e);
  const unitOf = (u: number): readonly Holding[] => held.filter(([i]) => SERIES[i].unit === u);
  const discounted = (e: number, worth: number): number => {
    if (rules.discount === null) return worth;
    const { long, short } = rules.discount;
    if (worth >= 0) return worth * long.base * Math.exp(-years(e) * (paid(e) * long.multiple + long.add));
    if (short === null) return worth;
    const grown = short.base * Math.exp(years(e) * (paid(e) * short.multiple + short.add));
    return worth * Math.min(grown, rules.discounting ? Math.exp(paid(e) * years(e)) : 1);
  };
  const outcomes = rules.scenarios.map(({ move, volatility, damping }) => {
    let all = 0;
    for (const u of spot.keys()) {
      const plain = unitOf(u).filter(([i]) => SERIES[i].expiry < 0);
      let gain = sum(plain, move, 'none') - sum(plain, 0, 'none');
      for (const e of [...new Set(unitOf(u).map(([i]) => SERIES[i].expiry))].filter((one) => one >= 0)) {
        const one = discounted(e, sum(expiryOf(e), move, volatility)) - sum(expiryOf(e), 0, 'none');
        gain += volatility === 'linear' || volatility === 'absolute' ? -Math.abs(one) : one;
      }
      gain *= damping;
      all += gain > 0 ? gain * rules.gainOffset : gain;
    }
    return all;
  });
  let basis = 0;
  if (rules.basis !== null) {
    for (const e of seconds.keys()) {
      const now = sum(expiryOf(e), 0, 'none');
      const worst = Math.min(0, sum(expiryOf(e), rules.basis.up, 'none') - now, sum(expiryOf(e), rules.basis.down, 'none') - now);
      basis += worst * (rules.basis.add + rules.basis.multiple * years(e));
    }
  }
  return { outcomes, loss: -Math.min(0, basis, ...outcomes), equity: sum(held, 0, 'none') };
}

const scaleOf = (held: readonly Holding[]): number =>
  1 + held.reduce((sum, [i, n]) => sum + Math.abs(n) * (SERIES[i].unit === 0 ? 1500 : 28_000) * 5, 0);

describe.each(RULES.map((rules, i) => [['derive-pmrm-v1', 'derive-pmrm-v2', 'deribit', 'occ-tims'][i], rules] as const))(
  '%s',
  (_, rules) => {
    const shared = new PortfolioMargin(rules, SERIES, market());

    test('the shared risk arrays give what the definition gives, account after account', () =>
      fc.assert(
        fc.property(holdings, (held) => {
          const { outcomes, loss, equity } = naive(rules, held);
          hold(shared, held);
          outcomes.forEach((one, i) => expect(Math.abs(shared.counted[i] - one)).toBeLessThan(1e-12 * scaleOf(held)));
          expect(Math.abs(shared.worstLoss - loss)).toBeLessThan(1e-12 * scaleOf(held));
          expect(Math.abs(shared.equity - equity)).toBeLessThan(1e-12 * scaleOf(held));
        }),
      ));

    test('the worst loss of two portfolios together is at most the sum, and scales', () =>
      fc.assert(
        fc.property(holdings, holdings, fc.integer({ min: 1, max: 9 }), (one, other, times) => {
          const slack = 1e-12 * (scaleOf(one) + scaleOf(other));
          const apart = hold(shared, one).worstLoss + hold(shared, other).worstLoss;
          const both = SERIES.map((_one, i): Holding => [i, [...one, ...other].reduce((n, [series, q]) => n + (series === i ? q : 0), 0)]);
          expect(hold(shared, both).worstLoss).toBeLessThanOrEqual(apart + slack);
          const single = hold(shared, one).worstLoss;
          const many = one.map(([series, q]): Holding => [series, q * times]);
          expect(Math.abs(hold(shared, many).worstLoss - times * single)).toBeLessThan(times * slack);
        }),
      ));

    test('no requirement is below 0, and initial is at least maintenance', () =>
      fc.assert(
        fc.property(holdings, (held) => {
          hold(shared, held);
          expect(shared.maintenance).toBeGreaterThanOrEqual(0);
          expect(shared.initial).toBeGreaterThanOrEqual(shared.maintenance);
          expect(shared.coverage).toBe(shared.maintenance === 0 ? Infinity : shared.equity / shared.maintenance);
        }),
      ));

    test('what else stands in the market changes nothing: the same account alone, bit for bit', () => {
      const alone = new PortfolioMargin(rules, SERIES, market());
      hold(shared, [[9, 5]]);
      hold(shared, [[0, 3], [4, -7]]); // prettier-ignore
      hold(alone, [[0, 3], [4, -7]]); // prettier-ignore
      expect([shared.equity, shared.maintenance, shared.initial, ...shared.profit]).toEqual([
        alone.equity,
        alone.maintenance,
        alone.initial,
        ...alone.profit,
      ]);
    });
  },
);

describe('the grid', () => {
  const shared = new PortfolioMargin(v2, SERIES, market());

  test('a lone perpetual loses its largest undamped move, plus its charge', () => {
    hold(shared, [[0, 2]]);
    expect(shared.worstLoss).toBeCloseTo(2 * 1505 * 0.18, 9);
    expect(shared.worstScenario).toBe(v2.scenarios.findIndex(({ move }) => Math.abs(move + 0.18) < 1e-12));
    expect(shared.maintenance).toBeCloseTo(0.8 * 2 * 1505 * 0.18 + 2 * 1500 * 0.015, 9);
    expect(shared.initial).toBeCloseTo(2 * 1505 * 0.18 + 2 * 1500 * 0.02, 9);
  });

  test('a covered call loses less than the asset, a spread less than the call sold', () => {
    const call = hold(shared, [[2, -1]]).worstLoss;
    const asset = hold(shared, [[1, 1]]).worstLoss;
    expect(hold(shared, [[1, 1], [2, -1]]).worstLoss).toBeLessThan(asset); // prettier-ignore
    expect(hold(shared, [[2, -1], [4, 1]]).worstLoss).toBeLessThan(call); // prettier-ignore
  });

  test('a call sold naked is bound by the damped tail when it is far out, by the ordinary range when it is near', () => {
    hold(shared, [[4, -1]]);
    expect(v2.scenarios[shared.worstScenario].damping).toBe(1);
    const far = market();
    const series = [option(true, 4000)];
    far.price[0] = 0.9;
    const margin = new PortfolioMargin(v2, series, { ...far, price: Float64Array.of(0.9), reference: Float64Array.of(0) });
    hold(margin, [[0, -1]]);
    expect(v2.scenarios[margin.worstScenario].damping).toBeLessThan(1);
  });

  test('options sold beyond those held at a strike are charged, calls and puts of a strike against each other', () => {
    const rate = v2.nakedShort.maintenance * 1500;
    hold(shared, [[2, -3], [3, 1]]); // prettier-ignore
    expect(shared.maintenanceCharge).toBeCloseTo(2 * rate, 12);
    hold(shared, [[2, -3], [4, 3]]); // prettier-ignore
    expect(shared.maintenanceCharge).toBeCloseTo(3 * rate, 12);
    hold(shared, [[2, -3], [3, -1], [4, 2]]); // prettier-ignore
    expect(shared.maintenanceCharge).toBeCloseTo(4 * rate, 12);
  });

  test('a unit gains for another only the share that counts', () => {
    const short: readonly Holding[] = [[0, -10], [7, 1]]; // prettier-ignore
    const whole = hold(new PortfolioMargin({ ...v2, gainOffset: 1 }, SERIES, market()), short).worstLoss;
    const half = hold(new PortfolioMargin({ ...v2, gainOffset: 0.5 }, SERIES, market()), short).worstLoss;
    const none = hold(new PortfolioMargin({ ...v2, gainOffset: 0 }, SERIES, market()), short).worstLoss;
    expect(none).toBeCloseTo(27_990 * 0.18, 8);
    expect(half).toBeCloseTo(27_990 * 0.18 - 0.5 * 10 * 1505 * 0.18, 8);
    expect(whole).toBeCloseTo((27_990 - 10 * 1505) * 0.18, 8);
  });

  test('prices are read again at a refresh, and only then', () => {
    const moving = market();
    const margin = new PortfolioMargin(v2, SERIES, moving);
    const before = hold(margin, [[4, -1]]).equity;
    moving.forward[0] = 1700;
    expect(hold(margin, [[4, -1]]).equity).toBe(before);
    margin.refresh();
    expect(hold(margin, [[4, -1]]).equity).toBeLessThan(before);
  });

  test('an account in the ledger’s terms (cash holds the cost) has the same margin', () => {
    const ledger = market();
    ledger.reference.fill(0);
    const margin = new PortfolioMargin(v2, SERIES, ledger);
    hold(margin, [[0, 3], [4, -2]], 5000 - 3 * 1505); // prettier-ignore
    hold(shared, [[0, 3], [4, -2]], 5000); // prettier-ignore
    expect(margin.equity).toBeCloseTo(shared.equity, 9);
    expect(margin.maintenance).toBeCloseTo(shared.maintenance, 9);
  });
});

describe('charges', () => {
  test('concentration is super-additive, unlike the worst loss', () => {
    const concentration = tiersFromRates([
      { floor: 0, rate: 0 },
      { floor: 10_000, rate: 0.05 },
      { floor: 50_000, rate: 0.2 },
    ]);
    const margin = new PortfolioMargin({ ...v2, concentration }, SERIES, market());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (one, other) => {
        const apart = hold(margin, [[0, one]]).concentrationCharge + hold(margin, [[0, other]]).concentrationCharge;
        expect(hold(margin, [[0, one + other]]).concentrationCharge).toBeGreaterThanOrEqual(apart - 1e-9);
      }),
    );
    expect(hold(margin, [[0, 40]]).concentrationCharge).toBeCloseTo(0.05 * 40_000 + 0.2 * 10_000, 9);
    expect(hold(margin, [[0, -40]]).maintenance - hold(new PortfolioMargin(v2, SERIES, market()), [[0, -40]]).maintenance).toBeCloseTo(
      4000,
      9,
    );
  });

  test('a doubtful oracle and a settlement currency below its peg raise initial margin alone', () => {
    const doubtful = market();
    doubtful.unitConfidence[0] = 0.5;
    const sure = hold(new PortfolioMargin(v2, SERIES, market()), [[0, 1]]);
    const unsure = hold(new PortfolioMargin(v2, SERIES, doubtful), [[0, 1]]);
    expect(unsure.maintenance).toBe(sure.maintenance);
    expect(unsure.initial - sure.initial).toBeCloseTo(0.5 * 1500, 9);
    const below = hold(new PortfolioMargin(v2, SERIES, { ...market(), stable: 0.9 }), [[0, 1]]);
    expect(below.maintenance).toBe(sure.maintenance);
    expect(below.initial - sure.initial).toBeCloseTo((0.98 - 0.9) * 2 * sure.worstLoss, 9);
  });

  test('a perpetual whose own price is doubtful makes its unit’s options doubtful, but only where it is held', () => {
    const doubtful = market();
    doubtful.confidence[0] = 0.5;
    const margin = new PortfolioMargin(v2, SERIES, doubtful);
    expect(hold(margin, [[4, 1]]).confidenceCharge).toBe(0);
    expect(hold(margin, [[0, 1], [4, 1]]).confidenceCharge).toBeCloseTo(0.5 * 1500 * 2, 9); // prettier-ignore
    expect(hold(margin, [[0, 0], [4, 1]]).confidenceCharge).toBe(0); // prettier-ignore
  });
});

test('the largest loss of a list, 0 when nothing loses', () => {
  expect(worstLoss([3, -7, 2])).toBe(7);
  expect(worstLoss([3, 2])).toBe(0);
  expect(worstLoss([])).toBe(0);
});

describe('inverse contracts', () => {
  test('a long in coin loses more on the way down than it gains on the way up; the size is in coin', () => {
    const rules = rulesOf(deribit);
    const account: PortfolioAccount = {
      cash: 1,
      reserved: 0,
      stable: 1,
      units: [
        { spot: 60_000, confidence: 1, plain: [{ ...PLAIN, kind: 'inverse', size: 2, price: 60_000, maintenance: 0.01 }], expiries: [] },
      ],
    };
    const margin = assessAccount(rules, account);
    expect(margin.worstLoss).toBeCloseTo(2 * (1 / 0.84 - 1), 12);
    expect(margin.profit[8]).toBeCloseTo(2 * (1 - 1 / 1.16), 12);
    expect(margin.maintenance).toBeCloseTo(0.8 * (2 * (1 / 0.84 - 1) + 0.02), 12);
    expect(margin.equity).toBe(1);
  });

  test('an option in coin is worth its price over the forward, and a put gains more coin than its price falls', () => {
    const rules = rulesOf(deribit);
    const terms = { strike: 60_000, size: 1, multiplier: 1, volatility: 0.6, inCoin: true } as const;
    const held = (call: boolean): PortfolioMargin =>
      assessAccount(rules, {
        cash: 0,
        reserved: 0,
        stable: 1,
        units: [
          {
            spot: 60_000,
            confidence: 1,
            plain: [],
            expiries: [{ seconds: 30 * DAY, forward: 60_000, fixed: 0, rate: 0, confidence: 1, options: [{ ...terms, call }] }],
          },
        ],
      });
    const deviation = 0.6 * Math.sqrt((30 * DAY) / YEAR);
    expect(held(true).equity).toBeCloseTo(black76(true, 60_000, 60_000, deviation, 1) / 60_000, 14);
    // The put and the strike in coin less the call: at every price its worth in coin is K / F − 1.
    for (const [i, { move, volatility }] of rules.scenarios.entries()) {
      if (volatility !== 'none') continue;
      const parity = held(false).profit[i] - held(true).profit[i];
      expect(parity).toBeCloseTo(1 / (1 + move) - 1, 12);
    }
    const sold = assessAccount(rules, {
      cash: 0,
      reserved: 0,
      stable: 1,
      units: [
        {
          spot: 60_000,
          confidence: 1,
          plain: [],
          expiries: [
            { seconds: 30 * DAY, forward: 60_000, fixed: 0, rate: 0, confidence: 1, options: [{ ...terms, call: true, size: -3 }] },
          ],
        },
      ],
    });
    expect(sold.maintenanceCharge).toBeCloseTo(0.03, 15);
  });

  test('in the ledger’s terms equity is cash − face / mark', () => {
    const one: Series = { ...linear, kind: 'inverse', multiplier: 100, notional: 'price' };
    const made = emptyMarket(1, 1, 0);
    made.spot[0] = 50_000;
    made.price[0] = 50_000;
    const margin = new PortfolioMargin(rulesOf(deribit), [one], made);
    expect(hold(margin, [[0, 30]], 1).equity).toBeCloseTo(1 - (30 * 100) / 50_000, 15);
  });
});

describe('refused', () => {
  const options = (more: Partial<OptionHolding>, seconds = DAY): PortfolioAccount => ({
    cash: 0,
    reserved: 0,
    stable: 1,
    units: [
      {
        spot: 100,
        confidence: 1,
        plain: [],
        expiries: [
          {
            seconds,
            forward: 100,
            fixed: 0,
            rate: 0,
            confidence: 1,
            options: [{ call: true, strike: 100, size: 1, multiplier: 1, volatility: 0.5, ...more }],
          },
        ],
      },
    ],
  });
  const build = (series: readonly Series[], rules = v2): (() => RiskArrays) => {
    const made = emptyMarket(1, series.length, 2);
    made.spot.fill(100);
    made.forward.fill(100);
    return () => new RiskArrays(rules, series, made);
  };
  test.each([
    ['an option past expiry', () => assessAccount(v2, options({}, -1)), 'expiry 0: found -1 seconds left, which is past; want 0 or more'],
    ['a volatility that is no number', () => assessAccount(v2, options({ volatility: NaN })), 'found volatility NaN, want a number ≥ 0'],
    ['a strike below 0', () => assessAccount(v2, options({ strike: -5 })), 'found strike -5, want a number ≥ 0'],
    ['a multiplier of 0', () => assessAccount(v2, options({ multiplier: 0 })), 'found multiplier 0, want a number > 0'],
    [
      'negative collateral',
      () =>
        assessAccount(v2, {
          ...options({}),
          units: [{ spot: 1, confidence: 1, plain: [{ ...PLAIN, kind: 'spot', size: -1, price: 1 }], expiries: [] }],
        }),
      'collateral: found -1 units, want a number ≥ 0',
    ],
    [
      'a position without a price',
      () =>
        assessAccount(v2, {
          ...options({}),
          units: [{ spot: 1, confidence: 1, plain: [{ ...PLAIN, size: 1, price: NaN }], expiries: [] }],
        }),
      'series 0 (linear): found price NaN, want a number ≥ 0',
    ],
    ['a unit that is not there', build([{ ...linear, unit: 1 }]), 'series 0 (linear): found unit 1, want 0 to 0'],
    ['series out of order', build([option(true, 100), option(true, 90)]), 'series 1 (call): found it after unit 0, expiry 0, strike 100'],
    ['a perpetual with an expiry', build([{ ...linear, expiry: 0 }]), 'series 0 (linear): found expiry 0, want -1'],
    ['an option without one', build([option(true, 100, -1)]), 'series 0 (call): found expiry -1, want 0 to 1'],
    [
      'options on a grid that moves prices below 0',
      build([option(true, 100)], { ...v2, scenarios: [...v2.scenarios, { move: -1.5, volatility: 'none', damping: 1 }] }),
      'found a scenario that moves the price by -1.5, want at least -1',
    ],
    [
      'contracts in coin on a grid that moves prices to 0',
      build([{ ...linear, kind: 'inverse' }], { ...v2, scenarios: [...v2.scenarios, { move: -1, volatility: 'none', damping: 1 }] }),
      'found a scenario that moves the price by -1, want more than -1',
    ],
    ['a published array of another length', build([{ ...linear, kind: 'array', gains: [1, 2] }]), 'found 2 gains, want 31'],
    [
      'a grid without the zero scenario',
      () => new PortfolioMargin({ ...v2, scenarios: v2.scenarios.filter(({ move }) => move !== 0) }, [], emptyMarket(0, 0, 0)),
      'found no scenario',
    ],
    [
      'gains that count more than once',
      () => new PortfolioMargin({ ...v2, gainOffset: 1.5 }, [], emptyMarket(0, 0, 0)),
      'gainOffset: found 1.5',
    ],
  ] as const)('%s', (_, attempt: () => unknown, message) => expect(attempt).toThrow(message));

  test('but an option at its expiry is worth what exercise pays', () => {
    expect(assessAccount(v2, options({ strike: 90 }, 0)).equity).toBe(10);
  });
});

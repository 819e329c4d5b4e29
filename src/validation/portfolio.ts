import { bits, root } from '../core/random.ts';
import { STILL } from '../margin/grid.ts';
import { PortfolioMargin } from '../margin/portfolio.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import { emptyMarket } from '../margin/risk-arrays.ts';
import type { RiskMarket, Series } from '../margin/risk-arrays.ts';
import { tiersFromRates } from '../margin/tiers.ts';
import { VENUES } from '../venues/catalogue.ts';
import { runsOf } from './effort.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const RUNS = { full: 10_000, quick: 500 } as const;
const DAY = 86_400;

const perpetual: Series = {
  kind: 'linear',
  unit: 0,
  expiry: -1,
  strike: 0,
  multiplier: 1,
  moves: true,
  maintenance: 0,
  initial: 0,
  notional: 'index',
};
const option = (call: boolean, strike: number, expiry: number, unit = 0): Series => ({
  ...perpetual,
  kind: call ? 'call' : 'put',
  unit,
  expiry,
  strike,
});

/** Two underlyings: perpetuals and a coin held of each, options of three expiries. The first two are one contract listed twice. */
const SERIES: readonly Series[] = [
  perpetual,
  perpetual,
  { ...perpetual, kind: 'spot' },
  option(true, 1408, 0),
  option(false, 1408, 0),
  option(true, 1600, 0),
  option(false, 1500, 1),
  option(true, 1700, 1),
  { ...perpetual, unit: 1 },
  { ...perpetual, unit: 1, kind: 'spot' },
  option(false, 27_000, 2, 1),
  option(true, 30_000, 2, 1),
];
/** Series whose values in `EXACT` are whole numbers. */
const WITHOUT_OPTIONS = SERIES.flatMap((one, i) => (one.expiry < 0 ? [i] : []));

function marketOf(): RiskMarket {
  const market = emptyMarket(2, SERIES.length, 3);
  market.spot.set([1536, 28_672]);
  market.price.set([1536, 1536, 1536, 0.9, 0.92, 0.88, 0.8, 0.85, 28_672, 28_672, 0.6, 0.61]);
  market.seconds.set([7 * DAY, 60 * DAY, 200 * DAY]);
  market.forward.set([1540, 1552, 29_300]);
  market.rate.set([0.03, 0.05, 0.1]);
  return market;
}

/** Moves in eighths and shares in halves: every sum is exact, so that the inequality is. */
const EXACT: PortfolioRules = {
  scenarios: [-0.5, -0.25, -0.125, 0, 0.125, 0.25, 0.5].map((move) => ({
    move,
    volatility: 'none' as const,
    damping: move < -0.3 || move > 0.3 ? 0.5 : 1,
  })),
  volatility: STILL,
  skew: null,
  basis: null,
  discounting: false,
  factor: { maintenance: 1, initial: 1.5 },
  chargesScaled: false,
  discount: null,
  gainOffset: 0.5,
  nakedShort: { maintenance: 0, initial: 0 },
  leastPerOption: 0,
  confidence: null,
  peg: null,
  concentration: null,
};

/** Steps of a charge on gross notional that rises. */
const RISING = tiersFromRates([
  { floor: 0, rate: 0 },
  { floor: 16_384, rate: 0.0625 },
  { floor: 65_536, rate: 0.25 },
]);

type Lots = ReadonlyMap<number, number>;

/** Sets of rules, each with the error that its arithmetic may make, as a share of the gross notional. */
function rulebooks(): readonly { readonly name: string; readonly rules: PortfolioRules; readonly slack: number }[] {
  const presets = VENUES.flatMap(({ name, portfolio }) => (portfolio === undefined ? [] : [{ name, rules: portfolio, slack: 1e-12 }]));
  return [{ name: 'a grid of eighths', rules: EXACT, slack: 0 }, ...presets];
}

function assess(margin: PortfolioMargin, lots: Lots): PortfolioMargin {
  const held = [...lots].filter(([, quantity]) => quantity !== 0).sort(([a], [b]) => a - b);
  margin.assess({
    cash: 0,
    reserved: 0,
    series: Int32Array.from(held, ([series]) => series),
    quantity: Float64Array.from(held, ([, quantity]) => quantity),
  });
  return margin;
}

/** An account of a few positions, drawn. A coin is held, never owed. */
function draw(run: number, account: number, from: readonly number[]): Lots {
  const { lo, hi } = root('validation', 'INV-PM-SUBADD');
  let slot = 0;
  const whole = (most: number): number => bits(lo, hi, account, run, slot++) % most;
  const lots = new Map<number, number>();
  for (let k = 1 + whole(5); k > 0; k--) {
    const series = from[whole(from.length)] ?? 0;
    const quantity = 1 + whole(20);
    lots.set(series, SERIES[series]?.kind !== 'spot' && whole(2) === 0 ? -quantity : quantity);
  }
  return lots;
}

function together(one: Lots, other: Lots): Lots {
  const sum = new Map(one);
  for (const [series, quantity] of other) sum.set(series, (sum.get(series) ?? 0) + quantity);
  return sum;
}

/** What breaks the rule in one pair of accounts, or null. */
function breach(margin: PortfolioMargin, rising: PortfolioMargin, one: Lots, other: Lots, slack: number): string | null {
  const both = together(one, other);
  const room = slack * [...both].reduce((sum, [series, quantity]) => sum + Math.abs(quantity) * (margin.arrays.notional[series] ?? 0), 0);
  const loss = (lots: Lots): number => assess(margin, lots).worstLoss;
  const alone = (lots: Lots): number => [...lots].reduce((sum, position) => sum + loss(new Map([position])), 0);
  const [whole, first, second] = [loss(both), loss(one), loss(other)];
  if (!(whole <= first + second + room)) return `two accounts: ${whole} > ${first} + ${second}`;
  if (!(first <= alone(one) + room)) return `an account: ${first} > ${alone(one)} of its positions`;
  // Lots that do not net: what is charged on gross notional rises with it.
  const size = (lots: Lots): Lots => new Map([...lots].map(([series, quantity]) => [series, Math.abs(quantity)]));
  const charge = (lots: Lots): number => assess(rising, size(lots)).concentrationCharge;
  const [gross, apart] = [charge(together(size(one), size(other))), charge(one) + charge(other)];
  return gross >= apart - 1e-12 * gross ? null : `concentration: ${gross} < ${apart}`;
}

function coherent(_parameters: Value, effort: Effort): Verdict {
  const runs = runsOf(effort, RUNS);
  const market = marketOf();
  let found: string | null = null;
  let strict = 0;
  for (const { name, rules, slack } of rulebooks()) {
    const from = slack === 0 ? WITHOUT_OPTIONS : [...SERIES.keys()];
    const margin = new PortfolioMargin(rules, SERIES, market);
    const rising = new PortfolioMargin({ ...rules, concentration: RISING }, SERIES, market);
    for (let run = 0; run < runs && found === null; run++) {
      const [one, other] = [draw(run, 0, from), draw(run, 1, from)];
      const wrong = breach(margin, rising, one, other, slack);
      if (wrong !== null) found = `${name}, pair ${run}: ${wrong}`;
      if (assess(margin, together(one, other)).worstLoss < assess(margin, one).worstLoss) strict++;
    }
    // A position and its exact hedge under common moves: nothing but what is charged beside the loss, or in its place.
    const hedged = assess(margin, new Map([[0, 7], [1, -7]])); // prettier-ignore
    if (hedged.worstLoss !== 0 || hedged.maintenance !== hedged.concentrationCharge + rules.factor.maintenance * hedged.minimumCharge)
      found ??= `${name}: a hedged pair needs ${hedged.maintenance}`;
  }
  return {
    expected: 'inequality',
    measured: found ?? 'inequality',
    tolerance: `exact on a grid of eighths, 1e-12 of the gross notional under ${rulebooks().length - 1} venues: ${runs} pairs of accounts each, ${strict} of which need less than their first alone`,
    pass: found === null && strict > 0,
  };
}

/** What holds for every portfolio. */
export const PORTFOLIO_CHECKS: readonly Check[] = [{ id: 'INV-PM-SUBADD', run: coherent }];

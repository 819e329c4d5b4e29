/** From a curve's section to the impact that orders have, in lots and fractions of the opening price. Needs neither zod nor the parser. */
import { exp, expm1, log, pow } from '../core/math.ts';
import type { ImpactOptions } from '../market/impact.ts';
import type { CurveOptions } from '../simulation/options.ts';
import type { Context, Report } from './context.ts';
import { evaluator, mentions } from './expression.ts';
import type { Expression } from './expression.ts';
import { LAW_DEFAULTS, LAW_WORDS, MOVE_NAMES } from './laws.ts';
import { round } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** A market's section of kind `curve`. */
export type CurveSection = Extract<Scenario['market'], { readonly kind: 'curve' }>;

/** The move that `depth` is stated for. */
const MOVE = 0.01;

/** Notionals, in quote units, between which a formula is sampled, and knots per doubling. */
const FIRST_KNOT = 1;
const LAST_KNOT = 1e12;
const KNOTS_PER_DOUBLING = 16;

/** The formulas of a market's section, with where they stand. */
export function moveFormulas(
  section: Scenario['market'] | undefined,
  at: Steps,
): { readonly text: string; readonly steps: Steps; readonly names: readonly string[] }[] {
  if (section?.kind !== 'curve') return [];
  const { law } = section;
  if (typeof law === 'object') return law.kind === 'formula' ? [{ text: law.move, steps: [...at, 'law', 'move'], names: MOVE_NAMES }] : [];
  return isWord(law) ? [] : [{ text: law, steps: [...at, 'law'], names: MOVE_NAMES }];
}

function isWord(law: string): law is (typeof LAW_WORDS)[number] {
  return LAW_WORDS.some((word) => word === law);
}

/**
 * The curve of a market; `lot` in units of the asset, `perLot`: what it is worth at the opening price, in quote units, `seconds`: the horizon,
 * `at`: where the section stands. Null after a report.
 */
export function resolveCurve(
  section: CurveSection,
  lot: number,
  perLot: number,
  seconds: number,
  context: Context,
  at: Steps,
  report: Report,
): CurveOptions | null {
  const lots = section.depth / perLot;
  if (lots < 1) {
    report([...at, 'depth'], `found ${section.depth}, want at least ${round(perLot)}: one lot at the opening price`);
    return null;
  }
  const { permanent } = section;
  const resilience = { recovery: section.recovery === 'never' ? Infinity : section.recovery, permanent };
  const law = lawOf(section.law);
  const impactOf = (): ImpactOptions | null => {
    switch (law.kind) {
      case 'linear':
        return { kind: 'linear', slope: MOVE / lots, ...resilience };
      case 'skew':
        return { kind: 'skew', scale: lots / MOVE, ...resilience };
      case 'square-root':
        return { kind: 'square-root', coefficient: MOVE / Math.sqrt(lots), window: law.window, ...resilience };
      case 'power':
        return { kind: 'power', coefficient: MOVE / pow(lots, law.exponent), exponent: law.exponent, ...resilience };
      case 'exponential': {
        const { decay } = law;
        const depth = decay === 0 ? lots / MOVE : (-lots * decay) / expm1(-decay * MOVE);
        return { kind: 'exponential', depth, decay, ...resilience };
      }
      case 'constant-product':
        // Buying is the thinner side.
        return { kind: 'constant-product', reserve: lots / (1 - 1 / Math.sqrt(1 + MOVE)), fee: law.fee, ...resilience };
      case 'latent':
        return { kind: 'latent', slope: (2 * lots) / (MOVE * MOVE), ...resilience };
      case 'obizhaeva-wang':
        return { kind: 'obizhaeva-wang', depth: lots / MOVE, ...resilience };
      case 'propagator':
        return { kind: 'propagator', slope: MOVE / lots, scale: law.scale, exponent: law.exponent, memory: seconds };
      case 'formula': {
        const formula = context.formulas[law.move];
        if (formula === undefined) return null;
        const here: Steps = typeof section.law === 'string' ? [...at, 'law'] : [...at, 'law', 'move'];
        const table = tableOf(formula, law, section.depth, perLot, lot, (message) => report(here, message));
        return table === null ? null : { kind: 'table', ...table, window: law.window, ...resilience };
      }
    }
  };
  const impact = impactOf();
  return impact === null ? null : { kind: 'curve', impact };
}

type Law = Exclude<CurveSection['law'], string>;

/** A law with all its settings. */
function lawOf(law: CurveSection['law']): Law {
  if (typeof law === 'object') return law;
  const { window, exponent, decay, fee, scale, memory } = LAW_DEFAULTS;
  const word = isWord(law) ? law : 'formula';
  switch (word) {
    case 'linear':
    case 'skew':
    case 'latent':
    case 'obizhaeva-wang':
      return { kind: word };
    case 'square-root':
      return { kind: word, window };
    case 'power':
      return { kind: word, exponent };
    case 'exponential':
      return { kind: word, decay };
    case 'constant-product':
      return { kind: word, fee };
    case 'propagator':
      return { kind: word, scale, exponent: memory };
    case 'formula':
      return { kind: word, move: law, window };
  }
}

/**
 * A formula as moves at geometric knots of notional. Moves are met exactly at the knots and by their chords in between: at 16 knots a
 * doubling within 0.01 % of a smooth power with an exponent from 0 to 1. Null after a complaint.
 */
function tableOf(
  formula: Expression,
  { volume, volatility }: Extract<Law, { readonly kind: 'formula' }>,
  depth: number,
  perLot: number,
  lot: number,
  complain: (message: string) => void,
): { readonly lots: readonly number[]; readonly moves: readonly number[] } | null {
  for (const [name, value] of Object.entries({ volume, volatility })) {
    if (value !== undefined || !mentions(formula, name)) continue;
    complain(`found ${name} in the formula and nowhere a value for it, want { kind: formula, move: …, ${name}: … }`);
    return null;
  }
  const move = evaluator(formula, MOVE_NAMES);
  const growth = exp(log(2) / KNOTS_PER_DOUBLING);
  const lots: number[] = [];
  const moves: number[] = [];
  let last = 0;
  for (let notional = FIRST_KNOT; notional <= LAST_KNOT; notional *= growth) {
    const value = move([notional, (notional / perLot) * lot, depth, volume ?? NaN, volatility ?? NaN]);
    const where = `at a notional of ${Number(notional.toPrecision(4))}`;
    if (!(value >= 0 && value < Infinity)) {
      complain(`found a move of ${Number.isFinite(value) ? round(value) : String(value)}, want a finite one from 0, ${where}`);
      return null;
    }
    if (value < last) {
      complain(`found a move that falls as the notional grows, want one that does not, ${where}`);
      return null;
    }
    lots.push(notional / perLot);
    moves.push(value);
    last = value;
  }
  if (!(last > (moves.at(-2) ?? 0))) {
    complain(`found a move that stays at ${round(last)} however large the notional, want one that goes on rising`);
    return null;
  }
  return { lots, moves };
}

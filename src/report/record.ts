import { counted, MISSING, plain, quantity, range, type Quantity } from '../charts/format.ts';
import { columnsOf, type Fact } from '../scenario/record.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import { withLinks, type Block, type Inline } from './content.ts';
import { measured } from './measured.ts';
import { listed } from './mechanisms.ts';
import { keyShort, pointText } from './names.ts';
import type { Results, RunRow, StoredExperiment } from './results.ts';

/** Unit of what a fact is compared with: two of a kind divided are a share. */
function unitOfFact(experiment: StoredExperiment, fact: Fact): Quantity {
  const [unit = 'ratio', other] = columnsOf(fact).map((name) => measured(experiment, name).unit);
  return other === undefined ? unit : unit === other ? 'fraction' : 'ratio';
}

/** What a run says of a fact; null where undefined. */
function valueOf(fact: Fact, run: RunRow): number | null {
  const [value, divisor] = columnsOf(fact).map((name) => run[name]);
  if (typeof value !== 'number') return null;
  if (divisor === undefined) return value;
  return typeof divisor === 'number' && divisor !== 0 ? value / divisor : null;
}

/** How the runs stand to a published range, and under which words the facts are summed up. */
const VERDICTS = {
  inside: 'The median lies in the published range: ',
  beside: 'The median lies outside it, but not nineteen of twenty runs: ',
  below: 'Outside, nineteen of twenty runs lie below it: ',
  above: 'Outside, nineteen of twenty runs lie above it: ',
  undefined: 'Not defined in any run: ',
} as const;
type Verdict = keyof typeof VERDICTS;

/** A median that is printed with the same digits as an end counts as in the range. */
function verdictOf(fact: Fact, unit: Quantity, { median, low, high }: Spread): Verdict {
  const same = (end: number): boolean => quantity(median, unit) === quantity(end, unit);
  if ((median >= fact.low && median <= fact.high) || same(fact.low) || same(fact.high)) return 'inside';
  if (low <= fact.high && high >= fact.low) return 'beside';
  return median < fact.low ? 'below' : 'above';
}

/** What the runs say of a fact: median, and the 5th and 95th percentile. */
interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Finding {
  readonly fact: Fact;
  readonly unit: Quantity;
  /** null: undefined in every run. */
  readonly spread: Spread | null;
  readonly verdict: Verdict;
}

function findingOf(experiment: StoredExperiment, fact: Fact, runs: readonly RunRow[]): Finding {
  const unit = unitOfFact(experiment, fact);
  const values = ascending(Float64Array.from(runs.map((run) => valueOf(fact, run)).filter((value) => value !== null)));
  if (values.length === 0) return { fact, unit, spread: null, verdict: 'undefined' };
  const [low = NaN, median = NaN, high = NaN] = [0.05, 0.5, 0.95].map((p) => quantileOfSorted(values, p));
  const spread = { median, low, high };
  return { fact, unit, spread, verdict: verdictOf(fact, unit, spread) };
}

function findingsAt({ experiment, runs }: Results, point: number): readonly Finding[] {
  const own = runs.filter((row) => Number(row['point']) === point);
  return experiment.scenario.facts.map((fact) => findingOf(experiment, fact, own));
}

/** One sentence for the answer: how many predictions are met at the reference point, and which are missed; none without predictions. */
export function recordSentence(results: Results): readonly string[] {
  const predicted = findingsAt(results, results.manifest.reference).filter(({ fact }) => fact.standing === 'predicted');
  if (predicted.length === 0) return [];
  const met = predicted.filter(({ verdict }) => verdict === 'inside').length;
  const missed = predicted.filter(({ verdict }) => verdict === 'below' || verdict === 'above');
  const count = `Of ${counted(predicted.length, 'prediction')} ${met === 0 ? 'none' : plain(met)} ${met < 2 ? 'has its median' : 'have their medians'} in the published range`;
  if (missed.length === 0) return [`${count}, and none is missed by nineteen of twenty runs.`];
  return [`${count}; nineteen of twenty runs miss ${listed(missed.map(({ fact, verdict }) => `${fact.what} (${verdict} it)`))}.`];
}

/** What lies inside, and plainly what does not: one line a verdict. */
function inWords(findings: readonly Finding[]): Inline[][] {
  return (Object.keys(VERDICTS) as Verdict[]).flatMap((verdict) => {
    const names = findings.filter((finding) => finding.verdict === verdict).map(({ fact }) => fact.what);
    return names.length === 0 ? [] : [[{ strong: VERDICTS[verdict] }, names.join('; ')]];
  });
}

/** The runs held against published values, and what of the scenario was set before the event, fitted on it, or cannot be identified. */
export function recordOf(results: Results): Block[] {
  const { experiment } = results;
  const { facts } = experiment.scenario;
  if (facts.length === 0) return [];
  // What is varied from the reference point is what did not happen.
  const { reference } = results.manifest;
  const findings = findingsAt(results, reference);
  return [
    { kind: 'heading', text: 'Against the record' },
    ...standing(results),
    {
      kind: 'table',
      caption: `Published values, and the same of the runs${results.manifest.vary.length === 0 ? '' : ` at ${pointText(results, reference)}`}: median, and the 5th and 95th percentile over the runs in which there is one.`,
      head: ['what', 'standing', 'published', 'median', '5 % to 95 %', 'verdict'],
      rows: findings.map(rowOf),
      numbersFrom: 2,
    },
    { kind: 'list', items: inWords(findings) },
    {
      kind: 'table',
      caption: 'Sources of the published values.',
      head: ['what', 'source'],
      rows: facts.map((fact) => [fact.what, sourceOf(fact)]),
      numbersFrom: 9,
    },
  ];
}

/** As a link where it is one address and nothing else. */
function sourceOf({ source }: Fact): Inline {
  const [first = '', ...more] = withLinks(source);
  return more.length === 0 ? first : source;
}

function rowOf({ fact, unit, spread, verdict }: Finding): readonly Inline[] {
  const published = fact.low === fact.high ? quantity(fact.low, unit) : range(fact.low, fact.high, unit);
  const named = [fact.what, fact.standing, published];
  if (spread === null) return [...named, MISSING, MISSING, 'undefined in every run'];
  return [...named, quantity(spread.median, unit), range(spread.low, spread.high, unit), verdict];
}

/** A path with the names of groups of traders for their places. */
const byName = (path: string, { traders }: StoredExperiment['scenario']): string =>
  path.replace(/^traders\[(\d+)\]/, (place, k: string) => {
    const name = traders[Number(k)]?.name;
    return name === undefined ? place : `traders[${name}]`;
  });

/** Which settings were known before, which were chosen by the event, and which nothing identifies. */
function standing({ experiment, manifest }: Results): Block[] {
  const { notes, scenario } = experiment;
  const named = (word: RegExp): string => {
    const keys = notes.filter((note) => word.test(note.source)).map((note) => byName(note.path, scenario));
    return keys.length === 0 ? 'none' : keys.join(', ');
  };
  const fitted = scenario.facts.filter((fact) => fact.standing === 'fitted').map(({ what }) => what);
  const predicted = scenario.facts.filter((fact) => fact.standing === 'predicted').map(({ what }) => what);
  const items: Inline[][] = [
    [{ strong: 'Set before the event: ' }, named(/^set before/i)],
    [{ strong: 'Fitted on it: ' }, `${named(/^fitted/i)}${fitted.length === 0 ? '' : `, to ${fitted.join('; ')}`}`],
    [{ strong: 'Predicted: ' }, predicted.length === 0 ? 'nothing' : predicted.join('; ')],
    [
      { strong: 'Not identifiable, and therefore varied: ' },
      manifest.uncertain.length === 0 ? named(/^not identifiable/i) : manifest.uncertain.map(keyShort).join('; '),
    ],
  ];
  return [{ kind: 'list', items }];
}

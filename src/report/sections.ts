import { valueText } from '../charts/curve.ts';
import { counted, difference, MISSING, percent, plain, quantity, range, type Quantity } from '../charts/format.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import { answerOf, answerTable, figuresOf, flowOf, headlineReadings, profitsOf, referencePoints } from './answer.ts';
import { withLinks, type Block, type Content, type Inline } from './content.ts';
import { curveOf, withinPlacebo } from './curves.ts';
import type { Drawing } from './drawing.ts';
import { limitsOf } from './limits.ts';
import { answering, HEADLINE, measured } from './measured.ts';
import { fairnessOf } from './fairness.ts';
import { listed, mechanismsOf } from './mechanisms.ts';
import { axesOf, axisValue, keyLabel, keyShort, pointText, seriesText, settingValue, shownAsset } from './names.ts';
import { recordOf, recordSentence } from './record.ts';
import { summaryOf, type Results, type RunRow } from './results.ts';

/** The whole report as blocks, in reading order. */
export function contentOf(results: Results, drawings: readonly Drawing[]): Content {
  const { manifest } = results;
  return {
    name: manifest.name,
    question: manifest.question ?? '',
    blocks: [
      { kind: 'heading', text: 'Answer' },
      { kind: 'answer', sentences: [...answerOf(results), ...recordSentence(results)] },
      ...answerTable(results),
      ...forcedFlow(results),
      ...failures(results),
      { kind: 'heading', text: 'The three numbers that matter' },
      ...referencePoints(results).map((point): Block => ({
        kind: 'figures',
        title: results.manifest.vary.length === 0 ? 'Over all runs' : `At ${pointText(results, point)}`,
        figures: figuresOf(results, point),
      })),
      ...recordOf(results),
      { kind: 'heading', text: 'Charts' },
      ...charts(results, drawings),
      { kind: 'heading', text: 'Table' },
      table(results),
      ...sensitivity(results),
      { kind: 'heading', text: 'Method' },
      ...method(results),
      { kind: 'heading', text: 'Assumptions' },
      ...assumptions(results),
      { kind: 'heading', text: 'Limits' },
      { kind: 'list', items: limitsOf(results, headlineReadings(results)) },
      { kind: 'heading', text: 'Where this comes from' },
      ...provenance(results),
    ],
  };
}

function forcedFlow(results: Results): Block[] {
  return [flowOf(results), fairnessOf(results), profitsOf(results)]
    .filter((text) => text !== null)
    .map((text): Block => ({ kind: 'paragraph', parts: [text] }));
}

function failures(results: Results): Block[] {
  const { failed, planned } = results.manifest.counts;
  if (failed === 0) return [];
  return [
    {
      kind: 'paragraph',
      parts: [
        { strong: `${failed} of ${counted(planned, 'run')} failed` },
        ' and are in no figure below; failures.jsonl names each with its reason.',
      ],
    },
  ];
}

const CAPTIONS: Readonly<Record<string, string>> = {
  answer:
    'What answers the question. On the left (on a phone above) medians over all runs of a point; on the right the same of differences from the reference point, run by run, in which what two runs share cancels.',
  severity:
    'Left (above on a phone): the median over all runs of a point. Right: each run is first compared with the run of the reference point that has the same draws, and the median of these differences is shown; what the two runs share cancels, so this side resolves smaller differences.',
  sizes: 'How large a cascade is depends on the run: each curve ranks the runs of one point.',
  waterfall: 'Who pays when a position closes below zero. The parts add up to the bad debt exactly in every run.',
};

function charts(results: Results, drawings: readonly Drawing[]): Block[] {
  const shown = shownAsset(results.experiment);
  const of = shown === '' ? '' : ` (${shown})`;
  const blocks: Block[] = drawings.map((drawing) => ({
    kind: 'chart',
    name: drawing.name,
    title: drawing.title,
    caption: drawing.name === 'timeline' ? `The example run, second by second${of}.` : (CAPTIONS[drawing.name] ?? ''),
  }));
  if (results.example !== null) {
    blocks.push({
      kind: 'strip',
      caption: `The same run by the second${of}: move over the strip, or focus it and use the arrow keys. "Caused" accounts are liquidated here and never in the twin, "advanced" ones later in the twin, "common" ones in both.`,
    });
  }
  return blocks;
}

const COLUMNS = [
  'drawdown',
  'drawdown_twin',
  'liquidated_notional',
  'on_book_notional',
  'backstop_notional',
  'bad_debt',
  'caused_share',
  'capital_efficiency',
] as const;

function table(results: Results): Block {
  const { axis, key } = axesOf(results);
  const curve = curveOf(results, 'excess_drawdown');
  const other = results.manifest.vary.length > (key < 0 ? 0 : 1);
  const reference = pointText(results, results.manifest.reference);
  const hostile = (results.experiment.scenario.adversaries ?? []).length > 0;
  const answers = answering(results).map(({ name }) => name);
  const columns = [...new Set([...answers, ...COLUMNS, ...(hostile ? ['adversary_pnl'] : [])])].filter((name) => name !== HEADLINE);
  const metrics = columns.map((name) => measured(results.experiment, name));
  const rows = results.points.map((values, point) => {
    const at = curve[point];
    const rate = axis.rate;
    const x = key < 0 ? 'scenario' : valueText(axis, axisValue(values[key] ?? ''));
    const spread = (
      interval: { low: number; high: number } | null | undefined,
      write?: (value: number, unit: Quantity) => string,
    ): string => (interval == null ? 'none' : range(interval.low, interval.high, 'fraction', write));
    return [
      x,
      ...(rate === null ? [] : [percent(Number(values[key]) * rate)]),
      ...(other ? [seriesText(results, point, key).replaceAll(' ', '\u00a0')] : []),
      String(at?.runs ?? 0),
      effectText(results, point, 'excess_drawdown'),
      spread(at?.interval),
      ...(results.manifest.uncertain.length > 0 ? [spread(at?.assumption)] : []),
      ...(results.points.length > 1
        ? [
            point === results.manifest.reference ? 'reference' : difference(at?.pairedMedian ?? null, 'fraction'),
            point === results.manifest.reference ? '' : spread(at?.pairedInterval, difference),
          ]
        : []),
      ...metrics.map((metric) =>
        metric.name === 'caused_share'
          ? effectText(results, point, metric.name)
          : quantity(summaryOf(results, point, metric.name)?.median ?? null, metric.unit),
      ),
    ];
  });
  const head = [
    key < 0 ? 'point' : axis.short,
    ...(axis.rate === null ? [] : [`${axis.short}·m`]),
    ...(other ? ['setting'] : []),
    'runs',
    'excess drawdown',
    '95 % interval',
    ...(results.manifest.uncertain.length > 0 ? ['assumptions, middle 90 %'] : []),
    ...(results.points.length > 1 ? ['difference', '95 % interval of it'] : []),
    ...metrics.map((metric) => metric.label.toLowerCase()),
  ];
  const numbersFrom = head.indexOf('runs');
  const compared = results.points.length > 1 ? ` Differences are from ${reference}, run by run.` : '';
  return {
    kind: 'table',
    caption: `Medians over the runs of a point.${compared} The table goes on to the right; all metrics are in summary.csv.`,
    head,
    rows,
    numbersFrom,
  };
}

/** A median of an effect against the twin, and whether it is more than what one extra lot does. */
function effectText(results: Results, point: number, metric: string): string {
  const text = quantity(summaryOf(results, point, metric)?.median ?? null, 'fraction');
  return withinPlacebo(results, point, metric) === null ? text : `not resolved (${text})`;
}

/** How the headline moves between the lowest and the highest third of each uncertain key's draws. */
function sensitivity(results: Results): Block[] {
  const { uncertain, reference } = results.manifest;
  const runs = results.runs.filter((row) => Number(row['point']) === reference && typeof row['excess_drawdown'] === 'number');
  if (uncertain.length === 0 || runs.length < 9) return [];
  const rows = uncertain.flatMap((path): Inline[][] => {
    const known = runs.filter((row) => typeof row[path] === 'number').sort((a, b) => Number(a[path]) - Number(b[path]));
    const third = Math.floor(known.length / 3);
    if (third < 3) return [];
    const [low, high] = [known.slice(0, third), known.slice(-third)];
    const middle = (part: readonly RunRow[], column: string): number =>
      quantileOfSorted(ascending(Float64Array.from(part, (row) => Number(row[column]))), 0.5);
    return [
      [
        keyLabel(path),
        settingValue(path, middle(low, path)),
        settingValue(path, middle(high, path)),
        percent(middle(low, 'excess_drawdown')),
        percent(middle(high, 'excess_drawdown')),
      ],
    ];
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: 'paragraph',
      parts: [
        `What the uncertain settings do at ${pointText(results, reference)}: medians in the third of the runs with the smallest draws, and in the third with the largest.`,
      ],
    },
    {
      kind: 'table',
      caption: 'Excess drawdown by the draw of each uncertain setting.',
      head: ['setting', 'low third, its median', 'high third, its median', 'excess drawdown, low third', 'excess drawdown, high third'],
      rows,
      numbersFrom: 1,
    },
  ];
}

function method(results: Results): Block[] {
  const { manifest, experiment } = results;
  const { scenario, replications } = experiment;
  const { example } = results;
  const { redrawnShare } = manifest;
  const books = scenario.assets.some((asset) => (asset.market ?? scenario.market).kind === 'book');
  const mechanisms = mechanismsOf(scenario);
  const paragraphs: Inline[][] = [
    [
      `${counted(results.points.length, 'point')}, ${counted(replications, 'run')} each: ${quantity(scenario.horizon, 'seconds')} of simulated time in steps of ${plain(scenario.step)} s. In each step the outside price moves, ${books ? 'makers and other background traders quote in an order book, ' : ''}the mark is made, and the margin engine finds every account whose margin coverage ratio (equity over maintenance margin) has crossed a level. ${books ? 'Its orders are ordinary market orders in that book.' : 'Its orders move the price along the curve.'}`,
    ],
    ...severalAssets(results),
    ...(mechanisms.length === 0
      ? []
      : [[`Besides, the scenario has switched on: ${mechanisms.map(({ sentence }) => sentence).join(' ')}`]]),
    [
      'Every run has a twin: the same people, the same draws, the same outside price, the same rules, but each forced order is taken at the mark by an account with unlimited means, so it never reaches the book. ',
      { strong: 'Excess drawdown' },
      ' is the largest shortfall of the price against the twin’s. It measures what the route of the forced flow through the book did.',
    ],
    ...furtherArms(results),
    [
      `Runs with the same replicate number share their draws at every point, so points are compared run by run. Intervals of a median come from order statistics, those of a difference from 2,000 resamples of the replicates; both are 95 %, and each point has its own: of many intervals about one in twenty misses. They are Monte Carlo intervals, which more runs shrink.`,
      ...(manifest.uncertain.length > 0
        ? [
            ` The assumption band is something else: the middle 90 % of what ${listed(manifest.uncertain.map(keyShort))}, drawn anew for each replicate and the same at every point, ${manifest.uncertain.length === 1 ? 'does' : 'do'} to the metric, with chance taken out (an additive quadratic in the ranks of the draws, corrected for its coefficients). More runs do not shrink it.`,
          ]
        : []),
      ' Where this many runs give no interval, none is shown.',
    ],
    [
      'A curve is called flat when the intervals of all its changes fit into a window of one percentage point, or of a quarter of its level if that is less; it rises or falls when the interval of its last change excludes zero; otherwise the change is not resolved, which is not the same as none.',
    ],
  ];
  if (example !== null) {
    paragraphs.push([
      `The example run is number ${example.run}: ${pointText(results, example.point)}, replicate ${example.replicate}, the one with the median excess drawdown of its point.`,
    ]);
  }
  if (redrawnShare !== null) {
    const adapting = scenario.traders.flatMap((group) => ('response' in group && group.response === 'adapts' ? [group.name] : []));
    const but =
      adapting.length === 0
        ? ''
        : `, but for the collateral of ${listed(adapting.map((name) => `“${name}”`))}, who open with no more leverage than 1 / (call level × maintenance rate)`;
    paragraphs.push([
      `The starting population is the same at every point${but}: ${redrawnShare === 0 ? 'none' : percent(redrawnShare)} of the first draws would already have been liquidated at the largest threshold of the sweep${redrawnShare === 0 ? '' : ' and were drawn again'}.`,
    ]);
  }
  return paragraphs.map((parts): Block => ({ kind: 'paragraph', parts }));
}

/** What the arms beside run and twin are, where the scenario asks for any. */
function furtherArms({ experiment }: Results): Inline[][] {
  // A manifest from before there were any has none.
  const { arms = [] } = experiment.scenario as Partial<Results['experiment']['scenario']>;
  const quiet: Inline[] = [
    'A ',
    { strong: 'quiet' },
    ' arm is the twin in which, besides, nobody sends an order of their own because of their margin: what the run adds to it is the effect of forced and of voluntary selling together.',
  ];
  const placebo: Inline[] = [
    'A ',
    { strong: 'placebo' },
    ' arm is the run in which one extra lot is sold in every market at the first trigger. What that changes is the resolution: an effect that is no larger than what the placebo does in nineteen of twenty runs is printed as not resolved.',
  ];
  return [...(arms.includes('quiet') ? [quiet] : []), ...(arms.includes('placebo') ? [placebo] : [])];
}

/** What the figures are of when there is more than one asset. */
function severalAssets({ experiment }: Results): Inline[][] {
  const symbols = experiment.scenario.assets.map(({ symbol }) => symbol);
  if (symbols.length < 2) return [];
  return [[`${symbols.length} assets are traded, ${listed(symbols)}, each in its own market, with one margin engine and one ledger.`]];
}

/** How a value came about, in the order in which reports list it: what its comment begins with. */
const STANDINGS = [
  {
    word: /^fitted/i,
    counted: 'fitted on the event',
    caption: 'Values fitted on the event: nothing that follows from them by itself is predicted.',
  },
  { word: /^(?:not identifiable|varied)/i, counted: 'not identifiable and therefore varied', caption: 'Values that nothing identifies.' },
  { word: /^hypothetical/i, counted: 'hypothetical: chosen, not measured', caption: 'Hypothetical values and why they were chosen.' },
  { word: /^/, counted: 'with a source', caption: 'Values with a source, or set before the event from one.' },
] as const;

function assumptions(results: Results): Block[] {
  const { notes, scenario, uncertain } = results.experiment;
  const blocks: Block[] = [];
  const standingOf = ({ source, hypothetical }: (typeof notes)[number]): number =>
    STANDINGS.findIndex(({ word }) => word.test(hypothetical ? 'hypothetical' : source));
  const byStanding = STANDINGS.map((standing, k) => ({ ...standing, list: notes.filter((note) => standingOf(note) === k) })).filter(
    ({ list }) => list.length > 0,
  );
  if (notes.length === 0) {
    blocks.push({
      kind: 'paragraph',
      parts: ['The experiment’s file says of none of its values where it comes from: take them all as hypothetical.'],
    });
  } else {
    const counts = byStanding.map(({ counted: words, list }) => `${list.length} ${words}`);
    blocks.push({
      kind: 'paragraph',
      parts: [
        `Of ${counted(notes.length, 'value')} the file says where ${notes.length === 1 ? 'it comes' : 'they come'} from: ${counts.join('; ')}.`,
      ],
    });
  }
  if (uncertain.length > 0) {
    blocks.push({
      kind: 'table',
      caption: 'Uncertain settings, drawn for each replicate between two ends.',
      head: ['setting', 'key', 'from', 'to', 'drawn'],
      rows: uncertain.map((key) => [
        keyLabel(key.path),
        { code: key.path },
        settingValue(key.path, key.from),
        settingValue(key.path, key.to),
        key.log ? 'evenly in the logarithm' : 'evenly',
      ]),
      numbersFrom: 9,
    });
  }
  for (const { caption, list } of byStanding) {
    blocks.push({
      kind: 'table',
      caption,
      head: ['key', 'value', caption.startsWith('Values with') ? 'source' : 'reason'],
      rows: list.map((note): Inline[] => [{ code: note.path }, { code: note.value }, reasonOf(note.source)]),
      numbersFrom: 9,
    });
  }
  const mechanisms = mechanismsOf(scenario);
  if (mechanisms.length > 0) {
    blocks.push({
      kind: 'table',
      caption:
        'What the scenario switches on, with all settings: times in seconds, money in quote units, widths as fractions. Those that no table above has a source for are assumed.',
      head: ['key', 'settings'],
      rows: mechanisms.map(({ path, settings }): Inline[] => [{ code: path }, settings]),
      numbersFrom: 9,
    });
  }
  return blocks;
}

/** What the comment says beyond the word itself. */
const reasonOf = (source: string): string => source.replace(/^hypothetical(?:[,:;]\s*|$)/, '') || MISSING;

/** A word as a shell takes it. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;

function provenance(results: Results): Block[] {
  const { manifest, experiment, example } = results;
  const { counts, machine } = manifest;
  const { source } = manifest;
  const file = shellWord(source?.file ?? `experiments/${manifest.name}.yaml`);
  const settings = [...(source?.set ?? []).filter((set) => !set.startsWith('replications=')), `replications=${experiment.replications}`];
  const set = settings.map((one) => `--set ${shellWord(one)}`).join(' ');
  const seed = `--seed ${shellWord(manifest.seed)}`;
  const point = example?.point ?? manifest.reference;
  const replicate = example?.replicate ?? 0;
  const facts: [string, Inline][] = [
    ['Engine fingerprint (SHA-256 of the compiled engine)', { code: manifest.engineFingerprint }],
    ['Plan hash (engine, scenario, what is varied, seed)', { code: manifest.planHash }],
    ['Result hash (SHA-256 over all rows)', { code: manifest.resultHash ?? MISSING }],
    ['Seed', { code: manifest.seed }],
    ['Runs', `${counts.done} of ${counts.planned} done, ${counts.failed} failed`],
    ['Version', manifest.version],
    [
      'Computed on',
      `${machine.cpu}, ${counted(machine.cores, 'core')}, Node ${machine.node}, ${machine.platform}; ${quantity(manifest.wallTime, 'seconds')}`,
    ],
  ];
  return [
    {
      kind: 'table',
      caption: 'What made these results. The machine does not change them: the same plan gives the same result hash anywhere.',
      head: ['what', 'value'],
      rows: facts.map(([what, value]) => [what, value]),
      numbersFrom: 9,
    },
    {
      kind: 'paragraph',
      parts: [
        'The whole sweep again, and one row of it (',
        results.example === null ? 'the reference point' : 'the example run',
        '). ',
        { code: 'manifest.json' },
        ' holds the experiment with every setting',
        ...(source === null ? ['; its file is taken to lie in ', { code: 'experiments/' }, '.'] : ['.']),
      ],
    },
    {
      kind: 'command',
      lines: [
        `npx marginfall sweep ${file} ${seed} ${set}`,
        `npx marginfall run ${file} ${seed} ${set} --point ${point} --replicate ${replicate}`,
      ],
    },
    {
      kind: 'paragraph',
      parts: withLinks('Text is set in Inter by Rasmus Andersson, SIL Open Font License 1.1, https://openfontlicense.org.'),
    },
  ];
}

/** The schema of what a user measures besides the metrics, and of what is known of the real event that it is held against. */
import { z } from 'zod';
import { METRIC_NAMES } from '../severity/metrics.ts';
import type { Probe } from '../severity/probes.ts';
import type { Report } from './context.ts';
import type { Tree } from './document.ts';
import { duration, number, positive, text, word } from './fields.ts';
import { problemAt } from './locate.ts';
import { didYouMean } from './problem.ts';
import type { Problem } from './problem.ts';

const MOMENTS = ['first-liquidation', 'first-adl'] as const;
const COLUMN = /^[a-z][a-z0-9_]{0,63}$/;

const moment = () => z.union([word(...MOMENTS), duration({ min: 0 })]);

/** Numbers that a run's row has beside the metrics. */
export const probes = z
  .array(
    z.strictObject({
      name: text('a name of lower-case letters, digits and _, a letter first, at most 64', COLUMN).describe(
        'Unique name; the column of runs.parquet',
      ),
      of: word(
        'price',
        'mark',
        'index',
        'gap',
        'bids',
        'asks',
        'depth',
        'forced',
        'on-book',
        'off-book',
        'adl',
        'liquidations',
        'margin',
      ).describe(
        'What is followed, a value a step: price, mark and index as a change since the start; gap: price over index less 1; bids, asks, depth: notional within 1 % of the mid (depth: the thinner side); forced, on-book, off-book: forced notional; adl: notional of positions that were deleveraged, as adl_notional; liquidations: groups; margin: the rate that margin: dynamic demands',
      ),
      take: word('first', 'last', 'mean', 'min', 'max', 'sum', 'share', 'time', 'rise').describe(
        "How the window becomes a number; share: of the whole run's sum; time: when it is first not 0; rise: the largest over a time",
      ),
      from: moment().default(0).describe('Beginning of the window: a time from the start, or a moment of the run'),
      until: z
        .union([word('end', ...MOMENTS), duration({ min: 0 })])
        .default('end')
        .describe('Its end, which belongs to it'),
      over: duration(positive).optional().describe('Of a rise: the time in which it happens; a step when left out'),
    }),
  )
  .max(100)
  .default([])
  .describe('Numbers to measure in each run besides the metrics');

/** What is known of the real event. */
export const facts = z
  .array(
    z
      .strictObject({
        what: text('a text of 1 to 200 characters in one line', /^\P{Cc}{1,200}$/u).describe('What is compared, in words'),
        of: text('a metric or probe, or two of them with / between', /^[a-z][a-z0-9_]*(\s*\/\s*[a-z][a-z0-9_]*)?$/).describe(
          'The metric or probe that it is compared with, or the ratio of two',
        ),
        standing: word('fitted', 'predicted').describe(
          'fitted: settings were chosen so that it comes out; predicted: nothing was chosen by it',
        ),
        low: number({}).describe('Smallest published value, in the unit of the metric'),
        high: number({}).describe('Largest published value'),
        source: text('a text of 1 to 500 characters in one line', /^\P{Cc}{1,500}$/u).describe('Where the values are from'),
      })
      .superRefine(({ low, high }, context) => {
        if (high < low) context.addIssue({ code: 'custom', path: ['high'], params: { found: String(high), want: `at least low, ${low}` } });
      }),
  )
  .max(100)
  .default([])
  .describe('Published values that the report holds the runs against');

/** One published range beside what a run measures. */
export type Fact = z.output<typeof facts>[number];

/** The metrics or probes that a fact is compared with: one, or numerator and denominator. */
export function columnsOf({ of }: Pick<Fact, 'of'>): readonly string[] {
  return of.split('/').map((name) => name.trim());
}

/** Probes with plain moments; tells of a name that is taken, a window that ends before it begins, and a fact about nothing that is measured. */
export function resolveProbes(
  stated: z.output<typeof probes>,
  known: z.output<typeof facts>,
  step: number,
  report: Report,
): readonly Probe[] {
  const names = [...METRIC_NAMES];
  const resolved = stated.map(({ name, of, take, from, until, over }, k): Probe => {
    if (names.includes(name)) report(['probes', k, 'name'], `found ${name}, want a name that no metric and no other probe has`);
    names.push(name);
    if (typeof from === 'number' && typeof until === 'number' && until < from)
      report(['probes', k, 'until'], `found ${until}s, want at least the ${from}s that it begins at`);
    if (over !== undefined && take !== 'rise') report(['probes', k, 'over'], `found ${over}s beside take: ${take}, want take: rise`);
    const steps = (over ?? step) / step;
    if (Math.abs(steps - Math.round(steps)) > 1e-9 || steps < 1)
      report(['probes', k, 'over'], `found ${over}s, want a whole number of steps of ${step}s`);
    return { name, of, take, from, until: until === 'end' ? null : until, ...(over === undefined ? {} : { over }) };
  });
  known.forEach((fact, k) => {
    for (const name of columnsOf(fact)) {
      if (!names.includes(name))
        report(['facts', k, 'of'], `found ${name}, want a metric or a probe of the scenario${didYouMean(name, names)}`);
    }
  });
  return resolved;
}

/** Answers that nothing measures, and answers given twice. */
export function strangeAnswers(answer: readonly string[], tree: Tree | undefined, probed: z.output<typeof probes>): Problem[] {
  const names = [...METRIC_NAMES, ...probed.map(({ name }) => name)];
  return answer.flatMap((name, k) => {
    const place = tree?.kind === 'list' ? tree.items[k]?.place : undefined;
    const again = answer.indexOf(name) < k;
    if (place === undefined || (names.includes(name) && !again)) return [];
    const message = again
      ? `found ${name} again, want each metric once`
      : `found ${name}, want a metric or a probe of the scenario${didYouMean(name, names)}`;
    return [problemAt(place, `answer[${k}]`, message)];
  });
}

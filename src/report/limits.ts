import type { Reading } from '../charts/curve.ts';
import { percent } from '../charts/format.ts';
import type { Inline } from './content.ts';
import { listed } from './mechanisms.ts';
import { statedBackstop } from './names.ts';
import type { Results } from './results.ts';

/** What a report of this experiment must not be taken for; only what applies to it. */
export function limitsOf(results: Results, readings: readonly Reading[]): Inline[][] {
  const { scenario } = results.experiment;
  const drivers = scenario.assets.map(({ driver }) => driver);
  const books = scenario.assets.some((asset) => (asset.market ?? scenario.market).kind === 'book');
  const limits: Inline[][] = [];
  if (drivers.some(({ kind }) => kind === 'event' || kind === 'csv')) {
    limits.push([
      { strong: 'A past price already contains forced selling. ' },
      'Whatever was liquidated that day, at any venue, has left its trace in the outside price that this run follows. What is measured is only what the rules of this one venue add to that path or take from it. It neither explains the day nor replays it, and a setting chosen so that a run fits its low would prove nothing.',
    ]);
  }
  if (drivers.some(({ kind }) => kind === 'bootstrap')) {
    limits.push([
      { strong: 'Blocks of a past price already contain forced selling. ' },
      'Their returns were drawn from a past path, and whatever was liquidated on it, at any venue, has left its trace in them. What is measured is only what the rules of this one venue add to such a path or take from it.',
    ]);
  }
  limits.push(...endogenousLimits(results));
  if (scenario.assets.length > 1) {
    const [first] = scenario.assets;
    limits.push([
      { strong: `Prices are those of ${first?.symbol ?? ''}. ` },
      `Drawdowns, excess, depth and spread are measured on the first asset alone; money, accounts and liquidations are of all ${scenario.assets.length} assets (${listed(scenario.assets.map(({ symbol }) => symbol))}) together.`,
    ]);
  }
  if (drivers.some((driver) => driver.kind === 'event' && driver.name === '2025-10-10')) {
    limits.push([
      { strong: 'Why October 2025 did not run away on paper. ' },
      'A static sum says that it should have: about $150 M of positions fell due for each per cent of price, against $40 M to $170 M of bids within one per cent, so every dollar sold would set off one to four more. Three things that a static sum leaves out brought this down, and all three are in the model: the bids within one per cent were renewed every 17 to 34 seconds, much of the flow was taken over off the book, and marks were tied to prices elsewhere. The one published estimate, 0.1 to 0.2, comes from a single preprint with another estimator; it is quoted here and not compared.',
    ]);
  }
  if (readings.some((reading) => reading.verdict === 'flat' || reading.verdict === 'unresolved')) {
    limits.push([
      { strong: 'A flat curve is a finding about these rules, this book and these traders. ' },
      'It does not say that the setting is harmless elsewhere, nor that nothing smaller than its interval happened. Where a backstop takes accounts over, a setting can move forced flow between the book and the vault, and what holds while the vault has room need not hold when it is full.',
    ]);
  }
  if (readings.some((reading) => reading.verdict === 'rises' || reading.verdict === 'falls')) {
    limits.push([
      { strong: 'A steep curve is a reason to look again. ' },
      'Where a market tips follows from how impact grows with size and from how liquidation prices are spread. A threshold that looks critical here belongs to the book and the leverage assumed here, and moves with them.',
    ]);
  }
  if (statedBackstop(results) !== null) {
    limits.push([
      { strong: 'The backstop’s size is a yardstick. ' },
      'Unless the scenario gives it a capacity it takes over whatever reaches it; what exceeds the stated size is printed so that the reader can judge whether it could have.',
    ]);
  }
  limits.push(
    [
      { strong: 'Counts are not comparable. ' },
      'One simulated account stands for several real ones: sizes and tails are kept, numbers of accounts are not.',
    ],
    [
      { strong: 'Chains are not causes. ' },
      'Which order moved the price over whose trigger is recorded, but with an outside price that moves and a book that refills this only orders events. Cause is spoken of only where the twin shows it: caused, advanced, common.',
    ],
    [
      { strong: 'Medians, not means. ' },
      'Position sizes are heavy-tailed, and with such tails the size of a fall can have no finite variance; a mean with its standard deviation would say little. The bars of the waterfall are means only because their parts must add up.',
    ],
    [
      { strong: 'What is left out. ' },
      books
        ? 'Makers have no margin of their own and cannot be liquidated; leveraged traders rest no orders in the book; other venues do not react.'
        : 'An impact curve has no spread, no queue and nobody who could withdraw; other venues do not react.',
    ],
    [{ strong: 'Not a forecast. ' }, 'It says what these rules would do if the book and the people were as assumed.'],
  );
  return limits;
}

/** What was assumed of a past path and taken out of it first; nothing where nothing was. */
function endogenousLimits({ experiment }: Results): Inline[][] {
  const assumed = experiment.scenario.assets.flatMap(({ symbol, driver }, m): string[] => {
    if (driver.kind !== 'event' && driver.kind !== 'csv') return [];
    const place = `assets.${m}.driver.endogenous`;
    const moved = [...experiment.vary, ...experiment.uncertain].some(({ steps }) => steps.join('.') === place);
    if (moved) return [`a share of each fall of ${symbol} that differs between runs`];
    return driver.endogenous > 0 ? [`${percent(driver.endogenous)} of each fall of ${symbol}`] : [];
  });
  if (assumed.length === 0) return [];
  return [
    [
      { strong: 'An assumed share of the past fall is taken out. ' },
      `Taken to be forced selling and removed from the path before the run: ${listed(assumed)}. The share is an assumption; nothing here estimates it, and one chosen so that a run meets the past low would prove nothing.`,
    ],
  ];
}

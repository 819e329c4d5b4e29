import { Recorder } from './recorder.ts';
import type { RunTerms, World } from './world.ts';

/** What one arm left behind. Quanta and ticks. */
export interface Arm {
  readonly last: Float64Array;
  readonly mark: Float64Array;
  readonly finalMark: number;
  /** Time of each trader's first forced fill, −1 when none. */
  readonly firstTime: Float64Array;
  /** 1 for traders that are open and covered at the end. */
  readonly coveredAtEnd: Uint8Array;
  readonly recorder: Recorder;
  readonly totals: ArmTotals;
}

/** Sums of one arm. Money in quanta. */
export interface ArmTotals {
  readonly groups: number;
  readonly roots: number;
  readonly generations: number;
  readonly marginCalls: number;
  readonly cured: number;
  readonly onBook: number;
  readonly absorbed: number;
  readonly takenOver: number;
  readonly forcedLots: number;
  readonly overLots: number;
  readonly duration: number;
  readonly badDebt: number;
  readonly latentBadDebt: number;
  readonly insuranceUsed: number;
  readonly backstopLoss: number;
  readonly backstopEquity: number;
  readonly socialised: number;
  readonly fundIncome: number;
  readonly rounding: number;
  readonly ledgerError: number;
}

/** The loop over steps, in a function of its own so that its compiled code serves every run. */
function playOut(world: World, recorder: Recorder, watchBook: boolean): void {
  recorder.note(world, 0, watchBook);
  while (world.advance()) recorder.note(world, world.step, watchBook);
}

/** Plays one arm from start to horizon. The twin needs prices and times only: `watchBook` false saves the depth walk. */
export function playArm(world: World, terms: RunTerms, watchBook: boolean, detail: boolean): Arm {
  const { steps } = terms.options;
  const recorder = new Recorder(steps, detail);
  const { engine } = world;
  world.open(terms);
  const kept = recorder.detail;
  engine.listener =
    kept === null
      ? null
      : (fill) => {
          kept.fills.push(fill);
          kept.fillStep.push(world.step);
        };
  playOut(world, recorder, watchBook);
  engine.listener = null;
  const { count } = terms.population;
  const finalMark = world.mark;
  const coveredAtEnd = new Uint8Array(count);
  if (!watchBook) for (let i = 0; i < count; i++) coveredAtEnd[i] = engine.isCovered(i, finalMark) ? 1 : 0;
  const { waterfall, tally } = engine;
  return {
    last: recorder.last,
    mark: recorder.mark,
    finalMark,
    firstTime: engine.firstTime.slice(0, count),
    coveredAtEnd,
    recorder,
    totals: {
      groups: tally.groups,
      roots: tally.roots,
      generations: tally.generations,
      marginCalls: tally.marginCalls,
      cured: engine.curedAt(finalMark),
      onBook: tally.onBook,
      absorbed: tally.absorbed,
      takenOver: tally.takenOver,
      forcedLots: tally.forcedLots,
      overLots: tally.overLots,
      duration: tally.duration,
      badDebt: waterfall.badDebt,
      latentBadDebt: engine.latentBadDebt(finalMark),
      insuranceUsed: waterfall.insuranceUsed,
      backstopLoss: waterfall.backstopLoss,
      backstopEquity: world.backstopEquity(finalMark),
      socialised: waterfall.socialised,
      fundIncome: waterfall.fundIncome,
      rounding: waterfall.rounding,
      ledgerError: world.ledgerError,
    },
  };
}

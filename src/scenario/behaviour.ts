/** From what leveraged traders do of their own accord, as read, to whole units. */
import type { AssetUnits } from '../core/units.ts';
import type { BehaviourOptions, HedgeOptions } from '../traders/conduct.ts';
import type { DelayOptions } from '../traders/delay.ts';
import type { Report } from './context.ts';
import { levelAt, quanta } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** Borrowers do nothing of their own accord. */
type Group = Exclude<Scenario['traders'][number], { readonly margin: 'lending' }>;
type Answer = Exclude<Group['topUp'], 'off'>['delay'];

/** The ladder that the behaviour of traders refers to; null: could not be read. */
export interface CallLadder {
  readonly threshold: number;
  /** The MCR of the margin call. */
  readonly call: number;
}

/** What the traders of a group do; undefined: nothing. */
export function resolveBehaviour(
  group: Group,
  units: AssetUnits,
  ladder: CallLadder | null,
  hedgeBy: HedgeOptions['by'] | null,
  at: Steps,
  report: Report,
): BehaviourOptions | undefined {
  const { absent, topUp, reduce, hedge, stopLoss, panic, reopen } = group;
  if ([topUp, reduce, hedge, stopLoss, panic, reopen].every((reaction) => reaction === 'off')) return undefined;
  if (reopen !== 'off' && group.margin !== 'isolated')
    report([...at, 'reopen'], `found it in a ${group.margin} group, want margin: isolated`);
  const target = topUp === 'off' || ladder === null ? 0 : levelAt(topUp.target, ladder.threshold);
  if (topUp !== 'off' && ladder !== null && target < ladder.call) {
    report(
      [...at, 'topUp', 'target'],
      `found ${topUp.target}, want at least the call level of ${ladder.call}: less would not answer the call`,
    );
  }
  return {
    absent,
    topUp:
      topUp === 'off'
        ? null
        : {
            probability: topUp.probability,
            delay: delayOf(topUp.delay),
            reserve:
              typeof topUp.reserve === 'number'
                ? { kind: 'share', share: topUp.reserve }
                : { kind: 'money', money: quanta(topUp.reserve.money, units) },
            target,
          },
    reduce: reduce === 'off' ? null : { probability: reduce.probability, delay: delayOf(reduce.delay), share: reduce.share },
    ...(hedge === 'off' || hedgeBy === null
      ? {}
      : { hedge: { probability: hedge.probability, delay: delayOf(hedge.delay), share: hedge.share, by: hedgeBy } }),
    stopLoss:
      stopLoss === 'off'
        ? null
        : {
            share: stopLoss.share,
            distance: typeof stopLoss.distance === 'number' ? { kind: 'constant', value: stopLoss.distance } : stopLoss.distance,
          },
    panic: panic === 'off' ? null : { ...panic, delay: delayOf(panic.delay) },
    reopen: reopen === 'off' ? null : { ...reopen, delay: delayOf(reopen.delay) },
  };
}

function delayOf(delay: Answer): DelayOptions {
  return typeof delay === 'number' ? { kind: 'constant', seconds: delay } : delay;
}

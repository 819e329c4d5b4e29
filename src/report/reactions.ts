import { money, percent, plain, quantity } from '../charts/format.ts';
import type { StoredExperiment } from './results.ts';

/** Borrowers do nothing of their own accord. */
type Group = Exclude<StoredExperiment['scenario']['traders'][number], { readonly margin: 'lending' }>;
/** Keys of a group that switch a reaction on. */
type Key = 'topUp' | 'reduce' | 'hedge' | 'stopLoss' | 'panic' | 'reopen';
type Delay = Exclude<Group['topUp'], 'off'>['delay'];

const seconds = (value: number): string => quantity(value, 'seconds');

/** What a group's traders do of their own accord, a sentence each, by the key that switches it on. */
export function reactionsOf(group: Group): readonly { readonly key: Key; readonly sentence: string }[] {
  const { topUp, reduce, hedge, stopLoss, panic, reopen } = group;
  const name = `“${group.name}”`;
  const absent = group.absent > 0 ? ` (${percent(group.absent)} of them never react)` : '';
  const sentences: { key: Key; sentence: string }[] = [];
  // A manifest from before there were any has none.
  if (topUp !== undefined && topUp !== 'off') {
    const reserve = typeof topUp.reserve === 'number' ? `${percent(topUp.reserve)} of its own collateral` : money(topUp.reserve.money);
    const sentence = `Of the traders of ${name} ${percent(topUp.probability)} answer a margin call ${delayed(topUp.delay)} and pay in what they lack for a coverage of ${topUp.target}, each at most ${reserve} in all${absent}.`;
    sentences.push({ key: 'topUp', sentence });
  }
  if (reduce !== undefined && reduce !== 'off') {
    const sentence = `Of the traders of ${name} ${percent(reduce.probability)} answer a margin call ${delayed(reduce.delay)} by closing ${percent(reduce.share)} of every position at market${absent}.`;
    sentences.push({ key: 'reduce', sentence });
  }
  if (hedge !== undefined && hedge !== 'off') {
    const { by } = hedge;
    const means =
      by.kind === 'asset'
        ? `trading ${by.asset} against`
        : `buying puts on longs and calls on shorts, ${percent(by.off)} off the price at the start and ${percent(by.spread)} above their value, for`;
    const sentence = `Of the traders of ${name} ${percent(hedge.probability)} answer a margin call ${delayed(hedge.delay)} by ${means} ${percent(hedge.share)} of what they hold, where that lowers what the venue demands${absent}.`;
    sentences.push({ key: 'hedge', sentence });
  }
  if (stopLoss !== undefined && stopLoss !== 'off') {
    const { distance } = stopLoss;
    const far =
      typeof distance === 'number' || distance.kind === 'constant'
        ? percent(typeof distance === 'number' ? distance : distance.value)
        : `a median of ${percent(distance.median)}`;
    sentences.push({
      key: 'stopLoss',
      sentence: `${percent(stopLoss.share)} of the traders of ${name} have a stop at ${far} from their entry.`,
    });
  }
  if (panic !== undefined && panic !== 'off') {
    const sentence = `Each time the mark has moved against them by another ${percent(panic.move)} within ${seconds(panic.within)}, ${percent(panic.share)} of the holders of ${name} close ${percent(panic.part)} of their positions ${delayed(panic.delay)}${absent}.`;
    sentences.push({ key: 'panic', sentence });
  }
  if (reopen !== undefined && reopen !== 'off') {
    const sentence = `Of the traders of ${name} whose position was closed ${percent(reopen.probability)} come back once ${delayed(reopen.delay)}, with fresh money of ${percent(reopen.deposit)} of what they began with, at ${plain(reopen.leverage)}x${absent}.`;
    sentences.push({ key: 'reopen', sentence });
  }
  return sentences;
}

function delayed(delay: Delay): string {
  if (typeof delay === 'number') return delay === 0 ? 'at once' : `after ${seconds(delay)}`;
  switch (delay.kind) {
    case 'constant':
      return delay.seconds === 0 ? 'at once' : `after ${seconds(delay.seconds)}`;
    case 'exponential':
      return `after ${seconds(delay.mean)} on average`;
    case 'lognormal':
      return `after a median of ${seconds(delay.median)} (σ ${plain(delay.sigma)})`;
  }
}

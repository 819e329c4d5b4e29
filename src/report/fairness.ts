import { counted, percent, plain } from '../charts/format.ts';
import { referencePoints } from './answer.ts';
import { pointText } from './names.ts';
import { summaryOf, type Results } from './results.ts';

/** How evenly auto-deleveraging fell on winners at the reference point and those that share its place on the axis; null where it took nothing. */
export function fairnessOf(results: Results): string | null {
  const points = referencePoints(results).flatMap((point) => {
    const median = (metric: string): number | null => summaryOf(results, point, metric)?.median ?? null;
    const hit = median('adl_accounts');
    const share = median('adl_hit_share');
    if (hit === null || share === null || hit === 0) return [];
    const gini = median('adl_gini');
    const uneven =
      gini === null
        ? ''
        : `, unevenly by a Gini coefficient of ${plain(gini, 2)} (${plain(median('adl_gini_all') ?? 0, 2)} over all winners)`;
    const inversions = median('adl_inversions') ?? 0;
    const order = inversions === 0 ? 'in the order of their rank' : `with ${counted(inversions, 'inversion')} of their rank`;
    const where = results.manifest.vary.length === 0 ? '' : `, at ${pointText(results, point)}`;
    return [`${counted(hit, 'winner')}, ${percent(share)} of all${uneven}, ${order}${where}`];
  });
  return points.length === 0 ? null : `Whom auto-deleveraging hit, medians of the runs in which it did: ${points.join('; ')}.`;
}

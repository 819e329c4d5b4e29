import type { AxisKey } from '../charts/curve.ts';
import { plain, quantity, type Quantity } from '../charts/format.ts';
import type { KeyValue } from '../results/columns.ts';
import { marginTable, venueNamed } from '../venues/catalogue.ts';
import { labelOf, type Results, type StoredExperiment } from './results.ts';

const THRESHOLD = 'margin.threshold';
const BACKSTOP = 'liquidation.backstop';

/** Words for keys that the shipped experiments vary or leave uncertain; any other key is called by its path. */
const WORDS: Readonly<Record<string, { readonly label: string; readonly short: string; readonly unit?: Quantity }>> = {
  [THRESHOLD]: { label: 'Liquidation threshold θ', short: 'θ' },
  [BACKSTOP]: { label: 'Backstop', short: 'backstop' },
  'margin.call': { label: 'Call level', short: 'call level' },
  'market.makers.depth': { label: 'Depth of the book within 1 % of the price', short: 'depth of the book', unit: 'quote' },
  'market.makers.floor': { label: 'Smallest depth of the book within 1 % of the price', short: 'smallest depth', unit: 'quote' },
  'market.makers.recovery': {
    label: "Half-life of the market's return to the outside price",
    short: 'half-life of recovery',
    unit: 'seconds',
  },
  'market.makers.returnHalfLife': { label: "Half-life of the return of makers' depth", short: 'half-life of the depth', unit: 'seconds' },
  'market.makers.volatilityScale': {
    label: "Move within a minute that halves makers' depth",
    short: 'move that halves the depth',
    unit: 'fraction',
  },
  'market.law': { label: 'Impact law', short: 'law' },
  'market.depth': { label: 'Notional that moves the price by 1 %', short: 'depth', unit: 'quote' },
  'liquidation.mode': { label: 'Order of execution', short: 'mode' },
  'liquidation.capacity': { label: 'Orders a second of the liquidation engine', short: 'orders a second' },
  'liquidation.latency': { label: 'Latency of a liquidation order', short: 'latency', unit: 'seconds' },
  'liquidation.throttle.market': { label: 'Speed of disposal: forced orders of a second, at most', short: 'speed', unit: 'quote' },
  'traders[0]': { label: 'Population', short: 'population' },
  'margin.dynamic': { label: 'Dynamic margin', short: 'margin' },
  'margin.regime': { label: 'Margin regime', short: 'margin regime' },
  'margin.grace': { label: 'Time after a margin call', short: 'grace', unit: 'seconds' },
  'assets[0].mark': { label: 'Mark', short: 'mark' },
  'adversaries[pusher].push.on': { label: 'What is pushed', short: 'pushed' },
  'assets[1].market.session.outages': { label: 'Outage of the perpetual exchange', short: 'outage' },
  'liquidation.loans': { label: 'What becomes of loans', short: 'loans' },
  'liquidation.loans.deposits[0]': { label: 'Deposits in the stability pool', short: 'deposits', unit: 'quote' },
  'liquidation.keepers[usual].ceiling': { label: 'Most that usual keepers pay for a transaction', short: 'ceiling' },
  'liquidation.backstop.capacity': { label: 'Capacity of the backstop', short: 'capacity of the backstop', unit: 'quote' },
  'liquidation.insurance': { label: 'Starting money of the insurance fund', short: 'insurance fund', unit: 'quote' },
};

/** Words for keys of a group of traders, whose name is put after them. */
const GROUP_WORDS: typeof WORDS = {
  'topUp.probability': { label: 'Share who add margin when called', short: 'share who add margin', unit: 'fraction' },
  'topUp.reserve': { label: 'Reserve for more margin, of the collateral', short: 'reserve', unit: 'fraction' },
};

/** Words for a key, if there are any. */
function wordsOf(path: string): (typeof WORDS)[string] | undefined {
  const [, group, key = ''] = /^traders\[([^\]]+)\]\.(.+)$/.exec(path) ?? [];
  const words = GROUP_WORDS[key];
  if (group === undefined || words === undefined) return WORDS[path];
  return { ...words, label: `${words.label}, ${group}`, short: `${words.short} of ${group}` };
}

/** A key's name for a heading. */
export const keyLabel = (path: string): string => wordsOf(path)?.label ?? path;
/** A key's name within a sentence. */
export const keyShort = (path: string): string => wordsOf(path)?.short ?? path;

/** A number of a key in its unit, where that is known. */
export function settingValue(path: string, value: number): string {
  const unit = wordsOf(path)?.unit;
  return unit === undefined ? plain(value, 4) : quantity(value, unit);
}

/** One setting of one key in words: `θ = 0.5`, `with backstop`. */
export function settingText(experiment: StoredExperiment, path: string, value: KeyValue): string {
  if (path === BACKSTOP && value === 'venue') return 'with backstop';
  if (path === BACKSTOP && value === 'off') return 'without backstop';
  return `${keyShort(path)} = ${money(path, value) ?? labelOf(experiment, path, value)}`;
}

/** A value of a key that is known to be money; null: it is none. */
function money(path: string, value: KeyValue): string | null {
  return typeof value === 'number' && WORDS[path]?.unit === 'quote' ? quantity(value, 'quote') : null;
}

/** Which varied key is the axis of the charts, and which are left for the curves. */
export interface Axes {
  readonly axis: AxisKey;
  /** Index of the axis' key in `manifest.vary`; −1 when nothing is varied. */
  readonly key: number;
}

/** The axis: the first varied key whose values are all numbers, else the first varied key with its values as categories. */
export function axesOf(results: Results): Axes {
  const { manifest, experiment, points } = results;
  const { vary } = manifest;
  if (vary.length === 0) return { axis: { path: '', label: '', short: '', rate: null, texts: {} }, key: -1 };
  const numeric = vary.findIndex((_, i) => points.every((values) => typeof values[i] === 'number'));
  const key = Math.max(0, numeric);
  const path = vary[key] ?? '';
  const texts = Object.fromEntries(
    points.map((values) => [String(axisValue(values[key] ?? '')), axisText(experiment, path, values[key] ?? '')]),
  );
  return {
    axis: { path, label: keyLabel(path), short: keyShort(path), rate: path === THRESHOLD ? maintenanceRate(experiment) : null, texts },
    key,
  };
}

/** A value on the axis. */
export const axisValue = (value: KeyValue): number | string =>
  typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value);

/** As the file has it where it carries a unit (`5s`, `25bps`), else as a number for people. */
function axisText(experiment: StoredExperiment, path: string, value: KeyValue): string {
  const label = money(path, value) ?? labelOf(experiment, path, value);
  if (typeof value !== 'number' || label.startsWith('$')) return label;
  if (/[a-z%]$/i.test(label)) return label;
  if (Math.abs(value) >= 1e6) return value >= 1e9 ? `${plain(value / 1e9, 4)} B` : `${plain(value / 1e6, 4)} M`;
  return plain(value, 6);
}

/** The settings of a point other than the axis, in words; empty when there are none. */
export function seriesText(results: Results, point: number, key: number): string {
  const values = results.points[point] ?? [];
  return results.manifest.vary.flatMap((path, i) => (i === key ? [] : [settingText(results.experiment, path, values[i] ?? '')])).join(', ');
}

/** All settings of a point, in words. */
export function pointText(results: Results, point: number): string {
  const values = results.points[point] ?? [];
  const words = results.manifest.vary.map((path, i) => settingText(results.experiment, path, values[i] ?? ''));
  return words.length === 0 ? 'the scenario as it stands' : words.join(', ').replace(/, (with(?:out)? backstop)/, ' $1');
}

/** Which asset a picture of one market shows, when there are several: `BTC, the first of 2 assets`; empty when there is one. */
export function shownAsset({ scenario }: StoredExperiment): string {
  const [first] = scenario.assets;
  return scenario.assets.length < 2 ? '' : `${first?.symbol ?? ''}, the first of ${scenario.assets.length} assets`;
}

/** The lowest tier's maintenance rate of the scenario; null when a formula makes it or it is itself varied. */
export function maintenanceRate(experiment: StoredExperiment): number | null {
  const { margin, assets } = experiment.scenario;
  if (experiment.vary.some(({ path }) => path.startsWith('margin.maintenance') || path === 'margin.venue')) return null;
  const { maintenance } = margin;
  if (typeof maintenance === 'number') return maintenance;
  if (Array.isArray(maintenance)) return maintenance[0]?.rate ?? null;
  if (maintenance !== 'venue') return null;
  const venue = venueNamed(margin.venue);
  return venue === null ? null : (marginTable(venue, assets[0]?.symbol ?? '')?.[0]?.maintenance ?? null);
}

/** The size that the backstop's takeovers are compared with, in quote units; null when none is stated. */
export function statedBackstop(results: Results): number | null {
  const { experiment, manifest, points } = results;
  const key = manifest.vary.indexOf(BACKSTOP);
  const settings: unknown[] = key < 0 ? [experiment.scenario.liquidation.backstop] : points.map((values) => values[key]);
  for (const setting of settings) {
    if (setting === 'venue') {
      const venue = venueNamed(experiment.scenario.margin.venue);
      if (venue?.backstop != null) return venue.backstop.stated ?? (venue.backstop.capacity === Infinity ? null : venue.backstop.capacity);
    }
    if (typeof setting === 'object' && setting !== null) {
      const { stated, capacity } = setting as { readonly stated?: unknown; readonly capacity?: unknown };
      if (typeof stated === 'number') return stated;
      // A capacity that every run draws for itself is no size to compare all of them with.
      if (typeof capacity === 'number' && !manifest.uncertain.includes(`${BACKSTOP}.capacity`)) return capacity;
    }
  }
  return null;
}

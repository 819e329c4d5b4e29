import { counted, quantity, type Quantity } from './format.ts';
import { AXIS_WIDTH, chart, COLOURS, panelTitle, PICTURE_WIDTH, TEXT, type ChartSpec, type Layout, type Part } from './theme.ts';

/** What the chart is drawn from. */
export interface AttributionInput {
  readonly rule: 'shapley' | 'knock-out';
  readonly groups: readonly string[];
  readonly effects: readonly {
    readonly label: string;
    readonly unit: Quantity;
    readonly whole: number;
    /** In the order of the groups. */
    readonly parts: readonly number[];
  }[];
  /** Which run: point and replicate, for people. */
  readonly run: string;
  readonly source: string;
  readonly layout: Layout;
}

/** A row: the group's name and part, and the bar under them. */
const ROW = 40;
const NAME = 9;
const BAR = { from: 19, to: 33 } as const;
const GAP = 26;

/** Sentence over the chart: who has the largest part of the headline. */
export function attributionTitle({ rule, groups, effects: [headline] }: AttributionInput): string {
  if (headline === undefined) throw new Error('attributionTitle: found no effect, want at least one');
  const { label, unit, whole, parts } = headline;
  const of = `${label.toLowerCase()} of ${quantity(whole, unit)}`;
  if (whole === 0) return `There is no ${label.toLowerCase()} to put down to anybody`;
  const most = parts.reduce((best, part, k) => (part > (parts[best] ?? -Infinity) ? k : best), 0);
  const part = quantity(parts[most] ?? NaN, unit);
  return rule === 'shapley'
    ? `Of an ${of}, ${part} is the part of ${groups[most] ?? 'nobody'}`
    : `Without ${groups[most] ?? 'nobody'} an ${of} would be ${quantity(whole - (parts[most] ?? 0), unit)}`;
}

const MEANING = {
  shapley:
    'Shapley value: what a group adds on average over all orders in which the groups could come. The parts of a panel add up to the whole.',
  'knock-out':
    'Knock-out: what is gone when the group is. Groups that only do harm together each get all of it, and groups that stand in for each other none: the parts need not add up.',
} as const;

/** What each group of traders has to do with the effects of one run, a panel an effect. */
export function attributionChart(input: AttributionInput): ChartSpec {
  const { layout, groups, effects, rule } = input;
  const columns = layout === 'wide' ? Math.min(3, effects.length) : 1;
  const width = Math.floor((PICTURE_WIDTH[layout] - (columns - 1) * GAP) / columns);
  const height = Math.max(1, groups.length) * ROW;
  // There is no axis on the left, so the plot begins where others have theirs.
  const range = [-AXIS_WIDTH, width - AXIS_WIDTH];
  const y = (field: string): Part => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, height], range: [0, height], nice: false, zero: false },
    axis: null,
  });
  const panel = (effect: AttributionInput['effects'][number]): Part => {
    const rows = groups.map((group, k) => {
      const value = effect.parts[k] ?? NaN;
      return {
        value,
        text: `${group}: ${quantity(value, effect.unit)}`,
        name: k * ROW + NAME,
        from: k * ROW + BAR.from,
        to: k * ROW + BAR.to,
      };
    });
    const values = [0, effect.whole, ...rows.map(({ value }) => value)];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const x = (of: Part): Part => ({
      ...of,
      type: 'quantitative',
      scale: { domain: [least * 1.04, most > least ? most * 1.04 : 1], range, nice: false },
      // Every bar has its value in words.
      axis: null,
    });
    /** A short line at a value across every bar. */
    const upright = (value: number, mark: Part): Part => ({
      data: { values: rows.map(({ from, to }) => ({ value, from: from - 3, to: to + 3 })) },
      mark: { type: 'rule', ...mark },
      encoding: { x: x({ field: 'value' }), y: y('from'), y2: { field: 'to' } },
    });
    return {
      width: width - AXIS_WIDTH,
      height,
      title: { ...panelTitle(`${effect.label}: ${quantity(effect.whole, effect.unit)}`, width), dx: -AXIS_WIDTH },
      layer: [
        {
          data: { values: rows },
          mark: { type: 'rect', color: COLOURS.price },
          encoding: { x: x({ field: 'value' }), x2: { datum: 0 }, y: y('from'), y2: { field: 'to' } },
        },
        {
          data: { values: rows },
          mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: TEXT.label, color: COLOURS.ink },
          encoding: { x: { value: -AXIS_WIDTH + 2 }, y: y('name'), text: { field: 'text', type: 'nominal' } },
        },
        upright(0, { color: COLOURS.muted, strokeWidth: 1 }),
        upright(effect.whole, { color: COLOURS.ink, strokeDash: [3, 2], strokeWidth: 1.6 }),
      ],
    };
  };
  const panels = effects.map(panel);
  const title = attributionTitle(input);
  return chart({
    title,
    description: title,
    layout,
    key: [
      {
        sign: 'bar',
        colour: COLOURS.price,
        text: rule === 'shapley' ? 'Part of the group (Shapley value)' : 'What is gone without the group',
      },
      { sign: 'line', colour: COLOURS.ink, dash: [3, 2], text: `All ${counted(groups.length, 'group')} together` },
    ],
    columns: layout === 'wide' ? 2 : 1,
    panels: columns === 1 ? panels : [{ hconcat: panels, spacing: GAP }],
    notes: [
      MEANING[rule],
      'A group that is left out sends no order, and whoever is outside holds what others had against it.',
      `One run, not an average: ${input.run}.`,
      input.source,
    ],
  });
}

import { hierarchy, tree, type HierarchyPointNode } from 'd3';
import { counted, money, percent, plain } from './format.ts';
import {
  AXIS_WIDTH,
  chart,
  COLOURS,
  panelTitle,
  PICTURE_WIDTH,
  TEXT,
  type ChartSpec,
  type KeyEntry,
  type Layout,
  type Part,
} from './theme.ts';

/** Causal class of an account that was liquidated, from the twin. */
export type Cause = 'caused' | 'advanced' | 'common';

/** One liquidated account with its process tags. */
export interface CascadeNode {
  readonly account: string;
  /** The account whose fill moved the mark over the trigger; null when anything else did. */
  readonly parent: string | null;
  /** The parent's plus one; 0 without a parent. */
  readonly generation: number;
  readonly cause: Cause;
  /** Forced notional of all its fills, in quote units. */
  readonly notional: number;
}

/** What the chart is drawn from. */
export interface CascadeInput {
  readonly nodes: readonly CascadeNode[];
  /** Which run: point and replicate, for people. */
  readonly run: string;
  readonly source: string;
  readonly layout: Layout;
}

/** Accounts of fills, one each: the tags of the first, the notional of all. A parent comes before its children. */
export function cascadeNodes(fills: readonly CascadeNode[]): CascadeNode[] {
  const nodes = new Map<string, CascadeNode>();
  for (const { account, parent, generation, cause, notional } of fills) {
    const before = nodes.get(account);
    nodes.set(
      account,
      before === undefined ? { account, parent, generation, cause, notional } : { ...before, notional: before.notional + notional },
    );
  }
  return [...nodes.values()];
}

/** Accounts that are drawn, at most. */
const DRAWN = { wide: 130, narrow: 90 } as const;
const ROW = 8;
const GENERATION_HEIGHT = 110;
const SIZES = [14, 260] as const;

const CAUSES: readonly { readonly cause: Cause; readonly colour: string; readonly shape: string; readonly text: string }[] = [
  {
    cause: 'caused',
    colour: COLOURS.caused,
    shape: 'circle',
    text: 'Caused: the twin, whose forced orders stay off the market, never liquidates it',
  },
  { cause: 'advanced', colour: COLOURS.advanced, shape: 'diamond', text: 'Advanced: the twin liquidates it too, later' },
  { cause: 'common', colour: COLOURS.common, shape: 'square', text: 'Common: the twin liquidates it too, no later' },
];

/** A part of the forest: a node and what hangs on it. */
interface Branch {
  readonly node: CascadeNode;
  readonly children: Branch[];
  /** Notional of the node and all below it. */
  weight: number;
}

/** All trees, and each branch's weight. */
function forestOf(nodes: readonly CascadeNode[]): { readonly roots: Branch[]; readonly branches: readonly Branch[] } {
  const branches = nodes.map((node): Branch => ({ node, children: [], weight: node.notional }));
  const byAccount = new Map(branches.map((branch) => [branch.node.account, branch]));
  const roots: Branch[] = [];
  for (const branch of branches) {
    const parent = branch.node.parent === null ? undefined : byAccount.get(branch.node.parent);
    if (parent === undefined) roots.push(branch);
    else parent.children.push(branch);
  }
  // From the last generation up, so that a branch is whole before it is added to its parent.
  for (const branch of branches.toSorted((a, b) => b.node.generation - a.node.generation)) {
    for (const child of branch.children) branch.weight += child.weight;
  }
  return { roots, branches };
}

/** The heaviest branches of trees with more than one account; whoever is drawn has its parent drawn. */
function heaviest(roots: readonly Branch[], branches: readonly Branch[], most: number): Branch[] {
  const alone = new Set(roots.filter(({ children }) => children.length === 0));
  const drawn = new Set(
    branches
      .filter((branch) => !alone.has(branch))
      .toSorted((a, b) => b.weight - a.weight || a.node.generation - b.node.generation)
      .slice(0, most),
  );
  const pruned = (branch: Branch): Branch => ({ ...branch, children: branch.children.filter((child) => drawn.has(child)).map(pruned) });
  return roots
    .filter((root) => drawn.has(root))
    .map(pruned)
    .toSorted((a, b) => b.weight - a.weight);
}

/** Sentence over the chart: how many a fill triggered, and how many of them would have gone anyway. */
export function cascadeTitle({ nodes }: CascadeInput): string {
  const tagged = nodes.filter(({ parent }) => parent !== null);
  const all = counted(nodes.length, 'liquidated account');
  if (nodes.length === 0) return 'Nobody is liquidated';
  if (tagged.length === 0) return `No fill triggers anybody: ${all}, no chain`;
  const caused = tagged.filter(({ cause }) => cause === 'caused').length;
  return `${plain(tagged.length, 9)} of ${all} ${tagged.length === 1 ? 'is' : 'are'} triggered by another's fill, yet in the twin ${percent(1 - caused / tagged.length)} of these are liquidated as well`;
}

/** Where each account of the drawn trees stands: generations from left to right, trees below each other. */
function placed(roots: readonly Branch[]): { readonly points: readonly HierarchyPointNode<Branch>[]; readonly height: number } {
  const forest: Branch = {
    node: { account: '', parent: null, generation: -1, cause: 'common', notional: 0 },
    children: [...roots],
    weight: 0,
  };
  const root = tree<Branch>()
    .nodeSize([ROW, 1])
    .separation((a, b) => (a.parent === b.parent && a.depth > 1 ? 1 : 2))(hierarchy(forest, ({ children }) => children));
  const points = root.descendants().slice(1);
  const top = Math.min(...points.map(({ x }) => x));
  for (const point of points) point.x += ROW - top;
  return { points, height: Math.max(...points.map(({ x }) => x)) + ROW };
}

/** Process tags of one run as trees, each account in the colour of its causal class. */
export function cascadeChart(input: CascadeInput): ChartSpec {
  const { nodes, layout } = input;
  const width = PICTURE_WIDTH[layout] - AXIS_WIDTH;
  const { roots, branches } = forestOf(nodes);
  const shown = heaviest(roots, branches, DRAWN[layout]);
  const chained = roots.filter(({ children }) => children.length > 0).length;
  const title = cascadeTitle(input);
  const drawn = shown.length === 0 ? 0 : placed(shown).points.length;
  const inChains = nodes.length - (roots.length - chained);
  const key: KeyEntry[] = CAUSES.filter(({ cause }) => nodes.some((node) => node.cause === cause)).map(({ colour, shape, text }) => ({
    sign: 'none',
    colour,
    shape,
    text,
  }));
  return chart({
    title,
    description: title,
    layout,
    key,
    columns: 1,
    panels: nodes.length === 0 ? [] : [generations(nodes, width), ...(shown.length === 0 ? [] : [trees(shown, width, layout)])],
    notes: [
      'A line leads from an account to those whose trigger the mark passed because of its fill. Such tags put events in order. They are not causes unless nothing but forced orders moves the price, as in the markets of the cascade laws: where the outside price moves, the next second would often have done the same. Cause is what colour and shape say, and comes from the twin.',
      ...(shown.length === 0
        ? []
        : [
            `The area of a sign is the account's forced notional. ${drawn < inChains ? `Drawn are the ${plain(drawn, 9)} accounts with most notional in and below them, of ${plain(inChains, 9)} in ${counted(chained, 'chain')}` : `Drawn are all ${counted(chained, 'chain')}`}; ${counted(roots.length - chained, 'account')} set nobody off and ${roots.length - chained === 1 ? 'was' : 'were'} set off by nobody.`,
          ]),
      `One run, not an average: ${input.run}.`,
      input.source,
    ],
  });
}

/** How many accounts each generation has, by causal class. */
function generations(nodes: readonly CascadeNode[], width: number): Part {
  const counts: number[][] = [];
  for (const { generation, cause } of nodes) {
    const here = (counts[generation] ??= CAUSES.map(() => 0));
    const place = CAUSES.findIndex((one) => one.cause === cause);
    here[place] = (here[place] ?? 0) + 1;
  }
  const bars = counts.flatMap((here, generation) => {
    let from = 0;
    return CAUSES.flatMap(({ cause }, place) => {
      const count = here[place] ?? 0;
      from += count;
      return count === 0 ? [] : [{ generation, cause, low: from - count, high: from }];
    });
  });
  return {
    width,
    height: GENERATION_HEIGHT,
    title: panelTitle('Accounts by generation, 0: triggered by anything but a fill', width),
    layer: CAUSES.filter(({ cause }) => bars.some((bar) => bar.cause === cause)).map(({ cause, colour }) => ({
      data: { values: bars.filter((bar) => bar.cause === cause) },
      mark: { type: 'bar', color: colour },
      encoding: {
        x: { field: 'generation', type: 'ordinal', title: 'Generation', axis: { labelAngle: 0, labelOverlap: true } },
        y: {
          field: 'low',
          type: 'quantitative',
          title: 'Accounts',
          axis: { tickCount: 4, tickMinStep: 1, labelExpr: "format(datum.value, ',')" },
        },
        y2: { field: 'high' },
      },
    })),
  };
}

/** The trees themselves. */
function trees(roots: readonly Branch[], width: number, layout: Layout): Part {
  const { points, height } = placed(roots);
  const deepest = Math.max(...points.map(({ depth }) => depth)) - 1;
  const rows = points.map(({ x, depth, data: { node, weight }, parent }) => ({
    generation: depth - 1,
    row: x,
    cause: node.cause,
    notional: node.notional,
    fromGeneration: depth - 2,
    fromRow: parent?.x ?? x,
    text: depth === 1 ? money(weight) : '',
  }));
  const largest = Math.max(...rows.map(({ notional }) => notional));
  const x = (field: string): Part => ({
    field,
    type: 'quantitative',
    title: 'Generation',
    scale: { domain: [0, Math.max(1, deepest)], nice: false },
    axis: { tickMinStep: 1, tickCount: Math.min(deepest + 1, layout === 'wide' ? 20 : 8), format: 'd', grid: true },
  });
  const y = (field: string): Part => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, height], range: [0, height], nice: false },
    axis: null,
  });
  return {
    width,
    height,
    title: panelTitle('The chains with most notional, each with the notional of the whole chain', width),
    layer: [
      {
        data: { values: rows.filter(({ generation }) => generation > 0) },
        mark: { type: 'rule', color: COLOURS.muted, opacity: 0.45, strokeWidth: 0.8 },
        encoding: { x: x('fromGeneration'), x2: { field: 'generation' }, y: y('fromRow'), y2: { field: 'row' } },
      },
      ...CAUSES.filter(({ cause }) => rows.some((row) => row.cause === cause)).map(({ cause, colour, shape }) => ({
        data: { values: rows.filter((row) => row.cause === cause) },
        mark: { type: 'point', shape, filled: true, color: colour, opacity: 0.9, stroke: '#ffffff', strokeWidth: 0.4 },
        encoding: {
          x: x('generation'),
          y: y('row'),
          size: { field: 'notional', type: 'quantitative', scale: { domain: [0, largest], range: [...SIZES] }, legend: null },
        },
      })),
      {
        data: { values: rows.filter(({ text }) => text !== '') },
        mark: { type: 'text', align: 'right', baseline: 'middle', dx: -12, fontSize: TEXT.note, color: COLOURS.ink },
        encoding: { x: x('generation'), y: y('row'), text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
}

import type { TopLevelSpec } from 'vega-lite';

/** A chart as Vega-Lite 6 JSON. */
export type ChartSpec = TopLevelSpec;
/** A piece of a chart: the specification's own grammar, checked when it is drawn (a warning of Vega's fails the drawing). */
export type Part = Record<string, unknown>;

/** `wide` for a page or a forum post, `narrow` for a phone: the panels stand below each other and the text keeps its size. */
export type Layout = 'wide' | 'narrow';

/** The fonts of the picture; Inter is in reports and PNGs, the rest are for an SVG that is opened alone. */
export const FONT_FAMILY = 'Inter, Helvetica, Arial, sans-serif';
/** Sizes in pixels. */
export const TEXT = { title: 16, panel: 13, label: 12, note: 11 } as const;

/**
 * Colours that stay apart for people with protanopia, deuteranopia and tritanopia, darkened where the original is too
 * pale for a line on white. Source: Okabe and Ito, Color Universal Design, 2008.
 */
export const SERIES_COLOURS = ['#0072b2', '#d55e00', '#00805e', '#a6487f', '#5b5b5b', '#997300'] as const;
/** A shape and a dash for each series as well, so that colour is never the only sign. */
export const SERIES_SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;
export const SERIES_DASHES = [
  [1, 0],
  [7, 3],
  [2, 2],
  [8, 2, 2, 2],
  [4, 4],
  [12, 3],
] as const;
/** What a colour always means, in every chart of a report. */
export const COLOURS = {
  ink: '#1b1f24',
  muted: '#555b63',
  grid: '#e4e7eb',
  price: '#0072b2',
  twin: '#d55e00',
  outside: '#5b5b5b',
  onBook: '#a6487f',
  takenOver: '#e69f00',
  insurance: '#56b4e9',
  backstop: '#e69f00',
  deleveraged: '#00805e',
  socialised: '#5b2a86',
  caused: '#a50026',
  advanced: '#e08214',
  common: '#8a94a0',
} as const;

/** Width of the whole picture without its margins, in pixels. */
export const PICTURE_WIDTH = { wide: 840, narrow: 336 } as const;
/** Room left of a plot for its axis. */
export const AXIS_WIDTH = 62;

/** The colour, shape and dash of the i-th series. */
export const seriesStyle = (i: number): { colour: string; shape: string; dash: readonly number[] } => ({
  colour: SERIES_COLOURS[i % SERIES_COLOURS.length] ?? COLOURS.ink,
  shape: SERIES_SHAPES[i % SERIES_SHAPES.length] ?? 'circle',
  dash: SERIES_DASHES[i % SERIES_DASHES.length] ?? [1, 0],
});

/** Mean width of a letter of Inter in em: enough to break lines; Vega places text by the true widths. */
const LETTER = 0.53;

/** Breaks a text into lines that fit `width` pixels at `size` pixels. A word longer than a line stands alone. */
export function wrap(text: string, width: number, size: number): string[] {
  const most = Math.max(8, Math.floor(width / (LETTER * size)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Data as a literal of Vega's expression language. */
export const vegaLiteral = (value: unknown): string => JSON.stringify(value).replace(/[\u2028\u2029]/g, ' ');

/** One entry of a key: what the sign looks like and what it means. */
export interface KeyEntry {
  readonly sign: 'line' | 'area' | 'whisker' | 'bar' | 'none';
  readonly colour: string;
  readonly text: string;
  readonly dash?: readonly number[];
  readonly shape?: string;
  /** The shape in outline on white. */
  readonly hollow?: boolean;
  readonly opacity?: number;
}

const KEY_SIGN_WIDTH = 30;
const KEY_LINE = 18;

/** The signs of a chart, in columns filled row by row, as a view of its own. */
export function key(entries: readonly KeyEntry[], columns: number, layout: Layout): Part {
  const width = PICTURE_WIDTH[layout] / columns;
  const layers: Part[] = [];
  let top = 0;
  for (let row = 0; row < entries.length; row += columns) {
    let lines = 0;
    entries.slice(row, row + columns).forEach((entry, column) => {
      const text = wrap(entry.text, width - KEY_SIGN_WIDTH - 8, TEXT.label);
      layers.push(...signLayers(entry, text, column * width - AXIS_WIDTH, top + KEY_LINE / 2));
      lines = Math.max(lines, text.length);
    });
    top += lines * KEY_LINE;
  }
  return { data: { values: [{}] }, width: PICTURE_WIDTH[layout] - AXIS_WIDTH, height: top, view: { stroke: null }, layer: layers };
}

/** One sign and its words, the first line centred on `middle`. */
function signLayers(entry: KeyEntry, text: readonly string[], left: number, middle: number): Part[] {
  const { colour } = entry;
  const across = { x: { value: left }, x2: { value: left + KEY_SIGN_WIDTH - 6 } };
  const box = (half: number): Part => ({ ...across, y: { value: middle - half }, y2: { value: middle + half } });
  const rule = { type: 'rule', color: colour, strokeWidth: 1.8 };
  const layers: Part[] = [];
  switch (entry.sign) {
    case 'line':
      layers.push({ mark: { ...rule, strokeWidth: 2.2, strokeDash: entry.dash ?? [1, 0] }, encoding: { ...across, y: { value: middle } } });
      break;
    case 'area':
      layers.push({ mark: { type: 'rect', color: colour, opacity: entry.opacity ?? 0.18 }, encoding: box(7) });
      break;
    case 'bar':
      layers.push({ mark: { type: 'rect', color: colour }, encoding: box(6) });
      break;
    case 'whisker':
      layers.push({ mark: rule, encoding: { x: { value: left + 12 }, y: { value: middle - 8 }, y2: { value: middle + 8 } } });
      for (const end of [-8, 8])
        layers.push({ mark: rule, encoding: { x: { value: left + 8 }, x2: { value: left + 16 }, y: { value: middle + end } } });
      break;
    case 'none':
      break;
  }
  if (entry.shape !== undefined) {
    const point = {
      type: 'point',
      shape: entry.shape,
      size: 60,
      fill: entry.hollow === true ? '#ffffff' : colour,
      stroke: colour,
      opacity: 1,
    };
    layers.push({ mark: point, encoding: { x: { value: left + 12 }, y: { value: middle } } });
  }
  layers.push({
    mark: { type: 'text', text, align: 'left', baseline: 'middle', fontSize: TEXT.label, lineHeight: KEY_LINE, color: COLOURS.ink },
    encoding: { x: { value: left + KEY_SIGN_WIDTH }, y: { value: middle } },
  });
  return layers;
}

/** Small text under a chart: method, seed, what was left out. One paragraph an entry. */
export function notes(paragraphs: readonly string[], layout: Layout): Part {
  const width = PICTURE_WIDTH[layout];
  const lines = paragraphs.flatMap((paragraph) => wrap(paragraph, width, TEXT.note));
  const lineHeight = 15;
  return {
    data: { values: [{}] },
    width: width - AXIS_WIDTH,
    height: lines.length * lineHeight,
    view: { stroke: null },
    mark: { type: 'text', text: lines, align: 'left', baseline: 'top', fontSize: TEXT.note, lineHeight, color: COLOURS.muted },
    encoding: { x: { value: -AXIS_WIDTH }, y: { value: 0 } },
  };
}

/** What every chart is made of. */
export interface ChartParts {
  /** Says what is seen, in one sentence. */
  readonly title: string;
  /** For people who do not see the picture. */
  readonly description: string;
  readonly layout: Layout;
  readonly key: readonly KeyEntry[];
  /** Columns of the key. */
  readonly columns: number;
  /** Rows of panels from top to bottom. */
  readonly panels: readonly Part[];
  readonly notes: readonly string[];
}

/** Puts title, key, panels and notes below each other and gives them the house style. */
export function chart(parts: ChartParts): ChartSpec {
  const { layout } = parts;
  const spec: Part = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: parts.description,
    title: {
      text: wrap(parts.title, PICTURE_WIDTH[layout], TEXT.title * 1.04),
      anchor: 'start',
      frame: 'bounds',
      fontSize: TEXT.title,
      fontWeight: 600,
      lineHeight: 22,
      offset: 12,
      color: COLOURS.ink,
    },
    padding: 14,
    background: '#ffffff',
    spacing: 18,
    align: 'none',
    bounds: 'full',
    vconcat: [...(parts.key.length > 0 ? [key(parts.key, parts.columns, layout)] : []), ...parts.panels, notes(parts.notes, layout)],
    config: {
      font: FONT_FAMILY,
      aria: false,
      view: { stroke: null },
      title: { font: FONT_FAMILY, fontWeight: 600 },
      axis: {
        labelFontSize: TEXT.label,
        titleFontSize: TEXT.label,
        titleFontWeight: 400,
        titleColor: COLOURS.ink,
        labelColor: COLOURS.ink,
        domainColor: COLOURS.muted,
        tickColor: COLOURS.muted,
        gridColor: COLOURS.grid,
        labelLineHeight: 15,
        titleLineHeight: 16,
        titlePadding: 8,
      },
      header: { labelFontSize: TEXT.panel, labelFontWeight: 600, titleFontSize: TEXT.panel },
    },
  };
  return spec as unknown as ChartSpec;
}

/** Layers that have something to draw: Vega warns of a scale without data. A panel without any says so. */
export function filled(layers: readonly Part[]): Part[] {
  const kept = layers.filter((layer) => (layer['data'] as { readonly values?: readonly unknown[] } | undefined)?.values?.length !== 0);
  if (kept.length > 0) return kept;
  return [
    {
      data: { values: [{}] },
      mark: { type: 'text', text: 'No run defines a value here.', align: 'left', fontSize: TEXT.label, color: COLOURS.muted },
      encoding: { x: { value: 8 }, y: { value: 20 } },
    },
  ];
}

/** The title of one panel. */
export const panelTitle = (text: string, width: number): Part => ({
  text: wrap(text, width, TEXT.panel * 1.04),
  anchor: 'start',
  frame: 'group',
  fontSize: TEXT.panel,
  fontWeight: 600,
  lineHeight: 17,
  offset: 8,
  color: COLOURS.ink,
});

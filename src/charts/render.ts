import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { textWidth, withFontFiles } from './font.ts';
import type { ChartSpec } from './theme.ts';

export { fontFaces } from './font.ts';

/** What Vega asks a width for: a text item of its scene graph. */
interface TextItem {
  readonly text?: string | number | null;
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
}

/** Parts of Vega that its types leave out. */
const { textMetrics, setRandom, randomLCG } = vega as unknown as {
  textMetrics: { width: (item: TextItem, text?: string | number | null) => number };
  setRandom: (random: () => number) => void;
  randomLCG: (seed: number) => () => number;
};
// Vega's own measure without a canvas is 30 to 60 % too wide.
textMetrics.width = (item, text) => {
  const line = text ?? item.text;
  if (line === null || line === undefined || line === '') return 0;
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 550;
  return textWidth(String(line), item.fontSize ?? 11, bold ? 600 : 400);
};

/** Pixels of a PNG for each of its SVG: sharp on dense screens and in a forum. */
const PNG_SCALE = 2;
/** Vega draws from a random source of its own in some transforms; a fixed seed keeps every output the same. */
const VEGA_SEED = 42;

/** Draws one chart without a browser. The same specification gives the same bytes. Throws what Vega finds wrong with it. */
export async function renderSvg(spec: ChartSpec): Promise<string> {
  setRandom(randomLCG(VEGA_SEED));
  vega.resetSVGDefIds();
  const problems: string[] = [];
  const logger = vega.logger(vega.Warn);
  const note = (...found: readonly unknown[]): typeof logger => {
    problems.push(found.map(String).join(' '));
    return logger;
  };
  logger.warn = note;
  logger.error = note;
  const compiled = compile(spec, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  try {
    const svg = await view.toSVG();
    if (problems.length > 0) throw new Error(`renderSvg: ${problems.join('; ')}`);
    return svg;
  } finally {
    view.finalize();
  }
}

/** A picture of an SVG on white, twice its size in pixels, its text set in Inter. The same SVG gives the same bytes. */
export function renderPng(svg: string): Buffer {
  // the 600 file of Inter names its family "Inter SemiBold", and resvg asks for families by name
  const named = svg.replace(/font-family="Inter,([^"]*)"([^>]*? font-weight="600")/g, 'font-family="Inter SemiBold,$1"$2');
  return withFontFiles((fontFiles) =>
    new Resvg(named, {
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Inter' },
      fitTo: { mode: 'zoom', value: PNG_SCALE },
      background: '#ffffff',
    })
      .render()
      .asPng(),
  );
}

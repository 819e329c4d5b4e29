import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

const require = createRequire(import.meta.url);

/** Weights that the charts and the report use. */
export const FONT_WEIGHTS = [400, 600] as const;
export type FontWeight = (typeof FONT_WEIGHTS)[number];

/** Subsets of Inter that are loaded, in the order in which a character is looked up. */
const SUBSETS = ['latin', 'greek'] as const;

/** Unicode ranges of the subsets, as @fontsource/inter 5.3.0 states them in its CSS. */
const UNICODE_RANGES: Record<(typeof SUBSETS)[number], string> = {
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  greek: 'U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF',
};

const fontFile = (subset: string, weight: FontWeight, ending: string): string =>
  require.resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.${ending}`);

/**
 * The TrueType font inside a WOFF 1.0 file: the same tables, inflated, behind a table directory of their own.
 * Source: W3C, WOFF File Format 1.0, sections 3 to 5.
 */
export function decodeWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF')
    throw new Error(`decodeWoff: found signature "${woff.toString('latin1', 0, 4)}", want "wOFF"`);
  const tables = woff.readUInt16BE(12);
  const head = Buffer.alloc(12 + 16 * tables);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(tables, 4);
  const power = 31 - Math.clz32(tables);
  head.writeUInt16BE(16 << power, 6);
  head.writeUInt16BE(power, 8);
  head.writeUInt16BE(16 * tables - (16 << power), 10);
  const parts: Buffer[] = [head];
  let position = head.length;
  for (let i = 0; i < tables; i++) {
    const entry = 44 + 20 * i;
    const [offset, compressed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at)) as [number, number, number];
    const stored = woff.subarray(offset, offset + compressed);
    const data = compressed < length ? inflateSync(stored) : stored;
    if (data.length !== length) throw new Error(`decodeWoff: table ${i} has ${data.length} bytes, want ${length}`);
    const record = 12 + 16 * i;
    woff.copy(head, record, entry, entry + 4);
    head.writeUInt32BE(woff.readUInt32BE(entry + 16), record + 4);
    head.writeUInt32BE(position, record + 8);
    head.writeUInt32BE(length, record + 12);
    const padding = (4 - (length % 4)) % 4;
    parts.push(data, Buffer.alloc(padding));
    position += length + padding;
  }
  return Buffer.concat(parts);
}

/** Advance widths of one TrueType font, in em; undefined for a character that the font lacks. */
export function advanceWidths(font: Buffer): (codePoint: number) => number | undefined {
  const offsets = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i++)
    offsets.set(font.toString('latin1', 12 + 16 * i, 16 + 16 * i), font.readUInt32BE(20 + 16 * i));
  const table = (tag: string): number => {
    const offset = offsets.get(tag);
    if (offset === undefined) throw new Error(`advanceWidths: the font has no table "${tag}"`);
    return offset;
  };
  const unitsPerEm = font.readUInt16BE(table('head') + 18);
  const horizontalMetrics = font.readUInt16BE(table('hhea') + 34);
  const metrics = table('hmtx');
  const characters = table('cmap');
  let map = -1;
  for (let i = 0; i < font.readUInt16BE(characters + 2); i++) {
    const offset = characters + font.readUInt32BE(characters + 8 + 8 * i);
    if (font.readUInt16BE(offset) === 4) map = offset; // format 4: the basic plane in segments
  }
  if (map < 0) throw new Error('advanceWidths: the font has no character map of format 4');
  const span = font.readUInt16BE(map + 6); // twice the number of segments
  const glyph = (code: number): number => {
    for (let s = 0; s < span; s += 2) {
      if (code > font.readUInt16BE(map + 14 + s)) continue;
      const start = font.readUInt16BE(map + 16 + span + s);
      if (code < start) return 0;
      const delta = font.readInt16BE(map + 16 + 2 * span + s);
      const rangeAt = map + 16 + 3 * span + s;
      const range = font.readUInt16BE(rangeAt);
      if (range === 0) return (code + delta) & 0xffff;
      const index = font.readUInt16BE(rangeAt + range + 2 * (code - start));
      return index === 0 ? 0 : (index + delta) & 0xffff;
    }
    return 0;
  };
  return (code) => {
    const g = code > 0xffff ? 0 : glyph(code);
    return g === 0 ? undefined : font.readUInt16BE(metrics + 4 * Math.min(g, horizontalMetrics - 1)) / unitsPerEm;
  };
}

let decoded: Map<FontWeight, Buffer[]> | undefined;

/** The TrueType fonts of each weight, decoded once a process. */
function fonts(): Map<FontWeight, Buffer[]> {
  decoded ??= new Map(
    FONT_WEIGHTS.map((weight) => [weight, SUBSETS.map((subset) => decodeWoff(readFileSync(fontFile(subset, weight, 'woff'))))]),
  );
  return decoded;
}

/** Width in em of a character that no loaded subset has: that of Inter's figures, close to the mean. */
const UNKNOWN_WIDTH = 0.62;
const measured = new Map<string, number>();
let widths: Map<FontWeight, ((code: number) => number | undefined)[]> | undefined;

/** Width of a line of text set in Inter, in the unit of `size`: the sum of its advance widths (kerning is left out, under 1 %). */
export function textWidth(text: string, size: number, weight: FontWeight = 400): number {
  const key = `${weight} ${text}`;
  let em = measured.get(key);
  if (em === undefined) {
    widths ??= new Map([...fonts()].map(([w, files]) => [w, files.map(advanceWidths)]));
    const subsets = widths.get(weight) ?? [];
    em = 0;
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      let width: number | undefined;
      for (const subset of subsets) width ??= subset(code);
      em += width ?? UNKNOWN_WIDTH;
    }
    measured.set(key, em);
  }
  return em * size;
}

/** Lends the decoded fonts as files, for the PNG renderer, which reads nothing else; they are gone when `use` returns. */
export function withFontFiles<T>(use: (paths: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'marginfall-fonts-'));
  try {
    const paths = [...fonts()].flatMap(([weight, subsets]) =>
      subsets.map((font, i) => {
        const path = join(folder, `inter-${SUBSETS[i]}-${weight}.ttf`);
        writeFileSync(path, font);
        return path;
      }),
    );
    return use(paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `@font-face` rules with Inter (SIL Open Font License 1.1) as WOFF2 data URIs, for a page that loads nothing. */
export function fontFaces(): string {
  return FONT_WEIGHTS.flatMap((weight) =>
    SUBSETS.map((subset) => {
      const data = readFileSync(fontFile(subset, weight, 'woff2')).toString('base64');
      return `@font-face{font-family:Inter;font-style:normal;font-weight:${weight};font-display:swap;src:url(data:font/woff2;base64,${data}) format('woff2');unicode-range:${UNICODE_RANGES[subset]}}`;
    }),
  ).join('\n');
}

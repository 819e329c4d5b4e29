import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { advanceWidths, decodeWoff, fontFaces, textWidth, withFontFiles } from '../../src/charts/font.ts';

const require = createRequire(import.meta.url);
const woff = readFileSync(require.resolve('@fontsource/inter/files/inter-latin-400-normal.woff'));

/** Sum of the big-endian words of a table, as a TrueType directory records it. */
function checksum(table: Buffer): number {
  let sum = 0;
  const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
  for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) >>> 0;
  return sum;
}

describe('decodeWoff', () => {
  test('every table has the checksum that its directory records', () => {
    const font = decodeWoff(woff);
    const tables = font.readUInt16BE(4);
    expect(tables).toBeGreaterThan(8);
    for (let i = 0; i < tables; i++) {
      const at = 12 + 16 * i;
      const tag = font.toString('latin1', at, at + 4);
      const offset = font.readUInt32BE(at + 8);
      expect(offset % 4).toBe(0);
      const table = Buffer.from(font.subarray(offset, offset + font.readUInt32BE(at + 12)));
      if (tag === 'head') table.writeUInt32BE(0, 8); // checkSumAdjustment counts as 0
      expect([tag, checksum(table)]).toEqual([tag, font.readUInt32BE(at + 4)]);
    }
  });

  test('refuses what is not WOFF', () => {
    expect(() => decodeWoff(Buffer.from('OTTOxxxx'))).toThrow('found signature "OTTO", want "wOFF"');
  });
});

describe('text widths', () => {
  test('figures are narrower than the estimate of 0.8 em, i is narrower than m, the unknown has none', () => {
    const width = advanceWidths(decodeWoff(woff));
    expect(width(0x30)).toBeCloseTo(0.62, 1);
    expect(width(0x69)!).toBeLessThan(width(0x6d)! / 2);
    expect(width(0x3b8)).toBeUndefined();
    expect(width(0x1f600)).toBeUndefined();
  });

  test('add up, scale with the size, and reach the Greek subset', () => {
    expect(textWidth('ab', 10)).toBeCloseTo(textWidth('a', 10) + textWidth('b', 10), 12);
    expect(textWidth('threshold', 24)).toBeCloseTo(2 * textWidth('threshold', 12), 12);
    expect(textWidth('threshold', 12, 600)).toBeGreaterThan(textWidth('threshold', 12));
    expect(textWidth('θ', 100)).not.toBe(textWidth('日', 100));
    expect(textWidth('', 12)).toBe(0);
  });
});

test('the page embeds its fonts as data and names nothing outside', () => {
  const css = fontFaces();
  expect(css.match(/@font-face/g)).toHaveLength(4);
  expect(css).not.toMatch(/url\((?!data:font\/woff2;base64,)/);
});

test('fonts are lent as files and taken back, also after an error', () => {
  const seen: string[] = [];
  const sizes = withFontFiles((paths) => {
    seen.push(...paths);
    return paths.map((path) => readFileSync(path).length);
  });
  expect(sizes).toHaveLength(4);
  expect(Math.min(...sizes)).toBeGreaterThan(10_000);
  expect(() =>
    withFontFiles((paths) => {
      seen.push(...paths);
      throw new Error('no picture');
    }),
  ).toThrow('no picture');
  expect(seen.filter((path) => existsSync(path))).toEqual([]);
});

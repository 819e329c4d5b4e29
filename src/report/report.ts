import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fontFaces, renderPng, renderSvg } from '../charts/render.ts';
import { makeFolder } from '../results/folder.ts';
import { drawingsOf } from './drawing.ts';
import { writeHtml } from './html.ts';
import { writeMarkdown } from './markdown.ts';
import { readResults } from './results.ts';
import { contentOf } from './sections.ts';
import { stripData, stripProgram } from './strip.ts';

/** Paths of what was written. */
export interface WrittenReport {
  readonly html: string;
  readonly markdown: string;
  /** SVG, PNG and Vega-Lite JSON of every chart. */
  readonly charts: string[];
}

/**
 * Draws the charts and the report of a results folder, from manifest.json, summary.csv, runs.parquet and the example run,
 * into charts/, report.html and report.md there. The same folder gives the same bytes.
 * @throws Error when a file of the folder is missing or not what a sweep writes.
 */
export async function writeReport(dir: string): Promise<WrittenReport> {
  const results = await readResults(dir);
  const drawings = drawingsOf(results);
  const folder = join(dir, 'charts');
  makeFolder(folder);
  const charts: string[] = [];
  const inline = new Map<string, { wide: string; narrow: string }>();
  const write = (name: string, data: string | Buffer): void => {
    const path = join(folder, name);
    writeFileSync(path, data);
    charts.push(path);
  };
  for (const { name, spec } of drawings) {
    const wideSpec = spec('wide');
    const wide = await renderSvg(wideSpec);
    write(`${name}.svg`, wide);
    write(`${name}.png`, renderPng(wide));
    write(`${name}.vl.json`, `${JSON.stringify(wideSpec, null, 1)}\n`);
    inline.set(name, { wide, narrow: await renderSvg(spec('narrow')) });
  }
  const content = contentOf(results, drawings);
  const strip = results.example === null ? null : { program: await stripProgram(), data: stripData(results, results.example) };
  const html = join(dir, 'report.html');
  const markdown = join(dir, 'report.md');
  writeFileSync(html, writeHtml(content, { charts: inline, fonts: fontFaces(), strip }));
  writeFileSync(markdown, writeMarkdown(content));
  return { html, markdown, charts };
}

import { createHash } from 'node:crypto';
import type { Block, Content, Inline } from './content.ts';
import { isWebAddress } from './markdown.ts';
import { STYLE } from './style.ts';

/** What a report embeds besides its text. */
export interface Embedded {
  /** Charts by name: a wide and a narrow SVG. */
  readonly charts: ReadonlyMap<string, { readonly wide: string; readonly narrow: string }>;
  /** `@font-face` rules. */
  readonly fonts: string;
  /** Program of the strip and the data that it draws; null when there is no example run. */
  readonly strip: { readonly program: string; readonly data: unknown } | null;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that is nothing but text, in an element or a quoted attribute. */
export const htmlText = (text: string): string =>
  // A minus is not left at the end of a line.
  text.replaceAll('−', '−\u2060').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** JSON that cannot end the script element that holds it. */
export const scriptData = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** An SVG as part of a page: one picture with a name for those who do not see it, its ids its own. */
export function inlineSvg(svg: string, id: string, label: string, className: string): string {
  return svg
    .replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')
    .replace(/\bid="([^"]+)"/g, `id="${id}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${id}-$1)`)
    .replace(
      /<svg [^>]*?(width="[^"]*") (height="[^"]*") (viewBox="[^"]*")[^>]*>/,
      (_, ...size: string[]) => `<svg class="${className}" role="img" aria-label="${htmlText(label)}" ${size.slice(0, 3).join(' ')}>`,
    );
}

function inline(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return htmlText(part);
      if ('code' in part) return `<code>${htmlText(part.code)}</code>`;
      if ('strong' in part) return `<strong>${htmlText(part.strong)}</strong>`;
      return isWebAddress(part.url)
        ? `<a href="${htmlText(part.url)}" rel="noopener noreferrer">${htmlText(part.link)}</a>`
        : htmlText(part.link);
    })
    .join('');
}

function block(item: Block, embedded: Embedded): string {
  switch (item.kind) {
    case 'heading':
      return `<h2>${htmlText(item.text)}</h2>`;
    case 'paragraph':
      return `<p>${inline(item.parts)}</p>`;
    case 'answer':
      return `<p class="answer">${item.sentences.map(htmlText).join(' ')}</p>`;
    case 'list':
      return `<ul>${item.items.map((parts) => `<li>${inline(parts)}</li>`).join('\n')}</ul>`;
    case 'figures':
      return `<section class="figures" aria-label="${htmlText(item.title)}"><h3>${htmlText(item.title)}</h3><dl>${item.figures
        .map(
          (f) =>
            `<div><dt>${htmlText(f.label)}</dt><dd class="value">${htmlText(f.value)}</dd><dd class="note">${htmlText(f.note)}</dd></div>`,
        )
        .join('\n')}</dl></section>`;
    case 'table':
      return `<p class="caption">${htmlText(item.caption)}</p>${table(item)}`;
    case 'chart': {
      const pictures = embedded.charts.get(item.name);
      if (pictures === undefined) throw new Error(`report: found no chart named ${item.name}`);
      return `<figure class="chart">${inlineSvg(pictures.wide, `${item.name}-w`, item.title, 'wide')}${inlineSvg(pictures.narrow, `${item.name}-n`, item.title, 'narrow')}<figcaption>${htmlText(item.caption)}</figcaption></figure>`;
    }
    case 'strip':
      return `<figure class="strip"><div id="strip"></div><noscript><p>The strip needs scripts; the chart above shows the same run.</p></noscript><figcaption>${htmlText(item.caption)}</figcaption></figure>`;
    case 'command':
      return `<pre class="scroll" tabindex="0" role="region" aria-label="Command"><code>${item.lines.map(htmlText).join('\n')}</code></pre>`;
  }
}

/** A table that scrolls sideways on its own where the page is narrow. */
function table({ caption, head, rows, numbersFrom }: Extract<Block, { readonly kind: 'table' }>): string {
  const number = (i: number): string => (i >= numbersFrom ? ' class="number"' : '');
  const heading = head.map((cell, i) => `<th scope="col"${number(i)}>${htmlText(cell)}</th>`).join('');
  const line = (row: readonly Inline[]): string =>
    row.map((cell, i) => (i === 0 ? `<th scope="row">${inline([cell])}</th>` : `<td${number(i)}>${inline([cell])}</td>`)).join('');
  const body = rows.map((row) => `<tr>${line(row)}</tr>`).join('\n');
  return `<div class="scroll" role="region" tabindex="0" aria-label="${htmlText(caption)}"><table aria-label="${htmlText(caption)}"><thead><tr>${heading}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/**
 * The report as one HTML file that loads nothing: fonts are in it, its only script is named by its hash, and a
 * Content-Security-Policy forbids everything else. Names, questions and comments of the experiment are text, never markup.
 */
export function writeHtml(content: Content, embedded: Embedded): string {
  const style = `${embedded.fonts}\n${STYLE}`;
  const { strip } = embedded;
  const policy = [
    "default-src 'none'",
    `style-src ${digest(style)}`,
    'font-src data:',
    ...(strip === null ? [] : [`script-src ${digest(strip.program)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = content.question === '' ? content.name : `${content.name}: ${content.question}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><p class="name">${htmlText(content.name)}</p><h1>${htmlText(content.question === '' ? content.name : content.question)}</h1></header>
${content.blocks.map((item) => block(item, embedded)).join('\n')}
</main>
${strip === null ? '' : `<script type="application/json" id="strip-data">${scriptData(strip.data)}</script>\n<script>${strip.program}</script>\n`}</body>
</html>
`;
}

import type { Block, Content, Inline } from './content.ts';

/** What some reader of Markdown takes for the end of a line. */
const LINE_BREAKS = /[\r\n\t\v\f\u0085\u2028\u2029]+/g;

/** Text that no Markdown dialect reads as markup: every sign that could begin any is escaped, line breaks become spaces. */
export function markdownText(text: string): string {
  return text
    .replace(LINE_BREAKS, ' ')
    .replace(/[\\`*_{}[\]<>#|~!&$^@]/g, '\\$&')
    .replace(/^(\s*)([-+=:]+)(?=\s|$)/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A code span that its content cannot end; in a table a bar would end the cell. */
function codeSpan(text: string, inTable: boolean): string {
  const line = text.replace(LINE_BREAKS, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const padded = line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line;
  return `${fence}${inTable ? padded.replaceAll('|', '\\|') : padded}${fence}`;
}

/** Only addresses of the web are written as links. */
export const isWebAddress = (url: string): boolean => /^https?:\/\/[^\s<>"']+$/.test(url);

function inline(parts: readonly Inline[], inTable = false): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return markdownText(part);
      if ('code' in part) return codeSpan(part.code, inTable);
      // A space before the closing asterisks would leave them standing as text.
      if ('strong' in part) return markdownText(part.strong).replace(/^(.*?)(\s*)$/s, '**$1**$2');
      return isWebAddress(part.url) ? `[${markdownText(part.link)}](<${part.url}>)` : markdownText(part.link);
    })
    .join('');
}

function block(item: Block): string {
  switch (item.kind) {
    case 'heading':
      return `## ${markdownText(item.text)}`;
    case 'paragraph':
      return inline(item.parts);
    case 'answer':
      return `> ${item.sentences.map(markdownText).join(' ')}`;
    case 'list':
      return item.items.map((parts) => `- ${inline(parts)}`).join('\n');
    case 'figures':
      return [
        `**${markdownText(item.title)}**`,
        '',
        ...table(
          ['', 'value', 'how it is known'],
          item.figures.map((f) => [f.label, { strong: f.value }, f.note]),
          9,
        ),
      ].join('\n');
    case 'table':
      return [markdownText(item.caption), '', ...table(item.head, item.rows, item.numbersFrom)].join('\n');
    case 'chart':
      return `![${markdownText(item.title)}](charts/${item.name}.png)\n\n*${markdownText(item.caption)}*`;
    case 'strip':
      return '';
    case 'command':
      return fenced(item.lines);
  }
}

function table(head: readonly string[], rows: readonly (readonly Inline[])[], numbersFrom: number): string[] {
  return [
    `| ${head.map((cell) => markdownText(cell)).join(' | ')} |`,
    `| ${head.map((_, i) => (i >= numbersFrom ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map((cell) => inline([cell], true)).join(' | ')} |`),
  ];
}

function fenced(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines.map((line) => line.replace(LINE_BREAKS, ' ')), fence].join('\n');
}

/** The report as Markdown for a forum: charts are the pictures in charts/ beside it. */
export function writeMarkdown(content: Content): string {
  const body = content.blocks.map(block).filter((text) => text !== '');
  return `${[`# ${markdownText(content.name)}`, ...(content.question === '' ? [] : [markdownText(content.question)]), ...body].join('\n\n')}\n`;
}

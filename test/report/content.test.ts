import { describe, expect, test } from 'vitest';
import type { Block, Content } from '../../src/report/content.ts';
import { withLinks } from '../../src/report/content.ts';
import { htmlText, inlineSvg, scriptData, writeHtml } from '../../src/report/html.ts';
import { markdownText, writeMarkdown } from '../../src/report/markdown.ts';
import { shellWord } from '../../src/report/sections.ts';

/** Texts that would be markup somewhere. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg/onload=alert(1)>',
  '![x](https://evil.example/p.png)',
  '[click](javascript:alert(1))',
  '`code` **bold** _em_ ~~gone~~',
  '| a | b |\n|---|---|',
  '# heading\n\n- item\n1. one\n> quote',
  '&lt;b&gt; &amp;',
  '$x^2$ and @everyone',
  '```\nfence\n```',
  '--- \u2028 === ',
];

/** A text in every place that takes one; without `code`, only where Markdown has no code. */
function everywhere(text: string, code = true): Content {
  const spans = code ? [{ code: text }] : [];
  const blocks: Block[] = [
    { kind: 'heading', text },
    { kind: 'paragraph', parts: [text, ...spans, { strong: text }, { link: text, url: text }] },
    { kind: 'answer', sentences: [text, text] },
    { kind: 'list', items: [[text, ...spans]] },
    { kind: 'figures', title: text, figures: [{ label: text, value: text, note: text }] },
    { kind: 'table', caption: text, head: [text, text], rows: [[text, code ? { code: text } : text]], numbersFrom: 1 },
    { kind: 'chart', name: 'severity', title: text, caption: text },
    { kind: 'strip', caption: text },
    ...(code ? [{ kind: 'command', lines: [text] } as const] : []),
  ];
  return { name: text, question: text, blocks };
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="10" height="20" viewBox="0 0 10 20"><clipPath id="clip1"></clipPath><g clip-path="url(#clip1)"></g></svg>';
const embedded = {
  charts: new Map([['severity', { wide: SVG, narrow: SVG }]]),
  fonts: '',
  strip: { program: 'draw();', data: { text: HOSTILE.join(' ') } },
};

describe('HTML', () => {
  test.each(HOSTILE)('%j is text wherever it stands', (text) => {
    const page = writeHtml(everywhere(text), embedded);
    const plain = writeHtml(everywhere('plain'), embedded);
    const tags = (html: string): string[] => [...html.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map((match) => match[0].toLowerCase());
    expect(tags(page)).toEqual(tags(plain));
    const attributes = (html: string): string[] => [...html.matchAll(/\s([a-z-]+)="/gi)].map((match) => match[1] ?? '');
    expect(attributes(page)).toEqual(attributes(plain));
    expect(page).not.toContain('href="javascript:');
  });

  test('the policy forbids everything but what the file holds, by hash', () => {
    const page = writeHtml(everywhere('x'), embedded);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]+=*'; font-src data:; script-src 'sha256-[A-Za-z0-9+/]+=*'; base-uri 'none'; form-action 'none'$/,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
    expect(page).not.toMatch(/ style="/);
    const without = writeHtml({ ...everywhere('x'), blocks: [] }, { ...embedded, strip: null });
    expect(without).not.toContain('script');
  });

  test('data cannot end its script element', () => {
    const json = scriptData({ a: '</script><script>alert(1)</script>', b: '<!--' });
    expect(json).not.toMatch(/[<>]/);
    expect(JSON.parse(json)).toEqual({ a: '</script><script>alert(1)</script>', b: '<!--' });
  });

  test('charts in one page do not share ids, and have a name', () => {
    const svg = inlineSvg(SVG, 'severity-w', 'a "title"', 'wide');
    expect(svg).toContain('id="severity-w-clip1"');
    expect(svg).toContain('url(#severity-w-clip1)');
    expect(svg).toContain('<svg class="wide" role="img" aria-label="a &quot;title&quot;" width="10" height="20" viewBox="0 0 10 20">');
  });

  test('htmlText', () => expect(htmlText(`<a href="x" b='c'>&`)).toBe('&lt;a href=&quot;x&quot; b=&#39;c&#39;&gt;&amp;'));
  test('htmlText keeps a minus with its number', () => expect(htmlText('from −$5 k')).toBe('from −\u2060$5 k'));
});

describe('Markdown', () => {
  test.each(HOSTILE)('%j is text wherever it stands', (text) => {
    const page = writeMarkdown(everywhere(text, false));
    const plain = writeMarkdown(everywhere('plain', false));
    expect(page.split('\n').length).toBe(plain.split('\n').length);
    expect(page).not.toMatch(/(?<!\\)[<`]/);
    expect(page.match(/(?<!\\)!\[/g)).toHaveLength(1); // the chart itself
    expect(page.match(/(?<!\\)\]\(/g)).toHaveLength(1);
    const bars = (line: string): number => line.match(/(?<!\\)\|/g)?.length ?? 0;
    expect(page.split('\n').map(bars)).toEqual(plain.split('\n').map(bars));
    for (const line of page.split('\n')) expect(line).not.toMatch(/^ {0,3}(?:#{3,}|[-+*] [-+*]|\d+[.)] |={3}|-{3})/);
  });

  test.each(HOSTILE)('%j cannot end the code that it is in', (text) => {
    const page = writeMarkdown({
      name: 'x',
      question: '',
      blocks: [
        { kind: 'paragraph', parts: [{ code: text }] },
        { kind: 'command', lines: [text] },
      ],
    });
    const line = text.replace(/[\r\n\u2028]+/g, ' ');
    const [, span = '', fence = '', command = ''] = /\n\n((`+)(?!`).*(?<!`)\2)\n\n(`{3,}sh\n[^]*)$/.exec(page)?.slice(0) ?? [];
    expect(span).toContain(line);
    expect(line.includes(fence) && new RegExp(`(?<!\`)${fence}(?!\`)`).test(line)).toBe(false);
    const [, long = ''] = /^(`+)sh\n/.exec(command) ?? [];
    expect(line).not.toContain(long);
    expect(command.trimEnd().split('\n')).toHaveLength(3);
  });

  test('a bar inside code does not end a table cell', () => {
    const page = writeMarkdown({
      name: 'x',
      question: '',
      blocks: [{ kind: 'table', caption: '', head: ['a'], rows: [[{ code: 'b | c' }]], numbersFrom: 9 }],
    });
    expect(page).toContain('| `b \\| c` |');
  });

  test('signs that begin markup are escaped, others stay readable', () => {
    expect(markdownText('# a *b* [c](d) <e> `f` |g| ~h~ $i$')).toBe('\\# a \\*b\\* \\[c\\](d) \\<e\\> \\`f\\` \\|g\\| \\~h\\~ \\$i\\$');
    expect(markdownText('1. one')).toBe('1\\. one');
    expect(markdownText('- item')).toBe('\\- item');
    expect(markdownText('1.95 % (−0.2 to +0.4)')).toBe('1.95 % (−0.2 to +0.4)');
    expect(markdownText('a\nb\r\n# c')).toBe('a b \\# c');
  });

  test('charts are pictures beside the file', () => {
    expect(writeMarkdown(everywhere('x'))).toContain('![x](charts/severity.png)');
  });
});

test('only web addresses become links', () => {
  expect(withLinks('see https://example.org/a_(b), and javascript:alert(1).')).toEqual([
    'see ',
    { link: 'https://example.org/a_', url: 'https://example.org/a_' },
    '(b), and javascript:alert(1).',
  ]);
  expect(withLinks('none')).toEqual(['none']);
  expect(withLinks('https://a.example.')).toEqual([{ link: 'https://a.example', url: 'https://a.example' }, '.']);
});

test.each([
  ['october', 'october'],
  ['experiments/mcr-threshold.yaml', 'experiments/mcr-threshold.yaml'],
  ['a; rm -rf ~', "'a; rm -rf ~'"],
  ["it's $(x)", "'it'\\''s $(x)'"],
  ['--out', "'--out'"],
  ['', "''"],
])('a word for the shell: %j', (text, word) => expect(shellWord(text)).toBe(word));

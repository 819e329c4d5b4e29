/** A piece of a line. A string is plain text; none of it is markup, whatever it holds. */
export type Inline = string | { readonly code: string } | { readonly strong: string } | { readonly link: string; readonly url: string };

/** One of the numbers that matter. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

/** A block of the report: what it is, not how it looks. HTML and Markdown are two ways to write the same list of them. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'answer'; readonly sentences: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'figures'; readonly title: string; readonly figures: readonly Figure[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly Inline[])[];
      readonly numbersFrom: number;
    }
  | { readonly kind: 'chart'; readonly name: string; readonly title: string; readonly caption: string }
  | { readonly kind: 'strip'; readonly caption: string }
  | { readonly kind: 'command'; readonly lines: readonly string[] };

/** A whole report. */
export interface Content {
  readonly name: string;
  readonly question: string;
  readonly blocks: readonly Block[];
}

/** Text with its http(s) addresses as links and nothing else. */
export function withLinks(text: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'`()[\]{}|\\^]+[^\s<>"'`()[\]{}|\\^.,;:!?]/g)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push({ link: match[0], url: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return parts;
}

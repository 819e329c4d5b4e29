import { describe, expect, test } from 'vitest';
import { describeVenue } from '../../src/cli/venues.ts';
import { VENUES, venueNamed } from '../../src/venues/catalogue.ts';
import type { Venue } from '../../src/venues/venue.ts';
import { capture } from './capture.ts';

type Value = number | string | boolean | null | readonly Value[] | { readonly [key: string]: Value };
type Path = readonly (string | number)[];

/** Every figure and word of a value, with its path. */
function leaves(value: Value, path: Path = []): [Path, Value][] {
  if (value === null || typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner as Value, [...path, key]));
}

function withLeaf(value: Value, path: Path, leaf: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const record = value as Readonly<Record<string, Value>>;
  const changed = { ...record, [key]: withLeaf(record[key] ?? null, rest, leaf) };
  return Array.isArray(value) ? Object.values(changed) : changed;
}

/** Another value of the same kind; undefined where there is none, as for the word that says which fields follow. */
function otherOf(path: Path, value: Value): Value | undefined {
  if (typeof value === 'number') return value === Infinity ? 1e6 : value + (value === 0 ? 0.25 : value * 0.25);
  if (typeof value === 'boolean') return !value;
  if (path.at(-1) === 'notional') return value === 'index' ? 'price' : 'index';
  if (path.at(-1) === 'state') return 'another state';
  if (path.at(-1) === 'volatility') return value === 'up' ? 'down' : 'up';
  return undefined;
}

describe('venues', () => {
  test('lists all, with their dates', async () => {
    const { status, out } = await capture('venues');
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(VENUES.map(({ name, date, title }) => [name, date, title]));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
    expect(out).toMatch(/^hyperliquid\s+2025-10-10 {2}Hyperliquid perpetuals$/m);
  });

  test('tells every figure of one, and what is assumed', async () => {
    const out = (await capture('venues', 'hl')).out.replaceAll('\u00a0', ' ');
    expect(out).toContain('from 150,000,000: maintenance 2.5 %, initial 5 %');
    expect(out).toContain('https://hyperliquid.gitbook.io');
    expect(out).toContain('hypothetical: ');
  });

  test('is one document with --json', async () => {
    const all = JSON.parse((await capture('venues', '--json')).out) as readonly Venue[];
    expect(all.map((venue) => venue.name)).toEqual(VENUES.map((venue) => venue.name));
    const one = JSON.parse((await capture('venues', 'hyperliquid', '--json')).out) as { readonly backstop: unknown };
    expect(one.backstop).toEqual({ level: 2 / 3, capacity: 'unlimited', stated: 250e6 });
  });

  test.each(VENUES.map((venue) => [venue.name, venue] as const))('%s: JSON has every field and figure', async (name, venue) => {
    const printed = JSON.parse((await capture('venues', name, '--json')).out) as Value;
    const told = (value: Value): Value => (value === Infinity ? 'unlimited' : value === -Infinity ? 'never' : value);
    expect(leaves(printed)).toEqual(leaves(venue as unknown as Value).map(([path, value]) => [path, told(value)]));
  });

  test.each(VENUES.map((venue) => [venue.name, venue] as const))(
    '%s: changing any figure or word of the rules changes what is told',
    (_, venue) => {
      const { name: _name, aliases: _aliases, title: _title, date: _date, facts: _facts, ...rules } = venue;
      const before = describeVenue(venue);
      const silent = leaves(rules as unknown as Value).filter(([path, value]) => {
        const other = otherOf(path, value);
        return other !== undefined && describeVenue(withLeaf(venue as unknown as Value, path, other) as unknown as Venue) === before;
      });
      expect(silent.map(([path]) => path.join('.'))).toEqual([]);
    },
  );

  test('what only other venues could state has words too', () => {
    const told = (change: Partial<Venue>): string => describeVenue({ ...venueNamed('hyperliquid')!, ...change }).replaceAll('\u00a0', ' ');
    expect(told({ contract: 'inverse-entry' })).toContain('are in coin, margin on the value at entry');
    expect(told({ mark: { kind: 'mid', clamp: 0.01 } })).toContain('the mark is the middle of the best quotes, at most 1 % from');
    expect(told({ backstop: { level: 0.5, capacity: 1e6, stated: null } })).toContain('below 0.5× that level, up to $1 M\n');
  });

  test('a wrong word is status 2, with the right one', async () => {
    const { status, err } = await capture('venues', 'hyperliqid');
    expect(status).toBe(2);
    expect(err).toContain('did you mean "hyperliquid"?');
  });
});

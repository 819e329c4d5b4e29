import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { capture } from './capture.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

/** As much of JSON Schema as the printed one uses, for values as an editor reads them. */
function fits(schema: Schema, value: unknown): boolean {
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined && !options.some((one) => fits(one, value))) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (schema.const !== undefined && schema.const !== value) return false;
  if (schema.type !== undefined && ![schema.type].flat().some((type) => typeFits(type, value))) return false;
  if (typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return false;
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return false;
    if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) return false;
  }
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items === undefined) return true;
    return Array.isArray(items) ? value.every((one, k) => fits(items[k] as Schema, one)) : value.every((one) => fits(items as Schema, one));
  }
  if (typeof value === 'object' && value !== null) {
    for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) return false;
    for (const [key, part] of Object.entries(value)) {
      const known = schema.properties?.[key];
      if (known !== undefined) {
        if (!fits(known, part)) return false;
      } else if (schema.additionalProperties === false) return false;
      else if (typeof schema.additionalProperties === 'object' && !fits(schema.additionalProperties, part)) return false;
    }
  }
  return true;
}

function typeFits(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

async function printed(kind: string): Promise<Schema> {
  const { status, out } = await capture('schema', kind);
  expect(status).toBe(0);
  return JSON.parse(out) as Schema;
}

describe('schema', () => {
  test('the shipped experiments fit, as an editor reads them', async () => {
    const schema = await printed('experiment');
    const folder = new URL('../../experiments/', import.meta.url);
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      // Editors take a bare date for a text, and so does the file's own reader.
      const value = parse(text, { schema: 'core' }) as Record<string, unknown>;
      expect(fits(schema, value), name).toBe(true);
      expect(fits(schema, { ...value, replicatons: 3 })).toBe(false);
      expect(fits(schema, { ...value, replications: -3 })).toBe(false);
    }
  });

  test('every key is described', async () => {
    const bare: string[] = [];
    const walk = (schema: Schema, path: string): void => {
      for (const [key, part] of Object.entries(schema.properties ?? {})) {
        if (part.description === undefined && part.const === undefined && (part.anyOf ?? []).every((one) => one.description === undefined))
          bare.push(`${path}.${key}`);
        walk(part, `${path}.${key}`);
      }
      for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...[schema.items ?? []].flat()]) walk(one, path);
    };
    walk(await printed('scenario'), '');
    // A side, a size and a price need no more words than their own.
    expect(bare.filter((path) => !/\.(side|size|price|sigma|file|log)$/.test(path))).toEqual([]);
  });

  test('docs/model.md names every key of what an asset or a market may have besides', async () => {
    const { properties = {} } = await printed('scenario');
    const asset = ([properties['assets']?.items ?? []].flat()[0] as Schema).properties ?? {};
    const book = (properties['market']?.oneOf ?? []).find((one) => one.properties?.['makers'] !== undefined)?.properties ?? {};
    const named = (schema: Schema): string[] => [
      ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) => [key, ...named(part)]),
      ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...[schema.items ?? []].flat()].flatMap(named),
    ];
    const { kind: _kind, makers: _makers, noise: _noise, ...switched } = book;
    expect(Object.keys(switched)).toEqual(expect.arrayContaining(['fundamentalists', 'session', 'selfTrade']));
    const { oracle = {}, funding = {} } = asset;
    const keys = new Set([...Object.values(switched), oracle, funding].flatMap(named));
    const text = readFileSync(new URL('../../docs/model.md', import.meta.url), 'utf8');
    expect([...keys].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
    const places = ['assets[].market', 'assets[].oracle', 'assets[].funding', 'market.session', 'market.selfTrade', 'correlations'];
    for (const place of [
      ...places,
      'traders[].asset',
      'orders[].asset',
      ...Object.keys(switched).filter((key) => key !== 'session' && key !== 'selfTrade'),
    ])
      expect(text).toContain(`\`${place}\``);
  });

  test('a wrong word is status 2, with the right one', async () => {
    const { status, out, err } = await capture('schema', 'scenarios');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('did you mean "scenario"?');
  });
});

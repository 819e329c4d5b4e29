import { describe, expect, test } from 'vitest';
import { differences } from './comparison.ts';
import { parseVectors } from './file.ts';
import type { Tolerance } from './file.ts';
import { Inputs } from './inputs.ts';

const good = {
  id: 'venue/mechanism/01',
  venue: 'venue',
  mechanism: 'mechanism',
  inputs: { a: 1 },
  expected: { b: 2 },
  tolerance: 'exact',
  verified_keys: ['b'],
};

describe('a vector file', () => {
  const parse = (value: unknown): unknown => parseVectors(JSON.stringify(value), 'v.json');

  test('is read as it stands', () => expect(parse([good])).toEqual([good]));

  test.each([
    ['[\n{"id": }\n]', '2:8'],
    ['[\n{"id": 1},\n]', '3:1'],
    ['[\n{"id": "a" "b"}]', '2:12'],
    ['[\n{"id"', '2:6'],
    ['', '1:1'],
    [`[${'{"id": 1},\n'.repeat(2000)}nul]`, '2001:4'],
  ])('that is not JSON is refused with line and column: %#', (text, place) =>
    expect(() => parseVectors(text, 'v.json')).toThrow(`v.json:${place}: not JSON`),
  );

  test.each([
    [{}, 'v.json: found {}, want a list of vectors'],
    [[], 'v.json: found [], want a list of vectors'],
    [[3], 'v.json: [0]: found 3, want a vector'],
    [[good, { ...good, id: '' }], 'v.json: [1].id (): found "", want a text that is not empty'],
    [[{ ...good, venue: undefined }], 'v.json: [0].venue (venue/mechanism/01): found nothing, want a text'],
    [[{ ...good, inputs: [] }], 'v.json: [0].inputs (venue/mechanism/01): found [], want a record'],
    [[{ ...good, tolerance: 'close' }], '[0].tolerance (venue/mechanism/01): found "close", want "exact" or a record of rel, abs'],
    [[{ ...good, tolerance: {} }], '[0].tolerance (venue/mechanism/01): found {}'],
    [[{ ...good, tolerance: { rel: -1 } }], '[0].tolerance (venue/mechanism/01): found {"rel":-1}'],
    [[{ ...good, tolerance: { relative: 1 } }], '[0].tolerance (venue/mechanism/01): found {"relative":1}'],
    [[{ ...good, verified_keys: 'b' }], '[0].verified_keys (venue/mechanism/01): found "b", want a list of keys'],
    [[{ ...good, verified_keys: ['c'] }], '[0].verified_keys[0] (venue/mechanism/01): found "c", want one of b'],
    [[good, good], 'v.json: [1].id: found venue/mechanism/01 again, want an id that differs from that of [0]'],
  ])('with a fault is refused at its place: %#', (document, message) => expect(() => parse(document)).toThrow(message));
});

describe('the comparison', () => {
  const off = (expected: unknown, actual: unknown, tolerance: Tolerance): number => differences(expected, actual, tolerance, 'x').length;

  test('exact: integers are equal, floats within 1e-12', () => {
    expect(off(5, 5, 'exact')).toBe(0);
    expect(off(5e12, 5e12 + 1, 'exact')).toBe(1);
    expect(off(0.3, 0.1 + 0.2, 'exact')).toBe(0);
    expect(off(900, 900.0000000000001, 'exact')).toBe(0);
    expect(off(1, 1 + 2e-12, 'exact')).toBe(1);
    expect(off(0, 1e-300, 'exact')).toBe(1);
  });

  test('stated tolerances: relative, absolute, the wider of both', () => {
    expect([off(100, 101, { rel: 0.01 }), off(100, 101.1, { rel: 0.01 })]).toEqual([0, 1]);
    expect([off(100, 101, { abs: 1 }), off(100, 101.1, { abs: 1 })]).toEqual([0, 1]);
    expect(off(1e-9, 5e-7, { rel: 1e-8, abs: 1e-6 })).toBe(0);
    expect([off(1, NaN, { abs: 9 }), off(1, Infinity, { abs: 9 }), off(1, '1', { abs: 9 }), off(1, 1n, { abs: 9 })]).toEqual([1, 1, 1, 1]);
  });

  test('lists, records, words, truth values and null are compared to the bottom', () => {
    expect(off([1, [2, 3]], [1, [2, 3]], 'exact')).toBe(0);
    expect(differences([1, [2, 3]], [1, [2, 4]], 'exact', 'x')).toEqual([expect.stringContaining('x[1][1]: found 4, want 3')]);
    expect(differences([1, 2], [1], 'exact', 'x')).toEqual(['x: found 1 members, want 2']);
    expect(differences({ a: 1, b: { c: 'u' } }, { b: { c: 'v' }, d: 1 }, 'exact', 'x')).toEqual([
      'x.a: found nothing',
      'x.d: found, but not wanted',
      'x.b.c: found "v", want "u"',
    ]);
    expect([off(null, null, 'exact'), off(null, 0, 'exact'), off(true, 1, 'exact'), off('a', 'a', 'exact')]).toEqual([0, 1, 1, 0]);
  });
});

describe('inputs', () => {
  const inputs = new Inputs({ a: 1, t: 'x', f: true, n: [1, 2], w: ['u'], r: [[1, null]], o: { b: 2 }, l: [{ c: 3 }] });

  test('are read by kind', () => {
    expect([inputs.number('a'), inputs.text('t'), inputs.flag('f'), inputs.numbers('n'), inputs.texts('w'), inputs.rows('r')]).toEqual([
      1,
      'x',
      true,
      [1, 2],
      ['u'],
      [[1, null]],
    ]);
    expect(inputs.record('o').number('b')).toBe(2);
    expect(inputs.records('l').map((one) => one.number('c'))).toEqual([3]);
    expect([inputs.number('z', 7), inputs.has('z'), inputs.value('z'), inputs.records('z', [])]).toEqual([7, false, undefined, []]);
  });

  test('name the place of what is missing or of another kind', () => {
    expect(() => inputs.number('z')).toThrow('inputs.z: found nothing (there are a, t, f, n, w, r, o, l), want a number');
    expect(() => inputs.number('t')).toThrow('inputs.t: found "x", want a number');
    expect(() => inputs.record('o').text('b')).toThrow('inputs.o.b: found 2, want a text');
    expect(() => inputs.records('l')[0].number('d')).toThrow('inputs.l[0].d: found nothing (there are c), want a number');
    expect(() => inputs.number('toString')).toThrow('inputs.toString: found nothing');
  });
});

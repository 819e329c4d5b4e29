import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECKS, boardEntries, runBoard } from '../../src/validation/board.ts';
import { compareSizes } from '../../src/validation/cascade-laws.ts';
import { cascadeSizes } from '../../src/validation/cascade.ts';
import { CURVE_CHECKS } from '../../src/validation/curves.ts';
import { agree, leavesOf, readTargets } from '../../src/validation/target.ts';
import type { Value } from '../../src/validation/target.ts';

const quick = process.env['MARGINFALL_LONG'] !== '1';
const targets = readTargets();

/** Leaves of `expected` in the file that are not what a check computes, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'ADL-HL-OCT10 queue_diagnostic_equity_usd': 'a sum over queues of 1,300 coins and moments that are not carried here',
  'CAS-GP-ENGINE runaway_T2_b1p3': 'another T and b: test/laws/cascade.test.ts',
  'CAS-GP p5': 'printed 0.0623274, the formula gives 0.06232752',
  'CAS-CPMM 2': 'printed for s = 1e-6 where it says 0+: docs/impact.md',
  'DRV-KOU skew': 'printed 7e-9 off its own formula: 30·(0.4·6/30³ − 0.6·6/25³)/(365·var^1.5)',
  'MM-AS inv.0.q_sd': 'printed 2.92 from 40,000 simulated days, 2.9268 exactly',
  'MM-AS inv.1.q_sd': 'printed 5.23 from 40,000 simulated days, 5.2125 exactly',
  'MM-AS sym.0.q_sd': 'printed 8.39 from 40,000 simulated days, 8.3994 exactly',
  'MM-AS sym.1.q_sd': 'printed 8.73 from 40,000 simulated days, 8.7117 exactly',
  'STA-BCA a': 'printed 1.2e-5 off: test/statistics/bootstrap.test.ts has it in 50 digits',
};

/** Closed forms of curves are published in full, but for these: to fewer digits, or for a shock of 1e-6 instead of none. */
const PUBLISHED: Readonly<Record<string, number>> = { 'CAS-CPMM': 1e-5, 'CAS-POP': 1e-9, 'CAS-RESILIENCE': 1e-9, 'CAS-THINBOOK': 1e-8 };

/** What `measured` may have beside the keys of `expected`, and `world`, the same through a whole world: how an estimate was come by. */
const BESIDE = ['runs', 'ciLow', 'ciHigh', 'costShare', 'method'];

/** Half a unit in the last digit that a number is written with. */
function halfDigit(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return (0.5 + 1e-6) * 10 ** (Number(exponent) - (digits.split('.')[1]?.length ?? 0));
}

function differences(file: Value, computed: Value): string[] {
  const found = new Map(leavesOf(computed).map(({ path, value }) => [path, value]));
  return leavesOf(file).flatMap(({ path, value }) => {
    const other = found.get(path);
    const same =
      typeof value === 'number' && typeof other === 'number'
        ? Math.abs(other - value) <= Math.max(1e-9 * Math.abs(value), halfDigit(value))
        : other === value;
    return same ? [] : [path];
  });
}

describe('board', () => {
  test('every id is that of a target, and is there once', () => {
    const ids = CHECKS.map((check) => check.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(targets.has(id), id).toBe(true);
  });

  test('every target is on the board, a published figure, or known to lack a mechanism', () => {
    const { facts } = JSON.parse(readFileSync(new URL('../../reference/published.json', import.meta.url), 'utf8')) as {
      facts: { id: string; source: string; figures: { name: string; unit: string }[] }[];
    };
    const known = new Set([...CHECKS.map((check) => check.id), ...facts.map(({ id }) => id)]);
    expect([...targets.keys()].filter((id) => !known.has(id))).toEqual(['ABM-TFG-lambda3', 'ABM-TFG-lambda5', 'ABM-TFG-lambda10']);
    for (const { id, source, figures } of facts) {
      expect(targets.get(id)?.kind, id).toBe('empirical');
      expect(source.length * figures.length, id).toBeGreaterThan(0);
    }
  });

  test.each(CHECKS.map((check) => check.id))('%s holds', (id) => {
    const seen: string[] = [];
    const [result] = runBoard([id], { quick }, (one) => seen.push(one.id));
    expect(seen).toEqual([id]);
    expect(result?.pass, JSON.stringify(result, null, 1)).toBe(true);
    const target = targets.get(id);
    expect([result?.statement, result?.parameters]).toEqual([target?.statement, target?.parameters]);
    // What is computed anew for the file's own parameters is what the file has.
    expect(differences(target?.expected ?? null, result?.expected ?? null).filter((path) => !(`${id} ${path}` in OTHERWISE))).toEqual([]);
    if (CURVE_CHECKS.some((check) => check.id === id))
      expect(agree(target?.expected ?? null, result?.expected ?? null, PUBLISHED[id] ?? 1e-12, 1e-13)).toBe(true);
    // `measured` has the keys of `expected`, how it was come by, and what a whole world gives.
    const paths = (value: Value | undefined): string[] => leavesOf(value ?? null).map((leaf) => leaf.path);
    const beside = (path: string): boolean => BESIDE.includes(path) || path.startsWith('world.');
    expect(paths(result?.measured).filter((path) => !beside(path))).toEqual(paths(result?.expected));
  });

  test('what is expected is computed anew for other parameters', () => {
    const [result] = runBoard(['CAS-LIN-b0.5'], { set: ['b=0.75', 's=0.02'] });
    expect(result?.parameters).toEqual({ s: 0.02, b: 0.75, w: 0.5, OI: 1 });
    expect(result?.expected).toEqual({ x: 0.08, A: 4, gen_ratio: 0.75 });
    expect(result?.pass).toBe(true);
    const [gap] = runBoard(['POS-GAP-BADDEBT'], { set: ['[2].d=0.05', '[0]={ L: 4, m: 0.1, d: 0.1 }'] });
    expect(differences([{ long: 0, short: 0 }, { long: 0.0143216080402 }, { long: (0.8 * 0.03) / 0.98 }], gap?.expected ?? null)).toEqual(
      [],
    );
    expect(gap?.pass).toBe(true);
    const [theta] = runBoard(['POS-MCR-THETA'], { set: ['theta=[1, 3]', 'm=2e-2'] });
    expect(theta?.expected).toEqual([90 / 0.98, 90 / 0.94]);
    const [never] = runBoard(['POS-EMA-STEP'], { set: ['d=0.2'] });
    expect([never?.expected, never?.measured, never?.pass]).toEqual(['never', 'never', true]);
  });

  test.each<[string[] | null, string[], string]>([
    [['CAS-GPX'], [], 'found CAS-GPX, want an id of the board; did you mean "CAS-GP"?'],
    [['CAS-GOLDEN', 'EMP-PEREZ'], [], 'EMP-PEREZ is a published figure, not a law: reference/published.json has it'],
    [['ABM-TFG-lambda3'], [], 'ABM-TFG-lambda3 is a known target, but this version has no mechanism that could be held to it'],
    [null, ['a=1'], '--set: found no id, want exactly one'],
    [['CAS-GP', 'CAS-NULL'], ['a=1'], '--set: found 2 ids, want exactly one'],
    [['CAS-GP'], ['aa=1'], 'unknown key "aa" in parameters; did you mean "a"? (allowed: a, b)'],
    [['CAS-GP'], ['a'], '--set: found "a", want KEY=VALUE'],
    [['CAS-GP'], ['a='], '--set a: found nothing, want a value after ='],
    [['CAS-GP'], ['a=two'], '--set a: found two, want a number'],
    [['CAS-GP'], ['a=[2]'], '--set a: found [2], want a number'],
    [['CAS-GP'], ['a=[2'], '--set a: not readable as YAML'],
    [['CAS-GP'], ['a.b=2'], '--set a.b: "b" names nothing: parameters.a has no keys here'],
    [['CAS-GP'], ['a=-2'], 'parameter a: found -2, want a number above 0 and below 1000'],
    [['CAS-GP'], ['b=0.9999'], 'cascades grow longer than'],
    [['CAS-GP-ENGINE'], ['T=2.5'], 'parameter T: found 2.5, want a whole number of ticks'],
    [['CAS-GP-ENGINE'], ['b=1'], 'parameter b: found 1, where every cascade ends'],
    [['CAS-MG1'], ['n=19'], 'a liquidation sets off 0.95'],
    [['CAS-MG1'], ['size=Exp'], 'parameter size: found "Exp", want one as "Exp mean .05 (in price units)"'],
    [['RARE-CASCADE'], ['n=60.5'], 'parameter n: found 60.5, want a whole number of liquidations'],
    [['SYS-RUIN'], ['premium=1'], 'parameter premium: found 1, want at least 1.05'],
    [['ADL-QUEUE-GAP'], ['D=5000'], 'found 2500, want at most the first winner'],
    [['ADL-CAPPED'], ['budget=3000'], 'parameter budget: found 3000, want below the'],
    [['ADL-HL-OCT10'], ['gap_ms=1'], 'parameter gap_ms: want 5000'],
    [['CAS-GOLDEN'], ['a=1'], '--set a: parameters take no keys'],
    [['POS-GAP-BADDEBT'], ['[3].d=0'], '[3] names nothing: parameters has 3 members'],
    [['POS-GAP-BADDEBT'], ['[0]={ L: 4, m: 0.1 }'], '--set [0]: found { L: 4, m: 0.1 }, want keys like {"L":10,"m":0.01,"d":0.03}'],
    [['POS-MCR-THETA'], ['theta=1'], '--set theta: found 1, want a list like [1,1.25,1.5,2]'],
    [['POS-MCR-THETA'], ['theta=[200]'], 'parameter theta[0]: found 200, want a number above 0 and below 100'],
    [['POS-LIQ-L3'], ['fees=0.1'], 'parameter fees: found 0.1, want 0'],
    [['DRV-GBM-HIT-L5'], ['dt=1 s'], 'parameter dt: found "1 s", want "1 min"'],
  ])('%j with %j is refused', (ids, set, reason) => {
    expect(() => runBoard(ids, { set, runs: 2 })).toThrow(reason);
  });

  test('a rare cascade has an interval, and costs a small part of plain runs', () => {
    const [result] = runBoard(['RARE-CASCADE'], { set: ['a=1', 'b=0.5', 'n=60'], runs: 3000 }) as unknown as {
      expected: { p: number };
      measured: { p: number; ciLow: number; ciHigh: number; runs: number; costShare: number; method: string };
      pass: boolean;
    }[];
    if (result === undefined) throw new Error('want a result');
    const { expected: { p }, measured, pass } = result; // prettier-ignore
    expect(p).toBeCloseTo(2.0871992e-7, 13);
    expect([measured.runs, pass]).toEqual([3000, true]);
    expect(measured.ciLow).toBeGreaterThan(0.5 * p);
    expect(measured.ciHigh).toBeLessThan(1.5 * p);
    expect(measured.costShare).toBeLessThan(1e-3);
    expect(measured.method).toMatch(/^importance sampling: 1\.\d+ times/);
  });

  test('nothing runs when one of several ids does not exist', () => {
    const seen: string[] = [];
    expect(() => runBoard(['POS-PARTIAL', 'POS-PARTAIL'], {}, (result) => seen.push(result.id))).toThrow('did you mean "POS-PARTIAL"?');
    expect(seen).toEqual([]);
    expect(boardEntries(['POS-PARTIAL', 'POS-PARTIAL'])).toHaveLength(1);
  });
});

describe('the board tells a wrong engine', () => {
  test('with the mark at the mid the same world gives a mean of 1.2, and the law falls short', () => {
    const cascade = { T: 3, b: 0.7, runs: 3000, most: 400, seed: 'mid' };
    const { measured, pass } = compareSizes(cascadeSizes({ ...cascade, mark: 'mid' }), 2.1, 0.7);
    expect(measured.mean).toBeCloseTo(1.2, 1);
    expect(pass).toBe(false);
    expect(compareSizes(cascadeSizes(cascade), 2.1, 0.7).pass).toBe(true);
  });

  test('a law is not met by its neighbour: 5 % more density, or one tick more of sale', () => {
    const runs = 20_000;
    const wrong = [
      { T: 3, b: 0.735, runs, most: 2000, seed: 'denser' },
      { T: 4, b: 0.7, runs, most: 2000, seed: 'larger' },
    ];
    for (const cascade of wrong) expect(compareSizes(cascadeSizes(cascade), 2.1, 0.7).pass).toBe(false);
  });
});

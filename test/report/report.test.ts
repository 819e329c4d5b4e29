import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeMarkdown } from '../../src/report/markdown.ts';
import { writeReport } from '../../src/report/report.ts';
import { parseCsv, readResults } from '../../src/report/results.ts';
import { answerOf, flowOf, referencePoints } from '../../src/report/answer.ts';
import { fairnessOf } from '../../src/report/fairness.ts';
import { contentOf } from '../../src/report/sections.ts';
import { drawingsOf } from '../../src/report/drawing.ts';
import { stripData } from '../../src/report/strip.ts';
import type { StripData } from '../../src/report/pages/strip.ts';
import type { StoredExperiment } from '../../src/report/results.ts';
import { describeAssumptions } from '../../src/scenario/experiment.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';
import { FIXTURE_SCENARIO, fixtureDetail, fixtureExperiment, writeFixture, type FixtureOptions } from './fixture.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'report-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder for these options, written once. */
async function fixture(options: FixtureOptions = {}): Promise<string> {
  const folder = join(
    root,
    createHash('sha1')
      .update(`${JSON.stringify(options)}${String(options.excess)}`)
      .digest('hex'),
  );
  if (!existsSync(folder)) await writeFixture(folder, options);
  return folder;
}

const answer = async (options: FixtureOptions): Promise<string> =>
  answerOf(await readResults(await fixture(options)))
    .join(' ')
    .replaceAll('\u00a0', ' ');

describe('an experiment that says what answers its question', () => {
  const categories = { uncertain: false, vary: [{ path: 'liquidation.queue', values: ['worst-first', 'largest', 'random'] }] } as const;

  test('begins with it, point by point, and draws it first', async () => {
    const options: FixtureOptions = {
      ...categories,
      answer: ['caused_share', 'excess_drawdown'],
      excess: (settings) => (settings['liquidation.queue'] === 'largest' ? 0.09 : 0.03),
    };
    const results = await readResults(await fixture(options));
    const sentences = answerOf(results).map((text) => text.replaceAll('\u00a0', ' '));
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toMatch(/^By liquidation.queue the median caused share \(liquidated groups that the twin never liquidates/);
    expect(sentences[1]).toMatch(
      /is [\d.]+ % \(95 % interval [\d.]+ to [\d.]+ %\) at worst-first, [89][\d.]* % .* at largest and [\d.]+ % .* at random\.$/,
    );
    const drawings = drawingsOf(results);
    expect(drawings.map(({ name }) => name)).toEqual(['answer', 'severity', 'sizes', 'waterfall', 'timeline']);
    expect(drawings[0]?.title).toContain('Caused share by liquidation.queue');
    const content = contentOf(results, drawings);
    const tables = content.blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));
    expect(tables[0]?.head).toEqual(['liquidation.queue', 'caused share', 'excess drawdown']);
    expect(tables[0]?.rows[1]?.map((cell) => (typeof cell === 'string' ? cell : '').replaceAll('\u00a0', ' '))).toEqual([
      'largest',
      expect.stringMatching(/^[\d.]+ % \([\d.]+ to [\d.]+ %\)$/),
      expect.stringMatching(/^[89][\d.]* % \([\d.]+ to [\d.]+ %\)$/),
    ]);
    const head = tables[1]?.head ?? [];
    expect(head.filter((name) => name === 'caused share')).toHaveLength(1);
    expect(head.indexOf('caused share')).toBeLessThan(head.indexOf('drawdown (last price)'));
  });

  test('has two sentences however many metrics answer it, and a table with all of them', async () => {
    const results = await readResults(
      await fixture({ ...categories, answer: ['bad_debt', 'caused_share', 'excess_drawdown', 'duration'] }),
    );
    expect(answerOf(results)).toHaveLength(2);
    const table = contentOf(results, []).blocks.find((block) => block.kind === 'table');
    expect(table?.head).toEqual(['liquidation.queue', 'bad debt', 'caused share', 'excess drawdown', 'duration']);
  });

  test('compares each setting that is changed alone with the reference point, with intervals, where many are no numbers', async () => {
    const text = await answer({
      uncertain: false,
      vary: [
        { path: 'liquidation.queue', values: ['worst-first', 'largest', 'random'] },
        { path: 'liquidation.backstop', values: ['venue', 'off'] },
      ],
      answer: ['excess_drawdown'],
      excess: (settings) => (settings['liquidation.backstop'] === 'off' ? 0.09 : 0.03),
    });
    expect(text).toMatch(
      /^At liquidation.queue = worst-first with backstop the median excess drawdown \(.*\) is [\d.]+ % \(95 % interval .*\); run by run it changes by \+[56][\d.]* points \(95 % interval \+[\d.]+ to \+[\d.]+ points\) without backstop, by [^,]* at liquidation.queue = largest, by [^,]* at liquidation.queue = random\.$/,
    );
  });

  test('of many settings tells the two whose change is the least and the most', async () => {
    const text = await answer({
      uncertain: false,
      vary: [{ path: 'liquidation.queue', values: ['worst-first', 'largest', 'random', 'arrival', 'trigger-price'] }],
      answer: ['excess_drawdown'],
      excess: (settings) => ({ largest: 0.09, arrival: 0.01 })[String(settings['liquidation.queue'])] ?? 0.03,
    });
    expect(text).toMatch(
      /^At worst-first the median excess drawdown \(.*\) is [\d.]+ % \(95 % interval .*\); run by run the changes go from −[12][\d.]* points \(95 % interval −[\d.]+ to −[\d.]+ points\) at arrival to \+[56][\d.]* points \(95 % interval \+[\d.]+ to \+[\d.]+ points\) at largest\.$/,
    );
  });

  test('many points are told as curves', async () => {
    const text = await answer({ answer: ['bad_debt'] });
    expect(text).toMatch(/^Over θ from 0.5 to 1.9 the bad debt \(Σ max\(0, −equity\) of groups when their last lot left\)/);
    expect(text).not.toContain('excess drawdown');
  });

  test('what no run has is said to be undefined', async () => {
    expect(await answer({ ...categories, answer: ['procyclicality'], undefinedMetrics: ['procyclicality'] })).toMatch(
      /is undefined in every run\.$/,
    );
  });
});

describe('a whole report', () => {
  test('leaves charts, report.html and report.md, and the same bytes when drawn again', async () => {
    const folder = await fixture();
    const written = await writeReport(folder);
    expect(readdirSync(join(folder, 'charts')).sort()).toEqual(
      ['severity', 'sizes', 'timeline', 'waterfall'].flatMap((name) => [`${name}.png`, `${name}.svg`, `${name}.vl.json`]),
    );
    expect(written.charts.every((path) => existsSync(path))).toBe(true);
    const bytes = (): string[] => [written.html, written.markdown, ...written.charts].map((path) => readFileSync(path).toString('base64'));
    const first = bytes();
    await writeReport(folder);
    expect(bytes()).toEqual(first);

    const html = readFileSync(written.html, 'utf8');
    expect(html).not.toMatch(/(?:src|href)="(?!https?:|#)/); // nothing is loaded; what is left are links
    expect(html).not.toMatch(/<(?:link|img|iframe|object|embed|base)\b/);
    expect(html).toContain('id="strip-data"');
    const markdown = readFileSync(written.markdown, 'utf8');
    for (const [, path] of markdown.matchAll(/!\[[^\n]*?\]\((charts\/[^)]+)\)/g)) expect(existsSync(join(folder, path ?? ''))).toBe(true);
    for (const heading of [
      'Answer',
      'The three numbers that matter',
      'Charts',
      'Table',
      'Method',
      'Assumptions',
      'Limits',
      'Where this comes from',
    ]) {
      expect(markdown).toContain(`## ${heading}`);
    }
  });

  test('holds the runs against published values', async () => {
    const folder = await fixture({
      scenario: {
        probes: [{ name: 'thin', of: 'depth', take: 'min' }],
        facts: [
          {
            what: 'forced flow off the book',
            of: 'off_book_notional / liquidated_notional',
            standing: 'predicted',
            low: 0,
            high: 1,
            source: 'https://example.org/a',
          },
          { what: 'drawdown', of: 'drawdown', standing: 'fitted', low: 7, high: 8, source: 'a page, read in October' },
          { what: 'smallest depth', of: 'thin', standing: 'predicted', low: 1, high: 2, source: 'a page' },
        ],
      },
    });
    const { blocks } = contentOf(await readResults(folder), []);
    const tables = blocks.flatMap((block) => (block.kind === 'table' && block.head.includes('published') ? [block.rows] : []));
    // At the reference point: what is varied from it did not happen.
    expect(tables).toHaveLength(1);
    const [share, fall, thin] = tables[0] ?? [];
    const sources = blocks.find((block) => block.kind === 'table' && block.head.includes('source') && block.head.length === 2);
    expect(sources?.kind === 'table' && sources.rows[0]?.[1]).toEqual({ link: 'https://example.org/a', url: 'https://example.org/a' });
    const answer = blocks.find((block) => block.kind === 'answer');
    expect(answer?.sentences.at(-1)).toBe(
      'Of 2 predictions 1 has its median in the published range, and none is missed by nineteen of twenty runs.',
    );
    expect([share?.at(-1), fall?.at(-1), thin?.at(-1)]).toEqual(['inside', 'below', 'undefined in every run']);
    const text = JSON.stringify(blocks);
    expect(text).toContain('Not identifiable, and therefore varied');
    // What lies outside is said in words too.
    const lines = blocks.flatMap((block) => (block.kind === 'list' ? block.items : [])).map((item) => JSON.stringify(item));
    const line = (words: string): string | undefined => lines.find((one) => one.includes(words));
    expect(line('lies in the published range')).toContain('forced flow off the book');
    expect(line('nineteen of twenty runs lie below it')).toContain('drawdown');
    expect(line('Not defined in any run')).toContain('smallest depth');
  });

  test('holds provenance and the commands that make it again', async () => {
    const folder = await fixture({ name: 'my-sweep', seed: "it's" });
    const results = await readResults(folder);
    const text = JSON.stringify(contentOf(results, drawingsOf(results)).blocks);
    const { manifest } = results;
    for (const fact of [manifest.engineFingerprint, manifest.planHash, manifest.resultHash ?? '?']) expect(text).toContain(fact);
    const command = contentOf(results, []).blocks.find((block) => block.kind === 'command');
    expect(command).toEqual({
      kind: 'command',
      lines: [
        "npx marginfall sweep experiments/my-sweep.yaml --seed 'it'\\''s' --set replications=12",
        "npx marginfall run experiments/my-sweep.yaml --seed 'it'\\''s' --set replications=12 --point 4 --replicate 0",
      ],
    });
    expect(text).toContain('144 of 144 done, 0 failed');
    const source = { file: 'my files/x.yaml', set: ['scenario.step=2s', 'replications=4'] };
    const named = contentOf({ ...results, manifest: { ...manifest, source } }, []).blocks.find((block) => block.kind === 'command');
    expect(named?.lines[1]).toBe(
      "npx marginfall run 'my files/x.yaml' --seed 'it'\\''s' --set scenario.step=2s --set replications=12 --point 4 --replicate 0",
    );
  });

  test('says which assumptions are hypothetical, and what it must not be taken for', async () => {
    const results = await readResults(await fixture());
    const text = JSON.stringify(contentOf(results, []).blocks);
    expect(text).toMatch(/Of \d+ values the file says where they come from: \d+ hypothetical: chosen, not measured; \d+ with a source\./);
    for (const own of ['10 October 2025: tariff announcement', 'no limit is published']) expect(text).toContain(own);
    expect(text).toContain('long enough for a picture');
    expect(text).toContain('A past price already contains forced selling');
    expect(text).toContain('17 to 34 seconds');
    expect(text).toContain('Counts are not comparable');
    expect(text).toContain('Chains are not causes');
  });

  test('names, questions and comments are text in both files', async () => {
    const hostile = '</title><script>alert(1)</script><img src=x onerror=alert(1)>';
    const folder = await fixture({
      question: hostile,
      vary: [
        { path: 'margin.threshold', values: [0.5, 1] },
        { path: 'liquidation.queue', values: [hostile, 'largest'] },
      ],
      notes: [{ path: hostile, value: hostile, source: `${hostile} [x](javascript:alert(1))`, hypothetical: true }],
      replications: 6,
    });
    const { html, markdown, charts } = await writeReport(folder);
    for (const path of [html, ...charts.filter((name) => name.endsWith('.svg'))]) {
      const text = readFileSync(path, 'utf8');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<img');
    }
    const prose = readFileSync(markdown, 'utf8').replace(/`[^`\n]*`/g, '');
    expect(prose).not.toMatch(/(?<!\\)<(?!https?:)/);
    expect(prose).not.toMatch(/(?<!\\)\]\(javascript/);
  });
});

describe('what the scenario has', () => {
  const asset = (symbol: string, more: object = {}): object => ({
    symbol,
    tick: 1,
    lot: 0.0001,
    driver: { kind: 'constant', price: 100 },
    ...more,
  });
  /** The report of the usual runs, as if they had been of another scenario. */
  const textOf = async (scenario: object, more: Partial<Pick<StoredExperiment, 'uncertain'>> = {}): Promise<string> => {
    const read = await readResults(await fixture());
    const experiment = { ...read.experiment, scenario: scenarioSchema.parse({ ...FIXTURE_SCENARIO, ...scenario }), ...more };
    const results = { ...read, experiment };
    return writeMarkdown(contentOf(results, drawingsOf(results)))
      .replaceAll('\u00a0', ' ')
      .replaceAll('\\', '');
  };

  test('says who fits their leverage to the demands of a point, and of nobody else', async () => {
    const method = async (options: FixtureOptions): Promise<string> =>
      JSON.stringify(contentOf(await readResults(await fixture(options)), []).blocks);
    const traders = FIXTURE_SCENARIO.traders.map((group) => (group.side === 'long' ? { ...group, response: 'adapts' } : group));
    expect(await method({ scenario: { traders } })).toContain(
      'The starting population is the same at every point, but for the collateral of “longs”, who open with no more leverage than 1 / (call level × maintenance rate): ',
    );
    expect(await method({})).toContain('The starting population is the same at every point: ');
  });

  test('nothing switched on: neither a sentence nor a table of it', async () => {
    const text = await textOf({});
    expect(text).not.toContain('has switched on');
    expect(text).not.toContain('What the scenario switches on');
    expect(text).not.toContain('assets are traded');
    expect(text).not.toContain('An assumed share');
    expect(text).not.toContain('Prices are those of');
  });

  test('each mechanism has a sentence in the method and its settings among the assumptions', async () => {
    const makers = { depth: 170e6, recovery: 20 };
    const text = await textOf({
      assets: [
        asset('BTC', {
          oracle: {
            lag: '5s',
            deviation: '0.5%',
            heartbeat: '1h',
            failures: [{ from: '10s', until: '20s' }],
            exchanges: { weights: [{ name: 'Binance', weight: 3 }], dispersion: '5bps' },
          },
        }),
        asset('ETH', { funding: {}, market: { makers, momentum: { count: 1 } } }),
      ],
      correlations: [['BTC', 'ETH', 0.8]],
      market: {
        makers,
        fundamentalists: {},
        chartists: {},
        arbitrageurs: {},
        zeroIntelligence: { size: 1 },
        contStoikovTalreja: { size: 1 },
        session: { band: { width: '5%' }, breaker: { move: '7%' }, auction: { move: '2%' } },
        selfTrade: 'expire-maker',
      },
    });
    const [, method = '', assumptions = ''] = /## Method\n([^]*)## Assumptions\n([^]*)## Limits/.exec(text) ?? [];
    for (const sentence of [
      '2 assets are traded, BTC and ETH, each in its own market',
      'the outside prices of BTC and ETH have a correlation of 0.8.',
      'The venue sees the weighted median of other exchanges’ prices of BTC 5 s late, every 1 s, and publishes a move of 0.5 % or when the last is 60 min old; its feed fails once; each exchange is off on its own, with a standard deviation of 0.05 %.',
      'Longs and shorts of ETH pay each other funding every 60 min, at a rate made from the premium over the outside price, at most 4 % for 8 h.',
      'In BTC: 50 fundamentalists together send 0.5 orders a second of $20 k on average, at the price',
      'In BTC: 50 chartists together send',
      'In BTC: 5 arbitrageurs with $1 M each trade against the outside price where it is more than 0.05 % away, 2 s after seeing it on average.',
      'In BTC: orders without a view arrive at constant rates: 1 market orders a second',
      'In BTC: orders without a view arrive at rates that depend on the distance',
      'In BTC: trading is bounded: trades happen within 5 % of the outside price only; a move of 7 % within 5 min halts trading for 15 min; a move of 2 % within 5 min interrupts it for a call of 2 min',
      'In BTC: orders of one account that meet do not trade: the resting one expires.',
      'In ETH: 1 trend follower goes with moves of more than 0.5 % on average, up to $500 k each.',
    ])
      expect(method).toContain(sentence);
    for (const row of [
      '| `correlations[0]` | 0.8 |',
      '| `assets[0].oracle` | lag 5, cadence 1, deviation 0.005, heartbeat 3600,',
      'failures [(from 10, until 20, direction frozen, size 0)], exchanges (weights [(name Binance, weight 3)], dispersion 0.0005, halfLife none, failures []) |',
      '| `assets[1].funding` | sampling 5, cadence 3600,',
      '| `market.fundamentalists` | count 50, orderRate 0.5, size 20000,',
      '| `market.session` | band (width 0.05, reference index, beyond reject), breaker (move 0.07, window 300, halt 900),',
      '| `assets[1].market.momentum` | count 1,',
    ])
      expect(assumptions).toContain(row);
  });

  test('an impact curve is no order book', async () => {
    const text = await textOf({ market: { kind: 'curve', depth: 20e6 } });
    expect(text).toContain('Orders move the price along an impact curve (square-root, $20 M for 1 %); nobody quotes.');
    expect(text).toContain('An impact curve has no spread');
    expect(text).not.toContain('Makers have no margin of their own');
    expect(text).not.toContain('ordinary market orders in that book');
  });

  test('blocks of a past price hold forced selling too', async () => {
    const text = await textOf({ assets: [asset('BTC', { driver: { kind: 'bootstrap', file: 'bars.csv' } })] });
    expect(text).toContain('Blocks of a past price already contain forced selling');
    expect(text).toMatch(/drawn from a past path, and whatever was liquidated on it, at any venue/);
    expect(text).not.toContain('An assumed share');
  });

  test('the assumed share of a past fall is named, and called an assumption', async () => {
    const assets = [asset('BTC', { driver: { kind: 'event', name: '2025-10-10', endogenous: '15%' } })];
    const text = await textOf({ assets });
    expect(text).toContain(
      'removed from the path before the run: 15 % of each fall of BTC. The share is an assumption; nothing here estimates it',
    );
    const steps = ['assets', 0, 'driver', 'endogenous'];
    const varied = await textOf(
      { assets },
      { uncertain: [{ path: 'assets[0].driver.endogenous', steps, from: 0, to: 0.2, log: false, whole: false }] },
    );
    expect(varied).toContain('a share of each fall of BTC that differs between runs');
  });

  test('several assets: prices, the example run and its strip are the first one’s, money is of all, and pictures say so', async () => {
    const assets = [...FIXTURE_SCENARIO.assets, { symbol: 'ETH', tick: 0.1, lot: 0.001, driver: { kind: 'constant', price: 4000 } }];
    const text = await textOf({ assets });
    expect(text).toContain(
      '**Prices are those of BTC.** Drawdowns, excess, depth and spread are measured on the first asset alone; money, accounts and liquidations are of all 2 assets (BTC and ETH) together.',
    );
    expect(text).toContain('The example run, second by second (BTC, the first of 2 assets).');
    const results = await readResults(await fixture({ scenario: { assets }, replications: 2, vary: [], uncertain: false }));
    const strip = contentOf(results, []).blocks.find((block) => block.kind === 'strip');
    expect(strip?.caption).toContain('The same run by the second (BTC, the first of 2 assets)');
    const timeline = drawingsOf(results).find(({ name }) => name === 'timeline');
    const drawn = JSON.stringify(timeline?.spec('wide')).replaceAll('","', ' ');
    expect(drawn.includes('shown is BTC, the first of 2 assets')).toBe(true);
    expect(drawn.includes('Outside price of BTC: the event of 2025-10-10.')).toBe(true);
    const paths = describeAssumptions(fixtureExperiment({ scenario: { assets: assets.toReversed() } })).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['assets[1].driver', 'assets[1].history']));
    const one = await readResults(await fixture());
    expect(results.example?.offBook).toEqual(one.example?.offBook);
    expect(stripData(results, results.example!).groups).toEqual(stripData(one, one.example!).groups);
  });
});

describe('the answer', () => {
  test('flat, within its intervals', async () => {
    const text = await answer({ vary: [{ path: 'margin.threshold', values: [0.5, 1, 1.9] }], replications: 40 });
    expect(text).toMatch(
      /^Over θ from 0.5 to 1.9 the excess drawdown \(how far the price falls below its twin at worst\) is flat: compared run by run it stays within .* of where it begins, a median of .* \(95 % interval .* to .* %\)\. /,
    );
    expect(text).toMatch(
      /the assumptions about depth of the book and half-life of recovery spread the excess drawdown over up to .* more than the sweep moves any median/,
    );
  });

  test('each setting by itself: one rises, one is flat', async () => {
    const text = await answer({ excess: (s) => (s['liquidation.backstop'] === 'off' ? 0.03 * Number(s['margin.threshold']) : 0.03) });
    expect(text).toMatch(/with backstop it is flat/);
    expect(text).toMatch(
      /without backstop it rises from a median of .* at θ = 0.5 to .* at θ = 1.9 \(run by run the change is \+.* points, 95 % interval \+.* to \+.* points\)/,
    );
    expect(text).toMatch(/bad debt of a run is .* at θ = 1 with backstop and .* at θ = 1 without backstop/);
  });

  test('too few runs: no interval, nothing resolved, never called flat', async () => {
    const text = await answer({ replications: 3, vary: [{ path: 'margin.threshold', values: [0.5, 1.9] }] });
    expect(text).toContain('a change that this many runs do not resolve');
    expect(text).toContain('no interval');
    expect(text).not.toContain('flat');
  });

  test('nothing varied, categories, undefined values, no liquidations', async () => {
    expect(await answer({ vary: [], uncertain: false })).toMatch(
      /^The excess drawdown .* has a median of .* %\)\. The median bad debt of a run is \S+ \S+ \(95 % interval [^)]*\)\.$/,
    );
    expect(await answer({ vary: [{ path: 'liquidation.queue', values: ['worst-first', 'largest'] }] })).toMatch(
      /^By liquidation.queue the excess drawdown .* is flat/,
    );
    const thresholds = [{ path: 'margin.threshold', values: [0.5, 1] }];
    expect(await answer({ undefinedMetrics: ['excess_drawdown'], vary: thresholds })).toContain('is undefined in every run');
    expect(await answer({ quiet: true })).toContain('with backstop it is the same at every point, a median of 0 %');
  });

  test('calls an effect that the placebo matches not resolved, in the answer, the figures, the table and on the chart', async () => {
    const asked = { vary: [{ path: 'margin.threshold', values: [0.5, 1, 1.9] }], scenario: { arms: ['quiet', 'placebo'] } };
    const told = async (placebo: number): Promise<string> => {
      const results = await readResults(await fixture({ ...asked, placebo }));
      const drawings = drawingsOf(results);
      return JSON.stringify([contentOf(results, drawings).blocks, drawings[0]!.spec('wide')]).replaceAll('\u00a0', ' ');
    };
    const drowned = await told(0.2);
    expect(drowned).toMatch(/a median of [\d.]+ % \(not resolved: one extra lot sold does up to 20 % in nineteen of twenty runs\)/);
    expect(drowned).toMatch(/"label":"Excess drawdown","value":"not resolved","note":"median of 12 runs, [^"]*: how far the price falls/);
    expect(drowned).toMatch(/"label":"Caused share","value":"not resolved"/);
    expect(drowned.match(/"not resolved \([\d.]+ %\)"/g)).toHaveLength(6);
    expect(drowned).toContain('Not resolved at 3 of 3 points: the median excess drawdown there');
    for (const arm of ['quiet', 'placebo']) expect(drowned).toContain(`{"strong":"${arm}"}`);
    const seen = await told(0.0001);
    expect(seen).not.toContain('not resolved (');
    expect(seen).not.toContain('Not resolved at');
    expect(await answer({ ...asked, placebo: 0.0001 })).toBe(await answer({ ...asked, scenario: {} }));
  });

  test('says where the forced flow goes at both ends of each curve', async () => {
    const text = flowOf(await readResults(await fixture()))?.replaceAll('\u00a0', ' ');
    expect(text).toMatch(
      /with backstop, \$\d+ M on the book and \$\d+ M to the backstop at θ = 0.5, \$\d+ M on the book and \$\d+ M to the backstop at θ = 1.9; without backstop, \$[\d.]+ [MB] on the book at θ = 0.5, /,
    );
    expect(flowOf(await readResults(await fixture({ vary: [], uncertain: false })))).toBeNull();
  });

  test('says whom auto-deleveraging hit, where it did', async () => {
    expect(fairnessOf(await readResults(await fixture()))).toBeNull();
    const text = fairnessOf(await readResults(await fixture({ vary: [], deleveraged: true })))?.replaceAll('\u00a0', ' ');
    expect(text).toBe(
      'Whom auto-deleveraging hit, medians of the runs in which it did: 12 winners, 30 % of all, unevenly by a Gini coefficient of 0.45 (0.8 over all winners), with 3 inversions of their rank.',
    );
  });

  test('many settings are counted, not listed', async () => {
    const text = await answer({
      vary: [
        { path: 'margin.threshold', values: [0.5, 1] },
        { path: 'liquidation.backstop', values: ['venue', 'off'] },
        { path: 'liquidation.mode', values: ['sequential', 'batch'] },
      ],
    });
    expect(text).toContain('moves as follows: flat in all 4 settings');
    expect(text).toContain('bad debt of a run lies between');
  });
});

describe('what is read', () => {
  test('CSV with quotes, commas and line breaks in fields', () => {
    expect(parseCsv('a,b\n"x, ""y""\nz",2\r\n,\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2'],
      ['', ''],
    ]);
    expect(parseCsv('a,b')).toEqual([['a', 'b']]);
  });

  test('the reference point and its siblings share the threshold', async () => {
    const results = await readResults(await fixture());
    expect(referencePoints(results).map((point) => results.points[point])).toEqual([
      [1, 'venue'],
      [1, 'off'],
    ]);
  });

  test('takeovers get the side of the positions taken over', async () => {
    const results = await readResults(await fixture());
    const { steps, liquidations } = fixtureDetail();
    const taken = liquidations.find((record) => record.route === 'backstop')!;
    expect(results.example?.offBook.backstop.long[taken.step]).toBe(-steps.backstopFlow[taken.step]!);
    expect(results.example?.offBook.backstop.short[taken.step]).toBe(0);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    expect(-sum(results.example!.offBook.backstop.long)).toBeCloseTo(sum(steps.backstopFlow), 3);
  });

  test('the strip gets one entry a step, in the shape that its page reads', async () => {
    const results = await readResults(await fixture());
    const data: StripData = stripData(results, results.example!);
    expect(data.time).toHaveLength(1801);
    for (const series of [data.last, data.twin, data.index, data.book, data.taken]) expect(series).toHaveLength(1801);
    expect(data.groups[0]).toEqual([300, 1, 0, 0]);
    expect(Math.max(...data.book)).toBe(0);
    expect(Math.min(...data.taken)).toBeLessThan(0);
  });

  test('a folder that is none says what is missing', async () => {
    await expect(writeReport(join(root, 'nowhere'))).rejects.toThrow('found no manifest.json, want a results folder');
  });
});

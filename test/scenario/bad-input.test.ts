import { describe, expect, test } from 'vitest';
import { compileFormula } from '../../src/scenario/formula.ts';
import { parseExperiment, parseScenario } from '../../src/scenario/parse.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

/** A sound file; each case below breaks it in one place. */
const SOUND = `name: sound
question: Does it hold?
scenario:
  horizon: 10m
  step: 1s
  assets:
    - symbol: BTC
      tick: 1
      lot: 0.0001
      driver: { kind: constant, price: 100_000 }
      mark: last
  market:
    kind: book
    makers: { kind: ladder, depth: 5e6, floor: 1e6 }
    noise: { marketRate: 1, size: 2_000 }
  traders:
    - name: longs
      count: 10
      side: long
      notional: 1e6
      leverage: { kind: lognormal, median: 5, sigma: 0.5, min: 1, max: 20 }
    - name: whales
      accounts:
        - { side: short, size: 5 BTC, entry: 100_000, leverage: 5 }
  orders:
    - { at: 10s, side: sell, size: 2 BTC }
  margin: { venue: generic, threshold: 1, call: 1.05x }
  liquidation: { capacity: 50, latency: 50ms, backstop: off }
vary:
  margin.threshold: [0.5, 1, 1.5]
uncertain:
  market.makers.depth: { from: 2e6, to: 8e6, log: true }
replications: 4
seed: october
`;

const BARS = `ts,open,high,low,close,volume
1700000000,100000,101000,99000,100500,1
1700000060,100500,100600,100100,100200,1
1700000120,100200,100900,100000,100800,1
`;
const CSV = 'driver: { kind: csv, file: bars.csv }';
const DRIVER = 'driver: { kind: constant, price: 100_000 }';

interface Broken {
  readonly what: string;
  /** Replaced in the sound file. */
  readonly from: string;
  readonly to: string;
  /** The problem stands where this text begins in the broken file (`^`: at the file's first character). */
  readonly at: string;
  readonly path: string;
  /** Words of the message. */
  readonly says: readonly string[];
  /** Files that the broken one names. */
  readonly files?: Readonly<Record<string, string>>;
  /** The problem is in this file instead, at this line and column. */
  readonly inFile?: readonly [name: string, line: number, column: number];
}

const broken: readonly Broken[] = [
  {
    what: 'a misspelt key of the experiment',
    from: 'replications:',
    to: 'replicatons:',
    at: 'replicatons',
    path: 'replicatons',
    says: ['unknown key "replicatons"', 'did you mean "replications"?'],
  },
  {
    what: 'a misspelt key of the scenario',
    from: 'horizon:',
    to: 'horizn:',
    at: 'horizn',
    path: 'scenario.horizn',
    says: ['unknown key "horizn"', 'did you mean "horizon"?'],
  },
  {
    what: 'a misspelt key deep inside',
    from: 'floor: 1e6',
    to: 'flor: 1e6',
    at: 'flor',
    path: 'scenario.market.makers.flor',
    says: ['unknown key "flor"', '"floor"'],
  },
  {
    what: 'a misspelt key of a group',
    from: 'count: 10',
    to: 'cuont: 10',
    at: 'cuont',
    path: 'scenario.traders[0].cuont',
    says: ['unknown key "cuont"', 'did you mean "count"?'],
  },
  {
    what: 'a key of another section',
    from: 'seed: october',
    to: 'margin: 3',
    at: 'margin: 3',
    path: 'margin',
    says: ['unknown key "margin"', 'did you mean "scenario.margin"?'],
  },
  {
    what: 'a key that is the prototype',
    from: 'seed: october',
    to: '__proto__: october',
    at: '__proto__',
    path: '__proto__',
    says: ['unknown key "__proto__"'],
  },
  {
    what: 'the prototype deep inside',
    from: 'floor: 1e6',
    to: '__proto__: { depth: 1 }',
    at: '__proto__',
    path: 'scenario.market.makers.__proto__',
    says: ['unknown key "__proto__"'],
  },
  {
    what: 'a constructor key',
    from: 'step: 1s',
    to: 'constructor: 1s',
    at: 'constructor',
    path: 'scenario.constructor',
    says: ['unknown key "constructor"'],
  },
  {
    what: 'a duration without a unit',
    from: 'horizon: 10m',
    to: 'horizon: 600',
    at: '600',
    path: 'scenario.horizon',
    says: ['found 600', 'want a duration such as 30s'],
  },
  {
    what: 'a duration in the wrong unit',
    from: 'step: 1s',
    to: 'step: 1 sec',
    at: '1 sec',
    path: 'scenario.step',
    says: ['found 1 sec', 'want a duration'],
  },
  {
    what: 'a negative count',
    from: 'count: 10',
    to: 'count: -3',
    at: '-3',
    path: 'scenario.traders[0].count',
    says: ['found -3, want a whole number ≥ 1'],
  },
  {
    what: 'a negative nothing',
    from: 'seed: october',
    to: 'seed: x\n#',
    at: '-0',
    path: 'scenario.liquidation.insurance',
    says: ['found -0', '≥ 0'],
    ...{ from: 'backstop: off }', to: 'backstop: off, insurance: -0 }' },
  },
  {
    what: 'a fraction of a trader',
    from: 'count: 10',
    to: 'count: 10.5',
    at: '10.5',
    path: 'scenario.traders[0].count',
    says: ['found 10.5', 'whole number'],
  },
  {
    what: 'a count of words',
    from: 'count: 10',
    to: 'count: ten',
    at: 'ten',
    path: 'scenario.traders[0].count',
    says: ['found ten', 'whole number'],
  },
  {
    what: 'too many replications',
    from: 'replications: 4',
    to: 'replications: 1e9',
    at: '1e9',
    path: 'replications',
    says: ['found 1e9', '≤ 10000000'],
  },
  {
    what: 'no replications',
    from: 'replications: 4',
    to: 'replications: 0',
    at: '0\nseed',
    path: 'replications',
    says: ['found 0', '≥ 1'],
  },
  {
    what: 'a number that is none',
    from: 'threshold: 1,',
    to: 'threshold: NaN,',
    at: 'NaN',
    path: 'scenario.margin.threshold',
    says: ['found NaN', 'want a number > 0'],
  },
  {
    what: "YAML's own not-a-number",
    from: 'threshold: 1,',
    to: 'threshold: .nan,',
    at: '.nan',
    path: 'scenario.margin.threshold',
    says: ['found .nan'],
  },
  {
    what: 'an infinite number',
    from: 'notional: 1e6',
    to: 'notional: 1e999',
    at: '1e999',
    path: 'scenario.traders[0].notional',
    says: ['found 1e999'],
  },
  {
    what: 'a number of too many digits',
    from: 'notional: 1e6',
    to: 'notional: 1.0000000000000001',
    at: '1.0000000000000001',
    path: 'scenario.traders[0].notional',
    says: ['at most 15 digits'],
  },
  {
    what: 'a tick of nothing',
    from: 'tick: 1',
    to: 'tick: 0',
    at: '0\n      lot',
    path: 'scenario.assets[0].tick',
    says: ['found 0', '> 0'],
  },
  {
    what: 'a size that is not whole lots',
    from: 'size: 5 BTC',
    to: 'size: 5.00005 BTC',
    at: '5.00005',
    path: 'scenario.traders[1].accounts[0].size',
    says: ['found 5.00005', 'whole lots of 0.0001', '5 or 5.0001'],
  },
  {
    what: 'a price that is not whole ticks',
    from: 'entry: 100_000',
    to: 'entry: 100_000.5',
    at: '100_000.5',
    path: 'scenario.traders[1].accounts[0].entry',
    says: ['whole ticks of 1', '100000 or 100001'],
  },
  {
    what: 'a size in another asset',
    from: 'size: 2 BTC',
    to: 'size: 2 ETH',
    at: '2 ETH',
    path: 'scenario.orders[0].size',
    says: ['found a size in ETH', 'want BTC'],
  },
  {
    what: 'a horizon shorter than a step',
    from: 'step: 1s',
    to: 'step: 11m',
    at: '10m',
    path: 'scenario.horizon',
    says: ['found 600s', 'at least one step of 660s'],
  },
  {
    what: 'a horizon that is not whole steps',
    from: 'step: 1s',
    to: 'step: 7s',
    at: '10m',
    path: 'scenario.horizon',
    says: ['whole number of steps of 7s', '595s or 602s'],
  },
  {
    what: 'an order after the horizon',
    from: 'at: 10s',
    to: 'at: 10m',
    at: '10m, side',
    path: 'scenario.orders[0].at',
    says: ['found 600s', 'less than the horizon'],
  },
  {
    what: 'an unknown venue',
    from: 'venue: generic',
    to: 'venue: hyperliqid',
    at: 'hyperliqid',
    path: 'scenario.margin.venue',
    says: ['found hyperliqid', 'did you mean "hyperliquid"?'],
  },
  {
    what: 'a venue without a table of the asset',
    from: 'symbol: BTC',
    to: 'symbol: DOGE',
    at: 'hyperliquid',
    path: 'scenario.margin.venue',
    says: ['no margin table for DOGE', 'BTC, ETH, SOL'],
    ...{ from: 'SWAP' },
  },
  {
    what: 'a misspelt word',
    from: 'side: sell',
    to: 'side: sel',
    at: 'sel,',
    path: 'scenario.orders[0].side',
    says: ['found sel', 'want buy or sell', 'did you mean "sell"?'],
  },
  {
    what: 'a misspelt kind',
    from: 'kind: constant',
    to: 'kind: constnat',
    at: 'constnat',
    path: 'scenario.assets[0].driver.kind',
    says: ['found constnat', 'did you mean "constant"?'],
  },
  {
    what: 'a word of a choice misspelt',
    from: 'mark: last',
    to: 'mark: lst',
    at: 'lst',
    path: 'scenario.assets[0].mark',
    says: ['found lst', 'did you mean "last"?'],
  },
  {
    what: 'a list where a map belongs',
    from: '{ kind: ladder, depth: 5e6, floor: 1e6 }',
    to: '[5e6]',
    at: '[5e6]',
    path: 'scenario.market.makers',
    says: ['found a list', 'want a map'],
  },
  {
    what: 'a map where a number belongs',
    from: 'count: 10',
    to: 'count: { of: 10 }',
    at: '{ of: 10 }',
    path: 'scenario.traders[0].count',
    says: ['found a map', 'whole number'],
  },
  {
    what: 'a key with nothing after it',
    from: 'count: 10',
    to: 'count:',
    at: '\n      side',
    path: 'scenario.traders[0].count',
    says: ['found nothing', 'whole number'],
  },
  {
    what: 'a required key left out',
    from: '      notional: 1e6\n',
    to: '',
    at: 'name: longs',
    path: 'scenario.traders[0].notional',
    says: ['missing, want an amount > 0'],
  },
  {
    what: 'a section left out',
    from: '  horizon: 10m\n',
    to: '',
    at: 'step: 1s',
    path: 'scenario.horizon',
    says: ['missing, want a duration'],
  },
  {
    what: 'no traders',
    from: SOUND.slice(SOUND.indexOf('  traders:'), SOUND.indexOf('  orders:')),
    to: '  traders: []\n',
    at: '[]',
    path: 'scenario.traders',
    says: ['found an empty list', 'at least 1'],
  },
  {
    what: 'two groups of one name',
    from: 'name: whales',
    to: 'name: longs',
    at: 'longs\n      accounts',
    path: 'scenario.traders[1].name',
    says: ['found "longs" again'],
  },
  {
    what: 'both leverage and collateral',
    from: 'leverage: 5 }',
    to: 'leverage: 5, collateral: 9 }',
    at: '{ side: short',
    path: 'scenario.traders[1].accounts[0]',
    says: ['found both', 'either leverage or collateral'],
  },
  {
    what: 'a smallest leverage above the largest',
    from: 'min: 1, max: 20',
    to: 'min: 30, max: 20',
    at: '30',
    path: 'scenario.traders[0].leverage.min',
    says: ['found 30', 'at most the largest leverage of 20'],
  },
  {
    what: 'a leverage that starts below the threshold',
    from: 'min: 1, max: 20',
    to: 'min: 80, max: 90',
    at: '80',
    path: 'scenario.traders[0].leverage.min',
    says: ['less than 66.6667', 'threshold of 1.5'],
    ...{ from: 'median: 5, sigma: 0.5, min: 1, max: 20', to: 'median: 85, sigma: 0.5, min: 80, max: 90' },
  },
  {
    what: 'a floor above the depth',
    from: 'floor: 1e6',
    to: 'floor: 9e6',
    at: '9e6',
    path: 'scenario.market.makers.floor',
    says: ['found 9000000', 'at most the depth'],
  },
  {
    what: 'a call below the threshold',
    from: 'call: 1.05x',
    to: 'call: 0.9x',
    at: '0.9x',
    path: 'scenario.margin.call',
    says: ['found 0.9x', 'more than the threshold', 'backstop < threshold < call'],
  },
  {
    what: 'a ladder out of order at one point of the sweep',
    from: '[0.5, 1, 1.5]',
    to: '[0.5, 1, 1.95]',
    at: '1.95',
    path: 'vary.margin.threshold[2]',
    says: ['scenario.margin.call', 'at most 2', 'at the threshold of 1.95'],
  },
  {
    what: 'a backstop above the threshold',
    from: 'backstop: off',
    to: 'backstop: { level: 1.1x }',
    at: '1.1x',
    path: 'scenario.liquidation.backstop.level',
    says: ['found 1.1x', 'less than 1x'],
  },
  {
    what: 'a backstop of a plain number above the smallest threshold',
    from: 'backstop: off',
    to: 'backstop: { level: 0.6 }',
    at: '0.5, 1',
    path: 'vary.margin.threshold[0]',
    says: ['scenario.liquidation.backstop.level', '1.2x'],
  },
  {
    what: 'a threshold that asks for more than the position',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: 70%, initial: 99%',
    at: '1.5]',
    path: 'vary.margin.threshold[2]',
    says: ['threshold × maintenance rate'],
  },
  {
    what: 'initial below maintenance',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: 2%, initial: 1%',
    at: '1% }',
    path: 'scenario.margin.initial',
    says: ['initial ≥ maintenance'],
  },
  {
    what: 'tiers that do not begin at nothing',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: [{ from: 5, rate: 1% }]',
    at: '5, rate',
    path: 'scenario.margin.maintenance[0].from',
    says: ['found 5, want 0'],
  },
  {
    what: 'tiers out of order',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: [{ from: 0, rate: 1% }, { from: 9, rate: 1% }, { from: 8, rate: 1% }]',
    at: '8, rate',
    path: 'scenario.margin.maintenance[2].from',
    says: ['more than the 9 before it'],
  },
  {
    what: 'a rate above one',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: 120%',
    at: '120%',
    path: 'scenario.margin.maintenance',
    says: ['found 120%', 'a rate such as 1.25%'],
  },
  {
    what: 'a formula with a strange name',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: "max(1%, sqroot(notional))"',
    at: 'sqroot',
    path: 'scenario.margin.maintenance',
    says: ['the function sqroot', 'did you mean "sqrt"?'],
  },
  {
    what: 'a formula that is no rate',
    from: 'call: 1.05x',
    to: 'call: 1.05x, maintenance: "2 * notional"',
    at: '2 * notional',
    path: 'scenario.margin.maintenance',
    says: ['found a rate of 2'],
  },
  {
    what: 'an empty list of values',
    from: '[0.5, 1, 1.5]',
    to: '[]',
    at: '[]',
    path: 'vary.margin.threshold',
    says: ['found an empty list', 'at least one value'],
  },
  {
    what: 'one value instead of a list',
    from: '[0.5, 1, 1.5]',
    to: '0.5',
    at: '0.5\nuncertain',
    path: 'vary.margin.threshold',
    says: ['found 0.5', 'want a list'],
  },
  {
    what: 'a value twice',
    from: '[0.5, 1, 1.5]',
    to: '[0.5, 1, 1.0]',
    at: '1.0]',
    path: 'vary.margin.threshold[2]',
    says: ['found 1.0 again'],
  },
  {
    what: 'a varied value of the wrong kind',
    from: '[0.5, 1, 1.5]',
    to: '[0.5, one]',
    at: 'one]',
    path: 'vary.margin.threshold[1]',
    says: ['found one', 'want a number > 0'],
  },
  {
    what: 'a varied path misspelt',
    from: 'margin.threshold: [',
    to: 'margin.treshold: [',
    at: 'margin.treshold',
    path: 'vary.margin.treshold',
    says: ['unknown key "treshold"', 'did you mean "threshold"?'],
  },
  {
    what: 'a varied section misspelt',
    from: 'margin.threshold: [',
    to: 'margn.threshold: [',
    at: 'margn',
    path: 'vary.margn.threshold',
    says: ['unknown key "margn"', 'did you mean "margin"?'],
  },
  {
    what: 'a path from the root',
    from: 'margin.threshold: [',
    to: 'scenario.margin.threshold: [',
    at: 'scenario.margin',
    path: 'vary.scenario.margin.threshold',
    says: ['starts at the scenario: margin.threshold'],
  },
  {
    what: 'a path through a word',
    from: 'margin.threshold: [',
    to: 'liquidation.backstop.level: [',
    at: 'liquidation.backstop.level',
    path: 'vary.liquidation.backstop.level',
    says: ['"level" names nothing'],
  },
  {
    what: 'a path to nobody',
    from: 'margin.threshold: [0.5, 1, 1.5]',
    to: '"traders[long].count": [5, 6]',
    at: '"traders[long]',
    path: 'vary.traders[long].count',
    says: ['[long] names no member of traders', 'did you mean "longs"?'],
  },
  {
    what: 'a path that is none',
    from: 'margin.threshold: [',
    to: 'margin..threshold: [',
    at: 'margin..',
    path: 'vary.margin..threshold',
    says: ['want keys joined by dots'],
  },
  {
    what: 'a range upside down',
    from: 'from: 2e6, to: 8e6',
    to: 'from: 8e6, to: 2e6',
    at: '2e6',
    path: 'uncertain.market.makers.depth.to',
    says: ['found 2000000', 'more than the 8000000'],
  },
  {
    what: 'a range of words',
    from: 'market.makers.depth: { from: 2e6, to: 8e6, log: true }',
    to: 'liquidation.queue: { from: arrival, to: random }',
    at: 'arrival',
    path: 'uncertain.liquidation.queue.from',
    says: ['found arrival', 'want a number that can be drawn'],
  },
  {
    what: 'a misspelt end of a range',
    from: 'to: 8e6',
    to: 'tp: 8e6',
    at: 'tp',
    path: 'uncertain.market.makers.depth.tp',
    says: ['unknown key "tp"', 'did you mean "to"?'],
  },
  {
    what: 'a logarithm of nothing',
    from: 'market.makers.depth: { from: 2e6',
    to: 'market.makers.floor: { from: 0',
    at: '0, to',
    path: 'uncertain.market.makers.floor.from',
    says: ['found 0', 'more than 0 for a logarithmic range'],
  },
  {
    what: 'a range that leads below a floor',
    from: 'from: 2e6',
    to: 'from: 5e5',
    at: '{ from: 5e5',
    path: 'uncertain.market.makers.depth',
    says: ['within this range', 'market.makers.floor', 'at most the depth of 500000'],
  },
  {
    what: 'a key both varied and uncertain',
    from: 'market.makers.depth: { from: 2e6, to: 8e6, log: true }',
    to: 'margin.threshold: { from: 1, to: 1.5 }',
    at: 'margin.threshold: { from',
    path: 'uncertain.margin.threshold',
    says: ['varied or uncertain'],
  },
  {
    what: 'a name that is no folder',
    from: 'name: sound',
    to: 'name: ../sound',
    at: '../sound',
    path: 'name',
    says: ['found ../sound', 'lower-case letters'],
  },
  { what: 'a name of capitals', from: 'name: sound', to: 'name: Sound', at: 'Sound', path: 'name', says: ['found Sound'] },
  {
    what: 'an unknown event',
    from: DRIVER,
    to: 'driver: { kind: event, name: 2025-10-11 }',
    at: '2025-10-11',
    path: 'scenario.assets[0].driver.name',
    says: ['found 2025-10-11', 'did you mean "2025-10-10"?'],
  },
  {
    what: 'a horizon longer than the event',
    from: DRIVER,
    to: 'driver: { kind: event, name: 2025-10-10 }',
    at: '3h',
    path: 'scenario.horizon',
    says: ['found 10800s', 'at most 7200s (2h)'],
    ...{ from: 'EVENT' },
  },
  {
    what: 'waypoints that go back',
    from: DRIVER,
    to: 'driver: { kind: waypoints, points: [[0s, 9], [9s, 8], [5s, 7]] }',
    at: '5s, 7',
    path: 'scenario.assets[0].driver.points[2][0]',
    says: ['found 5s', 'more than the 9s before it'],
  },
  {
    what: 'waypoints that begin late',
    from: DRIVER,
    to: 'driver: { kind: waypoints, points: [[1s, 9], [9s, 8]] }',
    at: '1s, 9',
    path: 'scenario.assets[0].driver.points[0][0]',
    says: ['found 1s', 'first point at 0s'],
  },
  {
    what: 'a missing file',
    from: DRIVER,
    to: CSV,
    at: 'bars.csv',
    path: 'scenario.assets[0].driver.file',
    says: ['found bars.csv, which does not exist'],
  },
  {
    what: 'a file with a gap',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['found a gap', 'one gap', '1 bars missing'],
    files: { 'bars.csv': BARS.replace('1700000120', '1700000180') },
    inFile: ['bars.csv', 4, 1],
  },
  {
    what: 'a file with no number',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['low: found NaN, want a price > 0'],
    files: { 'bars.csv': BARS.replace('100100', 'NaN') },
    inFile: ['bars.csv', 3, 26],
  },
  {
    what: 'a file out of order',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['stamps that ascend'],
    files: { 'bars.csv': BARS.replace('1700000120', '1699999999') },
    inFile: ['bars.csv', 4, 1],
  },
  {
    what: 'a file with a stamp twice',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['1700000060 twice'],
    files: { 'bars.csv': BARS.replace('1700000120', '1700000060') },
    inFile: ['bars.csv', 4, 1],
  },
  {
    what: 'an empty file of bars',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['found no bars'],
    files: { 'bars.csv': 'ts,open,high,low,close,volume\n' },
    inFile: ['bars.csv', 1, 1],
  },
  {
    what: 'a file of bars without a column',
    from: DRIVER,
    to: CSV,
    at: '',
    path: '',
    says: ['a header without low'],
    files: { 'bars.csv': BARS.replace('low', 'lo') },
    inFile: ['bars.csv', 1, 1],
  },
  {
    what: 'a file too short for the horizon',
    from: DRIVER,
    to: CSV,
    at: '10m',
    path: 'scenario.horizon',
    says: ['found 600s', 'at most 180s', 'bars.csv ends there'],
    files: { 'bars.csv': BARS },
  },
  {
    what: 'a start outside the file',
    from: DRIVER,
    to: 'driver: { kind: csv, file: bars.csv, from: 2020-01-01 }',
    at: '2020-01-01',
    path: 'scenario.assets[0].driver.from',
    says: ['found 2020-01-01', '2023-11-14T22:13:20Z'],
    files: { 'bars.csv': BARS },
  },
  {
    what: 'lots too fine to count',
    from: 'lot: 0.0001',
    to: 'lot: 0.00000000001',
    at: '0.00000000001',
    path: 'scenario.assets[0].lot',
    says: ['too fine', '2147483647', 'times coarser'],
  },
  {
    what: 'two assets',
    from: '  market:\n',
    to: '    - { symbol: ETH, tick: 1, lot: 1, driver: { kind: constant, price: 1 } }\n  market:\n',
    at: '- symbol: BTC',
    path: 'scenario.assets',
    says: ['found 2 members, want at most 1'],
  },
  {
    what: 'a tag',
    from: 'seed: october',
    to: 'seed: !!js/function october',
    at: 'seed: !!js',
    path: '',
    says: ['tag'],
    inFile: ['sound.yaml', 34, 7],
  },
  {
    what: 'a key twice',
    from: 'seed: october',
    to: 'seed: october\nname: again',
    at: 'name: again',
    path: '',
    says: ['not readable as YAML', 'unique'],
  },
  {
    what: 'a bracket that does not close',
    from: '[0.5, 1, 1.5]',
    to: '[0.5, 1, 1.5',
    at: 'uncertain',
    path: '',
    says: ['not readable as YAML'],
    inFile: ['sound.yaml', 31, 1],
  },
];

/** The cases whose break takes two edits. */
function breakFile(one: Broken): string {
  if (one.from === 'SWAP')
    return SOUND.replace('symbol: BTC', 'symbol: DOGE')
      .replace('venue: generic', 'venue: hyperliquid')
      .replaceAll(/(5|2) BTC/g, '$1');
  if (one.from === 'EVENT') return SOUND.replace(DRIVER, one.to).replace('horizon: 10m', 'horizon: 3h');
  expect(SOUND).toContain(one.from);
  return SOUND.replace(one.from, () => one.to);
}

function problemsOf(text: string, files: Readonly<Record<string, string>> = {}, set: readonly string[] = []): readonly Problem[] {
  const parsed = parseExperiment(text, {
    path: 'sound.yaml',
    set,
    formula: compileFormula,
    read: (name) => {
      const file = files[name];
      if (file === undefined) throw new Error('does not exist');
      return file;
    },
  });
  return 'problems' in parsed ? parsed.problems : [];
}

function placeOf(text: string, at: string): { readonly line: number; readonly column: number } {
  const offset = text.indexOf(at);
  expect(offset, `${at} in the broken file`).toBeGreaterThanOrEqual(0);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

test('the sound file is sound', () => expect(problemsOf(SOUND)).toEqual([]));
test('the table is long enough', () => expect(broken.length).toBeGreaterThanOrEqual(40));

describe('one mistake, one located problem', () => {
  test.each(broken.map((one) => [one.what, one] as const))('%s', (_, one) => {
    const text = breakFile(one);
    const problems = problemsOf(text, one.files);
    expect(problems.map(formatProblem)).toHaveLength(1);
    const [problem] = problems;
    if (problem === undefined) return;
    for (const words of one.says) expect(problem.message).toContain(words);
    expect(problem.path).toBe(one.path);
    if (one.inFile === undefined) {
      expect(problem.file).toBe('sound.yaml');
      expect({ line: problem.line, column: problem.column }).toEqual(placeOf(text, one.at));
    } else {
      expect([problem.file, problem.line, problem.column]).toEqual(one.inFile);
    }
    // The caret stands under the place, with the line above it.
    const [, excerpt, caret] = formatProblem(problem).split('\n');
    expect(excerpt?.[caret?.indexOf('^') ?? -1] ?? '').toBe(problem.source[problem.column - 1] ?? '');
    if (problem.source.length <= 120) expect(excerpt?.slice(4)).toBe(problem.source.trimEnd());
  });
});

describe('several at once', () => {
  test('each is told, in the order of the file', () => {
    const text = SOUND.replace('count: 10', 'count: -3')
      .replace('floor: 1e6', 'flor: 1e6')
      .replace('[0.5, 1, 1.5]', '[0.5, x]')
      .replace('seed: october', 'sed: october')
      .replace('0.9x', '1.05x');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'scenario.market.makers.flor',
      'scenario.traders[0].count',
      'vary.margin.threshold[1]',
      'sed',
    ]);
  });

  test('a wrong section hides no other', () => {
    const text = SOUND.replace('horizon: 10m', 'horizon: 600')
      .replace('size: 5 BTC', 'size: 5.00005 BTC')
      .replace('call: 1.05x', 'call: 0.9x');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'scenario.horizon',
      'scenario.traders[1].accounts[0].size',
      'scenario.margin.call',
    ]);
  });
});

describe('--set', () => {
  test.each([
    ['scenario.horizon=banana', 'scenario.horizon', 18, 'found banana'],
    ['scenario.traders[longs].count=-3', 'scenario.traders[0].count', 31, 'found -3, want a whole number ≥ 1'],
    ['scenario.traders[longz].count=3', 'scenario.traders[longz].count', 1, 'the list has 2 members: longs, whales'],
    ['scenario.horizn=1m', 'scenario.horizn', 1, 'did you mean "horizon"?'],
    ['vary.margin.threshold=[1, 1.95]', 'vary.margin.threshold[1]', 27, 'want at most 2'],
    ['uncertain.market.makers.depth.from=0', 'uncertain.market.makers.depth.from', 36, 'found 0'],
    ['replications=', 'replications', 14, 'found nothing'],
    ['replications', '', 1, 'want PATH=VALUE'],
    ['=3', '', 1, 'want PATH=VALUE'],
    ['seed=[1', 'seed', 8, 'not readable as YAML'],
  ])('%s', (set, path, column, says) => {
    const problems = problemsOf(SOUND, {}, [set]);
    expect(problems.map(formatProblem)).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: '--set', line: 1, column, path, source: set });
    expect(problems[0]?.message).toContain(says);
  });

  test('replaces, adds what the file leaves at its default, and the last one wins', () => {
    const set = [
      'scenario.margin.threshold=1.2',
      'scenario.liquidation.queue=random',
      'seed=a',
      'seed=b',
      'vary.liquidation.latency=[0, 1s]',
      'scenario.traders[longs].leverage={ kind: constant, value: 3 }',
    ];
    const parsed = parseExperiment(SOUND, { path: 'sound.yaml', set });
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    const { scenario, seed, vary, points } = parsed.experiment;
    expect(scenario.margin.threshold).toBe(1.2);
    expect(scenario.liquidation.queue).toBe('random');
    expect(scenario.traders[0]).toMatchObject({ leverage: { kind: 'constant', value: 3 } });
    expect(seed).toBe('b');
    expect(vary.map((one) => one.path)).toEqual(['margin.threshold', 'liquidation.latency']);
    expect(points.map((point) => point.values['liquidation.latency'])).toEqual([0, 1, 0, 1, 0, 1]);
  });
});

describe('what YAML could do to us', () => {
  test('a bomb of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let k = 1; k < 9; k++) lines.push(`a${k}: &a${k} [${Array.from({ length: 9 }, () => `*a${k - 1}`).join(', ')}]`);
    const [problem] = problemsOf(lines.join('\n'));
    expect(problem?.message).toContain('want fewer');
  });

  test('an alias of itself', () => expect(problemsOf('a: &a [*a]').length).toBeGreaterThan(0));
  test('a file too large', () => expect(problemsOf(`name: ${'x'.repeat(1_000_001)}`)[0]?.message).toContain('want at most 1000000'));
  test('an empty file', () => expect(problemsOf('')[0]?.message).toContain('found an empty file'));
  test('a list', () => expect(problemsOf('- a')[0]?.message).toContain('found a list'));
  test('a deep nest', () => expect(problemsOf(`${'['.repeat(60)}${']'.repeat(60)}`)[0]?.message).toContain('levels of nesting'));

  test('an anchor and its alias are one value', () => {
    const text = SOUND.replace('depth: 5e6', 'depth: &n 5e6')
      .replace('notional: 1e6', 'notional: *n')
      .replace('uncertain:\n  market.makers.depth: { from: 2e6, to: 8e6, log: true }\n', '');
    expect(problemsOf(text).map(formatProblem)).toEqual([]);
  });
});

test('a plain scenario is read as one, and as an experiment of one run', () => {
  const text = SOUND.slice(SOUND.indexOf('  horizon'), SOUND.indexOf('vary:')).replaceAll(/^ {2}/gm, '');
  const parsed = parseScenario(text, { path: 'a/My World.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  expect(parsed.scenario.horizon).toBe(600);
  expect(parsed.experiment).toMatchObject({ name: 'my-world', replications: 1, points: [{ index: 0, values: {} }], vary: [] });
  expect(parseExperiment(text, { path: 'a/My World.yaml' })).toEqual({ experiment: parsed.experiment });
  const wrong = parseExperiment(text.replace('count: 10', 'count: -3'), { path: 'a/My World.yaml' });
  expect('problems' in wrong && wrong.problems[0]?.path).toBe('traders[0].count');
});

import { describe, expect, test } from 'vitest';
import { compileFormula } from '../../src/scenario/formula.ts';
import { accountJsonSchema } from '../../src/scenario/account.ts';
import { parseAccount } from '../../src/scenario/account-reading.ts';
import type { ReadAccount } from '../../src/scenario/account-reading.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

const PERPETUAL = 'venue: hyperliquid\nprices: { BTC: 100_000 }\ncash: 5000\npositions: [{ asset: BTC, size: 1, entry: 100_000 }]\n';
const OPTIONS = 'venue: derive-pmrm-v2\nprices: { ETH: 3000 }\ncash: 9000\n';
const LOAN = 'venue: aave-v3\nprices: { ETH: 3000 }\nloans: [{ collateral: [{ asset: ETH, amount: 2 }], debt: 1000 }]\n';

function problemsOf(text: string, set: readonly string[] = []): string[] {
  const read = parseAccount(text, { path: 'account.yaml', set, formula: compileFormula });
  return 'problems' in read ? read.problems.map(formatProblem) : [];
}

function accountOf(text: string): ReadAccount {
  const read = parseAccount(text, { path: 'account.yaml', formula: compileFormula });
  if ('problems' in read) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read;
}

describe('a good file', () => {
  test.each([PERPETUAL, `${OPTIONS}options: [{ asset: ETH, type: put, strike: 2800, expiry: 30d, size: -1, volatility: 60% }]`, LOAN])(
    'has no problem: %s',
    (text) => expect(problemsOf(text)).toEqual([]),
  );

  test('sizes carry their side, units and signs are read from the text', () => {
    const text =
      'venue: okx\nprices: { BTC: 100_000, ETH: 3000 }\ncash: -1_000\npositions:\n' +
      '  - { asset: BTC, side: short, size: 0.4 BTC, entry: 101_000, leverage: 10 }\n' +
      '  - { asset: BTC, size: -0.4, entry: booked }\n' +
      '  - { asset: ETH, size: 5, entry: 2900, collateral: 0.2 BTC, maintenance: 1%, deduction: 50 }\n';
    const { account } = accountOf(text);
    expect(account.cash).toBe(-1000);
    expect(account.positions.map(({ size, entry, isolated }) => ({ size, entry, isolated }))).toEqual([
      { size: -0.4, entry: 101_000, isolated: { leverage: 10 } },
      { size: -0.4, entry: null, isolated: null },
      { size: 5, entry: 2900, isolated: { amount: 0.2, coin: 'BTC' } },
    ]);
    expect(account.positions[2]?.maintenance).toEqual({
      floor: Float64Array.of(0),
      rate: Float64Array.of(0.01),
      deduction: Float64Array.of(50),
    });
  });

  test('a contract that is not stated is the venue’s: at Deribit inverse, but linear beside cash', () => {
    const contractAt = (rest: string): (string | undefined)[] =>
      accountOf(`prices: { BTC: 100_000 }\n${rest}`).account.positions.map(({ contract }) => contract);
    expect(contractAt('venue: deribit\ncash: 50_000\npositions: [{ asset: BTC, size: 2 BTC, entry: 100_000 }]')).toEqual(['linear']);
    const coin = 'collateral: [{ asset: BTC, amount: 1 }]\npositions: [{ asset: BTC, size: 2_000, entry: 100_000 }]';
    expect([contractAt(`venue: deribit\n${coin}`), contractAt(`venue: bitmex\n${coin}`)]).toEqual([['inverse'], ['inverse']]);
  });

  test('an expiry is a time left, or a date after asOf', () => {
    const option = (expiry: string): string => `{ asset: ETH, type: call, strike: 3000, expiry: ${expiry}, size: 1, volatility: 60% }`;
    const text = `${OPTIONS}asOf: 2025-10-10T20:00:00Z\noptions:\n  - ${option('1d 12h')}\n  - ${option('2025-10-11T08:00:00Z')}\n`;
    expect(accountOf(text).account.options.map((one) => one.seconds)).toEqual([129_600, 43_200]);
  });

  test('rules stand in the place of the figures of the venue, key by key', () => {
    const { venue } = accountOf(
      `${OPTIONS}positions: [{ asset: ETH, size: 1, entry: 3000 }]\nrules: { threshold: 1.2, portfolio: { factor: { maintenance: 1, initial: 2 } } }`,
    );
    expect(venue.threshold).toBe(1.2);
    expect(venue.portfolio?.factor).toEqual({ maintenance: 1, initial: 2 });
    expect(venue.portfolio?.scenarios).toHaveLength(31);
  });

  test('a formula is a requirement', () => {
    const { account } = accountOf(PERPETUAL.replace('entry: 100_000', 'entry: 100_000, maintenance: "max(1%, 2% * sqrt(notional / 1e6))"'));
    const { rate = [] } = account.positions[0]?.maintenance ?? {};
    expect(rate[0]).toBe(0.01);
    expect(rate.length).toBeGreaterThan(10);
  });
});

/** What is wrong with a file, as its first lines say it. */
const BROKEN: readonly (readonly [name: string, text: string, ...said: string[]])[] = [
  [
    'a position without a price',
    PERPETUAL.replace('asset: BTC', 'asset: ETH'),
    '4:22  positions[0].asset: found ETH, which has no price, want one of BTC',
  ],
  ['a misspelt key', PERPETUAL.replace('cash:', 'cahs:'), '3:1  cahs: unknown key "cahs" in the account; did you mean "cash"?'],
  [
    'a misspelt key of a position',
    PERPETUAL.replace('entry:', 'entri:'),
    '4:36  positions[0].entri: unknown key "entri" in positions[0]; did you mean "entry"?',
  ],
  [
    'a misspelt venue',
    PERPETUAL.replace('hyperliquid', 'hyperliqid'),
    '1:8  venue: found hyperliqid, want a venue that `marginfall venues` lists; did you mean "hyperliquid"?',
  ],
  ['a misspelt word', PERPETUAL.replace('size: 1', 'size: 1, side: lnog'), 'found lnog, want long or short; did you mean "long"?'],
  ['no entry', PERPETUAL.replace(', entry: 100_000', ''), '4:13  positions[0].entry: missing, want booked, or a price > 0'],
  ['a price of 0', PERPETUAL.replace('BTC: 100_000', 'BTC: 0'), '2:16  prices.BTC: found 0, want a price > 0'],
  ['no venue', PERPETUAL.replace('venue: hyperliquid\n', ''), 'venue: missing, want the name of a venue'],
  [
    'nothing held',
    'venue: hyperliquid\nprices: { BTC: 100_000 }\n',
    'found an account that holds nothing, want positions, options or collateral',
  ],
  [
    'side and sign',
    PERPETUAL.replace('size: 1', 'side: long, size: -1'),
    '4:45  positions[0].size: found -1 beside side: long, want a size > 0 or no side',
  ],
  ['a size in another asset', PERPETUAL.replace('size: 1', 'size: 1 ETH'), '4:33  positions[0].size: found 1 ETH, want BTC'],
  [
    'leverage and collateral',
    PERPETUAL.replace('size: 1', 'size: 1, leverage: 5, collateral: 100'),
    'positions[0].leverage: found 5 beside a collateral, want one of the two',
  ],
  [
    'negative collateral of a position',
    PERPETUAL.replace('size: 1', 'size: 1, collateral: -5'),
    'found -5, want an amount > 0 such as 500 or 0.2 ETH',
  ],
  [
    'negative collateral',
    `${PERPETUAL}collateral: [{ asset: BTC, amount: -2 }]`,
    '5:36  collateral[0].amount: found -2, want an amount > 0 such as 2 ETH',
  ],
  [
    'an isolated position without an entry',
    PERPETUAL.replace('entry: 100_000', 'entry: booked, leverage: 5'),
    'positions[0].entry: found booked, want a price: the position is isolated',
  ],
  [
    'a venue that charges at entry',
    PERPETUAL.replace('hyperliquid', 'kucoin').replace('entry: 100_000', 'entry: booked'),
    'found booked, want a price: kucoin charges the value at entry',
  ],
  [
    'an asset without a table',
    PERPETUAL.replaceAll('BTC', 'XRP'),
    '4:22  positions[0].asset: found XRP, which has no margin table at hyperliquid (it has BTC, ETH, SOL): give maintenance',
  ],
  [
    'tiers that overlap',
    PERPETUAL.replace('size: 1', 'size: 1, maintenance: [{ from: 0, rate: 1% }, { from: 0, rate: 2% }]'),
    'positions[0].maintenance[1].from: found 0, want more than the 0 before it',
  ],
  [
    'tiers that decrease',
    PERPETUAL.replace('size: 1', 'size: 1, maintenance: [{ from: 0, rate: 2% }, { from: 10, rate: 1% }]'),
    'positions[0].maintenance[1].rate: found 0.01, want at least the 0.02 before it: rates rise with notional',
  ],
  [
    'tiers that begin late',
    PERPETUAL.replace('size: 1', 'size: 1, initial: [{ from: 5, rate: 2% }]'),
    'positions[0].initial[0].from: found 5, want 0 in the first tier',
  ],
  [
    'a formula with an unknown name',
    PERPETUAL.replace('size: 1', 'size: 1, maintenance: "1% * sqrt(notionl)"'),
    'positions[0].maintenance: found the name notionl, want ',
    'did you mean "notional"?',
  ],
  [
    'a formula that is not finite',
    PERPETUAL.replace('size: 1', 'size: 1, maintenance: "1% / (notional - notional)"'),
    'positions[0].maintenance: found a rate of Infinity, want more than 0 and less than 1,',
  ],
  [
    'tiers at a venue of one rate',
    PERPETUAL.replace('hyperliquid', 'dydx').replace('size: 1', 'size: 1, maintenance: [{ from: 0, rate: 1% }, { from: 9, rate: 2% }]'),
    'positions[0].maintenance: found tiers, want one rate: dydx-v4 has one a market',
  ],
  [
    'a deduction without a rate',
    PERPETUAL.replace('size: 1', 'size: 1, deduction: 5'),
    'positions[0].deduction: found 5, want it beside one maintenance rate',
  ],
  [
    'an option past expiry',
    `${OPTIONS}options: [{ asset: ETH, type: put, strike: 2800, expiry: -2d, size: 1, volatility: 60% }]`,
    '4:58  options[0].expiry: found -2d, which is past, want a time to come',
  ],
  [
    'a date that is past',
    `${OPTIONS}asOf: 2025-10-10\noptions: [{ asset: ETH, type: put, strike: 2800, expiry: 2025-10-09, size: 1, volatility: 60% }]`,
    'options[0].expiry: found 2025-10-09, which is past at 2025-10-10, want a time to come',
  ],
  [
    'a date without asOf',
    `${OPTIONS}options: [{ asset: ETH, type: put, strike: 2800, expiry: 2025-10-09, size: 1, volatility: 60% }]`,
    'options[0].expiry: found the date 2025-10-09, want asOf beside it: the moment of the prices',
  ],
  [
    'two forwards of one expiry',
    `${OPTIONS}options:\n  - { asset: ETH, type: put, strike: 2800, expiry: 30d, size: 1, volatility: 60%, forward: 3010 }\n  - { asset: ETH, type: call, strike: 3200, expiry: 30d, size: 1, volatility: 60%, forward: 3020 }`,
    'options[1].forward: found 3020, want the 3010 of options[0]: an expiry has one forward',
  ],
  [
    'a negative volatility',
    `${OPTIONS}options: [{ asset: ETH, type: put, strike: 2800, expiry: 30d, size: 1, volatility: -60% }]`,
    'options[0].volatility: found -60%, want a fraction such as 5%, 25bps or 0.05, ≥ 0 and ≤ 100',
  ],
  [
    'a grid without the scenario that stays',
    `${OPTIONS}positions: [{ asset: ETH, size: 1, entry: 3000 }]\nrules: { portfolio: { scenarios: [{ move: -10% }, { move: 10% }] } }`,
    '5:34  rules.portfolio.scenarios: found no scenario in which the price stays, want one with move 0',
  ],
  [
    'a grid at a venue without one',
    `${PERPETUAL}rules: { portfolio: { gainOffset: 0 } }`,
    'rules.portfolio: found a grid, but hyperliquid has no portfolio margin',
  ],
  [
    'options at a venue without them',
    `${PERPETUAL}options: [{ asset: BTC, type: put, strike: 2800, expiry: 30d, size: 1, volatility: 60% }]`,
    'options: found options, but hyperliquid has none: want a venue of options',
  ],
  [
    'collateral of its own in a portfolio',
    `${OPTIONS}positions: [{ asset: ETH, size: 1, entry: 3000, leverage: 5 }]`,
    'positions[0].leverage: found collateral of its own, but portfolio margin is of whole accounts',
  ],
  [
    'a regime that a venue has not',
    `regime: portfolio\n${PERPETUAL}`,
    '1:9  regime: found portfolio, but hyperliquid has one regime: leave it out',
  ],
  [
    'an inverse contract in quote',
    `${OPTIONS}positions: [{ asset: ETH, size: 1, entry: 3000, contract: inverse }]`,
    'positions[0].contract: found inverse, want linear: derive-pmrm-v2 settles so',
  ],
  [
    'a position of which no requirement is a number',
    'venue: hyperliquid\nprices: { BTC: 1e200 }\ncash: 5\npositions: [{ asset: BTC, size: 1e200, entry: 100 }]',
    '4:33  positions[0].size: found 1e+200, want less than 1e+30 in quote units at its price',
  ],
  [
    'a debt of which no requirement is a number',
    'venue: aave-v3\nprices: { ETH: 3000 }\nloans: [{ collateral: [{ asset: ETH, amount: 2 }], debt: 1e200 }]',
    'loans[0].debt: found 1e+200, want less than 1e+30 in quote units at its price',
  ],
  [
    'coins as the size of a contract that has a face value',
    'venue: bitmex\nprices: { BTC: 100_000 }\ncollateral: [{ asset: BTC, amount: 1 }]\npositions: [{ asset: BTC, size: 2 BTC, entry: 101_000 }]',
    'positions[0].size: found 2 BTC, want a face value in quote units such as 10_000: the contract is inverse at bitmex',
  ],
  [
    'loans at an exchange',
    `${PERPETUAL}loans: [{ collateral: [{ asset: BTC, amount: 2 }], debt: 1000 }]`,
    'loans: found loans, but hyperliquid does not lend: want positions',
  ],
  [
    'positions at a lender',
    LOAN.replace('loans:', 'positions: [{ asset: ETH, size: 1, entry: 3000 }]\nloans:'),
    'positions: found positions, but aave-v3 lends: want loans',
  ],
  ['a lender without loans', 'venue: aave-v3\nprices: { ETH: 3000 }\n', 'loans: missing, want at least one loan'],
  [
    'a loan on what is not listed',
    LOAN.replaceAll('ETH', 'XRP'),
    'loans[0].collateral[0].asset: found XRP, which aave-v3 does not list: give its threshold',
  ],
  [
    'a loan without its bands',
    LOAN.replace('aave-v3', 'crvusd'),
    '3:9  loans[0]: missing bands, want their count and basePrice: crvusd keeps collateral in price bands',
  ],
  [
    'a position without collateral against a pool',
    PERPETUAL.replace('hyperliquid', 'gmx-v2'),
    'positions[0]: missing collateral or leverage: positions at gmx-v2 have their own',
  ],
  ['too many digits', PERPETUAL.replace('entry: 100_000', 'entry: 100000.00000000001'), 'of at most 15 digits'],
  ['an empty file', '', 'found an empty file, want a map of keys'],
  ['a list', '- 1', 'found a list, want a map of keys'],
];

describe('a broken file', () => {
  test.each(BROKEN)('%s', (_, text, ...said) => {
    const problems = problemsOf(text);
    for (const part of said) expect(problems.join('\n')).toContain(part);
    expect(problems.every((problem) => problem.startsWith('account.yaml:'))).toBe(true);
  });

  test('every mistake at once, in their order, with the line and a caret', () => {
    const problems = problemsOf(PERPETUAL.replace('BTC: 100_000', 'BTC: -1').replace('size: 1', 'size: 0').replace('cash', 'cahs'));
    expect(problems.map((problem) => problem.split('  ')[0])).toEqual(['account.yaml:2:16', 'account.yaml:3:1', 'account.yaml:4:33']);
    expect(problems[0]).toBe('account.yaml:2:16  prices.BTC: found -1, want a price > 0\n    prices: { BTC: -1 }\n                   ^');
  });

  test('a value from the command line is told as such', () => {
    expect(problemsOf(PERPETUAL, ['cash=lots'])).toEqual(['--set:1:6  cash: found lots, want an amount\n    cash=lots\n         ^']);
    expect(problemsOf(PERPETUAL, ['positions[0].leverage=10'])).toEqual([]);
  });

  test('no key misspelt and no number negated is taken silently', () => {
    const text = PERPETUAL.replace('size: 1', 'size: 1 BTC, mark: 99_000, leverage: 10, maintenance: 1%, initial: 2%');
    for (const [key] of text.matchAll(/\b[a-z]{3,}(?=:)/g)) expect(problemsOf(text.replace(`${key}:`, `${key}x:`)), key).not.toEqual([]);
    for (const found of text.matchAll(/(?<=: )\d[\d_]*(?=[ ,}%])/g)) {
      const negated = `${text.slice(0, found.index)}-${text.slice(found.index)}`;
      // A size below 0 is a short.
      if (!text.slice(0, found.index).endsWith('size: ')) expect(problemsOf(negated), negated).not.toEqual([]);
    }
  });
});

test('the JSON Schema describes every key', () => {
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly anyOf?: readonly Schema[];
    readonly description?: string;
  }
  const bare: string[] = [];
  const walk = (schema: Schema, path: string): void => {
    for (const [key, part] of Object.entries(schema.properties ?? {})) {
      if (part.description === undefined) bare.push(`${path}.${key}`);
      walk(part, `${path}.${key}`);
    }
    for (const one of [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])]) walk(one, path);
  };
  walk(accountJsonSchema() as Schema, '');
  expect(bare).toEqual([]);
});

import type { Venue } from './venue.ts';

const DOCS = 'https://docs.paradex.trade/';

/** Paradex perpetuals, cross: account value = collateral + unrealised profit, requirements on the value at the mark. */
export const paradex: Venue = {
  name: 'paradex',
  aliases: [],
  title: 'Paradex perpetuals',
  date: '2024-01-01',
  tiers: { '*': [{ from: 0, maintenance: 0.05, initial: 0.1 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'mark-notional',
  facts: [
    { what: 'account value is collateral plus unrealised profit at the mark', source: DOCS, hypothetical: false },
    { what: 'initial margin is a fraction of the value at the mark, 10 % in the worked example', source: DOCS, hypothetical: false },
    { what: 'maintenance is half of it, for every asset and size', source: 'the example states no maintenance', hypothetical: true },
    {
      what: 'the mark is the index, once a second; equality does not liquidate; the whole position at once',
      source: 'not stated there',
      hypothetical: true,
    },
  ],
};

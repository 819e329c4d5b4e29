import type { Venue } from './venue.ts';

const DOCS = 'https://docs.vertexprotocol.com';

/** Vertex: assets and liabilities weighted at the oracle price; liquidators take them over half-way to the weighted price. */
export const vertex: Venue = {
  name: 'vertex',
  aliases: [],
  title: 'Vertex perpetuals',
  date: '2023-12-01',
  tiers: { '*': [{ from: 0, maintenance: 0.05, initial: 0.1 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'takeover' },
  backstop: null,
  contract: 'mark-notional',
  facts: [
    { what: 'liquidated below a maintenance health of 0: what is held counts at oracle × weight', source: DOCS, hypothetical: false },
    { what: 'a liquidator takes over at oracle × (1 + weight) / 2', source: DOCS, hypothetical: false },
    { what: 'maintenance weights 0.95 and 1.05, that is 5 %', source: 'the weights of the worked example', hypothetical: true },
    { what: 'initial 10 %, for every asset and size', source: 'round figures', hypothetical: true },
    {
      what: 'the oracle price moves once a second; liquidators take the whole position at once',
      source: 'their capital is not modelled',
      hypothetical: true,
    },
  ],
};

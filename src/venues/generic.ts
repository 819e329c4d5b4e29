import type { Venue } from './venue.ts';

/** A textbook venue: one rate, the last price, the whole position at once. The closed-form laws run on it. */
export const generic: Venue = {
  name: 'generic',
  aliases: ['textbook', 'simple'],
  title: 'A textbook venue',
  date: '2025-01-01',
  tiers: { '*': [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: false,
  mark: { kind: 'last', clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  facts: [
    { what: 'maintenance 1 %, initial 2 %, for every asset and size', source: 'round figures', hypothetical: true },
    { what: 'mark is the last price', source: 'the setting of the closed-form laws', hypothetical: true },
    { what: 'the whole position is closed, and there is no backstop', source: 'the setting of the closed-form laws', hypothetical: true },
  ],
};

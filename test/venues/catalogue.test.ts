import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { marginTable, VENUE_WORDS, venueNamed, VENUES } from '../../src/venues/catalogue.ts';
import { hyperliquid } from '../../src/venues/hyperliquid.ts';

describe('the catalogue', () => {
  test('finds by name and alias, in any case', () => {
    expect(venueNamed('hyperliquid')).toBe(hyperliquid);
    expect(venueNamed(' HL ')).toBe(hyperliquid);
    expect(venueNamed('nowhere')).toBeNull();
    expect(venueNamed('__proto__')).toBeNull();
  });

  test('names no word twice', () => expect(new Set(VENUE_WORDS).size).toBe(VENUE_WORDS.length));

  test('tables are by asset; the star is for any other', () => {
    const [generic] = VENUES;
    if (generic === undefined) throw new Error('want a venue');
    expect(marginTable(generic, 'XYZ')).toEqual([{ from: 0, maintenance: 0.01, initial: 0.02 }]);
    expect(marginTable(hyperliquid, 'btc')).toHaveLength(2);
    expect(marginTable(hyperliquid, 'XYZ')).toBeNull();
    expect(marginTable(hyperliquid, 'toString')).toBeNull();
  });

  test.each(VENUES.map((venue) => [venue.name, venue] as const))('%s is dated, sourced and in order', (_, venue) => {
    expect(venue.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(venue.facts.length).toBeGreaterThan(2);
    for (const fact of venue.facts) {
      expect(fact.source.length).toBeGreaterThan(3);
      if (!fact.hypothetical) expect(fact.source).toMatch(/^https:\/\//);
    }
    for (const tiers of Object.values(venue.tiers)) {
      expect(tiers[0]?.from).toBe(0);
      for (const [k, tier] of tiers.entries()) {
        expect(tier.initial).toBeGreaterThanOrEqual(tier.maintenance);
        const before = tiers[k - 1];
        if (before !== undefined)
          expect(tier.from > before.from && tier.maintenance >= before.maintenance && tier.initial >= before.initial).toBe(true);
      }
    }
    expect(venue.backstop === null || venue.backstop.level < 1).toBe(true);
  });

  test.each(VENUES.filter((venue) => venue.ladder !== undefined).map((venue) => [venue.name, venue] as const))(
    '%s: the ladder agrees with the rule for equality and with the backstop',
    (_, venue) => {
      const ladder = venue.ladder ?? [];
      for (const step of ladder) if (step.level > 0) expect(step.orEqual).toBe(venue.equalityLiquidates);
      if (venue.backstop !== null) expect(ladder.some((step) => step.level === venue.backstop?.level)).toBe(true);
    },
  );
});

interface Vector {
  readonly id: string;
  readonly mechanism: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

describe("Hyperliquid's own worked examples", () => {
  const vectors = readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"id":"hyperliquid/'))
    .map((line) => JSON.parse(line.replace(/,\s*$/, '')) as Vector);

  test.each(
    vectors
      .filter((one) => one.mechanism === 'tiered_maintenance_margin' && /^(BTC|ETH|SOL)$/.test(String(one.inputs['asset'])))
      .map((one) => [one.id, one] as const),
  )('%s: maintenance by tiers', (_, { inputs, expected }) => {
    const table = marginTable(hyperliquid, String(inputs['asset'])) ?? [];
    const stated = inputs['tiers'] as readonly { readonly lower_bound: number; readonly max_leverage: number }[];
    expect(table.map((tier) => tier.from)).toEqual(stated.map((tier) => tier.lower_bound));
    for (const [k, tier] of table.entries()) expect(tier.initial).toBeCloseTo(1 / (stated[k]?.max_leverage ?? 1), 15);
    const tiers = tiersFromRates(table.map((tier) => ({ floor: tier.from, rate: tier.maintenance })));
    expect(requirement(tiers, Number(inputs['notional'])) / Number(expected['maintenance_margin'])).toBeCloseTo(1, 14);
  });
});

import { expect, test } from 'vitest';
import { ladderState } from '../../src/margin/ladder.ts';

const LADDER = [
  { state: 'call', level: 1.5, orEqual: true },
  { state: 'liquidation', level: 1, orEqual: false },
  { state: 'bankrupt', level: 0, orEqual: true },
];

test.each([
  [Infinity, 'healthy'],
  [1.5000001, 'healthy'],
  [1.5, 'call'],
  [1, 'call'],
  [0.9999999, 'liquidation'],
  [0, 'bankrupt'],
  [-3, 'bankrupt'],
])('an MCR of %s is %s', (coverage, state) => expect(ladderState(LADDER, coverage)).toBe(state));

test('without levels everything is healthy', () => expect(ladderState([], -1)).toBe('healthy'));

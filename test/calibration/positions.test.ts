import { describe, expect, test } from 'vitest';
import { readPositions } from '../../src/calibration/positions.ts';

const read = (text: string, asset: string | null = null, contract: number | null = null) => readPositions(text, { asset, contract });
/** So many good rows that a bad one is less than a twentieth. */
const good = (row: string, count = 40): string[] => Array.from({ length: count }, () => row);

describe('positions', () => {
  test('side, size and mark; entry and margin give the leverage at entry', () => {
    const { positions, dropped, faults } = read('side,size,mark,entry,margin\nlong,2,110,100,20\nSELL,-1,110,,11\n');
    expect(faults).toEqual([]);
    expect(dropped).toEqual({ count: 0, rows: 2, listed: [] });
    expect(positions).toEqual([
      { line: 2, side: 'long', notional: 220, leverage: 10, account: '', asset: '' },
      { line: 3, side: 'short', notional: 110, leverage: 10, account: '', asset: '' },
    ]);
  });

  test('signed notionals, a byte order mark, quoted cells, other columns and an unknown leverage', () => {
    const { positions } = read('\uFEFF"Notional",x,"Leverage"\r\n"500",1,"4"\r\n-300,2,\r\n');
    expect(positions?.map(({ side, notional, leverage }) => [side, notional, leverage])).toEqual([
      ['long', 500, 4],
      ['short', 300, null],
    ]);
  });

  test('contracts of an inverse market are worth the same at every price', () => {
    expect(read('side,size,leverage\nlong,7,3\n', null, 100).positions).toMatchObject([{ notional: 700, leverage: 3 }]);
  });

  test('of several assets the one with most notional, or the one that is named', () => {
    const text = 'user,coin,side,notional\na,BTC,long,100\nb,ETH,long,300\nb,ETH,short,20\na,BTC,short,100\n';
    expect(read(text)).toMatchObject({ asset: 'ETH', aside: [{ asset: 'BTC', positions: 2 }], repeated: 1 });
    expect(read(text, 'BTC').positions).toHaveLength(2);
    expect(read(text, 'SOL')).toMatchObject({
      positions: null,
      faults: [{ line: 1, message: 'found no open position in SOL, want one of ETH, BTC' }],
    });
  });

  test('every row that is left out is counted and located; a closed position is no fault', () => {
    const bad = ['up,5,2', 'long,x,2', 'long,-5,2', 'long,5,0', 'long,5,1001', 'long,,2', 'short,Infinity,2', 'long,0,3', ''];
    const { positions, dropped, closed } = read(['side,notional,leverage', ...good('long,5,2', 200), ...bad].join('\n'));
    expect(positions).toHaveLength(200);
    expect(closed).toBe(1);
    expect(dropped).toMatchObject({ count: 7, rows: 208 });
    expect(dropped.listed).toEqual([
      { line: 202, message: 'side: found up, want long or short' },
      { line: 203, message: 'notional: found x, want a number' },
      { line: 204, message: 'notional: found -5, want a number > 0 for a long' },
      { line: 205, message: 'leverage: found 0, want a number from 0.000001 to 1000, or nothing' },
      { line: 206, message: 'leverage: found 1001, want a number from 0.000001 to 1000, or nothing' },
      { line: 207, message: 'notional: found nothing, want a number' },
      { line: 208, message: 'notional: found Infinity, want a number' },
    ]);
    const margins = read(['side,size,entry,margin', ...good('long,5,2,1', 100), 'long,5,0,1', 'long,5,2,-1', 'long,5,2,0.001'].join('\n'));
    expect(margins.dropped.listed.map(({ message }) => message)).toEqual([
      'entry: found 0, want a price > 0',
      'margin: found -1, want a number > 0, or nothing',
      'margin: found 0.001, want a leverage from 0.000001 to 1000',
    ]);
  });

  test.each([
    ['', 'found a header without size or notional'],
    ['side,price\nlong,1', 'found a header without size or notional'],
    ['side,size\nlong,1', 'found sizes without a price'],
    ['side,level,price,qty\nbid,1,100,1\nask,1,101,1', 'found a header without size or notional'],
    ['ts,side,px,sz\n1,buy,100,1', 'found sizes without a price'],
    ['notional\n5\n6', 'found neither a column side nor a negative size'],
    ['side,notional\n', 'found no open position in 0 rows'],
    ['side,notional\nlong,0', 'found no open position in 1 rows'],
    ['side,notional\nlong,1\nup,2', 'found 1 of 2 rows unusable, want at most 5 %'],
    ['user,adl_notional,closed_pnl\na,5,6', 'found positions closed by auto-deleveraging: only winners'],
    ['time,user,liquidated_ntl_pos\n1,a,5', 'found accounts at their liquidation'],
    ['market,debt_crvusd\nweth,5', 'found debts and tokens without a price'],
    ['\u0000\u0001,,,\n"', 'found a header without size or notional'],
  ])('a file that cannot be used says why: %j', (text, message) => {
    const { positions, faults } = read(text);
    expect(positions).toBeNull();
    expect(faults.some((fault) => fault.message.includes(message))).toBe(true);
  });
});

describe('fills', () => {
  const header = 'time,user,coin,side,px,sz,crossed';
  const fills = [
    '1,a,ETH,Bid,1000,2,True',
    '2,b,ETH,Ask,1000,2,True',
    '3,a,ETH,Ask,1100,0.5,True',
    '4,b,ETH,Bid,1200,2,False',
    '5,c,ETH,Ask,1300,1,False',
    '6,a,BTC,Bid,20000,0.1,False',
  ];

  test('the net by account and asset at the last price of the asset; flat accounts are counted', () => {
    const { positions, kind, closed, aside } = read([header, ...fills].join('\n'), 'ETH');
    expect(kind).toBe('fills');
    expect(positions).toMatchObject([
      { line: 4, side: 'long', notional: 1950, leverage: null, account: 'a' },
      { line: 6, side: 'short', notional: 1300, leverage: null, account: 'c' },
    ]);
    expect(closed).toBe(1);
    expect(aside).toEqual([{ asset: 'BTC', positions: 1 }]);
  });

  test('what decimals leave of a closed position is flat', () => {
    const rows = ['1,a,X,Bid,1,0.1', '1,a,X,Bid,1,0.2', '1,a,X,Ask,1,0.3', '1,b,X,Bid,1,1'];
    expect(read([header, ...rows].join('\n'))).toMatchObject({ closed: 1, positions: [{ account: 'b' }] });
  });

  test('a fill that cannot be read is counted and located', () => {
    const bad = ['1,a,ETH,Up,1,1', '1,a,ETH,Bid,0,1', '1,a,ETH,Bid,1,-1', '1,,ETH,Bid,1,1'];
    const { dropped, positions } = read([header, ...good(fills[0] ?? '', 100), ...bad].join('\n'));
    expect(positions).toHaveLength(1);
    expect(dropped.listed).toEqual([
      { line: 102, message: 'side: found Up, want buy or sell, bid or ask' },
      { line: 103, message: 'px: found 0, want a number > 0' },
      { line: 104, message: 'sz: found -1, want a number > 0' },
      { line: 105, message: 'user: found nothing, want an account' },
    ]);
  });
});

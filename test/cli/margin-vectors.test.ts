import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { black76 } from '../../src/margin/black76.ts';
import { VENUES } from '../../src/venues/catalogue.ts';
import { differences } from '../vectors/comparison.ts';
import { readVectors } from '../vectors/file.ts';
import type { Vector } from '../vectors/file.ts';
import { capture } from './capture.ts';

/** Venues' worked examples go through an account file and the command's JSON, and have to come out as the venues print them. */

interface Level {
  readonly liquidationPrice: number | null;
  readonly bankruptcyPrice: number | null;
}
interface Item {
  readonly value: number;
  readonly mark: number;
  readonly maintenanceMargin: number;
  readonly initialMargin: number;
  readonly figures: Readonly<Record<string, number>>;
}
interface Group {
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly mcr: number | null;
  readonly liquidatable: boolean;
  readonly state: string;
  readonly prices: readonly Level[];
  readonly positions: readonly Item[];
  readonly grid: {
    readonly scenarios: readonly { readonly profit: number; readonly counted: number }[];
    readonly worstLoss: number;
    readonly maintenanceCharge: number;
    readonly basisLoss: number;
  };
  readonly figures: Readonly<Record<string, number>>;
}

type In = Readonly<Record<string, never>>;
type Account = Readonly<Record<string, unknown>>;
/** What a vector's inputs are as an account, and where its expected values stand in the answer. */
interface Example {
  readonly account: (inputs: In) => Account;
  readonly answer: (group: Group, inputs: In) => Readonly<Record<string, unknown>>;
}

const level = (group: Group): Level => group.prices[0] as Level;
const item = (group: Group, i = 0): Item => group.positions[i] as Item;
const price =
  (name: string) =>
  (group: Group): Readonly<Record<string, unknown>> => ({ [name]: level(group).liquidationPrice });
const stated = (inputs: In, key: string, otherwise: unknown): unknown => (Object.hasOwn(inputs, key) ? inputs[key] : otherwise);

/** An isolated position of an asset that only the vector knows. */
const isolated =
  (venue: string) =>
  (inputs: In): Account => ({
    venue,
    prices: { X: inputs['entry'] },
    positions: [
      {
        asset: 'X',
        side: stated(inputs, 'side', 'long'),
        size: stated(inputs, 'size', 1),
        entry: inputs['entry'],
        maintenance: inputs['mmr'],
        deduction: stated(inputs, 'cum', 0),
        ...(Object.hasOwn(inputs, 'wallet_balance') ? { collateral: inputs['wallet_balance'] } : { leverage: inputs['leverage'] }),
      },
    ],
  });

const subaccount = (inputs: In): Account => {
  const positions = inputs['positions'] as readonly In[];
  return {
    venue: 'dydx-v4',
    prices: Object.fromEntries(positions.map((one) => [String(one['market']).replace('-USD', ''), one['oracle_price']])),
    cash: inputs['usdc_balance'],
    positions: positions.map((one) => ({
      asset: String(one['market']).replace('-USD', ''),
      size: one['size'],
      entry: 'booked',
      maintenance: one['mmf'],
      initial: one['imf'],
    })),
  };
};

/** Options of Derive's vectors. */
const expiries = (inputs: In, keys: { seconds: string; forward: string; fixed: string }): readonly Account[] =>
  (inputs['expiries'] as readonly In[]).flatMap((one) =>
    (one['options'] as readonly In[]).map((option) => ({
      asset: 'ETH',
      type: option['is_call'] ? 'call' : 'put',
      strike: option['strike'],
      expiry: `${String(one[keys.seconds])}s`,
      size: option['amount'],
      volatility: option['vol'],
      forward: one[keys.forward],
      fixed: stated(one, keys.fixed, 0),
      rate: stated(one, 'rate', 0),
    })),
  );

const perpetual = (size: number, mark: number, profit: number): readonly Account[] =>
  size === 0 ? [] : [{ asset: 'ETH', size, mark, entry: mark - profit / size }];

const held = (amount: number, weight: Account): readonly Account[] => (amount === 0 ? [] : [{ asset: 'ETH', amount, ...weight }]);

const net = (group: Group): Readonly<Record<string, unknown>> => ({
  mark_to_market: group.equity,
  maintenance_margin: group.equity - group.maintenanceMargin,
  initial_margin: group.equity - group.initialMargin,
});

/** The volatility at which an option is worth what a vector says it is. */
function impliedVolatility(call: boolean, forward: number, strike: number, value: number): number {
  let [low, high] = [0, 50];
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (black76(call, forward, strike, middle, 1) < value) low = middle;
    else high = middle;
  }
  return high;
}

const PMRM_TEST = {
  charges: { maintenance: 0.02, initial: 0 },
  portfolio: {
    scenarios: [15, 10, 5, 0, -5, -10, -15].flatMap((percent) =>
      ['up', 'none', 'down'].map((volatility) => ({ move: `${percent}%`, volatility })),
    ),
    volatility: { up: 0.45, down: 0.3, shortPower: 0.3, longPower: 0.13, floor: 86_400, leastUp: 0 },
    basis: { up: '5%', down: '-5%', add: 0.25, multiple: 0.01 },
    factor: { maintenance: 1, initial: 1.3 },
    discount: { long: { base: 0.95, multiple: 4, add: 0.05 }, short: 'none' },
    nakedShort: { maintenance: 0.01, initial: 0 },
  },
};

const SRM_TEST = {
  standard: {
    option: { most: 0.15, least: 0.1, call: 0.075, put: 0.075, putValue: 0.075, putInitial: 1.05 },
    unpaired: { maintenance: 1.1, initial: 1.2 },
    perpetual: { maintenance: 0.05, initial: 0.065 },
    collateral: { maintenance: 0.1, initial: 1 },
  },
};

const EXAMPLES: Readonly<Record<string, Example>> = {
  'hyperliquid/liquidation_price': {
    account: (inputs) => ({
      venue: 'hyperliquid',
      prices: { X: inputs['entry_price'] },
      positions: [
        {
          asset: 'X',
          side: inputs['side'],
          size: inputs['size'],
          entry: inputs['entry_price'],
          collateral: inputs['isolated_margin'],
          maintenance: inputs['maintenance_rate'],
        },
      ],
    }),
    answer: price('liquidation_price'),
  },
  'binance-usdm/isolated_liquidation_price': { account: isolated('binance'), answer: price('liquidation_price') },
  'binance-usdm/cross_liquidation_price': {
    account: (inputs) => {
      const positions = inputs['positions'] as readonly In[];
      // The asset that is asked for comes first.
      const [first, ...others] = [...positions].sort(
        (a, b) => Number(b['symbol'] === inputs['target']) - Number(a['symbol'] === inputs['target']),
      );
      const both = positions.filter((one) => one['symbol'] === inputs['target']).length > 1;
      return {
        venue: 'binance-usdm',
        prices: Object.fromEntries(positions.map((one) => [one['symbol'], one['mark']])),
        cash: inputs['wallet_balance'],
        positions: [first, ...others].map((one) => ({
          asset: one?.['symbol'],
          side: one?.['side'],
          size: one?.['size'],
          entry: one?.['entry'],
          ...(both ? { mark: one?.['mark'] } : {}),
          maintenance: one?.['mmr'],
          deduction: stated(one as In, 'cum', 0),
        })),
      };
    },
    answer: (group, inputs) => {
      const [, ...others] = group.positions;
      const same = (inputs['positions'] as readonly In[]).filter((one) => one['symbol'] === inputs['target']).length;
      return {
        liquidation_price: level(group).liquidationPrice,
        ...(same === 1
          ? {
              other_maintenance_margin: others.reduce((sum, one) => sum + one.maintenanceMargin, 0),
              other_unrealized_pnl: others.reduce((sum, one) => sum + one.value, 0),
            }
          : {}),
      };
    },
  },
  'binance-coinm/maintenance_margin': {
    account: (inputs) => ({
      venue: 'binance-coinm',
      prices: { BTC: inputs['mark'] },
      collateral: [{ asset: 'BTC', amount: 1 }],
      positions: [
        { asset: 'BTC', size: inputs['contracts'] * inputs['contract_value_usd'], entry: inputs['mark'], maintenance: inputs['mmr'] },
      ],
    }),
    answer: (group) => ({ maintenance_margin_btc: group.maintenanceMargin }),
  },
  'binance-pm/futures_maintenance': {
    account: (inputs) => {
      const coin = inputs['coin_leg'] as In;
      const rate = { maintenance: inputs['mmr'] };
      return {
        venue: 'binance-pm',
        prices: { BTC: coin['mark'] },
        cash: 10_000,
        positions: [
          ...(inputs['legs'] as readonly (readonly [number, number])[]).map(([size, mark]) => ({
            asset: 'BTC',
            size,
            mark,
            entry: mark,
            ...rate,
          })),
          { asset: 'BTC', contract: 'inverse', size: coin['qty_usd'], entry: coin['entry'], ...rate },
        ],
      };
    },
    answer: (group) => ({
      mm_usdt: item(group, 0).maintenanceMargin + item(group, 1).maintenanceMargin,
      coin_mm_btc: item(group, 2).maintenanceMargin / item(group, 2).mark,
      coin_pnl_btc: item(group, 2).value / item(group, 2).mark,
    }),
  },
  'bybit/isolated_liquidation_price': { account: isolated('bybit'), answer: price('liquidation_price') },
  'bybit/inverse_isolated_liquidation_price': {
    account: (inputs) => ({
      venue: 'bybit',
      prices: { BTC: inputs['entry'] },
      positions: [
        {
          asset: 'BTC',
          contract: 'inverse',
          side: inputs['side'],
          size: inputs['qty_usd'],
          entry: inputs['entry'],
          leverage: inputs['leverage'],
          maintenance: inputs['mmr'],
        },
      ],
    }),
    answer: (group) => ({
      initial_margin_btc: group.figures['collateral'],
      maintenance_margin_btc: group.maintenanceMargin,
      liquidation_price: level(group).liquidationPrice,
    }),
  },
  'bybit/inverse_cross_liquidation_price': {
    account: (inputs) => ({
      venue: 'bybit',
      prices: { BTC: inputs['entry'] },
      collateral: [{ asset: 'BTC', amount: inputs['balance_btc'] }],
      orders: inputs['order_margin'],
      positions: [{ asset: 'BTC', contract: 'inverse', size: inputs['qty_usd'], entry: inputs['entry'], maintenance: inputs['mmr'] }],
      rules: { closingFee: inputs['taker_fee'] },
    }),
    answer: (group) => ({ liquidation_price_raw: level(group).liquidationPrice, bankruptcy_price: level(group).bankruptcyPrice }),
  },
  'gate-okx/isolated_liquidation_price': { account: isolated('gate-okx'), answer: price('liquidation_price') },
  'kucoin/isolated_liquidation_price': { account: isolated('kucoin'), answer: price('liquidation_price') },
  'kraken-futures/inverse_liquidation_price': {
    account: (inputs) => ({
      venue: 'kraken-futures',
      prices: { BTC: inputs['entry'] },
      positions: [
        {
          asset: 'BTC',
          side: stated(inputs, 'side', 'long'),
          size: inputs['qty_usd'],
          entry: inputs['entry'],
          collateral: inputs['margin_btc'],
          maintenance: inputs['mm_rate'],
          initial: inputs['im_rate'],
        },
      ],
    }),
    answer: (group) => ({
      initial_margin_btc: group.initialMargin,
      maintenance_margin_btc_at_entry: group.maintenanceMargin,
      liquidation_price: level(group).liquidationPrice,
      bankruptcy_price: level(group).bankruptcyPrice,
    }),
  },
  'bitmex/adl_ranking': {
    // A position whose entry is so many per cent away, and whose bankruptcy price is that of the vector.
    account: (inputs) => {
      const entry = inputs['mark_value'] / (1 + inputs['pnl_pct']);
      return {
        venue: 'bitmex',
        prices: { BTC: inputs['mark_value'] },
        positions: [{ asset: 'BTC', contract: 'linear', size: 1, entry, collateral: Math.max(1e-13, entry - inputs['bankrupt_value']) }],
      };
    },
    answer: (group) => ({ rank: group.figures['deleveragingScore'] }),
  },
  'dydx-v4/bankruptcy_price': {
    account: subaccount,
    answer: (group, inputs) => {
      const positions = inputs['positions'] as readonly In[];
      const closed = Math.max(
        0,
        positions.findIndex((one) => one['market'] === stated(inputs, 'close_market', one['market'])),
      );
      return {
        quote_delta_quantums: Math.round(
          (item(group, closed).figures['closingBankruptcyPrice'] ?? NaN) * (positions[closed] as In)['size'] * 1e6,
        ),
      };
    },
  },
  'dydx-v4/is_liquidatable': { account: subaccount, answer: (group) => ({ is_liquidatable: group.liquidatable }) },
  'dydx-v4/liquidation_price': {
    account: (inputs) => ({
      venue: 'dydx-v4',
      prices: { ETH: inputs['oracle_price'] },
      cash: inputs['quote_balance'],
      positions: [{ asset: 'ETH', size: inputs['size'], entry: 'booked', maintenance: inputs['mmf'], initial: 2 * inputs['mmf'] }],
    }),
    answer: price('liquidation_price'),
  },
  'paradex/account_value': {
    account: (inputs) => ({
      venue: 'paradex',
      prices: { X: inputs['mark'] },
      cash: inputs['collateral'],
      positions: [{ asset: 'X', size: inputs['size'], entry: inputs['entry'], initial: inputs['imf'] }],
    }),
    answer: (group) => ({ initial_margin: group.initialMargin, unrealized_pnl: item(group).value, account_value: group.equity }),
  },
  'vertex/liquidation_price': {
    account: (inputs) => ({
      venue: 'vertex',
      prices: { X: inputs['oracle'] },
      cash: 10_000,
      positions: [
        { asset: 'X', side: Object.hasOwn(inputs, 'maintenance_asset_weight') ? 'long' : 'short', size: 1, entry: inputs['oracle'] },
      ],
    }),
    answer: (group) => ({ liquidation_price: item(group).figures['takeoverPrice'] }),
  },
  'drift/size_discount_asset_weight': {
    account: (inputs) => ({
      venue: 'drift',
      prices: { X: 1 },
      collateral: [{ asset: 'X', amount: inputs['size'], weight: inputs['asset_weight'], sizeFactor: inputs['imf_factor'] }],
    }),
    answer: (group) => ({ asset_weight_1e4: Math.round((item(group).figures['weight'] ?? NaN) * 1e4) }),
  },
  'gmx-v2/liquidatable': {
    account: (inputs) => {
      const entry = stated(inputs, 'entry', stated(inputs, 'entry_price', 0)) as number;
      return {
        venue: 'gmx-v2',
        prices: { ETH: inputs['price'] },
        positions: [
          {
            asset: 'ETH',
            side: stated(inputs, 'side', 'long'),
            size: inputs['size_usd'] / entry,
            entry,
            maintenance: inputs['min_collateral_factor'],
            leastMargin: stated(inputs, 'min_collateral_usd', 0),
            collateral: Object.hasOwn(inputs, 'collateral_eth') ? `${String(inputs['collateral_eth'])} ETH` : inputs['collateral_value'],
          },
        ],
      };
    },
    answer: (group) => ({ liquidatable: group.liquidatable, remaining_collateral: group.figures['remainingCollateral'] }),
  },
  'synthetix-v3/required_margins': {
    account: (inputs) => ({
      venue: 'synthetix-v3',
      prices: Object.fromEntries((inputs['positions'] as readonly In[]).map((one, i) => [`X${i}`, one['price']])),
      cash: inputs['collateral'],
      positions: (inputs['positions'] as readonly In[]).map((one, i) => {
        return {
          asset: `X${i}`,
          size: one['size'],
          // Half of the premium that it left in a market without skew.
          entry: one['price'] * (1 + one['size'] / one['skew_scale'] / 2),
          skew: { scale: one['skew_scale'], fraction: one['initial_margin_fraction'] },
          initial: one['min_initial_margin_ratio'],
          maintenance: one['min_initial_margin_ratio'] * one['maintenance_scalar'],
          leastMargin: one['min_position_margin'],
        };
      }),
      rules: { reward: { share: inputs['liquidation_reward_ratio'], most: inputs['max_liquidation_reward'] } },
    }),
    answer: (group) => ({
      initial_margin_ex_reward: group.initialMargin - (group.figures['keeperReward'] ?? NaN),
      maintenance_margin_ex_reward: group.maintenanceMargin - (group.figures['keeperReward'] ?? NaN),
      max_liquidation_reward: group.figures['keeperReward'],
      available_margin: group.equity,
      withdrawable_margin: group.figures['withdrawable'],
    }),
  },
  'deribit/standard_margin_perp': {
    account: (inputs) => ({
      venue: 'deribit',
      prices: { [String(inputs['instrument']).split('_')[0] ?? '']: inputs['price'] },
      collateral: [{ asset: String(inputs['instrument']).split('_')[0], amount: 1 }],
      positions: [{ asset: String(inputs['instrument']).split('_')[0], size: inputs['size'] * inputs['price'], entry: inputs['price'] }],
    }),
    answer: (group, inputs) => {
      // The last one is the maintenance of the contract that the others open.
      const coin =
        inputs['base_rate'] === 0.02 && String(inputs['instrument']).startsWith('SOL') ? group.maintenanceMargin : group.initialMargin;
      return { rate: coin / inputs['size'], margin_coin: coin, margin_usd: coin * inputs['price'] };
    },
  },
  'deribit/standard_margin_option': {
    account: (inputs) => {
      const call = (inputs['strike'] as number) < 60_000;
      const forward = inputs['underlying'] as number;
      return {
        venue: 'deribit',
        prices: { BTC: forward },
        collateral: [{ asset: 'BTC', amount: 10 }],
        options: [
          {
            asset: 'BTC',
            type: call ? 'call' : 'put',
            strike: inputs['strike'],
            expiry: '365d',
            size: inputs['size'],
            volatility: impliedVolatility(call, forward, inputs['strike'], inputs['mark_btc'] * forward),
          },
        ],
      };
    },
    // The calculator’s requirement is compared with an equity that holds the option’s value, the venue’s with one that does not.
    answer: (group) => {
      const value = group.equity - 10;
      return { initial_margin_btc: group.initialMargin - value, maintenance_margin_btc: group.maintenanceMargin - value };
    },
  },
  'deribit/portfolio_margin': {
    account: (inputs) => ({
      venue: 'deribit',
      regime: 'portfolio',
      prices: { BTC: inputs['index'] },
      collateral: [{ asset: 'BTC', amount: 1 }],
      orders: inputs['mmp_margin'] + inputs['open_orders_margin'],
      positions: (inputs['positions'] as readonly In[]).map((one) => ({
        asset: 'BTC',
        mark: one['mark'],
        entry: one['mark'],
        size: one['size_btc'] * one['mark'],
      })),
    }),
    answer: (group) => ({
      aggregated: group.grid.scenarios.slice(0, 9).map((scenario) => scenario.counted),
      worst_case: group.grid.worstLoss,
      roll_shock: group.grid.maintenanceCharge,
      risk_matrix_margin: group.grid.worstLoss + group.grid.maintenanceCharge,
      initial_margin: group.initialMargin,
      maintenance_margin: group.maintenanceMargin,
    }),
  },
  'derive-srm/standard_margin': {
    account: (inputs) => {
      const [market] = inputs['markets'] as readonly [In];
      return {
        venue: 'derive-srm',
        prices: { ETH: market['spot'] },
        cash: inputs['cash'],
        positions: perpetual(market['perp_size'], market['perp_price'], market['perp_pnl']),
        options: expiries(market, { seconds: 'seconds', forward: 'forward', fixed: 'none' }),
        collateral: held(market['base'], {}),
        rules: SRM_TEST,
      };
    },
    answer: net,
  },
  'derive-pmrm-v1/portfolio_margin': {
    account: (inputs) => ({
      venue: 'derive-pmrm-v1',
      prices: { ETH: inputs['spot'] },
      cash: inputs['cash'],
      positions: perpetual(inputs['perp_size'], inputs['perp_price'], inputs['perp_value']),
      options: expiries(inputs, { seconds: 'sec', forward: 'fv', fixed: 'ff' }),
      collateral: held(inputs['base'], { weight: '98%', initialWeight: '98%' }),
      rules: PMRM_TEST,
    }),
    answer: net,
  },
  'derive-pmrm-v2/portfolio_margin': {
    account: (inputs) => ({
      venue: 'derive-pmrm-v2',
      prices: { ETH: inputs['spot'] },
      stablePrice: inputs['stable_price'],
      cash: inputs['cash'],
      positions: perpetual(inputs['perp_size'], inputs['perp_price'], inputs['perp_unrealised_plus_funding']),
      options: expiries(inputs, { seconds: 'seconds', forward: 'forward_variable', fixed: 'forward_fixed' }),
    }),
    answer: (group) => ({
      ...net(group),
      basis_contingency: group.grid.basisLoss,
      scenario_pnls: group.grid.scenarios.map((scenario) => scenario.profit),
    }),
  },
  'cme-span/futures_scenarios': {
    account: (inputs) => ({
      venue: 'cme-span',
      // A scan range of 30 % of the price.
      prices: { X: inputs['price_scan_range'] / 0.3 },
      positions: [{ asset: 'X', size: 1, entry: inputs['price_scan_range'] / 0.3 }],
    }),
    answer: (group) => ({
      loss_at_down_full: -(group.grid.scenarios[12]?.profit ?? NaN),
      loss_at_extreme_down: -(group.grid.scenarios[15]?.profit ?? NaN),
    }),
  },
  'occ-tims/price_points': {
    account: (inputs) => ({
      venue: 'occ-tims',
      prices: { X: inputs['price'] },
      positions: [{ asset: 'X', size: inputs['shares'], entry: inputs['price'] }],
      rules: {
        portfolio: {
          scenarios: [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((k) => ({
            move: k < 0 ? (inputs['down'] * -k) / 5 : (inputs['up'] * k) / 5,
          })),
        },
      },
    }),
    answer: (group) => ({ requirement: group.maintenanceMargin }),
  },
  'occ-tims/minimum_charge': {
    account: (inputs) => ({
      venue: 'occ-tims',
      prices: { X: 1 },
      options: [
        { asset: 'X', type: 'call', strike: 1e6, expiry: 0, size: -inputs['contracts'], multiplier: inputs['multiplier'], volatility: 0 },
      ],
    }),
    answer: (group) => ({ minimum: group.maintenanceMargin }),
  },
  'aave-v3/health_factor': {
    account: (inputs) => ({
      venue: 'aave-v3',
      prices: { X: 1 },
      loans: [
        {
          collateral: (inputs['collateral'] as readonly In[]).map((one) => ({
            asset: 'X',
            amount: one['value'],
            threshold: one['liquidation_threshold'],
          })),
          debt: inputs['debt'],
        },
      ],
    }),
    answer: (group) => ({ health_factor: group.figures['healthFactor'] }),
  },
  'aave-v3/close_factor': {
    account: (inputs) => ({
      venue: 'aave-v3',
      prices: { X: 1 },
      loans: [
        {
          collateral: [
            {
              asset: 'X',
              amount: inputs['collateral_usd'],
              threshold: (inputs['health_factor'] * inputs['debt_usd']) / inputs['collateral_usd'],
            },
          ],
          debt: inputs['debt_usd'],
        },
      ],
    }),
    answer: (group) => ({ close_factor: group.figures['closeFactor'] }),
  },
  'compound-v3/is_liquidatable': {
    account: (inputs) => ({
      venue: 'compound-v3',
      prices: { X: inputs['price'] },
      loans: [
        {
          collateral: [{ asset: 'X', amount: inputs['collateral'], threshold: inputs['liquidate_collateral_factor'] }],
          debt: inputs['debt'],
        },
      ],
    }),
    answer: (group) => ({ liquidatable: group.liquidatable }),
  },
  'maker-liq2/bark': {
    account: (inputs) => ({
      venue: 'maker-liq2',
      prices: { ETH: inputs['price'] },
      loans: [{ collateral: [{ asset: 'ETH', amount: inputs['ink'], threshold: 1 / inputs['mat'] }], debt: inputs['art'] }],
    }),
    answer: (group) => ({ unsafe: group.liquidatable }),
  },
  'liquity-v1/liquidation_mode': {
    account: (inputs) => ({
      venue: 'liquity-v1',
      prices: { ETH: 1 },
      loans: [
        {
          collateral: [{ asset: 'ETH', amount: inputs['icr'] * inputs['debt'] }],
          debt: inputs['debt'],
          system: { ratio: inputs['tcr'], pool: inputs['stability_pool'] },
        },
      ],
    }),
    answer: (group) => ({
      mode:
        { 'offset-and-redistribute': 'offset+redistribute', 'capped-offset': 'capped_offset' }[String(group.figures['liquidation'])] ??
        group.figures['liquidation'],
    }),
  },
  'crvusd/create_loan_bands': {
    account: (inputs) => ({
      venue: 'crvusd',
      prices: { X: inputs['base_price'] },
      loans: [
        {
          collateral: [{ asset: 'X', amount: inputs['collateral'] }],
          debt: inputs['debt'],
          bands: { count: inputs['bands'], basePrice: inputs['base_price'] },
        },
      ],
    }),
    answer: ({ figures }) => ({
      n1: figures['firstBand'],
      n2: figures['lastBand'],
      p_up: figures['softLiquidationFrom'],
      p_down: figures['softLiquidationTo'],
      health_not_full: figures['health'],
    }),
  },
};

/** Why a vector of a mechanism above cannot be an account: it states what is no part of one. */
function isAccount({ venue, mechanism, inputs, id }: Vector): boolean {
  const all = inputs as In;
  const doubts = (value: unknown): boolean => typeof value === 'number' && value !== 1;
  const sure = (list: unknown, keys: readonly string[]): boolean =>
    (list as readonly In[]).every((one) => !keys.some((key) => doubts(one[key])));
  switch (`${venue}/${mechanism}`) {
    case 'derive-srm/standard_margin': {
      const markets = all['markets'] as readonly In[];
      return (
        markets.length === 1 &&
        !doubts(all['stable_price']) &&
        sure(markets, ['spot_conf', 'perp_conf']) &&
        sure((markets[0] as In)['expiries'], ['conf'])
      );
    }
    case 'derive-pmrm-v1/portfolio_margin':
      return !doubts(all['stable']) && !doubts(all['min_conf']) && sure(all['expiries'], ['conf']);
    case 'derive-pmrm-v2/portfolio_margin': {
      const own = vectors.find((one) => one.id.endsWith('test_1_collateral_cash_only'))?.inputs['parameters'];
      return (
        (all['collaterals'] as readonly unknown[]).length === 0 &&
        JSON.stringify(all['parameters']) === JSON.stringify(own) &&
        sure([all], ['min_confidence', 'spot_confidence']) &&
        sure(all['expiries'], ['min_confidence']) &&
        (all['expiries'] as readonly unknown[]).length + all['perp_size'] !== 0
      );
    }
    case 'dydx-v4/liquidation_price':
      return Object.hasOwn(all, 'quote_balance');
    case 'dydx-v4/is_liquidatable':
      return (all['positions'] as readonly unknown[]).length > 0;
    case 'dydx-v4/bankruptcy_price': {
      const positions = all['positions'] as readonly In[];
      const closed = positions.find((one) => one['market'] === stated(all, 'close_market', one['market'])) as In;
      return all['delta_size'] === -closed['size'] && positions.every((one) => one['mmf'] > 0);
    }
    case 'compound-v3/is_liquidatable':
      return all['liquidate_collateral_factor'] < 1;
    case 'deribit/portfolio_margin':
      return all['currency'] === 'BTC';
    case 'maker-liq2/bark':
      return Object.hasOwn(all, 'mat');
    case 'drift/size_discount_asset_weight':
      return true;
    default:
      return id !== '';
  }
}

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginfall-margin-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers of at most the 15 digits that a file may hold; JSON is YAML. */
const fifteen = (_: string, value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(15)) : value);

async function answerTo(account: Account): Promise<Group> {
  const path = join(folder, 'account.yaml');
  writeFileSync(path, JSON.stringify(account, fifteen));
  const { status, out, err } = await capture('margin', path, '--json');
  expect(err).toBe('');
  expect(status).toBe(0);
  return (JSON.parse(out) as { readonly groups: readonly [Group] }).groups[0];
}

describe('published examples through an account file', () => {
  const told = vectors.filter(({ venue, mechanism }) => Object.hasOwn(EXAMPLES, `${venue}/${mechanism}`)).filter(isAccount);

  test.each(told.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
    const inputs = vector.inputs as In;
    const { account, answer } = EXAMPLES[`${vector.venue}/${vector.mechanism}`] as Example;
    const found = answer(await answerTo(account(inputs)), inputs);
    const keys = vector.verified_keys.filter((key) => Object.hasOwn(found, key));
    expect(keys.length).toBeGreaterThan(0);
    // Integers and 1e-12 are for the functions themselves: the file's text has 15 digits.
    const tolerance = vector.tolerance === 'exact' ? { rel: 1e-12, abs: 1e-12 } : vector.tolerance;
    expect(keys.flatMap((key) => differences(vector.expected[key], found[key], tolerance, key))).toEqual([]);
  });

  test('every venue has one, but for those whose examples are of auctions, other exchanges or nobody', () => {
    const seen = new Set(told.map((vector) => vector.venue));
    expect(VENUES.map((venue) => venue.name).filter((name) => !seen.has(name))).toEqual(['generic', 'derive-auction', 'okx']);
    expect(told.length).toBeGreaterThan(110);
  });

  test('conventions: MCR beside what venues print', async () => {
    const expected = (id: string): Readonly<Record<string, unknown>> => vectors.find((vector) => vector.id === id)?.expected ?? {};
    const position = { asset: 'BTC', size: 1, entry: 100_000, maintenance: '1%' };
    // OKX compares equity with maintenance and the fee of closing.
    const okx = await answerTo({
      venue: 'okx',
      prices: { BTC: 100_000 },
      cash: 1010,
      positions: [position],
      rules: { closingFee: '1bps' },
    });
    expect(okx.mcr).toBeCloseTo(expected('mcr-mapping/convention/08')['okx_margin_ratio'] as number, 12);
    const loan = await answerTo({
      venue: 'aave',
      prices: { X: 1 },
      loans: [{ collateral: [{ asset: 'X', amount: 10_000, threshold: 0.8 }], debt: 6000 }],
    });
    expect({ ...loan.figures, mcr: loan.mcr }).toMatchObject({
      healthFactor: expect.closeTo(expected('mcr-mapping/convention/04')['health_factor'] as number, 12) as unknown,
      collateralRatio: expect.closeTo(expected('mcr-mapping/convention/04')['collateral_ratio'] as number, 12) as unknown,
      loanToValue: expect.closeTo(expected('mcr-mapping/convention/04')['ltv'] as number, 12) as unknown,
      mcr: expect.closeTo(expected('mcr-mapping/convention/04')['mcr_equity_over_min_equity'] as number, 12) as unknown,
    });
  });
});

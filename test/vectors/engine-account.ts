import { GeneralLedger } from '../../src/core/general-ledger.ts';
import type { Contract, Ledger } from '../../src/core/ledger.ts';
import { CrossDesk } from '../../src/liquidation/cross-desk.ts';
import { TAKEOVERS } from '../../src/liquidation/desk.ts';
import type { Desk } from '../../src/liquidation/desk.ts';
import { EngineMarket } from '../../src/liquidation/engine-market.ts';
import { IsolatedDesk } from '../../src/liquidation/isolated-desk.ts';
import { bankruptcyMoney, ownMaintenance } from '../../src/liquidation/limits.ts';
import type { LimitedPosition } from '../../src/liquidation/limits.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import type { Tiers } from '../../src/margin/tiers.ts';
import { loanTiers } from '../../src/venues/lending.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { OrderBook } from '../../src/market/book.ts';

/** A position in one asset, in the venue's own numbers. */
export interface Holding {
  /** `spot`: a coin that counts as collateral. */
  readonly contract: PositionTerms['contract'] | 'spot';
  /** Units of the asset, > 0 long; of an inverse contract its face value in quote units. */
  readonly size: number;
  readonly entry: number;
  /** Maintenance rate, and what the tier takes off rate × notional, in quote units. */
  readonly rate: number;
  readonly deduction?: number;
  /** Of a coin: the share of its value that does not count. */
  readonly haircut?: number;
}

/** Who has accounts in the ledger. */
const [TRADER, OTHER, FUND] = [0, 1, 2];
/** Ticks of an inverse contract and quanta of its coin, as powers of ten. */
const [INVERSE_TICK, INVERSE_QUANTUM] = [3, 12];
/** Most quanta that anything here is worth: eight times that is below 2^53. */
const LARGEST = 1e15;
/** Of a size beside others: together they are counted in one quantum. */
const DIGITS = 9;

/** How an account's numbers become whole: a lot, in units of the asset, and decimals of a tick by asset; a quantum. */
interface Grid {
  readonly lot: readonly number[];
  readonly tickDecimals: readonly number[];
  readonly quantum: number;
}

/**
 * One account as a run keeps it: the ledger's whole lots, ticks and quanta on a grid as fine as they allow, behind the desk that a run asks.
 * A position by itself stands at the isolated desk, several share their collateral at the cross desk.
 */
export class EngineAccount {
  readonly #desk: Desk;
  readonly #markets: readonly EngineMarket[];
  readonly #ledger: GeneralLedger;
  readonly #grid: Grid;
  readonly #collateral: number;

  /**
   * @param collateral in the currency that the positions settle in
   * @param backstop MCR below which an only position is taken over, 0: none
   * @param threshold MCR at which the account is liquidated
   */
  constructor(holdings: readonly Holding[], collateral: number, equalityLiquidates = false, backstop = 0, threshold = 1) {
    const inverse = holdings.some(({ contract }) => contract.startsWith('inverse'));
    this.#grid = inverse ? inverseGrid(holdings) : linearGrid(holdings, collateral);
    const contracts = holdings.map(({ contract }): Contract => ({
      kind: inverse ? 'inverse' : contract === 'spot' ? 'spot' : 'linear',
      currency: 0,
      factor: inverse ? 10 ** (INVERSE_TICK + INVERSE_QUANTUM) : 1,
    }));
    this.#ledger = new GeneralLedger(3, contracts);
    this.#collateral = this.#quanta(collateral);
    this.#ledger.markets[0]!.deposit(TRADER, this.#collateral, 0);
    const entries = holdings.map(({ entry }, k) => this.#tick(entry, k));
    this.#markets = holdings.map(({ contract, rate, deduction = 0, haircut = 0, size }, k) => {
      const ledger = this.#ledger.markets[k]!;
      const lots = Math.round(size / this.#grid.lot[k]!);
      if (contract === 'spot') ledger.deposit(TRADER, 0, lots);
      else trade(ledger, lots, entries[k]!);
      const maintenance = ladder(rate, deduction / this.#grid.quantum);
      const market = new EngineMarket();
      market.open({
        exchange: new Exchange(new OrderBook({ base: 0, levels: 1024, capacity: 1 }), ledger),
        margin: {
          maintenance,
          initial: maintenance,
          threshold,
          call: 1,
          equalityLiquidates,
          maintenanceOn: contract.endsWith('entry') || contract === 'entry-notional' ? 'entry' : 'mark',
          haircut,
        },
        dynamic: null,
        depth: 0,
        scale: 1,
        startMark: entries[k]!,
        spot: contract === 'spot',
        accounts: { fund: FUND, backstop: FUND, socialised: FUND, venue: FUND, absorber: FUND, outside: OTHER },
      });
      return market;
    });
    this.#desk = holdings.length === 1 && holdings[0]!.haircut === undefined ? this.#isolated(entries[0]!, backstop) : this.#cross();
  }

  #isolated(entry: number, backstop: number): Desk {
    const desk = new IsolatedDesk(0, 3, 1);
    const place = this.#markets[0]!;
    const { margin } = place;
    desk.open({ place, margin, accounts: Int32Array.of(TRADER), entry: Float64Array.of(entry), backstop, people: {}, exactScan: true });
    return desk;
  }

  #cross(): Desk {
    const market = Uint8Array.from(this.#markets, (_, k) => k);
    return new CrossDesk({
      ledger: this.#ledger,
      markets: this.#markets,
      positions: { account: new Int32Array(market.length), market },
      home: 0,
      backstop: 0,
      exactScan: true,
    });
  }

  /** Collateral and profits at the prices of the assets, in the currency that they settle in. */
  equity(...prices: readonly number[]): number {
    return this.#money(this.#desk.equity(TRADER, this.#marks(prices)));
  }

  /** What the positions have gained since their entries. */
  profit(...prices: readonly number[]): number {
    return this.#money(this.#desk.equity(TRADER, this.#marks(prices)) - this.#collateral);
  }

  /** What is demanded at the prices. */
  maintenance(...prices: readonly number[]): number {
    const marks = this.#marks(prices);
    return this.#money(this.#ledger.markets[0]!.inQuanta(this.#desk.maintenance(TRADER, marks), marks[0]!));
  }

  /** What the position in an asset is worth, without its sign. */
  value(price: number, asset = 0): number {
    const tick = this.#tick(price, asset);
    return this.#money(this.#ledger.markets[asset]!.inQuanta(this.#markets[asset]!.notional(TRADER, tick), tick));
  }

  /** Equity over what is demanded. */
  coverage(...prices: readonly number[]): number {
    return this.#desk.coverage(TRADER, this.#marks(prices));
  }

  /** Whether the backstop takes the account over at the prices. */
  isTakenOver(...prices: readonly number[]): boolean {
    return this.#desk.isBelow(TRADER, this.#marks(prices), TAKEOVERS, false);
  }

  /** Whether a run liquidates the account at the prices. */
  isDue(...prices: readonly number[]): boolean {
    return this.#desk.isDue(TRADER, this.#marks(prices));
  }

  /** The price of an asset next to which a run liquidates the account, while those of the others stand still. */
  liquidationPrice(asset = 0, ...prices: readonly number[]): number {
    return this.#crossing(asset, prices, (marks) => this.#desk.isDue(TRADER, marks));
  }

  /** The price of an asset next to which nothing is left. */
  bankruptcyPrice(asset = 0, ...prices: readonly number[]): number {
    return this.#crossing(asset, prices, (marks) => this.#desk.isBelow(TRADER, marks, TAKEOVERS, true));
  }

  /** Closes the only position at a price; what is owed after it. */
  closeAt(price: number): number {
    const ledger = this.#ledger.markets[0]!;
    trade(ledger, -ledger.lots[TRADER]!, this.#tick(price, 0));
    return this.#money(this.#markets[0]!.waterfall.uncovered(TRADER));
  }

  /** What a run asks that a close of the position in an asset brings in at least (> 0) or costs at most (< 0), at the entries. */
  bankruptcyMoney(asset = 0): number {
    return this.#money(Number(bankruptcyMoney(this.#position(asset))));
  }

  /** The position's own part of what is demanded, at the entries. */
  ownMaintenance(asset = 0): number {
    return this.#money(ownMaintenance(this.#position(asset)));
  }

  #position(market: number): LimitedPosition {
    return { desk: this.#desk, place: this.#markets[market]!, account: TRADER, market, marks: this.#marks([]) };
  }

  /** The last tick of an asset, as a price, at which something holds: for a long the highest, for a short the lowest. */
  #crossing(asset: number, prices: readonly number[], holds: (marks: Float64Array) => boolean): number {
    const marks = this.#marks(prices);
    const long = this.#ledger.markets[asset]!.lots[TRADER]! > 0;
    let low = 0;
    let high = 8 * this.#markets[asset]!.startMark;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      marks[asset] = middle;
      if (holds(marks) === long) low = middle;
      else high = middle;
    }
    return (long ? low : high) / 10 ** this.#grid.tickDecimals[asset]!;
  }

  /**
   * How far a price of liquidation may be off because all is rounded to the grid, for rates below 4 %: a quantum a lot for each position's entry
   * and mark together, half of one for the collateral, and the tick itself.
   */
  rounding(asset: number): number {
    const { lot, tickDecimals, quantum } = this.#grid;
    const lots = this.#markets.map((_, k) => Math.abs(this.#ledger.markets[k]!.lots[TRADER]!));
    const money = (lots.reduce((sum, each) => sum + each, 0) * 1.04 + 0.5) * quantum;
    return money / (lots[asset]! * lot[asset]! * 0.96) + 1.5 / 10 ** tickDecimals[asset]!;
  }

  #marks(prices: readonly number[]): Float64Array {
    return Float64Array.from(this.#markets, ({ startMark }, k) => (prices[k] === undefined ? startMark : this.#tick(prices[k], k)));
  }

  #tick(price: number, asset: number): number {
    return Math.round(price * 10 ** this.#grid.tickDecimals[asset]!);
  }

  #quanta(money: number): number {
    return Math.round(money / this.#grid.quantum);
  }

  #money(quanta: number): number {
    return quanta * this.#grid.quantum;
  }
}

/** A loan as a run keeps it: what it has borrowed is cash below 0, and its requirement what of its collateral does not count. */
export function loanAccount(quantity: number, price: number, debt: number, liquidationThreshold: number): EngineAccount {
  const [{ maintenance }] = loanTiers({ LOAN: { loanToValue: 0, liquidationThreshold } })['LOAN']!;
  return new EngineAccount([{ contract: 'spot', size: quantity, entry: price, rate: maintenance }], -debt);
}

/** The trader buys (> 0) or sells lots at a tick. */
function trade(ledger: Ledger, lots: number, tick: number): void {
  ledger.trade(lots > 0 ? TRADER : OTHER, lots > 0 ? OTHER : TRADER, Math.abs(lots), tick);
}

/** One rate, with the amount that it takes off above the notional where it would be below 0. */
function ladder(rate: number, deduction: number): Tiers {
  return tiersFromRates(deduction === 0 ? [{ floor: 0, rate }] : [{ floor: 0, rate: 0 }, { floor: deduction / rate, rate }]); // prettier-ignore
}

function inverseGrid(holdings: readonly Holding[]): Grid {
  return { lot: holdings.map(() => 1), tickDecimals: holdings.map(() => INVERSE_TICK), quantum: 10 ** -INVERSE_QUANTUM };
}

/** All of an only position is one lot; sizes beside each other are decimal. */
function linearGrid(holdings: readonly Holding[], collateral: number): Grid {
  const lotDecimals = holdings.map(({ size }) => (holdings.length === 1 ? 0 : decimalsOf(Math.abs(size))));
  const lot = holdings.map(({ size }, k) => (holdings.length === 1 ? Math.abs(size) : 10 ** -lotDecimals[k]!));
  const unit = holdings.length === 1 ? lot[0]! : 1;
  const worth = Math.max(Math.abs(collateral), ...holdings.map(({ size, entry }) => Math.abs(size * entry))) / unit;
  const decimals = Math.floor(Math.log10(LARGEST / worth));
  return { lot, tickDecimals: lotDecimals.map((taken) => decimals - taken), quantum: unit / 10 ** decimals };
}

function decimalsOf(size: number): number {
  const digits = Number(size.toPrecision(DIGITS));
  return String(digits).split('.')[1]?.length ?? 0;
}

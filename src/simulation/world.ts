import { createLanes, derive, mix, root } from '../core/random.ts';
import type { Contract } from '../core/ledger.ts';
import { GeneralLedger } from '../core/general-ledger.ts';
import { LiquidationEngine } from '../liquidation/engine.ts';
import type { LendingParts, Surroundings } from '../liquidation/engine.ts';
import { keeperAccounts, Keepers } from '../liquidation/keepers.ts';
import type { Stakes } from '../liquidation/winners.ts';
import { listedOptions } from '../margin/portfolio-book.ts';
import type { LoanOptions } from '../liquidation/disposal.ts';
import type { KeeperOptions } from '../liquidation/keeper-options.ts';
import type { LiquidationOptions } from '../liquidation/options.ts';
import { Replenishment } from '../liquidation/replenishment.ts';
import { FundingPayment } from '../market/funding.ts';
import { accountsUnder, CROSS, homesOf, legsUnder } from '../traders/population.ts';
import { OPTIONED } from '../traders/group.ts';
import type { Population } from '../traders/population.ts';
import { CurveMarket } from './curve-market.ts';
import { thinnerDepth } from './depth.ts';
import { Behaviour } from '../traders/behaviour.ts';
import type { BehaviourOptions } from '../traders/conduct.ts';
import { MarginFloor } from './margin-floor.ts';
import { Market, marketShape } from './market.ts';
import type { MarketShape, StateArray } from './market.ts';
import type { RunOptions, RunSeed } from './options.ts';
import { seatAdversaries } from './seats.ts';
import { behaviours, contractLegs, freshMoney, reservesOf } from './reserves.ts';
import { stakesOf } from './stakes.ts';
import type { MarketTape } from './tape.ts';

/** Accounts that are no traders, after the last trader's place. */
const FUND = 0;
const BACKSTOP = 1;
const SOCIALISED = 2;
const ABSORBER = 3;
const OUTSIDE = 4;
const NOISE = 5;
/** What leveraged traders have left outside the venue. */
const RESERVES = 6;
const LENDERS = 7;
/** The venue's own money. */
const VENUE = 8;
/** Who sells options to traders who hedge. */
const OPTION_MAKER = 9;
const SYSTEM = 10;

/** Places in `cursor`: steps done; groups liquidated at the last recount; 1 while the placebo's extra lots are yet to be sold. */
const STEP = 0;
const COUNTED = 1;
const TO_SELL = 2;

/** Steps between two recounts of everybody; the run's end brings one too, a cascade's end one of those to whom anything was posted. */
const RECOUNT_EVERY = 600;

/** A copy of everything mutable, taken at a step boundary. */
export interface Snapshot {
  readonly arrays: readonly StateArray[];
}

/** Room that a world's arrays have; a world is reused for every run that fits. */
export interface WorldShape {
  readonly traders: number;
  readonly markets: readonly MarketShape[];
  /** Currency that each market settles in. */
  readonly currencies: readonly number[];
  /** Listed options, of which the ledger keeps lots beside the markets'. */
  readonly options: number;
  readonly keepers: number;
}

/** One run's terms besides its options. */
export interface RunTerms {
  readonly options: RunOptions;
  readonly population: Population;
  /** Outside price of each market in ticks at each step, steps + 1 long. */
  readonly outside: readonly Float64Array[];
  readonly seed: RunSeed;
  /** Where forced flow goes in this arm. */
  readonly route: LiquidationOptions['route'];
  /**
   * Prices of every market to play again instead of the markets themselves, which must have been opened before with the same options; only
   * where no order of this arm reaches a market.
   */
  readonly tapes: readonly MarketTape[] | null;
  /** true in the quiet arm: nobody sends an order of their own because of their margin. Absent: false. */
  readonly quiet?: boolean;
  /** true in the placebo: one extra lot is sold in every market when the first group is triggered. Absent: false. */
  readonly placebo?: boolean;
  readonly exactScan: boolean;
  /** Recount the ledger at every step. */
  readonly recountAlways: boolean;
}

/**
 * The room that a run needs: populations are rounded up to a 32nd of a power of two, so that the next replicate fits as well and counting
 * everybody passes few empty places.
 */
export function shapeOf(options: RunOptions, population: Population, starts: readonly number[]): WorldShape {
  let grain = 1;
  while (32 * grain < population.count) grain *= 2;
  const traders = grain * Math.max(1, Math.ceil(population.count / grain));
  return {
    traders,
    markets: options.markets.map((market, m) => marketShape(market, starts[m], options.step)),
    currencies: options.markets.map((market) => market.contract.currency),
    options: listedOptions(options).length,
    keepers: lendingAccounts(options),
  };
}

/** Accounts of keepers, once for loans and once for auctions of accounts, and of depositors of stability pools. */
function lendingAccounts({ liquidation: { keepers, auction }, markets }: RunOptions): number {
  if (keepers === undefined) return 0;
  return (auction === undefined ? 1 : 2) * keeperAccounts(keepers) + markets.reduce((sum, { loans }) => sum + depositsOf(loans).length, 0);
}

function depositsOf(loans: LoanOptions | undefined): readonly number[] {
  return loans?.disposal.kind === 'stability-pool' ? loans.disposal.deposits : [];
}

/** Whether a run that needs `wanted` can be played in a world made for `had`. */
export function fits(had: WorldShape, wanted: WorldShape): boolean {
  if (had.traders < wanted.traders || had.keepers < wanted.keepers) return false;
  if (had.markets.length !== wanted.markets.length || had.options !== wanted.options) return false;
  return had.markets.every((room, m) => {
    const need = wanted.markets[m];
    return (
      had.currencies[m] === wanted.currencies[m] &&
      room.accounts >= need.accounts &&
      room.levels === need.levels &&
      room.orders >= need.orders &&
      room.maxTick >= need.maxTick
    );
  });
}

/**
 * Markets with everybody in them: all mutable state of a run, in typed arrays. `open` starts a run, `advance` does one step;
 * `snapshot` and `restore` at a step boundary give the same bytes as an unbroken run.
 */
export class World {
  readonly shape: WorldShape;
  readonly markets: readonly (Market | CurveMarket)[];
  /** The markets, or tapes in their place. */
  private playing: readonly (Market | CurveMarket | MarketTape)[];
  readonly ledger: GeneralLedger;
  readonly engine: LiquidationEngine;
  /** Lanes of the run's hash. */
  readonly hash = createLanes();
  private terms!: RunTerms;
  /** What pays funding in this run; null where no market has any. */
  private payment: FundingPayment | null = null;
  /** What fills the insurance fund besides fees; null: nothing. */
  private replenishment: Replenishment | null = null;
  /** What leveraged traders do of their own accord, and where; null when they do nothing. */
  private reactions: { readonly behaviour: Behaviour; readonly floor: MarginFloor } | null = null;
  private readonly surroundings: Surroundings;
  private readonly system: number;
  private readonly cursor = new Int32Array(3);
  /** Whether somebody pays interest. */
  private lends = false;
  /** What rounding of interest moved, by market. */
  private readonly rounded: Float64Array;
  /** Largest ledger error seen. */
  private readonly error = new Float64Array(1);

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.markets = shape.markets.map((market) => (market.levels === 0 ? new CurveMarket(market) : new Market(market)));
    this.playing = this.markets;
    this.system = shape.traders;
    this.rounded = new Float64Array(shape.markets.length);
    const accounts = shape.markets.reduce((sum, market) => sum + market.accounts, shape.traders + SYSTEM + shape.keepers);
    this.ledger = new GeneralLedger(
      accounts,
      this.currencies.map((currency) => ({ kind: 'linear', currency, factor: 1 })),
    );
    this.engine = new LiquidationEngine({ traders: shape.traders, maxTicks: shape.markets.map((market) => market.maxTick) });
    this.surroundings = {
      mark: (market) => this.playing[market].look(),
      react: (market, time) => this.playing[market].react(time),
      nextLook: (market) => this.playing[market].nextLook,
      depth: (market) => thinnerDepth(this.markets[market]),
    };
  }

  /** Starts a run: everybody gets their opening balances, the first quotes are laid. */
  open(terms: RunTerms): void {
    const { options, population, outside, seed } = terms;
    const { ledger, system, markets } = this;
    this.terms = terms;
    this.playing = terms.tapes ?? this.markets;
    this.hash.set(createLanes());
    this.cursor.fill(0);
    if (terms.placebo === true) this.cursor[TO_SELL] = 1;
    this.error.fill(0);
    this.rounded.fill(0);
    this.lends = options.markets.some(({ loans, borrowing }) => (loans?.interest ?? 0) > 0 || (borrowing ?? null) !== null);
    ledger.reset([...options.markets.map((market) => market.contract), ...this.optionContracts(options)]);
    this.deposit(population, options);
    this.fundInsurance(terms);
    const deposits = this.stateDeposits(terms);
    const lending = this.lendingOf(terms);
    const bidders = this.biddersOf(terms);
    lending?.keepers.deposit(ledger.markets[0]);
    bidders?.deposit(ledger.markets[0]);
    lending?.depositors.forEach((accounts, m) => {
      depositsOf(options.markets[m].loans).forEach((deposit, k) => ledger.markets[m].deposit(accounts[k], deposit, 0));
    });
    const groups = behaviours(options.traders, population);
    const stakes =
      groups === null && options.liquidation.adl === null && options.liquidation.profitLimit === undefined
        ? null
        : stakesOf(population, options.markets, this.optionContracts(options));
    this.reactions = groups === null || stakes === null ? null : this.openReactions(terms, groups, stakes);
    ledger.open();
    this.payment = options.markets.some((market) => market.funding !== null) ? new FundingPayment(ledger.cash[0].length) : null;
    if (terms.tapes === null) this.openMarkets(terms);
    else for (const tape of terms.tapes) tape.act(0);
    const { feeTerms } = options.liquidation;
    const accounts = {
      fund: system + FUND,
      backstop: system + BACKSTOP,
      socialised: system + SOCIALISED,
      venue: system + VENUE,
      absorber: system + ABSORBER,
      outside: system + OUTSIDE,
    };
    this.engine.open({
      markets: markets.map((market, m) => ({
        exchange: market.exchange,
        margin: options.markets[m].margin,
        dynamic: options.markets[m].dynamic ?? null,
        depth: (options.markets[m].dynamic?.liquidity ?? null) === null ? 0 : thinnerDepth(market),
        scale: options.markets[m].asset.quantum / options.markets[0].asset.quantum,
        startMark: Math.round(outside[m][0]),
        spot: options.markets[m].contract.kind === 'spot',
        accounts,
        ...(feeTerms === undefined ? {} : { feeTerms }),
      })),
      options: { ...options.liquidation, route: terms.route },
      traders: population.count,
      marketOf: population.market,
      entry: population.entry,
      lending,
      bidders,
      cross: legsUnder(population, 'cross'),
      dynamic: accountsUnder(population, 'dynamic'),
      optioned: OPTIONED.flatMap((regime) => {
        const terms = options[regime] ?? null;
        return terms === null ? [] : [{ terms, positions: legsUnder(population, regime) }];
      }),
      ledger,
      keyHi: population.keyHi,
      keyLo: population.keyLo,
      people: population,
      stakes,
      root: derive(root(seed.seed, 'queue'), seed.replicate),
      exactScan: terms.exactScan,
      hash: this.hash,
    });
    this.replenishment = this.openReplenishment(options, deposits);
    const behaviour = this.reactions?.behaviour ?? null;
    this.engine.onCall = behaviour === null ? null : (account, time) => behaviour.called(account, time);
    this.engine.closing.onClose = behaviour === null ? null : (account) => behaviour.closed(account);
  }

  /** Seats the leveraged traders who do anything of their own accord, with their money outside. */
  private openReactions(
    { options, population, outside, seed, quiet = false }: RunTerms,
    groups: readonly (BehaviourOptions | null)[],
    stakes: Stakes,
  ): { readonly behaviour: Behaviour; readonly floor: MarginFloor } {
    const { ledger, engine, system, playing } = this;
    const starts = outside.map((path) => path[0]);
    const homes = homesOf(population, this.currencies);
    const reserves = reservesOf(population, groups, stakes.putIn, ledger, starts, homes);
    const fresh = freshMoney(population, groups, stakes.putIn);
    for (let i = 0; i < reserves.length; i++) {
      const outside = reserves[i] + fresh[i];
      if (outside > 0) ledger.markets[homes[i]].deposit(system + RESERVES, outside, 0);
    }
    const ranges = starts.map((start, m) => ({ start: Math.round(start), most: this.shape.markets[m].maxTick }));
    const floor = new MarginFloor({
      engine,
      ledger,
      markets: this.markets,
      prices: playing,
      marketOf: population.market,
      homeOf: homes,
      reserves: system + RESERVES,
      optionMaker: system + OPTION_MAKER,
      stakes,
    });
    return {
      behaviour: new Behaviour({
        groups,
        population: { ...population, legs: contractLegs(population, options.markets) },
        reserves,
        fresh,
        floor,
        ranges,
        seed,
        stepSeconds: options.step,
        quiet,
      }),
      floor,
    };
  }

  /** Of the markets, and after them of the listed options, which settle in the quote currency. */
  private get currencies(): readonly number[] {
    const { currencies, options } = this.shape;
    return [...currencies, ...Array.from({ length: options }, () => 0)];
  }

  /** An option is booked like lots of what it is on, at its own price. */
  private optionContracts(options: RunOptions): readonly Contract[] {
    return listedOptions(options).map(({ market }) => options.markets[market].contract);
  }

  /** What the engine has to know of loans; keepers' accounts are the last ones. */
  private lendingOf(terms: RunTerms): LendingParts | null {
    const { options, population } = terms;
    const { system, shape } = this;
    const { keepers } = options.liquidation;
    const accounts = accountsUnder(population, 'lending');
    if (accounts.length === 0) return null;
    if (keepers === undefined) throw new Error('world: found borrowers without keepers, want who liquidates loans');
    const firstAccount = this.ledger.cash[0].length - shape.keepers;
    let next = firstAccount + (options.liquidation.auction === undefined ? 1 : 2) * keeperAccounts(keepers);
    const depositors = options.markets.map(({ loans }) => Int32Array.from(depositsOf(loans), () => next++));
    return {
      accounts,
      terms: options.markets.map(({ loans }) => loans ?? null),
      keepers: this.keepersAt(firstAccount, keepers, terms),
      lenders: system + LENDERS,
      depositors,
    };
  }

  /** Who bids for accounts, after the keepers of loans. */
  private biddersOf(terms: RunTerms): Keepers | null {
    const { keepers, auction } = terms.options.liquidation;
    if (auction === undefined) return null;
    if (keepers === undefined) throw new Error('world: found an auction of accounts without keepers, want who bids');
    return this.keepersAt(this.ledger.cash[0].length - this.shape.keepers + keeperAccounts(keepers), keepers, terms);
  }

  private keepersAt(firstAccount: number, options: KeeperOptions, { options: { step }, outside, route }: RunTerms): Keepers {
    const { system } = this;
    return new Keepers({
      options,
      firstAccount,
      chainAccount: system + OUTSIDE,
      absorber: system + ABSORBER,
      outside: outside[0],
      stepSeconds: step,
      route,
    });
  }

  /** Every currency has a fund of its own, which opens with the same value at the opening price of its first market, to the nearest quantum. */
  private fundInsurance({ options, outside }: RunTerms): void {
    const { ledger, system } = this;
    const { currencies } = this.shape;
    const [first] = options.markets;
    for (let m = 0; m < currencies.length; m++) {
      if (currencies.indexOf(currencies[m]) < m) continue;
      const notional = options.liquidation.insurance * (first.asset.quantum / options.markets[m].asset.quantum);
      ledger.markets[m].cash[system + FUND] += Math.round(ledger.markets[m].inQuanta(notional, outside[m][0]));
    }
  }

  /** States the money that the venue will pay into its funds until the end; gives a deposit by market, the first of each currency only. */
  private stateDeposits({ options, outside }: RunTerms): readonly number[] {
    const { ledger, system } = this;
    const { currencies } = this.shape;
    const [first] = options.markets;
    const deposit = options.liquidation.replenishment?.deposit ?? null;
    const times = deposit === null ? 0 : Math.floor(options.steps / Math.round(deposit.every / options.step));
    return options.markets.map(({ asset }, m) => {
      if (deposit === null || currencies.indexOf(currencies[m]) < m) return 0;
      const notional = deposit.amount * (first.asset.quantum / asset.quantum);
      const money = Math.round(ledger.markets[m].inQuanta(notional, outside[m][0]));
      ledger.markets[m].deposit(system + VENUE, times * money, 0);
      return money;
    });
  }

  private openReplenishment({ liquidation: { replenishment }, step }: RunOptions, deposits: readonly number[]): Replenishment | null {
    if (replenishment === undefined) return null;
    const { engine, system } = this;
    return new Replenishment({ options: replenishment, markets: engine.markets, deposits, customers: system + OUTSIDE, stepSeconds: step });
  }

  private openMarkets({ options, outside, seed, population }: RunTerms): void {
    const { markets, ledger, system, engine } = this;
    const shared = { outside: system + OUTSIDE, noise: system + NOISE };
    let account = system + SYSTEM;
    for (let m = 0; m < markets.length; m++) {
      const market = markets[m];
      market.open(options.markets[m], outside[m], ledger.markets[m], account, shared, seed, options.step);
      if (market instanceof Market && options.markets[m].adversaries.length > 0) {
        const around = { outside: shared.outside, stepSeconds: options.step, start: outside[m][0] };
        market.seat(seatAdversaries({ market, place: m, options: options.markets[m], engine, population, ...around }));
      }
      account += markets[m].shape.accounts;
    }
  }

  private deposit(population: Population, options: RunOptions): void {
    const { cash, lots, count, market, legs } = population;
    const { markets } = this.ledger;
    const held = new Float64Array(markets.length);
    const homes = homesOf(population, this.currencies);
    for (let i = 0; i < count; i++) {
      if (market[i] === CROSS) {
        markets[homes[i]].deposit(i, cash[i], 0);
        continue;
      }
      markets[market[i]].deposit(i, cash[i], lots[i]);
      held[market[i]] += lots[i];
    }
    for (let k = 0; k < legs.account.length; k++) {
      markets[legs.market[k]].deposit(legs.account[k], 0, legs.lots[k]);
      held[legs.market[k]] += legs.lots[k];
    }
    // What listed traders hold against nobody, the outside holds; nobody owes a coin that somebody holds.
    for (let m = 0; m < held.length; m++)
      if (options.markets[m]?.contract.kind !== 'spot') this.ledger.markets[m].deposit(this.system + OUTSIDE, 0, -held[m]);
  }

  /** Does one step; returns false when the run is over. */
  advance(): boolean {
    const { options } = this.terms;
    const step = this.cursor[STEP] + 1;
    if (step > options.steps) return false;
    this.cursor[STEP] = step;
    const time = step * options.step;
    const { playing: markets, engine, hash } = this;
    const count = markets.length;
    engine.beginStep();
    if (this.reactions !== null) this.reactions.behaviour.beginStep(time);
    for (let m = 0; m < count; m++) markets[m].act(step, time);
    if (this.payment !== null) this.payFunding(step);
    if (this.lends) this.accrue(step);
    if (this.replenishment !== null) this.replenishment.act(step, this.marksNow());
    engine.renewRates(step, time, this.surroundings);
    for (let m = 0; m < count; m++) engine.evaluate(m, markets[m].look(), time, -1);
    engine.evaluateShared(time, -1);
    engine.trim();
    engine.unwind(time, options.step, this.surroundings);
    if (this.cursor[TO_SELL] === 1) this.sellExtra();
    engine.work(time, time + options.step, this.surroundings);
    if (this.reactions !== null) this.reactions.behaviour.act(time);
    for (let m = 0; m < count; m++) mix(hash, markets[m].settle());
    this.checkLedger(step);
    return true;
  }

  /** Sells the placebo's lots once somebody has been triggered, before any forced order of that moment. */
  private sellExtra(): void {
    const { engine, markets, cursor } = this;
    if (engine.waiting === 0 && engine.liquidated === 0) return;
    cursor[TO_SELL] = 0;
    for (const market of markets) market.trade(-1);
  }

  /** Whether this is a placebo in which nobody was triggered, so that it is the run itself. */
  get isUntouched(): boolean {
    return this.cursor[TO_SELL] === 1;
  }

  /** Pays what funding is due; who holds a position then has other balances, so that the engine looks at all of them anew. */
  private payFunding(step: number): void {
    for (let m = 0; m < this.markets.length; m++) {
      const perLot = this.markets[m].fundingDue(step);
      if (Number.isNaN(perLot) || this.payment === null) continue;
      this.payment.pay(this.ledger.markets[m], perLot);
      this.engine.refresh(m);
    }
  }

  /** Charges interest where it falls due. */
  private accrue(step: number): void {
    const { markets, step: seconds } = this.terms.options;
    for (let m = 0; m < markets.length; m++) {
      const { loans, borrowing = null } = markets[m];
      if (borrowing !== null && step % Math.round(borrowing.accrual / seconds) === 0)
        this.rounded[m] += this.engine.chargeBorrowing(m, this.playing[m].look(), borrowing);
      if (loans === undefined || loans.interest === 0) continue;
      const every = Math.round(loans.accrual / seconds);
      if (step % every === 0) this.rounded[m] += this.engine.accrue(m, loans.accrual);
    }
  }

  private marksNow(): Float64Array {
    return Float64Array.from(this.playing, (market) => market.look());
  }

  /** Notional paid into a market's insurance fund besides fees; NaN where it is not replenished. */
  replenished(market: number): number {
    return this.replenishment === null ? NaN : this.replenishment.paid[market];
  }

  /** What rounding of interest moved in a market, in quanta. */
  interestRounding(market: number): number {
    return this.rounded[market];
  }

  private checkLedger(step: number): void {
    const { ledger, engine, error, cursor } = this;
    const found = ledger.runningError();
    if (found > error[0]) error[0] = found;
    const { liquidated } = engine;
    const cascadeEnded = liquidated !== cursor[COUNTED] && engine.waiting === 0;
    if (cascadeEnded) cursor[COUNTED] = liquidated;
    const each = this.terms.recountAlways || step === this.terms.options.steps;
    const all = each || step % RECOUNT_EVERY === 0;
    if (!all && !cascadeEnded) return;
    const counted = all ? ledger.recount(each) : ledger.recountPosted();
    if (counted > error[0]) error[0] = counted;
  }

  /** Margin price of a market at the end of the last step, in ticks. */
  markOf(market: number): number {
    return this.playing[market].mark;
  }

  /** Steps done. */
  get step(): number {
    return this.cursor[STEP];
  }

  /** Largest imbalance that either check has found. */
  get ledgerError(): number {
    return this.error[0];
  }

  /** Notional that leveraged traders paid in, and that their own orders filled, in a market; NaN when they do nothing of their own accord. */
  voluntary(market: number): { readonly paidIn: number; readonly traded: number } {
    const floor = this.reactions?.floor;
    return floor === undefined ? { paidIn: NaN, traded: NaN } : { paidIn: floor.paidIn[market], traded: floor.traded[market] };
  }

  /** What the backstop holds in a market at the marks, as notional: its lots, and in the first market of each currency its cash and options. */
  backstopEquity(market: number, marks: Float64Array): number {
    const mark = marks[market];
    const ledger = this.ledger.markets[market];
    const account = this.system + BACKSTOP;
    const first = this.shape.currencies.indexOf(this.shape.currencies[market]) === market;
    const options = first && !ledger.inverse ? this.engine.desks.optionsWorth(account, marks) : 0;
    return ledger.worth(account, mark) - (first ? 0 : ledger.inQuote(ledger.cash[account], mark)) + options;
  }

  private state(): readonly StateArray[] {
    return [
      this.hash,
      this.cursor,
      this.error,
      this.rounded,
      ...this.ledger.state(),
      ...this.markets.flatMap((market) => [...market.state()]),
      ...this.engine.state(),
      ...(this.replenishment === null ? [] : this.replenishment.state()),
      ...(this.reactions === null ? [] : [...this.reactions.behaviour.state(), ...this.reactions.floor.state()]),
    ];
  }

  /** Copies everything mutable, between two steps. */
  snapshot(): Snapshot {
    return { arrays: this.state().map((array) => array.slice()) };
  }

  /** Goes back to a snapshot of the same run. */
  restore(snapshot: Snapshot): void {
    const arrays = this.state();
    if (arrays.length !== snapshot.arrays.length)
      throw new Error(`world: found a snapshot of ${snapshot.arrays.length} arrays, want ${arrays.length}`);
    for (let i = 0; i < arrays.length; i++) arrays[i].set(snapshot.arrays[i]);
  }
}

import type { GeneralLedger } from '../core/general-ledger.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import { BandedDesk } from './banded-desk.ts';
import { CrossDesk } from './cross-desk.ts';
import type { CrossPositions } from './cross-desk.ts';
import { CALLS } from './desk.ts';
import type { Desk } from './desk.ts';
import type { LoanOptions } from './disposal.ts';
import { DynamicDesk } from './dynamic-desk.ts';
import type { EngineMarket, EngineMarketParts } from './engine-market.ts';
import { CLOSED, HEALTHY } from './groups.ts';
import type { Groups } from './groups.ts';
import { IsolatedDesk } from './isolated-desk.ts';
import type { LiquidationOptions } from './options.ts';
import { PortfolioDesk } from './portfolio-desk.ts';

/** Who borrows. */
export interface BorrowerParts {
  /** Accounts whose position is collateral behind a debt, ascending. */
  readonly accounts: Int32Array;
  /** Terms by market; null where nothing is lent. */
  readonly terms: readonly (LoanOptions | null)[];
}

/** What a run's desks are opened with. */
export interface DeskParts {
  /** The markets that positions are held in. */
  readonly markets: readonly EngineMarketParts[];
  readonly options: Pick<LiquidationOptions, 'backstop'>;
  /** Leveraged traders are the accounts 0 … traders − 1. */
  readonly traders: number;
  /** The market of each trader's position; of positions in several none. */
  readonly marketOf: Uint8Array;
  /** Entry of each isolated position, in ticks. */
  readonly entry: Float64Array;
  /** Null: nobody borrows. */
  readonly lending: BorrowerParts | null;
  /** What cross accounts hold; without any, nothing is kept for them. */
  readonly cross: CrossPositions;
  /** Those of one market alone whose margin follows it, ascending. */
  readonly dynamic: Int32Array;
  /** Of each regime whose accounts hold options, its terms and what they hold; all list the same options. */
  readonly optioned: readonly { readonly terms: PortfolioTerms; readonly positions: CrossPositions }[];
  readonly ledger: GeneralLedger;
  /** Answer by full scans instead of by index. */
  readonly exactScan: boolean;
  /** Stands for the traders and what they start with: the same object, the same opening balances. */
  readonly people: object;
}

/** Every desk of a run's margin engine, and which one each trader is at. */
export class Desks {
  /** The isolated desks, one a market, then those whose requirement moves, those of loans, and those whose groups hold positions in several. */
  all: readonly Desk[] = [];
  /** Those of each market alone. */
  within: readonly (readonly Desk[])[] = [];
  /** Those whose groups hold positions in several. */
  shared: readonly Desk[] = [];
  private readonly markets: readonly EngineMarket[];
  private readonly groups: Groups;
  private readonly maxTicks: readonly number[];
  private readonly isolated: readonly IsolatedDesk[];
  /** The desks of loans, one a market, made when somebody first borrows there. */
  private readonly loans: (IsolatedDesk | BandedDesk | null)[];
  private moving: readonly DynamicDesk[] = [];
  /** Those whose groups hold options. */
  private optioned: readonly PortfolioDesk[] = [];
  /** Place in `all` of each trader's. */
  private readonly places: Uint8Array;

  /** `markets`: the engine's, of `maxTicks` ticks each; `groups`: the traders' groups. */
  constructor(markets: readonly EngineMarket[], groups: Groups, maxTicks: readonly number[]) {
    this.markets = markets;
    this.groups = groups;
    this.maxTicks = maxTicks;
    const traders = groups.status.length;
    this.isolated = maxTicks.map((maxTick, market) => new IsolatedDesk(market, traders, maxTick));
    this.loans = maxTicks.map(() => null);
    this.places = new Uint8Array(traders);
  }

  /** Takes in one run's terms and all positions as its ledgers have them. */
  open(parts: DeskParts): void {
    const { options, ledger, traders, marketOf, entry, lending, cross, optioned, people, exactScan } = parts;
    const { markets, isolated, places } = this;
    const backstop = (market: EngineMarket): number => (options.backstop === null ? 0 : options.backstop.level * market.margin.threshold);
    this.moving = this.openMoving(parts, backstop);
    const apart = [...this.moving, ...(lending === null ? [] : this.openLoans(parts, lending))];
    const several = isolated.length + apart.length;
    places.set(marketOf.subarray(0, traders));
    apart.forEach(({ accounts }, k) => accounts.forEach((account) => (places[account] = isolated.length + k)));
    const members = membersOf(places.subarray(0, traders), markets.length);
    for (let m = 0; m < isolated.length; m++) {
      const { margin } = markets[m];
      isolated[m].open({ place: markets[m], margin, accounts: members[m], entry, backstop: backstop(markets[m]), people, exactScan });
    }
    this.optioned = optioned.flatMap(({ terms, positions: all }) =>
      byCurrency(markets, all).map(
        ({ home, positions }) =>
          new PortfolioDesk({ terms, ledger, markets, positions, home, backstop: backstop(markets[home]), exactScan }),
      ),
    );
    const crossDesks = byCurrency(markets, cross).map(
      ({ home, positions }) => new CrossDesk({ ledger, markets, positions, home, backstop: backstop(markets[home]), exactScan }),
    );
    this.shared = [...crossDesks, ...this.optioned];
    this.shared.forEach(({ accounts }, k) => accounts.forEach((account) => (places[account] = several + k)));
    this.all = [...isolated, ...apart, ...this.shared];
    this.within = isolated.map((desk, m) => [desk, ...apart.filter(({ market }) => market === m)]);
  }

  /** Desks of the markets in which somebody's margin follows the market. */
  private openMoving({ dynamic, marketOf, markets, exactScan }: DeskParts, backstop: (market: EngineMarket) => number): DynamicDesk[] {
    return this.markets.flatMap((place, market) => {
      const accounts = dynamic.filter((account) => marketOf[account] === market && place.ledger.lots[account] !== 0);
      const { dynamic: margin, depth } = markets[market];
      if (accounts.length === 0) return [];
      if (margin === null) throw new Error(`liquidation engine: found no dynamic margin in market ${market}, want it for its accounts`);
      const maxTick = this.maxTicks[market];
      return [new DynamicDesk({ market, place, margin, accounts, backstop: backstop(place), maxTick, depth, exactScan })];
    });
  }

  /** Desks of the markets in which somebody borrows. */
  private openLoans({ marketOf, entry, people, exactScan }: DeskParts, { accounts, terms }: BorrowerParts): Desk[] {
    return this.markets.flatMap((place, market): Desk[] => {
      const own = accounts.filter((account) => marketOf[account] === market && place.ledger.lots[account] !== 0);
      const loans = terms[market];
      if (own.length === 0) return [];
      if (loans === null) throw new Error(`liquidation engine: found no terms of loans in market ${market}, want them for its accounts`);
      const { disposal, margin } = loans;
      const maxTick = this.maxTicks[market];
      if (disposal.kind === 'soft-liquidation') {
        const banded = new BandedDesk({ market, place, margin, rules: disposal.rules, accounts: own, maxTick, exactScan });
        this.loans[market] = banded;
        return [banded];
      }
      const before = this.loans[market];
      const desk = before instanceof IsolatedDesk ? before : new IsolatedDesk(market, this.groups.status.length, maxTick);
      this.loans[market] = desk;
      // No vault takes loans over.
      desk.open({ place, margin, accounts: own, entry, backstop: 0, people, exactScan });
      return [desk];
    });
  }

  /** A trader's desk. */
  of(account: number): Desk {
    return this.all[this.places[account]];
  }

  /** Place in `all` of a trader's desk. */
  placeOf(account: number): number {
    return this.places[account];
  }

  /** Whether a desk serves the loans of its market. */
  lends(desk: Desk): boolean {
    return desk.market >= 0 && desk === this.loans[desk.market];
  }

  /**
   * Lets margin that follows its market do so, at the end of a step's trading and before anybody is looked at; true when a rate may have
   * moved. `around`: the marks, and the depth of a market's thinner side, asked only for margin that follows it.
   */
  renewRates(step: number, time: number, around: { mark(market: number): number; depth(market: number): number }): boolean {
    let renewed = false;
    for (const desk of this.optioned) desk.advance(time);
    for (const desk of this.moving) {
      if (step % desk.cadence !== 0) continue;
      desk.renew(around.mark(desk.market), desk.asksDepth ? around.depth(desk.market) : 0);
      renewed = true;
    }
    return renewed;
  }

  /** A desk of the currency that options settle in. */
  private get withOptions(): PortfolioDesk | undefined {
    return this.optioned.find(({ home }) => !this.markets[home].ledger.inverse);
  }

  /** What options that an account took over are worth at the marks, in quanta of the quote currency. */
  optionsWorth(account: number, marks: Float64Array): number {
    return this.withOptions?.optionsWorth(account, marks) ?? 0;
  }

  /** What a lot of a listed option is worth at the marks, in ticks of what it is on; 0 where nothing is listed. */
  optionPrice(option: number, marks: Float64Array): number {
    return this.withOptions?.optionPrice(option, marks) ?? 0;
  }

  /** Rate of the first class of margin that follows a market; NaN where none does. */
  rateOf(market: number): number {
    return this.moving.find((desk) => desk.market === market)?.firstRate ?? NaN;
  }

  /** Largest over smallest requirement rate so far, of the market where it moved most; 1 where none moves. */
  get procyclicality(): number {
    return this.moving.reduce((most, desk) => Math.max(most, desk.procyclicality), 1);
  }

  /** Σ max(initial, call × maintenance) at the marks of the groups whose requirement is no ladder of their markets, in the engine's units. */
  demandedApart(marks: Float64Array): number {
    let sum = 0;
    for (const desk of this.moving)
      for (const account of desk.accounts) sum += desk.demanded(account, marks) * this.markets[desk.market].scale;
    for (const desk of this.optioned)
      for (const account of desk.accounts) sum += desk.demanded(account, marks) * this.markets[desk.home].scale;
    return sum;
  }

  /**
   * Σ max(0, −equity) of the groups of a market that are still open at the marks of all markets, as notional; accounts with positions in
   * several count with the first market of their currency.
   */
  latentBadDebt(market: number, marks: Float64Array): number {
    let debt = 0;
    for (const desk of this.all) {
      if (desk.home !== market) continue;
      debt += latentDebt(desk, this.groups, marks);
    }
    return debt;
  }

  /** Called groups that were never liquidated and stand above the call level at the marks. */
  curedAt(marks: Float64Array): number {
    let cured = 0;
    for (const desk of this.all) cured += curedOf(desk, this.groups, marks);
    return cured;
  }

  /** All mutable state, for snapshots. */
  state(): ReturnType<Desk['state']> {
    return this.all.flatMap((desk) => desk.state());
  }
}

// Loops over all groups of a desk, in functions of their own: run once a run, a longer one would stay uncompiled.

function latentDebt(desk: Desk, { status }: Groups, marks: Float64Array): number {
  const { accounts } = desk;
  let debt = 0;
  for (let i = 0; i < accounts.length; i++) {
    if (status[accounts[i]] !== CLOSED) debt += Math.max(0, -desk.worth(accounts[i], marks));
  }
  return debt;
}

function curedOf(desk: Desk, { called, firstTime, status }: Groups, marks: Float64Array): number {
  const { accounts } = desk;
  let cured = 0;
  for (let i = 0; i < accounts.length; i++) {
    const account = accounts[i];
    if (called[account] === 0 || firstTime[account] >= 0) continue;
    // Who closed everything itself lacks nothing.
    if (status[account] === CLOSED || (status[account] === HEALTHY && !desk.isBelow(account, marks, CALLS, false))) cured++;
  }
  return cured;
}

/** Positions by the first market that settles in their currency; listed options, which come after the markets, settle in that of quotes. */
function byCurrency(
  markets: readonly EngineMarket[],
  { account, market }: CrossPositions,
): readonly { readonly home: number; readonly positions: CrossPositions }[] {
  const quote = markets.findIndex(({ ledger }) => !ledger.inverse);
  const homeOf = (place: number): number =>
    place < markets.length ? markets.findIndex(({ ledger }) => ledger.cash === markets[place].ledger.cash) : quote;
  const homes = Int32Array.from(market, homeOf);
  return [...new Set(homes)]
    .sort((a, b) => a - b)
    .map((home) => {
      const own = [...account.keys()].filter((k) => homes[k] === home);
      return { home, positions: { account: Int32Array.from(own, (k) => account[k]), market: Uint8Array.from(own, (k) => market[k]) } };
    });
}

/** The accounts of the first desks, one a market, those without lots too, which may open a position yet. */
function membersOf(places: Uint8Array, markets: number): readonly Int32Array[] {
  return Array.from({ length: markets }, (_, m) => {
    let count = 0;
    const members = new Int32Array(places.length);
    for (let i = 0; i < places.length; i++) if (places[i] === m) members[count++] = i;
    return members.subarray(0, count);
  });
}

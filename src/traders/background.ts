import type { Root } from '../core/random.ts';
import type { Exchange } from '../market/exchange.ts';
import { Arbitrageurs } from './arbitrageurs.ts';
import type { ArbitrageurOptions } from './arbitrageurs.ts';
import { Forecasters } from './forecasters.ts';
import type { ChartistOptions, FundamentalistOptions } from './forecasters.ts';
import { Momentum } from './momentum.ts';
import type { MomentumOptions } from './momentum.ts';
import { ZeroIntelligence } from './zero-intelligence.ts';
import type { ContStoikovTalrejaOptions, SantaFeOptions } from './zero-intelligence.ts';

/** One kind of background trader besides makers and noise, in whole units. A market has each kind at most once. */
export type BackgroundOptions =
  | SantaFeOptions
  | ContStoikovTalrejaOptions
  | FundamentalistOptions
  | ChartistOptions
  | MomentumOptions
  | ArbitrageurOptions;

/** Where background traders trade. */
export interface BackgroundPlace {
  readonly exchange: Exchange;
  /** The first of `Background.accounts` accounts in a row that are theirs alone and start with nothing. */
  readonly firstAccount: number;
  /** The account of the rest of the world. */
  readonly outside: number;
  readonly stepSeconds: number;
  /** Price of this market at the start, in ticks. */
  readonly start: number;
  /** The root of all draws of a component of this market in this run. */
  readonly rootOf: (component: BackgroundOptions['kind']) => Root;
}

/** The kinds in the order in which they act and have their accounts, whatever order the options come in. */
const KINDS = ['zeroIntelligence', 'contStoikovTalreja', 'fundamentalists', 'chartists', 'momentum', 'arbitrageurs'] as const;

function accountsOf(options: BackgroundOptions): number {
  return options.kind === 'zeroIntelligence' || options.kind === 'contStoikovTalreja' ? 1 : options.count;
}

function ordersOf(options: BackgroundOptions, stepSeconds: number): number {
  switch (options.kind) {
    case 'zeroIntelligence':
    case 'contStoikovTalreja':
      return ZeroIntelligence.capacity(options);
    case 'fundamentalists':
    case 'chartists':
      return Forecasters.capacity(options, stepSeconds);
    case 'momentum':
    case 'arbitrageurs':
      return 0;
  }
}

/** A component and the root of its draws. */
interface Seated<T> {
  readonly traders: T;
  readonly root: Root;
}

/** The background traders of one market besides makers and noise: one loop a kind, none of them seeing another's draws. */
export class Background {
  private readonly flows: Seated<ZeroIntelligence>[] = [];
  private readonly forecasters: Seated<Forecasters>[] = [];
  private readonly momentum: Seated<Momentum>[] = [];
  private readonly arbitrageurs: Seated<Arbitrageurs>[] = [];

  /**
   * Seats everybody and lays the opening book of the zero-intelligence flows.
   * @throws RangeError when a kind is there twice.
   */
  constructor(options: readonly BackgroundOptions[], place: BackgroundPlace) {
    const { exchange, outside, stepSeconds, start } = place;
    let account = place.firstAccount;
    for (const kind of KINDS) {
      const [one, again] = options.filter((candidate) => candidate.kind === kind);
      if (one === undefined) continue;
      if (again !== undefined) throw new RangeError(`background traders: found ${kind} twice, want each kind at most once`);
      const root = place.rootOf(kind);
      switch (one.kind) {
        case 'zeroIntelligence':
        case 'contStoikovTalreja': {
          const traders = new ZeroIntelligence(one, exchange, account, stepSeconds);
          traders.open(root, start);
          this.flows.push({ traders, root });
          break;
        }
        case 'fundamentalists':
        case 'chartists': {
          const traders = new Forecasters(one, exchange, account, stepSeconds);
          traders.open(root, start);
          this.forecasters.push({ traders, root });
          break;
        }
        case 'momentum': {
          const traders = new Momentum(one, exchange, account, stepSeconds);
          traders.open(root, start);
          this.momentum.push({ traders, root });
          break;
        }
        case 'arbitrageurs': {
          const traders = new Arbitrageurs(one, exchange, account, outside, stepSeconds);
          traders.open(root);
          this.arbitrageurs.push({ traders, root });
          break;
        }
      }
      account += accountsOf(one);
    }
  }

  /** Ledger accounts that these traders need. */
  static accounts(options: readonly BackgroundOptions[]): number {
    return options.reduce((sum, one) => sum + accountsOf(one), 0);
  }

  /** Most orders of theirs that rest at once. */
  static orders(options: readonly BackgroundOptions[], stepSeconds: number): number {
    return options.reduce((sum, one) => sum + ordersOf(one, stepSeconds), 0);
  }

  /** Ticks that the book's window must have for their orders to stand where they want, whatever the price. */
  static window(options: readonly BackgroundOptions[]): number {
    return options.reduce((most, one) => ('reach' in one ? Math.max(most, 4 * one.reach + 2) : most), 0);
  }

  /** Sends this step's orders. `index` is the outside price and `mid` this market's, in ticks, > 0. */
  act(step: number, index: number, mid: number): void {
    for (const { traders, root } of this.flows) traders.act(root, step, mid);
    for (const { traders, root } of this.forecasters) traders.act(root, step, index, mid);
    for (const { traders, root } of this.momentum) traders.act(root, step, mid);
    for (const { traders, root } of this.arbitrageurs) traders.act(root, step, index);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [...this.flows, ...this.forecasters, ...this.momentum, ...this.arbitrageurs].flatMap(({ traders }) => [...traders.state()]);
  }
}

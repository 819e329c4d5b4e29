import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { MarketOptions } from '../../src/simulation/options.ts';
import { Makers } from '../../src/traders/makers.ts';
import { withFirstMarket } from '../scenario/only-market.ts';

/** A scenario whose market is a fragment, at a price that stands still. */
export function scenarioOf(fragment: string, price: number, tick: number): ReturnType<typeof withFirstMarket> {
  const text = `horizon: 1m
assets: [{ symbol: BTC, tick: ${tick}, lot: 0.001, driver: { kind: constant, price: ${price} }, mark: mid }]
traders:
  - { name: longs, count: 5, side: long, notional: 1e4, leverage: 2 }
  - { name: shorts, count: 5, side: short, notional: 1e4, leverage: 2 }
margin: { maintenance: 1%, initial: 2% }
${fragment}`;
  const parsed = parseExperiment(text, { path: 'fragment.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return withFirstMarket(resolvePoint(parsed.experiment, 0));
}

/** Notional in quote units that the makers of a scenario quote within a distance of the mid, [bids, asks]. */
export function quotedDepth({ asset, quotes, driver }: MarketOptions): (distance: number) => readonly [bids: number, asks: number] {
  if (quotes.kind !== 'makers' || driver.kind !== 'constant') throw new Error('want makers and a constant price');
  const { price } = driver;
  const book = new OrderBook({
    base: Math.max(0, Math.round(price) - 2 ** 19),
    levels: 2 ** 20,
    capacity: Makers.capacity(quotes.groups) + 16,
  });
  const ledger = new Ledger(2 + Makers.accounts(quotes.groups), asset.quantaPerTickLot);
  ledger.open();
  const makers = new Makers(quotes.groups, new Exchange(book, ledger), 2, 0, 1);
  makers.reset(price);
  makers.act(0, price);
  const money = price * asset.tick * asset.lot;
  return (distance) => [
    book.depth(0, Math.ceil(price * (1 - distance))) * money,
    book.depth(1, Math.floor(price * (1 + distance))) * money,
  ];
}

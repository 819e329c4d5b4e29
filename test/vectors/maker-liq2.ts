import { auctionPrice, needsReset, openAuction, openingPrice, startIncentive, take } from '../../src/liquidation/clip.ts';
import type { PriceFall } from '../../src/liquidation/clip.ts';
import { makerLiq2 } from '../../src/venues/maker-liq2.ts';
import { loanAccount } from './engine-account.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

const rules = makerLiq2.lending.assets.ETH;

function stairs(inputs: Inputs): Extract<PriceFall, { kind: 'stairs' }> {
  return { kind: 'stairs', cut: inputs.number('cut', rules.fall.cut), step: inputs.number('step', rules.fall.step) };
}

/** The opening price: stated, or the oracle's with the venue's mark-up. */
function top(inputs: Inputs): number {
  if (inputs.has('top')) return inputs.number('top');
  return openingPrice(inputs.number(inputs.has('oracle') ? 'oracle' : 'price'), inputs.number('buf', rules.buffer));
}

export const mechanisms: Mechanisms = {
  bark: (inputs) => {
    const vault = { collateral: inputs.number('ink'), normalisedDebt: inputs.number('art'), rate: inputs.number('rate', 1) };
    const price = inputs.number('price');
    const opened = openAuction(
      vault,
      price,
      {
        penaltyFactor: inputs.number('chop', rules.penaltyFactor),
        buffer: inputs.number('buf', rules.buffer),
        leastDebt: inputs.number('dust', 0),
      },
      inputs.number('hole', Infinity),
    );
    return {
      unsafe: loanAccount(
        vault.collateral,
        price,
        vault.normalisedDebt * vault.rate,
        1 / inputs.number('mat', rules.liquidationRatio),
      ).isDue(price),
      tab: opened?.owed ?? 0,
      lot: opened?.lot ?? 0,
      top: opened?.top ?? 0,
    };
  },

  start_price: (inputs) => ({ top: top(inputs) }),

  linear_decrease: (inputs) => ({
    price: auctionPrice({ kind: 'linear', duration: inputs.number('tau') }, top(inputs), inputs.number('t')),
  }),

  exponential_decrease: (inputs) => ({
    price: auctionPrice({ kind: 'exponential', cut: inputs.number('cut') }, top(inputs), inputs.number('t')),
  }),

  stairstep_exponential: (inputs) => ({ price: auctionPrice(stairs(inputs), top(inputs), inputs.number('t')) }),

  /** The first stair at which the price is no higher than that of an oracle that stands still. */
  time_to_market(inputs) {
    const fall = stairs(inputs);
    const opened = openingPrice(1, inputs.number('buf', rules.buffer));
    let seconds = 0;
    while (auctionPrice(fall, opened, seconds) > 1) seconds += fall.step;
    return { seconds };
  },

  needs_redo: (inputs) => ({
    needs_redo: needsReset(
      inputs.number('elapsed'),
      inputs.number('price_over_top'),
      inputs.number('tail', rules.longest),
      inputs.number('cusp', rules.deepest),
    ),
  }),

  kick_incentive: (inputs) => ({
    coin: startIncentive(inputs.number('tip', rules.flatIncentive), inputs.number('chip', rules.shareIncentive), inputs.number('tab')),
  }),

  take: (inputs) => {
    const owed = inputs.number('tab');
    const lot = inputs.number('lot');
    const bought = take(owed, lot, inputs.number('price'), inputs.number('amount'), inputs.number('chost', inputs.number('dust', 0)));
    return { owe: bought?.cost ?? 0, slice: bought?.bought ?? 0, tab_left: bought?.owed ?? owed, lot_left: bought?.lot ?? lot };
  },
};

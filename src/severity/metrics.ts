/** How a metric is written for people: `fraction` as per cent, `quote` as money, others as plain numbers. */
export type MetricUnit = 'fraction' | 'quote' | 'count' | 'seconds' | 'ratio';

/** One column of a run's row. */
export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly label: string;
  readonly meaning: string;
}

const metric = (name: string, unit: MetricUnit, label: string, meaning: string): Metric => ({ name, unit, label, meaning });

/** The columns of a run's row after its keys, in this order for ever: add at the end. Undefined values are NaN here and null in files. */
export const METRICS: readonly Metric[] = [
  metric(
    'drawdown',
    'fraction',
    'Drawdown (last price)',
    'largest fall of the last price (moved onto the standing quotes when they have left it) from its running peak',
  ),
  metric('drawdown_mark', 'fraction', 'Drawdown (mark)', 'largest fall of the mark from its running peak'),
  metric('drawdown_twin', 'fraction', 'Drawdown of the twin', 'the same of the last price when every forced order goes to the absorber'),
  metric('excess_drawdown', 'fraction', 'Excess drawdown', 'largest (twin price − price) / twin price at any step'),
  metric('amplification', 'ratio', 'Amplification', "drawdown / twin's drawdown; undefined when the twin's is under 0.5 %, 1 when equal"),
  metric('liquidations', 'count', 'Liquidated groups', 'margin groups that had at least one forced order or takeover'),
  metric('liquidated_notional', 'quote', 'Liquidated notional', 'forced quantity × its price, on and off the book'),
  metric('liquidated_share', 'fraction', 'Liquidated share', 'forced lots / lots held by leveraged traders at the start'),
  metric('on_book_notional', 'quote', 'Forced notional on the book', 'forced orders filled in the order book'),
  metric(
    'off_book_notional',
    'quote',
    'Forced notional off the book',
    'positions taken over at the mark, closed against winners, or routed to the absorber',
  ),
  metric('caused_share', 'fraction', 'Caused share', 'liquidated groups that the twin never liquidates / all liquidated groups'),
  metric(
    'advanced_share',
    'fraction',
    'Advanced share',
    'liquidated groups that the twin liquidates a step or more later / all liquidated groups',
  ),
  metric('generations', 'count', 'Generations', 'longest chain of process tags (1: nothing triggered anything)'),
  metric(
    'reproduction_number',
    'ratio',
    'Reproduction number',
    '1 − generation-0 liquidations / liquidations (process tags, not causes; 0 in batch mode, where no fill triggers anybody)',
  ),
  metric('duration', 'seconds', 'Duration', 'from the first to the last forced fill'),
  metric('bad_debt', 'quote', 'Bad debt', 'Σ max(0, −equity) of groups when their last lot left'),
  metric('latent_bad_debt', 'quote', 'Latent bad debt', 'Σ max(0, −equity at the mark) of groups still open at the horizon'),
  metric('backstop_notional', 'quote', 'Backstop takeovers', 'notional taken over by the backstop vault'),
  metric('backstop_loss', 'quote', 'Backstop loss at takeover', 'negative equity taken over by the backstop vault'),
  metric('backstop_pnl', 'quote', 'Backstop profit at the horizon', 'its cash and position at the last mark, against what it started with'),
  metric('insurance_used', 'quote', 'Insurance used', 'paid by the insurance fund for bad debt'),
  metric(
    'fund_income',
    'quote',
    'Fund income',
    "the insurance fund's part of liquidation fees, and margin that closed groups had left where it keeps that",
  ),
  metric(
    'adl_notional',
    'quote',
    'Auto-deleveraged notional',
    'positions of winners that gave up profit, each at the mark when it first did, or as much of them as was closed; undefined without auto-deleveraging, as the next three',
  ),
  metric('adl_accounts', 'count', 'Auto-deleveraged accounts', 'winners that gave up profit'),
  metric('adl_used', 'quote', 'ADL used', 'bad debt paid out of the profit of winners'),
  metric('adl_overshoot', 'quote', 'ADL overshoot', 'taken from winners beyond the need; the insurance fund keeps it'),
  metric('socialised_loss', 'quote', 'Socialised loss', 'bad debt that no layer of the waterfall paid'),
  metric('over_liquidation', 'fraction', 'Over-liquidation', 'forced lots beyond what restores the threshold / forced lots'),
  metric(
    'unnecessary_liquidations',
    'count',
    'Unnecessary liquidations',
    "liquidated groups that are open with MCR above the threshold at the twin's end",
  ),
  metric('margin_calls', 'count', 'Margin calls', 'groups that crossed the call level'),
  metric(
    'margin_calls_cured',
    'count',
    'Margin calls cured',
    'called groups that were never liquidated and stand above the call level at the horizon',
  ),
  metric('min_depth', 'quote', 'Smallest depth', 'thinner side within 1 % of the mid, smallest over the run'),
  metric('max_spread', 'fraction', 'Widest spread', 'largest (ask − bid) / mid while both sides stood'),
  metric('one_sided_seconds', 'seconds', 'One-sided seconds', 'time with an empty side of the book'),
  metric(
    'recovery_time',
    'seconds',
    'Recovery time',
    "from the largest excess until the price is again within 0.5 % of the twin's; undefined if never",
  ),
  metric(
    'capital_efficiency',
    'ratio',
    'Capital efficiency',
    'open interest at the start (the larger side) / Σ max(initial, call × maintenance)',
  ),
  metric(
    'procyclicality',
    'ratio',
    'Procyclicality',
    'largest / smallest maintenance rate of dynamic margin during the run, of the asset where it moved most (1 where none moves)',
  ),
  metric(
    'rounding',
    'quote',
    'Rounding',
    'what rounding to whole quanta moved: fees to the fund, and between the two sides of trades in coin or at average prices',
  ),
  metric('ledger_error', 'quote', 'Ledger error', 'largest imbalance found by either check: 0, or the run is wrong'),
  metric('advance_seconds', 'seconds', 'Advance', 'median seconds by which advanced groups came earlier than in the twin'),
  metric(
    'quiet_excess',
    'fraction',
    'Excess drawdown against the quiet arm',
    'as excess_drawdown, against the twin without margin-driven voluntary orders; undefined unless `arms` asks for it, as the next',
  ),
  metric(
    'quiet_caused_share',
    'fraction',
    'Caused share against the quiet arm',
    'liquidated groups that the quiet arm never liquidates / all liquidated groups',
  ),
  metric(
    'placebo_excess',
    'fraction',
    'Placebo: distance of the price',
    "largest |price − placebo's price| / placebo's price at any step: an excess no larger is not resolved; undefined unless `arms` asks for it and somebody was triggered, as the next",
  ),
  metric(
    'placebo_share',
    'fraction',
    'Placebo: groups that differ',
    'groups liquidated in either the run or the placebo alone / all liquidated groups: a caused share no larger is not resolved',
  ),
  metric(
    'adversary_pnl',
    'quote',
    'Profit of adversaries',
    'what all accounts of adversaries are worth at the last mark, none below 0, less their opening money; undefined without adversaries',
  ),
  metric(
    'top_up',
    'quote',
    'Margin paid in',
    'by leveraged traders after margin calls, out of their reserves outside; undefined when they do nothing of their own accord',
  ),
  metric(
    'voluntary_notional',
    'quote',
    'Voluntary notional',
    "filled of leveraged traders' own orders in the run; undefined when they do nothing of their own accord",
  ),
  metric(
    'keeper_profit',
    'quote',
    'Profit of keepers',
    'what those who liquidate loans or bid for accounts have gained, after the cost of transactions, with what they hold at the last mark; undefined where there are none, the next three where nobody borrows',
  ),
  metric(
    'zero_bid_share',
    'fraction',
    'Auctioned for nothing',
    'collateral sold in auctions for less than a hundredth of the mark / all sold in auctions; undefined without a sale',
  ),
  metric(
    'redistributed_debt',
    'quote',
    'Redistributed debt',
    'debt that other loans took with its collateral because the stability pool was empty',
  ),
  metric('recovery_seconds', 'seconds', 'Recovery mode', 'time in which all loans together were short of collateral, at blocks'),
  metric('liquidation_fees', 'quote', 'Liquidation fees', 'fees of forced orders and penalties of loans, whoever got them'),
  metric('venue_income', 'quote', 'Income of the venue', 'its part of the liquidation fees'),
  metric(
    'bands_sold',
    'quote',
    'Sold out of bands',
    'collateral that the price bands of loans sold on the way down, at the mark of each sale; undefined where nobody borrows, as the next two',
  ),
  metric('bands_bought', 'quote', 'Bought back into bands', 'collateral that they bought back on the way up, at the mark of each purchase'),
  metric(
    'bands_lost',
    'quote',
    'Lost in bands',
    'what these trades cost the loans, each against the mark: what they sold less what they got for it, and what they gave for what they bought less its value',
  ),
  metric(
    'insurance_deposits',
    'quote',
    'Deposits into the insurance fund',
    "paid into it by the venue and out of the venue's trading fees; undefined where it is not replenished",
  ),
  metric(
    'adl_gini',
    'ratio',
    'Gini of haircuts',
    'Gini coefficient of what winners gave as a share of the profit that they had, over those who gave money; undefined where nobody did, as the next',
  ),
  metric(
    'adl_gini_all',
    'ratio',
    'Gini of haircuts over all winners',
    'the same over all winners: who was ahead when first somebody was called against the longs, or the shorts, of a market, and who gave later',
  ),
  metric(
    'adl_hit_share',
    'fraction',
    'Share of winners hit',
    'winners that gave money or lots / all winners; undefined where nobody was called, as the next',
  ),
  metric(
    'adl_inversions',
    'count',
    'Rank inversions',
    'times that a winner gave although one before it by profit × leverage (in a queue: by its rank) gave nothing to the same debt',
  ),
];

/** Names of METRICS, in order. */
export const METRIC_NAMES: readonly string[] = METRICS.map((m) => m.name);

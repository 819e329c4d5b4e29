import { money, percent, plain } from '../charts/format.ts';
import type { Venue } from '../venues/venue.ts';

/** Rules under one heading, a sentence each. */
export interface RuleSection {
  readonly heading: string;
  readonly rules: readonly string[];
}

/** A rate with all the figures that a venue states. */
const rate = (value: number): string => percent(value, 6);
const number = (value: number): string => plain(value, 6);
/** A time in the largest unit that it is whole in. */
const time = (value: number): string =>
  value > 0 && value % 3600 === 0
    ? `${plain(value / 3600, 6)}\u00a0h`
    : value > 0 && value % 60 === 0
      ? `${plain(value / 60, 6)}\u00a0min`
      : `${plain(value, 6)}\u00a0s`;
const times = (value: number): string => `${number(value)}×`;
/** A number to be added, with its sign. */
const plus = (value: number): string => ` ${value < 0 ? '−' : '+'} ${number(Math.abs(value))}`;
const sum = (value: number): string => money(value, 6);
const both = (
  { maintenance, initial }: { readonly maintenance: number; readonly initial: number },
  write: (value: number) => string,
): string => `maintenance ${write(maintenance)}, initial ${write(initial)}`;

/** Everything that a venue's rules say beside its margin tables, in words. Sections that it does not have are left out. */
export function rulesOf(venue: Venue): RuleSection[] {
  const sections = [
    { heading: 'liquidation', rules: liquidationRules(venue) },
    { heading: 'levels of the margin coverage ratio', rules: ladderRules(venue) },
    {
      heading: 'accounts',
      rules:
        venue.byPosition === true
          ? ['positions by the tables, or a portfolio']
          : venue.settlesInCoin === true
            ? ['one in each coin; one in quote units for who holds cash, or contracts that settle so']
            : [],
    },
    { heading: 'loans', rules: venue.lending === undefined ? [] : loanRules(venue.lending) },
    {
      heading: 'portfolio margin',
      rules: [...(venue.portfolio === undefined ? [] : portfolioRules(venue.portfolio)), ...chargeRules(venue)],
    },
    { heading: 'standard margin', rules: venue.standard === undefined ? [] : standardRules(venue.standard) },
    { heading: 'auction of whole portfolios', rules: venue.auction === undefined ? [] : auctionRules(venue.auction) },
  ];
  return sections.filter(({ rules }) => rules.length > 0);
}

const CONTRACTS: Readonly<Record<NonNullable<Venue['contract']>, string>> = {
  'mark-notional': 'margin is charged on the value at the mark',
  'entry-notional': 'margin is charged on the value at entry',
  inverse: 'coin-margined: value, margin and profit are in coin, margin on the value at the mark',
  'inverse-entry': 'coin-margined: value, margin and profit are in coin, margin on the value at entry',
};

function liquidationRules({
  contract,
  closingFee,
  liquidationFee,
  skew,
  exchanges,
  initialGrowth = {},
  fundingCap = {},
  sizeFactor,
  scaleStart,
  threshold = 1,
  call,
  equalityLiquidates,
  mark,
  policy,
  limit,
  throttle,
  backstop,
  remainder,
  socialised,
  profitLimit,
  adl,
}: Venue): string[] {
  const rules = [
    `an account is liquidated when equity / maintenance is ${equalityLiquidates ? 'at or below' : 'below'} ${number(threshold)}`,
    ...(call === undefined ? [] : [`it is called for margin below ${number(call)}`]),
    `the mark is ${markText(mark)}${mark.clamp === null ? '' : `, at most ${rate(mark.clamp)} from the outside price`}`,
  ];
  if (exchanges !== undefined) {
    const weighed = exchanges.map(({ name, weight }) => `${name} ${number(weight)}`).join(', ');
    rules.push(`the outside price is the weighted median of other exchanges: ${weighed}`);
  }
  if (contract !== undefined) rules.push(CONTRACTS[contract]);
  if (closingFee !== undefined) rules.push(`${rate(closingFee)} of the value is set aside for the fee of closing, on top of maintenance`);
  if (liquidationFee !== undefined) rules.push(feeText(liquidationFee));
  if (skew !== undefined) rules.push(...skewTexts(skew));
  for (const [symbol, { from, to }] of Object.entries(initialGrowth))
    rules.push(`initial margin of ${symbol} rises from an open interest of ${sum(from)}, to all of a notional at ${sum(to)}`);
  for (const [symbol, cap] of Object.entries(fundingCap)) rules.push(`funding of ${symbol} is at most ${rate(cap)} in 8 hours, either way`);
  if (sizeFactor !== undefined)
    rules.push(
      `of a coin that is held 1.1 / (1 + ${number(sizeFactor)} × √amount) counts at most, and no more than its haircut leaves; what is demanded of a debt rises by as much × √amount`,
    );
  if (scaleStart !== undefined)
    rules.push(
      `once all accounts hold more than ${sum(scaleStart)} of a coin, initial margin counts that much of it, shared by all of them`,
    );
  rules.push(policyText(policy));
  if (limit !== undefined) rules.push(limitText(limit));
  if (throttle !== undefined) rules.push(...throttleTexts(throttle));
  if (backstop !== null) {
    const { level, capacity, stated } = backstop;
    const room = capacity === Infinity ? 'without a limit' : `up to ${sum(capacity)}`;
    const size = stated === null ? '' : `; its stated size is ${sum(stated)}`;
    rules.push(`a backstop takes accounts over below ${times(level)} that level, ${room}${size}`);
  }
  if (remainder !== undefined) rules.push(`what is left of the margin of a closed account goes to the insurance ${remainder}`);
  if (adl !== undefined) rules.push(deleveragingText(adl));
  if (profitLimit !== undefined) {
    const { pool, largest, until } = profitLimit;
    rules.push(
      `once open profit of one side is above ${rate(largest)} of a pool of ${sum(pool)}, the most profitable positions are closed at the mark until it is ${rate(until)}`,
    );
  }
  if (socialised !== undefined) rules.push('what nobody has paid of a debt is a loss of all open positions of the market, by their size');
  return rules;
}

function skewTexts({ scale, fraction, least, reward }: NonNullable<Venue['skew']>): string[] {
  const floor = least === 0 ? '' : `, and both by ${sum(least)} at least`;
  return [
    `a position's initial rate rises by ${number(fraction)} × its size / a skew scale of ${sum(scale)}, its maintenance rate in proportion${floor}`,
    `both hold ${rate(reward.share)} of the account's open interest for keepers, at most ${sum(reward.largest)}, which a liquidation pays as a fee`,
  ];
}

function feeText({ rate: share, cap, venue }: NonNullable<Venue['liquidationFee']>): string {
  const to = venue === 0 ? 'to the insurance fund' : `${rate(venue)} of it to the venue and the rest to the insurance fund`;
  const most = cap === 'left' ? 'what is left of the margin' : 'what the fill brought above its bankruptcy price';
  return `forced orders cost ${rate(share)} of their value, at most ${most}, ${to}`;
}

function policyText(policy: Venue['policy']): string {
  const cadence = 'pause' in policy && policy.pause > 0 ? `, an order every ${time(policy.pause)}` : '';
  switch (policy.kind) {
    case 'full':
      return 'positions are closed whole';
    case 'partial':
      return `positions above ${sum(policy.above)} are closed by ${rate(policy.fraction)} first and whole after ${time(policy.cooldown)}`;
    case 'restore':
      return `as much is closed as brings equity / maintenance to ${times(policy.target)} the level of liquidation${cadence}`;
    case 'step-down':
      return `positions are cut by two tiers at a time, in the first two tiers closed whole${cadence}`;
    case 'clips':
      return `positions are closed by orders of up to ${sum(policy.notional)} until they are covered again${cadence}`;
    case 'takeover':
      return 'positions are taken over whole and off the book, half-way from the mark to what they count for in maintenance';
    case 'shortage': {
      const { fee, insurance, initial, over, slot } = policy;
      const ramp = `${rate(initial)} of it at once and all after ${time(over)}, looked at every ${time(slot)}`;
      const rising = `${rate(fee.base)}, after ${time(fee.grace)} more by ${rate(fee.step)} for every ${time(slot)} and at most ${rate(fee.largest)}`;
      return `of a position what covers the shortage of margin is taken over off the book, ${ramp}; liquidators get ${rising}, the insurance fund up to ${rate(insurance)}`;
    }
  }
}

function limitText({ price, retry, rest }: NonNullable<Venue['limit']>): string {
  const worst =
    price.kind === 'bankruptcy'
      ? 'the bankruptcy price'
      : `a price off the mark by ${number(price.adjustment)} × the part of maintenance that is used up, at most all, × ${number(price.spread)} maintenances of the position`;
  const left = {
    wait: `the rest is sent again after ${time(retry)}`,
    backstop: `the backstop takes the rest over, or it is sent again after ${time(retry)}`,
    adl: `winners are closed against the rest, or it is sent again after ${time(retry)}`,
  }[rest];
  return `forced orders trade at ${worst} or better; ${left}`;
}

function throttleTexts({ block, position, account, market, system, window }: NonNullable<Venue['throttle']>): string[] {
  const each = `in a block of ${time(block)} at most`;
  const texts: string[] = [];
  if (position !== null) texts.push(`${each} ${rate(position.share)} of a position, or ${sum(position.least)} if that is more`);
  if (account !== Infinity) texts.push(`${each} ${sum(account)} of an account`);
  if (market !== Infinity) texts.push(`${each} ${sum(market)} of a market`);
  if (system !== undefined)
    texts.push(
      `over all markets at most ${sum(system)} is being liquidated at a time, or to be raised in auctions, looked at every ${time(block)} once that is full`,
    );
  if (window !== null) {
    texts.push(
      `of a market at most ${sum(window.notional)} within ${time(window.seconds)}, looked at every ${time(block)} once that is full`,
    );
  }
  return texts;
}

function deleveragingText(rule: NonNullable<Venue['adl']>): string {
  const { closes = 'cash' } = rule;
  const price = {
    cash: 'pay in cash',
    bankruptcy: 'are closed against it at its bankruptcy price',
    mark: 'are closed against it at the mark',
    previous: 'are closed against it at the mark before the last',
  }[closes];
  return `when the fund cannot pay an account's debt, winners ${price}, ${orderText(rule)}`;
}

function orderText(rule: NonNullable<Venue['adl']>): string {
  switch (rule.kind) {
    case 'queue':
      return rule.rank === 'mark' ? 'the largest mark / entry × notional / equity first' : 'the largest profit × leverage first';
    case 'unranked':
      return 'in no order of merit';
    case 'pro-rata':
      return 'each by the same share';
    case 'capped':
      return `each by the same share of its equity, of nobody more than ${rate(rule.largest)} of it`;
  }
}

function markText(mark: Venue['mark']): string {
  switch (mark.kind) {
    case 'last':
      return 'the last trade';
    case 'mid':
      return 'the middle of the best quotes';
    case 'index':
      return `the outside price, seen every ${time(mark.cadence)}`;
    case 'ema':
      return `an average of the middle of the best quotes over ${time(mark.seconds)}, renewed every ${time(mark.cadence)}`;
    case 'median':
      return `the median of the outside price with a premium averaged over ${time(mark.premiumSeconds)}, of this market's own prices and of those elsewhere, renewed every ${time(mark.cadence)}`;
  }
}

const ladderRules = ({ ladder = [] }: Venue): string[] =>
  ladder.map(({ state, level, orEqual }) => `${orEqual ? 'at or below' : 'below'} ${number(level)}: ${state}`);

function loanRules(lending: NonNullable<Venue['lending']>): string[] {
  switch (lending.kind) {
    case 'fixed-spread': {
      const { closeFactor, fullCloseHealth, fullCloseBelow, leastLeftover, protocolShare } = lending.sale;
      return [
        ...Object.entries(lending.assets).map(
          ([asset, { loanToValue, liquidationThreshold, bonus }]) =>
            `${asset}: lends ${rate(loanToValue)} of the value, liquidated from ${rate(liquidationThreshold)}, collateral with a bonus of ${rate(bonus)}`,
        ),
        `a sale repays up to ${rate(closeFactor)} of the debt, all of it at a health of ${number(fullCloseHealth)} or less, or when collateral or debt is worth less than ${sum(fullCloseBelow)}`,
        `what a sale leaves is worth ${sum(leastLeftover)} or more, or nothing`,
        `the venue keeps ${rate(protocolShare)} of the bonus`,
      ];
    }
    case 'absorb':
      return [
        ...Object.entries(lending.assets).map(
          ([asset, { loanToValue, liquidationThreshold, liquidationFactor }]) =>
            `${asset}: lends ${rate(loanToValue)} of the value, taken over from ${rate(liquidationThreshold)} at ${rate(liquidationFactor)} of the value`,
        ),
        `the collateral is sold with ${rate(lending.storeFrontFactor)} of the penalty as a discount, until reserves are ${sum(lending.targetReserves)}`,
      ];
    case 'auction':
      return Object.entries(lending.assets).flatMap(([asset, clip]) => [
        `${asset}: auctioned below a collateral ratio of ${rate(clip.liquidationRatio)}, for the debt × ${number(clip.penaltyFactor)}; least debt ${sum(clip.leastDebt)}, all auctions together up to ${sum(clip.limit)}`,
        `${asset}: opens at ${times(clip.buffer)} the oracle price and falls ${fallText(clip.fall)}; reset after ${time(clip.longest)} or below ${rate(clip.deepest)} of its opening; whoever starts it gets ${sum(clip.flatIncentive)} and ${rate(clip.shareIncentive)} of what it has to raise`,
      ]);
    case 'stability-pool': {
      const { minimumRatio, criticalRatio, gasShare } = lending.rules;
      return [
        `a loan is liquidated below a collateral ratio of ${rate(minimumRatio)}; all loans together below ${rate(criticalRatio)} are in recovery`,
        `a pool of deposits burns the debt and takes the collateral; whoever liquidates gets ${rate(gasShare)} of it`,
      ];
    }
    case 'soft':
      return [
        `collateral is sold band by band as the price falls and bought back as it rises, ${number(lending.fewestBands)} to ${number(lending.mostBands)} bands, ${number(lending.bands)} unless said otherwise, amplification ${number(lending.amplification)}, fee ${rate(lending.fee)}`,
        `held back: ${rate(lending.loanDiscount)} when a loan is opened, ${rate(lending.liquidationDiscount)} when its health is measured`,
      ];
  }
}

function fallText(fall: (NonNullable<Venue['lending']> & { readonly kind: 'auction' })['assets'][string]['fall']): string {
  switch (fall.kind) {
    case 'linear':
      return `straight to 0 in ${time(fall.duration)}`;
    case 'exponential':
      return `to ${rate(fall.cut)} every second`;
    case 'stairs':
      return `to ${rate(fall.cut)} every ${time(fall.step)}`;
  }
}

const SHIFTS = {
  none: 'volatility as it is',
  up: 'volatility up',
  down: 'volatility down',
  linear: 'the skew turned',
  absolute: 'both wings lifted',
} as const;

function portfolioRules(rules: NonNullable<Venue['portfolio']>): string[] {
  const { volatility, skew, basis, factor, discount, nakedShort, confidence, peg, concentration } = rules;
  const groups = new Map<string, number[]>();
  for (const { move, volatility: shift, damping } of rules.scenarios) {
    const name = `${SHIFTS[shift]}${damping === 1 ? '' : `, ${rate(damping)} of the result counts`}`;
    groups.set(name, [...(groups.get(name) ?? []), move]);
  }
  const words = [
    `demands the worst loss over ${number(rules.scenarios.length)} scenarios × ${both(factor, number)}; the factors ${rules.chargesScaled ? 'multiply' : 'do not multiply'} the charges on notional`,
    ...[...groups].map(
      ([name, moves]) =>
        `${name}: the price moves by ${moves
          .toSorted((a, b) => a - b)
          .map(rate)
          .join(', ')}`,
    ),
    `volatility moves by +${rate(volatility.up)} and −${rate(volatility.down)} at 30 days, × (30 days / time to expiry) to the power ${number(volatility.shortPower)} below and ${number(volatility.longPower)} beyond, time to expiry at least ${time(volatility.floor)}; up to at least ${rate(volatility.leastUp)}`,
  ];
  if (skew !== null) {
    const cap = ({ base, slope }: { readonly base: number; readonly slope: number }): string => `${rate(base)}${plus(slope)} √years`;
    words.push(
      `the skew turns volatility by up to ${cap(skew.linear)}, lifted wings ${cap(skew.absolute)}; reached √years × ${number(skew.widthScale)} × (${number(skew.level)}${plus(skew.levelSlope)} √years) from the forward, at least ${number(skew.leastWidth)}`,
    );
  }
  if (basis !== null)
    words.push(
      `each forward alone moves by ${rate(basis.up)} and ${rate(basis.down)}, its loss × (${number(basis.add)} + ${number(basis.multiple)} × years)`,
    );
  if (discount !== null) {
    const { long, short } = discount;
    const text = ({ base, multiple, add }: typeof long): string => `${number(base)} at the rate × ${number(multiple)} + ${rate(add)}`;
    words.push(
      `an expiry's value is lowered for who holds it to ${text(long)}${short === null ? '' : `, raised for who owes it to ${text(short)}`}`,
    );
  }
  words.push(`options are ${rules.discounting ? '' : 'not '}discounted at their expiry's rate`);
  words.push(`${rate(rules.gainOffset)} of one underlying's gain pays for another's loss`);
  if (nakedShort.maintenance > 0 || nakedShort.initial > 0)
    words.push(
      `options sold and not held cost ${rate(nakedShort.maintenance)} of the underlying's value, ${rate(nakedShort.initial)} more to open`,
    );
  if (rules.closing !== undefined) {
    const { rate: share, bands } = rules.closing;
    const steps = bands.map(({ upTo, factor: by }) => `× ${number(by)}${upTo === Infinity ? ' beyond' : ` up to ${sum(upTo)}`}`);
    words.push(
      `at least what closing costs: ${rate(share)} of each underlying's notional${steps.length === 0 ? '' : `, ${steps.join(', ')}`}`,
    );
  }
  if (rules.leastPerOption > 0) words.push(`at least $${number(rules.leastPerOption)} for a unit of every option`);
  if (confidence !== null)
    words.push(
      `to open: where an oracle's confidence is below ${number(confidence.threshold)}, what it lacks × ${number(confidence.factor)} of the notional`,
    );
  if (peg !== null)
    words.push(`to open: a settlement currency below ${number(peg.threshold)} adds what it lacks × ${number(peg.factor)} to the factor`);
  if (concentration !== null)
    words.push(
      `concentration costs ${[...concentration.floor].map((floor, i) => `${rate(concentration.rate[i] ?? 0)} from ${sum(floor)}`).join(', ')}`,
    );
  return words;
}

function chargeRules({ charges }: Venue): string[] {
  if (charges === undefined) return [];
  const { perpetual, held, notional } = charges;
  const extra = (rates: typeof held): string => `${rate(rates.maintenance)}, ${rate(rates.initial)} more to open`;
  const at = notional === 'index' ? 'at the index' : 'at their own price';
  return [`perpetuals cost ${extra(perpetual)}, coins held ${extra(held)}, of their value ${at}`];
}

function standardRules({ rules, perpetual, growth, collateral }: NonNullable<Venue['standard']>): string[] {
  const { option, unpaired, confidence, peg } = rules;
  const grown = Object.entries(growth ?? {}).map(([asset, by]) => `${rate(by)} for each ${asset}`);
  const words = [
    perpetual === undefined
      ? `perpetuals: the first rates of their tables${grown.length === 0 ? '' : `, and ${grown.join(', ')}`}`
      : `perpetuals: ${both(perpetual, rate)} of the value`,
    `options sold, to open: ${rate(option.most)} of the underlying less how far the option is out of the money, at least ${rate(option.least)}, and its value; a put at least ${times(option.putInitial)} its maintenance`,
    `options sold, to keep: a call ${rate(option.call)} of the underlying, a put ${rate(option.put)} of it or ${rate(option.putValue)} of its value, whichever is more, and its value`,
  ];
  if (unpaired !== null)
    words.push(
      `an expiry demands at most its largest loss, where calls sold without one held count the forward × ${both(unpaired, number)}`,
    );
  words.push(`assets held count ${rate(collateral.maintenance)} of their value, ${rate(collateral.initial)} of that to open`);
  if (confidence !== null)
    words.push(
      `to open: where an oracle's confidence is below ${number(confidence.perpetual)} (perpetuals), ${number(confidence.option)} (options) or ${number(confidence.collateral)} (collateral), what it lacks × ${number(confidence.factor)} of the notional`,
    );
  if (peg !== null)
    words.push(
      `to open: a settlement currency below ${number(peg.threshold)} costs what it lacks × ${number(peg.factor)} on perpetuals and options sold`,
    );
  return words;
}

function auctionRules({ start, cutoff, fast, slow, insolvent, fee, buffer, wholeBelow }: NonNullable<Venue['auction']>): string[] {
  return [
    `falls from ${rate(start)} of the mark to ${rate(cutoff)} in ${time(fast)}, then to 0 in ${time(slow)}`,
    `a portfolio worth nothing pays whoever takes it, from its debt to its whole shortfall in ${time(insolvent)}`,
    `sells until equity covers ${times(1 + buffer)} the requirement; a portfolio ${wholeBelow === -Infinity ? 'is never sold whole at once' : `below ${sum(wholeBelow)} may be sold whole`}`,
    `costs ${rate(fee)} of what could be sold when it opens, to the insurance fund`,
  ];
}

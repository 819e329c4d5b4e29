/** The schema of loans: who borrows, on which terms, what becomes of loans that are due, and who does it. */
import { z } from 'zod';
import { count, duration, fraction, money, number, size, text, word } from './fields.ts';

const positive = { min: 0, above: true };
const nonNegative = { min: 0 };
const share = { min: 0, max: 1 };
/** Inside (0, 1). */
const inner = { min: 0, above: true, max: 1, below: true };

/** The field's words that stand in place of a figure of the venue's. */
const venueOr = <S extends z.ZodType>(schema: S) => z.union([word('venue'), schema]).default('venue');

/** Key of a group of borrowers in place of its margin mode. */
export const lendingMode = () =>
  word('lending').describe('Loans: each is collateral in the asset against a debt in quote, liquidated by itself');

/** Debt over collateral. */
export const loanToValue = z
  .union([
    fraction(inner),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('constant'), value: fraction(inner).describe('The same for all') }),
      z.strictObject({
        kind: z.literal('lognormal'),
        median: fraction(inner).describe('Collateral-weighted median'),
        sigma: number({ min: 0, max: 10 }).describe('Standard deviation of the logarithm'),
        min: fraction(inner).describe('Smallest'),
        max: fraction(inner).describe('Largest'),
      }),
    ]),
  ])
  .describe('Debt over collateral when the loan was opened');

/** Loans written down one by one. */
export const loans = z
  .array(
    z.strictObject({
      collateral: size().describe('Quantity of the asset'),
      debt: money(positive).describe('What is owed, in quote units'),
    }),
  )
  .min(1)
  .describe('Loans written down one by one');

/** Terms of loans, under `margin`. */
export const lendingTerms = z
  .strictObject({
    venue: text('the name of a venue', /^[^\r\n]{1,64}$/)
      .optional()
      .describe('Whose terms; those of margin.venue when left out'),
    liquidationThreshold: venueOr(fraction(inner)).describe('Share of the collateral that counts: a loan is due when its debt is more'),
    loanToValue: venueOr(fraction(inner)).describe('Most debt over collateral that may be opened'),
    interest: fraction({ min: 0, max: 10 }).default(0).describe('Interest a year'),
    accrual: duration(positive).default(3600).describe('How often interest is charged'),
  })
  .describe('Terms of loans');

const unlessNever = <const N extends string, S extends z.ZodType>(never: N, schema: S) => z.union([word(never), schema]);

const fixedSpread = z
  .strictObject({
    kind: z.literal('fixed-spread'),
    bonus: fraction({ min: 0, max: 1 }).describe('Collateral that whoever repays gets beyond what was repaid'),
    closeFactor: fraction({ min: 0, above: true, max: 1 }).default(0.5).describe('Share of the debt that may be repaid at once'),
    fullCloseHealth: number({ min: 0, max: 1 }).default(0.95).describe('At or below this health factor all may be repaid'),
    fullCloseBelow: money().default(2000).describe('All may be repaid of a loan whose collateral or debt is worth less'),
    leastLeftover: money().default(1000).describe('A part that is left may not be worth less'),
    protocolShare: fraction(share).default(0.1).describe('Share of the bonus that the venue keeps'),
  })
  .describe('Keepers repay a part and take collateral with a bonus (Aave)');

const auctioned = {
  penalty: fraction({ min: 0, max: 1 }).default(0.13).describe('What is raised beyond the debt, a share of it'),
  leastDebt: money().default(10_000).describe('Least debt of a loan, and least part that is left'),
  limit: unlessNever('unlimited', money(positive)).default('unlimited').describe('Most that all auctions may have to raise at a time'),
};

const dutchAuction = z
  .strictObject({
    kind: z.literal('dutch-auction'),
    ...auctioned,
    opening: fraction({ min: 0, above: true, max: 10 }).default(1.3).describe('Opening price, a multiple of the mark'),
    fall: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('linear'), duration: duration(positive).describe('Time until the price is 0') }),
        z.strictObject({ kind: z.literal('exponential'), cut: fraction(inner).describe('Factor on the price every second') }),
        z.strictObject({
          kind: z.literal('stairs'),
          cut: fraction(inner).describe('Factor on the price at every step'),
          step: duration(positive).describe('Time between two steps'),
        }),
      ])
      .default({ kind: 'stairs', cut: 0.99, step: 90 })
      .describe('How the price falls'),
    longest: duration(positive).default(8400).describe('An older auction has to be started again'),
    deepest: fraction(share).default(0.4).describe('So has one whose price is below this share of its opening price'),
    flatIncentive: money().default(300).describe('Paid by the lenders to whoever starts an auction, …'),
    shareIncentive: fraction(share).default(0.001).describe('… and this share of what it has to raise'),
  })
  .describe("The price of the collateral falls until a keeper buys (Maker's Liquidations 2.0, whose ETH-A figures are the defaults)");

const englishAuction = z
  .strictObject({
    kind: z.literal('english-auction'),
    ...auctioned,
    longest: duration(positive).default(21_600).describe('Longest time of an auction; without a bid by then it starts again'),
    raise: fraction({ min: 0, max: 10 }).default(0.03).describe('Least rise of a bid over the last one'),
    life: duration(positive).default(600).describe('A bid that nobody has raised for so long wins'),
  })
  .describe('Keepers raise bids for the collateral (Maker before Liquidations 2.0)');

const stabilityPool = z
  .strictObject({
    kind: z.literal('stability-pool'),
    deposits: z.array(money()).max(1000).default([]).describe('Deposits in the pool, one a depositor'),
    criticalRatio: fraction({ min: 1, max: 100 }).default(1.5).describe('Recovery mode below this collateral ratio of all loans'),
    gasShare: fraction(share).default(0.005).describe('Share of the collateral that whoever liquidates receives'),
  })
  .describe('A pool burns the debt for the collateral, other loans take the rest (Liquity, whose figures are the defaults)');

const absorbed = z
  .strictObject({
    kind: z.literal('absorb'),
    liquidationFactor: fraction({ min: 0, above: true, max: 1 })
      .default(0.95)
      .describe('Share of the value that a borrower is credited with'),
    storeFrontFactor: fraction(share).default(0.5).describe('Share of the penalty that buyers of the collateral get'),
    targetReserves: unlessNever('unlimited', money()).default('unlimited').describe('Lenders who have this much sell nothing'),
  })
  .describe('Lenders take loans over and sell the collateral at a discount (Compound III, whose figures are the defaults)');

const softLiquidation = z
  .strictObject({
    kind: z.literal('soft-liquidation'),
    bands: count(4, 50).default(10).describe("Price bands that a loan's collateral lies in"),
    amplification: number({ min: 2, max: 1000 }).default(100).describe('A band is 1/amplification of its price wide'),
    loanDiscount: fraction(inner).default(0.09).describe('Share held back when a loan is opened: it sets how low its bands lie'),
    liquidationDiscount: fraction(inner).default(0.06).describe('Share held back when its health is measured'),
    fee: fraction({ min: 0, max: 0.5 }).default(0.006).describe('Share of what arbitrageurs pay in that the bands keep'),
  })
  .describe('Collateral is sold band by band on the way down and bought back on the way up (crvUSD, whose WBTC figures are the defaults)');

/** What becomes of loans, under `liquidation`. */
export const disposal = z
  .union([
    word('venue'),
    z.discriminatedUnion('kind', [fixedSpread, dutchAuction, englishAuction, stabilityPool, absorbed, softLiquidation]),
  ])
  .default('venue')
  .describe('What becomes of loans that are due');

/** One kind of keepers. */
const keeperGroup = z.strictObject({
  name: text('a name of 1 to 64 characters without [ ] or control characters', /^[^[\]\p{Cc}]{1,64}$/u).describe('Unique name'),
  count: count(1, 1000).default(10).describe('Number of keepers'),
  capital: unlessNever('borrowed', money(positive))
    .default('borrowed')
    .describe('Money of each; borrowed: what it lacks it borrows for a transaction'),
  latency: duration(nonNegative).default(0).describe('From the moment that there is something to do to the first transaction'),
  profit: money().default(0).describe('Least profit that it acts for, after costs'),
  ceiling: unlessNever('none', money(positive)).default('none').describe('Most that it pays for a transaction'),
});

/** Who repays loans and bids in auctions, under `liquidation`. */
export const keepers = z
  .array(keeperGroup)
  .min(1)
  .max(50)
  .default([keeperGroup.parse({ name: 'keepers' })])
  .describe('Who repays loans and bids in auctions, for profit');

/** The chain that keepers use, under `liquidation`. */
export const chain = z
  .strictObject({
    block: duration(positive).default(12).describe('Time between two blocks'),
    room: unlessNever('unlimited', count(1)).default('unlimited').describe('Transactions of keepers that fit into a block'),
    cost: money().default(0).describe('What a transaction costs in a calm market'),
    move: unlessNever('none', fraction(positive))
      .default('none')
      .describe('The cost is paid once more for every such move of the outside price …'),
    window: duration(positive).default(3600).describe('… within this time'),
    crowd: unlessNever('none', count(1)).default('none').describe('And once more for every so many loans that wait'),
  })
  .describe('The chain that keepers send transactions to, and what congestion makes them cost');

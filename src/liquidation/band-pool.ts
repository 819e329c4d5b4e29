import type { Ledger } from '../core/ledger.ts';
import { loanBands } from '../margin/bands.ts';
import { arbitrageBand, bandCurve, bandProceeds } from './soft-liquidation.ts';
import type { BandHolding } from './soft-liquidation.ts';

/** Terms of loans whose collateral lies in price bands. */
export interface BandRules {
  /** A: a band is 1/A wide. */
  readonly amplification: number;
  /** Bands of a loan. */
  readonly bands: number;
  /** Shares held back when a loan is opened, and when its health is measured. */
  readonly loanDiscount: number;
  readonly liquidationDiscount: number;
  /** Share of what arbitrageurs pay in that the bands keep without a return. */
  readonly fee: number;
}

/** Who trades with the bands: they sell collateral, or buy it back. */
export type BandSide = 'sell' | 'buy';

/**
 * The bands of one market with what the loans in them hold (crvUSD's LLAMMA). Loans share a band in proportion to the lots that they put in,
 * up to a lot and a quantum, which whole numbers cost. In the ledger a loan's lots are those of its bands, and its cash is their money less its
 * debt. Prices in quanta a lot.
 */
export class BandPool {
  readonly rules: BandRules;
  private readonly ledger: Ledger;
  private readonly accounts: Int32Array;
  /** Place of an account in `accounts`, −1 for who has no loan here. */
  private readonly placeOf: Int32Array;
  /** Upper edge of each band; one more for the last one's lower edge. */
  private readonly tops: Float64Array;
  /** By loan: its first band. */
  private readonly first: Int32Array;
  /** By loan and band of its own. */
  private readonly quote: Float64Array;
  private readonly lots: Float64Array;
  private readonly stake: Float64Array;
  /** By band: what all loans together hold there. */
  private readonly bandQuote: Float64Array;
  private readonly bandLots: Float64Array;
  /** Places of loans by band, and where each band's begin. */
  private readonly members: Int32Array;
  private readonly begin: Int32Array;
  /** Lots that each band would trade in the plan that was made last. */
  private readonly planned: Float64Array;

  /**
   * Lays each loan's collateral in equal parts into the lowest bands that cover its debt, none above the opening mark.
   * @param accounts ascending, with lots > 0; startMark in ticks, the top of band 0.
   */
  constructor(ledger: Ledger, accounts: Int32Array, startMark: number, rules: BandRules) {
    const { amplification, bands, loanDiscount } = rules;
    const loans = accounts.length;
    const ladder = { basePrice: ledger.lotValue(startMark), amplification };
    this.rules = rules;
    this.ledger = ledger;
    this.accounts = accounts;
    this.placeOf = new Int32Array(loans === 0 ? 0 : accounts[loans - 1] + 1).fill(-1);
    this.first = new Int32Array(loans);
    this.quote = new Float64Array(loans * bands);
    this.lots = new Float64Array(loans * bands);
    let count = bands;
    for (let i = 0; i < loans; i++) {
      const held = ledger.lots[accounts[i]];
      const debt = Math.max(1, -ledger.cash[accounts[i]]);
      this.placeOf[accounts[i]] = i;
      this.first[i] = Math.max(0, loanBands(held, debt, bands, ladder, loanDiscount).first);
      count = Math.max(count, this.first[i] + bands);
      for (let k = 0; k < bands; k++) this.lots[i * bands + k] = Math.floor((held * (k + 1)) / bands) - Math.floor((held * k) / bands);
    }
    this.stake = this.lots.slice();
    this.tops = new Float64Array(count + 1);
    this.tops[0] = ladder.basePrice;
    for (let b = 0; b < count; b++) this.tops[b + 1] = (this.tops[b] * (amplification - 1)) / amplification;
    this.bandQuote = new Float64Array(count);
    this.bandLots = new Float64Array(count);
    this.planned = new Float64Array(count);
    this.begin = new Int32Array(count + 1);
    for (let i = 0; i < loans; i++) for (let k = 0; k < bands; k++) this.begin[this.first[i] + k + 1]++;
    for (let b = 0; b < count; b++) this.begin[b + 1] += this.begin[b];
    this.members = new Int32Array(loans * bands);
    const next = this.begin.slice();
    for (let i = 0; i < loans; i++) {
      for (let k = 0; k < bands; k++) {
        const band = this.first[i] + k;
        this.members[next[band]++] = i;
        this.bandLots[band] += this.lots[i * bands + k];
      }
    }
  }

  /** Upper edge of a loan's first band. */
  topOf(account: number): number {
    return this.tops[this.first[this.placeOf[account]]];
  }

  /** Money that lies in a loan's bands, quanta. */
  moneyOf(account: number): number {
    const { bands } = this.rules;
    const from = this.placeOf[account] * bands;
    let sum = 0;
    for (let k = from; k < from + bands; k++) sum += this.quote[k];
    return sum;
  }

  /** What a loan owes, quanta. */
  debtOf(account: number): number {
    return this.moneyOf(account) - this.ledger.cash[account];
  }

  /** What a loan's bands come to when they are sold all the way down from an oracle price on. */
  proceedsOf(account: number, oracle: number): number {
    const { bands, amplification } = this.rules;
    const place = this.placeOf[account];
    const from = place * bands;
    const first = this.first[place];
    let sum = 0;
    for (let k = 0; k < bands; k++) {
      const quote = this.quote[from + k];
      const collateral = this.lots[from + k];
      if (quote > 0 || collateral > 0) sum += bandProceeds({ quote, collateral }, this.tops[first + k], amplification, oracle);
    }
    return sum;
  }

  private holding(band: number): BandHolding {
    return { quote: this.bandQuote[band], collateral: this.bandLots[band] };
  }

  /**
   * Finds the lots that each band would trade with arbitrageurs who pay up to `price` for a lot, or ask for no less than it; returns how many they
   * are together.
   */
  plan(side: BandSide, oracle: number, price: number): number {
    const { planned, tops, bandQuote, bandLots } = this;
    const { amplification, fee } = this.rules;
    const sells = side === 'sell';
    // The bands' own price where the last lot costs as much with the fee.
    const target = sells ? price * (1 - fee) : price / (1 - fee);
    let sum = 0;
    planned.fill(0);
    for (let k = 0; k < planned.length; k++) {
      const band = sells ? k : planned.length - 1 - k;
      if (sells ? bandLots[band] < 1 : bandQuote[band] < 1) continue;
      const { quote, collateral } = arbitrageBand(this.holding(band), tops[band], amplification, oracle, target);
      const traded = Math.floor(sells ? bandLots[band] - collateral : (collateral - bandLots[band]) / (1 - fee));
      if (traded >= 1) {
        planned[band] = traded;
        sum += traded;
      }
      // The price lies within this band: those behind it are beyond it.
      if ((sells ? collateral : quote) > 0) break;
    }
    return sum;
  }

  /** Quanta that the bands take for the first lots of the plan, or give for them: the cheapest sell first, the dearest buy first. */
  moneyFor(side: BandSide, oracle: number, lots: number): number {
    let money = 0;
    this.walk(side, lots, (band, part) => (money += this.moneyOfBand(side, oracle, band, part)));
    return money;
  }

  /** Trades the first lots of the plan with an arbitrageur, and gives the bands that were traded, first and one past the last. */
  trade(side: BandSide, oracle: number, lots: number, arbitrageur: number): readonly [number, number] {
    let from = this.planned.length;
    let to = 0;
    this.walk(side, lots, (band, part) => {
      const money = this.moneyOfBand(side, oracle, band, part);
      this.bandQuote[band] += side === 'sell' ? money : -money;
      this.bandLots[band] += side === 'sell' ? -part : part;
      this.share(band, arbitrageur);
      from = Math.min(from, band);
      to = Math.max(to, band + 1);
    });
    return [from, to];
  }

  /** Bands of a higher price sell first: their own price is the lower. */
  private walk(side: BandSide, lots: number, visit: (band: number, part: number) => void): void {
    const { planned } = this;
    let left = lots;
    for (let k = 0; k < planned.length && left > 0; k++) {
      const band = side === 'sell' ? k : planned.length - 1 - k;
      const part = Math.min(planned[band], left);
      if (part === 0) continue;
      left -= part;
      visit(band, part);
    }
  }

  /** Rounded in favour of the loans. */
  private moneyOfBand(side: BandSide, oracle: number, band: number, lots: number): number {
    const { amplification, fee } = this.rules;
    const holding = this.holding(band);
    const { f, g, invariant } = bandCurve(holding, this.tops[band], amplification, oracle);
    const { quote, collateral } = holding;
    if (side === 'sell') return Math.ceil(Math.max(0, invariant / (g + collateral - lots) - f - quote) / (1 - fee));
    const left = Math.max(0, invariant / (g + collateral + lots * (1 - fee)) - f);
    return Math.max(0, Math.floor(quote - left));
  }

  /** Shares out anew what a band holds, and books to each loan and the arbitrageur what they now have more or less. */
  private share(band: number, arbitrageur: number): void {
    const { members, begin, stake, quote, lots, first, ledger, accounts, bandQuote, bandLots } = this;
    const { bands } = this.rules;
    let whole = 0;
    for (let m = begin[band]; m < begin[band + 1]; m++) whole += stake[members[m] * bands + band - first[members[m]]];
    let sum = 0;
    let money = 0;
    let held = 0;
    for (let m = begin[band]; m < begin[band + 1]; m++) {
      const place = members[m];
      const at = place * bands + band - first[place];
      sum += stake[at];
      // Differences of rounded running sums: whole numbers that add up to the band's.
      const share = sum / whole;
      const nextMoney = Math.floor(bandQuote[band] * share);
      const nextHeld = Math.floor(bandLots[band] * share);
      const gained = nextMoney - money - quote[at];
      const given = lots[at] - (nextHeld - held);
      if (gained !== 0 || given !== 0) ledger.sell(arbitrageur, accounts[place], given, gained);
      quote[at] = nextMoney - money;
      lots[at] = nextHeld - held;
      money = nextMoney;
      held = nextHeld;
    }
  }

  /** Whether a loan lies in one of the bands from a first one to before a last one. */
  liesIn(account: number, [from, to]: readonly [number, number]): boolean {
    const first = this.first[this.placeOf[account]];
    return first < to && first + this.rules.bands > from;
  }

  /** What taking a share of a loan's bands gives: whole lots and quanta, rounded down but of the whole. */
  part(account: number, share: number): { readonly lots: number; readonly money: number } {
    const { bands } = this.rules;
    const from = this.placeOf[account] * bands;
    let lots = 0;
    let money = 0;
    for (let k = from; k < from + bands; k++) {
      lots += Math.floor(this.lots[k] * share);
      money += Math.floor(this.quote[k] * share);
    }
    return { lots, money };
  }

  /** Takes that share of a loan's bands out of them; the ledger is the caller's. */
  withdraw(account: number, share: number): void {
    const { bands } = this.rules;
    const place = this.placeOf[account];
    for (let k = 0; k < bands; k++) {
      const at = place * bands + k;
      const band = this.first[place] + k;
      const lots = Math.floor(this.lots[at] * share);
      const money = Math.floor(this.quote[at] * share);
      this.lots[at] -= lots;
      this.quote[at] -= money;
      this.bandLots[band] -= lots;
      this.bandQuote[band] -= money;
      this.stake[at] *= 1 - share;
    }
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.quote, this.lots, this.stake, this.bandQuote, this.bandLots];
  }
}

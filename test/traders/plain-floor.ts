import type { Floor } from '../../src/traders/floor.ts';

/** One market with a standing bid and ask at the mark, maintenance of 1 % on notional, a call at an MCR of 2, and nobody else. */
export class PlainFloor implements Floor {
  readonly messages: string[] = [];
  price = 1000;
  /** Lots that the market fills in all. */
  depth = Infinity;
  /** Accounts that are being liquidated. */
  readonly taken = new Set<number>();
  readonly cash: number[];
  readonly held: number[];

  /** Longs of 100 lots, each with so much cash after what they cost. */
  constructor(collateral: readonly number[], lots = 100) {
    this.held = collateral.map(() => lots);
    this.cash = collateral.map((own) => own - lots * this.price);
  }

  mark(): number {
    return this.price;
  }

  lots(account: number): number {
    return this.held[account]!;
  }

  coverage(account: number): number {
    return this.equity(account) / (0.01 * Math.abs(this.held[account]!) * this.price);
  }

  equity(account: number): number {
    return this.cash[account]! + this.held[account]! * this.price;
  }

  isCalled(account: number): boolean {
    return this.held[account] !== 0 && this.coverage(account) < 2;
  }

  lacking(account: number, coverage: number): number {
    return Math.max(0, Math.ceil(coverage * 0.01 * Math.abs(this.held[account]!) * this.price - this.equity(account)));
  }

  isFree(account: number): boolean {
    return this.held[account] !== 0 && !this.taken.has(account);
  }

  deposit(account: number, money: number): void {
    this.cash[account]! += money;
    this.messages.push(`deposit ${account} ${money}`);
  }

  affordable(account: number, _market: number, leverage: number): number {
    return Math.floor((leverage * this.equity(account)) / this.price);
  }

  order(account: number, _market: number, lots: number): number {
    const filled = Math.min(Math.abs(lots), this.depth);
    this.depth -= filled;
    const signed = lots > 0 ? filled : -filled;
    this.held[account]! += signed;
    this.cash[account]! -= signed * this.price;
    this.messages.push(`order ${account} ${signed}`);
    return filled;
  }

  review(account: number): void {
    this.messages.push(`review ${account}`);
  }

  exposure(account: number, market: number): number {
    return market === 0 ? this.lots(account) : 0;
  }

  lotExposure(): number {
    return 1;
  }

  isRelief(): boolean {
    return true;
  }

  optionLots(): number {
    return 0;
  }

  buyOption(): void {}
}

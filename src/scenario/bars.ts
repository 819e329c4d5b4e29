import type { Bars } from './csv.ts';

/** The moment that a driver starts at, in seconds since 1970: the file's first bar, or a stated one. */
export function driverStart(bars: Bars, from: string): number {
  return from === 'first' ? (bars.stamps[0] ?? 0) : Date.parse(from) / 1000;
}

/**
 * A path through bars, in seconds from `start` and quote units: each bar goes from its open to the nearer of its extremes, to the other,
 * to its close, at 0, 1/3, 2/3 and (almost) 1 of its length. A start inside a bar begins on the line between two of these points.
 */
export function barPath(bars: Bars, start: number, horizon: number): { readonly times: number[]; readonly prices: number[] } {
  const times: number[] = [];
  const prices: number[] = [];
  let before: { readonly time: number; readonly price: number } | null = null;
  const put = (time: number, price: number): void => {
    if (time < 0) {
      before = { time, price };
      return;
    }
    if (times.length === 0 && time > 0 && before !== null) {
      const share = -before.time / (time - before.time);
      times.push(0);
      prices.push(before.price + share * (price - before.price));
    }
    times.push(time);
    prices.push(price);
  };
  const third = bars.seconds / 3;
  // The close stands just before the next open, so that both are met.
  const last = bars.seconds * 0.999;
  for (let k = Math.max(0, Math.floor((start - (bars.stamps[0] ?? 0)) / bars.seconds)); k < bars.stamps.length; k++) {
    const time = (bars.stamps[k] ?? 0) - start;
    if (time >= horizon) break;
    const open = bars.open[k] ?? 0;
    const high = bars.high[k] ?? 0;
    const low = bars.low[k] ?? 0;
    const lowFirst = open - low <= high - open;
    put(time, open);
    put(time + third, lowFirst ? low : high);
    put(time + 2 * third, lowFirst ? high : low);
    put(time + last, bars.close[k] ?? 0);
  }
  return { times, prices };
}

/** Ages in seconds and closes of the bars that close at or before a moment (the end of the file, if it is Infinity), newest first. */
export function closesBefore(bars: Bars, moment: number): { readonly ages: number[]; readonly prices: number[] } {
  const end = Math.min(moment, (bars.stamps.at(-1) ?? 0) + bars.seconds);
  const ages: number[] = [];
  const prices: number[] = [];
  for (let k = bars.stamps.length - 1; k >= 0; k--) {
    const age = end - ((bars.stamps[k] ?? 0) + bars.seconds);
    if (age < 0) continue;
    ages.push(age);
    prices.push(bars.close[k] ?? 0);
  }
  return { ages, prices };
}

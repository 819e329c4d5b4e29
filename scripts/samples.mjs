// Writes experiments/samples: files for the examples of `marginfall calibrate`. Hypothetical throughout: drawn here, of no market.
import { mkdirSync, writeFileSync } from 'node:fs';
import seedrandom from 'seedrandom';

const folder = new URL('../experiments/samples/', import.meta.url);
const draw = seedrandom('samples');
const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
const write = (name, header, rows) => writeFileSync(new URL(name, folder), `${[header, ...rows].join('\n')}\n`);

mkdirSync(folder, { recursive: true });

// Depth that grows a little faster than the distance from the mid, out past 1 %.
const MID = 50_000;
const levels = (side, sign) =>
  Array.from({ length: 265 }, (_, k) => {
    const price = MID * (1 + sign * (0.000_01 + k * 0.000_04));
    return `${side},${price.toFixed(1)},${(0.4 * (1 + k / 100) * Math.exp(0.5 * normal())).toFixed(3)}`;
  });
write('book.csv', 'side,price,qty', [...levels('bid', -1), ...levels('ask', 1)]);

// Hourly bars of a GARCH(1,1) at 60 % a year, with a jump about every four days.
const HOURLY = 0.6 / Math.sqrt(24 * 365.25);
let [price, variance] = [MID, HOURLY ** 2];
const bars = Array.from({ length: 1200 }, (_, hour) => {
  const jump = draw() < 1 / 100 ? 0.025 * normal() : 0;
  const move = Math.sqrt(variance) * normal();
  variance = 0.03 * HOURLY ** 2 + 0.12 * move ** 2 + 0.85 * variance;
  const open = price;
  price = open * Math.exp(move + jump);
  const reach = Math.abs(0.3 * HOURLY * normal());
  const bar = [open, Math.max(open, price) * (1 + reach), Math.min(open, price) * (1 - reach), price].map((one) => one.toFixed(1));
  return [1_700_000_000 + 3600 * hour, ...bar, Math.round(500 * Math.exp(0.5 * normal()))].join(',');
});
write('bars.csv', 'ts,open,high,low,close,volume', bars);

// Log-normal sizes and leverage: longs at 5 times, shorts at 3.
const positions = Array.from({ length: 600 }, (_, k) => {
  const long = k % 3 !== 2;
  const leverage = Math.min(40, Math.max(1, (long ? 5 : 3) * Math.exp(0.7 * normal())));
  return `${long ? 'long' : 'short'},BTC,${(4000 * Math.exp(1.3 * normal())).toFixed(0)},${leverage.toFixed(1)}`;
});
write('positions.csv', 'side,asset,notional,leverage', positions);

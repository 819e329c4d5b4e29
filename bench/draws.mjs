// Prints the nanoseconds that a draw of each of seedrandom's alea, ARC4 and xor128 takes here, as a JSON array: medians of nine passes.
// A process of its own, one generator and one loop each: V8 compiles a generator that is not the only one of its kind to slower code.
import seedrandom from 'seedrandom';

const DRAWS = 1 << 20;
const PASSES = 9;

const nextAlea = seedrandom.alea('yardstick');
const nextArc4 = seedrandom('yardstick');
const nextXor128 = seedrandom.xor128('yardstick');

function alea() {
  let sum = 0;
  for (let i = 0; i < DRAWS; i++) sum += nextAlea();
  return sum;
}

function arc4() {
  let sum = 0;
  for (let i = 0; i < DRAWS; i++) sum += nextArc4();
  return sum;
}

function xor128() {
  let sum = 0;
  for (let i = 0; i < DRAWS; i++) sum += nextXor128();
  return sum;
}

const found = [alea, arc4, xor128].map((pass) => {
  const times = Array.from({ length: PASSES }, () => {
    const start = performance.now();
    const mean = pass() / DRAWS;
    const time = ((performance.now() - start) * 1e6) / DRAWS;
    if (Math.abs(mean - 0.5) > 0.01) throw new Error(`bench: mean of draws is ${mean}, want about 0.5`);
    return time;
  });
  return times.toSorted((a, b) => a - b)[PASSES >> 1];
});
console.log(JSON.stringify(found));

// Writes measured figures, with the machine they come from, into docs/performance.md: `npm run bench:docs`.
// Reads JSON Lines {row, ours, peer, unit, ratio, bytes, standard} from standard input.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const BLOCK = /^<!-- figures -->\n[\s\S]*?^<!-- \/figures -->$/m;

/** Three significant digits, without an exponent. */
function figure(value) {
  if (value === null) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

const rows = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line));
if (rows.length === 0) {
  console.error('figures: found no measurement on standard input, want the lines of npm run bench -- --json');
  process.exit(2);
}
const cores = cpus();
const machine = `${cores[0]?.model.trim() ?? process.arch}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
const lines = rows.map(({ row, ours, peer, unit, ratio, bytes, standard }) => {
  const cells = [
    `\`${row}\``,
    figure(ours),
    figure(peer),
    unit,
    ratio === null ? '–' : `${figure(ratio)}×`,
    bytes === undefined ? '' : figure(bytes),
    standard === undefined ? '' : figure(standard),
  ];
  return `| ${cells.join(' | ')} |`;
});
const block = [
  '<!-- figures -->',
  `Measured on ${machine}.`,
  '',
  '| row | ours | peer | unit | ratio | B/account | standard |',
  '| --- | ---: | ---: | --- | ---: | ---: | ---: |',
  ...lines,
  '<!-- /figures -->',
];
const text = readFileSync(path, 'utf8');
if (!BLOCK.test(text)) throw new Error('docs/performance.md: found no block <!-- figures -->');
writeFileSync(
  path,
  text.replace(BLOCK, () => block.join('\n')),
);

// Looks at a finished sweep's folder as a user would: `node scripts/smoke.mjs results/NAME`. Status 1 and a line a fault.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('smoke: want the folder of a finished sweep');
  process.exit(2);
}
const faults = [];
const expect = (holds, says) => {
  if (!holds) faults.push(`${folder}: ${says}`);
};

for (const name of ['manifest.json', 'runs.parquet', 'summary.csv', 'report.html', 'report.md']) {
  expect(existsSync(join(folder, name)), `found no ${name}`);
}
expect(!existsSync(join(folder, 'failures.jsonl')), 'found failures.jsonl: some runs failed');
expect(!existsSync(join(folder, 'parts')), 'found parts/ beside a finished runs.parquet');

if (faults.length === 0) {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  expect(manifest.status === 'complete', `manifest status is ${manifest.status}, want complete`);
  expect(manifest.counts.failed === 0, `${manifest.counts.failed} runs failed`);
  expect(manifest.counts.done === manifest.counts.planned, `${manifest.counts.done} of ${manifest.counts.planned} runs are done`);
  expect(/^[0-9a-f]{64}$/.test(manifest.resultHash), `resultHash is ${manifest.resultHash}, want 64 hex digits`);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, 'runs.parquet')) });
  expect(rows.length === manifest.counts.planned, `runs.parquet has ${rows.length} rows, want ${manifest.counts.planned}`);
  expect(
    rows.every((row) => row.ledger_error === 0),
    'ledger_error is not 0 in every row',
  );
  expect(
    rows.some((row) => row.liquidations > 0),
    'nobody was liquidated in any run',
  );
  const report = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(report.includes('<svg'), 'report.html shows no chart');
  expect(
    !/<(?:script|img|iframe)[^>]+src=["']?https?:|<link[^>]+href=["']?https?:|@import\s+url/i.test(report),
    'report.html loads from the network',
  );
  console.log(`${folder}: ${rows.length} runs, resultHash ${manifest.resultHash}`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

import { createHash } from 'node:crypto';
import type { Column, Row } from './columns.ts';

/**
 * SHA-256 over rows in the order given, columns in schema order: numbers as little-endian float64 (undefined as the quiet NaN
 * 0x7ff8000000000000), text as UTF-8. In hexadecimal. Nothing of the machine, the time or the version enters.
 */
export function digestRows(columns: readonly Column[], rows: Iterable<Row>): string {
  const hash = createHash('sha256');
  const number = new DataView(new ArrayBuffer(8));
  for (const row of rows) {
    columns.forEach((column, i) => {
      const cell = row[i];
      if (column.type === 'text') hash.update(String(cell), 'utf8');
      else {
        if (typeof cell === 'number') number.setFloat64(0, cell, true);
        else number.setBigUint64(0, 0x7ff8000000000000n, true);
        hash.update(new Uint8Array(number.buffer));
      }
    });
  }
  return hash.digest('hex');
}

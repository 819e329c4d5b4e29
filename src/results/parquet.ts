import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { SchemaElement } from 'hyparquet';
import type { Column, Row } from './columns.ts';
import { replaceFile } from './file.ts';

/** Largest row group of every parquet file written here. */
export const ROW_GROUP = 8192;

/** Writes rows as a snappy parquet file, in one step. Text and float64 cells may be null, 32-bit integers may not. Same rows: same bytes. */
export function writeRows(path: string, columns: readonly Column[], rows: readonly Row[]): void {
  writeTable(
    path,
    columns.map((column, i) => ({ ...column, data: columnData(column, rows, i) })),
  );
}

/** A column with its values; NaN in a float64 column is written as null. */
export interface DataColumn extends Column {
  readonly data: Float64Array | Int32Array | readonly (number | string | null)[];
}

/** Writes whole columns as a snappy parquet file, in one step. */
export function writeTable(path: string, columns: readonly DataColumn[]): void {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(element)],
    createdBy: 'marginfall',
  });
  const pending = file.write({
    columnData: columns.map((column) => ({ name: column.name, data: storable(column) })),
    rowGroupSize: ROW_GROUP,
  });
  if (pending !== undefined) throw new Error('a parquet writer without flush finished late');
  void file.finish();
  replaceFile(path, writer.getBytes());
}

/** Reads a parquet file as objects, one a row. */
export async function readRows(path: string, names?: readonly string[]): Promise<Record<string, number | string | null>[]> {
  const file = await asyncBufferFromFile(path);
  return (await parquetReadObjects({ file, ...(names === undefined ? {} : { columns: [...names] }) })) as Record<
    string,
    number | string | null
  >[];
}

function element(column: Column): SchemaElement {
  if (column.type === 'int32') return { name: column.name, type: 'INT32', repetition_type: 'REQUIRED' };
  if (column.type === 'float64') return { name: column.name, type: 'DOUBLE', repetition_type: 'OPTIONAL' };
  return { name: column.name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
}

function columnData(column: Column, rows: readonly Row[], at: number): DataColumn['data'] {
  if (column.type === 'int32') return Int32Array.from(rows, (row) => row[at] as number);
  return rows.map((row) => row[at] ?? null);
}

function storable(column: DataColumn): Int32Array | (number | string | null)[] {
  if (column.type === 'int32') return Int32Array.from(column.data as ArrayLike<number>);
  return Array.from(column.data as ArrayLike<number | string | null>, (value) =>
    typeof value === 'number' && Number.isNaN(value) ? null : value,
  );
}

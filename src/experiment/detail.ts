import { join } from 'node:path';
import type { LiquidationRecord, StepRecord } from '../simulation/result.ts';
import { makeFolder } from '../results/folder.ts';
import type { DataColumn } from '../results/parquet.ts';
import { writeTable } from '../results/parquet.ts';

/** Writes steps.parquet (a row a step) and liquidations.parquet (a row a group and clip) into a folder, which is made if need be. */
export function writeDetail(folder: string, steps: readonly StepRecord[], liquidations: readonly LiquidationRecord[]): void {
  makeFolder(folder);
  writeTable(join(folder, 'steps.parquet'), stepColumns(steps));
  writeTable(join(folder, 'liquidations.parquet'), liquidationColumns(liquidations));
}

/**
 * A run's steps as columns: the series of the first market under their names in lower case with underscores, those of each further one with
 * its symbol before them (`eth_mark`); the row is the step.
 */
export function stepColumns(markets: readonly StepRecord[]): DataColumn[] {
  return markets.flatMap((steps, m) => {
    const columns = marketColumns(steps);
    if (m === 0) return columns;
    const prefix = `${steps.asset.toLowerCase()}_`;
    return columns.filter(({ name }) => name !== 'time' && name !== 'queued').map((column) => ({ ...column, name: prefix + column.name }));
  });
}

function marketColumns(steps: StepRecord): DataColumn[] {
  const series: [string, Float64Array][] = [
    ['time', steps.time],
    ['index', steps.index],
    ['last', steps.last],
    ['mark', steps.mark],
    ['bid', steps.bid],
    ['ask', steps.ask],
    ['twin', steps.twin],
    ['bid_depth', steps.bidDepth],
    ['ask_depth', steps.askDepth],
    ['displacement', steps.displacement],
    ['forced_flow', steps.forcedFlow],
    ['backstop_flow', steps.backstopFlow],
    ['liquidations', steps.liquidations],
    ['queued', steps.queued],
  ];
  return series.map(([name, data]): DataColumn => ({ name, type: 'float64', data }));
}

/** Forced fills and takeovers as columns, in the order in which they happened. */
export function liquidationColumns(records: readonly LiquidationRecord[]): DataColumn[] {
  const whole = (name: string, of: (record: LiquidationRecord) => number): DataColumn => ({
    name,
    type: 'int32',
    data: Int32Array.from(records, of),
  });
  const number = (name: string, of: (record: LiquidationRecord) => number | null): DataColumn => ({
    name,
    type: 'float64',
    data: records.map(of),
  });
  const text = (name: string, of: (record: LiquidationRecord) => string | null): DataColumn => ({
    name,
    type: 'text',
    data: records.map(of),
  });
  return [
    whole('step', (record) => record.step),
    text('account', (record) => record.account),
    text('group', (record) => record.group),
    text('regime', (record) => record.regime),
    text('side', (record) => record.side),
    text('asset', (record) => record.asset),
    number('quantity', (record) => record.quantity),
    number('trigger_price', (record) => record.triggerPrice),
    number('fill_price', (record) => record.fillPrice),
    number('mcr', (record) => record.mcr),
    whole('generation', (record) => record.generation),
    text('parent', (record) => record.parent),
    text('cause', (record) => record.cause),
    number('advance_seconds', (record) => record.advanceSeconds),
    number('bad_debt', (record) => record.badDebt),
    text('route', (record) => record.route),
    number('notional', (record) => record.notional),
  ];
}

import type { CatalogueRecord, RecordKind } from '../domain/catalogue.ts';
import type { CatalogueWriter, Written } from '../store/catalogue-writer.ts';
import type { ReadRow } from './read-row.ts';

export type Tally = { added: number; changed: number; unchanged: number };

/** How an import went: what became of the records of each kind, and how many rows were skipped. */
export type ImportSummary = Record<RecordKind, Tally> & { rows: number; skipped: number };

type RowOf<Kind extends RecordKind> = Extract<CatalogueRecord, { kind: Kind }>['row'];

const batchRows = 500;

/** Gathers rows to be written some hundred at once: shops before their homestays, and these before their comments. */
export function createBatches(writer: CatalogueWriter, problem: (line: number, reason: string) => void) {
  const tally = (): Tally => ({ added: 0, changed: 0, unchanged: 0 });
  const summary: ImportSummary = { shop: tally(), homestay: tally(), comment: tally(), rows: 0, skipped: 0 };
  const lineOf = new Map<string, number>();
  const keyOf = (kind: RecordKind, id: string) => `${kind} ${id}`;
  let batch: CatalogueRecord[] = [];
  let gathered = 0;

  const skip = (line: number, reason: string) => {
    summary.skipped += 1;
    problem(line, reason);
  };
  const write = async <Kind extends RecordKind>(kind: Kind, writeRows: (rows: RowOf<Kind>[]) => Promise<Written>) => {
    const rows = batch.flatMap((record) => (record.kind === kind ? [record.row as RowOf<Kind>] : []));
    if (rows.length === 0) return;
    const { refused, ...written } = await writeRows(rows);
    for (const name of ['added', 'changed', 'unchanged'] as const) summary[kind][name] += written[name];
    for (const [id, reason] of refused) skip(lineOf.get(keyOf(kind, id)) as number, reason);
  };
  const gather = (record: CatalogueRecord, line: number) => {
    lineOf.set(keyOf(record.kind, record.row.id), line);
    batch.push(record);
  };
  const add = (row: ReadRow) => {
    if ('problem' in row) return skip(row.line, row.problem);
    const { line, record, shop } = row;
    const before = lineOf.get(keyOf(record.kind, record.row.id));
    if (before !== undefined) return skip(line, `id: the ${record.kind} ${record.row.id} is on line ${before} already`);
    if (shop && !lineOf.has(keyOf('shop', shop.id))) gather({ kind: 'shop', row: shop }, line);
    gather(record, line);
  };
  const flush = async () => {
    const now = new Date();
    await write('shop', writer.writeShops);
    await write('homestay', (rows) => writer.writeHomestays(rows, now));
    await write('comment', writer.writeComments);
    batch = [];
    gathered = 0;
  };
  return {
    summary,
    flush,
    /** Takes a row; tells whether a batch was written with it. */
    async take(row: ReadRow): Promise<boolean> {
      summary.rows += 1;
      gathered += 1;
      add(row);
      if (gathered < batchRows) return false;
      await flush();
      return true;
    },
  };
}

import type { CatalogueRecord, RecordKind } from '../domain/catalogue.ts';
import type { CatalogueRows, CatalogueWriter, Written } from '../store/catalogue-writer.ts';
import type { ReadRow } from './read-row.ts';

export type Tally = { added: number; changed: number; unchanged: number };

/** How an import went: what became of the records of each kind, and how many rows were skipped. */
export type ImportSummary = Record<RecordKind, Tally> & { rows: number; skipped: number };

const batchRows = 500;

/** Collects rows and writes a few hundred at a time. */
export function createBatches(
  writer: CatalogueWriter,
  problem: (line: number, reason: string) => void,
) {
  const tally = (): Tally => ({ added: 0, changed: 0, unchanged: 0 });
  const summary: ImportSummary = {
    shop: tally(),
    homestay: tally(),
    comment: tally(),
    rows: 0,
    skipped: 0,
  };
  const lineOf = new Map<string, number>();
  const keyOf = (kind: RecordKind, id: string) => `${kind} ${id}`;
  let batch: CatalogueRecord[] = [];
  let gathered = 0;

  const skip = (line: number, reason: string) => {
    summary.skipped += 1;
    problem(line, reason);
  };
  const gather = (record: CatalogueRecord, line: number) => {
    lineOf.set(keyOf(record.kind, record.row.id), line);
    batch.push(record);
  };
  const add = (row: ReadRow) => {
    if ('problem' in row) return skip(row.line, row.problem);
    const { line, record, shop } = row;
    const before = lineOf.get(keyOf(record.kind, record.row.id));
    if (before !== undefined)
      return skip(line, `id: the ${record.kind} ${record.row.id} is on line ${before} already`);
    if (shop && !lineOf.has(keyOf('shop', shop.id))) gather({ kind: 'shop', row: shop }, line);
    gather(record, line);
  };
  const flush = async () => {
    const rows = { shop: [], homestay: [], comment: [] } as Record<
      RecordKind,
      CatalogueRecord['row'][]
    >;
    for (const { kind, row } of batch) rows[kind].push(row);
    const written = await writer.write(rows as CatalogueRows);
    for (const [kind, { refused, ...counts }] of Object.entries(written) as [
      RecordKind,
      Written,
    ][]) {
      for (const name of ['added', 'changed', 'unchanged'] as const)
        summary[kind][name] += counts[name];
      for (const [id, reason] of refused) skip(lineOf.get(keyOf(kind, id)) as number, reason);
    }
    batch = [];
    gathered = 0;
  };
  return {
    summary,
    flush,
    /** Takes a row. Returns whether a batch was written with it. */
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

import type { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { type AirbnbOptions, columnsNeeded, createAirbnbRows } from './inside-airbnb-rows.ts';
import { ImportRefused, type ReadRow } from './read-row.ts';

export type AirbnbReader = AirbnbOptions & {
  /** Called with a sentence for everything that is assumed because the file does not say it. */
  note(sentence: string): void;
};

type CsvRow = { raw: string; record: string[]; info: { lines: number } };

/**
 * Far above any real listing: a longer record is the rest of a file after a quote that is not
 * closed.
 */
const maxRecordBytes = 1_000_000;

/**
 * Reads `listings.csv` as Inside Airbnb publishes it, the summary or the detailed one. Columns are
 * found by their names.
 * @throws ImportRefused if the header lacks a column that every row needs, or the file is broken
 *   beyond a row
 */
export async function* readInsideAirbnb(
  input: Readable,
  options: AirbnbReader,
): AsyncGenerator<ReadRow> {
  let broken: CsvError | undefined;
  const parser = input.pipe(
    parse({
      bom: true,
      info: true,
      raw: true,
      max_record_size: maxRecordBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // An error would discard the good rows that the stream still holds, so it is reported after
      // them.
      skip_records_with_error: true,
      on_skip: (error) => {
        broken ??= error;
        return undefined;
      },
    }),
  );
  input.once('error', (error) => parser.destroy(error));
  let read: ReturnType<typeof createAirbnbRows> | undefined;
  let header: string[] = [];
  let lastLine = 0;
  for await (const { raw, record, info } of parser as AsyncIterable<CsvRow>) {
    const line = firstLine(raw, info.lines);
    lastLine = info.lines;
    if (read) {
      yield record.length === header.length
        ? {
            line,
            ...read(Object.fromEntries(header.map((column, n) => [column, record[n] as string]))),
          }
        : { line, problem: `has ${record.length} columns where the header has ${header.length}` };
    } else {
      header = readHeader(record, options);
      read = createAirbnbRows(header, options);
    }
  }
  if (broken && (broken as { code: string }).code === 'CSV_MAX_RECORD_SIZE')
    throw new ImportRefused(
      `a row after line ${lastLine} has more than ${maxRecordBytes} bytes: is a quote not closed?`,
    );
  if (!read) throw new ImportRefused('the file is empty: there is no header');
  if (broken)
    yield {
      line: lastLine + 1,
      problem: 'opens a quote that is not closed before the end of the file',
    };
}

/** The line that a row begins on. The parser knows the one it ends on. */
const firstLine = (raw: string, lastLine: number): number =>
  lastLine - (raw.trim().match(/\r\n|\n|\r/g) ?? []).length;

function readHeader(record: string[], options: AirbnbReader): string[] {
  const header = record.map((column) => column.trim().toLowerCase());
  const missing = columnsNeeded(options).filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  const names = (columns: string[]) => columns.map((column) => `\`${column}\``).join(', ');
  const shown = header.slice(0, 12).map((column) => column.slice(0, 40));
  throw new ImportRefused(
    `the header has no column ${names(missing)}; it begins with ${names(shown)}`,
  );
}

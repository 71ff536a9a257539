import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CatalogueWriter } from '../store/catalogue-writer.ts';
import { createBatches, type ImportSummary } from './batches.ts';
import { checkEncoding } from './check-encoding.ts';
import { type AirbnbReader, readInsideAirbnb } from './inside-airbnb.ts';
import { readOwnFormat } from './own-format.ts';
import { ImportRefused, type ReadRow } from './read-row.ts';

export type ImportOptions = AirbnbReader & {
  /** Called for each row that is skipped: the line it begins on, and why. */
  problem(line: number, reason: string): void;
  /**
   * Called now and then: how many rows are done, and what part of the file has been read, 0 to 1.
   */
  progress(rows: number, part: number): void;
};

/**
 * Imports a file of the catalogue: JSON lines of our own format, or Inside Airbnb's `listings.csv`,
 * either of them also gzipped. Rows that can't be used are reported and skipped. Importing the same
 * file again changes nothing.
 * @throws ImportRefused if the file can't be read, is none of these, or is not UTF-8
 */
export async function importFile(
  file: string,
  writer: CatalogueWriter,
  options: ImportOptions,
): Promise<ImportSummary> {
  const read = readerOf(file);
  const size = await checkImportable(file);
  await reading(file, ({ text }) => checkEncoding(text));
  const batches = createBatches(writer, options.problem);
  await reading(file, async ({ text, bytesRead }) => {
    for await (const row of read(text, options)) {
      // The file is read ahead of its rows, so part of what has been read is not done yet.
      if (await batches.take(row))
        options.progress(batches.summary.rows, Math.min(bytesRead() / size, 0.99));
    }
  });
  await batches.flush();
  options.progress(batches.summary.rows, 1);
  return batches.summary;
}

type Opened = { text: Readable; bytesRead(): number };

/**
 * Opens a file, unpacked if it is gzipped, while `use` reads it.
 * @throws ImportRefused if it can't be read
 */
async function reading(file: string, use: (opened: Opened) => Promise<void>): Promise<void> {
  const source = createReadStream(file);
  const text = new PassThrough();
  let failure: unknown;
  text.once('error', (error) => {
    failure = error;
  });
  pipeline(file.endsWith('.gz') ? [source, createGunzip(), text] : [source, text]).catch(() => {
    // `text` has failed with the same error, so whoever reads it gets it.
  });
  try {
    await use({ text, bytesRead: () => source.bytesRead });
  } catch (error) {
    throw error === failure ? unreadable(file, error as Error) : error;
  } finally {
    source.destroy();
  }
}

/**
 * Checks the name of a file, and that it is there, before anything is started for it.
 * @returns its size in bytes
 * @throws ImportRefused
 */
export async function checkImportable(file: string): Promise<number> {
  readerOf(file);
  const { size } = await stat(file).catch((error) => {
    throw unreadable(file, error);
  });
  return size;
}

const unreadable = (file: string, error: Error) =>
  new ImportRefused(`${file} cannot be read: ${error.message}`, { cause: error });

type Reader = (input: Readable, options: AirbnbReader) => AsyncGenerator<ReadRow>;
const readers: Record<string, Reader> = {
  jsonl: readOwnFormat,
  ndjson: readOwnFormat,
  csv: readInsideAirbnb,
};

function readerOf(file: string): Reader {
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  const reader = readers[ending];
  if (reader) return reader;
  const known = Object.keys(readers).map((name) => `.${name}`);
  throw new ImportRefused(
    `${file} is of no known type: its name must end in ${known.join(', ')} (or these with .gz)`,
  );
}

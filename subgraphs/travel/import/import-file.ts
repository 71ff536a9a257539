import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CatalogueWriter } from '../store/catalogue-writer.ts';
import { createBatches, type ImportSummary } from './batches.ts';
import { type AirbnbReader, readInsideAirbnb } from './inside-airbnb.ts';
import { readOwnFormat } from './own-format.ts';
import { ImportRefused, type ReadRow } from './read-row.ts';

export type ImportOptions = AirbnbReader & {
  /** Is told of each row that is skipped: the line it begins on, and why. */
  problem(line: number, reason: string): void;
  /** Is told now and then how many rows are done, and what part of the file has been read, 0 to 1. */
  progress(rows: number, part: number): void;
};

/**
 * Imports a file of the catalogue: JSON lines of our own format, or Inside Airbnb's `listings.csv`, either of them also
 * gzipped. Rows that cannot be used are told and skipped. Importing the same file again changes nothing.
 * @throws ImportRefused where the file cannot be read or is none of these
 */
export async function importFile(
  file: string,
  writer: CatalogueWriter,
  options: ImportOptions,
): Promise<ImportSummary> {
  const read = readerOf(file);
  const size = await checkImportable(file);
  const source = createReadStream(file);
  const text = new PassThrough();
  let failure: unknown;
  text.once('error', (error) => {
    failure = error;
  });
  pipeline(file.endsWith('.gz') ? [source, createGunzip(), text] : [source, text]).catch(() => {
    // `text` has failed with the same error, and told it to whoever reads
  });
  const batches = createBatches(writer, options.problem);
  try {
    for await (const row of read(text, options)) {
      // The file is read ahead of its rows, so that what has been read is less than done.
      if (await batches.take(row))
        options.progress(batches.summary.rows, Math.min(source.bytesRead / size, 0.99));
    }
  } catch (error) {
    throw error === failure ? unreadable(file, error as Error) : error;
  } finally {
    source.destroy();
  }
  await batches.flush();
  options.progress(batches.summary.rows, 1);
  return batches.summary;
}

/**
 * Tells before anything is started for it whether a file is one that can be imported, by its name and its being there.
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

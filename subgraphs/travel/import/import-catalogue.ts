import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { CatalogueWriter } from '../store/catalogue-writer.ts';
import { createBatches } from './batches.ts';
import { readOwnFormat } from './own-format.ts';

const directory = new URL('../catalogue/', import.meta.url);

/**
 * Imports the project's own small catalogue if there is no homestay yet: all of it at once, or
 * nothing.
 * @returns how many homestays were imported; 0 if there were some already
 */
export async function importOwnCatalogue(writer: CatalogueWriter): Promise<number> {
  if (!(await writer.isEmpty())) return 0;
  const batches = createBatches(writer, (line, reason) => {
    throw new Error(`our own catalogue is wrong at line ${line} of a file: ${reason}`);
  });
  for (const name of (await readdir(directory)).sort()) {
    for await (const row of readOwnFormat(createReadStream(new URL(name, directory))))
      await batches.take(row);
  }
  await batches.flush();
  return batches.summary.homestay.added;
}

import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CatalogueWriter } from '../store/catalogue-writer.ts';
import { importFile } from './import-file.ts';

const directory = new URL('../catalogue/', import.meta.url);

/**
 * Imports the project's own small catalogue where there is no homestay yet.
 * @returns how many homestays were imported; 0 where a catalogue was there
 */
export async function importOwnCatalogue(writer: CatalogueWriter): Promise<number> {
  if (!(await writer.isEmpty())) return 0;
  let homestays = 0;
  for (const name of (await readdir(directory)).sort()) {
    const file = fileURLToPath(new URL(name, directory));
    const summary = await importFile(file, writer, {
      currency: 'CNY',
      note: () => {},
      progress: () => {},
      problem: (line, reason) => {
        throw new Error(`${file}, line ${line}: ${reason}`);
      },
    });
    homestays += summary.homestay.added;
  }
  return homestays;
}

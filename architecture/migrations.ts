const migrationFile = /^(.*\/store\/migrations)\/(\d{4})-[\w-]+\.ts$/;

/**
 * Says which migrations are not numbered 0001, 0002, … without a gap: two people may have written
 * the next one at the same time. Migrations of one number have no order.
 */
export function misnumbered(files: readonly string[]): string[] {
  const folders = new Map<string, string[]>();
  for (const file of [...files].sort()) {
    const folder = migrationFile.exec(file)?.[1];
    if (folder && !file.endsWith('.test.ts'))
      folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders.values()].flatMap((inFolder) =>
    inFolder.flatMap((file, i) => {
      const expected = String(i + 1).padStart(4, '0');
      return migrationFile.exec(file)?.[2] === expected
        ? []
        : [`${file}: the number must be ${expected}`];
    }),
  );
}

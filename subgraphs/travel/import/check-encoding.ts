import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { ImportRefused } from './read-row.ts';

const newline = 0x0a;
/** Far more than any row has. A file without line breaks would be held in memory whole. */
const maxLineBytes = 1024 * 1024;

/**
 * Reads a file once through, before anything of it is imported: text in another encoding, such as
 * Windows-1252, would be ruined in silence. UTF-16 is known by its byte order mark and left to the
 * reader.
 * @throws ImportRefused that names the first line that is not UTF-8, or is longer than 1 MiB
 */
export async function checkEncoding(input: Readable): Promise<void> {
  let line = 1;
  let rest = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    if (isFirst && isUtf16(chunk)) return;
    isFirst = false;
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(newline) + 1;
    line = checkLines(bytes.subarray(0, end), line);
    rest = bytes.subarray(end);
    if (rest.length > maxLineBytes) throw new ImportRefused(`line ${line} is longer than 1 MiB`);
  }
  checkLines(rest, line);
}

const isUtf16 = (chunk: Buffer): boolean => {
  const mark = chunk.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff';
};

/**
 * Checks whole lines at once, and one by one only to find the wrong one. Returns the number of the
 * line after them.
 */
function checkLines(bytes: Buffer, first: number): number {
  if (bytes.length === 0) return first;
  const isRight = isUtf8(bytes);
  let line = first;
  for (let start = 0; start < bytes.length; line += 1) {
    const at = bytes.indexOf(newline, start);
    const end = at < 0 ? bytes.length : at + 1;
    if (!isRight && !isUtf8(bytes.subarray(start, end)))
      throw new ImportRefused(`line ${line} is not UTF-8; save the file as UTF-8 and try again`);
    start = end;
  }
  return line;
}

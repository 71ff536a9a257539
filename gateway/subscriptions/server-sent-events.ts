import { answerBody } from '../subgraphs/answer-body.ts';

/** One event of a stream. Its name is empty where the stream gives none. */
export type ServerSentEvent = { name: string; data: string };

/**
 * Reads a stream of server-sent events (HTML, 9.2.6) from the bytes that come.
 * @param maxBytes the largest event that is read
 * @returns takes what comes, and returns the events that are whole by it; throws on a larger one
 */
export function eventReader(maxBytes: number): (chunk: Buffer) => ServerSentEvent[] {
  const unread = answerBody(maxBytes);
  let before: number | undefined;
  return (chunk) => {
    const end = endOfLastEvent(before, chunk);
    before = chunk.at(-1);
    unread.add(chunk.subarray(0, end));
    const events = end > 0 ? eventsOf(unread.end()) : [];
    unread.add(chunk.subarray(end));
    unread.keep();
    return events;
  };
}

/** What has an empty line in it, of lines that end with `\n`, `\r` or both. */
const emptyLines = ['\n\n', '\n\r', '\r\r'];

/** @param before the byte before: an empty line may come in two parts */
function endOfLastEvent(before: number | undefined, chunk: Buffer): number {
  const at = Math.max(...emptyLines.map((line) => chunk.lastIndexOf(line)));
  if (at >= 0) return at + 2;
  const inTwoParts = String.fromCharCode(before ?? 0, chunk[0] ?? 0);
  return emptyLines.includes(inTwoParts) ? 1 : 0;
}

function eventsOf(bytes: Buffer): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  let name = '';
  let data: string[] = [];
  // The decoder drops a byte order mark.
  for (const line of new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
    if (line !== '') continue;
    if (name !== '' || data.length > 0) events.push({ name, data: data.join('\n') });
    [name, data] = ['', []];
  }
  return events;
}

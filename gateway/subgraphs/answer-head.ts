import { malformed } from './http-fault.ts';

/** What the head of an answer says of its body and its connection. */
export type AnswerHead = {
  /** Not the last word, such as "early hints". */
  isInterim: boolean;
  encoding: string | undefined;
  /** How long the connection may wait for the next request; 0 if it must be closed. */
  keepMs: number;
  /** How the end of the body is known: by its length, by its chunks, or by the connection's. */
  length: number | 'chunked' | 'until closed';
};

/** @param text the head without the empty line after it @throws what is wrong with it */
export function readHead(text: string): AnswerHead {
  if (/[^\r]\n|\r(?!\n)|\0/.test(text)) throw malformed('a line that ends otherwise than by CRLF');
  const end = text.indexOf('\r\n');
  const first = end < 0 ? text : text.slice(0, end);
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(first) ?? [];
  if (code === undefined) throw malformed('another first line than that of HTTP/1.1');
  if (code === '101') throw malformed('another protocol');
  const headers = headersOf(end < 0 ? '' : text.slice(end + 2));
  const isInterim = code < '200';
  const hasBody = !isInterim && code !== '204' && code !== '304';
  const length = hasBody ? lengthOf(headers, minor === '1') : 0;
  const isKept = minor === '1' && length !== 'until closed' && !isLast(headers);
  return {
    isInterim,
    encoding: headers.get('content-encoding')?.toLowerCase(),
    keepMs: isKept ? keepMsOf(headers.get('keep-alive')) : 0,
    length,
  };
}

const wanted = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

const lengths = new Set([...wanted].map(({ length }) => length));

/** The headers that matter here; one that comes several times is a list. */
function headersOf(lines: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0, end = 0; at < lines.length; at = end + 2) {
    end = lines.indexOf('\r\n', at);
    if (end < 0) end = lines.length;
    const colon = lines.indexOf(':', at);
    const given = lines.slice(at, colon < 0 || colon > end ? at : colon);
    if (!headerName.test(given)) throw malformed('a line of the head that is no header');
    // Most are not wanted, and need not be brought into small letters.
    if (!lengths.has(given.length)) continue;
    const name = given.toLowerCase();
    if (!wanted.has(name)) continue;
    const before = headers.get(name);
    const value = withoutSpace(lines.slice(colon + 1, end));
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** Only spaces and tabs may surround a value; `trim` takes more, such as a form feed. */
function withoutSpace(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text[from])) from += 1;
  while (to > from && isSpace(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

const isSpace = (sign: string | undefined) => sign === ' ' || sign === '\t';

const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * What two could read in two ways is refused: one of them would take the rest of a body for the
 * answer to the next request.
 */
function lengthOf(headers: Map<string, string>, isNew: boolean): AnswerHead['length'] {
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if (coding === undefined && length === undefined) return 'until closed';
  const said = length?.includes(',') ? oneOf(length) : length;
  if (coding === undefined && said && /^\d{1,15}$/.test(said)) return Number(said);
  if (isNew && length === undefined && coding?.toLowerCase() === 'chunked') return 'chunked';
  throw malformed('a body whose end is not sure');
}

/** The one value of a list that has it several times (RFC 9112, 6.3). */
function oneOf(list: string): string | undefined {
  const [value, ...others] = new Set(list.split(',').map(withoutSpace));
  return others.length === 0 ? value : undefined;
}

const isLast = (headers: Map<string, string>): boolean =>
  /(^|,)\s*close\s*(,|$)/i.test(headers.get('connection') ?? '');

/** How long a connection is kept where the other side does not say how long it keeps it. */
const standardKeepMs = 4_000;
const longestKeptSeconds = 600;

/** A second less than the other side says, so that it does not close what we send over. */
function keepMsOf(said: string | undefined): number {
  const seconds = /\btimeout\s*=\s*(\d{1,6})\b/i.exec(said ?? '')?.[1];
  if (seconds === undefined) return standardKeepMs;
  return Math.max(0, Math.min(longestKeptSeconds, Number(seconds)) - 1) * 1_000;
}

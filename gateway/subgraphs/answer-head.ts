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
  if (text.includes('\0')) throw malformed('a sign that no line may have');
  const end = endOfLine(text, 0);
  const [isNew, code] = statusOf(text.slice(0, end));
  const headers = headersOf(text, end + 2);
  const isInterim = code < '200';
  const hasBody = !isInterim && code !== '204' && code !== '304';
  const length = hasBody ? lengthOf(headers, isNew) : 0;
  const isKept = isNew && length !== 'until closed' && !isLast(headers.connection);
  return {
    isInterim,
    encoding: headers.encoding?.toLowerCase(),
    keepMs: isKept ? keepMsOf(headers.keepAlive) : 0,
    length,
  };
}

/** Where the line ends that begins at a place. @throws where it ends otherwise than by CRLF */
function endOfLine(text: string, at: number): number {
  const cr = text.indexOf('\r', at);
  const lf = text.indexOf('\n', at);
  if (cr < 0 && lf < 0) return text.length;
  if (cr < 0 || lf !== cr + 1) throw malformed('a line that ends otherwise than by CRLF');
  return cr;
}

/** Whether it is HTTP/1.1, and the code. */
function statusOf(line: string): [isNew: boolean, code: string] {
  if (line === 'HTTP/1.1 200 OK') return usual;
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(line) ?? [];
  if (code === undefined) throw malformed('another first line than that of HTTP/1.1');
  if (code === '101') throw malformed('another protocol');
  return [minor === '1', code];
}

const usual: [isNew: boolean, code: string] = [true, '200'];

/** The headers that matter here; one that comes several times is a list. */
type Headers = {
  connection: string | undefined;
  encoding: string | undefined;
  length: string | undefined;
  keepAlive: string | undefined;
  coding: string | undefined;
};

const wanted = new Map<string, keyof Headers>([
  ['connection', 'connection'],
  ['content-encoding', 'encoding'],
  ['content-length', 'length'],
  ['keep-alive', 'keepAlive'],
  ['transfer-encoding', 'coding'],
]);

const lengths = new Set([...wanted.keys()].map(({ length }) => length));

function headersOf(text: string, from: number): Headers {
  const headers: Headers = {
    connection: undefined,
    encoding: undefined,
    length: undefined,
    keepAlive: undefined,
    coding: undefined,
  };
  for (let at = from, end = 0; at < text.length; at = end + 2) {
    end = endOfLine(text, at);
    const colon = text.indexOf(':', at);
    const given = text.slice(at, colon < 0 || colon > end ? at : colon);
    if (!headerName.test(given)) throw malformed('a line of the head that is no header');
    // Most are not wanted, and need not be brought into small letters.
    const name = lengths.has(given.length) ? wanted.get(given.toLowerCase()) : undefined;
    if (name === undefined) continue;
    const before = headers[name];
    const value = withoutSpace(text.slice(colon + 1, end));
    headers[name] = before === undefined ? value : `${before}, ${value}`;
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
function lengthOf({ length, coding }: Headers, isNew: boolean): AnswerHead['length'] {
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

const isLast = (connection: string | undefined): boolean =>
  connection !== undefined &&
  connection !== 'keep-alive' &&
  /(^|,)\s*close\s*(,|$)/i.test(connection);

/** How long a connection is kept where the other side does not say how long it keeps it. */
const standardKeepMs = 4_000;
const longestKeptSeconds = 600;

/** What was said last, which is said with each answer, and what it means. */
let lastSaid: { text: string | undefined; ms: number } = { text: undefined, ms: standardKeepMs };

function keepMsOf(said: string | undefined): number {
  if (said !== lastSaid.text) lastSaid = { text: said, ms: msOf(said) };
  return lastSaid.ms;
}

/** A second less than the other side says, so that it does not close what we send over. */
function msOf(said = ''): number {
  const seconds = /\btimeout\s*=\s*(\d{1,6})\b/i.exec(said)?.[1];
  if (seconds === undefined) return standardKeepMs;
  return Math.max(0, Math.min(longestKeptSeconds, Number(seconds)) - 1) * 1_000;
}

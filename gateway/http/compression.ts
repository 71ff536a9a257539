import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { acceptedRanges } from './accept.ts';

/** How texts are compressed, the best first. A high quality would cost more time than it saves. */
const encodings = {
  br: (text: string) =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (text: string) => promisify(gzip)(text, { level: 4 }),
} satisfies Record<string, (text: string) => Promise<Buffer>>;

type Encoding = keyof typeof encodings;

/** The encoding to send a text in; undefined where the client accepts none that is known here. */
export function acceptedEncoding(accept: string | undefined): Encoding | undefined {
  if (accept === undefined) return undefined;
  const weights = new Map(acceptedRanges(accept).map(({ name, weight }) => [name, weight]));
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  // Who asks for it as it is by name may want that more.
  const asItIs = weights.get('identity') ?? 0;
  const accepted = (Object.keys(encodings) as Encoding[]).filter(
    (name) => weightOf(name) > 0 && weightOf(name) >= asItIs,
  );
  return accepted.sort((a, b) => weightOf(b) - weightOf(a))[0];
}

/**
 * Ends a response with a text, compressed if it has as many characters and the client accepts it.
 * @param fromSize undefined to compress nothing
 */
export function endWith(
  response: ServerResponse,
  text: string,
  fromSize: number | undefined,
): void {
  if (fromSize === undefined) return void response.end(text);
  response.appendHeader('vary', 'accept-encoding');
  const accept = response.req.headers['accept-encoding'];
  const encoding = text.length < fromSize ? undefined : acceptedEncoding(accept);
  if (encoding === undefined) return void response.end(text);
  encodings[encoding](text).then(
    (compressed) => {
      response.setHeader('content-encoding', encoding);
      response.end(compressed);
    },
    () => response.end(text),
  );
}

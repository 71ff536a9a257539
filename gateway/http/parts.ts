import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Answering } from '../execution/deferred-operation.ts';
import { type AcceptedRange, acceptedRanges } from './accept.ts';

/**
 * Whether a client reads answers in parts as graphql-js 17.0.0-alpha.2 writes them, by multipart
 * over HTTP: Apollo Client names the version, urql takes it without.
 */
export const acceptsParts = ({
  headers: { accept = '' },
}: Pick<IncomingMessage, 'headers'>): boolean => {
  if (!mayName.test(accept)) return false;
  const ranges = acceptedRanges(accept);
  const weightsOf = (wanted: (range: AcceptedRange) => boolean) =>
    ranges.filter(wanted).map(({ weight }) => weight);
  const ofParts = Math.max(0, ...weightsOf(isOfParts));
  return ofParts > 0 && ofParts >= Math.max(0, ...weightsOf(({ name }) => wholeTypes.test(name)));
};

const wholeTypes = /^application\/(graphql-response\+)?json$/;

function isOfParts({ name, parameters }: AcceptedRange): boolean {
  if (name !== 'multipart/mixed') return false;
  const version = parameters.find((part) => part.startsWith('deferspec='));
  const isForOther = parameters.some((part) => /^(subscription|incremental)spec=/.test(part));
  return version ? version.replaceAll('"', '') === 'deferspec=20220824' : !isForOther;
}

/** Most clients name nothing like it. */
const mayName = /multipart\/mixed/i;

const boundary = '-';
const delimiter = `\r\n--${boundary}`;
// The delimiter follows at once: only what comes after a part tells a client that the part is
// whole.
const part = (body: unknown): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(body)}${delimiter}`;

/** Sends the first part at once, and each other as soon as it is there. */
export async function sendParts(
  response: ServerResponse,
  { first, rest }: Answering,
  record: { errors(errors: readonly GraphQLError[] | undefined): void },
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', `multipart/mixed; boundary="${boundary}"; deferSpec=20220824`);
  record.errors(first.errors);
  response.write(`${delimiter}${part({ ...first, hasNext: true })}`);
  await rest((parts) => {
    for (const { errors } of parts) record.errors(errors);
    response.write(part({ incremental: parts, hasNext: true }));
  });
  response.end(`${part({ hasNext: false })}--\r\n`);
}

import { clientError } from './errors.ts';

/** One page of a list, in the shape of Relay's connection specification. */
export type Connection<Node> = {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
};

/** The arguments of a page. */
export type PageInput = { first: number; after?: string | null };

const maxPageSize = 100;

/**
 * How many elements a page has. Read one more to know whether another page follows.
 * @throws BAD_USER_INPUT
 */
export function pageSize({ first }: PageInput): number {
  if (first < 1 || first > maxPageSize)
    throw clientError('BAD_USER_INPUT', `\`first\` must be 1 to ${maxPageSize}.`);
  return first;
}

/** Makes a cursor of the key that a page continues from. Cursors are opaque to clients. */
export const writeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The key in the cursor `after`; null at the beginning.
 * @throws BAD_USER_INPUT if it is not a cursor of this list
 */
export function readCursor({ after }: PageInput, length: number): (string | number)[] | null {
  if (after === undefined || after === null) return null;
  try {
    const key = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    const wellFormed = (part: unknown) => typeof part === 'string' || typeof part === 'number';
    if (Array.isArray(key) && key.length === length && key.every(wellFormed)) return key;
  } catch {
    // Reported below, like any other text that is not a cursor.
  }
  throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
}

/** Where a page of a list by time ended, which has the newest first. */
export type TimeKey = { createdAt: Date; sn: string };

/**
 * The instant and the serial number in the cursor `after`; null at the beginning.
 * @throws BAD_USER_INPUT if it is not a cursor of a list by time
 */
export function readTimeCursor(page: PageInput): TimeKey | null {
  const key = readCursor(page, 2);
  if (!key) return null;
  const createdAt = new Date(key[0] as number);
  if (Number.isNaN(createdAt.getTime()))
    throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
  return { createdAt, sn: String(key[1]) };
}

/** Makes a page of a list by time, as `connectionOf` does. */
export const timeConnection = <Node extends TimeKey>(
  read: readonly Node[],
  page: PageInput,
): Connection<Node> => connectionOf(read, page, ({ createdAt, sn }) => [createdAt.getTime(), sn]);

/** Makes a page from what was read for it, which may be one element more than asked. */
export function connectionOf<Node>(
  read: readonly Node[],
  { first, after }: PageInput,
  keyOf: (node: Node) => readonly (string | number)[],
): Connection<Node> {
  const nodes = read.slice(0, first);
  // Most clients ask for no cursors but those of the whole page.
  const edges = nodes.map((node) => ({
    node,
    get cursor() {
      return writeCursor(keyOf(node));
    },
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: read.length > first,
      // The element that `after` names comes before.
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

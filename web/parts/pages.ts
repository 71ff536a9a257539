import { useCallback, useState } from 'preact/hooks';
import { type Query, useAnswer } from './query.ts';

type Page<Node> = {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
};
type Pages<Node> = { nodes: Node[]; hasMore: boolean };

/**
 * A list from its first page on: `more` shows a page more, and `again` reads all that is shown.
 * `key` tells one list from another.
 */
export function usePages<Node>(
  key: string,
  read: (after: string | null) => Promise<Page<Node>>,
): Query<Pages<Node>> & { more(): void } {
  const [shown, show] = useState({ key, count: 1 });
  const count = shown.key === key ? shown.count : 1;
  const ask = useCallback(() => readPages(read, count), [key, count]);
  return { ...useAnswer(ask), more: () => show({ key, count: count + 1 }) };
}

async function readPages<Node>(
  read: (after: string | null) => Promise<Page<Node>>,
  count: number,
): Promise<Pages<Node>> {
  const nodes: Node[] = [];
  let after: string | null = null;
  let hasMore = true;
  for (let page = 0; page < count && hasMore; page += 1) {
    const { nodes: found, pageInfo } = await read(after);
    nodes.push(...found);
    after = pageInfo.endCursor ?? null;
    hasMore = pageInfo.hasNextPage;
  }
  return { nodes, hasMore };
}

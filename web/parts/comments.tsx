import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { HomestayComments, type HomestayPageQuery } from '../api/generated.ts';
import { instant } from '../words/format.ts';
import { t } from '../words/words.ts';
import { useAct } from './act.ts';
import { Stars } from './homestay-card.tsx';
import { Notice } from './notice.tsx';

type Homestay = NonNullable<HomestayPageQuery['homestay']>;

/** What guests say of a homestay: the first ones come with it, the next ones when asked for. */
export function Comments({ homestay }: { homestay: Pick<Homestay, 'id' | 'comments'> }) {
  const [more, setMore] = useState<Homestay['comments']['nodes']>([]);
  const [pageInfo, setPageInfo] = useState(homestay.comments.pageInfo);
  const { act, busy, refused } = useAct();
  const comments = [...homestay.comments.nodes, ...more];
  const load = () =>
    act(async () => {
      const variables = { id: homestay.id, after: pageInfo.endCursor };
      const next = (await send(HomestayComments, variables)).homestay?.comments;
      if (!next) return;
      setMore([...more, ...next.edges.map(({ node }) => node)]);
      setPageInfo(next.pageInfo);
    });
  return (
    <section aria-labelledby="comments">
      <h2 id="comments">{t('comments')}</h2>
      {comments.length === 0 && <p>{t('noComments')}</p>}
      <ul class="comments">
        {comments.map(({ id, author, stars, content, createdAt }) => (
          <li key={id}>
            <p>
              <strong>{author}</strong> <Stars rating={stars} />{' '}
              <time dateTime={createdAt}>{instant(createdAt)}</time>
            </p>
            <p>{content}</p>
          </li>
        ))}
      </ul>
      {refused && <Notice>{refused}</Notice>}
      {pageInfo.hasNextPage && (
        <button type="button" class="quiet more" disabled={busy} onClick={load}>
          {t('more')}
        </button>
      )}
    </section>
  );
}

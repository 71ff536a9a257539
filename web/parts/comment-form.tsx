import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { CommentOnStay } from '../api/generated.ts';
import { session } from '../api/session.ts';
import { t } from '../words/words.ts';
import { useAct } from './act.ts';
import { Done, Notice } from './notice.tsx';

/**
 * A guest's word about a stay, once for each: the API answers the same comment again if it is sent
 * twice.
 */
export function CommentForm({ sn }: { sn: string }) {
  const [stars, setStars] = useState(5);
  const [content, setContent] = useState('');
  const [author, setAuthor] = useState(session()?.userId ?? '');
  const [done, setDone] = useState(false);
  const { act, busy, refused } = useAct();
  const comment = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = { orderSn: sn, stars, content, author };
    const published = await act(async () => (await send(CommentOnStay, { input })).commentOnStay);
    setDone(published !== undefined);
  };
  if (done) return <Done>{t('commentDone')}</Done>;
  return (
    <form class="booking" aria-labelledby="comment" onSubmit={comment}>
      <h2 id="comment">{t('commentTitle')}</h2>
      <label>
        {t('stars')}
        <select value={stars} onChange={(event) => setStars(Number(event.currentTarget.value))}>
          {[5, 4, 3, 2, 1].map((each) => (
            <option key={each} value={each}>
              {'★'.repeat(each)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('commentContent')}
        <textarea
          rows={4}
          required
          value={content}
          onInput={(event) => setContent(event.currentTarget.value)}
        />
      </label>
      <label>
        {t('commentAuthor')}
        <input
          required
          maxLength={60}
          value={author}
          onInput={(event) => setAuthor(event.currentTarget.value)}
        />
      </label>
      {refused && <Notice>{refused}</Notice>}
      <button type="submit" disabled={busy}>
        {t('commentDo')}
      </button>
    </form>
  );
}

import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { CommentOnStay } from '../api/generated.ts';
import { session } from '../api/session.ts';
import { t, wordOf } from '../words/words.ts';
import { Notice } from './notice.tsx';
import { asApiError } from './query.ts';

/**
 * A guest's word about a stay, once for each: the API answers the same comment again if it is sent
 * twice.
 */
export function CommentForm({ sn }: { sn: string }) {
  const [stars, setStars] = useState(5);
  const [content, setContent] = useState('');
  const [author, setAuthor] = useState(session()?.userId ?? '');
  const [refused, setRefused] = useState('');
  const [done, setDone] = useState(false);
  const comment = async (event: SubmitEvent) => {
    event.preventDefault();
    setRefused('');
    try {
      const input = { orderSn: sn, stars, content, author };
      const { commentOnStay: answer } = await send(CommentOnStay, { input });
      if (answer.__typename === 'HomestayComment') return setDone(true);
      setRefused(wordOf('messages', answer.code, answer.message));
    } catch (error) {
      const { code, message } = asApiError(error);
      setRefused(wordOf('messages', code, message));
    }
  };
  if (done)
    return (
      <p class="notice good" role="status">
        {t('commentDone')}
      </p>
    );
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
      <button type="submit">{t('commentDo')}</button>
    </form>
  );
}

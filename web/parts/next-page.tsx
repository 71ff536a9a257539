import { t } from '../words/words.ts';
import { Loading } from './notice.tsx';

type Props = { data: { hasMore: boolean } | null; loading: boolean; more(): void };

/** The end of a list in pages: what is on its way, or the button for the next page. */
export function NextPage({ data, loading, more }: Props) {
  if (loading) return <Loading />;
  if (!data?.hasMore) return null;
  return (
    <button type="button" class="quiet more" onClick={more}>
      {t('more')}
    </button>
  );
}

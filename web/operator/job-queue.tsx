import { useEffect, useState } from 'preact/hooks';
import { besideApi } from '../api/client.ts';
import { session } from '../api/session.ts';
import { t } from '../words/words.ts';

/**
 * Leads to the scheduler's page of its jobs, if the gateway says where that is. The page is of
 * another origin: it gets the operator's token by a form, which no address bar and no log shows.
 */
export function JobQueue() {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    fetch(besideApi('sign-in'))
      .then((response) => response.json())
      .then(({ queue }) => setAddress(queue))
      .catch(() => setAddress(null));
  }, []);
  const token = session()?.token;
  if (!address || !token) return null;
  return (
    <form method="post" action={address} target="_blank" rel="noopener">
      <input type="hidden" name="token" value={token} />
      <button type="submit" class="quiet">
        {t('jobQueue')}
      </button>
    </form>
  );
}

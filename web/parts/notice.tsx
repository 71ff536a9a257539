import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.ts';
import { t, wordOf } from '../words/words.ts';

/** A sentence that a screen reader reads out at once. */
export const Notice = ({ children }: { children: ComponentChildren }) => (
  <p class="notice" role="alert">
    {children}
  </p>
);

/** What has been done, read out when there is time. */
export const Done = ({ children }: { children: ComponentChildren }) => (
  <p class="notice good" role="status">
    {children}
  </p>
);

export const Failure = ({ error, again }: { error: ApiError; again?: () => void }) => (
  <div class="notice" role="alert">
    <p>{wordOf('messages', error.code, error.message)}</p>
    {again && (
      <button type="button" class="quiet" onClick={again}>
        {t('again')}
      </button>
    )}
  </div>
);

export const Loading = () => (
  <p class="loading" role="status">
    {t('loading')}
  </p>
);

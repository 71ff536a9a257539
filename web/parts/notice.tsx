import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { t, wordOf } from '../words/words.ts';
import { linkTo } from './route.ts';

/** What the page is: its first heading, and its name in tabs, in the history and read out. */
export function Title({ children }: { children: string }) {
  useEffect(() => {
    document.title = `${children} · ${t('brand')}`;
  });
  return <h1>{children}</h1>;
}

/** There is no such page, or none that the user may see: what to do instead. */
export const NotFound = () => (
  <>
    <Title>{t('notFound')}</Title>
    <a href={linkTo([])}>{t('toStays')}</a>
  </>
);

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

/** A part of the page is missing, because the service that answers it is away. */
export const Away = ({ again }: { again(): void }) => (
  <Failure error={new ApiError('SERVICE_UNAVAILABLE', '')} again={again} />
);

export const Loading = () => (
  <p class="loading" role="status">
    {t('loading')}
  </p>
);

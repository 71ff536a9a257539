import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signOut } from '../api/session.ts';
import { speak, t, useLanguage } from '../words/words.ts';
import { useSession } from './query.ts';
import { linkTo, linkToSignIn, type Route } from './route.ts';

/** What stands around every page. */
export function Frame({ route, children }: { route: Route; children: ComponentChildren }) {
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {t('skip')}
      </button>
      <header class="top">
        <a class="brand" href={linkTo([])}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{t('brand')}</span>
        </a>
        <Navigation route={route} />
      </header>
      <Offline />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ route }: { route: Route }) {
  const session = useSession();
  const language = useLanguage();
  const link = (path: string, label: string, href = linkTo([path])) => (
    <a href={href} {...(route.path[0] === path ? { 'aria-current': 'page' as const } : {})}>
      {label}
    </a>
  );
  return (
    <nav aria-label={t('brand')}>
      {link('orders', t('myStays'))}
      {session?.roles.includes('host') && link('hosting', t('hosting'))}
      {session?.roles.includes('operator') && link('operations', t('operations'))}
      <button
        type="button"
        class="link"
        lang={language === 'en' ? 'zh-CN' : 'en'}
        onClick={() => speak(language === 'en' ? 'zh' : 'en')}
      >
        {language === 'en' ? '中文' : 'English'}
      </button>
      {session ? (
        <>
          <span class="who" title={session.userId}>
            {session.userId}
          </span>
          <button type="button" class="link" onClick={signOut} title={session.userId}>
            {t('signOut')}
          </button>
        </>
      ) : (
        link('sign-in', t('signIn'), linkToSignIn(route))
      )}
    </nav>
  );
}

function Offline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const changed = () => setOnline(navigator.onLine);
    addEventListener('online', changed);
    addEventListener('offline', changed);
    return () => {
      removeEventListener('online', changed);
      removeEventListener('offline', changed);
    };
  }, []);
  return online ? null : (
    <p class="offline" role="status">
      {t('offline')}
    </p>
  );
}

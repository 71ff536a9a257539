import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { renewalKey } from './api/session.ts';
import { Browse } from './pages/browse.tsx';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/notice.tsx';
import { type Route, useRoute } from './parts/route.ts';
import { preferredLanguage, speak, t, useLanguage } from './words/words.ts';
import './style.css';

type Page = (props: { route: Route }) => preact.JSX.Element;

/**
 * Pages by the first part of the route. All but the first page are loaded when they are visited.
 */
const pages: Record<string, () => Promise<Page>> = {
  homestays: async () => (await import('./pages/homestay.tsx')).HomestayPage,
  orders: async () => (await import('./pages/orders.tsx')).OrdersPage,
  order: async () => (await import('./pages/order.tsx')).OrderPage,
  'sign-in': async () => (await import('./pages/sign-in.tsx')).SignInPage,
  hosting: async () => (await import('./pages/hosting.tsx')).HostingPage,
  operations: async () => (await import('./pages/operations.tsx')).OperationsPage,
};

function App() {
  const route = useRoute();
  useLanguage();
  const [place = ''] = route.path;
  const key = route.path.join('/');
  useEffect(() => {
    scrollTo(0, 0);
    document.title = t('brand');
  }, [key]);
  return (
    <Frame route={route}>
      {place === '' ? <Browse route={route} /> : <Visited key={key} place={place} route={route} />}
    </Frame>
  );
}

function Visited({ place, route }: { place: string; route: Route }) {
  const [page, setPage] = useState<{ Shown: Page } | null>(null);
  const load = pages[place];
  useEffect(() => {
    let left = false;
    load?.().then((Shown) => left || setPage({ Shown }));
    return () => {
      left = true;
    };
  }, [load]);
  if (!load) return <h1>{t('notFound')}</h1>;
  return page ? <page.Shown route={route} /> : <Loading />;
}

/** A user may come back from an identity provider, or have signed in there before. */
async function signedIn(): Promise<void> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) {
    // The page does not wait for what only sets a timer.
    if (sessionStorage.getItem(renewalKey))
      void import('./api/oidc.ts').then(({ keepSignedIn }) => keepSignedIn());
    return;
  }
  const { finishSignIn } = await import('./api/oidc.ts');
  const next = await finishSignIn(answer).catch(() => null);
  const route = next?.startsWith('#') ? next : '#/sign-in?failed=yes';
  history.replaceState(null, '', location.pathname + route);
}

await Promise.all([speak(preferredLanguage()), signedIn()]);
render(<App />, document.getElementById('app') as HTMLElement);

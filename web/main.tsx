import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api/client.ts';
import { renewalKey } from './api/session.ts';
import { Browse } from './pages/browse.tsx';
import { Frame } from './parts/frame.tsx';
import { Failure, Loading, NotFound } from './parts/notice.tsx';
import { heightOf, type Route, useRoute } from './parts/route.ts';
import { preferredLanguage, speak, useLanguage } from './words/words.ts';
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
  const left = useRef(key);
  useEffect(() => {
    // A new search changes what the page shows, and leaves the user where they are on it.
    const isOther = left.current !== key;
    left.current = key;
    const height = heightOf(route.visit);
    if (isOther || height !== undefined) scrollTo(0, height ?? 0);
    // What was pressed is gone with its page. Whoever hears the page, or uses its keys, begins here.
    if (isOther) document.getElementById('content')?.focus({ preventScroll: true });
  }, [route.visit, key]);
  return (
    <Frame route={route}>
      {place === '' ? <Browse route={route} /> : <Visited key={key} place={place} route={route} />}
    </Frame>
  );
}

function Visited({ place, route }: { place: string; route: Route }) {
  const [page, setPage] = useState<{ Shown: Page } | null>(null);
  const [failed, setFailed] = useState(false);
  const load = pages[place];
  useEffect(() => {
    let left = false;
    load?.().then(
      (Shown) => left || setPage({ Shown }),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [load]);
  if (!load) return <NotFound />;
  // A later release has other files: only the page itself, read anew, names them.
  if (failed)
    return <Failure error={new ApiError('OFFLINE', '')} again={() => location.reload()} />;
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

// Without the file of its words, the page is in English.
await Promise.all([speak(preferredLanguage()).catch(() => {}), signedIn()]);
render(<App />, document.getElementById('app') as HTMLElement);

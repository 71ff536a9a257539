import { useEffect, useState } from 'preact/hooks';

export type Route = {
  path: string[];
  search: URLSearchParams;
  /** The entry in the browser's history. Whoever goes back to an entry finds the same visit. */
  visit: string;
};

/**
 * Whether a payment's page has sent the traveller back. What it has added to the address is taken
 * out again, so that a reload or a link is not taken for a return.
 */
export const cameFromPayment: boolean = takeOutPayment();

function takeOutPayment(): boolean {
  const url = new URL(location.href);
  if (!url.searchParams.has('payment')) return false;
  url.searchParams.delete('payment');
  history.replaceState(null, '', url);
  return true;
}

/**
 * Routes are in the fragment, so that any static host can serve the pages:
 * `#/homestays/ID?checkIn=…`.
 */
function read(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  if (!history.state?.visit) history.replaceState({ visit: String(Math.random()) }, '');
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    search: new URLSearchParams(search),
    visit: history.state.visit,
  };
}

/** A link that was cut off while it was copied leads to no page, but not to an empty one. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

let kept = () => {};
const heights = new Map<string, number>();

/** How far down the page was when the user left it. */
export const heightOf = (visit: string): number | undefined => heights.get(visit);

export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    // The browser would scroll before the page is there again.
    history.scrollRestoration = 'manual';
    let { visit } = route;
    const changed = () => {
      heights.set(visit, scrollY);
      const next = read();
      visit = next.visit;
      setRoute(next);
    };
    kept = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/**
 * Writes into the address what the page shows, so that a reload, the way back and a link to sign in
 * keep it. A page that is being left keeps nothing.
 */
export function keep(path: string[], search: Record<string, string | undefined>): void {
  const address = linkTo(path, search);
  if (address === location.hash || read().path.join('/') !== path.join('/')) return;
  history.replaceState(history.state, '', address);
  kept();
}

export function linkTo(path: string[], search: Record<string, string | undefined> = {}): string {
  const given = Object.entries(search).filter(([, value]) => value) as [string, string][];
  const query = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return `#/${path.map(encodeURIComponent).join('/')}${query}`;
}

/** Where a user signs in, and comes back from to what the route shows. */
export function linkToSignIn({ path, search }: Route): string {
  // A second click on the page that signs in still leads back to where the first one was.
  if (path[0] === 'sign-in') return linkTo(path, { next: search.get('next') ?? undefined });
  return linkTo(['sign-in'], { next: linkTo(path, Object.fromEntries(search)) });
}

export function go(path: string[], search: Record<string, string | undefined> = {}): void {
  location.hash = linkTo(path, search);
}

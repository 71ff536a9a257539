import { useEffect, useState } from 'preact/hooks';

export type Route = { path: string[]; search: URLSearchParams };

/**
 * Routes are in the fragment, so that any static host can serve the pages:
 * `#/homestays/ID?checkIn=…`.
 */
function read(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return {
    path: path.split('/').filter(Boolean).map(decodeURIComponent),
    search: new URLSearchParams(search),
  };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

export function linkTo(path: string[], search: Record<string, string | undefined> = {}): string {
  const given = Object.entries(search).filter(([, value]) => value) as [string, string][];
  const query = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return `#/${path.map(encodeURIComponent).join('/')}${query}`;
}

export function go(path: string[], search: Record<string, string | undefined> = {}): void {
  location.hash = linkTo(path, search);
}

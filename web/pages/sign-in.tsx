import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { linkTo, type Route } from '../parts/route.ts';
import { t } from '../words/words.ts';

type User = { id: string; roles: string[] };

/** A development system offers its users here; others have no such address. */
const address = api.replace(/graphql$/, 'sign-in/development');

export function SignInFirst({ route }: { route: Route }) {
  const search = route.search.toString();
  const next = `${linkTo(route.path)}${search ? `?${search}` : ''}`;
  return (
    <section class="narrow">
      <h1>{t('signInFirst')}</h1>
      <a class="button" href={linkTo(['sign-in'], { next })}>
        {t('signIn')}
      </a>
    </section>
  );
}

export function SignInPage({ route }: { route: Route }) {
  const [users, setUsers] = useState<User[] | null>(null);
  const [name, setName] = useState('');
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    fetch(address)
      .then(async (response) => (response.ok ? setUsers(await response.json()) : setFailed(true)))
      .catch(() => setFailed(true));
  }, []);
  const choose = async (user: User) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    }).catch(() => undefined);
    if (!response?.ok) return setFailed(true);
    signIn((await response.json()).token);
    location.hash = route.search.get('next') ?? '#/';
  };
  if (failed) return <Notice>{t('signInUnavailable')}</Notice>;
  if (!users) return <Loading />;
  return (
    <section class="narrow">
      <h1>{t('signInTitle')}</h1>
      <p>{t('signInText')}</p>
      <ul class="users">
        {users.map((user) => (
          <li key={user.id}>
            <button type="button" class="quiet" onClick={() => choose(user)}>
              <span>{user.id}</span>
              <small>{roleOf(user)}</small>
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void choose({ id: name.trim(), roles: [] });
        }}
      >
        <label>
          {t('signInName')}
          <input
            value={name}
            required
            pattern=".*\S.*"
            autoComplete="username"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit">{t('signIn')}</button>
      </form>
    </section>
  );
}

function roleOf({ roles }: User): string {
  if (roles.includes('operator')) return t('operator');
  return roles.includes('host') ? t('host') : t('traveller');
}

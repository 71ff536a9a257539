import { useEffect, useState } from 'preact/hooks';
import { besideApi } from '../api/client.ts';
import type { Provider } from '../api/oidc.ts';
import { rolesAreAt, signIn } from '../api/session.ts';
import { Loading, Notice, Title } from '../parts/notice.tsx';
import { linkToSignIn, type Route } from '../parts/route.ts';
import { t } from '../words/words.ts';

type User = { id: string; roles: string[] };
type Ways = { oidc: Provider | null; rolesClaim: string; development: boolean };

/** How users sign in here, as the gateway says. */
const address = besideApi('sign-in');
/** A development system offers its users here. */
const developmentAddress = `${address}/development`;

export function SignInFirst({ route, as }: { route: Route; as?: 'operator' }) {
  return (
    <section class="narrow">
      <Title>{t(as === 'operator' ? 'operatorsOnly' : 'signInFirst')}</Title>
      <a class="button" href={linkToSignIn(route)}>
        {t('signIn')}
      </a>
    </section>
  );
}

export function SignInPage({ route }: { route: Route }) {
  const [ways, setWays] = useState<Ways | null>(null);
  const [failed, setFailed] = useState(route.search.has('failed'));
  const next = route.search.get('next') ?? '#/';
  useEffect(() => {
    read<Ways>(address).then(
      (found) => {
        rolesAreAt(found.rolesClaim);
        setWays(found);
      },
      () => setFailed(true),
    );
  }, []);
  return (
    <section class="narrow">
      {failed && <Notice>{t('signInFailed')}</Notice>}
      {!ways && !failed && <Loading />}
      {ways && !ways.oidc && !ways.development && <Notice>{t('signInUnavailable')}</Notice>}
      {ways?.oidc && <AtProvider provider={ways.oidc} next={next} fail={() => setFailed(true)} />}
      {ways?.development && <AsAnybody next={next} fail={() => setFailed(true)} />}
    </section>
  );
}

async function read<Content>(url: string, init?: RequestInit): Promise<Content> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

type WayProps = { next: string; fail(): void };

function AtProvider({ provider, next, fail }: WayProps & { provider: Provider }) {
  const leave = () =>
    import('../api/oidc.ts').then(({ beginSignIn }) => beginSignIn(provider, next)).catch(fail);
  return (
    <>
      <Title>{t('signIn')}</Title>
      <p>{t('signInProvider')}</p>
      <button type="button" onClick={leave}>
        {t('signIn')}
      </button>
    </>
  );
}

function AsAnybody({ next, fail }: WayProps) {
  const [users, setUsers] = useState<User[] | null>(null);
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  useEffect(() => {
    read<User[]>(developmentAddress).then(setUsers, fail);
  }, []);
  const choose = (user: User) =>
    read<{ token: string }>(developmentAddress, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    }).then(({ token }) => {
      signIn(token);
      location.hash = next;
    }, fail);
  if (!users) return <Loading />;
  return (
    <>
      <Title>{t('signInTitle')}</Title>
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
          void choose({ id: name.trim(), roles: role ? [role] : [] });
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
        <label>
          {t('signInAs')}
          <select onChange={(event) => setRole(event.currentTarget.value)}>
            <option value="">{t('traveller')}</option>
            <option value="host">{t('host')}</option>
            <option value="operator">{t('operator')}</option>
          </select>
        </label>
        <button type="submit">{t('signIn')}</button>
      </form>
    </>
  );
}

function roleOf({ roles }: User): string {
  if (roles.includes('operator')) return t('operator');
  return roles.includes('host') ? t('host') : t('traveller');
}

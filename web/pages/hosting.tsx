import { useState } from 'preact/hooks';
import { Bookings } from '../host/bookings.tsx';
import { CheckIn } from '../host/check-in.tsx';
import { HostCalendar } from '../host/host-calendar.tsx';
import { MyHomestayPage } from '../host/my-homestay.tsx';
import { Places } from '../host/places.tsx';
import { Today } from '../host/today.tsx';
import { useSession } from '../parts/query.ts';
import type { Route } from '../parts/route.ts';
import { t } from '../words/words.ts';
import { SignInFirst } from './sign-in.tsx';

/** A host's page: who comes and goes, check-in, the calendar, bookings and homestays. */
export function HostingPage({ route }: { route: Route }) {
  const session = useSession();
  const [checkIns, count] = useState(0);
  if (!session) return <SignInFirst route={route} />;
  const [, id] = route.path;
  if (id) return <MyHomestayPage id={id} />;
  return (
    <>
      <h1>{t('hosting')}</h1>
      <div class="columns">
        <Today key={checkIns} />
        <CheckIn again={() => count(checkIns + 1)} />
      </div>
      <HostCalendar />
      <div class="columns">
        <Bookings key={checkIns} />
        <Places />
      </div>
    </>
  );
}

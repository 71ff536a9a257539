import { useState } from 'preact/hooks';
import { Bookings } from '../host/bookings.tsx';
import { CheckIn } from '../host/check-in.tsx';
import { HostCalendar } from '../host/host-calendar.tsx';
import { MyHomestayPage } from '../host/my-homestay.tsx';
import { useMyShops } from '../host/my-shops.ts';
import { Places } from '../host/places.tsx';
import { Today } from '../host/today.tsx';
import { Title } from '../parts/notice.tsx';
import { useSession } from '../parts/query.ts';
import type { Route } from '../parts/route.ts';
import { t } from '../words/words.ts';
import { SignInFirst } from './sign-in.tsx';

/** A host's page: who comes and goes, check-in, the calendar, bookings and homestays. */
export function HostingPage({ route }: { route: Route }) {
  const session = useSession();
  if (!session) return <SignInFirst route={route} />;
  const [, id] = route.path;
  if (id) return <MyHomestayPage id={id} />;
  return <Hosting key={session.userId} />;
}

function Hosting() {
  const mine = useMyShops();
  const [checkIns, count] = useState(0);
  return (
    <>
      <Title>{t('hosting')}</Title>
      <div class="columns">
        <Today key={checkIns} />
        <CheckIn again={() => count(checkIns + 1)} />
      </div>
      <HostCalendar mine={mine} />
      <div class="columns">
        <Bookings key={checkIns} />
        <Places mine={mine} />
      </div>
    </>
  );
}

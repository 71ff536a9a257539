import { Differences } from '../operator/differences.tsx';
import { FindOrders } from '../operator/find-orders.tsx';
import { Queue } from '../operator/queue-pictures.tsx';
import { Traces } from '../operator/traces.tsx';
import { Title } from '../parts/notice.tsx';
import { useSession } from '../parts/query.ts';
import type { Route } from '../parts/route.ts';
import { t } from '../words/words.ts';
import { SignInFirst } from './sign-in.tsx';

/** An operator's page: what is to be mended first, then orders, refunds, and the queue. */
export function OperationsPage({ route }: { route: Route }) {
  const session = useSession();
  if (!session) return <SignInFirst route={route} />;
  if (!session.roles.includes('operator')) return <SignInFirst route={route} as="operator" />;
  return (
    <>
      <Title>{t('operations')}</Title>
      <Differences />
      <div class="columns">
        <FindOrders given={route.search} />
        <Queue />
      </div>
      <Traces />
    </>
  );
}

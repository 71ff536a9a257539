import { createClient } from 'graphql-ws';
import relay from 'relay-runtime';
import type { OrderPage } from '../order-view.ts';
import orderQuery, { type queriesOrderQuery } from './__generated__/queriesOrderQuery.graphql.ts';
import orderChanges, {
  type queriesOrderSubscription,
} from './__generated__/queriesOrderSubscription.graphql.ts';

/**
 * Shows an order and keeps it up to date. Each event of the subscription changes the order in the
 * store, and the store tells the query.
 * @returns leaves the page
 */
export function openOrderPage({ url, token, sn, show }: OrderPage): () => void {
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const environment = new relay.Environment({
    network: networkOf(url, token, socket),
    store: new relay.Store(new relay.RecordSource()),
  });
  const operation = relay.createOperationDescriptor(orderQuery, { sn });
  const retained = environment.retain(operation);
  const draw = () => {
    const { data } = environment.lookup(operation.fragment);
    const order = (data as queriesOrderQuery['response'] | undefined)?.homestayOrder;
    show(order ? { ...order, title: order.snapshot.title } : null);
  };
  const watched = environment.subscribe(environment.lookup(operation.fragment), draw);
  const fetched = relay
    .fetchQuery<queriesOrderQuery>(environment, orderQuery, { sn })
    .subscribe({ next: draw });
  const changes = relay.requestSubscription<queriesOrderSubscription>(environment, {
    subscription: orderChanges,
    variables: { sn },
  });
  return () => {
    fetched.unsubscribe();
    changes.dispose();
    watched.dispose();
    retained.dispose();
    void socket.dispose();
  };
}

/** Queries over HTTP, subscriptions over graphql-ws. */
function networkOf(url: string, token: string, socket: ReturnType<typeof createClient>) {
  return relay.Network.create(
    async ({ text: query }, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    ({ text, name }, variables) =>
      relay.Observable.create((sink) =>
        socket.subscribe({ query: text ?? '', operationName: name, variables }, sink as never),
      ),
  );
}

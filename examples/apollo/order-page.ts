import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client/core/index.js';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import type { OrderPage } from '../order-view.ts';

const orderQuery = gql`
  query Order($sn: ID!) {
    homestayOrder(sn: $sn) {
      id
      sn
      state
      closeAt
      snapshot {
        title
      }
      total {
        amount
        currency
      }
    }
  }
`;
const orderChanges = gql`
  subscription OrderChanges($sn: ID!) {
    homestayOrderStateChanged(sn: $sn) {
      id
      state
      closeAt
    }
  }
`;
type Data = {
  homestayOrder: { state: string; closeAt: string; snapshot: { title: string } } | null;
};

/**
 * Shows an order and keeps it up to date. Each event of the subscription changes the order in the
 * cache, and the cache tells the query.
 * @returns leaves the page
 */
export function openOrderPage({ url, token, sn, show }: OrderPage): () => void {
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const http = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      http,
    ),
  });
  const variables = { sn };
  const page = client
    .watchQuery<Data>({ query: orderQuery, variables })
    .subscribe(({ data, loading }) => {
      if (loading) return;
      const order = (data as Data | undefined)?.homestayOrder;
      show(order ? { ...order, title: order.snapshot.title } : null);
    });
  const changes = client.subscribe({ query: orderChanges, variables }).subscribe({});
  return () => {
    page.unsubscribe();
    changes.unsubscribe();
    client.stop();
    void socket.dispose();
  };
}

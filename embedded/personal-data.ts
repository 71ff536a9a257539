import { randomUUID } from 'node:crypto';
import type { Database } from '../runtime/mongo.ts';
import { StartRefused } from '../runtime/settings.ts';
import { personalOrders } from '../subgraphs/order/store/personal-data.ts';
import { personalPayments } from '../subgraphs/payment/store/personal-data.ts';
import { personalComments, personalNotices } from '../subgraphs/travel/store/personal-data.ts';

/** The services that keep what belongs to a person. */
export const personOwners = ['order', 'payment', 'travel'] as const;

export type PersonalDatabases = Record<(typeof personOwners)[number], Pick<Database, 'db'>>;

/** Everything that is stored of a traveller, by its collections. */
export async function exportUser(databases: PersonalDatabases, userId: string) {
  const orders = await personalOrders(databases.order.db).exportOrders(userId);
  const sns = orders.map(({ _id }) => _id);
  return {
    orders,
    ...(await personalPayments(databases.payment.db).exportPayments(userId)),
    comments: await personalComments(databases.travel.db).exportComments(sns),
    notices: await personalNotices(databases.travel.db).exportNotices(userId),
  };
}

/**
 * Erases a traveller: a pseudonym that nobody can trace takes their place, and their words go. What
 * the accounts need stays. It may be stopped and run again.
 * @throws StartRefused while an order, payment, refund or email of theirs has not ended
 */
export async function eraseUser(databases: PersonalDatabases, userId: string) {
  const orders = personalOrders(databases.order.db);
  const payments = personalPayments(databases.payment.db);
  const comments = personalComments(databases.travel.db);
  const open = [...(await orders.liveOrders(userId)), ...(await payments.openWork(userId))];
  if (open.length > 0)
    throw new StartRefused(`Not yet: these have not ended: ${open.join(', ')}. Try again then.`);
  const pseudonym = `erased-${randomUUID()}`;
  // The orders last: only they tell which comments are the traveller's.
  const sns = (await orders.exportOrders(userId)).map(({ _id }) => _id);
  await comments.eraseComments(sns);
  await personalNotices(databases.travel.db).eraseNotices(userId);
  const money = await payments.erasePayments(userId, pseudonym);
  await orders.eraseOrders(userId, pseudonym);
  return { orders: sns.length, paymentsAndRefunds: money };
}

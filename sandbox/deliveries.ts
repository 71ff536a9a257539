import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import type { Database } from '../runtime/mongo.ts';
import type { DeliveryPlan } from './behaviour.ts';

/** A webhook to deliver: sent at `dueAt`, and again until it is answered with an OK. */
export type Delivery = { _id: string; url: string; body: string; dueAt: Date; attempts: number };

export type Deliveries = ReturnType<typeof openDeliveries>;

/**
 * The webhooks that are to be delivered. Each is written in the transaction of the event it tells
 * of.
 */
export function openDeliveries({ db, now }: Database) {
  const deliveries = db.collection<Delivery>('deliveries');
  return {
    async add(url: string, event: object, plan: DeliveryPlan, session: ClientSession) {
      if (plan.times === 0) return;
      const dueAt = new Date((await now()).getTime() + plan.delayMs);
      const body = JSON.stringify({ id: randomUUID(), ...event });
      const copy = () => ({ _id: randomUUID(), url, body, dueAt, attempts: 0 });
      await deliveries.insertMany(Array.from({ length: plan.times }, copy), { session });
    },
    due: () =>
      deliveries
        .find({ $expr: { $lte: ['$dueAt', '$$NOW'] } })
        .limit(50)
        .toArray(),
    remove: (id: string) => deliveries.deleteOne({ _id: id }),
    tryLater: (id: string, dueAt: Date) =>
      deliveries.updateOne({ _id: id }, { $set: { dueAt }, $inc: { attempts: 1 } }),
  };
}

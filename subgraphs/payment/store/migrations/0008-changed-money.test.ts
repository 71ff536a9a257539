import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findMigrations } from '../../../../runtime/migrations/find.ts';
import { runMigrations } from '../../../../runtime/migrations/run.ts';
import type { Database } from '../../../../runtime/mongo.ts';
import { freshDatabase } from '../../../../testing/database.ts';
import { samplePaid, sampleRefund } from '../../../../testing/payment/samples.ts';
import type { Payment } from '../../domain/payment.ts';
import { toDocument } from '../payment-document.ts';
import { openStore } from '../store.ts';
import { migration } from './0008-changed-money.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase('payment');
});
afterAll(() => database?.stop());

test('accepted money that was changed and has no marker is compared once more', async () => {
  const given: Record<string, Partial<Payment>> = {
    PMT1: { refunded: 1, state: 'PARTIALLY_REFUNDED' },
    PMT2: {},
    PMT3: { refunded: 10_000, state: 'REFUNDED', orderAnswer: 'REFUSED' },
    PMT4: {},
  };
  const payments = Object.entries(given).map(([sn, one]) =>
    toDocument(samplePaid({ sn, orderSn: `HSO of ${sn}`, ...one })),
  );
  await database.db.collection<{ _id: string }>('payments').insertMany(payments);
  const { sn: _id, ...refund } = sampleRefund({
    ...{ sn: 'RFD2', paymentSn: 'PMT2', open: false, state: 'FAILED', contradicted: true },
  });
  await database.db.collection<{ _id: string }>('refunds').insertOne({ _id, ...refund } as never);

  const migrations = [...(await findMigrations('payment')), { ...migration, name: '9001-again' }];
  await runMigrations({ database, migrations, say: () => {} });

  const marked = await openStore(database, () => {}).unsettledPayments('', 10);
  expect(marked.map(({ sn }) => sn)).toEqual(['PMT1', 'PMT2']);
});

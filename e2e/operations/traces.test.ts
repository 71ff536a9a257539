import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jobCollection } from '../../runtime/job-queue.ts';
import { eventually } from '../../testing/eventually.ts';
import { type ReceivedSpan, startTraceReceiver } from '../../testing/operations/trace-receiver.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';
import { dateIn, payOnPage, storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { ana, tokenOf } from '../../testing/tokens.ts';

let receiver: Awaited<ReturnType<typeof startTraceReceiver>>;
let system: TestSystem;
const standard = { OTEL_BSP_SCHEDULE_DELAY: '100' };
beforeAll(async () => {
  receiver = await startTraceReceiver();
  // The SDK reads its variables by itself.
  Object.assign(process.env, standard, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  system = await startTestSystem({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, CLOSE_ORDER_AFTER: '20m' },
  });
}, 60_000);
afterAll(async () => {
  await system?.stop();
  await receiver.stop();
  for (const name of [...Object.keys(standard), 'OTEL_EXPORTER_OTLP_ENDPOINT'])
    delete process.env[name];
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const ofTrace = (id = traceId) => receiver.spans.filter((span) => span.traceId === id);
const found = (name: string | RegExp, service: string, id?: string) =>
  eventually(() =>
    ofTrace(id).find(
      (span) =>
        span.service === service &&
        (typeof name === 'string' ? span.name === name : name.test(span.name)),
    ),
  );
/** The names of a span and of all around it, from the inside. */
const around = (span: ReceivedSpan): string[] => {
  const parent = ofTrace(span.traceId).find(({ spanId }) => spanId === span.parentSpanId);
  return [`${span.service}: ${span.name}`, ...(parent ? around(parent) : [])];
};
/** Waits until they have come up to the outermost: each part sends its spans at its own time. */
const pathOf = (span: ReceivedSpan, outermost: string): Promise<string[]> =>
  eventually(() => {
    const path = around(span);
    return path.at(-1) === outermost && path;
  });

const secret = 'a remark that nobody else is to read';

/** Sends an order within a trace, and returns its number. */
async function place(): Promise<{ sn: string; requestId: string | null }> {
  const input = {
    ...{ homestayId: 'home-0', checkIn: dateIn(10), checkOut: dateIn(11), guests: 1 },
    ...{ idempotencyKey: 'a key of this test', remark: secret },
  };
  const query = `mutation Place($input: CreateHomestayOrderInput!) {
    createHomestayOrder(input: $input) { ... on HomestayOrder { sn homestay { title } } } }`;
  const response = await fetch(`${system.urls.gateway}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokenOf(ana)}`,
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      tracestate: 'vendor=value',
    },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data } = await response.json();
  return { sn: data.createHomestayOrder.sn, requestId: response.headers.get('x-request-id') };
}

/** The deadline of an order comes, and the job that was set for it runs. */
async function makeDue(_id: string): Promise<void> {
  const jobs = jobCollection({ db: system.databases.scheduler });
  const set = { name: 'close-orders', trace: { $exists: true } };
  await eventually(() => jobs.findOne(set));
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  await orders.updateOne({ _id }, { $set: { closeAt: new Date() } });
  await jobs.updateOne(set, { $set: { nextRunAt: new Date() } });
}

test('an order is one trace: from the client through every part to the job that closes it and the events it makes', async () => {
  const { sn, requestId } = await place();
  const client = await socketClient(system.urls.gateway, { sub: ana.id });
  const query = `subscription Live($sn: ID!) {
    homestayOrderStateChanged(sn: $sn) { state homestay { title } } }`;
  const watched = watch(client, { query, variables: { sn } });
  // However long it took to watch it, it closes only now.
  await eventually(() => watched.results.length > 0);
  await makeDue(sn);
  await eventually(() => watched.results.length > 1);
  // The client sent no id: the trace's is the request's.
  expect(requestId).toBe(traceId);

  const door = await found('mutation Place', 'gateway');
  expect(door).toMatchObject({ parentSpanId: 'b7ad6b7169203331', kind: 2 });
  expect(door.attributes).toMatchObject({
    'graphql.operation.name': 'Place',
    'request.id': traceId,
    'http.response.status_code': 200,
  });
  for (const part of ['admission', 'plan'])
    expect((await found(part, 'gateway')).parentSpanId).toBe(door.spanId);

  const outermost = 'gateway: mutation Place';
  const path = async (name: string, service: string) =>
    (await pathOf(await found(name, service), outermost)).slice(1, -1);
  const inOrder = ['order: mutation Place__order__0', 'gateway: fetch order'];
  expect(await path('insert orders', 'order')).toEqual(inOrder);
  const asksTravel = ['order: query HomestayToOrder', ...inOrder];
  expect(await path('query HomestayToOrder', 'travel')).toEqual(asksTravel);
  expect(await path('query Place__travel__1', 'travel')).toEqual(['gateway: fetch travel']);

  // Later, in other processes.
  const closes = ['scheduler: mutation CloseDueOrders', 'scheduler: job close-orders'];
  const closed = await path('mutation CloseDueOrders', 'order');
  expect(closed.slice(0, 2)).toEqual(closes);
  expect(await path('event Live', 'gateway')).toContain('order: change Live__order__0');
  await client.dispose();
}, 60_000);

test('a payment is one trace from its webhook, through the change of its document, to the order', async () => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const { payUrl } = await story.pay(sn);
  const begun = await eventually(() => receiver.spans.find(({ name }) => name === 'begin sandbox'));
  expect(await pathOf(begun, 'gateway: mutation Pay')).toContain('gateway: fetch payment');
  const provider = await found('POST /v1', 'sandbox', begun.traceId);
  expect(provider.parentSpanId).toBe(begun.spanId);

  await payOnPage(payUrl as string);
  const told = await eventually(() =>
    receiver.spans.find(
      ({ name, service }) => name === 'mutation MarkOrderPaid' && service === 'order',
    ),
  );
  const webhook = 'payment: POST /notifications/sandbox';
  expect(await pathOf(told, webhook)).toContain('payment: change of payments');
}, 60_000);

test('no trace holds a token, a variable or what a user wrote', async () => {
  await eventually(() => receiver.texts.length > 3);
  const all = receiver.texts.join();
  for (const word of [secret, 'a key of this test', 'Bearer', 'eyJ'])
    expect(all).not.toContain(word);
  const names = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  expect([...new Set(receiver.spans.map(({ service }) => service))].sort()).toEqual(
    ['gateway', 'order', 'payment', 'sandbox', 'scheduler', 'travel'].sort(),
  );
});

/** A new attribute is looked at before it is added here: whether it may hold what a user sends. */
const known = [
  ...[
    'operation.name',
    'operation.type',
    'client.name',
    'subgraph',
    'error.codes',
    'error.count',
  ].map((name) => `graphql.${name}`),
  ...['db.system.name', 'db.namespace', 'db.operation.name', 'db.collection.name'],
  ...['request.id', 'http.response.status_code', 'server.address', 'error.type'],
  ...['payment.provider', 'job.name', 'job.id'],
];

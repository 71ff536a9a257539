import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse as parseSchema } from 'graphql';
import { generateKeyPair, SignJWT } from 'jose';
import { parse } from 'yaml';
import { faults as chaosFaults } from '../../chaos/faults.ts';
import { deployedNames, deployedOperationsPort, type ServiceName } from '../../runtime/services.ts';
import { ask } from '../../testing/client.ts';
import { testMongoUri } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type AlertRule,
  alertStates,
  alertRules as rules,
} from '../../testing/operations/alert-rules.ts';
import { labelsOfTargets, watchMetricLabels } from '../../testing/operations/metric-labels.ts';
import { evaluate, type Scrape } from '../../testing/operations/promql.ts';
import {
  labelsLeft,
  labelsRead,
  metricsIn,
  parseExpression,
} from '../../testing/operations/promql-parser.ts';
import { metricNames, scrape, type Target } from '../../testing/operations/scrape.ts';
import { startProxy, type TestProxy } from '../../testing/proxy.ts';
import { storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { secrets } from '../../testing/tokens.ts';

const metricLabels = watchMetricLabels();
let system: TestSystem;
let proxy: TestProxy;
let healthy: Scrape;
beforeAll(async () => {
  proxy = await startProxy(Number(new URL(testMongoUri()).port));
  const env = { SWEEP_EVERY: '1s', PAYMENT_SWEEP_EVERY: '1s' };
  system = await startTestSystem({ parts: withoutScheduler, env });
  await system.job('payment', 'reconcilePayments');
  await system.scheduler.start();
  await eventually(async () => {
    const succeeded = await system.metric('scheduler', 'job_last_success_timestamp_seconds');
    healthy = await scrape(running(['scheduler']));
    return succeeded > 0 && !fires(ruleOf('JobStopped'), [healthy]);
  });
  await system.scheduler.stop();
}, 60_000);
afterAll(async () => {
  await system.stop();
  await proxy.stop();
});

/** The scheduler is started only by the faults that need it. */
const running = (more: string[] = []): Target[] =>
  [...withoutScheduler, ...more].map((service) => ({
    service,
    url: system.urls[service as 'order'],
  }));

const unchecked = { bypassDocumentValidation: true };
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);
const insert = (database: 'order' | 'payment' | 'scheduler', name: string, document: object) =>
  system.databases[database].collection(name).insertOne(document, unchecked);

let nth = 0;
/** An order whose deadline passed 40 seconds ago. */
async function overdueOrder(): Promise<string> {
  nth += 1;
  const { sn } = await storyOf(system).place({ homestayId: `home-${nth}` });
  await changeOrder(sn, { closeAt: ago(40) });
  return sn;
}
const changeOrder = (sn: string, set: object) =>
  system.databases.order
    .collection<{ _id: string }>('orders')
    .updateOne({ _id: sn }, { $set: set }, unchecked);

/** A webhook at an address that nothing is sent to, because it is private. */
async function dueWebhook(id: string, seconds: number): Promise<string> {
  const of = { _id: id, url: 'https://127.0.0.1/', shop: null, createdAt: ago(seconds) };
  const due = { active: true, wakeAt: ago(seconds), restUntil: ago(seconds), wakes: 1 };
  await insert('order', 'webhooks', { ...of, ...due, secret: 'whsec_MDAw' });
  return id;
}

const closeDue = () => system.job('order', 'closeDueOrders { dueInMs }');
async function restartOrder(env?: Record<string, string>): Promise<void> {
  await system.order.stop();
  await system.order.start(env);
}

/** With the order service away and a scheduler that runs. */
async function withoutOrders(work: () => Promise<void>): Promise<void> {
  await system.order.stop();
  try {
    await work();
  } finally {
    await system.order.start();
  }
}

async function frozenDatabase(work: () => Promise<void>): Promise<void> {
  const uri = new URL(testMongoUri());
  uri.port = String(proxy.port);
  await restartOrder({ MONGODB_URI: uri.href });
  proxy.freeze();
  try {
    await work();
  } finally {
    proxy.thaw();
    await restartOrder();
  }
}

type Fault = {
  make: () => Promise<unknown>;
  /** Whether the scheduler runs meanwhile. */
  scheduler?: true;
  undo?: () => Promise<unknown>;
};

/** What each alert is for. */
const faults: Record<string, Fault> = {
  OrdersOverdue: { make: overdueOrder },
  OrdersCloseLate: { make: () => overdueOrder().then(closeDue) },
  ClosingPaused: {
    make: () => restartOrder({ CLOSING: 'paused' }),
    undo: () => restartOrder(),
  },
  OrderSetAside: {
    make: async () => {
      await changeOrder(await overdueOrder(), { history: 'lost' });
      await closeDue();
    },
  },
  AttemptNotClosed: {
    make: async () => {
      const attempt = { paymentSn: 'PMT1', closeFrom: ago(300) };
      await changeOrder(await overdueOrder(), { attempt });
    },
  },
  OrdersClosedUnanswered: {
    make: async () => {
      const attempt = { paymentSn: 'PMT2', closeFrom: ago(3 * 3_600) };
      await changeOrder(await overdueOrder(), { attempt });
      await closeDue();
    },
  },
  PaymentNotTold: {
    make: () => insert('payment', 'payments', { toTell: true, paidAt: ago(120) }),
  },
  RefundStuck: {
    make: () => insert('payment', 'refunds', { open: true, createdAt: ago(1_000) }),
  },
  EmailsNotSent: {
    // The mail server has refused it again and again.
    make: () =>
      insert('payment', 'emails', { sent: false, writtenAt: ago(400), nextTryAt: ago(-3_600) }),
  },
  WebhooksRefused: {
    make: () =>
      fetch(`${system.urls.payment}/notifications/sandbox`, {
        method: 'POST',
        body: '{}',
        headers: { 'x-signature': 'forged' },
      }),
  },
  OrderWebhooksNotSent: { make: () => dueWebhook('waits', 700) },
  OrderWebhooksFail: { make: failingWebhook },
  ClocksDiffer: { make: askFromAhead },
  JobsWait: {
    scheduler: true,
    make: () => {
      const job = { name: 'close-orders', type: 'normal', disabled: true, priority: 0 };
      return insert('scheduler', 'jobs', { ...job, nextRunAt: ago(120), lockedAt: null });
    },
  },
};

async function failingWebhook(): Promise<void> {
  const { sn } = await storyOf(system).place({ homestayId: 'home-19' });
  const message = { orderSn: sn, sequence: 1, changedAt: ago(1), state: 'WAITING', tries: 0 };
  const webhookId = await dueWebhook('fails', 1);
  await insert('order', 'webhook_messages', { ...message, webhookId, nextTryAt: ago(1) });
  await system.job('order', 'sendOrderWebhooks');
}

/** A service whose clock is 90 seconds ahead asks. */
async function askFromAhead(): Promise<void> {
  const jwt = new SignJWT({ service: 'gateway', roles: [] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('')
    .setAudience('homestay-services')
    .setIssuedAt(Math.floor(Date.now() / 1_000) + 90)
    .setExpirationTime('5m');
  const token = await jwt.sign(new TextEncoder().encode(secrets.SERVICE_SECRET));
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${system.urls.order}/health/live`, { headers });
}

const fires = (rule: AlertRule, scrapes: Scrape[]): boolean =>
  evaluate(rule.expr, scrapes).length > 0;
const ruleOf = (name: string) => rules.find(({ alert }) => alert === name) as AlertRule;
/** A later scrape, as if so many seconds had passed. */
const later = (one: Scrape, seconds: number): Scrape => ({ ...one, at: one.at + seconds });
/** A scrape with a metric changed. */
const changed = (one: Scrape, metric: string, change: (value: number) => number): Scrape => ({
  ...one,
  samples: one.samples.map((sample) =>
    sample.name === metric ? { ...sample, value: change(sample.value) } : sample,
  ),
});

test('no alert fires while nothing is wrong', () => {
  const firing = rules.filter((rule) => fires(rule, [healthy, healthy]));
  expect(firing.map(({ alert }) => alert)).toEqual([]);
});

/** The alerts that a test here makes fire. */
const made: string[] = [];
function firing(alerts: readonly string[], when: string, work: () => Promise<void> | void): void {
  made.push(...alerts);
  test(`${alerts.join(', ')}: ${when}`, work, 60_000);
}

for (const [name, { make, scheduler, undo }] of Object.entries(faults))
  firing([name], 'fires', async () => {
    if (scheduler) await system.scheduler.start();
    await make();
    const more = scheduler ? ['scheduler'] : [];
    await eventually(async () => fires(ruleOf(name), [healthy, await scrape(running(more))]));
    await undo?.();
    if (scheduler) await system.scheduler.stop();
  });

firing(['ComparisonStopped'], 'fires after a while', () => {
  expect(fires(ruleOf('ComparisonStopped'), [healthy, later(healthy, 700)])).toBe(true);
});

/** The alerts that fire if what is found now is found for so many seconds. */
async function disagreeing(found: { kind: string }, seconds: readonly number[]) {
  await insert('payment', 'differences', {
    ...{ source: 'ORDERS', orderSn: 'HSO1', paymentSn: null },
    ...found,
  });
  const shown = async () => {
    const now = await scrape(running());
    const has = now.samples.some(
      ({ name, labels, value }) =>
        name === 'payment_differences' && labels.kind === found.kind && value > 0,
    );
    return has && now;
  };
  const now = await eventually(shown);
  await system.databases.payment.collection('differences').deleteMany({});
  const states = alertStates(rules.filter(({ alert }) => ofDifferences.includes(alert)));
  return seconds.map((after) => [...states([later(now, after)]).keys()]);
}
const ofDifferences = ['MoneyAndBookingDisagree', 'RefundedButBooked'];
firing(ofDifferences, 'one pages once two comparisons agree, goodwill is a ticket', async () => {
  const seconds = [0, 60, 120];
  const money = await disagreeing({ kind: 'MONEY_WITHOUT_BOOKING' }, seconds);
  expect(money).toEqual([[], [], ['MoneyAndBookingDisagree']]);
  const goodwill = await disagreeing({ kind: 'REFUNDED_BUT_BOOKED' }, seconds);
  expect(goodwill).toEqual([[], [], ['RefundedButBooked']]);
  const severities = ofDifferences.map((name) => ruleOf(name).labels?.severity);
  expect(severities).toEqual(['page', 'ticket']);
});

firing(['JobStopped', 'ProcessDown'], 'fire where there is no scheduler', async () => {
  const none = await scrape(running());
  for (const name of ['JobStopped', 'ProcessDown'])
    expect([name, fires(ruleOf(name), [healthy, none])]).toEqual([name, true]);
});

firing(['ProcessRestarted'], 'fires when the start is later', () => {
  const again = changed(later(healthy, 10), 'process_start_time_seconds', (at) => at + 5);
  expect(fires(ruleOf('ProcessRestarted'), [healthy, again])).toBe(true);
});

firing(['ProviderAway', 'ClientsWait'], 'fire when travellers cannot pay, and wait', async () => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const pay = async (times: number) => {
    for (let time = 0; time < times; time += 1) await story.pay(sn);
  };
  await system.sandboxTest('behaviour', { down: true });
  // Prometheus sees no growth in the first sample of a series.
  await pay(1);
  const before = await scrape(running());
  await pay(3);
  const away = [before, await scrape(running())];
  await system.sandboxTest('behaviour', { answerAfterMs: 2_600 });
  await pay(1);
  const slow = [...away, await scrape(running())];
  await system.sandboxTest('behaviour', {});
  const both = ['ProviderAway', 'ClientsWait'].map((name) =>
    [away, slow].map((scrapes) => fires(ruleOf(name), scrapes)),
  );
  expect(both).toEqual([
    [true, true],
    [false, true],
  ]);
});

firing(['TokenKeysUnreadable'], 'fires if no keys could be read for five minutes', async () => {
  const fiveMinutesLater = async () => {
    const now = await scrape(running());
    return fires(ruleOf('TokenKeysUnreadable'), [
      changed(now, unreadable, (seconds) => (seconds > 0 ? seconds + 300 : 0)),
    ]);
  };
  await restartGateway({ JWT_SECRET: '', JWKS_URL: 'http://127.0.0.1:1/keys' });
  try {
    expect(await fiveMinutesLater()).toBe(false);
    const query = { token: await tokenOfKeyPair() };
    const { status } = await ask(system.urls.gateway, '{ __typename }', query);
    expect(status).not.toBe(200);
    await eventually(fiveMinutesLater);
  } finally {
    await restartGateway();
  }
  expect(await fiveMinutesLater()).toBe(false);
});
const unreadable = 'token_keys_unreadable_seconds';

async function restartGateway(env?: Record<string, string>): Promise<void> {
  await system.gateway.stop();
  await system.gateway.start(env);
}

/** A token that is signed by a key of an identity provider. */
async function tokenOfKeyPair(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  const jwt = new SignJWT({ sub: 'ana' }).setProtectedHeader({ alg: 'ES256', kid: 'one' });
  return jwt.setExpirationTime('1h').sign(privateKey);
}

firing(['ConnectionsNearLimit'], 'fires if each connection were a hundred', async () => {
  const { port } = new URL(system.urls.gateway);
  const open = Array.from({ length: 80 }, () => connect(Number(port), '127.0.0.1'));
  const hundredfold = async () =>
    changed(await scrape(running()), 'http_connections', (count) => count * 100);
  await eventually(async () => fires(ruleOf('ConnectionsNearLimit'), [await hundredfold()]));
  for (const socket of open) socket.destroy();
  await eventually(async () => !fires(ruleOf('ConnectionsNearLimit'), [await hundredfold()]));
});

const withoutOrder = ['JobFails', 'ProcessDown', 'ClientsSeeErrors', 'OperationFails'];
firing([...withoutOrder, 'JobStopped'], 'fire without the order service', async () => {
  await system.scheduler.start();
  const sweeps = { job_name: 'sweep-orders' };
  await eventually(
    async () =>
      (await system.metric('scheduler', 'job_last_success_timestamp_seconds', sweeps)) > 0,
  );
  await withoutOrders(async () => {
    const failed = { job_name: 'sweep-orders', result: 'failed' };
    await eventually(async () => (await system.metric('scheduler', 'jobs_total', failed)) > 1);
    const fail = () =>
      storyOf(system)
        .place()
        .catch(() => {});
    await fail();
    const before = await scrape(running(['scheduler']));
    await fail();
    const after = await scrape(running(['scheduler']));
    for (const name of withoutOrder)
      expect([name, fires(ruleOf(name), [before, after])]).toEqual([name, true]);
    expect(fires(ruleOf('JobStopped'), [before, later(after, 70)])).toBe(true);
  });
  await system.scheduler.stop();
});

firing(
  ['DatabaseConnectionsShort', 'DatabaseSilent'],
  'fire while the database is frozen',
  async () => {
    await frozenDatabase(async () => {
      const asked = Array.from({ length: 60 }, () => closeDue().catch(() => {}));
      const full = async () =>
        fires(ruleOf('DatabaseConnectionsShort'), [healthy, await scrape(running())]);
      await eventually(full);
      const silent = async () =>
        fires(ruleOf('DatabaseSilent'), [healthy, await scrape(running())]);
      await eventually(silent, 25_000);
      await Promise.all(asked);
    });
  },
);

test('every alert is made to fire here', () => {
  expect([...new Set(made)].sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

test('every fault of the chaos command has an alert that exists, or none', () => {
  const alerts = new Set([...rules.map(({ alert }) => alert), null]);
  const unknown = Object.values(chaosFaults).filter(([, alert]) => !alerts.has(alert));
  expect(unknown).toEqual([]);
});

test('every kind of difference has a step in the runbook', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const kinds = parseSchema(read('schema/payment.graphql')).definitions.flatMap((one) =>
    one.kind === 'EnumTypeDefinition' && one.name.value === 'PaymentDifferenceKind'
      ? (one.values ?? []).map(({ name }) => name.value)
      : [],
  );
  expect(kinds.length).toBeGreaterThan(15);
  const page = read('ops/runbooks/MoneyAndBookingDisagree.md');
  const rows = [...page.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  const named = rows.flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '));
  expect(named.sort()).toEqual([...kinds].sort());
  const below = rows.filter(([, , step]) => step === 'See below.').map(([, cell = '']) => cell);
  expect(below.filter((cell) => !page.includes(`\n### ${cell.replaceAll('`', '')}\n`))).toEqual([]);
});

test('every alert has a page in the runbooks', () => {
  const missing = rules.filter(
    ({ alert }) => !existsSync(new URL(`../../ops/runbooks/${alert}.md`, import.meta.url)),
  );
  expect(missing.map(({ alert }) => alert)).toEqual([]);
});

type Drawn = { expr: string; legendFormat: string };
const dashboard = JSON.parse(
  readFileSync(new URL('../../ops/dashboard.json', import.meta.url), 'utf8'),
) as { panels: { targets: Drawn[] }[] };

test('the dashboard reads only metrics that exist', async () => {
  await system.scheduler.start();
  const texts = await Promise.all(
    running(['scheduler']).map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
  );
  const known = new Set(texts.flatMap(metricNames));
  const read = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => metricsIn(parseExpression(expr))),
  );
  expect(read.filter((name) => !known.has(name))).toEqual([]);
  expect(read.length).toBeGreaterThan(15);
});

const labelsOf = (metric: string) => [...(metricLabels.get(metric) ?? []), ...labelsOfTargets];

test('alerts and the dashboard read only labels that their metrics have', () => {
  const expressions = [...rules, ...dashboard.panels.flatMap(({ targets }) => targets)];
  const read = expressions.flatMap(({ expr }) => labelsRead(parseExpression(expr)));
  expect(read.filter(({ metric, label }) => !labelsOf(metric).includes(label))).toEqual([]);
  expect(read.length).toBeGreaterThan(50);
});

test('legends show only labels that are left of what is drawn', () => {
  const wrong = dashboard.panels
    .flatMap(({ targets }) => targets)
    .filter(({ expr, legendFormat }) => {
      const left = labelsLeft(parseExpression(expr), labelsOf);
      return [...legendFormat.matchAll(/{{(.*?)}}/g)].some(
        ([, label = '']) => !left.includes(label),
      );
    });
  expect(wrong).toEqual([]);
});

test('no metric has a label that Prometheus gives to what it scrapes', () => {
  const clashes = [...metricLabels].filter(([, labels]) =>
    labels.some((label) => labelsOfTargets.includes(label)),
  );
  expect(clashes).toEqual([]);
});

test('Prometheus is told of every process but the sandbox', () => {
  const text = readFileSync(new URL('../../ops/prometheus.yml', import.meta.url), 'utf8');
  type Job = { job_name: ServiceName; dns_sd_configs: { port: number }[] };
  const jobs = parse(text).scrape_configs as Job[];
  expect(jobs.map(({ job_name: name, dns_sd_configs: [dns] }) => [name, dns?.port])).toEqual(
    expect.arrayContaining(deployedNames.map((name) => [name, deployedOperationsPort(name)])),
  );
});

test('ProcessDown fires where there is none of a process', () => {
  const up = deployedNames.map((service) => ({ name: 'up', labels: { service }, value: 1 }));
  const without = (gone: string) => up.filter(({ labels }) => labels.service !== gone);
  const firesOf = (samples: typeof up) => fires(ruleOf('ProcessDown'), [{ at: 0, samples }]);
  expect(firesOf(up)).toBe(false);
  expect(deployedNames.filter((name) => !firesOf(without(name)))).toEqual([]);
});

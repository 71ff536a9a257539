import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { build } from '../deploy/build.ts';
import { imageNodeOptions } from '../deploy/node-options.ts';
import { freePort } from '../embedded/free-port.ts';
import { anyPorts, parts, withAddresses } from '../embedded/system.ts';
import { openDatabase } from '../runtime/mongo.ts';
import {
  databaseOwners,
  services as declared,
  deployedOperationsPort,
  portSetting,
  type ServiceName,
  serviceNames,
  urlSetting,
} from '../runtime/services.ts';
import { addHomestays } from '../testing/catalogue.ts';
import { dataOf } from '../testing/client.ts';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { storyOf } from '../testing/story.ts';
import { ana, secrets, tokenOf } from '../testing/tokens.ts';

const root = new URL('../', import.meta.url);
/** The image's folder: the same files at the same places, and no other packages. */
const image = join(mkdtempSync(join(tmpdir(), 'homestay-image-')), 'app');

type Service = {
  command: string[];
  read_only?: boolean;
  stop_grace_period?: string;
  cap_drop?: string[];
  depends_on?: object;
  ports?: string[];
  profiles?: string[];
  environment: Record<string, string | number | null>;
  healthcheck: { test: string[] };
};
const { services } = parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
  merge: true,
}) as {
  services: Record<string, Service>;
};

const running = new Map<ServiceName, ChildProcess>();
let addresses: Record<string, string | undefined>;

/** What a person exports who follows README's "With containers". */
const shell: Record<string, string> = {
  ...secrets,
  DEVELOPMENT_SIGN_IN: 'true',
  // So that each process loads what it traces with. Nobody listens there.
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
};

/**
 * What Docker Compose puts in the place of `${NAME}`, `${NAME-standard}`, `${NAME:-standard}` and
 * `${NAME:?why}`, the innermost first.
 */
function substituted(text: string): string {
  const next = text.replace(/\$\{(\w+)(?::?([-?])([^{}]*))?\}/g, (_, name: string, kind, rest) => {
    const value = shell[name] ?? (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`${name} must be set: ${rest}`);
    return value;
  });
  return next === text ? text : substituted(next);
}

/** What a container gets: a setting without a value is the shell's, or is not there. */
const given = (name: string): [setting: string, value: string][] =>
  Object.entries(services[name]?.environment ?? {}).flatMap(([setting, value]) => {
    const text = value === null ? shell[setting] : substituted(`${value}`);
    return text === undefined ? [] : [[setting, text]];
  });

/**
 * A service's environment, but with the loopback addresses of this test for the names of the
 * compose network.
 */
function environmentOf(name: ServiceName): Record<string, string> {
  const environment = given(name);
  const url = urlSetting(name);
  const own = { [portSetting(name)]: addresses[portSetting(name)] as string };
  const urls = Object.fromEntries(
    environment.flatMap(([key]) =>
      key.endsWith('_URL') && addresses[key] ? [[key, addresses[key] as string]] : [],
    ),
  );
  const replaced = {
    MONGODB_URI: testMongoUri(),
    PAYMENT_PUBLIC_URL: addresses.PAYMENT_URL as string,
    OPERATIONS_PORT: operationsPort,
  };
  const here = Object.fromEntries(
    Object.entries(replaced).filter(([key]) => environment.some(([known]) => known === key)),
  );
  return {
    ...Object.fromEntries(environment),
    ...urls,
    ...here,
    ...own,
    SANDBOX_PUBLIC_URL: addresses.SANDBOX_URL as string,
    DATABASE_PREFIX: prefix,
    LOG_LEVEL: 'fatal',
    [url]: addresses[url] as string,
  };
}
const prefix = testDatabasePrefix();
let operationsPort: string;
/** Where this test has the port that the health check of a container asks. */
const healthPort = (name: ServiceName) =>
  name === 'gateway' ? operationsPort : addresses[portSetting(name)];

/** Whether a service is ready. To ask costs less than its health check, which is a process. */
const isReady = (name: ServiceName): Promise<boolean> =>
  fetch(`http://127.0.0.1:${healthPort(name)}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Runs a service's health check, with this test's port in the place of the container's. */
async function isHealthy(name: ServiceName): Promise<boolean> {
  const [, command = '', ...args] = services[name]?.healthcheck.test ?? [];
  const check = spawn(
    command,
    args.map((arg) => arg.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${healthPort(name)}`)),
  );
  return (await new Promise((resolve) => check.once('close', resolve))) === 0;
}

type Locked = { packages: Record<string, { dev?: boolean }> };

/** Puts this machine's packages there that run in production, less what the image leaves out. */
function addPackages(): void {
  const lock = readFileSync(new URL('package-lock.json', root), 'utf8');
  for (const [path, { dev }] of Object.entries((JSON.parse(lock) as Locked).packages)) {
    const isTop = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
    const from = fileURLToPath(new URL(path, root));
    if (!isTop || dev || !existsSync(from)) continue;
    mkdirSync(join(image, path, '..'), { recursive: true });
    // Links cost nothing; between two disks there are none.
    if (spawnSync('cp', ['-al', from, join(image, path)]).status !== 0)
      cpSync(from, join(image, path), { recursive: true, force: true });
  }
  const steps = readFileSync(new URL('Dockerfile', root), 'utf8').replaceAll('\\\n', '');
  const leftOut = [...steps.matchAll(/^RUN (find node_modules.*)$/gm)].map(([, step]) => step);
  expect(leftOut).toHaveLength(2);
  for (const step of leftOut) execFileSync('sh', ['-c', step as string], { cwd: image });
}

async function runMigrations(): Promise<void> {
  const [command = '', ...args] = services.migrate?.command ?? [];
  const env = { MONGODB_URI: testMongoUri(), DATABASE_PREFIX: prefix, PATH: process.env.PATH };
  const child = spawn(command, args, { cwd: image, env, stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
}

beforeAll(async () => {
  addresses = await withAddresses(anyPorts);
  operationsPort = String(await freePort());
  build(image);
  addPackages();
  await runMigrations();
  for (const name of serviceNames) {
    const [command = '', ...args] = services[name]?.command ?? [];
    const ofImage = { NODE_OPTIONS: imageNodeOptions };
    const env = {
      ...ofImage,
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...environmentOf(name),
    };
    running.set(
      name,
      spawn(command, args, { cwd: image, env, stdio: ['ignore', 'ignore', 'inherit'] }),
    );
  }
}, 120_000);
afterAll(async () => {
  for (const child of running.values()) child.kill('SIGKILL');
  for (const name of databaseOwners) {
    const database = await openDatabase(testMongoUri(), `${prefix}${name}`);
    await database.db.dropDatabase();
    await database.stop();
  }
  rmSync(join(image, '..'), { recursive: true });
});

test('the compose file has every process of the product, the database and its migration', () => {
  const always = Object.keys(services).filter((name) => !services[name]?.profiles);
  expect(always.sort()).toEqual([...serviceNames, 'mongodb', 'migrate'].sort());
});

/**
 * Set by the image, or the same in every deployment by this file. A container shares its port with
 * nobody.
 */
const fixed = (name: ServiceName) => ['HOST', 'WEB_DIR', 'SHARE_PORT', portSetting(name)];

test.each(serviceNames)('the compose file can pass on every setting that %s reads', (name) => {
  const environment = services[name]?.environment ?? {};
  const settings = Object.keys(parts[name].settings.shape);
  const missing = settings.filter(
    (setting) => !(setting in environment) && !fixed(name).includes(setting),
  );
  expect(missing).toEqual([]);
  const unread = Object.keys(environment).filter(
    (setting) => !settings.includes(setting) && !/^OTEL_|_URL$/.test(setting),
  );
  expect(unread).toEqual([]);
});

test('strangers are shown no health and no metrics, and other machines nothing at all', () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [name, substituted(port)]),
  );
  expect(published).toEqual([
    ['gateway', '127.0.0.1:4000:4000'],
    ['sandbox', '127.0.0.1:4005:4005'],
    ['prometheus', '127.0.0.1:9090:9090'],
  ]);
  expect(services.gateway?.environment.OPERATIONS_PORT).toBe(deployedOperationsPort('gateway'));
});

test('the gateway does not know where the database is', () => {
  expect(services.gateway?.environment).not.toHaveProperty('MONGODB_URI');
});

test('the doctor in a container looks where the others are', () => {
  const environment = Object.fromEntries(given('doctor'));
  for (const name of serviceNames)
    expect(environment[urlSetting(name)]).toBe(`http://${name}:${declared[name].port}`);
  expect(environment.OPERATIONS_PORT).toBe(`${deployedOperationsPort('gateway')}`);
  // With real providers alone there is no sandbox to look for.
  expect(services.doctor?.environment).toHaveProperty('PAYMENT_PROVIDERS', null);
});

test('a container may finish what is under way for as long as the page of rollouts says', () => {
  const page = readFileSync(new URL('docs/rollout.md', root), 'utf8');
  const [, seconds] = /(\d+)\s+seconds before you kill it/.exec(page) ?? [];
  for (const name of serviceNames) expect(services[name]?.stop_grace_period).toBe(`${seconds}s`);
});

test.each(
  serviceNames,
)('the compose file runs %s and finds it where the table of services says', (name) => {
  const { folder, port } = declared[name];
  expect(services[name]?.command.at(-1)).toBe(`${folder}/main.js`);
  expect(services[name]?.healthcheck.test.join(' ')).toContain(
    `127.0.0.1:${deployedOperationsPort(name)}/health/ready`,
  );
  for (const { environment } of Object.values(services)) {
    const url = environment?.[urlSetting(name)];
    if (url) expect(url).toBe(`http://${name}:${port}`);
  }
});

test.each(serviceNames)('the container of %s can write nowhere and has no capabilities', (name) => {
  expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
});

test.each(serviceNames)('the container of %s starts once the data is migrated', (name) => {
  expect(services[name]?.depends_on).toEqual({
    migrate: { condition: 'service_completed_successfully' },
  });
});

test('the sandbox, whose page strangers open, does not know what our services sign with', () => {
  expect(Object.keys(services.sandbox?.environment ?? {})).not.toContain('SERVICE_SECRET');
  expect(Object.keys(services.order?.environment ?? {})).toContain('SERVICE_SECRET');
});

const beginPayment = `mutation Begin($input: PayHomestayOrderInput!) {
  payHomestayOrder(input: $input) {
    ... on Payment { payUrl }
    ... on PaymentRefused { reason }
  }
}`;

test('what its containers run becomes healthy, takes an order, and stops when it is told', async () => {
  for (const name of serviceNames) {
    await eventually(() => isReady(name), 60_000);
    expect([name, await isHealthy(name)]).toEqual([name, true]);
  }
  const travel = await openDatabase(testMongoUri(), `${prefix}travel`);
  await addHomestays(travel, 1);
  await travel.stop();
  const story = storyOf({
    ask: async (user, query, variables = {}) =>
      dataOf(`${addresses.GATEWAY_URL}`, query, {
        variables,
        token: user && (await tokenOf(user)),
      }),
  });
  const way = await (await fetch(`${addresses.GATEWAY_URL}/sign-in`)).json();
  expect(way).toMatchObject({ development: true });
  const { sn } = await story.place();
  expect(await story.see(sn)).toMatchObject({
    state: 'WAIT_PAY',
    homestay: { id: 'Homestay:home-0' },
    payment: null,
  });
  // The web pages say where the traveller shall come back to: to where they are published.
  const input = { orderSn: sn, method: 'SANDBOX', returnUrl: 'http://localhost:4000/orders' };
  const begun = await dataOf(`${addresses.GATEWAY_URL}`, beginPayment, {
    variables: { input },
    token: await tokenOf(ana),
  });
  expect(begun).toEqual({ payHomestayOrder: { payUrl: expect.stringContaining('/pay/') } });

  // Each serves on for some seconds, so all are told at once.
  const codes = [...running].map(async ([name, child]) => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    return [name, await ended];
  });
  expect(await Promise.all(codes)).toEqual(serviceNames.map((name) => [name, 0]));
}, 120_000);

const withPasswords = readFileSync(new URL('deploy/docker-compose.mongodb.yml', root), 'utf8');
const { services: members } = parse(withPasswords, { merge: true }) as {
  services: Record<string, Service & { entrypoint?: string[] }>;
};

test('on top of it, all that has a database signs in to a replica set of three', () => {
  const address =
    /MONGODB_URI="(mongodb:\/\/homestay:.*@mongodb:27017,mongodb-2:27017,mongodb-3:27017\/.*)"/;
  const [, uri = ''] = address.exec(withPasswords) ?? [];
  expect(withPasswords).toContain('${MONGODB_URI:?');
  shell.MONGODB_URI = uri;
  for (const name of [...databaseOwners, 'migrate', 'doctor'])
    expect(Object.fromEntries(given(name)).MONGODB_URI).toBe(uri);
  for (const name of ['mongodb', 'mongodb-2', 'mongodb-3'])
    expect(members[name]?.entrypoint?.at(-1)).toContain('--keyFile');
});

type Role = { role: string; db: string };

/** Runs the health check's script where the product's user has these roles, or is not there. */
function afterHealthCheck(stored: Role[] | null, prefix: string) {
  let user = stored && { roles: stored };
  let written = 0;
  const write = ({ roles }: { roles: Role[] }) => {
    user = { roles: roles.map(({ role, db }) => ({ role, db })) };
    written += 1;
  };
  const admin = {
    getUser: () => user,
    createUser: write,
    updateUser: (_: string, set: { roles: Role[] }) => write(set),
  };
  const [, script = ''] =
    /--eval '(.*)'/s.exec(members.mongodb?.healthcheck.test.at(-1) ?? '') ?? [];
  runInNewContext(script, {
    rs: { status: () => ({ members: [{ stateStr: 'PRIMARY' }] }) },
    db: { getSiblingDB: () => admin, hello: () => ({ isWritablePrimary: true }) },
    process: { env: { DATABASE_PREFIX: prefix } },
    quit: () => {
      throw new Error('not healthy');
    },
  });
  return { roles: user?.roles, written };
}

test('its user may use the databases of the services and no others', () => {
  const given = substituted(`${members.mongodb?.environment.DATABASE_PREFIX}`);
  expect(given).toBe(parts.order.settings.shape.DATABASE_PREFIX.parse(undefined));
  for (const prefix of [given, 'mine_']) {
    const { roles, written } = afterHealthCheck(null, prefix);
    const own = databaseOwners.flatMap((name) =>
      ['readWrite', 'dbAdmin'].map((role) => ({ role, db: `${prefix}${name}` })),
    );
    expect([roles, written]).toEqual([own, 1]);
    expect(afterHealthCheck(own, prefix)).toEqual({ roles: own, written: 0 });
    // As a version before has made it.
    const other = [{ role: 'readWriteAnyDatabase', db: 'admin' }];
    expect(afterHealthCheck(other, prefix)).toEqual({ roles: own, written: 1 });
  }
});

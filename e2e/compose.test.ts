import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { build } from '../deploy/build.ts';
import { anyPorts, withAddresses } from '../embedded/system.ts';
import { openDatabase } from '../runtime/mongo.ts';
import {
  databaseOwners,
  services as declared,
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
import { secrets, tokenOf } from '../testing/tokens.ts';

const root = new URL('../', import.meta.url);
/** The image's folder: the same files at the same places, on this machine's own packages. */
const image = join(mkdtempSync(join(tmpdir(), 'homestay-image-')), 'app');

type Service = {
  command: string[];
  read_only?: boolean;
  cap_drop?: string[];
  depends_on?: object;
  environment: Record<string, string>;
  healthcheck: { test: string[] };
};
const { services } = parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
  merge: true,
}) as {
  services: Record<string, Service>;
};

const running = new Map<ServiceName, ChildProcess>();
let addresses: Record<string, string | undefined>;

/**
 * What Docker Compose puts in the place of `${NAME}`, `${NAME-standard}`, `${NAME:-standard}` and
 * `${NAME:?why}`.
 */
const substituted = (text: unknown): string =>
  String(text).replace(
    /\$\{(\w+)(?::?([-?])([^}]*))?\}/g,
    (_, name: keyof typeof secrets, kind, rest) => {
      const value = secrets[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} must be set: ${rest}`);
      return value;
    },
  );

/**
 * A service's environment, but with the loopback addresses of this test for the names of the
 * compose network.
 */
function environmentOf(name: ServiceName): Record<string, string> {
  const given = Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
    key,
    substituted(value),
  ]);
  const url = urlSetting(name);
  const own = { [portSetting(name)]: addresses[portSetting(name)] as string };
  const urls = Object.fromEntries(
    given.flatMap(([key = '']) =>
      key.endsWith('_URL') && addresses[key] ? [[key, addresses[key] as string]] : [],
    ),
  );
  const replaced = {
    MONGODB_URI: testMongoUri(),
    PAYMENT_PUBLIC_URL: addresses.PAYMENT_URL as string,
  };
  const here = Object.fromEntries(
    Object.entries(replaced).filter(([key]) => given.some(([known]) => known === key)),
  );
  return {
    ...Object.fromEntries(given),
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

/** Runs a service's health check, with this test's port in the place of the container's. */
async function isHealthy(name: ServiceName): Promise<boolean> {
  const [, command = '', ...args] = services[name]?.healthcheck.test ?? [];
  const check = spawn(
    command,
    args.map((arg) => arg.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${addresses[portSetting(name)]}`)),
  );
  return (await new Promise((resolve) => check.once('close', resolve))) === 0;
}

async function runMigrations(): Promise<void> {
  const [command = '', ...args] = services.migrate?.command ?? [];
  const env = { MONGODB_URI: testMongoUri(), DATABASE_PREFIX: prefix, PATH: process.env.PATH };
  const child = spawn(command, args, { cwd: image, env, stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
}

beforeAll(async () => {
  addresses = await withAddresses(anyPorts);
  build(image);
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(image, 'node_modules'));
  await runMigrations();
  for (const name of serviceNames) {
    const [command = '', ...args] = services[name]?.command ?? [];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environmentOf(name) };
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
  expect(Object.keys(services).sort()).toEqual([...serviceNames, 'mongodb', 'migrate'].sort());
});

test.each(
  serviceNames,
)('the compose file runs %s and finds it where the table of services says', (name) => {
  const { folder, port } = declared[name];
  expect(services[name]?.command.at(-1)).toBe(`${folder}/main.js`);
  expect(services[name]?.healthcheck.test.join(' ')).toContain(`127.0.0.1:${port}/health/ready`);
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

test('what its containers run becomes healthy, takes an order, and stops when it is told', async () => {
  for (const name of serviceNames) await eventually(() => isHealthy(name), 60_000);
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
  const { sn } = await story.place();
  expect(await story.see(sn)).toMatchObject({
    state: 'WAIT_PAY',
    homestay: { id: 'Homestay:home-0' },
    payment: null,
  });

  for (const [name, child] of running) {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect([name, await ended]).toEqual([name, 0]);
  }
}, 120_000);

test('on top of it, every process that has a database signs in to a replica set of three', () => {
  const file = readFileSync(new URL('deploy/docker-compose.mongodb.yml', root), 'utf8');
  const { services: members } = parse(file, { merge: true }) as {
    services: Record<string, Service & { entrypoint?: string[] }>;
  };
  const owners = databaseOwners.filter((name) =>
    /^mongodb:\/\/homestay:.*@mongodb:27017,mongodb-2:27017,mongodb-3:27017/.test(
      members[name]?.environment.MONGODB_URI ?? '',
    ),
  );
  expect(owners).toEqual(databaseOwners);
  const setUp = members.mongodb?.healthcheck?.test.at(-1) ?? '';
  const granted: string[] = JSON.parse(/const roles = (\[.*?\])/.exec(setUp)?.[1] ?? '[]');
  expect(granted.sort()).toEqual([...databaseOwners].sort());
  for (const name of ['mongodb', 'mongodb-2', 'mongodb-3'])
    expect(members[name]?.entrypoint?.at(-1)).toContain('--keyFile');
});

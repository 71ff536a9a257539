import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { secretsOf } from '../embedded/data-dir.ts';
import { anyPorts } from '../embedded/system.ts';
import { signToken } from '../gateway/admission/sign-token.ts';
import { dataOf } from '../testing/client.ts';
import { eventually } from '../testing/eventually.ts';
import { type OrderSeen, storyOf } from '../testing/story.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'homestay-crash-'));
let running: ChildProcess | undefined;
/** Kills everything at once: the whole process group, so the database too. */
const killAll = async () => {
  const process_ = running;
  running = undefined;
  if (!process_?.pid) return;
  const ended = new Promise((resolve) => process_.once('close', resolve));
  process.kill(-process_.pid, 'SIGKILL');
  await ended;
};
afterAll(async () => {
  await killAll();
  rmSync(dataDir, { recursive: true, force: true });
});

/**
 * `npm start` in a process group of its own. Resolves with the gateway's address once it says that
 * it is ready.
 */
function start(): Promise<string> {
  const { MONGODB_URI: _notOurs, ...env } = process.env;
  running = spawn('npm', ['start'], {
    detached: true,
    env: {
      ...env,
      ...anyPorts,
      DATA_DIR: dataDir,
      CLOSE_ORDER_AFTER: '4s',
      MAX_UNPAID_ORDERS_AT_HOMESTAY: '100000',
      SWEEP_EVERY: '1s',
      MAX_UNPAID_ORDERS: '100000',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk;
      const ready = /^ready (\S+)$/m.exec(said);
      if (ready) resolve(ready[1] as string);
    };
    running?.stdout?.on('data', listen);
    running?.stderr?.on('data', listen);
    running?.once('close', (code) => reject(new Error(`npm start ended with ${code}:\n${said}`)));
  });
}

async function storyAt(gatewayUrl: string) {
  const tokenOf = (id: string) => signToken(secretsOf(dataDir, {}), id, []);
  return storyOf({
    ask: async (user, query, variables = {}) =>
      dataOf(gatewayUrl, query, { variables, token: user && (await tokenOf(user.id)) }),
  });
}

test('after kill -9 of everything, every order that was acknowledged is there, and those overdue close', async () => {
  const before = await storyAt(await start());
  const acknowledged: string[] = [];
  let day = 20;
  /** Places one order after another until the crash; what got no answer may be there or not. */
  const placeUntilCrash = async () => {
    for (;;) {
      day += 1;
      const date = (ahead: number) =>
        new Date(Date.now() + (day + ahead) * 86_400_000).toISOString().slice(0, 10);
      const stay = { homestayId: 'azulejo-alfama', checkIn: date(0), checkOut: date(2), guests: 1 };
      const answer = await before.place(stay).catch(() => undefined);
      if (!answer) return;
      if (answer.sn) acknowledged.push(answer.sn);
    }
  };
  const placing = Array.from({ length: 4 }, placeUntilCrash);
  await eventually(async () => acknowledged.length >= 40);
  await killAll();
  await Promise.all(placing);

  const after = await storyAt(await start());
  for (const sn of acknowledged) expect(await after.see(sn)).toMatchObject({ sn });
  const orders = await eventually(async () => {
    const seen = await Promise.all(acknowledged.map((sn) => after.see(sn)));
    const closed = seen.flatMap((order) => (order?.state === 'CANCELLED' ? [order] : []));
    return closed.length === acknowledged.length && closed;
  });
  for (const { version, history } of orders) {
    expect(version).toBe(2);
    expect(history[1]?.cause).toBe('DEADLINE_PASSED');
  }
  const last = orders.at(-1) as OrderSeen;
  expect(await after.freeNights('azulejo-alfama', last.checkIn, last.checkOut)).toHaveLength(2);
}, 120_000);

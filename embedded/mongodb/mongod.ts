import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoServerError } from 'mongodb';
import type { Engine } from './engine.ts';

const replicaSet = 'embedded';
const listening = /"Waiting for connections".*"port":(\d+)/;

/** MongoDB's own server, as a replica set of one: transactions and change streams need a replica set. */
export function mongod(command: string): Engine | { missing: string } {
  // A build for a newer processor than this one dies here already, of an illegal instruction.
  const asked = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const version = /version v([\w.-]+)/.exec(asked.stdout ?? '')?.[1];
  if (!version) return { missing: `${command} --version ended with ${asked.signal ?? asked.status ?? asked.error}` };
  return {
    name: 'mongod',
    description: `mongod ${version}`,
    command,
    args: (directory, port) => [
      ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', directory],
      ...['--replSet', replicaSet, '--wiredTigerCacheSizeGB', '0.5'],
    ],
    picksPort: false,
    readPort: (line) => {
      const port = listening.exec(line)?.[1];
      return port ? Number(port) : undefined;
    },
    prepare: becomePrimary,
  };
}

const notYetInitialized = 94;
const electionLimitMs = 30_000;

/** The set's configuration names the port, which is another one at every start; a set of one is told so by force. */
async function becomePrimary(port: number): Promise<void> {
  const client = await MongoClient.connect(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    const config = await admin.command({ replSetGetConfig: 1 }).catch((error) => {
      if (error instanceof MongoServerError && error.code === notYetInitialized) return undefined;
      throw error;
    });
    if (config) await admin.command({ replSetReconfig: { ...config.config, members }, force: true });
    else await admin.command({ replSetInitiate: { _id: replicaSet, members } });
    const limit = Date.now() + electionLimitMs;
    while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
      if (Date.now() > limit) throw new Error('mongod listens but did not become primary');
      await sleep(100);
    }
  } finally {
    await client.close();
  }
}

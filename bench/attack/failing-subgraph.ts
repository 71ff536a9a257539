import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/free-port.ts';
import { signToken } from '../../gateway/admission/sign-token.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { buildIn } from '../build.ts';
import { startMeasured, untilAnswering } from '../measured-process.ts';
import type { Row } from '../rows.ts';
import { honestClient } from './honest-client.ts';
import { startAttackers } from './start-attackers.ts';

const ways = { hangs: '/hangs', floods: '/floods', 'answers 50 MB': '/huge' };
const secrets = {
  SERVICE_SECRET: 'a secret of a benchmark, for the services',
  JWT_SECRET: 'a secret of a benchmark, for the travellers',
};

/** What an honest client of one subgraph feels while 16 others ask for another one that fails. */
export async function beside(seconds: number): Promise<Row[]> {
  const port = await freePort();
  const bad = startMeasured({
    program: ['bench/attack/bad-subgraph.ts'],
    env: { BAD_PORT: String(port) },
  });
  const rows: Row[] = [];
  try {
    for (const [way, path] of Object.entries({ 'none fails': '/good', ...ways })) {
      console.error(`  a subgraph that ${way}`);
      const figures = await measure(
        port,
        path,
        way === 'none fails' ? undefined : '{ bad }',
        seconds,
      );
      const common = { benchmark: 'attack', by: 'p99', figures } as const;
      const task = 'an honest client beside a subgraph that fails';
      rows.push({ ...common, task, subject: way, role: way === 'none fails' ? 'ours' : 'peer' });
    }
  } finally {
    bad.stop();
  }
  return rows;
}

async function measure(port: number, path: string, attack: string | undefined, seconds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'homestay-attack-'));
  const file = join(folder, 'supergraph.graphql');
  const at = `http://127.0.0.1:${port}`;
  writeFileSync(
    file,
    compose([
      { name: 'good', url: `${at}/good`, sdl: 'type Query { good: String }' },
      { name: 'bad', url: at + path, sdl: 'type Query { bad: String }' },
    ]),
  );
  const own = String(await freePort());
  const env = { ...secrets, PORT: own, SUPERGRAPH_FILE: file, LOG_LEVEL: 'fatal' };
  const root = new URL('../..', import.meta.url).pathname;
  const gateway = startMeasured({ program: [join(buildIn(root), 'gateway', 'main.js')], env });
  try {
    const url = `http://127.0.0.1:${own}`;
    await untilAnswering(url);
    const token = await signToken({ JWT_SECRET: secrets.JWT_SECRET }, 'honest', []);
    const client = { query: '{ good }', token };
    await honestClient(url, { ...client, seconds: 2 });
    const stop = attack && startAttackers({ url, query: attack, tokens: [], address: '127.0.0.2' });
    const figures = await honestClient(url, { ...client, seconds });
    if (stop) console.error(`    the others heard ${JSON.stringify(await stop())}`);
    return figures;
  } finally {
    gateway.stop();
    rmSync(folder, { recursive: true });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { Pool } from 'undici';
import { freePort } from '../embedded/free-port.ts';
import { withAddresses } from '../embedded/system.ts';
import { signToken } from '../gateway/admission/sign-token.ts';

const userId = 'traveller-an';
const operations = {
  'Q1, one subgraph':
    '{ homestay(id: "azulejo-alfama") { id title city price { amount currency } } }',
  'Q2, 20 orders with homestay and payment':
    '{ myHomestayOrders(first: 20) { nodes { sn state closeAt total { amount } homestay { id title } payment { sn state } } } }',
  'Q3, a mutation':
    'mutation { cancelHomestayOrder(sn: "HSO2026112100000000000000") { ... on HomestayOrder { sn } ... on OrderRefused { reason } } }',
};
const roundCount = 3;
const inFlight = 16;

/**
 * What a request costs the gateway, and how many it answers in a second, beside the stock gateway
 * on the same subgraphs, taking turns. The cost is the CPU time of the gateway's process alone, so
 * it holds on a machine that others use too.
 */
export async function run([seconds = '3']: string[]): Promise<void> {
  const env = await withAddresses({ ...secrets, ...anyPorts, ...unlimited, LOG_LEVEL: 'error' });
  const subgraphs = startProcess('bench/instant-subgraphs.ts', env);
  const ours = await startGatewayProcess('gateway/main.ts', {
    ...env,
    PORT: String(await freePort()),
  });
  const stockEnv = { ...env, USER_ID: userId, PORT: String(await freePort()) };
  const stock = await startGatewayProcess('bench/stock-gateway.ts', stockEnv);
  const token = await signToken({ JWT_SECRET: secrets.JWT_SECRET }, userId, []);

  console.log(
    `${'median of three rounds'.padEnd(42)}${['ours', 'stock', 'ratio'].map(cell).join('')}`,
  );
  for (const [name, query] of Object.entries(operations)) {
    const load = { query, token, seconds: Number(seconds) };
    const rounds = { ours: [] as Round[], stock: [] as Round[] };
    for (const gateway of [ours, stock]) await play(gateway, load);
    for (let round = 0; round < roundCount; round += 1) {
      rounds.ours.push(await play(ours, load));
      rounds.stock.push(await play(stock, load));
    }
    console.log(name);
    show('  CPU of the gateway, µs a request', rounds, 'cost', (a, b) => b / a);
    show('  requests/s', rounds, 'rate', (a, b) => a / b);
  }
  for (const { stop } of [ours, stock]) stop();
  subgraphs.kill();
}

const anyPorts = {
  TRAVEL_PORT: '0',
  ORDER_PORT: '0',
  PAYMENT_PORT: '0',
  SANDBOX_PORT: '0',
  SCHEDULER_PORT: '0',
  PORT: '0',
};
const secrets = {
  SERVICE_SECRET: 'a secret of a benchmark, for the services',
  JWT_SECRET: 'a secret of a benchmark, for the travellers',
};

/** One client sends here what many send elsewhere. */
const unlimited = { RATE_LIMIT_PER_USER: '1000000000000', RATE_LIMIT_PER_ADDRESS: '1000000000000' };

function startProcess(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', './bench/report-cpu.ts', file],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  process.once('exit', () => child.kill());
  return child;
}

async function startGatewayProcess(file: string, env: NodeJS.ProcessEnv) {
  const gateway = startProcess(file, env);
  const url = `http://127.0.0.1:${env.PORT}`;
  const cpu = () =>
    new Promise<number>((resolve) => {
      gateway.once('message', (used) => resolve(used as number));
      gateway.send('cpu');
    });
  for (let tries = 0; tries < 300; tries += 1) {
    const headers = { 'apollo-require-preflight': 'yes' };
    const answer = await fetch(`${url}/graphql?query={__typename}`, { headers }).catch(() => null);
    if (answer?.ok) return { url, cpu, stop: () => gateway.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${file} did not start`);
}

type Gateway = Awaited<ReturnType<typeof startGatewayProcess>>;
type Load = { query: string; token: string; seconds: number };
/** `cost` in microseconds of CPU a request, `rate` in requests a second. */
type Round = { cost: number; rate: number };

/** Keeps a fixed number of requests in flight. @throws where an answer is not the data asked for */
async function play({ url, cpu }: Gateway, { query, token, seconds }: Load): Promise<Round> {
  const pool = new Pool(url, { connections: inFlight });
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const [begin, used] = [performance.now(), await cpu()];
  const end = begin + seconds * 1_000;
  let answered = 0;
  const ask = async () => {
    while (performance.now() < end) {
      const text = await (
        await pool.request({ path: '/graphql', method: 'POST', headers, body })
      ).body.text();
      if (!text.startsWith('{"data":{') || text.includes('"errors"')) {
        throw new Error(`${url} answered ${text.slice(0, 300)}`);
      }
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  const round = {
    cost: ((await cpu()) - used) / answered,
    rate: answered / ((performance.now() - begin) / 1_000),
  };
  await pool.close();
  return round;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const cell = (text: string) => text.padStart(9);

function show(
  what: string,
  rounds: Record<'ours' | 'stock', Round[]>,
  of: keyof Round,
  ratio: (a: number, b: number) => number,
) {
  const [a, b] = [
    median(rounds.ours.map((round) => round[of])),
    median(rounds.stock.map((round) => round[of])),
  ];
  console.log(
    `${what.padEnd(42)}${[a.toFixed(0), b.toFixed(0), ratio(a, b).toFixed(2)].map(cell).join('')}`,
  );
}

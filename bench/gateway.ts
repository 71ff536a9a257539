import { anyPorts, withAddresses } from '../embedded/system.ts';
import { callerSigner } from '../runtime/caller.ts';
import { checkoutOf } from './checkout.ts';
import {
  type Gateway,
  type GatewayNeeds,
  startEarlier,
  startFloor,
  startHive,
  startMercurius,
  startOurs,
  startStock,
} from './gateways.ts';
import { type Load, play } from './load.ts';
import { startMeasured } from './measured-process.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, mediansOf, type Row, whyAbsent } from './rows.ts';
import { secrets, tokenOf } from './secrets.ts';

const userId = 'traveller-an';
const operations = {
  'Q1, one subgraph':
    '{ homestay(id: "azulejo-alfama") { id title city price { amount currency } } }',
  'Q2, 20 orders with homestay and payment':
    '{ myHomestayOrders(first: 20) { nodes { sn state closeAt total { amount } homestay { id title } payment { sn state } } } }',
  'Q3, a mutation':
    'mutation { cancelHomestayOrder(input: { orderSn: "HSO2026112100000000000000" }) ' +
    '{ ... on HomestayOrder { sn } ... on OrderRefused { reason } } }',
};

type Subject = {
  name: string;
  role: Row['role'];
  start: (needs: GatewayNeeds) => Promise<Gateway>;
  /** It takes long to start and to warm up: a quick run leaves it out. */
  isSlow?: true;
};

const ours: Subject = { name: 'ours', role: 'ours', start: (needs) => startOurs(needs) };
const peers: Subject[] = [
  { name: 'by hand', role: 'floor', start: startFloor },
  { name: 'Mercurius with JIT', role: 'peer', start: startMercurius },
  { name: '@apollo/gateway', role: 'peer', start: startStock },
  {
    name: 'Hive Gateway, Rust planner',
    role: 'peer',
    start: (needs) => startHive(needs, 'Rust'),
    isSlow: true,
  },
  { name: 'Hive Gateway', role: 'peer', start: (needs) => startHive(needs), isSlow: true },
];

/**
 * What a request costs a gateway, beside others on the same subgraphs, taking turns. The cost is
 * the CPU time of the gateway's process alone, so it holds on a machine that others use too.
 * `--only=NAME,NAME`: of the peers only these. `--against REF`: ours at that commit too.
 */
export const run: Benchmark = async ({ quick, against, rest }) => {
  for (const line of spared) console.error(`  ${line}`);
  const needs = await startStage();
  const only = rest
    .find((option) => option.startsWith('--only='))
    ?.slice(7)
    .split(',');
  const chosen = [ours, ...peers.filter(({ name }) => !only || only.includes(name))];
  const earlier = against ? checkoutOf(against) : undefined;
  if (earlier)
    chosen.push({
      name: `ours at ${against}`,
      role: 'peer',
      start: (given) => startEarlier(given, earlier.folder),
    });
  const started = await startAll(chosen, needs, quick && !only);
  try {
    const rows: Row[] = [];
    for (const [task, query] of Object.entries(operations)) {
      const isCold = rows.length === 0;
      rows.push(...(await measure(task, query, started, { quick, isCold, token: needs.token })));
    }
    return rows;
  } finally {
    for (const { gateway } of started) gateway?.process.stop();
    needs.subgraphs.stop();
    earlier?.remove();
  }
};

/** What the figures do not tell by themselves. */
const spared = [
  'All get the same request with a token, over 16 kept connections, and ask the same subgraphs.',
  'Ours verifies the token, checks rights and limits, counts the request, gives it an id and signs',
  'for its user. The floor and the peers look at no token, and send one signature made before.',
];

/** So many requests make what is quick as quick as it gets; what is slow does not wait for them. */
const warmUps = {
  quick: { seconds: 0.8, atMost: 5_000 },
  whole: { seconds: 1.2, atMost: 6_000 },
};
/** Before the first operation nothing of a gateway is compiled. */
const timesWhereCold = 2;

const warmUp = ({ quick, isCold }: { quick: boolean; isCold: boolean }) => {
  const { seconds, atMost } = warmUps[quick ? 'quick' : 'whole'];
  const times = isCold ? timesWhereCold : 1;
  return { seconds: times * seconds, atMost: times * atMost };
};

type Started = Subject & { gateway?: Gateway; absent?: string };

/** Starts all at the same time. @throws where ours does not start */
const startAll = (
  subjects: Subject[],
  needs: GatewayNeeds,
  isQuick: boolean,
): Promise<Started[]> => {
  const starting = subjects.filter(({ isSlow }) => !isQuick || !isSlow);
  step(`starting ${starting.map(({ name }) => name).join(', ')}`);
  return Promise.all(
    subjects.map(async (subject) => {
      if (isQuick && subject.isSlow) return { ...subject, absent: 'not in a quick run' };
      try {
        return { ...subject, gateway: await subject.start(needs) };
      } catch (error) {
        if (subject.role === 'ours') throw error;
        return { ...subject, absent: whyAbsent(error as Error) };
      }
    }),
  );
};

async function measure(
  task: string,
  query: string,
  started: Started[],
  { quick, isCold, token }: { quick: boolean; isCold: boolean; token: string },
): Promise<Row[]> {
  const headers = { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query });
  const rounds = new Map<Started, Figures[]>();
  const [count, seconds] = quick ? [3, 0.2] : [5, 0.3];
  step(`${task}: ${count} rounds`);
  for (let round = 0; round <= count; round += 1) {
    const lasts = round === 0 ? warmUp({ quick, isCold }) : { seconds };
    for (const one of started) {
      const figures = await playOnce(one, { headers: () => headers, body: () => body, ...lasts });
      if (figures && round > 0) rounds.set(one, [...(rounds.get(one) ?? []), figures]);
    }
  }
  return started.map((one) => rowOf(task, one, rounds.get(one)));
}

/** One that answers wrongly is left out from then on. @throws where that is ours */
async function playOnce(one: Started, load: Omit<Load, keyof Gateway>) {
  if (!one.gateway || one.absent !== undefined) return undefined;
  try {
    return await play({ ...one.gateway, ...load });
  } catch (error) {
    if (one.role === 'ours') throw error;
    one.absent = whyAbsent(error as Error);
    return undefined;
  }
}

const rowOf = (task: string, { name, role, absent }: Started, rounds: Figures[] = []): Row => ({
  ...{ benchmark: 'gateway', task, subject: name, role, figures: mediansOf(rounds) },
  ...(absent === undefined ? {} : { absent }),
});

/** One client sends here what many send elsewhere: each request is one of its own. */
const unlimited = {
  RATE_LIMIT_PER_USER: '1000000000000',
  RATE_LIMIT_PER_ADDRESS: '1000000000000',
  SHARE_READS: 'false',
};

async function startStage() {
  const env = await withAddresses({ ...secrets, ...anyPorts, ...unlimited, LOG_LEVEL: 'error' });
  const subgraphs = startMeasured({ program: ['bench/instant-subgraphs.ts'], env });
  const urls = Object.fromEntries(
    ['travel', 'order', 'payment'].map((name) => [name, env[`${name.toUpperCase()}_URL`]]),
  ) as GatewayNeeds['urls'];
  const sign = callerSigner(secrets.SERVICE_SECRET);
  return {
    env,
    urls,
    subgraphs,
    authorization: await sign({ service: 'gateway', userId, roles: [] }),
    token: await tokenOf(userId),
  };
}

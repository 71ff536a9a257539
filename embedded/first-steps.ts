import { randomBytes } from 'node:crypto';
import { type Ask, askAt } from './ask.ts';
import { browseHomestays, findStays } from './stay.ts';

const oneLine = (query: string): string => query.replace(/\s+/g, ' ').trim();

const curl = (gatewayUrl: string, query: string, header = ''): string =>
  `  curl -s ${gatewayUrl}/graphql -H 'content-type: application/json'${header} \\\n    -d '${JSON.stringify({ query: oneLine(query) })}'`;

/** What a newcomer does first: commands that work when they are pasted, with a homestay and dates that are free. */
export async function firstSteps(gatewayUrl: string, env: NodeJS.ProcessEnv, now = new Date()): Promise<string> {
  const ask: Ask = askAt(gatewayUrl);
  const found = findStays(await browseHomestays(ask, now), 1);
  const sameData = env.DATA_DIR ? `DATA_DIR='${env.DATA_DIR}' ` : '';
  const browse = `{ homestays(first: 3) { nodes { id title city price { amount currency } } } }`;
  const lines = [
    `Look around, in a browser (${gatewayUrl}/graphql) or here:`,
    curl(gatewayUrl, browse),
    '',
    'Get a token for a user, here "anna"; it is good for a day:',
    `  TOKEN=$(${sameData}npm run --silent token -- anna)`,
  ];
  if (found) {
    const { homestay, stays } = found;
    const input = [
      `homestayId: "${homestay.id}"`,
      `checkIn: "${stays[0]?.checkIn}", checkOut: "${stays[0]?.checkOut}"`,
      `guests: 1, idempotencyKey: "first-${randomBytes(4).toString('hex')}"`,
    ].join(', ');
    const order = `mutation { createHomestayOrder(input: { ${input} }) {
      ... on HomestayOrder { sn state closeAt total { amount currency } }
      ... on OrderRefused { reason message }
    } }`;
    lines.push(
      '',
      `Book ${homestay.title} in ${homestay.city}; unless it is paid the order closes itself at its closeAt:`,
      curl(gatewayUrl, order, ` -H "authorization: Bearer $TOKEN"`),
    );
  }
  return [...lines, '', `See the whole story: ${sameData}npm run demo`].join('\n');
}

import { randomBytes } from 'node:crypto';
import { type Ask, askAt } from './ask.ts';
import { browseHomestays, findStays } from './free-stay.ts';

const oneLine = (query: string): string => query.replace(/\s+/g, ' ').trim();

const curl = (gatewayUrl: string, query: string, header = ''): string =>
  `  curl -s ${gatewayUrl}/graphql -H 'content-type: application/json'${header} \\\n    -d '${JSON.stringify({ query: oneLine(query) })}'`;

/** Commands for a newcomer to paste. They name a homestay and dates that are free. */
export async function firstSteps(
  gatewayUrl: string,
  env: NodeJS.ProcessEnv,
  now = new Date(),
): Promise<string> {
  const ask: Ask = askAt(gatewayUrl);
  const found = findStays(await browseHomestays(ask, now), 1);
  const sameData = env.DATA_DIR ? `DATA_DIR='${env.DATA_DIR}' ` : '';
  const browse = `{ homestays(first: 3) { nodes { id title city price { amount currency } } } }`;
  const asAnna = ` -H "authorization: Bearer $TOKEN"`;
  const pay = `mutation { payHomestayOrder(input: { orderSn: "SN", method: SANDBOX }) {
    ... on Payment { sn state payUrl } ... on PaymentRefused { reason message }
  } }`;
  const lines = [
    `Open ${gatewayUrl} in a browser: find a stay, order it, pay it.`,
    '',
    `Ask the API, in a browser (${gatewayUrl}/graphql) or here:`,
    curl(gatewayUrl, browse),
    '',
    ...(env.JWKS_URL
      ? ['Get a token from the owner of the keys at JWKS_URL, and put it into TOKEN.']
      : [
          'Get a token for a user, here "anna". It is valid for a day:',
          `  TOKEN=$(${sameData}npm run --silent token -- anna)`,
        ]),
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
      `Book ${homestay.title} in ${homestay.city}; if it is not paid, the order closes at its closeAt:`,
      curl(gatewayUrl, order, asAnna),
      '',
      'Pay it: replace SN by its sn, then open the payUrl of the answer in a browser:',
      curl(gatewayUrl, pay, asAnna),
    );
  }
  if (!env.JWKS_URL) lines.push('', `See the whole story: ${sameData}npm run demo`);
  return lines.join('\n');
}

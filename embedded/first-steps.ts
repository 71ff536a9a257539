import { randomBytes } from 'node:crypto';
import { type Ask, askAt } from './ask.ts';
import { browseHomestays, findStays } from './free-stay.ts';

const oneLine = (query: string): string => query.replace(/\s+/g, ' ').trim();

type Options = { token?: string; live?: boolean };

/** A command that sends an operation. What it names in capitals is to be replaced. */
const curl = (gatewayUrl: string, query: string, { token, live }: Options = {}): string => {
  const [flags, path, accept] = live
    ? ['-sN', '/graphql/stream', " -H 'accept: text/event-stream'"]
    : ['-s', '/graphql', ''];
  const as = token ? ` -H "authorization: Bearer $${token}"` : '';
  const body = JSON.stringify({ query: oneLine(query) });
  const sendTo = `${gatewayUrl}${path} -H 'content-type: application/json'${accept}${as}`;
  return `  curl ${flags} ${sendTo} \\\n    -d '${body}'`;
};

/** Commands for a newcomer to paste. They name a homestay and dates that are free. */
export async function firstSteps(
  gatewayUrl: string,
  env: NodeJS.ProcessEnv,
  now = new Date(),
): Promise<string> {
  const ask: Ask = askAt(gatewayUrl);
  // From today on, so that the host can check the guest in.
  const found = findStays(await browseHomestays(ask, now, 0), 1);
  const sameData = env.DATA_DIR ? `DATA_DIR='${env.DATA_DIR}' ` : '';
  const browse = '{ homestays(first: 3) { nodes { id title city price { amount currency } } } }';
  const tokenOf = (name: string, user: string) =>
    env.JWKS_URL
      ? `  ${name}=a token of the user ${user}, from the owner of the keys at JWKS_URL`
      : `  ${name}=$(${sameData}npm run --silent token -- ${user})`;
  return [
    `Open ${gatewayUrl} in a browser: find a stay, order it, pay it.`,
    '',
    `Ask the API, in a browser (${gatewayUrl}/graphql) or here:`,
    curl(gatewayUrl, browse),
    '',
    'Get a token for a user, here "anna". It is valid for a day:',
    tokenOf('TOKEN', 'anna'),
    ...(found ? storyOf(gatewayUrl, found, tokenOf('HOST_TOKEN', `${hostOf(found)} host`)) : []),
    ...(env.JWKS_URL ? [] : ['', `See the whole story: ${sameData}npm run demo`]),
  ].join('\n');
}

type Found = NonNullable<ReturnType<typeof findStays>>;
const hostOf = ({ homestay }: Found): string => homestay.shop.hostId;

/** An order from its beginning to a comment on the stay, told by its traveller and its host. */
function storyOf(gatewayUrl: string, { homestay, stays: [stay] }: Found, asHost: string): string[] {
  const input = [
    `homestayId: "${homestay.id}"`,
    `checkIn: "${stay?.checkIn}", checkOut: "${stay?.checkOut}"`,
    `guests: 1, idempotencyKey: "first-${randomBytes(4).toString('hex')}"`,
  ].join(', ');
  const order = `mutation { createHomestayOrder(input: { ${input} }) {
    ... on HomestayOrder { sn state closeAt total { amount currency } }
    ... on Refused { code message } } }`;
  const watch = 'subscription { homestayOrderStateChanged(sn: "SN") { state ticketCode } }';
  const pay = `mutation { payHomestayOrder(input: { orderSn: "SN", method: SANDBOX }) {
    ... on Payment { sn state payUrl } ... on Refused { code message } } }`;
  const checkIn = `mutation { checkInGuest(input: { orderSn: "SN", ticketCode: "CODE" }) {
    ... on HomestayOrder { sn state } ... on Refused { code message } } }`;
  const words = 'stars: 5, content: "As it was told.", author: "Anna"';
  const comment = `mutation { commentOnStay(input: { orderSn: "SN", ${words} }) {
    ... on HomestayComment { stars content } ... on Refused { code message } } }`;
  const token = 'TOKEN';
  return [
    '',
    `Book ${homestay.title} in ${homestay.city}; if it is not paid, the order closes at its closeAt:`,
    curl(gatewayUrl, order, { token }),
    '',
    'From here on, put its sn where SN stands. In another terminal, watch it live (get TOKEN there too):',
    curl(gatewayUrl, watch, { token, live: true }),
    '',
    'Pay it: open the payUrl of the answer in a browser. Then the order has a ticketCode:',
    curl(gatewayUrl, pay, { token }),
    '',
    `On ${stay?.checkIn}, check the guest in as the host of the place, with that code for CODE:`,
    asHost,
    curl(gatewayUrl, checkIn, { token: 'HOST_TOKEN' }),
    '',
    'Say how it was:',
    curl(gatewayUrl, comment, { token }),
  ];
}

import {
  createCipheriv,
  createSign,
  createVerify,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { request } from 'undici';
import { type Answered, type Asked, listen } from '../listen.ts';
import type { Simulator, Telling } from './simulator.ts';

type Trade = {
  sn: string;
  total: number;
  currency: string;
  state: string;
  notifyUrl: string;
  expires: Date;
};
type Refund = { sn: string; tradeSn: string; amount: number; status: string; notifyUrl: string };

/** Keys of a made-up merchant and of a made-up platform. */
export function wechatpayKeys() {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...{
      appId: 'wx0000000000000001',
      merchantId: '1900000001',
      merchantSerial: 'A1B2C3',
      platformSerial: 'PUB_KEY_ID_01',
    },
    ...{
      merchant: pair(),
      platform: pair(),
      stranger: pair(),
      apiV3Key: randomBytes(16).toString('hex'),
    },
  };
}
export type WechatpayKeys = ReturnType<typeof wechatpayKeys>;

/**
 * The endpoints of WeChat Pay API v3 that we use, in its wire format and with its cryptography,
 * written on node:crypto alone.
 */
export async function startWechatpaySimulator(keys: WechatpayKeys): Promise<Simulator> {
  const trades = new Map<string, Trade>();
  const refunds = new Map<string, Refund>();
  const behaves: Simulator['behaves'] = {
    ...{ down: false, refundsWait: false, forged: false },
    failNext: [],
  };

  function answer(asked: Asked): Answered {
    if (behaves.down) return signedAnswer(500, { code: 'SYSTEM_ERROR', message: 'out of order' });
    const failure = behaves.failNext.shift();
    if (failure) return signedAnswer(failure.status, failure.content);
    if (!isSignedByMerchant(asked, keys))
      return signedAnswer(401, { code: 'SIGN_ERROR', message: 'wrong signature' });
    const content = asked.body.length > 0 ? JSON.parse(asked.body.toString()) : {};
    const { status, content: given } = route(asked, content);
    return signedAnswer(status, given);
  }
  const signedAnswer = (status: number, content?: object): Answered => {
    const body = content ? JSON.stringify(content) : '';
    return {
      status,
      headers: signed(body, keys, behaves.forged ? 'signature' : undefined),
      ...(content ? { content } : {}),
    };
  };

  function route({ method, path }: Asked, content: Record<string, never>): Answered {
    const last = path.split('/').at(-1) ?? '';
    if (method === 'POST' && (last === 'native' || last === 'jsapi')) return prepay(last, content);
    if (path.startsWith('/v3/refund/'))
      return method === 'POST' ? refund(content) : refundSeen(last);
    return last === 'close' ? close(path.split('/').at(-2) ?? '') : tradeSeen(last);
  }

  function tradeSeen(sn: string): Answered {
    const trade = trades.get(sn);
    return trade ? { status: 200, content: tradeContent(trade) } : no(404, 'ORDER_NOT_EXIST');
  }

  function close(sn: string): Answered {
    const trade = trades.get(sn);
    if (!trade) return no(404, 'ORDER_NOT_EXIST');
    if (trade.state === 'SUCCESS') return no(400, 'ORDERPAID');
    trade.state = 'CLOSED';
    return { status: 204 };
  }

  function prepay(kind: string, order: Record<string, never>): Answered {
    const {
      out_trade_no: sn,
      amount,
      notify_url: notifyUrl,
      time_expire,
      mchid,
      payer,
    } = order as unknown as {
      out_trade_no: string;
      amount: { total: number; currency: string };
      notify_url: string;
      time_expire: string;
      mchid: string;
      payer?: { openid?: string };
    };
    if (mchid !== keys.merchantId || (kind === 'jsapi' && !payer?.openid))
      return no(400, 'PARAM_ERROR');
    const known = trades.get(sn);
    if (known && known.state !== 'NOTPAY')
      return no(400, known.state === 'SUCCESS' ? 'ORDERPAID' : 'ORDER_CLOSED');
    trades.set(sn, { sn, ...amount, state: 'NOTPAY', notifyUrl, expires: new Date(time_expire) });
    const content =
      kind === 'native'
        ? { code_url: `weixin://wxpay/bizpayurl?pr=${sn}` }
        : { prepay_id: `wx${sn}` };
    return { status: 200, content };
  }

  const held = (sn: string): number => {
    const trade = trades.get(sn);
    const back = [...refunds.values()].filter(
      ({ tradeSn, status }) => tradeSn === sn && status !== 'ABNORMAL',
    );
    return trade?.state === 'SUCCESS'
      ? trade.total - back.reduce((sum, { amount }) => sum + amount, 0)
      : 0;
  };

  function refund(content: Record<string, never>): Answered {
    const {
      out_refund_no: sn,
      out_trade_no: tradeSn,
      amount,
      notify_url: notifyUrl,
    } = content as unknown as {
      out_refund_no: string;
      out_trade_no: string;
      amount: { refund: number };
      notify_url: string;
    };
    if (refunds.has(sn)) return refundSeen(sn);
    if (amount.refund > held(tradeSn)) return no(400, 'INVALID_REQUEST');
    const status = behaves.refundsWait ? 'PROCESSING' : 'SUCCESS';
    refunds.set(sn, { sn, tradeSn, amount: amount.refund, status, notifyUrl });
    return refundSeen(sn);
  }
  const refundSeen = (sn: string): Answered => {
    const found = refunds.get(sn);
    if (!found) return no(404, 'RESOURCE_NOT_EXISTS');
    const { tradeSn, amount, status } = found;
    return {
      status: 200,
      content: { out_refund_no: sn, out_trade_no: tradeSn, status, amount: { refund: amount } },
    };
  };

  const tradeContent = ({ sn, total, currency, state }: Trade) => ({
    ...{
      appid: keys.appId,
      mchid: keys.merchantId,
      out_trade_no: sn,
      trade_state: state,
      trade_type: 'NATIVE',
    },
    ...(state === 'SUCCESS'
      ? { success_time: new Date().toISOString(), transaction_id: `4200${sn}` }
      : {}),
    amount: { total, payer_total: total, currency, payer_currency: currency },
  });

  async function send(
    url: string,
    type: string,
    content: object,
    wrong: Telling['wrong'],
  ): Promise<number> {
    const resource = encrypted(
      content,
      wrong === 'key' ? '0'.repeat(32) : keys.apiV3Key,
      type.startsWith('REFUND') ? 'refund' : 'transaction',
    );
    const envelope = {
      id: randomUUID(),
      create_time: new Date().toISOString(),
      event_type: type,
      resource,
    };
    const body = JSON.stringify({ ...envelope, resource_type: 'encrypt-resource', summary: type });
    const headers = { 'content-type': 'application/json', ...signed(body, keys, wrong) };
    const answered = await request(url, { method: 'POST', headers, body });
    await answered.body.dump();
    return answered.statusCode;
  }

  async function tell(sn: string, { times = 1, wrong }: Telling = {}): Promise<number> {
    const trade = { ...(trades.get(sn) as Trade), state: 'SUCCESS' };
    if (wrong === 'payment') trade.sn = 'PMT2026112100000000000000';
    let status = 0;
    for (let count = 0; count < times; count += 1) {
      status = await send(trade.notifyUrl, 'TRANSACTION.SUCCESS', tradeContent(trade), wrong);
    }
    return status;
  }

  const { url, stop } = await listen(answer);
  return {
    url,
    stop,
    behaves,
    held,
    tell,
    async pay(sn, { amount, ...telling } = {}) {
      const trade = trades.get(sn);
      if (trade?.state !== 'NOTPAY' || trade.expires < new Date()) return false;
      trade.state = 'SUCCESS';
      if (amount !== undefined) trade.total = amount;
      await tell(sn, telling);
      return true;
    },
    async settleRefund(sn, ended, { times = 1, wrong } = {}) {
      const found = refunds.get(sn);
      if (!found) throw new Error(`no refund ${sn}`);
      found.status = ended === 'SUCCESS' ? 'SUCCESS' : 'ABNORMAL';
      const content = {
        ...{
          mchid: keys.merchantId,
          out_trade_no: found.tradeSn,
          out_refund_no: sn,
          refund_status: found.status,
        },
        amount: { total: trades.get(found.tradeSn)?.total, refund: found.amount },
      };
      for (let count = 0; count < times; count += 1)
        await send(found.notifyUrl, `REFUND.${found.status}`, content, wrong);
    },
  };
}

const no = (status: number, code: string): Answered => ({
  status,
  content: { code, message: code },
});

/**
 * Verifies `Authorization: WECHATPAY2-SHA256-RSA2048
 * mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`.
 */
function isSignedByMerchant(
  { method, path, query, headers, body }: Asked,
  keys: WechatpayKeys,
): boolean {
  const [scheme, rest = ''] = (headers.authorization ?? '').split(/ (.*)/s);
  const parts = Object.fromEntries(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const search = query.size > 0 ? `?${query}` : '';
  const message = `${method}\n${path}${search}\n${parts.timestamp}\n${parts.nonce_str}\n${body}\n`;
  const verified = createVerify('RSA-SHA256')
    .update(message)
    .verify(keys.merchant.publicKey, parts.signature ?? '', 'base64');
  const isTheirs = parts.mchid === keys.merchantId && parts.serial_no === keys.merchantSerial;
  const isNow = Math.abs(Date.now() / 1_000 - Number(parts.timestamp)) <= 300;
  return scheme === 'WECHATPAY2-SHA256-RSA2048' && verified && isTheirs && isNow;
}

/** The headers with which the platform signs what it says. */
function signed(
  body: string,
  keys: WechatpayKeys,
  wrong?: Telling['wrong'],
): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - (wrong === 'age' ? 3_600 : 0));
  const nonce = randomBytes(16).toString('hex');
  const key = wrong === 'signature' ? keys.stranger.privateKey : keys.platform.privateKey;
  const signature = createSign('RSA-SHA256')
    .update(`${timestamp}\n${nonce}\n${body}\n`)
    .sign(key, 'base64');
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': keys.platformSerial,
  };
}

/** A notification's resource: AES-256-GCM, its tag behind the ciphertext. */
function encrypted(content: object, key: string, associated_data: string) {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated_data));
  const secret = Buffer.concat([
    cipher.update(JSON.stringify(content)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const ciphertext = secret.toString('base64');
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext,
    nonce,
    associated_data,
    original_type: associated_data,
  };
}

import { ProviderRefused, ProviderUnavailable } from '../../domain/provider.ts';

type HttpError = Error & { response?: { status: number; data?: { code?: unknown } } };

/** WeChat Pay does not know what was asked about. */
const unknown = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS']);

/**
 * WeChat Pay says no to what was asked, and will say it again. Everything else may be different the
 * next time.
 */
const refusals = new Set([
  ...unknown,
  'PARAM_ERROR',
  'INVALID_REQUEST',
  'ORDERPAID',
  'ORDER_CLOSED',
  'ORDERCLOSED',
  'OUT_TRADE_NO_USED',
  'APPID_MCHID_NOT_MATCH',
  'MCH_NOT_EXISTS',
  'RULE_LIMIT',
  'TRADE_ERROR',
  'USER_ACCOUNT_ABNORMAL',
]);

/**
 * Statuses that say nothing about what was asked: of a limit, a wrong key, or something in between.
 */
const neverFinal = new Set([401, 403, 408, 409, 425, 429]);

/** Asks WeChat Pay for something. Only its own no is a refusal. */
export async function asked(ask: () => Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return (await ask()).data;
  } catch (error) {
    const { response, message } = error as HttpError;
    const text = `WeChat Pay: ${response?.status ?? 'no answer'} ${codeOf(error)} ${message}`;
    if (isRefusal(error)) throw new ProviderRefused(text, { cause: error });
    throw new ProviderUnavailable(text, { cause: error });
  }
}

const codeOf = (error: unknown): string => {
  const { code } = (error as HttpError).response?.data ?? {};
  return typeof code === 'string' ? code : '';
};

function isRefusal(error: unknown): boolean {
  const status = (error as HttpError).response?.status ?? 0;
  return status >= 400 && status < 500 && !neverFinal.has(status) && refusals.has(codeOf(error));
}

/**
 * Asks a question. No answer to it is a refusal: null if WeChat Pay does not know what was asked
 * about.
 */
export async function looked(ask: () => Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return await asked(ask);
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    if (unknown.has(codeOf(error.cause))) return null;
    throw new ProviderUnavailable(error.message, { cause: error.cause });
  }
}

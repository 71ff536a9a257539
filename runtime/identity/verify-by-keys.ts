import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { TokenKey } from './token-keys.ts';
import { isOfAnotherKey } from './token-refusal.ts';

/**
 * So many keys are tried that a token may be signed by: one of a stranger is tried by all of them,
 * and each try of an RSA key takes some 50 µs.
 */
const maxTried = 8;

/**
 * Verifies a token by the one key that it names, or by each of those that fit where its `kid` is
 * missing or names several.
 * @throws what the library says of the last key that was tried
 */
export async function verifyByKeys(
  token: string,
  key: TokenKey['key'],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return await verifyByEach(error, token, options);
  }
}

async function verifyByEach(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let tried = 0;
  let refused: unknown = new errors.JWKSNoMatchingKey();
  for await (const key of keys) {
    tried += 1;
    if (tried > maxTried) throw keys;
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      refused = error;
      // A TypeError is of a key that is too short.
      if (!isOfAnotherKey(error) && !(error instanceof TypeError)) throw error;
    }
  }
  throw refused;
}

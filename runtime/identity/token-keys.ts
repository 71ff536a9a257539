import { decodeJwt, type JWTVerifyGetKey } from 'jose';
import { type KeyOutages, keptKeys } from './kept-keys.ts';

export type TokenKeySettings = {
  /** Either these, of which the first signs new tokens … */
  JWT_SECRET?: readonly string[] | undefined;
  /** … or the addresses of public keys. */
  JWKS_URL?: readonly string[] | undefined;
  JWT_ISSUER: readonly string[];
};

/** A key that may have signed a token, and who must then have issued it. */
export type TokenKey = { key: JWTVerifyGetKey; issuer: string[]; algorithms: string[] };

// Only signatures of key pairs: with public keys at hand, HS256 would let anybody sign with what
// everybody can read.
const keyPairAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
];

/** The keys that may have signed a token, in the order in which they are tried. */
export type KeysOf = (token: string) => readonly TokenKey[];

export function tokenKeys(
  { JWT_SECRET = [], JWKS_URL = [], JWT_ISSUER }: TokenKeySettings,
  outages: KeyOutages,
): KeysOf {
  const issuers = [...JWT_ISSUER];
  if (JWKS_URL.length === 0) {
    const keys = JWT_SECRET.map((secret): TokenKey => {
      const bytes = new TextEncoder().encode(secret);
      return { key: async () => bytes, issuer: issuers, algorithms: ['HS256'] };
    });
    return () => keys;
  }
  // As many issuers as addresses: the first issuer signs with the keys at the first address, and so
  // on.
  const inPairs = issuers.length > 1;
  const keys = JWKS_URL.map(
    (url, i): TokenKey => ({
      key: keptKeys(url, outages),
      issuer: inPairs ? [issuers[i] as string] : issuers,
      algorithms: keyPairAlgorithms,
    }),
  );
  return inPairs ? (token) => keysOfIssuer(keys, token) : () => keys;
}

/**
 * The keys of the issuer that a token names; of the first where it names none of them, who then
 * refuses it.
 */
function keysOfIssuer(keys: readonly TokenKey[], token: string): readonly TokenKey[] {
  const issuer = claimedIssuer(token);
  const own = keys.filter((key) => key.issuer.includes(issuer ?? ''));
  return own.length > 0 ? own : keys.slice(0, 1);
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

import { existsSync } from 'node:fs';
import { signToken } from '../gateway/admission/sign-token.ts';
import { roles as knownRoles } from '../runtime/identity/claims.ts';
import { dataDirectory, secretsOf } from './data-dir.ts';

const [userId, ...roles] = process.argv.slice(2);
const unknown = roles.filter((role) => !(knownRoles as readonly string[]).includes(role));
if (!userId || unknown.length > 0) {
  for (const role of unknown)
    console.error(`There is no role "${role}": the roles are ${knownRoles.join(' and ')}.`);
  console.error('usage: npm run --silent token -- USER [ROLE...]');
  process.exit(2);
}
if (process.env.JWKS_URL) {
  console.error('JWKS_URL is set: only the owner of the private keys can make tokens.');
  process.exit(1);
}
const { JWT_ISSUER, JWT_AUDIENCE } = process.env;
const dataDir = dataDirectory();
if (!process.env.JWT_SECRET && !existsSync(dataDir)) {
  console.error(
    `No system has run on ${dataDir} yet. If yours uses another directory, set the same DATA_DIR.`,
  );
}
const JWT_SECRET = process.env.JWT_SECRET || secretsOf(dataDir).JWT_SECRET;
console.log(await signToken({ JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE }, userId, roles));

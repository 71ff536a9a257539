import { signToken } from '../gateway/admission/sign-token.ts';

/** What the measured processes sign with. */
export const secrets = {
  SERVICE_SECRET: 'a secret of a benchmark, for the services',
  JWT_SECRET: 'a secret of a benchmark, for the travellers',
  SANDBOX_SECRET: 'a secret of a benchmark, for the sandbox',
};

/** A token of a user. */
export const tokenOf = (user: string): Promise<string> => signToken(secrets, user, []);

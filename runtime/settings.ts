import { z } from 'zod';

/** Settings that are missing or wrong. Its message names each of them, one line each. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Reads a process's settings from the environment, all at once, before anything listens.
 * @throws SettingsError that names every setting that is missing or wrong, and what it should be
 */
export function readSettings<S extends z.ZodObject>(shape: S, env: NodeJS.ProcessEnv = process.env): z.infer<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `  ${name}: ${given[name] === undefined ? `is not set (${message})` : message}`;
  });
  throw new SettingsError(`these settings are missing or wrong:\n${lines.join('\n')}`);
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as `20m`, `10s` or `500ms`; read as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a length of time such as 20m, 10s or 500ms')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof unitMs;
    return Number.parseInt(text, 10) * unitMs[unit];
  });

/** A TCP port; 0 takes any free one. */
export const port = z.coerce.number('must be a port').int('must be a port').min(0).max(65_535, 'must be a port');

/** A secret that is shared by processes; long enough not to be guessed. */
export const secret = z.string().min(32, 'must have at least 32 characters');

/** The address of another service, without a slash at its end. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** What every process reads. */
export const processSettings = z.object({
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
  HOST: z.string().default('127.0.0.1'),
});

/** What every process reads that keeps its state in MongoDB. */
export const databaseSettings = z.object({
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must be a mongodb:// address of a replica set'),
  /** What the names of the services' databases begin with, so that several systems can share one server. */
  DATABASE_PREFIX: z
    .string()
    .regex(/^\w{0,30}$/, 'must be letters, digits and _, at most 30')
    .default('homestay_'),
});

/** What every process reads that calls, or is called by, its sister services. */
export const serviceSettings = z.object({ SERVICE_SECRET: secret });

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  type PortSetting,
  portSetting,
  type ServiceName,
  services,
  standardUrl,
  type UrlSetting,
  urlSetting,
} from './services.ts';

/** Settings are missing or wrong. The message names each of them in a line. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: readonly string[];

  /**
   * @param problems one sentence for each setting that is missing or wrong, beginning with its name
   */
  constructor(problems: readonly string[]) {
    super(
      `these settings are missing or wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * A process cannot start for a reason that the user can solve. The message says how, so no stack is
 * printed.
 */
export class StartRefused extends Error {
  override name = 'StartRefused';
}

/**
 * Reads a process's settings from the environment, all at once, before anything listens.
 * `NAME_FILE` names a file that holds the value of `NAME`, as container platforms mount secrets.
 * @param alsoWrong what is wrong about settings together
 * @throws SettingsError that names every setting that is missing or wrong, and what it should be
 */
export function readSettings<S extends z.ZodObject>(
  shape: S,
  env: NodeJS.ProcessEnv = process.env,
  alsoWrong: (given: NodeJS.ProcessEnv) => string[] = () => [],
): z.infer<S> {
  const { given, unreadable } = withFiles(shape, env);
  const result = shape.safeParse(given);
  const wrong = (result.error?.issues ?? []).map(({ path, message }) => {
    const name = path.join('.');
    if (given[name] !== undefined) return `${name}: ${message}`;
    return `${name}: is not set; ${message.startsWith('must') ? `it ${message}` : message}`;
  });
  const problems = unreadable.length > 0 ? unreadable : [...wrong, ...alsoWrong(given)];
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  return result.data;
}

/**
 * The settings that are given, with the contents of files in place of their names. Empty ones count
 * as not given.
 */
function withFiles(shape: z.ZodObject, env: NodeJS.ProcessEnv) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const unreadable: string[] = [];
  for (const name of Object.keys(shape.shape)) {
    const file = given[`${name}_FILE`];
    // A setting may itself end in _FILE: then it names a file and not a secret.
    if (file === undefined || `${name}_FILE` in shape.shape) continue;
    if (given[name] !== undefined) unreadable.push(`${name}, ${name}_FILE: set only one of them`);
    else
      try {
        given[name] = readFileSync(file, 'utf8').trimEnd();
      } catch (error) {
        unreadable.push(`${name}_FILE: cannot be read: ${(error as Error).message}`);
      }
  }
  return { given, unreadable };
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

// Node's timers fire at once if the time is longer.
const longestMs = 24 * unitMs.d;
const lengthOfTime =
  'must be a length of time such as 20m, 10s or 500ms, more than none and at most 24d';

/** A duration such as `20m`, `10s` or `500ms`, in milliseconds. */
export const duration = z
  .string(lengthOfTime)
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, lengthOfTime)
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof unitMs;
    return Number.parseInt(text, 10) * unitMs[unit];
  })
  .refine((ms) => ms > 0 && ms <= longestMs, lengthOfTime);

/** A whole number in an inclusive range. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const range = `must be a whole number, ${max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`}`;
  return z.coerce.number(range).int(range).min(min, range).max(max, range);
};

/** `true` or `false`. */
export const flag = (standard: 'true' | 'false') =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(standard)
    .transform((text) => text === 'true');

/** A TCP port; 0 takes any free one. */
export const port = z.coerce
  .number('must be a port')
  .int('must be a port')
  .min(0, 'must be a port')
  .max(65_535, 'must be a port');

/** A secret that processes share, long enough not to be guessed. */
export const secret = z
  .string('must have at least 32 characters')
  .min(32, 'must have at least 32 characters');

const oneOrTwo = 'must be one secret of at least 32 characters, or two separated by |';

/**
 * A secret that is being changed: `new|old`. We sign with the first and believe both, so that
 * processes can get the new one at different times.
 */
export const secrets = z
  .string(oneOrTwo)
  .transform((text) => text.split('|').map((part) => part.trim()))
  .refine((given) => given.length <= 2 && given.every(({ length }) => length >= 32), oneOrTwo);

/** The address of another service, without a slash at its end. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** Things of one kind, separated by commas. */
export const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item));

/** The setting of a service's own port. */
export const portOf = <Name extends ServiceName>(name: Name) =>
  ({ [portSetting(name)]: port.default(services[name].port) }) as Record<
    PortSetting<Name>,
    z.ZodDefault<typeof port>
  >;

/** The settings that tell where other services are. */
export const urlsOf = <Name extends ServiceName>(...names: Name[]) =>
  Object.fromEntries(
    names.map((name) => [urlSetting(name), address.default(standardUrl(name))]),
  ) as Record<UrlSetting<Name>, z.ZodDefault<typeof address>>;

/** The settings of every process. */
export const processSettings = z.object({
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
  HOST: z.string().default('127.0.0.1'),
  /** How long a process serves on after SIGTERM, no longer ready, so that balancers leave it. */
  SERVE_AFTER_SIGTERM: duration.prefault('3s'),
  /**
   * How many operations are kept in memory, with their steps, for operators to look at; none without
   * it. A gateway shows what was done for them in its own process.
   */
  KEEP_TRACES: wholeNumber(1, 200).optional(),
});

const mongodbAddress = 'must be a mongodb:// address of a replica set';

/** The settings of every process that uses MongoDB. */
export const databaseSettings = z.object({
  MONGODB_URI: z.string(mongodbAddress).regex(/^mongodb(\+srv)?:\/\//, mongodbAddress),
  /** The prefix of all database names, so that several systems can share a server. */
  DATABASE_PREFIX: z
    .string()
    .regex(/^\w{0,30}$/, 'must be letters, digits and _, at most 30')
    .default('homestay_'),
});

/** The settings of every process that calls other services or is called by them. */
export const serviceSettings = z.object({ SERVICE_SECRET: secrets });

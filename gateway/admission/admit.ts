import type { IncomingMessage } from 'node:http';
import type { DocumentNode, GraphQLError } from 'graphql';
import type { Registry } from 'prom-client';
import type { Caller } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import { callerOf, type Identity } from '../../runtime/identity/identity.ts';
import type { Log } from '../../runtime/log.ts';
import type { OperationRecord } from '../records/operation-record.ts';
import type { GatewaySettings } from '../settings.ts';
import type { UsageCounter } from '../usage/usage-counter.ts';
import { type Charging, openCharging } from './charging.ts';
import type { CostlyWork } from './costly-work.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { newOperations, type Work } from './new-operations.ts';
import {
  type Allowed,
  type CheckedBy,
  hiddenIn,
  operationCheck,
  unauthorized,
} from './operation-check.ts';
import type { Weighing } from './operation-cost.ts';
import type { Budget, QuotaKey, RateLimit } from './rate-limit.ts';
import type { Safelist } from './safelist.ts';
import { validator } from './validation.ts';
import { type Asks, openWeighing } from './weighing.ts';

/**
 * Who sends a request: by a token that is still to be verified, or as a connection was opened by.
 */
export type Sender = (
  | { authorization: string | undefined }
  | { identity: Identity | undefined }
) & {
  /** The HTTP request by which the operation, or the connection it comes over, reached us. */
  request: Pick<IncomingMessage, 'headers' | 'socket'>;
  /** Is told what becomes of the operation. */
  record: OperationRecord;
  /** Is told what is left to the sender, also where the operation is refused after that. */
  charged?: (budget: Budget) => void;
};

/**
 * A request that may be executed: by whom, what, and its document, which is valid on the schema
 * served now.
 */
export type Admitted = Allowed & {
  identity: Identity | undefined;
  caller: Caller;
  record: OperationRecord;
  /** Whether the client wants nothing that was kept. */
  fresh: boolean;
  /** On whom it counts. */
  quota: QuotaKey;
  /** What it was charged with. */
  weight: number;
};

/**
 * Checks a request, once for each request, in one order for every transport: who sends it, what it
 * asks, whether that is registered, what it costs and whether that is left to its sender, whether
 * it is valid. Nothing is planned or sent before. What is new waits for its turn to be read, to be
 * validated, and to be planned: while one of these is done, nothing else is.
 * @throws GraphQLError, or AggregateError of several
 */
export type Admit = (request: GraphqlRequest, sender: Sender) => Promise<Admitted>;

export type Admission = Charging & {
  admit: Admit;
  /**
   * Checks what was admitted on an earlier schema.
   * @returns it as it is planned on the schema that is served now
   * @throws GraphQLError, or AggregateError of several
   */
  recheck(admitted: Admitted): Admitted;
};

export type AdmissionNeeds = {
  settings: GatewaySettings;
  /**
   * The schema that clients see, and how long its lists may be; undefined until the first is
   * loaded.
   */
  served: () => (Weighing & CheckedBy) | undefined;
  rateLimit: RateLimit;
  /** In whose turns operations are made ready that are new. */
  prepareInTurn: CostlyWork['prepare'];
  /**
   * What plans an operation, so that it need not be planned when it is executed; undefined where that
   * has been done.
   */
  unplanned: (admitted: Admitted, request: Sender['request']) => Work | undefined;
  /** Validates a large document in a thread; undefined where it is to be done here. */
  validateInThread?:
    | ((document: DocumentNode) => Promise<readonly GraphQLError[]> | undefined)
    | undefined;
  /** The registered operations; there are some where the settings require them. */
  registered: Safelist | undefined;
  log: Log;
  metrics?: Registry | undefined;
  /** Is told of every request that is admitted. */
  count?: UsageCounter['count'] | undefined;
};

export function openAdmission(needs: AdmissionNeeds): Admission {
  const { settings, rateLimit, unplanned, registered, count } = needs;
  const { known, quotaKeyOf, ...charging } = openCharging(needs);
  const validate = validator(settings.INTROSPECTION);
  const check = operationCheck(validate, settings);
  const unmet = newOperations(needs);

  const servedNow = () => {
    const served = needs.served();
    if (!served) throw clientError('SERVICE_UNAVAILABLE', 'The gateway is starting. Try again.');
    return served;
  };
  const { charge } = rateLimit;
  const weighed = openWeighing({ ...needs, served: servedNow, readInTurn: unmet.read, charge });

  const admit: Admit = async (request, sender) => {
    const identity =
      'identity' in sender
        ? sender.identity
        : (known(sender.authorization) ?? (await charging.identify(sender, sender.authorization)));
    const quota = quotaKeyOf(sender, identity);
    const asks: Asks & { sender: Sender } = { request, sender, quota };
    rateLimit.requireLeft(quota);
    const weighing = weighed(asks);
    // To wait for what is there already takes time from all.
    const { asked, document, weight } = weighing instanceof Promise ? await weighing : weighing;
    const budget = await rateLimit.charge(quota, weight);
    sender.charged?.(budget);
    const caller = callerOf(identity);
    const { record } = sender;
    const fresh = wantsFresh(sender);
    /** Nothing is waited for in it, so that what is executed is what was checked. */
    const checked = () => {
      const { name, allowed } = check(servedNow(), asked, document, caller);
      const { operation, asSent, document: planned, clientNames } = allowed;
      // Written out: V8 makes a shape for each object that is spread from two, and all that reads
      // its fields looks for them anew.
      const admitted: Admitted = {
        identity,
        caller,
        record,
        fresh,
        quota,
        weight,
        operation,
        asSent,
        document: planned,
        clientNames,
      };
      return { name, admitted };
    };
    const ready = () => {
      if (!validate.isKnown(servedNow().schema, document)) return undefined;
      const one = checked();
      return unplanned(one.admitted, sender.request) ? undefined : one;
    };
    let found = ready();
    // A new supergraph may come while it is made ready for the one before.
    for (let tries = 0; !found && tries < 2 && !isRegistered(asked.query); tries += 1) {
      await prepare(asks, document, () => checked().admitted);
      found = ready();
    }
    found ??= checked();
    // From here on nothing is waited for: a new schema may come at any wait.
    const { name, admitted } = found;
    count?.(document, asked.operationName, record.client);
    record.admitted({ kind: admitted.operation.kind, name, user: identity?.userId });
    return admitted;
  };

  const isRegistered = (query: string) => registered?.hasText(query) === true;

  /** Validates and plans what is new. What comes of it is remembered. */
  const prepare = async (
    asks: Asks & { sender: Sender },
    document: DocumentNode,
    checked: () => Admitted,
  ) => {
    const isValidated = () => validate.isKnown(servedNow().schema, document);
    await unmet.validate(asks, document, isValidated, async () => {
      const { schema } = servedNow();
      const inThread = needs.validateInThread?.(document);
      if (inThread) validate.remember(schema, document, await inThread);
      else validate(schema, document);
    });
    const plan = () => unplanned(checked(), asks.sender.request);
    const isPlanned = () => plan() === undefined;
    await unmet.plan(asks, document, isPlanned, (requireThere) => plan()?.(requireThere));
  };

  const recheck: Admission['recheck'] = (admitted) => {
    const served = needs.served();
    if (!served) return admitted;
    const { operation, asSent, caller } = admitted;
    const { allowed } = check(served, operation, asSent, caller);
    const now = { ...admitted, ...allowed };
    if (hiddenIn(now) !== hiddenIn(admitted))
      throw unauthorized('What you are allowed to see has changed. Send it again.');
    return now;
  };
  return { ...charging, admit, recheck };
}

const wantsFresh = ({ request: { headers } }: Sender): boolean =>
  headers['cache-control'] !== undefined && /\bno-cache\b/i.test(headers['cache-control']);

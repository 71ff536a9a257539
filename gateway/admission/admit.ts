import type { IncomingMessage } from 'node:http';
import {
  type DocumentNode,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { Registry } from 'prom-client';
import type { Caller } from '../../runtime/caller.ts';
import { clientError, unauthorizedMessage } from '../../runtime/errors.ts';
import { callerOf, type Identity } from '../../runtime/identity/identity.ts';
import type { Log } from '../../runtime/log.ts';
import type { OperationRecord } from '../records/operation-record.ts';
import type { GatewaySettings } from '../settings.ts';
import type { UsageCounter } from '../usage/usage-counter.ts';
import { type Charging, isOutOfTurn, openCharging } from './charging.ts';
import type { CostlyWork } from './costly-work.ts';
import { withoutDefer } from './defer-document.ts';
import { documentReader } from './documents.ts';
import { type GraphqlRequest, type WellFormed, wellFormed } from './graphql-request.ts';
import { type Asker, newOperations } from './new-operations.ts';
import { costLimit, type Weighing } from './operation-cost.ts';
import { persistedOperations, withoutRegistry } from './persisted-operations.ts';
import { documentRenamer, type PlanNames, type PlannableDocument } from './plan-names.ts';
import type { Budget, QuotaKey, RateLimit } from './rate-limit.ts';
import { documentMask, maskedPartsOf, type RightsBy } from './rights.ts';
import type { Safelist } from './safelist.ts';
import { nullConditions, validator } from './validation.ts';

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

/** The operation of a request, of a document that may hold several. */
export type RequestedOperation = WellFormed & { kind: OperationTypeNode };

/**
 * A request that may be executed: by whom, what, and its document, which is valid on the schema
 * served now.
 */
export type Admitted = {
  identity: Identity | undefined;
  caller: Caller;
  record: OperationRecord;
  /** Whether the client wants nothing that was kept. */
  fresh: boolean;
  /** On whom it counts. */
  quota: QuotaKey;
  /** What it was charged with. */
  weight: number;
  operation: RequestedOperation;
  /** As its client has sent it. */
  asSent: DocumentNode;
  /** As it is planned: without what is masked, and with names that no plan uses for itself. */
  document: DocumentNode;
  /** What fields are called in the answer that have another name in `document`. */
  clientNames: PlannableDocument['clientNames'];
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
  served: () => Served | undefined;
  rateLimit: RateLimit;
  /** In whose turns operations are made ready that are new. */
  prepareInTurn: CostlyWork['prepare'];
  /**
   * What plans an operation, so that it need not be planned when it is executed; undefined where that
   * has been done.
   */
  unplanned: (admitted: Admitted, request: Sender['request']) => (() => void) | undefined;
  /** The registered operations; there are some where the settings require them. */
  registered: Safelist | undefined;
  log: Log;
  metrics?: Registry | undefined;
  /** Is told of every request that is admitted. */
  count?: UsageCounter['count'] | undefined;
};

/** What the supergraph says that is served now. */
type Served = Weighing & RightsBy & { planNames: PlanNames };

export function openAdmission(needs: AdmissionNeeds): Admission {
  const { settings, rateLimit, unplanned, registered, metrics, count } = needs;
  const { known, quotaKeyOf, late, ...charging } = openCharging(needs);
  const resolveQuery =
    settings.PERSISTED_OPERATIONS === 'required' && registered
      ? persistedOperations(registered)
      : withoutRegistry;
  const read = documentReader(settings.QUERY_MAX_TOKENS, metrics);
  const limitCost = costLimit(settings);
  const validate = validator(settings.INTROSPECTION);
  const unmet = newOperations(needs);
  const rename = documentRenamer();
  const mask = documentMask();

  const servedNow = () => {
    const served = needs.served();
    if (!served) throw clientError('SERVICE_UNAVAILABLE', 'The gateway is starting. Try again.');
    return served;
  };

  const admit: Admit = async (request, sender) => {
    const identity =
      'identity' in sender
        ? sender.identity
        : (known(sender.authorization) ?? (await charging.identify(sender, sender.authorization)));
    const quota = quotaKeyOf(sender, identity);
    const asks: Asks = { request, sender, quota };
    let weighing: Weighed;
    try {
      rateLimit.requireLeft(quota);
      const found = weighed(asks);
      // To wait for what is there already takes time from all.
      weighing = found instanceof Promise ? await found : found;
      const budget = await rateLimit.charge(quota, weighing.weight);
      sender.charged?.(budget);
    } catch (refused) {
      await late(refused);
      throw refused;
    }
    const { asked, document, weight } = weighing;
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
    let found = validate.isKnown(servedNow().schema, document) ? checked() : undefined;
    if (!found || unplanned(found.admitted, sender.request)) {
      if (!isRegistered(asked.query)) await prepare(asks, document, () => checked().admitted);
      found = checked();
    }
    // From here on nothing is waited for: a new schema may come at any wait.
    const { name, admitted } = found;
    count?.(document, asked.operationName, record.client);
    record.admitted({ kind: admitted.operation.kind, name, user: identity?.userId });
    return admitted;
  };

  const isRegistered = (query: string) => registered?.hasText(query) === true;

  /** Validates and plans what is new. What comes of it is remembered. */
  const prepare = async (asks: Asks, document: DocumentNode, checked: () => Admitted) => {
    const isValidated = () => validate.isKnown(servedNow().schema, document);
    await unmet.validate(asks, document, isValidated, () => {
      validate(servedNow().schema, document);
    });
    const plan = () => unplanned(checked(), asks.sender.request);
    const isPlanned = () => plan() === undefined;
    await unmet.plan(asks, document, isPlanned, () => plan()?.());
  };

  const charge = async ({ sender, quota }: Asks, weight: number) => {
    const budget = await rateLimit.charge(quota, weight);
    sender.charged?.(budget);
  };

  const weigh = (asked: WellFormed): Weighed => {
    const document = read(asked.query);
    const weight = limitCost(servedNow(), document, asked.variables);
    read.remember(asked.query, document);
    return { asked, document, weight };
  };

  const isMet = (query: string) => read.has(query) || isRegistered(query);

  /**
   * Weighs a request, at once where its text is known.
   * @throws what is wrong with it before it is charged; that costs by its length
   */
  const weighed = (asks: Asks): Weighed | Promise<Weighed> => {
    try {
      const asked = wellFormed(resolveQuery(asks.request));
      return isMet(asked.query) ? weigh(asked) : weighedInTurn(asks, asked);
    } catch (refused) {
      return chargedByLength(asks, refused);
    }
  };

  const weighedInTurn = async (asks: Asks, asked: WellFormed): Promise<Weighed> => {
    try {
      // Who reads it first pays for that.
      let first: Weighed | undefined;
      await unmet.read(
        asks,
        asked.query,
        () => isMet(asked.query),
        () => {
          first = weigh(asked);
        },
      );
      return first ?? weigh(asked);
    } catch (refused) {
      return chargedByLength(asks, refused);
    }
  };

  const chargedByLength = async (asks: Asks, refused: unknown): Promise<never> => {
    if (isOutOfTurn(refused)) throw refused;
    const { query } = asks.request;
    const length = typeof query === 'string' ? query.length : 0;
    await charge(asks, length * weightOfRefusedCharacter);
    throw refused;
  };

  /** @throws what is wrong with an operation on a schema, or not for its caller */
  const check = (served: Served, asked: WellFormed, asSent: DocumentNode, caller: Caller) => {
    const { query, operationName, variables } = asked;
    refuse(validate(served.schema, asSent));
    const { document, clientNames } = rename(served, asSent);
    const definition = getOperationAST(document, operationName);
    if (!definition) throw noSuchOperation(operationName);
    refuse(validate.variables(served.schema, definition, variables));
    const whole = mask(served, document, operationName, caller);
    // What is masked is answered at once.
    const masked = maskedPartsOf(whole)
      ? mask(served, withoutDefer(document), operationName, caller)
      : whole;
    refuseMasked(masked, definition, settings.UNAUTHORIZED);
    // What is masked can be told only where it is known what is wanted.
    if (maskedPartsOf(masked)) refuse(nullConditions(document, definition, variables));
    const operation: RequestedOperation = {
      kind: definition.operation,
      query,
      operationName,
      variables,
    };
    const name = definition.name?.value;
    return { name, allowed: { operation, asSent, document: masked, clientNames } };
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

type Asks = Asker & { request: GraphqlRequest; sender: Sender };
type Weighed = { asked: WellFormed; document: DocumentNode; weight: number };

const wantsFresh = ({ request: { headers } }: Sender): boolean =>
  headers['cache-control'] !== undefined && /\bno-cache\b/i.test(headers['cache-control']);

/** What is too large, or cannot be read, takes time by its length to find that out. */
const weightOfRefusedCharacter = 5;

/** Refuses what cannot be masked, or all that would be, where the settings say so. */
function refuseMasked(
  allowed: DocumentNode,
  { operation }: OperationDefinitionNode,
  mode: GatewaySettings['UNAUTHORIZED'],
): void {
  const masked = maskedPartsOf(allowed);
  if (!masked) return;
  // A subscription has one field at the top, and without it nothing.
  const isNothingLeft =
    operation === 'subscription' && masked.places.some(({ path }) => path.length === 0);
  if (mode === 'reject' || isNothingLeft)
    throw unauthorized(
      masked.isNobody
        ? unauthorizedMessage(true)
        : 'You are not allowed to see all that you ask for.',
    );
}

/** What is masked of an operation, in the names of its client: a plan may need others. */
const hiddenIn = ({ document, clientNames }: Admitted): string =>
  JSON.stringify(maskedPartsOf(document)?.places ?? [], (key, value) =>
    key === 'name' ? (clientNames?.get(value) ?? value) : value,
  );

const unauthorized = (message: string) => clientError('UNAUTHORIZED_FIELD_OR_TYPE', message);

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors);
}

const noSuchOperation = (name: string | undefined) =>
  clientError(
    'OPERATION_RESOLUTION_FAILURE',
    name === undefined
      ? 'The document has several operations: `operationName` must say which.'
      : `The document has no operation named ${JSON.stringify(name)}.`,
  );

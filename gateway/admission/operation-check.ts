import {
  type DocumentNode,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { Caller } from '../../runtime/caller.ts';
import { clientError, unauthorizedMessage } from '../../runtime/errors.ts';
import type { GatewaySettings } from '../settings.ts';
import { withoutDefer } from './defer-document.ts';
import type { WellFormed } from './graphql-request.ts';
import {
  documentRenamer,
  inNamesOfPlan,
  type PlanNames,
  type PlannableDocument,
} from './plan-names.ts';
import { documentMask, maskedPartsOf, type RightsBy } from './rights.ts';
import { nullConditions, type validator } from './validation.ts';

/** The operation of a request, of a document that may hold several. */
export type RequestedOperation = WellFormed & { kind: OperationTypeNode };

/** What is valid on a schema, and what of it its caller may ask. */
export type Allowed = {
  operation: RequestedOperation;
  /** As its client has sent it. */
  asSent: DocumentNode;
  /** As it is planned: without what is masked, and with names that no plan uses for itself. */
  document: DocumentNode;
  /** What fields are called in the answer that have another name in `document`. */
  clientNames: PlannableDocument['clientNames'];
};

/** What a supergraph says of it. */
export type CheckedBy = RightsBy & { planNames: PlanNames };

/** Checks operations on a schema, and for their callers. */
export function operationCheck(
  validate: ReturnType<typeof validator>,
  { UNAUTHORIZED }: Pick<GatewaySettings, 'UNAUTHORIZED'>,
) {
  const rename = documentRenamer();
  const mask = documentMask();

  /** @throws what is wrong with an operation on a schema, or not for its caller */
  return (
    served: CheckedBy,
    asked: WellFormed,
    asSent: DocumentNode,
    caller: Caller,
  ): { name: string | undefined; allowed: Allowed } => {
    const { query, operationName, variables } = asked;
    refuse(validate(served.schema, asSent));
    const plannable = rename(served, asSent);
    const { document, clientNames } = plannable;
    const definition = getOperationAST(asSent, operationName);
    if (!definition) throw noSuchOperation(operationName);
    refuse(validate.variables(served.schema, definition, variables));
    const whole = mask(served, document, operationName, caller);
    // What is masked is answered at once.
    const masked = maskedPartsOf(whole)
      ? mask(served, withoutDefer(document), operationName, caller)
      : whole;
    refuseMasked(masked, definition, UNAUTHORIZED);
    refuse(nullConditions(asSent, definition, variables));
    const operation: RequestedOperation = {
      kind: definition.operation,
      query,
      operationName,
      variables: inNamesOfPlan(variables, plannable),
    };
    const name = definition.name?.value;
    return { name, allowed: { operation, asSent, document: masked, clientNames } };
  };
}

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
export const hiddenIn = ({
  document,
  clientNames,
}: Pick<Allowed, 'document' | 'clientNames'>): string =>
  JSON.stringify(maskedPartsOf(document)?.places ?? [], (key, value) =>
    key === 'name' ? (clientNames?.get(value) ?? value) : value,
  );

export const unauthorized = (message: string) => clientError('UNAUTHORIZED_FIELD_OR_TYPE', message);

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

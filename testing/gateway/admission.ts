import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { type GraphQLObjectType, getNullableType, isListType, isObjectType } from 'graphql';
import { Registry } from 'prom-client';
import {
  type AdmissionNeeds,
  type Admitted,
  openAdmission,
} from '../../gateway/admission/admit.ts';
import type { RateLimit } from '../../gateway/admission/rate-limit.ts';
import { refusalWriter } from '../../gateway/admission/refusal.ts';
import { registeredIn } from '../../gateway/admission/safelist.ts';
import { turns } from '../../gateway/admission/turns.ts';
import { preparation } from '../../gateway/execution/prepared-operation.ts';
import { operationMetrics } from '../../gateway/records/operation-metrics.ts';
import { type RecordedRequest, recorder } from '../../gateway/records/operation-record.ts';
import { clientOf } from '../../gateway/usage/client.ts';
import { createLog } from '../../runtime/log.ts';
import { testSettings } from './small-system.ts';

const log = createLog('test', 'silent');
const served = preparation(readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8'));

const rateLimit: RateLimit = {
  charge: async () => ({ headers: {} }),
  requireLeft: () => {},
  stop: async () => {},
};
const anyName = { operation: () => 'other', client: () => 'other' };
const records = recorder({
  log,
  metrics: operationMetrics(new Registry(), anyName),
  tracer: undefined,
});
const nobody = { headers: {}, socket: {} as Socket };

/** Admission of the gateway, on the real schema if not told, without a gateway around it. */
export function testAdmission(
  given: Record<string, string> = {},
  needs: Partial<AdmissionNeeds> = {},
) {
  const settings = testSettings(given);
  const registered = registeredIn(settings);
  const prepareInTurn = turns({ atOnce: 1 });
  return openAdmission({
    ...{ settings, registered, served: () => served, rateLimit, prepareInTurn, log },
    unplanned: () => undefined,
    ...needs,
  });
}

const standard = testAdmission();
const refusal = refusalWriter(log);

/** Admits a request of nobody. @throws how it is refused */
export function admitted(
  query: string,
  variables: Record<string, unknown> = {},
  { admit } = standard,
): Promise<Admitted> {
  const asked = { requestId: 'test', transport: 'http', client: clientOf(), span: undefined };
  const record = records.begin(asked as RecordedRequest);
  return admit({ query, variables }, { identity: undefined, record, request: nobody });
}

/** How a request of nobody is refused; without a code where it is admitted. */
export async function refusalOf(
  query: string,
  variables: Record<string, unknown> = {},
  admission = standard,
): Promise<{ status: number; code?: unknown; message?: string }> {
  try {
    await admitted(query, variables, admission);
    return { status: 200 };
  } catch (thrown) {
    const { status, result } = refusal(thrown);
    const [error] = result.errors;
    return { status, code: error?.extensions.code, message: error?.message ?? '' };
  }
}

/** The lists whose length nobody has declared. */
export const undeclaredLists = (): string[] =>
  Object.values(served.schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      Object.values((type as GraphQLObjectType).getFields())
        .filter(({ type: of }) => isListType(getNullableType(of)))
        .filter(({ name }) => !served.listSizes.declared(type.name, name))
        .filter(({ name }) => !served.listSizes.isSized(type.name, name))
        .map(({ name }) => `${type.name}.${name}`),
    );

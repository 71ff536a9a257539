import { workerData } from 'node:worker_threads';
import { operationFromDocument } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { answerInThread } from '../../runtime/thread-program.ts';
import { validator } from '../admission/validation.ts';
import type { FoundError, PlanningQuestion, PlanningSettings } from './planning-thread.ts';
import { queryPlanner } from './query-planner.ts';
import { servedSupergraph } from './served-supergraph.ts';

/** A thread: validates and plans as the gateway does, on the supergraph that it was told last. */
const { supergraphSdl, introspection } = workerData as PlanningSettings;
const validate = validator(introspection);

const serve = (sdl: string) => {
  const { supergraph, apiSchema, schema } = servedSupergraph(sdl);
  return { apiSchema, schema, planner: queryPlanner(supergraph) };
};
let served = serve(supergraphSdl);

answerInThread((question: PlanningQuestion) => {
  if ('serve' in question) {
    served = serve(question.serve);
    return undefined;
  }
  const document = parse(question.text);
  const { apiSchema, schema, planner } = served;
  if (question.work === 'validate')
    return validate(schema, document).map(
      ({ message, positions }): FoundError => ({ message, positions }),
    );
  const { operationName, overrides } = question;
  const operation = operationFromDocument(apiSchema, document, { operationName });
  return planner.buildQueryPlan(operation, overrides ? { overrideConditions: overrides } : {});
});

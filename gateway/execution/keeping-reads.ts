import type { Caller } from '../../runtime/caller.ts';
import type { SubgraphRequest } from '../subgraphs/data-source.ts';
import { type Answer, bodyOf, type EntityRequest } from '../subgraphs/subgraph-request.ts';
import type { Keeping } from './cache-control.ts';
import { isObject } from './entity-merge.ts';
import type { FetchRule } from './fetch-rules.ts';
import { changesIn, type KeptReads, representedBy } from './kept-reads.ts';
import type { CountReads } from './read-metrics.ts';
import type { Asked, ReadDetails, Reads } from './reads.ts';

/** What is the same for all is asked for nobody, so that nothing else can be kept. */
const nobody: Caller = { service: 'gateway', roles: [] };

type Wanted = Pick<ReadDetails, 'onKept'> & { keep: Keeping; fresh: boolean };

/** Answers from what is kept, and keeps what may be kept. Mutations forget what they change. */
export function keepingReads(reads: Reads, kept: KeptReads, count: CountReads): Reads {
  const askMutation = async (
    subgraph: Asked,
    request: SubgraphRequest,
    may: NonNullable<FetchRule['changes']>,
  ): Promise<Answer> => {
    let answer: Answer = {};
    try {
      answer = await reads.ask(subgraph, request);
      return answer;
    } finally {
      // One that got no answer may have happened.
      kept.changed(changesIn(answer, may));
    }
  };

  const askWhole = async (
    subgraph: Asked,
    request: SubgraphRequest,
    { keep, fresh, onKept }: Wanted,
  ): Promise<Answer> => {
    const key = `${subgraph.name} ${request.body}`;
    const known = fresh ? undefined : kept.get(key, onKept);
    count(subgraph.name, known ? 1 : 0, known ? 0 : 1);
    if (known) return { data: known };
    const asked = kept.now();
    const answer = await reads.ask(subgraph, { ...request, caller: nobody });
    if (answer.data && !answer.errors?.length) kept.keep(key, answer.data, { keep, asked });
    return answer;
  };

  const askEntities = async (
    subgraph: Asked,
    request: SubgraphRequest,
    { keep, fresh, onKept, entities }: Wanted & { entities: EntityRequest },
  ): Promise<Answer> => {
    const { before, representations, after } = entities;
    const keyOf = (representation: string) =>
      `${subgraph.name} ${before}${after} ${representation}`;
    const found = representations.map((one) => (fresh ? undefined : kept.get(keyOf(one), onKept)));
    const missing = representations.flatMap((_, i) => (found[i] ? [] : [i]));
    count(subgraph.name, representations.length - missing.length, missing.length);
    if (missing.length === 0) return { data: { _entities: found } };
    const asked = kept.now();
    const wanted = missing.map((i) => representations[i] as string);
    const body = bodyOf({ before, representations: wanted, after });
    const answer = await reads.ask(subgraph, { ...request, body, caller: nobody });
    const received = answer.data?._entities;
    if (!Array.isArray(received) || received.length !== wanted.length) return answer;
    if (!answer.errors?.length)
      wanted.forEach((representation, i) => {
        const entity = representedBy(representation);
        if (isObject(received[i]))
          kept.keep(keyOf(representation), received[i], { keep, asked, entity });
      });
    return together(answer, { found, missing, received });
  };

  return {
    changed(event, rule) {
      reads.changed(event, rule);
      if (rule?.changes) kept.changed(changesIn(event, rule.changes));
    },
    renewed() {
      reads.renewed();
      kept.forget();
    },
    ask(subgraph, request, details: ReadDetails = {}) {
      const { rule: { keep, changes } = {}, entities, fresh = false, onKept } = details;
      if (changes) return askMutation(subgraph, request, changes);
      if (!keep) return reads.ask(subgraph, request);
      return entities
        ? askEntities(subgraph, request, { keep, fresh, onKept, entities })
        : askWhole(subgraph, request, { keep, fresh, onKept });
    },
  };
}

/** An answer about some entities as one about all: what was found, and what was asked for. */
function together(
  { errors }: Answer,
  {
    found,
    missing,
    received,
  }: { found: readonly unknown[]; missing: readonly number[]; received: readonly unknown[] },
): Answer {
  const entities: unknown[] = [...found];
  missing.forEach((place, i) => {
    entities[place] = received[i];
  });
  const data = { _entities: entities };
  if (!errors?.length) return { data };
  return {
    data,
    errors: errors.map((error) => {
      const [field, index, ...below] = error.path ?? [];
      if (typeof index !== 'number') return error;
      // One that was not asked for has no place among all, and must not be taken for another.
      const place = missing[index] ?? -1;
      return { ...error, path: [field as string, place, ...below] };
    }),
  };
}

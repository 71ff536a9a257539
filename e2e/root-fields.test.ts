import { describe, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { readSubgraphs } from '../schema/subgraphs.ts';

type Resolve = (parent: object, args: object, context: object) => unknown;
const anybody = { caller: { service: 'gateway', userId: 'ana', roles: [] } };

const roots = ['Query', 'Mutation', 'Subscription'];
const fieldsOf = (sdl: string) =>
  parse(sdl).definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION && roots.includes(type.name.value)
      ? (type.fields ?? []).map(
          ({ name, directives = [] }) =>
            [
              type.name.value,
              name.value,
              directives.some((directive) => directive.name.value === 'inaccessible'),
            ] as const,
        )
      : [],
  );

// A resolver is optional to the compiler, and a field that only services may call is open unless it
// is named.
const subgraphs = readSubgraphs()
  .map(({ name, sdl }) => ({ name, fields: fieldsOf(sdl) }))
  // A subgraph may only add fields to the entities of others.
  .filter(({ fields }) => fields.length > 0);
describe.each(subgraphs)('$name answers each of its root fields', ({ name, fields }) => {
  test.each(fields)('%s.%s', async (type, field, hidden) => {
    const { resolvers } = await import(`../subgraphs/${name}/graphql/resolvers.ts`);
    const resolver: Resolve = resolvers[type]?.[field];
    expect(resolver).toBeDefined();
    if (!hidden) return;
    const asked = async () => resolver({}, {}, anybody);
    await expect(asked()).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });
});

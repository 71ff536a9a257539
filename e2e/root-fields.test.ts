import { describe, expect, test } from '@jest/globals';
import { type FieldDefinitionNode, Kind, parse, valueFromASTUntyped } from 'graphql';
import { type Applied, requirementOf } from '../runtime/access.ts';
import { services } from '../runtime/services.ts';
import { readSubgraphs } from '../schema/subgraphs.ts';

/**
 * What anybody may ask: its SDL says so too, so that nothing is open because a directive was
 * forgotten. What only some may see of it is null for others, as if it did not exist.
 */
const isOpen = (directives: readonly Applied[]) =>
  directives.some(
    (one) => one.name === 'tag' && (one.arguments as { name?: string }).name === 'open',
  );

const roots = ['Query', 'Mutation', 'Subscription'];
const fieldsOf = (sdl: string) =>
  parse(sdl).definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION && roots.includes(type.name.value)
      ? (type.fields ?? []).map((field) => [type.name.value, field.name.value, field] as const)
      : [],
  );

const appliedTo = ({ directives = [] }: FieldDefinitionNode): Applied[] =>
  directives.map(({ name, arguments: given = [] }) => ({
    name: name.value,
    arguments: Object.fromEntries(
      given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    ),
  }));

// A resolver is optional to the compiler, and a field that only some may ask is open unless its SDL
// says who.
const subgraphs = readSubgraphs()
  .map(({ name, sdl }) => ({ name, fields: fieldsOf(sdl) }))
  // A subgraph may only add fields to the entities of others.
  .filter(({ fields }) => fields.length > 0);
describe.each(subgraphs)('$name answers each of its root fields', ({ name, fields }) => {
  test.each(fields)('%s.%s', async (type, field, definition) => {
    const { resolvers } = await import(`../subgraphs/${name}/graphql/resolvers.ts`);
    expect(resolvers[type]?.[field]).toBeDefined();
    const directives = appliedTo(definition);
    const needed = requirementOf(directives);
    const hidden = directives.some((directive) => directive.name === 'inaccessible');
    if (hidden)
      expect(Object.keys(services).map((one) => [[`service:${one}`]])).toContainEqual(
        needed?.policies[0],
      );
    else expect(needed?.authenticated ?? false).toBe(!isOpen(directives));
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type EnumTypeDefinitionNode, Kind, parse } from 'graphql';
import { subgraphNames } from '../../runtime/services.ts';
import { en } from '../../web/words/en.ts';
import { zh } from '../../web/words/zh.ts';

const reasons = subgraphNames.flatMap((name) => {
  const sdl = readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8');
  return parse(sdl)
    .definitions.filter(
      (definition): definition is EnumTypeDefinitionNode =>
        definition.kind === Kind.ENUM_TYPE_DEFINITION &&
        definition.name.value.endsWith('RefusalReason'),
    )
    .flatMap(({ values = [] }) => values.map(({ name }) => name.value));
});

test.each([
  ['English', en],
  ['Chinese', zh],
])('every refusal of the API has its sentence in %s', (_, { messages }) => {
  expect(reasons.length).toBeGreaterThan(40);
  expect(reasons.filter((reason) => !(reason in messages))).toEqual([]);
});

import { randomFrom } from '../random.ts';
import { inheritedNames } from './hostile-names.ts';

const nested = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

/** Values, as JSON, that no field has. */
const odd: readonly string[] = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e400',
    '""',
    '"x"',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[{}]',
    '[[{}]]',
  ],
  ...inheritedNames.map((name) => `{"${name}":{"polluted":1,"then":null}}`),
  ...inheritedNames.map((name) => `"${name}"`),
  ...['{"__typename":"__proto__"}', '{"__typename":7}', '{"__typename":"Query"}', '{"length":9}'],
  ...[nested('[', ']', 300), nested('{"__proto__":', '}', 300)],
];

const deep: readonly string[] = [nested('[', ']', 20_000), nested('{"a":', '}', 20_000)];

/** Errors, as JSON, that no subgraph should tell. */
const oddErrors: readonly string[] = [
  ...odd,
  ...[
    '"_entities"',
    '"__proto__"',
    '["_entities"]',
    '["_entities",7]',
    '["_entities","x","y"]',
  ].map((path) => `[{"message":"no","path":${path}}]`),
  ...inheritedNames.map(
    (name) =>
      `[{"message":"no","path":["_entities",0,"${name}"],` +
      `"extensions":{"code":"${name}","${name}":{"then":null}}}]`,
  ),
  '[{"message":"no","path":[null,{}],"locations":"x","extensions":[]}]',
];

/**
 * Spoils good answers: names of `Object.prototype` at any depth, values of other types, what is
 * missing or there twice, deep nesting, odd errors. The same from the same seed.
 * @returns spoils an answer and writes it as JSON; with `deepest`, also with nesting that
 *   `JSON.stringify` cannot write
 */
export function hostileAnswers(seed: number): (answer: unknown, deepest?: boolean) => string {
  const next = randomFrom(seed);
  const chance = (percent: number) => next() * 100 < percent;
  const oneOf = (texts: readonly string[]) => texts[Math.floor(next() * texts.length)] as string;

  const member = (key: string, value: unknown): string[] => {
    const name = JSON.stringify(key);
    if (chance(3)) return [];
    const own = `${name}:${spoiled(value)}`;
    return chance(3) ? [own, `${name}:${oneOf(odd)}`] : [own];
  };

  const spoiled = (value: unknown): string => {
    if (chance(6)) return oneOf(odd);
    if (Array.isArray(value)) return `[${value.map(spoiled).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
    const members = Object.entries(value).flatMap(([key, inner]) => member(key, inner));
    while (chance(35)) members.push(`"${oneOf(inheritedNames)}":${oneOf(odd)}`);
    return `{${members.join()}}`;
  };

  return (answer, deepest = false) => {
    const whole = spoiled(answer);
    const text = deepest && chance(5) ? whole.replace('"a":[1]', `"a":${oneOf(deep)}`) : whole;
    if (!chance(10) || !text.endsWith('}')) return text;
    return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"errors":${oneOf(oddErrors)}}`;
  };
}

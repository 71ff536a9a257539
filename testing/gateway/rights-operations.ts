/** An operation by its kind: how it is asked depends on that. */
export type Asking = { query: string; kind: 'query' | 'mutation' | 'subscription' };

/** All of a user: what nobody may see, what some may, and what all may. */
const fields = [
  'email',
  'number',
  'salary',
  'badge',
  'stamp',
  'codes',
  'pin',
  'score',
  'grade',
  'review',
  'total',
  'private { note address { street } }',
];
const all = `name ${fields.join(' ')} likes color`;
/** The same under other names, some of them those of fields that all may see, and of keys. */
const renamed = `name: email id: number label: salary a: badge b: stamp c: codes color: pin d: score
  e: grade likes: review f: total note: private { address: note note: address { street } }`;

/** Ways to write a selection of a user, and what is written beside the operation. */
const ways: ((selection: string) => [selection: string, beside?: string])[] = [
  (selection) => [selection],
  () => [renamed],
  (selection) => ['...F', `fragment F on User { ${selection} }`],
  (selection) => ['...F ...F', `fragment F on User { ...G } fragment G on User { ${selection} }`],
  (selection) => [`... { ... on User { ... { ${selection} } } }`],
  (selection) => [
    `... on Named { ... on User { ${selection} } } ... on Node { ... on User { id } }`,
  ],
  (selection) => [`... @include(if: $yes) { ${selection} } ... @skip(if: $no) { ${selection} }`],
  (selection) => [`id ... @include(if: $no) { ${selection} } ... @skip(if: $yes) { email }`],
  (selection) => [`__typename ${selection} friends { __typename ${selection} }`],
  (selection) => [`id name ... @defer { ${selection} }`],
  (selection) => [`likes ...F @defer(label: "F")`, `fragment F on User { id ${selection} }`],
  () => ['id name ... @defer { likes color }'],
  // A plan fetches keys and required fields by their own names.
  () => ['pin: name number: label score: id color likes grade total'],
  () => ['__typename: name id: pin pin: email color likes score'],
];

/** Ways to a user: at the root, in lists, behind unions and interfaces, from another subgraph. */
const places: [kind: Asking['kind'], place: (selection: string) => string][] = [
  ['query', (selection) => `me { ${selection} }`],
  ['query', (selection) => `x: me { friends { ${selection} } } x: me { ${selection} }`],
  ['query', (selection) => `people { ${selection} }`],
  ['query', (selection) => `grid { ${selection} }`],
  ['query', (selection) => `things { __typename ... on User { ${selection} } }`],
  ['query', (selection) => `named { ... on User { ${selection} } }`],
  ['query', (selection) => `nodes { ... on User { ${selection} } }`],
  ['query', (selection) => `best { ${selection} }`],
  ['mutation', (selection) => `greet { ${selection} }`],
  ['subscription', (selection) => `met { ${selection} }`],
];

const conditions = '($yes: Boolean = true, $no: Boolean = false)';

/**
 * Everything of a user, in every way at every place; each field by itself; and all else.
 * @param share of the ways, one in so many is taken at each place, other ones at the next
 */
export function rightsOperations(share: number): Asking[] {
  const whole = places.flatMap(([kind, place], at) =>
    ways
      .filter((_, index) => (index + at) % share === 0)
      .map((way): Asking => {
        const [selection, beside = ''] = way(all);
        const declared = /\$/.test(selection) ? conditions : '';
        return { kind, query: `${kind} W${declared} { ${place(selection)} } ${beside}` };
      }),
  );
  const single = [...fields, 'likes', 'color'].map(
    (field): Asking => ({ kind: 'query', query: `{ me { ${field} } best { id x: ${field} } }` }),
  );
  return [...whole, ...single, ...others];
}

const others: Asking[] = [
  // An interface with a type that only some may see.
  '{ node { __typename label id } nodes { id label __typename } }',
  '{ nodes { ... on User { id } ... on Vault { id label content } } }',
  '{ nodes { ...N } } fragment N on Node { id label ...V } fragment V on Vault { content }',
  // A union with it.
  '{ things { __typename ... on Vault { content x: id } ... on Team { label motto } } }',
  '{ things { ... on Node { id label } ... on Named { label } } }',
  '{ things { ...V ... on User { id } } } fragment V on Vault { id label t: __typename content }',
  // An interface with a field that is secret in one type.
  '{ named { label } }',
  '{ named { __typename ... on Team { label motto } ... on User { label } } }',
  '{ named { ...L } } fragment L on Named { x: label ... on Team { motto } }',
  // Interface objects.
  '{ media { id title stars note ... on Book { pages } } }',
  '{ top { stars note title } book { stars note pages } }',
  '{ top { __typename ... on Book { stars pages title } ... on Film { x: stars note } } }',
  '{ media { ...S } book { ...S } } fragment S on Media { note s: stars }',
  // What cannot be null.
  '{ strict { sure free } stricts { free } open }',
  '{ stricts { ... on Strict { x: sure } free } strict { free } }',
  '{ stricts { ... @defer { sure } free } open }',
  // The root.
  '{ closed open }',
  'query R { ...R } fragment R on Query { closed x: closed open }',
  '{ closed __schema { queryType { name } } }',
  '{ open x: __type(name: "User") { fields { name } } me { email } }',
  '{ __schema { types { name fields { name } } } __type(name: "Vault") { fields { name } } }',
  '{ me { __typename } closed @skip(if: true) open }',
].map((query) => ({ kind: 'query', query }));
others.push(
  { kind: 'mutation', query: 'mutation { change greet { name email } x: change }' },
  { kind: 'mutation', query: 'mutation { ...C } fragment C on Mutation { change }' },
  { kind: 'subscription', query: 'subscription { watched }' },
  {
    kind: 'subscription',
    query: 'subscription { ...S } fragment S on Subscription { w: watched }',
  },
);

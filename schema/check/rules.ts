import type { CheckName } from './report.ts';

/** Breaking changes that are meant, from the project's root. */
export const acceptedFile = 'schema/accepted-changes.json';

/**
 * What a rule finds, why that matters, and what to do: for `--explain`, for code scanning, and as
 * advice.
 */
export type RuleText = { check: CheckName; what: string; why: string; mend: string };

const deprecateFirst = 'Keep it, mark it @deprecated with a date, and let the frontend move first.';
const keepIt = 'Keep it until no client sends an operation that needs it.';
const addAnew = 'Add it anew under another name, mark this one @deprecated with a date.';
const letItBeLeftOut = 'Let it be left out, or give it a default.';
const nothing = 'Nothing has to be done.';
const look = 'Look whether clients cope with it, and tell them.';

const api = (what: string, why: string, mend: string): RuleText => ({
  check: 'api',
  what,
  why,
  mend,
});
const federation = (what: string, why: string, mend: string): RuleText => ({
  check: 'federation',
  what,
  why,
  mend,
});

const refused = 'The gateway refuses a request that asks for what the schema does not have.';

/**
 * Every rule by its name, but for those of composition, which are Apollo's, and of style, which
 * lint.ts has.
 */
export const rules: Readonly<Record<string, RuleText>> = {
  TYPE_REMOVED: api('A type is removed.', refused, keepIt),
  TYPE_ADDED: api('A type is new.', 'No operation asks for it yet.', nothing),
  TYPE_KIND_CHANGED: api(
    'A type becomes one of another kind.',
    'What is asked of a type depends on its kind.',
    keepIt,
  ),
  FIELD_REMOVED: api('A field is removed.', refused, deprecateFirst),
  FIELD_ADDED: api('A field is new.', 'No operation asks for it yet.', nothing),
  FIELD_TYPE_CHANGED: api(
    'A field gets another type.',
    'A client reads the answer as the old type. Only null that becomes rarer is safe.',
    addAnew,
  ),
  FIELD_ARGUMENT_REMOVED: api('An argument is removed.', refused, deprecateFirst),
  FIELD_ARGUMENT_ADDED: api(
    'An argument is new.',
    'One that must be given is in no operation yet: each of them would be refused. One that may be left out is safe.',
    letItBeLeftOut,
  ),
  FIELD_ARGUMENT_REQUIRED: api(
    'An argument that could be left out must now be given.',
    'Operations that leave it out, or give a variable that may be null, are refused.',
    letItBeLeftOut,
  ),
  FIELD_ARGUMENT_TYPE_CHANGED: api(
    'An argument gets another type.',
    'What clients give must still be accepted: only a type that accepts more is safe.',
    addAnew,
  ),
  FIELD_ARGUMENT_DEFAULT_CHANGED: api(
    'The default of an argument changes.',
    'The same operation may get another answer. A default where there was none changes nothing by itself.',
    look,
  ),
  INPUT_FIELD_REMOVED: api('A field of an input is removed.', refused, deprecateFirst),
  INPUT_FIELD_ADDED: api(
    'A field of an input is new.',
    'One that must be given is in no request yet: each of them would be refused. One that may be left out is safe.',
    letItBeLeftOut,
  ),
  INPUT_FIELD_REQUIRED: api(
    'A field of an input that could be left out must now be given.',
    'Requests that leave it out are refused, also those that give the input as a variable.',
    letItBeLeftOut,
  ),
  INPUT_FIELD_TYPE_CHANGED: api(
    'A field of an input gets another type.',
    'What clients give must still be accepted: only a type that accepts more is safe.',
    addAnew,
  ),
  INPUT_FIELD_DEFAULT_CHANGED: api(
    'The default of a field of an input changes.',
    'The same request may be answered in another way. A default where there was none changes nothing by itself.',
    look,
  ),
  ENUM_VALUE_REMOVED: api(
    'A value of an enum is removed.',
    'A request that gives it is refused. A value that clients only ever get is missed by none.',
    deprecateFirst,
  ),
  ENUM_VALUE_ADDED: api(
    'A value of an enum is new.',
    'A client that gets a value it does not know may fail. A value that clients only send is safe.',
    look,
  ),
  UNION_MEMBER_REMOVED: api(
    'A union loses a type.',
    'A fragment on that type within the union is refused.',
    keepIt,
  ),
  UNION_MEMBER_ADDED: api(
    'A union gets a type.',
    'A client may get what it has no fragment for.',
    look,
  ),
  OBJECT_TYPE_INTERFACE_REMOVED: api(
    'A type no longer implements an interface.',
    'Fragments of one within the other are refused, and who asks for the interface does not get the type.',
    keepIt,
  ),
  OBJECT_TYPE_INTERFACE_ADDED: api(
    'A type begins to implement an interface.',
    'Who asks for the interface may get it.',
    look,
  ),
  SPECIFIED_BY_CHANGED: api(
    'A scalar is specified by another document.',
    'Its values may be written in another way.',
    look,
  ),
  DIRECTIVE_REMOVED: api(
    'A directive is removed.',
    'An operation that writes it is refused.',
    keepIt,
  ),
  DIRECTIVE_ADDED: api('A directive is new.', 'No operation writes it yet.', nothing),
  DIRECTIVE_LOCATION_REMOVED: api(
    'A directive is allowed in fewer places.',
    'There it is refused now.',
    keepIt,
  ),
  DIRECTIVE_LOCATION_ADDED: api(
    'A directive is allowed in more places.',
    'No operation writes it there yet.',
    nothing,
  ),
  DIRECTIVE_REPEATABLE_REMOVED: api(
    'A directive may stand only once in a place.',
    'Several are refused now.',
    keepIt,
  ),
  DIRECTIVE_REPEATABLE_ADDED: api(
    'A directive may stand several times in a place.',
    'None does so yet.',
    nothing,
  ),
  DIRECTIVE_ARGUMENT_REMOVED: api('An argument of a directive is removed.', refused, keepIt),
  DIRECTIVE_ARGUMENT_ADDED: api(
    'An argument of a directive is new.',
    'One that must be given is in no operation yet. One that may be left out is safe.',
    letItBeLeftOut,
  ),
  DIRECTIVE_ARGUMENT_REQUIRED: api(
    'An argument of a directive that could be left out must now be given.',
    'Operations that leave it out are refused.',
    letItBeLeftOut,
  ),
  DIRECTIVE_ARGUMENT_TYPE_CHANGED: api(
    'An argument of a directive gets another type.',
    'What clients give must still be accepted: only a type that accepts more is safe.',
    keepIt,
  ),
  DIRECTIVE_ARGUMENT_DEFAULT_CHANGED: api(
    'The default of an argument of a directive changes.',
    'The same operation may get another answer.',
    look,
  ),
  DEPRECATION_ADDED: api(
    'An element is now deprecated.',
    'Clients should move to what its reason names.',
    nothing,
  ),
  DEPRECATION_REMOVED: api(
    'An element is no longer deprecated.',
    'Clients may use it again.',
    nothing,
  ),
  DEPRECATION_REASON_CHANGED: api(
    'A deprecation gets another reason.',
    'The date may have moved.',
    nothing,
  ),
  ACCESS_CLOSED: api(
    'Fewer callers may ask for an element than before.',
    'Clients that were answered are refused.',
    'Let clients move first, or accept the change and say who agreed.',
  ),
  ACCESS_OPENED: api(
    'More callers may ask for an element than before.',
    'Nobody notices a door that stands open: it must be meant.',
    `If it is meant, name it in ${acceptedFile} and say who decided it.`,
  ),
  COST_CHANGED: api(
    'The cost of an element changes.',
    'A limit on costs may refuse an operation that it let pass.',
    look,
  ),
  CACHE_OPENED: api(
    'What was kept for its caller alone may be kept for all.',
    'A cache may give what belongs to one caller to another.',
    `If it is the same for all, name it in ${acceptedFile} and say why.`,
  ),
  CACHE_CHANGED: api(
    'How long an answer may be kept changes.',
    'One that is kept longer may be older than before.',
    look,
  ),
  'accepted-and-done': api(
    `Entries of ${acceptedFile} name changes that are not made, or not any more.`,
    'What is accepted for no reason hides a later break.',
    'Remove them when every base that is compared with has the changes: `npm run schema:check -- --prune`.',
  ),
  'acceptance-expired': api(
    `An entry of ${acceptedFile} accepts a change only until a day that has passed.`,
    'It was accepted for a time, and that time is over.',
    'Give the entry another day, or take the change back.',
  ),

  SUBGRAPH_REMOVED: federation(
    'A subgraph is removed.',
    'A gateway on the old supergraph still asks it.',
    'Let it run until no gateway asks it.',
  ),
  SUBGRAPH_ADDED: federation(
    'A subgraph is new.',
    'The gateway asks it from the first moment on.',
    'Start it before the gateway gets the supergraph.',
  ),
  KEY_REMOVED: federation(
    'A subgraph no longer finds an entity by a key.',
    'A gateway on the old supergraph still asks by it, if another subgraph knows the fields of the key.',
    'Keep the key until every gateway runs the new supergraph, then accept the change.',
  ),
  KEY_ADDED: federation(
    'A subgraph finds an entity by one more key.',
    'Plans may change.',
    nothing,
  ),
  FIELD_MOVED: federation(
    'A field moves to another subgraph at once.',
    'A gateway on the old supergraph still asks the old one.',
    'Add the field to its new subgraph with @override first; remove the old one later.',
  ),
  FIELD_OVERRIDDEN: federation(
    'A field moves with @override.',
    'Both subgraphs can answer it meanwhile.',
    'Leave it in the old subgraph until every gateway has the new supergraph.',
  ),
  OVERRIDE_SHARE_CHANGED: federation(
    'A field moves for another share of the requests.',
    'Load moves with it.',
    nothing,
  ),
  FIELD_SHARED: federation(
    'A field is resolved by one more subgraph.',
    'All of them must give the same.',
    'Make sure that they do.',
  ),
  FIELD_UNSHARED: federation(
    'A field is resolved by one subgraph less.',
    'A gateway on the old supergraph may still ask there.',
    'Keep answering it until no gateway asks there.',
  ),
  REQUIRES_CHANGED: federation(
    'A field needs other fields first.',
    'Plans change; a gateway on the old supergraph sends what it sent.',
    'Cope with both until every gateway has the new supergraph.',
  ),
  PROVIDES_CHANGED: federation(
    'A field brings other fields along.',
    'Plans change.',
    'Cope with both until every gateway has the new supergraph.',
  ),
  HIDDEN: federation(
    'An element is hidden from clients.',
    'Only services can ask for it.',
    nothing,
  ),
  REVEALED: federation(
    'An element is opened to clients.',
    'It may not be guarded for them.',
    'Make sure that it checks who asks.',
  ),
  TAG_ADDED: federation(
    'An element gets a tag.',
    'A contract by that tag may now hold or leave out the element.',
    nothing,
  ),
  TAG_REMOVED: federation(
    'An element loses a tag.',
    'A contract by that tag may now hold or leave out the element.',
    nothing,
  ),
  LINK_CHANGED: federation(
    'A subgraph imports another version of a specification.',
    'Directives may mean something else.',
    'Read what changed between the versions.',
  ),

  CONTRACT_REMOVED: {
    check: 'contracts',
    what: 'A contract is removed.',
    why: 'The gateway of its clients has no schema to serve.',
    mend: 'Keep it until its clients are served by another gateway, then accept the change.',
  },
  'contract-unusable': {
    check: 'contracts',
    what: 'A contract makes no schema.',
    why: 'What it shows needs what it does not show: most often a field whose type has no included tag.',
    mend: 'Tag what is needed as well, or leave the field out by an excluded tag.',
  },

  'invalid-operation': {
    check: 'operations',
    what: 'A registered operation is not valid against the schema.',
    why: 'The gateway refuses it.',
    mend: 'Keep what it asks for, or change the operation and wait until no client sends the old one.',
  },
  'unreadable-operation': {
    check: 'operations',
    what: 'A file of registered operations cannot be read.',
    why: 'What is not read is not checked.',
    mend: 'Write one named operation in each file of schema/operations.',
  },
  'operation-unregistered': {
    check: 'operations',
    what: 'An operation that was registered is not any more, or has another text.',
    why: 'A gateway that answers only registered operations refuses the clients that still send it.',
    mend: 'Publish the release that sends it: `npm run schema:client -- publish NAME@VERSION FILE`.',
  },
  'deprecation-due': {
    check: 'lint',
    what: 'The day on which something deprecated goes comes within 30 days.',
    why: 'Who still uses it has to move now.',
    mend: 'Look who still uses it: `npm run schema:check -- --traffic FILE`.',
  },
  'deprecation-overdue': {
    check: 'lint',
    what: 'The day on which something deprecated was to go has passed.',
    why: 'Dates that are not kept are not believed.',
    mend: 'Remove it, or give it another date.',
  },
  'newly-used-deprecated': {
    check: 'operations',
    what: 'An operation begins to use what is deprecated.',
    why: 'It will break on the day that the deprecation names.',
    mend: 'Use what the reason names instead.',
  },
  'out-of-date': {
    check: 'drift',
    what: 'A generated file is not what its sources give.',
    why: 'The gateway and the resolvers work by the generated files.',
    mend: 'Run the command that the finding names and commit what it writes.',
  },
  missing: {
    check: 'drift',
    what: 'A generated file is missing.',
    why: 'The gateway and the resolvers work by the generated files.',
    mend: 'Run the command that the finding names and commit what it writes.',
  },
  'cannot-generate': {
    check: 'drift',
    what: 'A generated file cannot be generated from its sources.',
    why: 'Most often an operation is not valid, or a type is missing.',
    mend: 'Mend what the other findings name first.',
  },
  'unknown-scalar': {
    check: 'drift',
    what: 'It is not said how a scalar is held in the program.',
    why: 'The types of the resolvers cannot be generated without it.',
    mend: 'Add the scalar to `scalars` in schema/resolver-types.ts.',
  },
  'costlier-plan': {
    check: 'plan',
    what: 'An operation needs more fetches than before, or more of them in a row.',
    why: 'It is answered later, and loads the subgraphs more.',
    mend: 'Keep what an operation asks for together in one subgraph, or accept that it answers later.',
  },
  unservable: {
    check: 'compose',
    what: 'The gateway of this project refuses to serve the supergraph.',
    why: 'The subgraphs compose, but a gateway that gets the result keeps the old one, or does not start.',
    mend: 'Leave out what the gateway does not support.',
  },
  'check-failed': {
    check: 'compose',
    what: 'A check stopped in the middle.',
    why: 'What it would have found is not known.',
    mend: 'Undo the last edit at the place named to see whether it is the reason; if it is not, report it as a fault of the check.',
  },
};

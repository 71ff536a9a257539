import { acceptedFile, type RuleText } from './rule-text.ts';

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
const refused = 'The gateway refuses a request that asks for what the schema does not have.';

/** What changes for clients. */
export const apiRules = {
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
} satisfies Record<string, RuleText>;

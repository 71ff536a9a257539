import type { RuleText } from './rule-text.ts';

const nothing = 'Nothing has to be done.';

const federation = (what: string, why: string, mend: string): RuleText => ({
  check: 'federation',
  what,
  why,
  mend,
});

/** What changes between the subgraphs. */
export const federationRules = {
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
} satisfies Record<string, RuleText>;

import { apiRules } from './api-rules.ts';
import { federationRules } from './federation-rules.ts';
import type { RuleText } from './rule-text.ts';

/**
 * Every rule by its name, but for those of composition, which are Apollo's, and of style, which
 * lint.ts has.
 */
export const rules: Readonly<Record<string, RuleText>> = {
  ...apiRules,
  ...federationRules,
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

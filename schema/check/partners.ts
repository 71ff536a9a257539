import type { GraphQLSchema } from 'graphql';
import { contractDocument } from '../contracts/filter.ts';
import type { PartnerContract } from '../contracts/read.ts';
import type { RegisteredOperation } from '../operations.ts';
import type { Place } from '../place.ts';
import { adviceFor } from './advice.ts';
import { type Contract, causesOf, validApiOf } from './contract.ts';
import { changesBetween } from './diff/schema.ts';
import { type Elements, placesOf } from './elements.ts';
import { type Finding, severityOf } from './report.ts';
import { rules } from './rules.ts';
import { usageOf, usesOf } from './usage.ts';

/** What the clients of a contract see. */
export type View = PartnerContract & { api: GraphQLSchema };

/** Makes what each contract shows, and tells which cannot be made and where. */
export function viewsOf(
  { federation }: Contract,
  contracts: readonly PartnerContract[],
  elements: Elements,
): { views: View[]; findings: Finding[] } {
  const [views, findings]: [View[], Finding[]] = [[], []];
  if (!federation) return { views, findings };
  for (const contract of contracts) {
    try {
      const api = validApiOf(contractDocument(federation.document, contract));
      views.push({ ...contract, api });
    } catch (error) {
      findings.push(
        ...causesOf(error as Error).map(({ message }) => unusable(contract, message, elements)),
      );
    }
  }
  return { views, findings };
}

function unusable({ name, file }: PartnerContract, message: string, elements: Elements): Finding {
  // It is made of what it hides, so the reason speaks of that.
  const words = message
    .replaceAll('is @inaccessible', 'is not in it')
    .replaceAll('are @inaccessible', 'are not in it')
    .replaceAll('which is in the API schema', 'which is');
  const named = [...message.matchAll(/"([\w.]+)/g)].map(([, quoted = '']) => quoted);
  const found = named.map((quoted) => placesOf(elements, quoted)).find(([place]) => place);
  return {
    check: 'contracts',
    severity: 'error',
    rule: 'contract-unusable',
    at: name,
    message: `The contract ${name} makes no schema: ${words.trim()}`,
    advice: rules['contract-unusable']?.mend ?? '',
    places: found ?? [startOf(file)],
  };
}

const startOf = (file: string): Place => ({ file, line: 1, column: 1 });

/** The contract that a client is served by; undefined where it sees the whole API. */
export const viewFor = <T extends PartnerContract>(
  views: readonly T[],
  { client, asked }: RegisteredOperation,
): T | undefined =>
  asked ? undefined : views.find(({ clients }) => clients.includes(client?.split('@')[0] ?? ''));

/**
 * What changes for the clients of contracts and for nobody else: what changes for all is told once.
 * @param told the rules and elements of what changes for all
 */
export function contractChanges(
  before: readonly View[],
  { views, elements }: { views: readonly View[]; elements: Elements },
  operations: readonly RegisteredOperation[],
  told: ReadonlySet<string>,
): Finding[] {
  return before.flatMap((old): Finding[] => {
    const now = views.find(({ name }) => name === old.name);
    const own = operations.filter((operation) => viewFor([old], operation));
    if (!now) return [];
    const usage = usageOf(own, old.api);
    return changesBetween(old.api, now.api)
      .filter(({ rule, at }) => !told.has(`${rule} ${at}`))
      .map((change): Finding => {
        const uses = change.impact === 'safe' ? undefined : usesOf(usage, change.touches);
        const places = placesOf(elements, change.at);
        return {
          check: 'contracts',
          severity: severityOf[change.impact],
          rule: change.rule,
          impact: change.impact,
          at: `${old.name}/${change.at}`,
          message: `In the contract ${old.name}: ${change.message}`,
          ...(uses ? { advice: adviceFor(change, uses), operations: uses } : {}),
          places: places.length > 0 ? places : [startOf(now.file)],
        };
      });
  });
}

/** Contracts that are there no more: who is served by one gets nothing. */
export const removedContracts = (
  before: readonly PartnerContract[],
  after: readonly PartnerContract[],
): Finding[] =>
  before
    .filter(({ name }) => !after.some((one) => one.name === name))
    .map(({ name, file }) => ({
      check: 'contracts',
      severity: 'error',
      rule: 'CONTRACT_REMOVED',
      impact: 'breaking',
      at: name,
      message: `The contract ${name} is removed: its gateway has no schema to serve.`,
      advice: rules.CONTRACT_REMOVED?.mend ?? '',
      places: [startOf(file)],
    }));

import type { RegisteredOperation } from '../operations.ts';
import { acceptedFile } from './accepted.ts';
import type { Contract } from './contract.ts';
import { changesBetween, type SchemaChange } from './diff.ts';
import { type Elements, placesOf } from './elements.ts';
import { federationChanges } from './federation.ts';
import { type Ownership, ownershipOf } from './ownership.ts';
import { type CheckName, type Finding, severityOf } from './report.ts';
import { type Usage, usageOf, usesOf } from './usage.ts';

/** All changes between two contracts: those that clients see, and apart those only the subgraphs see. */
export async function compareContracts(
  before: Contract,
  after: Contract,
  operations: readonly RegisteredOperation[],
  elements: Elements,
): Promise<Finding[]> {
  const usage = usageOf(operations, before.api);
  const seen = await changesBetween(before.api, after.api);
  const old = before.federation && ownershipOf(before.federation.document);
  const asFinding = (check: CheckName) => (change: SchemaChange) =>
    changeFinding(check, change, { usage, elements, old });
  const findings = seen.map(asFinding('api'));
  if (!before.federation || !after.federation || !old) return findings;

  const known = new Set(seen.map(({ rule, at }) => `${rule} ${at}`));
  const hidden = (await changesBetween(before.federation.everything, after.federation.everything))
    .filter(({ rule, at }) => !known.has(`${rule} ${at}`))
    .map(
      (change): SchemaChange => ({
        ...change,
        impact: change.impact === 'safe' ? 'safe' : 'dangerous',
      }),
    );
  const owned = federationChanges(old, ownershipOf(after.federation.document));
  return [...findings, ...[...owned, ...hidden].map(asFinding('federation'))];
}

type Known = { usage: Usage; elements: Elements; old: Ownership | undefined };

function changeFinding(
  check: CheckName,
  change: SchemaChange,
  { usage, elements, old }: Known,
): Finding {
  const { rule, impact, at, message } = change;
  const operations = check === 'api' && impact !== 'safe' ? usesOf(usage, change) : [];
  const [owner] = old?.fields.get(at.split('.').slice(0, 2).join('.'))?.keys() ?? [];
  return {
    check,
    severity: severityOf[impact],
    rule,
    impact,
    at,
    message,
    ...(impact === 'breaking' ? { advice: adviceFor(change, operations.length) } : {}),
    places: placesOf(elements, at, owner),
    ...(operations.length > 0 ? { operations } : {}),
  };
}

function adviceFor({ rule }: SchemaChange, uses: number): string {
  if (rule === 'KEY_REMOVED')
    return 'Keep the key until every gateway runs the new supergraph, then accept the change.';
  if (rule === 'FIELD_MOVED')
    return 'Add the field to its new subgraph with @override first; remove the old one later.';
  if (uses === 0) return `If nobody needs it any more, name it in ${acceptedFile} with the reason.`;
  if (rule.endsWith('_ADDED')) return 'Let it be left out, or give it a default.';
  if (rule.includes('_CHANGED'))
    return 'Add it anew under another name, mark this one @deprecated with a date.';
  return 'Keep it, mark it @deprecated with a date, and let the frontend move first.';
}

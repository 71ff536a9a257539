import { randomUUID } from 'node:crypto';
import type { Database } from '../runtime/mongo.ts';
import type { Kept, OpenPersonalData, Person, PersonalData } from '../runtime/personal-data.ts';
import { type SubgraphName, services, subgraphNames } from '../runtime/services.ts';
import { StartRefused } from '../runtime/settings.ts';

export type PersonalDatabases = Record<SubgraphName, Pick<Database, 'db'>>;

/** Everything that is stored of a person, by its collections. */
export async function exportUser(databases: PersonalDatabases, userId: string): Promise<Kept> {
  const owners = await ownersIn(databases);
  const person = await personOf(owners, userId);
  return Object.assign({}, ...(await Promise.all(owners.map((owner) => owner.export(person)))));
}

/**
 * Erases a person: a pseudonym that nobody can trace takes their place, and their words go. What the
 * accounts need stays. It may be stopped and run again. Returns how many of what were changed.
 * @throws StartRefused while anything of theirs has not ended
 */
export async function eraseUser(databases: PersonalDatabases, userId: string) {
  const owners = await ownersIn(databases);
  const open = await listsOf(owners, (owner) => owner.openWork?.(userId));
  if (open.length > 0)
    throw new StartRefused(`Not yet: these have not ended: ${open.join(', ')}. Try again then.`);
  const pseudonym = `erased-${randomUUID()}`;
  const person = await personOf(owners, userId);
  // The last ones are those that alone tell what others keep of the person.
  const last = owners.filter(({ serialNumbers }) => serialNumbers);
  const inOrder = [...owners.filter(({ serialNumbers }) => !serialNumbers), ...last];
  const changed: Record<string, number> = {};
  for (const owner of inOrder) Object.assign(changed, await owner.erase(person, pseudonym));
  return changed;
}

const ownersIn = (databases: PersonalDatabases): Promise<PersonalData[]> =>
  Promise.all(
    subgraphNames.map(async (name) => {
      const own = await import(`../${services[name].folder}/store/personal-data.ts`);
      return (own.personalData as OpenPersonalData)(databases[name].db);
    }),
  );

async function personOf(owners: readonly PersonalData[], userId: string): Promise<Person> {
  const serialNumbers = await listsOf(owners, (owner) => owner.serialNumbers?.(userId));
  return { id: userId, serialNumbers };
}

const listsOf = async (
  owners: readonly PersonalData[],
  list: (owner: PersonalData) => Promise<string[]> | undefined,
): Promise<string[]> =>
  (await Promise.all(owners.map(async (owner) => (await list(owner)) ?? []))).flat();

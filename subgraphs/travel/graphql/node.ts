import { type GraphQLResolveInfo, isInterfaceType } from 'graphql';
import { keyOfId, typeOfId } from '../../../runtime/global-id.ts';
import type { ResolversParentTypes } from './generated.ts';
import type { Loaders } from './loaders.ts';

type ById<Entity> = { load(key: string): Promise<Entity | null> };

/** Loads a thing by what a client calls it: its id or its plain key. */
export async function load<Entity>(
  loader: ById<Entity>,
  type: string,
  id: string,
): Promise<Entity | null> {
  const key = keyOfId(type, id);
  return key === null ? null : loader.load(key);
}

/** Anything that has an id: a thing of travel's own, or the reference to one of another service. */
export async function node(
  id: string,
  loaders: Loaders,
  { schema }: GraphQLResolveInfo,
): Promise<ResolversParentTypes['Node'] | null> {
  const type = typeOfId(id);
  const nodeType = schema.getType('Node');
  const isKnown =
    isInterfaceType(nodeType) &&
    schema.getPossibleTypes(nodeType).some(({ name }) => name === type);
  if (!type || !isKnown) return null;
  const own: Record<string, ById<object>> = {
    Homestay: loaders.homestay,
    HomestayShop: loaders.shop,
    HomestayComment: loaders.comment,
  };
  const loader = own[type];
  if (!loader) return asNode(type, { id });
  const found = await load(loader, type, id);
  return found && asNode(type, found);
}

/** `__typename` tells the executor which type it has. */
const asNode = (type: string, thing: object) =>
  ({ ...thing, __typename: type }) as unknown as ResolversParentTypes['Node'];

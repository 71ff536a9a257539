import { type FieldNode, type GraphQLResolveInfo, getArgumentValues, isObjectType } from 'graphql';
import { isPriceable } from '../domain/night-prices.ts';
import type { Stay } from '../domain/stay.ts';

/**
 * The stay that referenced homestays are to be priced for, if the operation has the form in which
 * the order service asks for each order. Then homestays, shops and prices are read at once. Null
 * for every other form: each field is then read when it is resolved.
 */
export function stayToOrder(info: GraphQLResolveInfo): Stay | null {
  const type = info.schema.getType('Homestay');
  const fields = new Map(askedOfHomestays(info).map((node) => [node.name.value, node]));
  const prices = fields.get('nightPrices');
  const field = isObjectType(type) ? type.getFields().nightPrices : undefined;
  if (!prices || !field || !fields.has('shop')) return null;
  const { from, to } = getArgumentValues(field, prices, info.variableValues);
  const stay = { checkIn: from as string, checkOut: to as string };
  return isPriceable(stay) ? stay : null;
}

/** The fields of `... on Homestay`. */
const askedOfHomestays = ({ fieldNodes }: GraphQLResolveInfo): FieldNode[] =>
  fieldNodes
    .flatMap(({ selectionSet }) => selectionSet?.selections ?? [])
    .flatMap((part) =>
      part.kind === 'InlineFragment' && part.typeCondition?.name.value === 'Homestay'
        ? part.selectionSet.selections
        : [],
    )
    .filter((part) => part.kind === 'Field');

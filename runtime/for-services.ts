import type { GraphQLFieldResolver } from 'graphql';
import { type Caller, onlyService } from './caller.ts';
import type { ServiceName } from './services.ts';

type Fields<Resolvers> = Resolvers extends { Query?: infer Query; Mutation?: infer Mutation }
  ? keyof NonNullable<Query> | keyof NonNullable<Mutation>
  : never;

/** Which service may call which root field. */
export type ServiceFields<Resolvers> = { [Field in Fields<Resolvers>]?: ServiceName };

/**
 * Lets one service call each of the named root fields. Any other caller gets FORBIDDEN.
 * @param allowed the field and the service that may call it, such as `{ closeDueOrders: 'scheduler'
 *   }`
 * @throws at start if a named field has no resolver, because a misspelled name would protect
 *   nothing
 */
export function forServices<Resolvers extends { Query?: object; Mutation?: object }>(
  allowed: ServiceFields<Resolvers>,
  resolvers: Resolvers,
): Resolvers {
  const left = new Map(Object.entries(allowed) as [string, ServiceName][]);
  const guarded = (fields: object | undefined) =>
    Object.fromEntries(
      Object.entries(fields ?? {}).map(([field, resolve]) => {
        const service = left.get(field);
        left.delete(field);
        return [field, service ? onlyFor(service, resolve) : resolve];
      }),
    );
  const { Query, Mutation } = resolvers;
  const result = {
    ...resolvers,
    ...(Query ? { Query: guarded(Query) } : {}),
    ...(Mutation ? { Mutation: guarded(Mutation) } : {}),
  };
  if (left.size > 0) throw new Error(`no resolver for ${[...left.keys()].join(', ')}`);
  return result as Resolvers;
}

type Resolve = GraphQLFieldResolver<unknown, { caller: Caller }>;

const onlyFor =
  (service: ServiceName, resolve: Resolve): Resolve =>
  (parent, args, context, info) => {
    onlyService(context.caller, service);
    return resolve(parent, args, context, info);
  };

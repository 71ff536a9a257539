import { type ServiceName, subgraphNames } from '../../runtime/services.ts';

/** The name of the ConfigMap and the Secret with a deployment's own settings, which are not ours. */
export const product = 'homestay';
export const namespace = product;

export const metadata = (name: string) => ({
  name,
  namespace,
  labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': product },
});
export const selected = (name: string) => ({ 'app.kubernetes.io/name': name });

/** Whether a service serves a part of the API. */
export const isSubgraph = (name: ServiceName) =>
  subgraphNames.some((subgraph) => subgraph === name);

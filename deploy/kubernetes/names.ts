/** The name of the ConfigMap and the Secret with a deployment's own settings, which are not ours. */
export const product = 'homestay';
export const namespace = product;

export const metadata = (name: string) => ({
  name,
  namespace,
  labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': product },
});
export const selected = (name: string) => ({ 'app.kubernetes.io/name': name });

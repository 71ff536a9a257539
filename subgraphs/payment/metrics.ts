import { Counter, type Registry } from 'prom-client';

export type PaymentMetrics = ReturnType<typeof paymentMetrics>;

export const paymentMetrics = (registry: Registry) => ({
  notifications: new Counter({
    name: 'payment_notifications_total',
    help: "Providers' notifications, by what became of them",
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  }),
});

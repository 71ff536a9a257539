import type { Money, PayMethod } from '../domain/payment.ts';
import { methodsFor, type Providers } from '../domain/provider.ts';

/** The methods by which an amount can be paid here. */
export const payMethods = (needs: { providers: Providers }, money: Money): PayMethod[] =>
  methodsFor(needs.providers, money);

import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import type { OrderClient } from '../clients/order.ts';
import type { Notifier } from '../notifiers/notifier.ts';
import type { Providers } from '../providers/provider.ts';
import type { NoticeStore } from '../store/emails.ts';
import type { PaymentStore } from '../store/payments.ts';
import type { RefundStore } from '../store/refunds.ts';

/** The places between two writes or calls where a process may be killed. Tests stop it there; nothing else happens. */
export type Step = (place: string) => Promise<void>;

/** What the actions of this service work with. */
export type Needs = {
  payments: PaymentStore;
  refunds: RefundStore;
  notices: NoticeStore;
  notifier: Notifier;
  orders: OrderClient;
  providers: Providers;
  transaction: Database['transaction'];
  /** The instant by the database's clock. */
  now: () => Promise<Date>;
  /** The address under which the providers' notifications reach us, for one provider. */
  notifyUrl: (provider: string) => string;
  step: Step;
  log: Log;
};

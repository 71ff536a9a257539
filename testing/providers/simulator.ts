/** How a simulator sends a webhook: how often, and with something wrong about it. */
export type Telling = {
  times?: number;
  wrong?: 'signature' | 'age' | 'key' | 'payment';
};

/** An answer of something that is not the provider, or of the provider in trouble. */
export type Failure = { status: number; content: object };

/**
 * What tests ask of a simulated provider, besides what the product asks of it in the provider's own
 * wire format.
 */
export type Simulator = {
  url: string;
  /** The person pays, perhaps another amount than was asked for. Returns whether they could. */
  pay(paymentSn: string, telling?: Telling & { amount?: number }): Promise<boolean>;
  /** Sends the webhook of a payment once more. Returns the status of the answer. */
  tell(paymentSn: string, telling?: Telling): Promise<number>;
  /** Ends a refund that waits. */
  settleRefund(refundSn: string, ended: 'SUCCESS' | 'FAILED', telling?: Telling): Promise<void>;
  /** Money goes back on the provider's own page. */
  refundByHand?(paymentSn: string, amount: number): Promise<number>;
  /**
   * The payer disputes an amount with their bank, which takes it back. `won`: it has come back since,
   * and the webhook of that comes first.
   */
  dispute?(paymentSn: string, amount: number, how?: { won: boolean }): Promise<number>;
  /** Money it holds for a payment: paid and not gone back. */
  held(paymentSn: string): number;
  /**
   * `down`: answers nothing but 500. `refundsWait`: a refund waits until it is settled. `forged`:
   * its answers are somebody else's, where answers are signed. `failNext`: its next answers,
   * instead of what was asked.
   */
  behaves: { down: boolean; refundsWait: boolean; forged: boolean; failNext: Failure[] };
  stop(): Promise<void>;
};

/** How a simulator tells of an event: how often, and whether as the provider would or with something wrong about it. */
export type Telling = {
  times?: number;
  wrong?: 'signature' | 'age' | 'key' | 'amount' | 'currency' | 'payment';
};

/** What tests ask of a simulated provider, besides what the product asks of it in the provider's own wire format. */
export type Simulator = {
  url: string;
  /** The person pays. Tells whether they could. */
  pay(paymentSn: string, telling?: Telling): Promise<boolean>;
  /** Tells once more of what was paid; answers with the status that the payment service answered with. */
  tell(paymentSn: string, telling?: Telling): Promise<number>;
  /** Ends a refund that waits. */
  settleRefund(refundSn: string, ended: 'SUCCESS' | 'FAILED', telling?: Telling): Promise<void>;
  /** Money it holds for a payment: paid and not gone back. */
  held(paymentSn: string): number;
  /**
   * `down`: answers nothing but 500. `refundsWait`: a refund waits until it is settled.
   * `forged`: its answers are somebody else's, where answers are signed.
   */
  behaves: { down: boolean; refundsWait: boolean; forged: boolean };
  stop(): Promise<void>;
};

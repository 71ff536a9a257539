/** What the resolvers of a type get as their parent; see schema/resolver-types.ts. */
export const parents: Record<string, string> = {
  Payment: '../domain/payment.ts#Payment',
  Refund: '../domain/refund.ts#Refund',
  PaymentRefused: '../domain/pay-refusal.ts#PayRefused',
  RefundRefused: '../domain/refund-refusal.ts#RefundRefused',
  HomestayOrder:
    '{ sn: string; total?: { amount: number; currency: string }; leaveShare?: number | null; leaveUntil?: string | null }',
  StayEnd: '../actions/request-refund.ts#StayEnd',
  DifferenceRefused: '../domain/difference-refusal.ts#DifferenceRefused',
  Acknowledgement: '../domain/difference.ts#Acknowledgement',
  PaymentDifference: '../domain/difference.ts#FoundDifference',
};

/** What the resolvers of a type get as their parent; see schema/resolver-types.ts. */
export const parents: Record<string, string> = {
  HomestayOrder: '../domain/order.ts#Order',
  HomestayQuote: '../actions/quote-homestay-stay.ts#QuotedStay',
  RefundRule: '../domain/refund-policy.ts#RefundRule',
  RefundTerm: '../domain/refund-policy.ts#RefundTerm',
  OrderRefused: '../domain/refusal.ts#Refusal',
  Homestay: '{ id: string; timeZone?: string }',
  HomestayShop: '{ id: string }',
  OrderWebhook: '../domain/webhook.ts#Webhook',
  OrderWebhookMessage: '../domain/webhook-message.ts#WebhookMessage',
};

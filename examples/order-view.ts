/** What the order page shows. */
export type OrderView = { title: string; state: string; closeAt: string };

/** Where the API is, who asks, for which order, and what draws it: null where there is none. */
export type OrderPage = {
  /** Such as `https://api.example/graphql`. */
  url: string;
  token: string;
  sn: string;
  show(order: OrderView | null): void;
};

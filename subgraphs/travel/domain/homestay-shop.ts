/** A host's business. */
export type HomestayShop = {
  id: string;
  name: string;
  info: string;
  /** The user who is its host. */
  hostId: string;
  /** Whether it takes orders now. */
  open: boolean;
};

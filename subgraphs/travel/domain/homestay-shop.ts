/** Where a host gets mail of new bookings: the address in the token by which they asked for it. */
export type HostNotices = { hostId: string; email: string };

/** A host's business. */
export type HomestayShop = {
  id: string;
  name: string;
  info: string;
  /** The user who is its host. */
  hostId: string;
  /** Whether it takes orders now. */
  open: boolean;
  /** Absent if its host wants no mail of new bookings. */
  notices?: HostNotices;
};

/** The address for mail of new bookings; null if there is none, or it was a former host's. */
export const noticesTo = ({ hostId, notices }: HomestayShop): string | null =>
  notices?.hostId === hostId ? notices.email : null;

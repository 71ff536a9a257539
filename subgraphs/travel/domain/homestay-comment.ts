/** What one guest wrote about a homestay. */
export type HomestayComment = {
  id: string;
  homestayId: string;
  author: string;
  /** 1 to 5. */
  stars: number;
  content: string;
  createdAt: Date;
};

/** What the resolvers of a type get as their parent; see schema/resolver-types.ts. */
export const parents: Record<string, string> = {
  HomestayConnection: '../actions/list-homestays.ts#HomestayPage',
  Homestay: '../domain/homestay.ts#Homestay',
  HomestayShop: '../domain/homestay-shop.ts#HomestayShop',
  HostRefused: '../domain/refusal.ts#HostRefusal',
  CommentRefused: '../domain/refusal.ts#CommentRefusal',
  HomestayComment: '../domain/homestay-comment.ts#HomestayComment',
};

/** What the resolvers of a type get as their parent; see schema/resolver-types.ts. */
export const parents: Record<string, string> = {
  HomestayConnection: '../actions/list-homestays.ts#HomestayPage',
  Homestay: '../domain/homestay.ts#Homestay',
  HomestayShop: '../domain/homestay-shop.ts#HomestayShop',
  HomestayComment: '../domain/homestay-comment.ts#HomestayComment',
};

import { MyHomestayShops } from '../api/generated.ts';
import { useQuery } from '../parts/query.ts';

/** The host's shops and homestays, asked for once and shown in several places. */
export const useMyShops = () => useQuery(MyHomestayShops, {});
export type MyShops = ReturnType<typeof useMyShops>;

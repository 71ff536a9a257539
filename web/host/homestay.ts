import type { MyHomestayQuery } from '../api/generated.ts';

/** A homestay as its host reads and changes it. */
export type MyHomestay = Extract<MyHomestayQuery['node'], { __typename: 'Homestay' }>;

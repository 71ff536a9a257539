import { clientError } from '../../../runtime/errors.ts';
import type { Stay } from '../domain/stay.ts';

export type TakenHomestaysNeeds = {
  heldNightsAmong(homestayIds: readonly string[], stay: Stay): Promise<{ homestayId: string }[]>;
};

const maxIds = 500;

/** Which of these homestays have a held night in the stay. */
export async function takenHomestays(
  needs: TakenHomestaysNeeds,
  ids: readonly string[],
  stay: Stay,
): Promise<string[]> {
  if (ids.length > maxIds)
    throw clientError('BAD_USER_INPUT', `One request can name ${maxIds} homestays at most.`);
  const held = await needs.heldNightsAmong(ids, stay);
  return [...new Set(held.map(({ homestayId }) => homestayId))];
}

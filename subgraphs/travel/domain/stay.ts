/** Two calendar dates: check-in, whose night is included, and check-out, whose night is not. */
export type Stay = { checkIn: string; checkOut: string };

const dayMs = 86_400_000;

/** How many nights a stay has; zero or less where check-out is not after check-in. Dates have no zone, so days never vary. */
export const nightsOf = ({ checkIn, checkOut }: Stay): number =>
  (Date.parse(checkOut) - Date.parse(checkIn)) / dayMs;

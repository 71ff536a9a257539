/** A place on a roster. It is given back once. */
export type Place<Member> = {
  /** Where on the roster; -1 once it is given back. */
  at: number;
  readonly member: Member;
};

/**
 * A set whose members come and go thousands of times a second. A `Set` makes a new table every few
 * members, and each old table refers to the next. Once the garbage collector has moved one table to
 * the old space, all later ones end there too, with their members. That was a tenth of all that
 * requests allocate, kept until the next collection of the whole heap, again and again.
 */
export type Roster<Member> = {
  readonly size: number;
  add(member: Member): Place<Member>;
  /** Gives a place back. A place that was given back may be given again in vain. */
  remove(place: Place<Member>): void;
  /** The places that are taken now. */
  all(): readonly Place<Member>[];
};

export function roster<Member>(): Roster<Member> {
  const places: Place<Member>[] = [];
  return {
    get size() {
      return places.length;
    },
    add(member) {
      const place = { at: places.length, member };
      places.push(place);
      return place;
    },
    remove(place) {
      if (place.at < 0) return;
      const last = places.pop() as Place<Member>;
      // The last one takes the place that is free.
      if (last !== place) {
        places[place.at] = last;
        last.at = place.at;
      }
      place.at = -1;
    },
    all: () => [...places],
  };
}

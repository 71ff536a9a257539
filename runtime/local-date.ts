import { GraphQLScalarType } from 'graphql';
import { LocalDateResolver } from 'graphql-scalars';

/** A date of every month in the years from 1000 on. */
const inAnyMonth = /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/;

/**
 * The scalar `LocalDate` of graphql-scalars. That one makes a `Date` of each that is answered, which
 * is a tenth of the time of a calendar.
 */
export const localDate = new GraphQLScalarType({
  ...LocalDateResolver.toConfig(),
  serialize: (value) =>
    typeof value === 'string' && inAnyMonth.test(value)
      ? value
      : LocalDateResolver.serialize(value),
});

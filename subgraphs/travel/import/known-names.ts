import { CurrencyResolver } from 'graphql-scalars';

/** Whether the API can show it: the schema's own scalar decides. */
export function isCurrency(code: string): boolean {
  try {
    CurrencyResolver.parseValue(code);
    return true;
  } catch {
    return false;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

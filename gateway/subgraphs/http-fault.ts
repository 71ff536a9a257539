/** So long may a head be, and the lines that stand between the chunks of a body. */
export const maxHead = 16_384;

export const malformed = (what: string): Error => new Error(`the answer is no HTTP: ${what}`);

export const tooLarge = (maxBytes: number): Error =>
  new Error(`an answer of more than ${maxBytes} bytes`);

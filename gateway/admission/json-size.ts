const [quote, backslash] = [0x22, 0x5c];

/** Bytes: whatever they hold, to parse as many takes no time. */
const alwaysQuick = 2_000;
/** No input of a schema is nested that deep. */
const deepest = 200;
/** To read a member of an object takes ten times as long as an element of a list. */
export const weightOfMember = 10;

/** By byte: how many levels deeper or less deep it leads, and what follows it weighs. */
const levels = tableOf({ '[': 1, '{': 1, ']': -1, '}': -1 });
const weights = tableOf({ ',': 1, ':': weightOfMember });

/**
 * Looks at a JSON text before it is parsed. To parse 100 kB of brackets blocks the loop for 10 to 20
 * ms, and 8,000 names of members, with all that is done with them, as long; to look takes a
 * hundredth of that.
 * @param mostValues one for each element of a list, ten for each member of an object
 * @returns what is too much, to be said of the text
 */
export function excessOf(json: Buffer, mostValues: number): string | undefined {
  if (json.length <= alwaysQuick) return undefined;
  let [depth, values] = [0, 0];
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (byte === quote) at = endOfString(json, at);
    depth += levels[byte] as number;
    values += weights[byte] as number;
    if (depth > deepest) return 'is nested too deep';
    if (values > mostValues) return 'has too many members and elements';
  }
  return undefined;
}

function tableOf(signs: Record<string, number>): Int8Array {
  const table = new Int8Array(256);
  for (const [sign, value] of Object.entries(signs)) table[sign.charCodeAt(0)] = value;
  return table;
}

/** Where the string ends that begins there. */
function endOfString(json: Buffer, begin: number): number {
  for (let at = begin + 1; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  return json.length;
}

/** What is asked several times and worked out but once, when it is first asked for. */
export function once<T>(workOut: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: workOut() };
    return known.value;
  };
}

/** Works something out when it is first asked for, and gives the same to all who ask again. */
export function once<T>(workOut: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: workOut() };
    return known.value;
  };
}

/** The one member of a union of the model. The reading of inputs has made sure that it is the only one. */
export function memberOf<T = Record<string, string>>(union: object): { readonly name: string; readonly value: T } {
  const [[name, value]] = Object.entries(union) as Array<[string, T]>;
  return { name, value };
}

/** What references of a template stand for: `Ref` by logical id or pseudo parameter, `Fn::GetAtt` by `LogicalId.Attribute`. */
export type References = Readonly<Record<string, string>>;

const FUNCTIONS: Record<string, (argument: any, references: References) => string> = {
  'Ref': (name, references) => referred(name, references),
  'Fn::GetAtt': ([id, attribute], references) => referred(`${id}.${attribute}`, references),
  'Fn::Join': ([separator, parts], references) => resolved<string[]>(parts, references).join(separator),
};

/** A part of a template as CloudFormation would deploy it. An intrinsic function that is not known here is an error, not a guess. */
export function resolved<T>(value: unknown, references: References): T {
  if (Array.isArray(value)) { return value.map(element => resolved(element, references)) as T; }
  if (typeof value !== 'object' || value === null) { return value as T; }
  const members = Object.entries(value);
  const [name, argument] = members[0] ?? [];
  if (members.length === 1 && name !== undefined && /^(Ref|Fn::.+)$/.test(name)) {
    const evaluate = FUNCTIONS[name];
    if (!evaluate) { throw new Error(`${name} is not resolved here: ${JSON.stringify(argument)}`); }
    return evaluate(argument, references) as T;
  }
  return Object.fromEntries(members.map(([key, member]) => [key, resolved(member, references)])) as T;
}

function referred(name: string, references: References): string {
  if (!(name in references)) { throw new Error(`nothing is known about ${name}`); }
  return references[name];
}

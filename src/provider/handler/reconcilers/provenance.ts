/** CloudFormation takes 1,024 bytes (User Guide: custom resource response objects). */
const LONGEST = 1_000;
const FOUND = '?found=';

/**
 * What a physical id says of the origin of something that cannot be tagged with whose it is. What was there before the
 * resource is never deleted by it; that is settled with the creation, so it stands in the id:
 * `alias/cvk?found=eu-west-1,us-east-1`.
 */
export interface Provenance {
  readonly name: string;
  /** What was there already, in parts without `?` and comma. */
  readonly found: readonly string[];
}

/** `undefined` when it would be too long. */
export function provenanceId({ name, found }: Provenance): string | undefined {
  const id = found.length === 0 ? name : `${name}${FOUND}${found.join(',')}`;
  return id.length <= LONGEST ? id : undefined;
}

export function parseProvenance(id: string): Provenance {
  const at = id.indexOf(FOUND);
  return at < 0 ? { name: id, found: [] } : { name: id.slice(0, at), found: id.slice(at + FOUND.length).split(',') };
}

/** CloudFormation takes 1,024 bytes (User Guide: custom resource response objects). */
const LONGEST = 1_000;
const FOUND = '?found=';
const FROM = '&from=';

/**
 * The physical id of something that cannot be tagged with whose it is. What was there when the resource was created is
 * not the resource's and never deleted by it; that is settled with the creation, so it stands in the id:
 * `alias/cvk?found=eu-west-1,us-east-1`.
 */
export interface Claim {
  readonly name: string;
  /** What was there already, in parts without `?`, `&` and comma. */
  readonly found: readonly string[];
  /** What this one replaced, so that a rollback finds its way back to it. */
  readonly from?: Claim;
}

/** `undefined` when it would be too long. What a claim came from is told only as far as there is room. */
export function claimId({ name, found, from }: Claim): string | undefined {
  const own = found.length === 0 && !from ? name : `${name}${FOUND}${found.join(',')}`;
  const former = from && claimId({ name: from.name, found: from.found });
  const full = former === undefined ? own : own + FROM + former;
  return [full, own].find(id => id.length <= LONGEST);
}

export function parseClaim(id: string): Claim {
  const [name, rest = ''] = split(id, FOUND);
  const [found, from] = split(rest, FROM);
  return { name, found: found === '' ? [] : found.split(','), ...from !== undefined && { from: parseClaim(from) } };
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

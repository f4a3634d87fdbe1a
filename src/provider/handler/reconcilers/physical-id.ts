import { parseKeyArn } from '../control-plane/key-arn';

/**
 * What the physical id of a request says. Ids never encode state that can change; what a failed creation
 * answers with names the request that failed.
 */
export type PhysicalId =
  | { readonly kind: 'key'; readonly keyArn: string }
  /** A resource of another type, which alone knows how its ids are made. */
  | { readonly kind: 'other'; readonly id: string }
  /** Nothing was made for that request: its delete does nothing. */
  | { readonly kind: 'nothingCreated' }
  /** Something may have been made for that request. It is rolled back before its Delete begins; without an item, the Delete looks for it. */
  | { readonly kind: 'outcomeUnknown'; readonly requestId: string }
  /** CloudFormation made it up, because it never got an answer. */
  | { readonly kind: 'invented' };

const NOTHING_CREATED = 'nothing-created/';
const OUTCOME_UNKNOWN = 'outcome-unknown/';

export const nothingCreatedId = (requestId: string) => NOTHING_CREATED + requestId;
export const outcomeUnknownId = (requestId: string) => OUTCOME_UNKNOWN + requestId;

export function parsePhysicalId(id: string): PhysicalId {
  if (id.startsWith(NOTHING_CREATED)) { return { kind: 'nothingCreated' }; }
  if (id.startsWith(OUTCOME_UNKNOWN)) { return { kind: 'outcomeUnknown', requestId: id.slice(OUTCOME_UNKNOWN.length) }; }
  if (parseKeyArn(id)) { return { kind: 'key', keyArn: id }; }
  // The handler's ids all have a slash; CloudFormation makes its own of the stack's name and the logical id, which have none.
  return id.includes('/') ? { kind: 'other', id } : { kind: 'invented' };
}

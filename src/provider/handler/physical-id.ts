import { parseKeyArn } from './key-arn';

/**
 * What the physical id of a request says. Ids never encode state that can change; what a failed creation
 * answers with names the request that failed.
 */
export type PhysicalId =
  | { readonly kind: 'key'; readonly keyArn: string }
  /** Nothing was made for that request: its delete does nothing. */
  | { readonly kind: 'nothingCreated' }
  /** Something may have been made for that request: its delete looks once more. */
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
  return parseKeyArn(id) ? { kind: 'key', keyArn: id } : { kind: 'invented' };
}

import { PaymentKeyError } from './errors';

/** Operations of the control plane that use a key or read what it is. Every other one manages keys, aliases or the account. */
const SHAREABLE_OF_CONTROL_PLANE: ReadonlySet<string> = new Set([
  'ExportKey', 'GetCertificateSigningRequest', 'GetKey', 'GetPublicKeyCertificate', 'ListTagsForResource',
]);

/**
 * Operations of the control plane that stay in the account of a key. Resource policies do not apply to those on resource policies
 * (User Guide, "Resource-based policies"); the others could cost the key, widen who may use it, or are about no key at all.
 */
const KEPT: ReadonlySet<string> = new Set([
  'AddKeyReplicationRegions', 'AssociateMpaTeam', 'CreateAlias', 'CreateKey', 'DeleteAlias', 'DeleteKey', 'DeleteResourcePolicy',
  'DisableDefaultKeyReplicationRegions', 'DisassociateMpaTeam', 'EnableDefaultKeyReplicationRegions', 'GetAlias',
  'GetDefaultKeyReplicationRegions', 'GetMpaTeamAssociation', 'GetParametersForExport', 'GetParametersForImport', 'GetResourcePolicy',
  'ImportKey', 'ListAliases', 'ListKeys', 'PutResourcePolicy', 'RemoveKeyReplicationRegions', 'RestoreKey', 'StartKeyUsage', 'StopKeyUsage',
  'TagResource', 'UntagResource', 'UpdateAlias',
]);

/**
 * Refuses operations that nobody outside the account of a key is to have. What this version does not know is taken for one of the data
 * plane, since that is where new ones come.
 *
 * @throws NoOperations, OperationNotShareable
 */
export function checkShareable(path: string, operations: readonly string[]): void {
  if (operations.length === 0) {
    throw new PaymentKeyError('NoOperations', `${path}: operations names none. List at least one, for example PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA`);
  }
  const kept = operations.find(name => KEPT.has(name));
  if (kept === undefined) { return; }
  throw new PaymentKeyError('OperationNotShareable', `${path}: ${kept} cannot be shared: keys are managed in their own account. Share operations of the data plane, `
    + `or of the control plane ${[...SHAREABLE_OF_CONTROL_PLANE].join(', ')}: PaymentKeyOperation.of('ExportKey'), for example`);
}
